"""`animateur import`: an export comes in once, whatever interrupts it, and never its words."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import msgspec
import pytest

from bot.app import App
from bot.domain.events import Batch, Event, MessagePosted, PersonSeen
from bot.domain.ids import ChannelId, MemberId
from bot.simulation import simulate, write_export
from bot.simulation.records import TEAM, slack_id
from tests.cli.desk import Desk, Hazard, dump, short_plan

PHRASE = "the heron flies at noon over Quarrywick"
Record = dict[str, object]


def words_of(text: str) -> str:
    """*text* without the line ends that a narrow screen puts in."""
    return " ".join(text.split())


def is_message(record: Record) -> bool:
    return record.get("subtype") in (None, "bot_message")


def records_of(export: Path, *, without: str = "frailty-leads") -> list[Record]:
    """All records of an export but those of one channel."""
    days = [x for x in export.glob("*/*.json") if x.parent.name != without]
    return [record for day in sorted(days) for record in json.loads(day.read_bytes())]


def test_the_report_counts_what_the_files_hold(desk: Desk, export: Path) -> None:
    messages = [record for record in records_of(export) if is_message(record)]
    openers = [record for record in messages if "replies" in record]
    marks = [mark for record in messages for mark in record.get("reactions", [])]  # type: ignore[attr-defined]

    told = desk.json("import", export)

    assert told["messages"] == len(messages) > 1000
    assert told["threads"] == len(openers)
    assert told["reactions"] == sum(mark["count"] for mark in marks)
    assert told["channels"] == 5
    assert told["people"] == len(json.loads((export / "users.json").read_bytes()))
    assert (told["first"][:10], told["last"][:8]) == ("2025-01-06", "2025-03-")
    assert told["set_aside"] == []
    assert desk.rows("SELECT count(*) FROM messages") == [(len(messages),)]


def test_a_person_is_told_what_came_in_what_was_left_out_and_what_to_type_next(
    desk: Desk, export: Path
) -> None:
    done = desk.types("import", export)

    assert done.exit_code == 0
    assert done.stderr == ""
    shown = words_of(done.stdout)
    assert "Messages " in shown
    assert "From, to 6 January 2025, " in shown
    assert (
        "1 private channel, 0 direct conversations left out: "
        "name them with --include to bring them in."
    ) in shown
    assert "frailty-leads" not in shown
    assert "Set aside" not in shown
    assert shown.endswith("Next: animateur pulse, or animateur digest preview")


def test_a_private_channel_comes_in_when_it_is_named(desk: Desk, export: Path) -> None:
    told = desk.json("import", export, "--include", "frailty-leads")

    assert told["channels"] == 6
    assert told["private_channels"] == 0
    assert (1,) in desk.rows("SELECT count(*) FROM channels WHERE name = 'frailty-leads'")


def test_a_zip_and_a_folder_bring_in_the_same(desk: Desk, imported: Path) -> None:
    archive = desk.folder / "export.zip"
    write_export(short_plan(), archive)

    assert desk.types("import", archive).exit_code == 0

    ours, theirs = dump(desk.database), dump(imported)
    del ours["read_positions"], theirs["read_positions"]
    assert ours == theirs


def test_the_second_time_changes_nothing(settled: Desk, export: Path) -> None:
    before = dump(settled.database)

    again = settled.types("import", export)

    assert again.exit_code == 0
    assert "This run went on from where an earlier one was" in words_of(again.stdout)
    assert "nothing new" in again.stdout
    assert dump(settled.database) == before
    assert before["listening"]
    assert before["network_days"]


def test_an_export_whose_place_was_forgotten_still_changes_nothing(
    settled: Desk, export: Path
) -> None:
    before = dump(settled.database)
    engine = settled.engine()
    with engine.begin() as connection:
        connection.exec_driver_sql("DELETE FROM read_positions")
    engine.dispose()

    assert settled.types("import", export).exit_code == 0

    assert dump(settled.database) == before


@pytest.mark.parametrize("how", ["dies_at", "commits"])
def test_killed_at_any_moment_it_goes_on_to_the_same_database(
    how: str, desk: Desk, export: Path, imported: Path, hazard: Hazard
) -> None:
    moments = {"dies_at": (30, 70, 95), "commits": (1, 3)}[how]

    codes = [hazard.types(desk, "import", export, **{how: moment}) for moment in moments]
    last = hazard.types(desk, "import", export)

    assert codes.count(-9) >= 2
    assert last == 0
    assert dump(desk.database) == dump(imported)


def as_live(event: Event) -> Event | None:
    """What would have come in live of a message or a person; None of all else."""
    match event:
        case MessagePosted(by_bot=False):
            return msgspec.structs.replace(
                event,
                channel=ChannelId(f"slack:{TEAM}/{slack_id(event.channel)}"),
                author=MemberId(f"slack:{TEAM}/{slack_id(event.author)}"),
            )
        case PersonSeen():
            return msgspec.structs.replace(
                event, member=MemberId(f"slack:{TEAM}/{slack_id(event.member)}")
            )
        case _:
            return None


def test_what_arrived_live_and_what_is_imported_are_one(
    desk: Desk, export: Path, imported: Path
) -> None:
    room = short_plan().channel_id("frailty-leads")
    live = [
        found
        for event in simulate(short_plan())
        if getattr(event, "channel", None) != room and (found := as_live(event))
    ][-400:]
    assert desk.types("migrate").exit_code == 0
    app = App(sessions=desk.sessions())
    app.receive(Batch(events=tuple(live)))
    arrived = desk.rows("SELECT count(*) FROM messages")[0][0]
    app.sessions.kw["bind"].dispose()

    assert arrived > 300
    assert desk.types("import", export).exit_code == 0

    said = """
        SELECT c.ref, m.ts, p.ref, nullif(m.thread, m.ts) FROM messages m
        JOIN channels c ON c.id = m.channel_id LEFT JOIN people p ON p.id = m.author_id
    """
    theirs = Desk(imported.parent).rows(said)
    ours = desk.rows(said)
    assert set(theirs) <= set(ours)
    gone = len(ours) - len(theirs)  # deleted since: an export no longer has them
    assert 0 <= gone < 10
    assert desk.rows("SELECT workspace FROM networks") == [(f"slack:{TEAM}",)]


def spoil(export: Path) -> None:
    """Put one record that is none, one without a time, and one file that is no JSON."""
    [day, other, *_] = sorted((export / "general").iterdir())
    records = json.loads(day.read_bytes())
    records[1:1] = [17, {"type": "message", "user": "U1", "text": PHRASE}]
    day.write_text(json.dumps(records))
    other.write_text("[{")


def test_what_cant_be_read_is_named_with_its_file_and_harms_nothing_else(
    desk: Desk, export: Path
) -> None:
    copy = desk.folder / "spoilt"
    shutil.copytree(export, copy)
    spoil(copy)
    day, other, *_ = sorted(f"general/{path.name}" for path in (copy / "general").iterdir())

    done = desk.types("import", copy)

    shown = words_of(done.stdout)
    assert done.exit_code == 0
    assert "Set aside, because it couldn't be read (3):" in shown
    assert f"{day}, record 2: " in shown
    assert f"{day}, record 3: " in shown
    assert other in shown
    assert "heron" not in done.output


def test_many_that_cant_be_read_are_counted_and_twenty_are_named(desk: Desk, export: Path) -> None:
    copy = desk.folder / "spoilt"
    shutil.copytree(export, copy)
    [day, *_] = sorted((copy / "general").iterdir())
    day.write_text(json.dumps([7] * 25))

    shown = words_of(desk.types("import", copy).stdout)

    assert "(25):" in shown
    assert shown.count(f"general/{day.name}, record") == 20
    assert "and 5 more; --json lists them." in shown


@pytest.mark.parametrize(
    ("made", "problem"),
    [
        pytest.param(None, "nowhere", id="nothing there"),
        pytest.param(b"hello", "", id="no zip"),
    ],
)
def test_what_is_no_export_is_told_in_a_sentence(
    made: bytes | None, problem: str, desk: Desk
) -> None:
    path = desk.folder / "nowhere.zip"
    if made is not None:
        path.write_bytes(made)

    done = desk.types("import", path)

    assert done.exit_code == 1
    assert problem in words_of(done.stderr)
    assert words_of(done.stderr).endswith(".")
    assert "Traceback" not in done.output
    assert done.stdout == ""


def planted(export: Path, target: Path) -> int:
    """Copy an export, with a phrase in five hundred of its messages; how many it really were."""
    shutil.copytree(export, target)
    left = 500
    for day in sorted(target.glob("*/*.json")):
        if day.parent.name == "frailty-leads":
            continue
        records = json.loads(day.read_bytes())
        for record in records:
            if left and is_message(record):
                record["text"] = f"{record['text']} {PHRASE}?"
                left -= 1
        day.write_text(json.dumps(records))
    return 500 - left


def test_no_word_of_a_message_is_kept_logged_or_printed(desk: Desk, export: Path) -> None:
    target = desk.folder / "planted"
    assert planted(export, target) == 500

    brought = desk.types("import", target, ANIMATEUR_BOT_LOG_LEVEL="debug")
    on_disk = desk.bytes()
    outputs = [brought.output, desk.types("import", target, "--json").output]
    for words in (("pulse",), ("digest", "preview", "--week", "2025-W12"), ("check",)):
        outputs += [desk.types(*words).output, desk.types(*words, "--json").output]

    assert brought.exit_code == 0
    assert b"frailty" in on_disk
    for part in ("heron", "Quarrywick"):
        assert part.encode() not in on_disk + desk.bytes()
        assert not [output for output in outputs if part in output]
