"""What the measuring scripts share: the programs, built, and one run of one of them within limits."""

import os
import selectors
import subprocess
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

BENCH = Path(__file__).resolve().parent
ROOT = BENCH.parent.parent
SIZES = {
    "S": (1_000, 100, 50, 20),
    "M": (10_000, 1_000, 500, 50),
    "L": (100_000, 5_000, 2_000, 100),
    "XL": (1_000_000, 20_000, 5_000, 200),
}


def target_folder():
    return Path(os.environ.get("CARGO_TARGET_DIR") or ROOT / "target")


def peers():
    """The program that holds whomay and all that it is compared with in Rust."""
    folder = target_folder() / "peers"
    manifest = BENCH / "peers" / "Cargo.toml"
    command = ["cargo", "build", "--quiet", "--release", "--locked", "--manifest-path", manifest]
    subprocess.run(command, check=True, env={**os.environ, "CARGO_TARGET_DIR": str(folder)})
    return folder / "release" / "peers"


def numbers(size, shape, seed):
    """The options that make `peers` make a tenant."""
    names = ("users", "groups", "targets", "policies")
    options = [word for name, number in zip(names, size) for word in (f"--{name}", str(number))]
    return [*options, "--shape", shape, "--seed", str(seed)]


@dataclass
class Outcome:
    """What a program said."""

    runs: list = field(default_factory=list)
    processor: list = field(default_factory=list)
    """Of each run, the seconds that its threads worked."""
    each: list = field(default_factory=list)
    parts: dict = field(default_factory=dict)
    changes: dict = field(default_factory=dict)
    """The seconds of each change, by its kind."""
    said: dict = field(default_factory=dict)
    peak: int = 0
    """KiB"""
    why: str = ""
    """Why there is nothing more."""

    def hear(self, word, words):
        match word:
            case "run":
                self.runs.append(float(words[0]))
            case "processor":
                self.processor.append(float(words[0]))
            case "each":
                self.each.append(float(words[0]))
            case "change":
                self.changes.setdefault(words[0], []).append(float(words[1]))
            case "part":
                self.parts.setdefault(words[0], []).append(float(words[1]))
            case "peak":
                self.peak = int(words[0])
            case _:
                self.said[word] = " ".join(words)

    @property
    def seconds(self):
        return median(self.runs) if self.runs else None


def memory(pid):
    """KiB of a process and all below it; what they share counts once."""
    own = shared = 0
    queue = [pid]
    while queue:
        pid = queue.pop()
        try:
            _, resident, common, *_ = (int(word) for word in Path(f"/proc/{pid}/statm").read_text().split())
            for task in Path(f"/proc/{pid}/task").iterdir():
                queue += [int(word) for word in (task / "children").read_text().split()]
        except (OSError, ValueError):
            continue
        own += resident - common
        shared = max(shared, common)
    return (own + shared) * os.sysconf("SC_PAGE_SIZE") // 1024


def run(command, limit=float("inf"), most=float("inf")):
    """Runs a program that talks as `peers` does. Each of its runs may take `limit` seconds, and all `most` KiB."""
    outcome = Outcome()
    errors = tempfile.TemporaryFile()
    process = subprocess.Popen([str(word) for word in command], stdout=subprocess.PIPE, stderr=errors)
    output = process.stdout.fileno()
    os.set_blocking(output, False)
    watch = selectors.DefaultSelector()
    watch.register(output, selectors.EVENT_READ)
    watched, begun, rest = 0, None, ""
    try:
        while not outcome.why:
            if watch.select(timeout=0.05):
                text = os.read(output, 1 << 16).decode()
                if not text:
                    break
                *lines, rest = (rest + text).split("\n")
                for word, *words in map(str.split, lines):
                    # A part is said in the middle of a run.
                    if word not in ("part", "each"):
                        begun = time.monotonic()
                    outcome.hear(word, words)
            used = memory(process.pid)
            watched = max(watched, used if begun else 0)
            if used > most:
                outcome.why = f"over {most / 2**20:g} GiB"
            elif begun and time.monotonic() - begun > limit:
                outcome.why = f"over {limit:g} s"
        if not outcome.why:
            process.wait()
    finally:
        if process.poll() is None:
            process.terminate()
            try:
                process.wait(timeout=30)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
    if process.returncode and not outcome.why:
        errors.seek(0)
        lines = [line for line in errors.read().decode().splitlines() if line.strip() and not line.startswith("note:")]
        outcome.why = lines[-1] if lines else f"stopped by signal {-process.returncode}"
    outcome.peak = outcome.peak or watched
    return outcome
