"""Patterns and texts at random, from a grammar, always the same."""

import random

LITERALS = ["a", "b", "c", "A", "1", "_", "-", " ", "\\.", "é", "\\n", "k", "s", "ab", "\\x41", "@"]
SETS = [
    ".", "\\w", "\\d", "\\s", "\\W", "\\D", "\\S", "[abc]", "[^a]", "[a-c]", "[^a-c\\n]", "[\\w.-]", "[]a]", "[^\\s@]",
    "[A-Z]", "[\\d_]", "[^\\W\\d]", "[a-zA-Z0-9]", "[-a]", "[\\x1c-b]",
]
PLACES = ["^", "$", "\\b", "\\B", "\\A", "\\Z"]
TIMES = ["*", "+", "?", "*?", "+?", "??", "{2}", "{1,2}", "{,2}", "{2,}", "{0,2}?", "{1,}?", "{0}", "{3,2}", "{", "*+"]
WRONG = ["(", ")", "[", "*", "\\", "(?", "\\q", "(?P<n>a)", "\\1", "(?=a)", "(?i)", "{,", "[b-a]", "(?P=n)", "(?>a)"]
FLAGS = ["", "", "", "", "", "", "i", "i", "m", "s", "a", "x", "im", "ia", "ms"]
ALPHABET = list("aaabbbccAB1_-. @ks\n\n") + ["é", "ä", "\x1c", "\xa0", "٣", "²", "ſ", "K", "\r", "İ", "Ä"]


# What matters when groups are kept in loops.
LOOPS = {
    "literals": ["a", "b", "c", "ab", "(a)", "(b)", "(?:(a)|b)", "(a)?", "(a|ab)", "a?"],
    "sets": [".", "[ab]", "[^a]"],
    "places": ["$", "^", "\\b"],
    "times": TIMES[:-4] + ["*", "+"] * 5,
    "flags": [""],
    "alphabet": list("aaabbbc"),
}

# What is nearly a pattern.
NOISE = list("aabAk1_-. \n#()[]{}*+?|^$\\,:<>=!PimsxaLu&~é") + [
    "(?", "(?:", "(?i", "(?P<", "n>", "(?P<n>", "{1,", "{2}", "[^", "\\w", "\\b", "\\B", "\\1", "\\x", "\\u0041", "\\0", "\\12",
    "(?#", ")", ")", "]", "]", "-", "|", "(?x)", "(?i)", "(?-", "\\Z", "\\A", "\\d", "a-z", "[a-", "\\]", "\\-", "?", "*", "(a)",
]


class Generator:
    """Makes patterns, and texts that are near to what they match."""

    def __init__(self, seed, literals=LITERALS, sets=SETS, places=PLACES, times=TIMES, flags=FLAGS, alphabet=ALPHABET):
        self.random = random.Random(seed)
        self.literals, self.sets, self.places = literals, sets, places
        self.times, self.flags, self.alphabet = times, flags, alphabet

    def one(self, *choices):
        return self.random.choice(choices)

    def atom(self, depth):
        """A part of a pattern, with a text that it may match."""
        kind = self.random.random()
        if kind < 0.42:
            literal = self.random.choice(self.literals)
            return literal, {"\\.": ".", "\\n": "\n", "\\x41": "A"}.get(literal, literal)
        if kind < 0.62:
            return self.random.choice(self.sets), self.random.choice(self.alphabet)
        if kind < 0.72:
            return self.random.choice(self.places), ""
        if kind < 0.725:
            return self.random.choice(WRONG), ""
        if depth == 0:
            return "a", "a"
        inner, text = self.either(depth - 1)
        start = self.one("(", "(", "(", "(?:", "(?:", "(?:", "(?i:", "(?s-i:", "(?m:", "(?a:")
        return start + inner + ")", text

    def sequence(self, depth):
        pattern, text = "", ""
        for _ in range(self.one(0, 1, 1, 2, 2, 3, 4)):
            part, near = self.atom(depth)
            if self.random.random() < 0.3 and part not in self.places:
                part += self.random.choice(self.times[:-4] if self.random.random() < 0.95 else self.times)
                near *= self.one(0, 1, 1, 2, 3)
            pattern += part
            text += near
        return pattern, text

    def either(self, depth):
        branches = [self.sequence(depth) for _ in range(self.one(1, 1, 1, 2, 2, 3))]
        return "|".join(pattern for pattern, _ in branches), self.random.choice(branches)[1]

    def pattern(self):
        """A pattern, its flags and a text that it may match."""
        pattern, text = self.either(3)
        if self.random.random() < 0.1:
            pattern = "^" + pattern + "$"
        return pattern, self.random.choice(self.flags), text

    def noise(self):
        """What is nearly a pattern, with flags."""
        pattern = "".join(self.random.choice(NOISE) for _ in range(self.one(1, 2, 3, 4, 5, 6, 8, 10, 14)))
        return pattern, self.one("", "", "", "x", "i", "m", "s", "a", "ix")

    def text(self, near):
        """A text near to another."""
        kind = self.random.random()
        if kind < 0.15:
            return near
        if kind < 0.2:
            return near + "\n"
        if kind < 0.35:
            return "".join(self.random.choice(self.alphabet) for _ in range(self.one(0, 1, 2, 3, 4, 6)))
        text = list(near)
        for _ in range(self.one(1, 1, 2, 3)):
            place = self.random.randrange(len(text) + 1)
            text[place:place + self.one(0, 0, 1)] = [self.random.choice(self.alphabet)] * self.one(0, 1, 1, 2)
        return "".join(text)[:14]
