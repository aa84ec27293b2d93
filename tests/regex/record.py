#!/usr/bin/env python3
"""Asks CPython's `re` and writes down what it says, for `src/policy/expression/regex/tests.rs`.

`python3.13 tests/regex/record.py` writes `recorded.json` beside this file. Releases from 3.11 on write the same but for
their own names and characters. `\\B` on the empty text and `\\z` are not asked: 3.14 says something else there.
"""

import json
import re
import signal
import sys
import unicodedata
import warnings
from pathlib import Path

# Nothing else is to be left beside this file.
sys.dont_write_bytecode = True

from generate import LOOPS, Generator
from listed import PATTERNS, TEMPLATES, TEXTS

NAMES = {"i": re.I, "m": re.M, "s": re.S, "a": re.A, "x": re.X}
GENERATED = 2600
GENERATED_LOOPS = 300
NEARLY = 1000
EVERYTHING = "".join(chr(number) for number in range(sys.maxunicode + 1) if not 0xD800 <= number < 0xE000)
RANGES = ["az", "AZ", "AC", "hj", "js", "Za", "@`", "\x00\x7f", "\x00A", "09", "_k"]
# CPython takes milliseconds for most patterns, and for ever for some.
SECONDS = 4


def compiled(pattern, flags):
    """The compiled pattern, or the name of what is raised."""
    try:
        return re.compile(pattern, sum(NAMES[flag] for flag in flags))
    except re.error:
        return "error"
    except (OverflowError, ValueError, RecursionError) as error:
        return type(error).__name__


def groups(match):
    """The places of a match and its groups, one after the other; -1 if a group took no part."""
    return match and [place for group in range(match.re.groups + 1) for place in match.span(group)]


def replaced(pattern, template, text):
    try:
        return pattern.sub(template, text)
    except (re.error, IndexError):
        return None


def asked(pattern, text, template):
    """What a pattern says about a text; 1 where the answer is that of `search`."""
    search = groups(pattern.search(text))
    others = [groups(pattern.match(text)), groups(pattern.fullmatch(text))]
    found = [groups(match) for match in pattern.finditer(text)]
    brief = [1 if other == search else other for other in others]
    brief.append(1 if found == [search] or not found else found)
    return [text, search, *brief, replaced(pattern, template, text)]


def record(pattern, flags, texts, template):
    regex = compiled(pattern, flags)
    if isinstance(regex, str):
        return [pattern, flags, regex]
    texts = dict.fromkeys(text for text in texts if text or "\\B" not in pattern)
    signal.alarm(SECONDS)
    try:
        return [pattern, flags, template, [asked(regex, text, template) for text in texts]]
    except TimeoutError:
        return [pattern, flags, "", []]
    finally:
        signal.alarm(0)


def too_long(*_):
    raise TimeoutError


def generated(generator):
    pattern, flags, near = generator.pattern()
    kept = compiled(pattern, flags)
    kept = 0 if isinstance(kept, str) else kept.groups
    template = generator.one("<\\g<0>>", f"[\\{generator.one(*range(1, kept + 1))}]") if kept else "<\\g<0>>"
    return record(pattern, flags, [near, ""] + [generator.text(near) for _ in range(10)], template)


def ranges(characters):
    """Characters in order, as ranges."""
    found = []
    for number in map(ord, characters):
        if found and found[-1] == number - 1:
            found[-1] = number
        else:
            found += [number, number]
    return found


def beyond_ascii(holds):
    return ranges(character for character in EVERYTHING[128:] if holds(character))


def case(first, last, ascii):
    """What a range of characters matches when case is ignored."""
    pattern = f"[{re.escape(first)}-{re.escape(last)}]" if first != last else re.escape(first)
    return [first, last, ascii, ranges(re.findall(pattern, EVERYTHING, re.I | (re.A if ascii else 0)))]


def main():
    warnings.simplefilter("ignore")
    signal.signal(signal.SIGALRM, too_long)
    generator = Generator(20261)
    patterns = []
    for pattern, flags, texts in PATTERNS:
        texts = texts + [generator.text(text) for text in texts] + TEXTS
        template = generator.one("<\\g<0>>", "-", "\\\\x")
        patterns.append(record(pattern, flags, texts, template))
    for pattern, template in TEMPLATES:
        patterns.append(record(pattern, "", ["abcab", "", "xay\n"], template))
    patterns += [generated(generator) for _ in range(GENERATED)]
    loops = Generator(20262, **LOOPS)
    patterns += [generated(loops) for _ in range(GENERATED_LOOPS)]
    for _ in range(NEARLY):
        patterns.append(record(*generator.noise(), ["", "ab", "A k\n", "aab1_-.", "éa\n", "a{1,"], "\\g<0>x"))
    recorded = {
        "python": ".".join(map(str, sys.version_info[:3])),
        "unicode": unicodedata.unidata_version,
        "alnum": beyond_ascii(str.isalnum),
        "decimal": beyond_ascii(str.isdecimal),
        "space": beyond_ascii(str.isspace),
        "cases": [
            case(first, last, ascii)
            for ascii in (False, True)
            for first, last in [character * 2 for character in EVERYTHING[:0x180]] + RANGES
        ],
        "patterns": patterns,
    }
    lines = json.dumps(recorded, ensure_ascii=False, separators=(",", ":")).replace('],["', '],\n["')
    Path(__file__).with_name("recorded.json").write_text(lines + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
