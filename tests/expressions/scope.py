"""Stand-ins for the names that authentik 2026.5 defines for an expression."""

import re
import unicodedata
from ipaddress import ip_address, ip_network

from lookups import FieldError, NotModelled
from rows import AnonymousUser, QuerySet, Picklable, User
from world import ANONYMOUS, POLICIES, USERS


class PolicyRequest(Picklable):
    def __init__(self, user):
        self.user = user
        self.http_request = None
        self.context = {}
        self.debug = False

    def __getattr__(self, name):
        if name in {"obj", "set_http_request", "should_cache"}:
            raise NotModelled(name)
        raise AttributeError(f"'PolicyRequest' object has no attribute '{name}'")

    def __repr__(self):
        raise NotModelled("the text of a PolicyRequest")


class PolicyResult(Picklable):
    def __init__(self, passing, *messages):
        self.passing = passing
        self.messages = messages

    def __getattr__(self, name):
        if name in {"raw_result", "source_binding", "source_results", "log_messages"}:
            raise NotModelled(name)
        raise AttributeError(f"'PolicyResult' object has no attribute '{name}'")

    def __repr__(self):
        raise NotModelled("the text of a PolicyResult")


class Logger:
    def __getattr__(self, name):
        if name in {"debug", "info", "warning", "warn", "error", "critical"}:
            return lambda event=None, *arguments, **more: None
        raise NotModelled(f"ak_logger.{name}")


def slugify(value, allow_unicode=False):
    value = str(value)
    if allow_unicode:
        value = unicodedata.normalize("NFKC", value)
    else:
        value = unicodedata.normalize("NFKD", value).encode("ascii", "ignore").decode("ascii")
    return re.sub(r"[-\s]+", "-", re.sub(r"[^\w\s-]", "", value.lower())).strip("-_")


def list_flatten(value):
    if isinstance(value, list):
        return value[0] if value else None
    return value


def regex_match(value, regex):
    return re.search(regex, value) is not None


def regex_replace(value, regex, repl):
    return re.sub(regex, repl, value)


def ak_is_group_member(user, **group_filters):
    return user.all_groups().filter(**group_filters).exists()


def out_of_reach(name):
    def call(*arguments, **more):
        raise NotModelled(name)

    return call


def subject(name, reverse):
    return AnonymousUser() if name == ANONYMOUS else User(name, reverse)


def names(request, reverse, evaluate):
    """The globals and the parameters of an expression's function, and where its messages go."""
    messages = []

    def ak_message(message):
        messages.append(message)

    def ak_user_by(**filters):
        everybody = QuerySet(User, lambda: [User(name, reverse) for name in USERS], reverse)
        try:
            found = everybody.filter(**filters)
            return found.first() if found else None
        except FieldError:
            return None

    def ak_call_policy(name, **context):
        if not isinstance(name, (str, type(None))):
            raise NotModelled("a policy's name that is no text")
        if name not in POLICIES:
            raise ValueError(f"Policy '{name}' not found.")
        request.context.update(context)
        try:
            result, inner = evaluate(POLICIES[name], request, reverse)
        except Exception as error:
            return PolicyResult(False, str(error))
        return PolicyResult(bool(result), *inner)

    effects = [
        "ak_create_event", "ak_create_jwt", "ak_create_jwt_raw", "ak_send_email", "ak_user_has_authenticator", "requests",
        "resolve_dns", "reverse_dns",
    ]
    globals_ = {
        **{name: out_of_reach(name) for name in effects},
        "ak_call_policy": ak_call_policy,
        "ak_is_group_member": ak_is_group_member,
        "ak_logger": Logger(),
        "ak_user_by": ak_user_by,
        "ip_address": ip_address,
        "ip_network": ip_network,
        "list_flatten": list_flatten,
        "regex_match": regex_match,
        "regex_replace": regex_replace,
        "slugify": slugify,
    }
    parameters = {
        "ak_message": ak_message,
        "ak_is_sso_flow": request.context.get("is_sso", False),
        "request": request,
        "context": request.context,
    }
    return globals_, parameters, messages
