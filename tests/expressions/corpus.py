"""The expressions to record: those in `corpus/`, some that no text file can hold, and generated ones.

In a corpus file, `== idiom` begins a section with one expression a line, `=& idiom` one where a row of three or
more `and` is as many expressions, and `=# idiom` one whose expressions are divided by lines of `--`.
"""

import ast
import pathlib

import grow

HERE = pathlib.Path(__file__).resolve().parent
GENERATED = "generated"

# Line ends, tabs and what else an editor would change.
RAW = [
    "",
    " ",
    "\n\n",
    "return True\n",
    "return True\r\n",
    "x = 1\r\nif x:\r\n    return True\r\n",
    "x = 1\rreturn x == 1",
    "\n\n  \nreturn True",
    "return True\n\n\n",
    "\treturn True",
    "if True:\n\treturn True",
    "if True:\n\tx = 1\n        return x",
    "if True:\n    x = 1\n\treturn x",
    "x = 1\x0c\nreturn x",
    "\x0creturn True",
    "return '\x00'",
    "\ufeffreturn True",
    "return 'a\tb' == 'a\\tb'",
    "return True\\",
    "return True\\\n",
    "return (True\n",
    "return '''a\r\nb''' == 'a\\n    b'",
    "return '''a\u2028b''' == 'a\\u2028    b'",
    "return '''a\u2028b''' == 'a\\u2028b'",
    "return 'a\u2028b'",
    "return '''a\x0bb''' == 'a\\x0b    b'",
    "return '''a\x85b''' == 'a\\x85    b'",
    "return '''a\rb''' == 'a\\n    b'",
    "return 'a\x1cb' == 'a\\x1c    b'",
    "return 'a\x1fb' == 'a\\x1fb'",
    "return 'a\u2029b' == 'a\\u2029    b'",
    "return '''a\n\u3000\nb''' == 'a\\n\\u3000\\n    b'",
    "return '''a\n\u200b\nb''' == 'a\\n    \\u200b\\n    b'",
    "return '''a\n\t\nb''' == 'a\\n\\t\\n    b'",
    "return '''\n''' == '\\n    '",
    "return '''a\n''' == 'a\\n    '",
    "return 'a\\\nb' == 'a    b'",
    "return 'a\\\r\nb' == 'a    b'",
    "return '''a\\\nb''' == 'a    b'",
    "x = 1 # \x0c y = 2\nreturn x",
    "x = 1 # \r x = 2\nreturn x == 2",
    "x = 1 # \rx = 2\nreturn x == 2",
    "x = 1\x1cy = 2\nreturn y",
    "# comment \u2028 return False\nreturn True",
    "x = '\\ud800'\nreturn len(x) == 1",
    "return '\U0001f642' == '\\N{SLIGHTLY SMILING FACE}'",
    "return\u00a0True",
    "if True:\n    return True\n  \n \n",
    "if True: \n    x = 1\n\n    \n    y = 2\nreturn y == 2",
    "return True # \r\n",
]


def conjuncts(line):
    try:
        body = ast.parse(line).body
    except (SyntaxError, ValueError):
        return [line]
    value = body[0].value if len(body) == 1 and isinstance(body[0], ast.Return) else None
    if not isinstance(value, ast.BoolOp) or not isinstance(value.op, ast.And) or len(value.values) < 3:
        return [line]
    return [f"return {ast.get_source_segment(line, part)}" for part in value.values]


def sections(text):
    idiom, kind, lines = None, "=", []
    for line in [*text.split("\n"), "== end"]:
        if line.startswith(("== ", "=& ", "=# ")):
            if kind == "#":
                yield from ((idiom, part.strip("\n")) for part in "\n".join(lines).split("\n--\n"))
            idiom, kind, lines = line[3:], line[1], []
        elif kind == "#":
            lines.append(line)
        elif idiom and line:
            yield from ((idiom, part) for part in (conjuncts(line) if kind == "&" else [line]))


def expressions():
    """Pairs of idiom and text, no text twice."""
    found = {}
    for name in ("idioms", "language", "blocks", "traps"):
        for idiom, text in sections((HERE / "corpus" / f"{name}.txt").read_text("utf-8")):
            found.setdefault(text, idiom)
    for text in RAW:
        found.setdefault(text, "raw text")
    for text in grow.programs():
        found.setdefault(text, GENERATED)
    return [(idiom, text) for text, idiom in found.items()]


def choose_generated(kept, wanted=320):
    """All that was written by hand, and of the generated ones those that tell most about users."""
    chosen, uniform = [], 0
    left = wanted
    for idiom, text, ends in kept:
        if idiom == GENERATED:
            if left == 0 or (len(set(ends)) == 1 and uniform >= wanted // 8):
                continue
            if len(set(ends)) == 1:
                uniform += 1
            left -= 1
        chosen.append((idiom, text, ends))
    return chosen
