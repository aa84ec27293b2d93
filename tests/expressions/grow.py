"""Grows random policies over the fields of users and groups. The same ones under every release of Python."""

import random

from world import GROUPS, USERS


class Grower:
    def __init__(self, seed):
        self.random = random.Random(seed)
        self.names = {"text": [], "number": [], "truth": [], "list": []}

    def below(self, limit):
        # Of all of `random`, only `random()` is promised to stay as it is.
        return int(self.random.random() * limit)

    def one(self, options):
        return options[self.below(len(options))]

    def of(self, kind, depth):
        known = self.names[kind]
        if known and self.below(4) == 0:
            return self.one(known)
        return getattr(self, kind)(depth)

    def word(self):
        words = ["", "a", "an", "anna", "@", ".", "example.org", "it", "dev", "staff", "users", "/", "o", "É", "ß", "1", " "]
        return repr(self.one(words))

    def key(self):
        return repr(self.one(["department", "level", "roles", "mfa", "address", "site", "tags", "number", "nope"]))

    def text(self, depth):
        u = "request.user"
        if depth <= 0:
            return self.one([f"{u}.username", f"{u}.email", f"{u}.name", f"{u}.path", f"{u}.type", self.word()])
        t = lambda: self.of("text", depth - 1)
        return self.one([
            lambda: f"{t()}.{self.one(['lower', 'upper', 'strip', 'title', 'casefold', 'swapcase'])}()",
            lambda: f"{t()}.split({self.one(['', repr('@'), repr('/'), repr('.')])})[{self.one([0, 1, -1])}]",
            lambda: f"{t()}.partition({self.one([repr('@'), repr('a'), repr(' ')])})[{self.below(3)}]",
            lambda: f"{t()}.replace({self.word()}, {self.word()})",
            lambda: f"{t()}[{self.one(['1:', ':2', '::-1', '-3:', '::2', '1:-1'])}]",
            lambda: f"{t()}[{self.one(['0', '-1', '3'])}]",
            lambda: f"({t()} + {t()})",
            lambda: f"({t()} or {t()})",
            lambda: f"({t()} if {self.of('truth', depth - 1)} else {t()})",
            lambda: "f\"{" + self.one(["request.user.username", "request.user.pk", "request.user.is_active"]) + self.one(["", "!r", "!s:>6"]) + "}\"",
            lambda: f"str({self.of('number', depth - 1)})",
            lambda: f"request.user.attributes.get({self.key()}, {self.word()})",
            lambda: f"request.user.attributes[{self.key()}]",
            lambda: f"'-'.join(sorted({self.of('list', depth - 1)}))",
            lambda: f"{t()}.strip({self.word()})",
            lambda: f"regex_replace({t()}, {self.one([repr('[aeiou]'), repr('@.*$'), repr('^.')])}, {self.word()})",
            lambda: f"{self.one(['min', 'max'])}({t()}, {t()})",
        ])()

    def number(self, depth):
        if depth <= 0:
            return self.one(["0", "1", "2", "3", "-1", "request.user.pk", "len(request.user.username)"])
        n = lambda: self.of("number", depth - 1)
        return self.one([
            lambda: f"len({self.of('text', depth - 1)})",
            lambda: f"len({self.of('list', depth - 1)})",
            lambda: f"({n()} {self.one(['+', '-', '*', '//', '%', '&', '|', '/'])} {n()})",
            lambda: f"request.user.attributes.get('level', {n()})",
            lambda: f"request.user.attributes['level']",
            lambda: f"int({self.of('text', depth - 1)})",
            lambda: f"{self.of('text', depth - 1)}.{self.one(['count', 'find', 'index', 'rfind'])}({self.word()})",
            lambda: f"sum({self.of('truth', 0)} for x in {self.of('list', depth - 1)})",
            lambda: f"request.user.{self.one(['groups', 'all_groups()'])}.count()",
            lambda: f"abs({n()})",
            lambda: f"({n()} if {self.of('truth', depth - 1)} else {n()})",
            lambda: f"{self.one(['min', 'max'])}({n()}, {n()})",
        ])()

    def list(self, depth):
        if depth <= 0:
            return self.one([
                "[g.name for g in request.user.groups.all()]", "[g.name for g in request.user.all_groups()]", "['a', 'staff', 'it']",
                "request.user.attributes.get('roles', [])", "request.user.username.split('-')", "list(request.user.attributes)",
            ])
        return self.one([
            lambda: f"[x for x in {self.of('list', depth - 1)} if {self.about('x')}]",
            lambda: f"[x.{self.one(['lower', 'upper', 'title'])}() for x in {self.of('list', depth - 1)}]",
            lambda: f"{self.of('text', depth - 1)}.split({self.one(['', repr('.'), repr('/')])})",
            lambda: f"sorted({self.of('list', depth - 1)})[{self.one(['1:', ':2', '::-1'])}]",
            lambda: f"({self.of('list', depth - 1)} + {self.of('list', depth - 1)})",
            lambda: f"list({self.of('text', depth - 1)})",
            lambda: f"sorted(set({self.of('list', depth - 1)}))",
            lambda: f"[len(x) for x in {self.of('list', depth - 1)}]",
        ])()

    def about(self, name):
        return self.one([
            f"{name} in request.user.username", f"{name}.startswith({self.word()})", f"len({name}) > {self.below(8)}", f"{name} != {self.word()}",
            f"{name}.islower()", f"{self.word()} in {name}", f"{name}[0] == {name}[-1]", f"{name} > {self.word()}",
        ])

    def truth(self, depth):
        group = repr(self.one(list(GROUPS)))
        if depth <= 0:
            return self.one([
                "request.user.is_active", "request.user.is_superuser", f"ak_is_group_member(request.user, name={group})",
                f"request.user.groups.filter(name={group}).exists()", f"request.user.username == {self.one(list(USERS))!r}",
                "request.user.is_authenticated", f"request.user.type == {self.one(['internal', 'external'])!r}",
                f"{self.key()} in request.user.attributes", f"request.user.attributes.get({self.key()})",
                f"ak_call_policy({self.one(['is-staff', 'by-email', 'nested', 'boom', 'yes'])!r}).passing",
            ])
        b = lambda: self.of("truth", depth - 1)
        t = lambda: self.of("text", depth - 1)
        n = lambda: self.of("number", depth - 1)
        return self.one([
            lambda: f"({b()} and {b()})",
            lambda: f"({b()} or {b()})",
            lambda: f"(not {b()})",
            lambda: f"({b()} if {b()} else {b()})",
            lambda: f"{t()} {self.one(['==', '!=', '<', '>=', 'in', 'not in'])} {t()}",
            lambda: f"{n()} {self.one(['==', '!=', '<', '<=', '>'])} {n()}",
            lambda: f"{n()} < {n()} <= {n()}",
            lambda: f"{t()}.{self.one(['startswith', 'endswith'])}({self.one([self.word(), '(' + self.word() + ', ' + self.word() + ')'])})",
            lambda: f"{t()}.{self.one(['islower', 'isupper', 'isdigit', 'isalpha', 'isalnum', 'isascii', 'istitle'])}()",
            lambda: f"{t()} in {self.of('list', depth - 1)}",
            lambda: f"{self.one(['any', 'all'])}({self.about('x')} for x in {self.of('list', depth - 1)})",
            lambda: f"{self.one(['any', 'all'])}([{self.about('x')} for x in {self.of('list', depth - 1)}])",
            lambda: f"set({self.of('list', depth - 1)}) {self.one(['<=', '&', '-', '=='])} set({self.of('list', depth - 1)})",
            lambda: f"request.user.attributes.get({self.key()}) {self.one(['==', 'is', 'is not', '!='])} {self.one(['None', 'True'])}",
            lambda: f"isinstance(request.user.attributes.get({self.key()}), {self.one(['str', 'int', '(list, dict)', 'bool'])})",
            lambda: f"regex_match({t()}, {self.one(['^[a-z]+$', 'a', '@.*[.]org$', '[0-9]'])!r})",
            lambda: f"bool({self.of('list', depth - 1)})",
        ])()

    def fresh(self, kind):
        name = f"{kind[0]}{sum(map(len, self.names.values()))}"
        self.names[kind].append(name)
        return name

    def assignment(self, depth):
        kind = self.one(["text", "number", "truth", "list"])
        grown = self.of(kind, depth)
        return f"{self.fresh(kind)} = {grown}"

    def block(self, depth, may_return=True):
        """Lines of one block. What it names may be unbound later, which is a test as well."""
        lines = []
        for _ in range(1 + self.below(2)):
            choice = self.below(8)
            if choice < 2 or depth <= 0:
                lines.append(self.assignment(1 + self.below(2)))
            elif choice < 5:
                lines.append(f"if {self.of('truth', 2)}:")
                lines += self.inner(depth)
                if self.below(2):
                    lines.append(f"elif {self.of('truth', 1)}:")
                    lines += self.inner(depth)
                if self.below(2):
                    lines.append("else:")
                    lines += self.inner(depth)
            elif choice < 7:
                lines.append("try:")
                lines += self.inner(depth)
                caught = self.one(["KeyError", "(TypeError, AttributeError)", "Exception", "IndexError", "ValueError", "LookupError"])
                lines.append(f"except {caught}:")
                lines += self.inner(depth)
            else:
                lines.append(f"for x in {self.of('list', 1)}:")
                lines.append(f"    if {self.about('x')}:")
                lines.append("        " + self.one(["return True", f"return {self.of('truth', 1)}", "break", "continue"]))
        if may_return and self.below(2):
            lines.append(f"return {self.of(self.one(['truth', 'truth', 'text', 'number', 'list']), 2)}")
        return lines

    def inner(self, depth):
        return ["    " + line for line in self.block(depth - 1)]

    def program(self):
        if self.below(3) == 0:
            return f"return {self.truth(2 + self.below(2))}"
        return "\n".join([*self.block(2, may_return=False), f"return {self.of('truth', 2)}"])


def programs(count=700):
    return [Grower(seed).program() for seed in range(count)]
