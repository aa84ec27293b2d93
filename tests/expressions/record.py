#!/usr/bin/env python3
"""What expressions of policies end with in CPython, for every user of a small world.

    record.py          writes world.may and recorded.json beside this file
    record.py check    does it again in memory; exit code 1 if either differs
    record.py run      reads {"text": ...} lines, answers each with one letter for each subject

With `-v` it says why a letter is unknown.

The letters: T and F are truthy and falsy results, E is an exception, C a result that authentik fails to store
(it then denies, whatever the binding says), and ? (never recorded) is what the stand-ins do not know or what
rests on an order that nobody promises.
"""

import collections
import contextlib
import io
import json
import os
import pathlib
import pickle
import signal
import subprocess
import sys
import textwrap
import warnings

# Nothing but the recordings may appear beside this file.
sys.dont_write_bytecode = True

import corpus
import world
from lookups import NotModelled, OutOfTime
from scope import PolicyRequest, names, subject

HERE = pathlib.Path(__file__).resolve().parent
HASH_SEEDS = ["1", "2", "77"]
SECONDS = 5


def evaluate(text, request, reverse):
    """The result and the messages of an expression, called as authentik calls it."""
    globals_, parameters, messages = names(request, reverse, evaluate)
    signature = ",".join(parameters)
    source = f"def handler({signature}):\n{textwrap.indent(text, '    ')}\nresult = handler({signature})"
    locals_ = dict(parameters)
    exec(compile(source, "policy", "exec"), globals_, locals_)
    return locals_["result"], messages


def out_of_time(*_):
    raise OutOfTime("it takes too long")


def ending(text, name, reverse):
    """The letter of one subject; what nobody knows raises `NotModelled`."""
    before = NotModelled.count
    letter = attempt(text, subject(name, reverse), reverse)
    if NotModelled.count != before:
        raise NotModelled("caught by the expression")
    return letter


def attempt(text, user, reverse):
    try:
        with contextlib.redirect_stdout(io.StringIO()):
            result, messages = evaluate(text, PolicyRequest(user), reverse)
    except (MemoryError, RecursionError) as error:
        raise NotModelled("this rests on the machine") from error
    except Exception:
        return "E"
    try:
        # authentik asks for the truth outside of what it catches as an error of the expression, and stores the
        # result of whoever is logged in.
        passing = bool(result)
        if user.is_authenticated:
            pickle.dumps((result, messages))
    except Exception:
        return "C"
    return "T" if passing else "F"


def endings(text):
    """A letter for each subject; one that rests on the order of rows or members is unknown."""
    letters = []
    for name in world.SUBJECTS:
        signal.setitimer(signal.ITIMER_REAL, SECONDS)
        try:
            forward, backward = ending(text, name, False), ending(text, name, True)
            letters.append(forward if forward == backward else "?")
        except OutOfTime:
            return "?" * len(world.SUBJECTS)
        except (NotModelled, SystemExit, GeneratorExit) as error:
            if "-v" in sys.argv:
                print(f"{type(error).__name__}: {error}: {text!r}", file=sys.stderr)
            letters.append("?")
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
    return "".join(letters)


def run():
    for line in sys.stdin:
        print(endings(json.loads(line)["text"]), flush=True)


def in_other_processes(texts):
    """The endings under several orders of sets; what is not the same is unknown."""
    asked = "".join(json.dumps({"text": text}) + "\n" for text in texts)
    answers = []
    for seed in HASH_SEEDS:
        command = [sys.executable, __file__, "run", *[flag for flag in sys.argv if flag == "-v"]]
        environment = {**os.environ, "PYTHONHASHSEED": seed}
        done = subprocess.run(command, input=asked, env=environment, capture_output=True, text=True, check=True)
        sys.stderr.write(done.stderr)
        answers.append(done.stdout.splitlines())
    return ["".join(one if {one} == set(others) else "?" for one, *others in zip(*lines)) for lines in zip(*answers, strict=True)]


def recorded():
    """The file, and what was left out."""
    expressions = corpus.expressions()
    found = in_other_processes([text for _, text in expressions])
    kept, dropped = [], []
    for (idiom, text), ends in zip(expressions, found, strict=True):
        if "?" in ends:
            dropped.append((idiom, text, ends))
        else:
            kept.append((idiom, text, ends))
    wanted = corpus.choose_generated(kept)
    lines = []
    for number, (idiom, text, ends) in enumerate(wanted, 1):
        one = {"name": f"p{number:04}", "idiom": idiom, "text": text, "ends": ends}
        written = json.dumps(one, ensure_ascii=False)
        lines.append("".join(c if c.isprintable() else f"\\u{ord(c):04x}" for c in written))
    version = ".".join(map(str, sys.version_info[:3]))
    head = f'"python": {json.dumps(version)},\n"subjects": {json.dumps(world.SUBJECTS, ensure_ascii=False)},\n'
    return "{\n" + head + '"expressions": [\n' + ",\n".join(lines) + "\n]\n}\n", wanted, dropped


def without_version(text):
    return [line for line in text.splitlines() if not line.startswith('"python":')]


def main():
    warnings.simplefilter("ignore")
    signal.signal(signal.SIGALRM, out_of_time)
    mode = next((word for word in sys.argv[1:] if not word.startswith("-")), "record")
    if mode == "run":
        return run()
    text, kept, dropped = recorded()
    for idiom, expression, ends in dropped:
        if idiom != "generated":
            print(f"left out: {idiom}: {expression!r} {ends}", file=sys.stderr)
    files = {HERE / "recorded.json": text, HERE / "world.may": world.may()}
    if mode == "check":
        differ = [path.name for path, new in files.items() if without_version(path.read_text("utf-8")) != without_version(new)]
        print("differs: " + ", ".join(differ) if differ else "same")
        return 1 if differ else 0
    for path, new in files.items():
        path.write_text(new, "utf-8")
    letters = collections.Counter("".join(ends for _, _, ends in kept))
    print(f"{len(kept)} expressions, {len(dropped)} left out, {dict(letters)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
