"""`animateur demo`: what it shows is true, and nothing of what anybody wrote is in it."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import structlog
from typer.testing import Result

from bot.simulation import frailty_friends, texts
from tests.cli.desk import Desk, dump, short_plan
from tests.cli.seat import Seat


def words_of(text: str) -> str:
    """*text* without the line ends that a narrow screen puts in."""
    return " ".join(text.split())


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> tuple[Desk, Result]:
    """The last week of the demo, lived once, and kept."""
    desk = Desk(tmp_path_factory.mktemp("demo"))
    done = desk.types("demo", "--weeks", "1", "--keep", desk.folder / "x.db")
    structlog.reset_defaults()
    assert done.exit_code == 0, done.output
    return desk, done


def test_a_week_is_shown_with_what_is_true_of_it(shown: tuple[Desk, Result]) -> None:
    text = words_of(shown[1].stdout)

    assert "2026-W27 · 29 June to " in text
    assert "2026-W26 ·" not in text
    [truth] = [line for line in shown[1].stdout.splitlines() if line.startswith("In truth: ")]
    assert truth
    at = text.index("In truth: ")
    for planted in ("a lasting ebb", "a good idea that few have seen", "newcomers go unanswered"):
        assert planted in text[at : at + 300]
    assert shown[1].stderr == ""


def test_the_author_of_the_little_known_idea_is_asked_and_those_who_tend_learn_of_no_answer(
    shown: tuple[Desk, Result],
) -> None:
    weeks, _, preview = shown[1].stdout.partition(
        "What those who tend see with /tend digest preview"
    )

    assert "Amina Yusuf would see this (direct message)" in weeks
    assert "marked your message of" in words_of(weeks)
    assert "I would ask" in preview
    assert "Amina Yusuf" not in preview


def test_nothing_of_what_anybody_wrote_is_shown_or_kept(shown: tuple[Desk, Result]) -> None:
    desk, done = shown
    written = {text for text in texts(frailty_friends()).values() if len(text) > 30}
    on_disk = desk.bytes().decode(errors="replace")

    assert len(written) > 500
    assert not [text for text in written if text in words_of(done.output) or text in on_disk]


def test_it_ends_by_saying_what_to_type_next(shown: tuple[Desk, Result]) -> None:
    end = shown[1].stdout.partition("What to type next:")[2]

    assert f"ANIMATEUR_BOT_DATABASE=sqlite:///{shown[0].database}" in end
    assert " pulse " in end
    assert " digest preview" in end
    assert " demo --export PATH" in end
    assert f'{shown[0].database} animateur chat --as "Priya Raman"' in end


def test_what_is_kept_can_be_asked_more(shown: tuple[Desk, Result]) -> None:
    desk = shown[0]

    told = desk.json("pulse")

    assert told["network"] == "Frailty Friends"
    assert told["phase"] == "ebb"
    assert desk.rows("SELECT count(*) FROM leads") == [(2,)]
    assert desk.types("check").exit_code in (0, 1)
    structlog.reset_defaults()


def test_whoever_talks_in_what_is_kept_is_among_its_people_and_in_its_time(
    shown: tuple[Desk, Result],
) -> None:
    def story(seat: Seat) -> Iterator[str]:
        yield "/who"
        yield "/time"
        yield "/as tom ackroyd"
        yield "/net"

    years_later = datetime(2031, 5, 1, 9, tzinfo=UTC)
    told = words_of(Seat(shown[0].sessions(), years_later).sits("priya raman", story))

    assert "You are Priya Raman, in #general." in told
    assert "Priya Raman (you, tends), Tom Ackroyd (tends), Dan Whitlock," in told
    assert "It is Saturday 4 July, 00:00." in told
    assert "You are Tom Ackroyd now." in told
    assert "Tended by Priya Raman and Tom Ackroyd." in told
    assert shown[0].rows("SELECT count(*) FROM networks") == [(1,)]


def test_the_weeks_before_were_taken_in_and_nothing_was_said_of_them(
    shown: tuple[Desk, Result],
) -> None:
    [(first,)] = shown[0].rows("SELECT min(day) FROM network_days")
    said = shown[0].rows("SELECT key, sent_at FROM outbox WHERE state = 'sent' ORDER BY sent_at")

    assert first == "2026-01-05"
    assert [key for key, _ in said if key.startswith("digest/")] == ["digest/1/2026-W27"]
    assert said[0][1] > "2026-06-29"


def test_a_file_that_is_there_already_is_never_written_over(desk: Desk) -> None:
    (desk.folder / "dear.db").write_text("dear")

    done = desk.types("demo", "--keep", "dear.db")

    assert done.exit_code == 2
    assert words_of(done.stderr) == "dear.db is there already; choose another name."
    assert (desk.folder / "dear.db").read_text() == "dear"


def test_a_folder_that_isnt_there_is_told_in_a_sentence(desk: Desk) -> None:
    done = desk.types("demo", "--keep", "nowhere/demo.db")

    assert done.exit_code == 1
    assert words_of(done.stderr).startswith("nowhere/demo.db can't be made: ")
    assert "Traceback" not in done.output


@pytest.mark.parametrize("weeks", ["0", "-1", "all"])
def test_no_week_at_all_is_refused(weeks: str, desk: Desk) -> None:
    done = desk.types("demo", "--weeks", weeks)

    assert done.exit_code == 2
    assert "Traceback" not in done.output


# On an export


def test_an_export_is_lived_again_without_any_truth(desk: Desk, export: Path) -> None:
    done = desk.types("demo", "--export", export, "--weeks", "2", "--full")

    shown = words_of(done.stdout)
    assert done.exit_code == 0, done.output
    assert "to 30 March 2025" in shown
    assert "In truth" not in shown
    assert "Our network" in shown
    assert "demo --keep demo.db" in shown
    assert "demo --export PATH" not in shown
    assert not list(desk.folder.glob("*.db"))
    plan = short_plan()
    written = {text for text in texts(plan).values() if len(text) > 30}
    assert not [text for text in written if text in shown]


def empty(folder: Path) -> Path:
    """An export of a workspace in which nothing was ever said."""
    (folder / "general").mkdir(parents=True)
    people = [{"id": "U1", "team_id": "T1", "name": "ada", "profile": {"real_name": "Ada"}}]
    rooms = [{"id": "C1", "name": "general", "is_general": True, "members": ["U1"]}]
    (folder / "users.json").write_text(json.dumps(people))
    (folder / "channels.json").write_text(json.dumps(rooms))
    return folder


def test_an_export_without_a_message_says_so(desk: Desk) -> None:
    done = desk.types("demo", "--export", empty(desk.folder / "export"))

    assert done.exit_code == 1
    assert words_of(done.stderr) == (
        "There are no messages in this export, so there is nothing to show."
    )
    assert done.stdout == ""


def test_an_export_that_isnt_there_is_told_in_a_sentence(desk: Desk) -> None:
    done = desk.types("demo", "--export", "nowhere.zip")

    assert done.exit_code == 1
    assert "nowhere.zip" in done.stderr
    assert "Traceback" not in done.output


def test_a_kept_database_is_a_whole_one(shown: tuple[Desk, Result]) -> None:
    connection = sqlite3.connect(shown[0].database)
    try:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
    finally:
        connection.close()
    assert len(dump(shown[0].database)["messages"]) > 4000
