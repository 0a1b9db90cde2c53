"""Imports real exports whole, twice and in pieces: ``python -m benchmarks.exports FOLDER``.

FOLDER holds exports of public channels, unpacked or as ``.tar.xz``; where none are at hand,
``--made`` tries one of a simulated network. Of each is told, as numbers that ought to be 0:

* wrong counts: of messages, people, channels, threads, reactions, comings and goings, and of the
  rows in the database, beside a count that shares no code with the importer;
* rows that a second import changes, and rows that differ where the import was killed (kill -9 at
  random statements and commits, ``--kills`` times in all) and gone on with, from those of one that
  wasn't: whole databases are compared;
* places where a phrase was found that stands in 500 of its messages: in the database's file and
  its write-ahead log, after a kill and at the end, in the logs at their most talkative, and in what
  commands print, also as JSON.
"""

from __future__ import annotations

import argparse
import json
import shutil
import tarfile
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from random import Random

from tests.cli.desk import Desk, Hazard, Row, dump, short_plan
from tests.real_exports.recount import SAID, recount

PHRASES = ("the heronfly hums at noon over Quarrywick", "heronfly", "Quarrywick")
PLANTED = 500
LATEST = 60  # the statement, counted from its beginning, before which a run is killed at last


def unpacked(home: Path, into: Path) -> Iterator[Path]:
    """The folders of the exports in *home*, one after the other."""
    for folder in sorted(home.glob("*/channels.json")):
        yield folder.parent
    for packed in sorted(home.glob("*.tar.xz")):
        place = into / packed.name.removesuffix(".tar.xz")
        with tarfile.open(packed) as tar:
            tar.extractall(place, filter="data")
        yield next(place.rglob("channels.json")).parent


def made(target: Path) -> Path:
    """An export of a simulated network, without its private channel, which nobody asks for."""
    from bot.simulation import write_export

    write_export(short_plan(), target)
    for channel in json.loads((target / "groups.json").read_bytes()):
        shutil.rmtree(target / channel["name"])
    (target / "groups.json").unlink()
    return target


def new_desk(place: Path, name: str) -> Desk:
    """A folder without any database yet."""
    shutil.rmtree(place / name, ignore_errors=True)
    (place / name).mkdir(parents=True)
    return Desk(place / name)


def changed(before: dict[str, list[Row]], after: dict[str, list[Row]]) -> int:
    """How many rows are in one of two databases alone."""
    pairs = [(Counter(before.get(n, [])), Counter(after.get(n, []))) for n in before | after]
    return sum(((one - two) + (two - one)).total() for one, two in pairs)


def wrong_counts(desk: Desk, export: Path) -> dict[str, tuple[object, object]]:
    """Bring *export* in; what of the report, or of the rows, isn't as counted independently."""
    told, counted = desk.json("import", export), recount(export)
    authors = "SELECT count(DISTINCT author_id) FROM messages WHERE author_id IS NOT NULL"
    rows = "SELECT count(*) FROM messages WHERE (flags & 4) = 0"
    channels = "SELECT count(*) FROM channels"
    found = {name: told[name] for name in counted.keys() - {"authors", "first", "last"}}
    found |= {"authors": desk.rows(authors)[0][0], "rows": desk.rows(rows)[0][0]}
    found["rows of channels"] = desk.rows(channels)[0][0]
    wanted = counted | {"rows": counted["messages"], "rows of channels": counted["channels"]}
    return {name: (n, wanted[name]) for name, n in found.items() if n != wanted[name]}


def killed(place: Path, export: Path, whole: dict[str, list[Row]], kills: int) -> tuple[int, int]:
    """Kill imports so often, going on each time; how many died, and how many rows then differ."""
    rng, hazard, done, differing = Random(export.name), Hazard(), 0, 0
    while done < kills:
        desk, code = new_desk(place, "killed"), -9
        while code == -9:
            at = rng.randint(1, LATEST) if done < kills else 0
            moment = {"dies_at": at} if at % 2 else {"commits": at // 8}
            code = hazard.types(desk, "import", export, **moment)
            done += code == -9
        differing += changed(whole, dump(desk.database)) if code == 0 else 1
    hazard.stop()
    return done, differing


def plant(export: Path, target: Path) -> int:
    """Copy *export* with a phrase in its messages, spread all over; return in how many."""
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(export, target)
    days = {day: json.loads(day.read_bytes()) for day in sorted(target.glob("*/*.json"))}
    messages = [record for day in days.values() for record in day if record.get("subtype") in SAID]
    some = Random(export.name).sample(messages, min(PLANTED, len(messages)))
    for record in some:
        record["text"] = f"{record.get('text') or ''} {PHRASES[0]}?"
    for day, records in days.items():
        day.write_text(json.dumps(records))
    return len(some)


def found_again(place: Path, export: Path) -> tuple[int, int]:
    """In how many messages the phrase was planted, and in how many places it was found."""
    target, hazard = place / "planted", Hazard()
    number, desk, texts = plant(export, target), new_desk(place, "told"), list[str]()
    hazard.types(desk, "import", target, commits=2)
    hazard.stop()
    on_disk = desk.bytes()
    loud = {"ANIMATEUR_BOT_LOG_LEVEL": "debug"}
    for words in (("import", target), ("pulse",), ("digest", "preview"), ("check",)):
        texts += [desk.types(*words, **loud).output, desk.types(*words, "--json", **loud).output]
    on_disk += desk.bytes()
    where = [*(text.encode() for text in texts), on_disk]
    return number, sum(phrase.encode() in each for phrase in PHRASES for each in where)


def judge(export: Path, place: Path, kills: int) -> None:
    """Print the line of one export, and what of it is wrong."""
    desk = new_desk(place, "whole")
    wrong = wrong_counts(desk, export)
    whole = dump(desk.database)
    desk.json("import", export)
    twice = changed(whole, dump(desk.database))
    done, differing = killed(place, export, whole, kills)
    number, found = found_again(place, export)
    messages = len(whole["messages"])
    print(
        f"{export.name:22} {messages:9,} {len(wrong):13} {twice:14} {done:6} {differing:14}"
        f" {number:8} {found:6}",
        flush=True,
    )
    for name, (ours, theirs) in wrong.items():
        print(f"    {name}: {ours}, counted independently {theirs}")


def main() -> None:
    """Read the command line, and judge one export after the other."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path, nargs="?", help="the folder the exports are in")
    parser.add_argument("--made", action="store_true", help="try a simulated export")
    parser.add_argument("--kills", type=int, default=10)
    asked = parser.parse_args()
    print(
        f"{'':22} {'messages':>9} {'wrong counts':>13} {'changed twice':>14} {'kills':>6}"
        f" {'rows differing':>14} {'planted':>8} {'found':>6}"
    )
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        if asked.made:
            judge(made(place / "simulated"), place, asked.kills)
        for export in unpacked(asked.folder, place) if asked.folder else ():
            judge(export, place, asked.kills)


if __name__ == "__main__":
    main()
