"""The world that expressions are recorded in, and the same world as a `.may` file."""

import json
import re

RELEASE = "2026.5.0"
ANONYMOUS = "<anonymous>"

# name: (parents, superuser, attributes). Groups whose attributes meet in one user have names of lower-case
# ASCII letters, because PostgreSQL sorts others by the collation of the database.
GROUPS = {
    "staff": ([], False, {
        "tier": "silver", "quota": 5, "tags": ["s1", "s2"], "site": "berlin",
        "nested": {"x": 1, "deep": {"k": "v"}}, "mixed": {"was": "dict"}, "nothing": None, "flag": True,
    }),
    "engineers": (["staff"], False, {
        "tier": "gold", "tags": ["e1"], "nested": {"y": 2, "deep": {"k2": "w"}}, "mixed": ["list"],
    }),
    "backend": (["engineers"], False, {"tags": ["b1"], "nested": {"deep": {"k": "backend"}}, "lang": "rust"}),
    "frontend": (["engineers"], False, {"tags": ["f1", "s1"], "lang": "js", "quota": 2.5}),
    "fullstack": (["backend", "frontend"], False, {"flag": False, "empty": {}, "none": []}),
    "admins": (["authentik Admins"], False, {"tier": "platinum"}),
    "authentik Admins": ([], True, {"goauthentik.io/user/can-change-email": True}),
    "contractors": ([], False, {"until": "2030-01-01", "quota": 0, "tier": ""}),
    "cycle-a": (["cycle-c"], False, {"a": 1}),
    "cycle-b": (["cycle-a"], False, {"b": [1, 2]}),
    "cycle-c": (["cycle-b"], False, {"c": {"d": "e"}}),
    "ouroboros": (["ouroboros"], False, {}),
    "Équipe Zürich": (["staff"], False, {"land": "Schweiz"}),
    "Группа": ([], False, {}),
    "quo\"ted 'name'": ([], False, {}),
    "with space": ([], False, {"k v": "w x"}),
    "STAFF": ([], False, {}),
    "007": ([], False, {}),
    "vpn-users": (["contractors", "with space"], False, {"vpn": {"nets": ["10.0.0.0/8", "192.168.1.0/24"]}}),
    "nobody-here": (["admins"], True, {}),
}

# username: what is not said is name "", e-mail "", type internal, active, path "users", no groups, no attributes.
USERS = {
    "AnonymousUser": {},
    "anna": {
        "name": "Anna Ångström", "email": "anna@example.org", "groups": ["fullstack"], "path": "users/berlin",
        "attributes": {
            "department": "it", "level": 3, "roles": ["dev", "ops"], "site": "hamburg", "tags": ["own"],
            "address": {"city": "Berlin", "zip": "10115"}, "mfa": True, "nickname": None,
            "nested": {"deep": {"k": "user"}},
        },
    },
    "bob": {
        "name": "Bob", "groups": ["staff"],
        "attributes": {"department": "sales", "level": 1, "roles": [], "mfa": False, "address": {}},
    },
    "carol": {
        "name": "Carol C.", "email": "Carol@EXAMPLE.org", "groups": ["admins", "engineers"],
        "attributes": {"department": "it", "level": "3", "roles": "dev", "address": "Berlin", "mfa": "true"},
    },
    "dave": {
        "name": "dave", "email": "dave", "active": False, "groups": ["contractors"], "path": "users/externals/old",
        "attributes": {"department": "", "level": 0, "roles": ["dev"], "expires": "2020-01-01"},
    },
    "eve": {"name": "Eve", "email": "eve@evil.example", "type": "external", "path": "partners"},
    "svc-backup": {
        "name": "Backup", "type": "service_account", "path": "goauthentik.io/service-accounts",
        "attributes": {"goauthentik.io/user/token-expires": False, "goauthentik.io/user/service-account": True},
    },
    "ak-outpost-0a1b": {
        "name": "Outpost", "type": "internal_service_account", "path": "goauthentik.io/outposts",
        "attributes": {"goauthentik.io/user/override-ips": True},
    },
    "Zoë": {"name": "Zoë Müller", "email": "zoë@exämple.org", "groups": ["Équipe Zürich"],
            "attributes": {"department": "Büro", "größe": 1.72, "roles": ["ops", "Führung"]}},
    "straße": {"name": "ẞ ß ss", "email": "strasse@example.org", "groups": ["with space", "quo\"ted 'name'"]},
    "ısık": {"name": "IŞIK ışık", "email": "isik@example.com.tr", "groups": ["vpn-users"]},
    "İpek": {"name": "İpek", "email": "ipek@example.com.tr", "type": "external", "path": "users/tr"},
    "Иван": {"name": "Иван Петров", "email": "ivan@example.org", "groups": ["Группа"],
             "attributes": {"отдел": "ИТ", "department": "it", "level": -2}},
    "UPPER": {"name": "UPPER CASE", "email": "UPPER@EXAMPLE.ORG", "groups": ["STAFF"],
              "attributes": {"department": "IT", "level": 10, "roles": ["OPS"]}},
    "many": {
        "name": "Many Groups", "email": "many@sub.example.org",
        "groups": ["staff", "backend", "contractors", "cycle-b", "with space", "007", "vpn-users", "Группа"],
        "attributes": {"roles": ["dev", "ops", "qa"], "level": 2, "department": "it"},
    },
    "loop": {"name": "Loop", "email": "loop@example.org", "groups": ["cycle-a", "ouroboros"], "attributes": {"a": 2}},
    "root": {"name": "Root", "email": "root@localhost", "groups": ["authentik Admins"], "path": ""},
    "odd": {
        "name": "  odd  ", "email": "a@b@c", "groups": ["007"], "path": "users/odd/",
        "attributes": {
            "department": 5, "level": None, "roles": {"dev": True}, "address": ["Berlin"], "mfa": 1, "number": "42",
            "float": 2.5, "negative": -7, "big": 9007199254740993, "small": 0.001, "zero": 0, "one": 1.0,
            "": "empty key", "tab": "a\tb\nc", "emoji": "🙂", "list": [1, "1", None, [2], {"a": 1}, True, 2.0],
        },
    },
    "deep": {
        "name": "Deep", "email": "deep@example.org", "groups": ["backend"],
        "attributes": {
            "a": {"b": {"c": {"d": {"e": "found", "f": [0, {"g": [True, {"h": None}]}]}}}}, "level": 2.0,
            "department": ["it", "hr"], "roles": [["dev"]], "address": {"city": None},
        },
    },
    "with space": {"name": "With Space", "email": " space@example.org ", "attributes": {"department": " it ", "level": True}},
    "123": {"name": "456", "email": "123@456.789", "type": "external", "groups": ["contractors", "STAFF"],
            "attributes": {"level": 123, "department": "123"}},
}

# What `ak_call_policy` can ask.
POLICIES = {
    "yes": "return True\n",
    "no": "return False\n",
    "none": "pass\n",
    "boom": "raise ValueError(\"boom\")\n",
    "broken": "return (\n",
    "is-staff": "return ak_is_group_member(request.user, name=\"staff\")\n",
    "is-anna": "ak_message(\"are you anna?\")\nreturn request.user.username == \"anna\"\n",
    "by-email": "return request.user.email.split(\"@\")[1] == \"example.org\"\n",
    "wanted": "return context[\"wanted\"] == request.user.username\n",
    "nested": "return ak_call_policy(\"is-staff\").passing and not ak_call_policy(\"is-anna\").passing\n",
    "truthy text": "return \"False\"\n",
    "Ümlaut \"q\"": "if request.user.is_active:\n    return len(request.user.username)\nreturn 0\n",
}

SUBJECTS = [*USERS, ANONYMOUS]


def user_pk(username):
    return list(USERS).index(username) + 1


def group_pk(name):
    return f"00000000-0000-4000-8000-{list(GROUPS).index(name) + 1:012x}"


def closure(names):
    """The groups and all their ancestors."""
    found = dict.fromkeys(names)
    waiting = list(names)
    while waiting:
        for parent in GROUPS[waiting.pop()][0]:
            if parent not in found:
                found[parent] = None
                waiting.append(parent)
    return list(found)


RESERVED = set(
    "group user policy application flow source rule endpoint devices device provider stage any all mode in with "
    "true false null pk not on error pass fail always unknown other nothing from at timeout disabled unlisted".split()
)


def quoted(text):
    escapes = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t", "\r": "\\r"}
    return '"' + "".join(escapes.get(c, c) for c in text) + '"'


def word(text):
    plain = re.fullmatch(r"[A-Za-z_][A-Za-z0-9_.@-]*", text) and text not in RESERVED
    return text if plain else quoted(text)


def value(data):
    if isinstance(data, str):
        return quoted(data)
    if isinstance(data, list):
        return "[" + ", ".join(map(value, data)) + "]"
    if isinstance(data, dict):
        members = [f"{word(key)}: {value(data[key])}" for key in sorted(data)]
        return "{ " + ", ".join(members) + " }" if members else "{}"
    return json.dumps(data)


def item(head, settings):
    lines = [f"    {name}: {text}\n" for name, text in settings]
    return head + " {\n" + "".join(lines) + "}\n"


def references(names):
    return " in " + ", ".join(word(name) for name in sorted(names)) if names else ""


def may():
    """The whole world in our own language."""
    parts = [f"# Written by `tests/expressions/record.py`; what users get is in `recorded.json`.\nauthentik {quoted(RELEASE)}\n"]
    groups = []
    for name, (parents, superuser, attributes) in GROUPS.items():
        settings = [("superuser", "true")] if superuser else []
        settings += [("attributes", value(attributes))] if attributes else []
        groups.append(item(f"group {word(name)}{references(parents)}", [*settings, ("pk", quoted(group_pk(name)))]))
    users = []
    for username, user in USERS.items():
        settings = [(key, quoted(user[key])) for key in ("name", "email") if user.get(key)]
        settings += [("type", user["type"])] if "type" in user else []
        settings += [] if user.get("active", True) else [("active", "false")]
        settings += [("path", quoted(user["path"]))] if "path" in user else []
        settings += [("attributes", value(user["attributes"]))] if "attributes" in user else []
        users.append(item(f"user {word(username)}{references(user.get('groups', []))}", [*settings, ("pk", user_pk(username))]))
    policies = [f'policy {word(name)} expression """\n{text}"""\n' for name, text in POLICIES.items()]
    return "\n".join([*parts, *groups, *users, *policies])
