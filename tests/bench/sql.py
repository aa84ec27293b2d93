#!/usr/bin/env python3
"""Who may access what, asked of a database: `sql.py duckdb|sqlite|postgres FACTS [RUNS] [SECONDS] [THREADS]`.

Says what `peers` says, line by line, for `compare`. Loading is no part of the time; everything in access.sql is.
"""

import atexit
import os
import pwd
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

TABLES = {
    "usr": ("user.tsv", "usr INTEGER, domain INTEGER, department INTEGER, badge INTEGER"),
    "member": ("member.tsv", "usr INTEGER, grp INTEGER"),
    "parent": ("parent.tsv", "child INTEGER, parent INTEGER"),
    "policy": ("policy.tsv", "policy INTEGER, kind TEXT, number INTEGER"),
    "target": ("target.tsv", "target INTEGER, mode TEXT"),
    "binding": (
        "binding.tsv",
        "target INTEGER, ord INTEGER, kind TEXT, bound INTEGER, negate INTEGER, failure INTEGER",
    ),
}
# `mix` of peers/src/relation.rs
PRIME = 2_147_483_647
LINE = f"((CAST(usr AS BIGINT) * 1000003 + CAST(target AS BIGINT) * 998244353 + 12345) % {PRIME})"
CELLS = f"SELECT sum({LINE} * {LINE} % {PRIME}) FROM access"
COUNTS = "SELECT target, count(*) FROM access GROUP BY target ORDER BY target"


def mix(one, other):
    line = (one * 1_000_003 + other * 998_244_353 + 12_345) % PRIME
    return line * line % PRIME


def say(*words):
    print(*words, flush=True)


def statements():
    text = (Path(__file__).parent / "access.sql").read_text()
    lines = [line for line in text.splitlines() if not line.startswith("--")]
    return [statement.strip() for statement in "\n".join(lines).split(";") if statement.strip()]


class DuckDb:
    def __init__(self, folder, threads):
        try:
            import duckdb
        except ImportError:
            sys.exit("no module duckdb: pip install duckdb")
        self.base = duckdb.connect(":memory:")
        self.base.execute(f"SET threads = {threads}")
        # What does not fit into memory is a result, too; on a disk it would be the disk that is measured.
        self.base.execute("SET temp_directory = ''")
        for table, (file, columns) in TABLES.items():
            self.base.execute(f"CREATE TABLE {table} ({columns})")
            self.base.execute(f"COPY {table} FROM '{folder / file}' (DELIMITER '\t', HEADER false)")
        say("engine DuckDB", duckdb.__version__)

    def run(self, statement):
        # An index helps none of these queries there, and costs.
        if not statement.startswith("CREATE INDEX"):
            self.base.execute(statement)

    def ask(self, query):
        return self.base.execute(query).fetchall()


class Sqlite:
    def __init__(self, folder, _):
        import sqlite3

        self.base = sqlite3.connect(":memory:")
        for table, (file, columns) in TABLES.items():
            self.base.execute(f"CREATE TABLE {table} ({columns})")
            places = ", ".join("?" * (columns.count(",") + 1))
            with open(folder / file) as rows:
                self.base.executemany(f"INSERT INTO {table} VALUES ({places})", (row.split() for row in rows))
        self.base.execute("ANALYZE")
        say("engine SQLite", sqlite3.sqlite_version)

    def run(self, statement):
        self.base.execute(statement)

    def ask(self, query):
        return self.base.execute(query).fetchall()


class Postgres:
    """A server of its own, in a folder that is gone afterwards, with nothing written safely."""

    def __init__(self, folder, threads):
        found = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name))
        programs = found[-1] if found else Path(shutil.which("initdb") or "/nowhere").parent
        if not (programs / "initdb").exists():
            sys.exit("no PostgreSQL server: neither /usr/lib/postgresql/*/bin nor initdb in the path")
        self.place = Path(tempfile.mkdtemp(prefix="whomay-postgres-"))
        atexit.register(self.close)
        self.place.chmod(0o755)
        self.as_other = {}
        if os.getuid() == 0:
            # The server refuses to run as root.
            other = next((user for user in map(entry, ["postgres", "nobody"]) if user), None)
            if other is None:
                sys.exit("no PostgreSQL server: it does not run as root, and there is nobody else")
            os.chown(self.place, other.pw_uid, other.pw_gid)
            self.as_other = {"user": other.pw_uid, "group": other.pw_gid, "extra_groups": []}
        data = self.place / "data"
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "cwd": self.place, **self.as_other}
        subprocess.run([programs / "initdb", "-D", data, "-A", "trust", "-U", "bench", "-N"], check=True, **quiet)
        settings = {
            "listen_addresses": "",
            "unix_socket_directories": self.place,
            "fsync": "off",
            "full_page_writes": "off",
            "synchronous_commit": "off",
            "wal_level": "minimal",
            "max_wal_senders": 0,
            "max_wal_size": "20GB",
            "shared_buffers": "4GB",
            "work_mem": "1GB",
            "maintenance_work_mem": "1GB",
            "max_parallel_workers_per_gather": threads - 1,
        }
        options = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        self.server = subprocess.Popen([programs / "postgres", "-D", data, *options], **quiet)
        self.client = [programs / "psql", "-h", self.place, "-U", "bench", "-d", "postgres", "-qAtX"]
        self.client += ["-v", "ON_ERROR_STOP=1"]
        ready = [programs / "pg_isready", "-q", "-h", self.place]
        while subprocess.run(ready).returncode:
            if self.server.poll() is not None:
                sys.exit("the PostgreSQL server did not start")
            time.sleep(0.1)
        for table, (file, columns) in TABLES.items():
            self.run(f"CREATE UNLOGGED TABLE {table} ({columns})")
            self.run(f"\\copy {table} FROM '{folder / file}'")
        self.run("ANALYZE")
        say("engine PostgreSQL", self.ask("SHOW server_version")[0][0].split()[0])

    def psql(self, text):
        return subprocess.run(self.client, input=text, check=True, text=True, stdout=subprocess.PIPE).stdout

    def run(self, statement):
        unlogged = statement.replace("CREATE TABLE", "CREATE UNLOGGED TABLE")
        self.psql(unlogged if statement.startswith("\\") else unlogged + ";")
        if statement.startswith("CREATE TABLE"):
            self.psql(f"ANALYZE {statement.split()[2]};")

    def ask(self, query):
        rows = self.psql(query + ";").splitlines()
        return [tuple(int(cell) if cell.isdigit() else cell for cell in row.split("|")) for row in rows]

    def close(self):
        if hasattr(self, "server"):
            # At once, whatever it is doing.
            self.server.send_signal(signal.SIGQUIT)
            self.server.wait()
        shutil.rmtree(self.place, ignore_errors=True)


def entry(name):
    try:
        return pwd.getpwnam(name)
    except KeyError:
        return None


ENGINES = {"duckdb": DuckDb, "sqlite": Sqlite, "postgres": Postgres}


def main():
    # Whoever is stopped cleans up.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    engine, folder, *rest = sys.argv[1:]
    runs, seconds, threads = (kind(word) for kind, word in zip((int, float, int), rest + ["1", "inf", "1"][len(rest) :]))
    base = ENGINES[engine](Path(folder).resolve(), threads)
    say("ready")
    made = [(kind, name) for _, kind, name, *_ in map(str.split, statements()) if kind != "INDEX"]
    spent = 0.0
    for number in range(runs):
        if number:
            for kind, name in reversed(made):
                base.run(f"DROP {kind} {name}")
        start, worked = time.perf_counter(), time.process_time()
        for statement in statements():
            base.run(statement)
        took = time.perf_counter() - start
        say("run", took)
        if engine != "postgres":
            say("processor", time.process_time() - worked)
        spent += took
        if spent > seconds:
            break
    if engine != "postgres":
        say("peak", resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
    counts = dict(base.ask(COUNTS))
    (targets,) = base.ask("SELECT count(*) FROM target")[0]
    say("yes", sum(counts.values()))
    say("targets", sum(mix(counts.get(target, 0), target) for target in range(targets)) % 2**64)
    say("cells", int(base.ask(CELLS)[0][0]) % 2**64)


if __name__ == "__main__":
    main()
