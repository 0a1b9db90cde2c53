"""What people handed over is found by its words, on either database, whatever is typed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import make_url, text
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session

from bot.storage import finding, leaving, places
from bot.storage.base import Sessions, truncate_log
from bot.storage.finding import View
from bot.storage.places import Network
from tests.town import MONDAY, Town

pytestmark = pytest.mark.both_databases
EVERYBODY = View(channels=())


def keep(
    sessions: Sessions, number: int, words: str, *, days: int = 0, channel: int | None = None
) -> None:
    with sessions.begin() as session:
        network = session.get_one(Network, 1)
        now = MONDAY + timedelta(days=days)
        finding.keep(session, network, "note", number, words, now=now, channel=channel)


def found(sessions: Sessions, words: str, *, at_most: int = 5, view: View = EVERYBODY) -> list[int]:
    with sessions.begin() as session:
        network = session.get_one(Network, 1)
        hits = finding.find(session, network, words, at_most, view=view)
        return [hit.number for hit in hits]


@pytest.fixture
def notes(town: Town) -> Sessions:
    """A network with a few notes."""
    keep(town.sessions, 1, "Falls at night: what helped us on the wards")
    keep(town.sessions, 2, "Nighttime lights. Night, night and night again: lights for falls")
    keep(town.sessions, 3, "Le café où Renée gère l’été", days=1)
    keep(town.sessions, 4, "転倒予防の手順 and 手術")
    keep(town.sessions, 5, "Hydration jug (ECAT/2) for café-goers at 3.5 l", days=2)
    return town.sessions


CASES = {
    "falls": [1, 2],
    "fall": [1, 2],
    "falls night": [1, 2],
    "hydr": [5],
    "hydr jug": [5],
    "zebra jug": [5],
    "what about zebras": [],
    "FALLS, night-time?": [1, 2],
    "cafe renee ete": [3],
    "CAFÉ": [5, 3],
    "転倒": [4],
    "手": [4],
    "ecat/2": [5],
    "ECAT AND jug": [5],
    "💡 🌱": [],
    "": [],
    "' OR 1=1; --": [],
    'terms:falls* NEAR("night")': [1, 2],
    "x" * 10_000: [],
    "night " * 2_000: [1, 2],
}


def test_what_is_typed_finds_what_was_meant(notes: Sessions) -> None:
    assert {typed: sorted(found(notes, typed)) for typed in CASES} == {
        typed: sorted(numbers) for typed, numbers in CASES.items()
    }


def test_the_best_comes_first_and_of_equals_the_newest(notes: Sessions) -> None:
    assert found(notes, "lights night") == [2]
    assert found(notes, "night") == [2, 1]
    for number, days in ((7, 1), (8, 3), (6, 3)):
        keep(notes, number, "Tea rounds", days=days)
    assert found(notes, "tea") == [6, 8, 7]
    assert found(notes, "tea", at_most=2) == [6, 8]
    assert found(notes, "tea", at_most=0) == []


def test_a_channel_s_notes_are_found_by_who_may_look_into_it(town: Town) -> None:
    place = town.place("general")
    with town.sessions.begin() as session:
        number = places.channel_at(session, place).id  # type: ignore[union-attr]
    keep(town.sessions, 1, "Falls")
    keep(town.sessions, 2, "Falls", channel=number)
    assert found(town.sessions, "falls") == [1]
    assert found(town.sessions, "falls", view=View(channels=(number,))) == [1, 2]
    assert found(town.sessions, "falls", view=View(channels=(number,), sees_all=False)) == [2]
    assert found(town.sessions, "falls", view=View(channels=(number + 1,), sees_all=False)) == []


def test_what_is_kept_anew_is_found_by_its_new_words_alone(notes: Sessions) -> None:
    keep(notes, 5, "Kettles")
    assert (found(notes, "hydration"), found(notes, "kettle")) == ([], [5])
    with notes.begin() as session:
        finding.drop(session, session.get_one(Network, 1), "note", 5)
        finding.drop(session, session.get_one(Network, 1), "note", 99)
    assert found(notes, "kettle") == []


def test_no_byte_of_what_is_dropped_stays_in_the_file(town: Town) -> None:
    for number in range(60):
        keep(town.sessions, number, f"Zebracanary {number} " + "and more " * 40)
    assert len(found(town.sessions, "zebra", at_most=99)) == 60
    assert holds(town, b"zebracanary")
    with town.sessions.begin() as session:
        network = session.get_one(Network, 1)
        for number in range(0, 60, 2):
            finding.drop(session, network, "note", number)
        leaving.leave(session, "fake:T1")
    assert not holds(town, b"zebracanary")


def holds(town: Town, words: bytes) -> bool:
    """Whether *words* are in any file of the database."""
    engine: Engine = town.sessions.kw["bind"]
    if engine.dialect.name != "sqlite":
        with engine.connect() as connection:
            return bool(connection.scalar(text("SELECT count(*) FROM findings")))
    truncate_log(town.sessions)
    path = Path(str(make_url(str(engine.url)).database))
    return any(words in Path(f"{path}{end}").read_bytes() for end in ("", "-wal"))


@pytest.fixture
def session(notes: Sessions) -> Iterator[Session]:
    """One session for all that is typed; what it keeps is undone."""
    with notes() as session:
        yield session


@given(st.text(max_size=60), st.text(max_size=60))
@example("\x00\ud800'", "a\x00b")
@example("\\' \\", "''\\")
@example('NEAR("a" "b"', '"')
@example("<-> !falls & |", ":*:A")
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_no_text_makes_either_database_fail(session: Session, kept: str, typed: str) -> None:
    network = session.get_one(Network, 1)
    finding.keep(session, network, "note", 9, f"{kept} {typed}", now=MONDAY)
    every = finding.find(session, network, typed, 50, view=EVERYBODY)
    words = finding.words_of(typed)
    is_sought = words and (len(words) <= finding.ASKED)
    assert (9 in [hit.number for hit in every]) == bool(is_sought) or len(words) > finding.ASKED
    assert all(word.isalnum() and len(word) <= finding.LENGTH for word in words)
    assert finding.words_of(" ".join(words)) == words or not typed.isascii()
