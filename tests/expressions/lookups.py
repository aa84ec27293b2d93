"""What Django's filters make of a name and a value, on PostgreSQL.

What exists in Django or authentik but is not modelled raises `NotModelled`: a recording then leaves the
expression out instead of holding a guess.
"""

import re
import uuid

from documents import MISSING, json_equal, walk


class NotModelled(BaseException):
    """Nobody knows here what authentik would do. Counted, because `except:` in an expression catches it."""

    count = 0

    def __init__(self, what):
        super().__init__(what)
        NotModelled.count += 1


class OutOfTime(NotModelled):
    """It would perhaps end, but nobody waits for it."""


class FieldError(Exception):
    pass


class ValidationError(Exception):
    pass


class ObjectDoesNotExist(Exception):
    pass


class MultipleObjectsReturned(Exception):
    pass


def ascii_only(text):
    if not text.isascii():
        raise NotModelled("the case of letters rests on the database's locale")
    return text


def upper(text):
    """PostgreSQL's `upper`, for what does not rest on the locale: dotless i may become I."""
    return "".join(c.upper() if c.isascii() else c for c in text)


TEXT_LOOKUPS = {
    "iexact": lambda have, want: upper(have) == upper(ascii_only(want)),
    "contains": lambda have, want: want in have,
    "icontains": lambda have, want: upper(ascii_only(want)) in upper(have),
    "startswith": lambda have, want: have.startswith(want),
    "istartswith": lambda have, want: upper(have).startswith(upper(ascii_only(want))),
    "endswith": lambda have, want: have.endswith(want),
    "iendswith": lambda have, want: upper(have).endswith(upper(ascii_only(want))),
    "regex": lambda have, want: re.search(want, have) is not None,
    "iregex": lambda have, want: re.search(ascii_only(want), have, re.IGNORECASE | re.ASCII) is not None,
}
LOOKUPS = {"exact", "in", "isnull", *TEXT_LOOKUPS}
UNMODELLED_LOOKUPS = {
    "gt", "gte", "lt", "lte", "range", "contained_by", "has_key", "has_keys", "has_any_keys", "search", "trigram_similar",
    "unaccent", "date", "year",
}


def prepare(kind, wanted):
    """What Django makes of a value before it compares it with a field."""
    if kind == "text":
        return wanted if wanted is None else str(wanted)
    if kind == "int":
        try:
            return int(wanted)
        except (TypeError, ValueError) as error:
            raise type(error)(f"Field 'id' expected a number but got {wanted!r}.") from error
    if kind == "bool":
        if wanted in (True, False):
            return bool(wanted)
        if wanted in ("t", "True", "1", "f", "False", "0"):
            return wanted in ("t", "True", "1")
        raise ValidationError(f"“{wanted}” value must be either True or False.")
    if kind == "uuid":
        if isinstance(wanted, uuid.UUID):
            return wanted
        try:
            return uuid.UUID(**{"int" if isinstance(wanted, int) else "hex": wanted})
        except (AttributeError, ValueError) as error:
            raise ValidationError(f"“{wanted}” is not a valid UUID.") from error
    raise NotModelled(kind)


def json_test(path, lookup, wanted):
    if lookup == "isnull":
        if not isinstance(wanted, bool):
            raise ValueError("The QuerySet value for an isnull lookup must be True or False.")
        return lambda data: (walk(data, path) is MISSING) == wanted
    if lookup == "exact":
        return lambda data: walk(data, path) is not MISSING and json_equal(walk(data, path), wanted)
    if wanted is None and lookup != "iexact":
        raise ValueError("Cannot use None as a query value")
    if lookup == "in":
        members = list(wanted)
        if None in members:
            raise NotModelled("null among JSON values")
        return lambda data: any(walk(data, path) is not MISSING and json_equal(walk(data, path), one) for one in members)
    if not path or lookup == "contains" or not isinstance(wanted, str):
        raise NotModelled(f"{lookup} of JSON")

    def test(data):
        have = walk(data, path)
        if have is MISSING or have is None:
            return False
        if not isinstance(have, str):
            raise NotModelled("the text of a JSON value")
        return TEXT_LOOKUPS[lookup](have, wanted)

    return test


def field_test(kind, lookup, wanted):
    if wanted is None and lookup in ("exact", "iexact"):
        return lambda have: False
    if lookup == "isnull":
        if not isinstance(wanted, bool):
            raise ValueError("The QuerySet value for an isnull lookup must be True or False.")
        return lambda have: not wanted
    if wanted is None:
        raise ValueError("Cannot use None as a query value")
    if lookup == "exact":
        if isinstance(wanted, (list, tuple, dict, set)) and kind != "text":
            raise NotModelled("a container for a field")
        prepared = prepare(kind, wanted)
        return lambda have: have == prepared
    if lookup == "in":
        wanted = wanted.values_for_in() if hasattr(wanted, "values_for_in") else wanted
        members = [prepare(kind, member) for member in wanted if member is not None]
        return lambda have: have in members
    if kind != "text":
        raise NotModelled(f"{lookup} of {kind}")
    prepared = prepare(kind, wanted)
    if lookup in ("regex", "iregex"):
        re.compile(prepared)
    return lambda have: TEXT_LOOKUPS[lookup](have, prepared)


def conditions(model, filters):
    """A test for each filter. Django finds wrong names before it looks at values or rows."""
    return [condition(model, name, wanted) for name, wanted in filters.items()]


def condition(model, name, wanted):
    field, *path = name.split("__")
    if field in model.relations:
        raise NotModelled(f"the relation {field}")
    if field not in model.fields:
        raise FieldError(f"Cannot resolve keyword '{field}' into field.")
    kind = model.fields[field]
    attribute = "pk" if field in model.keys else field
    lookup = path.pop() if path and path[-1] in LOOKUPS else "exact"
    if path and path[-1] in UNMODELLED_LOOKUPS:
        raise NotModelled(path[-1])
    if kind == "json":
        test = json_test(path, lookup, wanted)
    elif path:
        raise FieldError(f"Unsupported lookup '{path[0]}' for field.")
    else:
        test = field_test(kind, lookup, wanted)
    return lambda row: test(row.stored(attribute))
