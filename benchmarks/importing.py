"""Measures an import beside its floor: ``python benchmarks/importing.py [--messages N] [--peer]``.

The export is made once, in the temporary folder. Each way of reading it runs in a process of its
own, one after the other, several times over; what counts is CPU time, the system's included, from
the first file to the last commit, without starting Python. The floor is the least that could be
done: the same files parsed into the same structs, and the same rows handed to sqlite3 as they are.
"the command" is all of ``animateur import``, from the start of Python to its end, with the days
counted; "zipped" is the same on a zip file. "before" is the memory that is held before the first
message, by Python, the libraries and the tables; of "import" and "floor" only, as the others end
with their process.

``--peer`` adds slack-export-viewer, where the Python it is given (``--peer-python``) has it. It
wants libraries of its own, so it is best given an environment of its own:

    python -m venv viewer
    viewer/bin/pip install slack-export-viewer
    python benchmarks/importing.py --peer --peer-python viewer/bin/python
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import resource
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median

import msgspec

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bot.platforms.export.rows import Row

ROOT = Path(__file__).resolve().parent.parent
BATCH = 10_000
SCHEMA = """
CREATE TABLE messages (channel_id INTEGER NOT NULL, ts BIGINT NOT NULL, author_id INTEGER,
    thread BIGINT, length INTEGER NOT NULL, worth FLOAT NOT NULL, flags SMALLINT NOT NULL,
    edited BIGINT NOT NULL, PRIMARY KEY (channel_id, ts)) WITHOUT ROWID;
CREATE TABLE reactions (channel_id INTEGER NOT NULL, ts BIGINT NOT NULL,
    person_id INTEGER NOT NULL, emoji VARCHAR NOT NULL,
    PRIMARY KEY (channel_id, ts, person_id, emoji)) WITHOUT ROWID;
"""
PEER = """
import json, resource, sys, time
from slackviewer.config import Config
from slackviewer.reader import Reader
begin = time.process_time()
reader = Reader(Config({"archive": sys.argv[1]}))
found = reader.compile_channels()
messages = sum(map(len, found.values()))
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print(json.dumps([messages, time.process_time() - begin, peak, 0, 0]))
"""

Measured = tuple[int, float, int, int, float]
"""Messages, CPU seconds, peak and first resident KiB, CPU seconds to close the days."""


def resident() -> int:
    """The most memory this process has held so far, in KiB."""
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most // 1024 if sys.platform == "darwin" else most


def imported(export: Path, database: Path) -> Measured:
    """Import through App.receive into a new database, as ``animateur import`` does."""
    import gc

    from bot.app import App, utcnow
    from bot.cli.importing import keep_listening
    from bot.platforms.export import Report, open_export
    from bot.storage.base import connect, sessions_of
    from bot.storage.schema import migrate

    engine = connect(f"sqlite:///{database}")
    migrate(engine, now=utcnow())
    app, report, at_first = App(sessions=sessions_of(engine)), Report(), resident()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)
    begin = time.process_time()
    with open_export(export) as opened:
        for batch in opened.batches(report=report):
            app.receive(batch)
        workspace = f"slack:{opened.team}"
    read = time.process_time()
    keep_listening(app, workspace)
    closing = time.process_time() - read
    return report.messages, read - begin, resident(), at_first, closing


def floor(export: Path, database: Path) -> Measured:
    """Parse the same files and insert the same kinds of rows, with nothing in between."""
    at_first, begin = resident(), time.process_time()
    connection = sqlite3.connect(database, isolation_level=None)
    for pragma in ("journal_mode = WAL", "synchronous = FULL"):
        connection.execute(f"PRAGMA {pragma}")
    connection.executescript(SCHEMA)
    people: dict[str | None, int] = {}
    messages: list[tuple[int, int, int, int | None, int, float, int, int]] = []
    reactions: list[tuple[int, int, int, str]] = []
    total = 0
    for channel, rows in parsed(export):
        for row in rows:
            ts = int(row.ts.replace(".", ""))
            stamp, text = row.thread_ts, row.text or ""
            thread = int(stamp.replace(".", "")) if stamp else None
            who = people.setdefault(row.user, len(people))
            messages.append((channel, ts, who, thread, len(text), 0.0, 0, 0))
            for reaction in row.reactions or ():
                for user in reaction.users:
                    who = people.setdefault(user, len(people))
                    reactions.append((channel, ts, who, reaction.name))
        if len(messages) >= BATCH:
            total += insert(connection, messages, reactions)
    total += insert(connection, messages, reactions)
    return total, time.process_time() - begin, resident(), at_first, 0.0


def parsed(export: Path) -> Iterator[tuple[int, list[Row]]]:
    """Each day's records, and the number of its channel."""
    decoder = msgspec.json.Decoder(list[Row])
    for channel, folder in enumerate(sorted(filter(Path.is_dir, export.iterdir()))):
        for name in sorted(os.listdir(folder)):
            file = os.open(f"{folder}/{name}", os.O_RDONLY)
            data = os.read(file, os.fstat(file).st_size)
            os.close(file)
            yield channel, decoder.decode(data)


def insert(
    connection: sqlite3.Connection,
    messages: list[tuple[int, int, int, int | None, int, float, int, int]],
    reactions: list[tuple[int, int, int, str]],
) -> int:
    """Commit the rows and forget them; return how many messages there were."""
    count = len(messages)
    connection.execute("BEGIN IMMEDIATE")
    connection.executemany("INSERT OR IGNORE INTO messages VALUES (?,?,?,?,?,?,?,?)", messages)
    connection.executemany("INSERT OR IGNORE INTO reactions VALUES (?,?,?,?)", reactions)
    connection.execute("COMMIT")
    messages.clear()
    reactions.clear()
    return count


def commanded(export: Path, database: Path) -> Measured:
    """What ``animateur import`` took, from the start of its process to the end."""
    done = subprocess.run(
        [sys.executable, "-m", "bot", "import", str(export), "--json"],
        capture_output=True,
        check=True,
        cwd=ROOT,
        env={**os.environ, "ANIMATEUR_BOT_DATABASE": f"sqlite:///{database}"},
    )
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    peak = used.ru_maxrss // 1024 if sys.platform == "darwin" else used.ru_maxrss
    messages: int = json.loads(done.stdout)["messages"]
    return messages, used.ru_utime + used.ru_stime, peak, 0, 0.0


def alone(command: list[str]) -> Measured | None:
    """What a process of its own measured, or None where it failed."""
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return None if done.returncode else tuple(json.loads(done.stdout.splitlines()[-1]))


def rounds(export: Path, peer: str | None, number: int) -> dict[str, list[Measured]]:
    """Every way of reading in turn, *number* times."""
    found: dict[str, list[Measured]] = {}
    zipped = export.with_name(f"{export.name}.zip")
    if not zipped.exists():
        shutil.make_archive(str(export), "zip", export)
    for _ in range(number):
        for way in (*WAYS, "zipped", "slack-export-viewer"):
            with tempfile.TemporaryDirectory() as folder:
                source = str(zipped if way == "zipped" else export)
                command = [sys.executable, __file__, "--run", way, source, f"{folder}/new.db"]
                if way == "slack-export-viewer":
                    command = [peer or "", "-c", PEER, str(export)]
                if command[0] and (measured := alone(command)):
                    found.setdefault(way, []).append(measured)
    return found


WAYS = {"import": imported, "floor": floor, "the command": commanded}


def tell(found: dict[str, list[Measured]]) -> None:
    """Print the table."""
    least = median(seconds / messages for messages, seconds, *_ in found["floor"])
    print(f"{'':20} {'messages/CPU s':>15} {'(best)':>10} {'x floor':>8} {'peak':>8} {'before':>8}")
    for way, runs in found.items():
        each = [seconds / messages for messages, seconds, *_ in runs]
        peak, before = max(run[2] for run in runs), max(run[3] for run in runs)
        print(
            f"{way:20} {1 / median(each):15,.0f} {1 / min(each):10,.0f} {median(each) / least:8.2f}"
            f" {peak / 1024:4.0f} MiB" + (f" {before / 1024:4.0f} MiB" if before else "")
        )
    closing = median(run[4] for run in found["import"])
    print(f"closing the days afterwards: {closing:.2f} s of CPU")


def made(messages: int, export: Path) -> None:
    """Make the export in another process: what one has held, those that it starts are said to."""
    making = export.with_name(f"{export.name}-{os.getpid()}")
    command = [sys.executable, "-m", "benchmarks.generate_export", str(messages), str(making)]
    subprocess.run(command, check=True, cwd=ROOT)
    making.rename(export)


def main() -> None:
    """Read the command line, make the export if it isn't there, and measure."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--messages", type=int, default=200_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--peer", action="store_true", help="measure slack-export-viewer too")
    parser.add_argument("--peer-python", default=sys.executable, help="the Python that has it")
    parser.add_argument("--run", nargs=3, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.run:
        way, export, database = asked.run
        print(json.dumps(WAYS.get(way, commanded)(Path(export), Path(database))))
        return
    export = Path(tempfile.gettempdir(), f"animateur-export-{asked.messages}")
    if not export.exists():
        print(f"Making {export} …", flush=True)
        made(asked.messages, export)
    found = rounds(export, asked.peer_python if asked.peer else None, asked.rounds)
    print(
        f"{found['import'][0][0]:,} messages, {asked.rounds} rounds; "
        f"Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}, "
        f"{os.cpu_count()} cores of {platform.machine()}, "
        f"load {os.getloadavg()[0]:.1f}"
    )
    tell(found)
    if "slack-export-viewer" not in found:
        why = f"{asked.peer_python} hasn't got it" if asked.peer else "--peer measures it"
        print(f"slack-export-viewer: left out ({why}; --help says how to get it)")


if __name__ == "__main__":
    main()
