"""Stand-ins for users, groups and the queries between them, as far as expressions of tests may use them."""

import re
import uuid

from documents import merge, reorder
from lookups import FieldError, MultipleObjectsReturned, NotModelled, ObjectDoesNotExist, conditions
from world import GROUPS, USERS, closure, group_pk, user_pk


class Picklable:
    """Django's objects can be pickled; what they become does not matter."""

    def __reduce__(self):
        return (str, ())


class Model(Picklable):
    """A row. Each query makes new ones, as Django does."""

    unmodelled = frozenset()

    def __getattr__(self, name):
        if name in self.unmodelled:
            raise NotModelled(name)
        raise AttributeError(f"'{type(self).__name__}' object has no attribute '{name}'")

    def __eq__(self, other):
        if not isinstance(other, Model):
            return NotImplemented
        return type(self) is type(other) and self.pk == other.pk

    def __hash__(self):
        return hash(self.pk)

    def __repr__(self):
        return f"<{type(self).__name__}: {self}>"


COMMON = {
    "objects", "save", "delete", "refresh_from_db", "full_clean", "serializer", "_meta", "_state", "DoesNotExist",
    "MultipleObjectsReturned", "roles", "all_roles", "update_attributes", "get_managed_role", "asave", "adelete", "clean",
}


class Group(Model):
    fields = {"name": "text", "is_superuser": "bool", "attributes": "json", "pk": "uuid", "group_uuid": "uuid"}
    keys = {"pk", "group_uuid"}
    relations = {
        "users", "parents", "children", "roles", "parent_nodes", "child_nodes", "ancestor_nodes", "descendant_nodes",
        "policybinding", "sourcegroupconnection", "groupsourceconnection",
    }
    unmodelled = frozenset({"num_pk", "source_set", *(relations - {"parents"}), *COMMON})

    def __init__(self, name, reverse):
        self.name = name
        self.is_superuser = GROUPS[name][1]
        self.attributes = reorder(GROUPS[name][2], reverse)
        self.pk = self.group_uuid = uuid.UUID(group_pk(name))
        self._reverse = reverse

    def stored(self, field):
        return getattr(self, field)

    parents = property(lambda self: Manager(rows_of(GROUPS[self.name][0], self._reverse)))

    def is_member(self, user):
        return user.all_groups().filter(group_uuid=self.group_uuid).exists()

    def __str__(self):
        return f"Group {self.name}"


def rows_of(names, reverse):
    return QuerySet(Group, lambda: [Group(name, reverse) for name in names], reverse)


class DjangoGroup(Model):
    """What an anonymous user would have: no row, and other fields."""

    fields = {"name": "text", "id": "int", "pk": "int"}
    keys = {"pk", "id"}
    relations = {"user", "permissions"}


class User(Model):
    fields = {
        "username": "text", "email": "text", "name": "text", "type": "text", "path": "text", "is_active": "bool",
        "pk": "int", "id": "int", "uuid": "uuid", "attributes": "json",
    }
    keys = {"pk", "id"}
    relations = {
        "groups", "roles", "sources", "first_name", "last_name", "password", "last_login", "date_joined", "last_updated",
        "password_change_date", "session", "token", "authenticatedsession", "usersourceconnection",
    }
    unmodelled = frozenset({
        "uid", "avatar", "locale", "password", "first_name", "last_name", "last_login", "date_joined", "last_updated",
        "password_change_date", "check_password", "set_password", "has_usable_password", "set_unusable_password",
        "app_entitlements", "app_entitlements_attributes", "has_perm", "has_perms", "has_module_perms", "email_user",
        "get_full_name", "get_short_name", "get_username", "natural_key", "user_permissions", "backend", "sources", "is_staff",
        "USERNAME_FIELD", "EMAIL_FIELD", "REQUIRED_FIELDS", "default_path", "token_set", "session_set",
        "authenticatedsession_set", "get_session_auth_hash", "has_verified_email", *COMMON,
    })

    def __init__(self, username, reverse):
        user = USERS[username]
        self.username = username
        self.email = user.get("email", "")
        self.name = user.get("name", "")
        self.type = user.get("type", "internal")
        self.path = user.get("path", "users")
        self.is_active = user.get("active", True)
        self.attributes = reorder(user.get("attributes", {}), reverse)
        self.pk = self.id = user_pk(username)
        self.uuid = uuid.UUID(f"11111111-0000-4000-8000-{self.pk:012x}")
        self._of = user.get("groups", [])
        self._reverse = reverse

    def stored(self, field):
        return getattr(self, field)

    def __str__(self):
        return self.username

    is_authenticated = property(lambda self: True)
    is_anonymous = property(lambda self: False)
    groups = property(lambda self: Manager(rows_of(self._of, self._reverse)))
    ak_groups = property(lambda self: self.groups)

    @property
    def is_superuser(self):
        if "is_superuser" not in self.__dict__:
            self.__dict__["is_superuser"] = self.all_groups().filter(is_superuser=True).exists()
        return self.__dict__["is_superuser"]

    @is_superuser.setter
    def is_superuser(self, value):
        self.__dict__["is_superuser"] = value

    def all_groups(self):
        return rows_of(closure(self._of), self._reverse)

    def group_attributes(self, request=None):
        if request is not None:
            raise NotModelled("the brand of the request")
        # The order of names is that of the database's collation, which may or may not look at case and blanks.
        collations = [lambda group: group.name, lambda group: "".join(filter(str.isalnum, group.name.casefold()))]
        merged = [{}, {}]
        for result, collation in zip(merged, collations):
            for group in sorted(self.all_groups(), key=collation):
                merge(result, reorder(group.attributes, self._reverse))
        if merged[0] != merged[1]:
            raise NotModelled("a merge that rests on the database's collation")
        merge(merged[0], self.attributes)
        return merged[0]


class AnonymousUser:
    """Django's. It has neither e-mail nor attributes."""

    id = None
    pk = None
    username = ""
    is_staff = False
    is_active = False
    is_superuser = False
    is_authenticated = property(lambda self: False)
    is_anonymous = property(lambda self: True)
    groups = property(lambda self: Manager(QuerySet(DjangoGroup, lambda: [], False)))

    def __str__(self):
        return "AnonymousUser"

    def __eq__(self, other):
        return isinstance(other, type(self))

    def __hash__(self):
        return 1

    def __int__(self):
        raise TypeError("Cannot cast AnonymousUser to int.")

    def __repr__(self):
        raise NotModelled("an address")

    def __getattr__(self, name):
        if name in {
            "save", "delete", "set_password", "check_password", "user_permissions", "get_username", "has_perm", "has_perms",
            "has_module_perms", "get_user_permissions", "get_group_permissions", "get_all_permissions",
        }:
            raise NotModelled(name)
        raise AttributeError(f"'AnonymousUser' object has no attribute '{name}'")


# Queries

QUERY_UNMODELLED = {
    "aggregate", "annotate", "alias", "bulk_create", "bulk_update", "create", "dates", "defer", "delete", "difference",
    "earliest", "explain", "extra", "get_or_create", "in_bulk", "intersection", "iterator", "latest", "only",
    "prefetch_related", "raw", "reverse", "select_for_update", "select_related", "select_subclasses", "union", "update",
    "update_or_create", "using", "with_ancestors", "with_descendants", "query", "db", "model", "ordered", "contains", "as_manager",
    "complex_filter", "resolve_expression", "acount", "afirst", "aget", "aexists", "datetimes",
}


class QuerySet(Picklable):
    """Rows that are looked for only once somebody wants them."""

    def __init__(self, model, rows, reverse, columns=None, ordered=False):
        self._model = model
        self._rows = rows
        self._reverse = reverse
        self._columns = columns
        self._ordered = ordered
        self._cache = None

    def __getattr__(self, name):
        if name in QUERY_UNMODELLED:
            raise NotModelled(name)
        raise AttributeError(f"'QuerySet' object has no attribute '{name}'")

    def _with(self, change, **other):
        options = {"columns": self._columns, "ordered": self._ordered, **other}
        return QuerySet(self._model, lambda: change(self._rows()), self._reverse, **options)

    def _fetch(self):
        if self._cache is None:
            rows = self._rows()
            # The database may give rows in any order unless somebody asked for one.
            if self._reverse and not self._ordered:
                rows = rows[::-1]
            self._cache = [self._columns(row) for row in rows] if self._columns else rows
        return self._cache

    def values_for_in(self):
        if self._columns:
            return [row[0] if isinstance(row, tuple) else row for row in self._fetch()]
        return [row.pk for row in self._fetch()]

    def all(self):
        return self._with(lambda rows: rows)

    def distinct(self):
        return self._with(lambda rows: rows)

    def none(self):
        return self._with(lambda rows: [])

    def filter(self, *positional, **filters):
        if positional:
            raise NotModelled("Q")
        tests = conditions(self._model, filters)
        return self._with(lambda rows: [row for row in rows if all(test(row) for test in tests)])

    def exclude(self, *positional, **filters):
        if positional or any(name.startswith("attributes") for name in filters):
            raise NotModelled("excluding by JSON paths, which may be null")
        tests = conditions(self._model, filters)
        return self._with(lambda rows: [row for row in rows if not (tests and all(test(row) for test in tests))])

    def order_by(self, *names):
        for name in names:
            if name.lstrip("-") not in self._model.fields:
                raise FieldError(f"Cannot resolve keyword '{name}' into field.")
        if len(names) != 1 or "attributes" in names[0]:
            raise NotModelled("this order")
        field = names[0].lstrip("-")

        def change(rows):
            values = [row.stored(field) for row in rows]
            if any(isinstance(value, str) and not re.fullmatch("[a-z]*", value) for value in values):
                raise NotModelled("an order that rests on the database's collation")
            return sorted(rows, key=lambda row: row.stored(field), reverse=names[0].startswith("-"))

        return self._with(change, ordered=True)

    def values_list(self, *fields, flat=False):
        if flat and len(fields) > 1:
            raise TypeError("'flat' is not valid when values_list is called with more than one field.")
        self._check(fields)
        if flat:
            return self._with(lambda rows: rows, columns=lambda row: row.stored(fields[0]))
        return self._with(lambda rows: rows, columns=lambda row: tuple(row.stored(field) for field in fields))

    def values(self, *fields):
        self._check(fields)
        return self._with(lambda rows: rows, columns=lambda row: {field: row.stored(field) for field in fields})

    def _check(self, fields):
        if not fields:
            raise NotModelled("all columns")
        for field in fields:
            if field not in self._model.fields:
                if "__" in field or field in self._model.relations:
                    raise NotModelled(field)
                raise FieldError(f"Cannot resolve keyword '{field}' into field.")

    def get(self, *positional, **filters):
        rows = self.filter(*positional, **filters)._fetch()
        if not rows:
            raise ObjectDoesNotExist(f"{self._model.__name__} matching query does not exist.")
        if len(rows) > 1:
            raise MultipleObjectsReturned(f"get() returned more than one {self._model.__name__}")
        return rows[0]

    def exists(self):
        return bool(self._rows())

    def count(self):
        return len(self._rows())

    def first(self):
        return self._end(0)

    def last(self):
        return self._end(-1)

    def _end(self, index):
        rows = self._rows() if self._ordered else sorted(self._rows(), key=lambda row: row.pk)
        if not rows:
            return None
        return self._columns(rows[index]) if self._columns else rows[index]

    def __iter__(self):
        return iter(self._fetch())

    def __repr__(self):
        kind = {Group: "GroupQuerySet", User: "UserQuerySet"}.get(self._model, "QuerySet")
        return f"<{kind} {self._fetch()!r}>"

    def __len__(self):
        return len(self._fetch())

    def __bool__(self):
        return bool(self._fetch())

    def __getitem__(self, index):
        if not isinstance(index, (int, slice)):
            raise TypeError(f"QuerySet indices must be integers or slices, not {type(index).__name__}.")
        if isinstance(index, slice):
            raise NotModelled("slices of queries")
        if index < 0:
            raise ValueError("Negative indexing is not supported.")
        return self._fetch()[index]

    def _refuse(self, other):
        raise NotModelled("operators of queries")

    __and__ = __or__ = __xor__ = __rand__ = __ror__ = __rxor__ = _refuse


class Manager:
    """A related manager: to be asked, not to be gone through, and not to be pickled."""

    METHODS = {"all", "filter", "exclude", "exists", "count", "first", "last", "get", "values_list", "values", "order_by",
               "distinct", "none"}

    def __init__(self, rows):
        self._all = rows

    def __getattr__(self, name):
        if name in self.METHODS:
            return getattr(self._all, name)
        if name in QUERY_UNMODELLED or name in {"add", "remove", "set", "clear", "through", "get_queryset", "instance"}:
            raise NotModelled(name)
        raise AttributeError(f"'ManyRelatedManager' object has no attribute '{name}'")

    def __eq__(self, other):
        raise NotModelled("comparing managers")

    __hash__ = object.__hash__

    def __repr__(self):
        raise NotModelled("the text of a manager")

    def __reduce_ex__(self, protocol):
        raise TypeError("cannot pickle a related manager")
