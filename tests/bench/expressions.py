#!/usr/bin/env python3
"""How long do expression policies take? 200 of them for many users, here and in one CPython process.

    cargo build --release
    tests/bench/expressions.py target/release/whomay [USERS]

The same tenant is audited twice: with its 200 expressions, and with `return True` in place of each. The difference
is what the code costs; the rest is reading and reporting. CPython runs the same expressions for a sample of the
users, with plain objects in place of database rows, so without any query: its time is extrapolated.
"""

import ipaddress
import random
import re
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

GROUPS = 2_000
SAMPLE = 300
DOMAINS = ["example.com", "corp.example", "gmail.com"]
DEPARTMENTS = ["it", "sales", "hr", "dev", "ops"]


def make(count):
    """Groups with their parent, users, and expressions; the same for the same count."""
    dice = random.Random(1)
    parents = [dice.randrange(g) if g > 20 and dice.random() < 0.5 else None for g in range(GROUPS)]
    users = [
        {
            "username": f"u{u}",
            "email": f"u{u}@{dice.choice(DOMAINS)}",
            "type": dice.choice(["internal", "external", "service_account"]),
            "groups": [dice.randrange(GROUPS) for _ in range(5)],
            "attributes": {"department": dice.choice(DEPARTMENTS), "level": dice.randrange(9)},
        }
        for u in range(count)
    ]
    some = lambda: f"g{dice.randrange(GROUPS)}"
    member = lambda: f'ak_is_group_member(request.user, name="{some()}")'
    expressions = [f"return {member()}" for _ in range(60)]
    expressions += [f"return {member()} or {member()}" for _ in range(20)]
    expressions += [
        f'return request.user.email.endswith("@{dice.choice(DOMAINS)}") and request.user.username != "u{i}"'
        for i in range(20)
    ]
    expressions += [f'return request.user.email.split("@")[1] in ["example.com", "d{i}.example"]' for i in range(20)]
    expressions += [
        f'return request.user.attributes.get("department") == "{dice.choice(DEPARTMENTS)}"'
        f' and request.user.attributes.get("level", 0) >= {dice.randrange(9)}'
        for _ in range(20)
    ]
    expressions += [f'return request.user.attributes["level"] > {i % 9}' for i in range(10)]
    expressions += [f'return request.user.type in ["internal", "x{i}"]' for i in range(10)]
    expressions += [f'return regex_match(request.user.username, r"^u[0-9]*{i}$")' for i in range(10)]
    expressions += [f'return any(g.name == "{some()}" for g in request.user.all_groups())' for _ in range(10)]
    expressions += [f'return "{some()}" in [g.name for g in request.user.groups.all()]' for _ in range(5)]
    expressions += [f'return request.user.groups.filter(name="{some()}").exists()' for _ in range(5)]
    expressions += [
        f'if request.user.username.startswith("u{i}"):\n    return True\nreturn ak_client_ip in ip_network("10.{i}.0.0/16")'
        for i in range(5)
    ]
    expressions += [
        'domain = request.user.email.lower().split("@")[-1]\nif domain == "corp.example":\n    return True\n'
        f'ak_message("no")\nreturn not request.user.is_superuser and request.user.attributes.get("level", {i}) > 5'
        for i in range(5)
    ]
    assert len(expressions) == 200
    return parents, users, expressions


def write(path, parents, users, expressions):
    quoted = lambda text: text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    with open(path, "w") as out:
        out.write('authentik "2026.5.0"\n')
        for group, parent in enumerate(parents):
            out.write(f"group g{group}{'' if parent is None else f' in g{parent}'}\n")
        for user in users:
            groups = ", ".join(f"g{group}" for group in user["groups"])
            department, level = user["attributes"]["department"], user["attributes"]["level"]
            out.write(
                f'user {user["username"]} in {groups} {{ email: "{user["email"]}" type: {user["type"]}'
                f' attributes: {{ department: "{department}", level: {level} }} }}\n'
            )
        for number, expression in enumerate(expressions):
            out.write(f'policy p{number} expression "{quoted(expression)}"\napplication a{number} any {{ 0: policy p{number} }}\n')


def audit(binary, path):
    start = time.perf_counter()
    command = [binary, "audit", "-i", str(path), "--format", "json", "--assume", "client_ip=10.1.2.3"]
    subprocess.run(command, stdout=subprocess.DEVNULL, check=True)
    return time.perf_counter() - start


class Rows(list):
    all = lambda self: self
    exists = lambda self: bool(self)
    filter = lambda self, name: Rows(row for row in self if row.name == name)


class Group:
    def __init__(self, name):
        self.name = name


def cpython(parents, users, expressions):
    """Seconds for one user and all expressions."""
    groups = [Group(f"g{number}") for number in range(GROUPS)]

    class User:
        is_superuser = False

        def __init__(self, row):
            self.username, self.email, self.type = row["username"], row["email"], row["type"]
            self.attributes = row["attributes"]
            self.groups = Rows(groups[group] for group in row["groups"])
            found = set(row["groups"])
            for group in row["groups"]:
                while (group := parents[group]) is not None:
                    found.add(group)
            self.everything = Rows(groups[group] for group in found)

        def all_groups(self):
            return self.everything

    class Request:
        user = None

    request = Request()
    scope = {
        "ak_is_group_member": lambda user, name: user.all_groups().filter(name=name).exists(),
        "regex_match": lambda text, pattern: re.search(pattern, text) is not None,
        "ak_message": lambda text: None,
        "ip_network": ipaddress.ip_network,
        "ak_client_ip": ipaddress.ip_address("10.1.2.3"),
        "request": request,
    }
    handlers = []
    for expression in expressions:
        body = "\n".join("    " + line for line in expression.split("\n"))
        exec(f"def handler():\n{body}", scope)
        handlers.append(scope["handler"])
    sample = [User(row) for row in random.Random(2).sample(users, SAMPLE)]
    start = time.perf_counter()
    for user in sample:
        request.user = user
        for handler in handlers:
            bool(handler())
    return (time.perf_counter() - start) / SAMPLE


def main():
    binary = sys.argv[1]
    count = int(sys.argv[2]) if len(sys.argv) > 2 else 1_000_000
    parents, users, expressions = make(count)
    each = cpython(parents, users, expressions)
    with tempfile.TemporaryDirectory() as folder:
        with_code, without = Path(folder, "code.may"), Path(folder, "plain.may")
        write(with_code, parents, users, expressions)
        write(without, parents, users, ["return True"] * len(expressions))
        del users
        plain = audit(binary, without)
        peak_plain = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
        code = audit(binary, with_code)
        peak_code = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    print(f"{count} users, {len(expressions)} expressions, {GROUPS} groups, Python {sys.version.split()[0]}")
    print(f"audit with `return True`:   {plain:8.1f} s, peak {peak_plain / 1024:.0f} MiB")
    print(f"audit with the expressions: {code:8.1f} s, peak {peak_code / 1024:.0f} MiB")
    print(f"so the expressions cost:    {code - plain:8.1f} s")
    print(f"CPython, one process:       {each * count:8.1f} s (extrapolated from {SAMPLE} users)")


if __name__ == "__main__":
    main()
