"""JSON as PostgreSQL has it."""

import re

MISSING = object()


def walk(data, path):
    for part in path:
        if isinstance(data, dict):
            data = data.get(part, MISSING)
        elif isinstance(data, list) and re.fullmatch("[0-9]+", part):
            data = data[int(part)] if int(part) < len(data) else MISSING
        else:
            return MISSING
    return data


def json_equal(left, right):
    """How `jsonb` compares: numbers by value, and never equal to booleans."""
    if isinstance(left, bool) or isinstance(right, bool) or left is None or right is None:
        return left is right
    if isinstance(left, (int, float)) and isinstance(right, (int, float)):
        return left == right
    if isinstance(left, list) and isinstance(right, (list, tuple)):
        return len(left) == len(right) and all(map(json_equal, left, right))
    if isinstance(left, dict) and isinstance(right, dict):
        return left.keys() == right.keys() and all(json_equal(left[key], right[key]) for key in left)
    return isinstance(left, str) and isinstance(right, str) and left == right


def reorder(data, reverse):
    """A fresh copy with its members in the order of PostgreSQL's `jsonb`, or the other way round."""
    if isinstance(data, dict):
        keys = sorted(data, key=lambda key: (len(key.encode()), key.encode()), reverse=reverse)
        return {key: reorder(data[key], reverse) for key in keys}
    if isinstance(data, list):
        return [reorder(member, reverse) for member in data]
    return data


def merge(base, more):
    """deepmerge's `always_merger` for dictionaries."""
    for key, new in more.items():
        old = base.get(key)
        if key not in base:
            base[key] = new
        elif isinstance(old, dict) and isinstance(new, dict):
            merge(old, new)
        elif isinstance(old, list) and isinstance(new, list):
            base[key] = old + new
        else:
            base[key] = new
