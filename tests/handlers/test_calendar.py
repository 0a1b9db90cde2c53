"""The calendar takes what people mean by a time of quiet, a gathering or pressure."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.storage import places, talk
from bot.storage.places import Network, Newborn
from bot.storage.rhythm import CalendarEntry
from handlers.calendar import KINDS, SYNONYMS, parse
from tests.town import Town

TODAY = date(2026, 3, 2)


def meant(text: str, today: date = TODAY) -> tuple[str, str, date, date]:
    entry = parse(text, today=today)
    assert isinstance(entry, CalendarEntry), entry
    return entry.name, entry.kind, entry.first, entry.last


@pytest.mark.parametrize(
    ("text", "name", "kind", "first", "last"),
    [
        pytest.param(
            'add "Summer" 22 Jul to 30 Aug quiet',
            "Summer", "quiet", date(2026, 7, 22), date(2026, 8, 30),
            id="as it is shown",
        ),
        pytest.param(
            "add Summer 22 July until 30 August",
            "Summer", "quiet", date(2026, 7, 22), date(2026, 8, 30),
            id="quiet if nothing is said, with whole months",
        ),
        pytest.param(
            "add “Network day” 11 Mar gathering",
            "Network day", "gathering", date(2026, 3, 11), date(2026, 3, 11),
            id="one day, in the quotes of a telephone",
        ),
        pytest.param(
            'add "St Luke\'s day" 18 Oct gathering',
            "St Luke's day", "gathering", date(2026, 10, 18), date(2026, 10, 18),
            id="an apostrophe in the name",
        ),
        pytest.param(
            "add Nurses’ day 12 May gathering",
            "Nurses’ day", "gathering", date(2026, 5, 12), date(2026, 5, 12),
            id="an apostrophe of a telephone, and no quotes",
        ),
        pytest.param(
            "ADD 'Inspection' 2026-05-04 - 2026-05-08 Pressure",
            "Inspection", "pressure", date(2026, 5, 4), date(2026, 5, 8),
            id="as programs write days",
        ),
        pytest.param(
            "add Winter 20 Dec – 5 Jan quiet",
            "Winter", "quiet", date(2026, 12, 20), date(2027, 1, 5),
            id="over the end of a year",
        ),
        pytest.param(
            "add Half-term 16 Feb to 20 Feb",
            "Half-term", "quiet", date(2026, 2, 16), date(2026, 2, 20),
            id="what was within the last four weeks",
        ),
        pytest.param(
            "add Away day 1 Feb",
            "Away day", "quiet", date(2027, 2, 1), date(2027, 2, 1),
            id="the next such day where it is over for longer",
        ),
        pytest.param(
            "add Review 3 Sep 2024 to 9 Sep 2024 busy",
            "Review", "pressure", date(2024, 9, 3), date(2024, 9, 9),
            id="a year that is given, however long ago",
        ),
        pytest.param(
            "add Freshers 14 Sept",
            "Freshers", "quiet", date(2026, 9, 14), date(2026, 9, 14),
            id="September in four letters",
        ),
        pytest.param(
            'add "Ramadan (about)" 18 Feb to 19 Mar 2026 holiday',
            "Ramadan (about)", "quiet", date(2026, 2, 18), date(2026, 3, 19),
            id="a year on one of the two",
        ),
    ],
)  # fmt: skip
def test_an_entry_is_what_its_writer_means(
    text: str, name: str, kind: str, first: date, last: date
) -> None:
    assert meant(text) == (name, kind, first, last)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        pytest.param("add", "shape", id="nothing"),
        pytest.param('add "Summer"', "shape", id="no day"),
        pytest.param("add 22 Jul", "shape", id="no name"),
        pytest.param('add "Summer" from July', "shape", id="no such way to write a day"),
        pytest.param('add "Carnival" 31 Feb', "day", id="a day that isn't"),
        pytest.param('add "Carnival" 2026-02-31', "day", id="a written-out day that isn't"),
        pytest.param('add "Leap" 29 Feb', "day", id="a leap day in years without one"),
        pytest.param('add "Summer" 22 Jul to 31 Jun', "day", id="an end that isn't"),
        pytest.param('add "Summer" 22 Foo', "day", id="a month that isn't"),
        pytest.param(
            'add "Summer" 2026-08-30 to 2026-07-22', "order", id="an end before it begins"
        ),
        pytest.param('add "Summer" 22 Jul 2026 to 1 Jul 2026', "order", id="so with years"),
        pytest.param('add "Summer" 30 Aug to 22 Jul', "order", id="the wrong way round, no years"),
        pytest.param('add " " 22 Jul', "shape", id="a name of nothing"),
        pytest.param('add "Summer" 22 Jul to 30 Aug party', "kind", id="another kind"),
    ],
)
def test_what_makes_no_sense_is_named(text: str, problem: str) -> None:
    assert parse(text, today=TODAY) == problem


@pytest.mark.parametrize(("word", "kind"), [*SYNONYMS.items(), *((each, each) for each in KINDS)])
def test_people_have_their_own_words_for_a_kind(word: str, kind: str) -> None:
    assert meant(f"add Then 11 Mar {word.upper()}")[1] == kind


@given(
    first=st.dates(date(2026, 2, 2), date(2027, 1, 31)),
    length=st.integers(0, 300),
    shape=st.sampled_from(["%Y-%m-%d", "%d %b %Y", "%d %B %Y"]),
)
def test_whole_days_are_taken_as_they_are(first: date, length: int, shape: str) -> None:
    last = first + timedelta(days=length)
    text = f'add "X" {first.strftime(shape)} to {last.strftime(shape)}'
    assert meant(text)[2:] == (first, last)


@given(first=st.dates(date(2026, 2, 2), date(2027, 2, 1)), length=st.integers(0, 180))
def test_days_without_a_year_are_the_next_such_days(first: date, length: int) -> None:
    last = first + timedelta(days=length)
    assert meant(f"add X {first:%d %b} to {last:%d %b}")[2:] == (first, last)


@pytest.fixture
def town(town: Town) -> Town:
    """A town that ada tends."""
    town.lead("ada")
    return town


def test_a_lead_adds_sees_and_takes_out(town: Town) -> None:
    assert "Nothing is in our calendar" in town.types("ada", "/tend calendar")
    added = town.types("ada", '/tend calendar add "Summer" 22 Jul to 30 Aug quiet')
    assert "**Summer**, Wednesday 22 July to Sunday 30 August" in added
    added = town.types("ada", '/tend calendar add "Network day" 11 Mar event')
    assert "**Network day**, Wednesday 11 March." in added
    assert "A lively time around it" in added
    listed = town.types("ada", "/tend calendar")
    assert [line for line in listed.splitlines() if line[:1].isdecimal()] == [
        "2. Network day: Wednesday 11 March (gathering)",
        "1. Summer: Wednesday 22 July to Sunday 30 August (quiet)",
    ]
    assert "Taken out: Summer" in town.types("ada", "/tend calendar remove 1")
    assert "Summer" not in town.types("ada", "/tend calendar")
    assert "Taken out: Network day" in town.types("ada", "/tend calendar delete 1")


def test_a_quiet_time_that_a_lead_declares_is_no_working_time(town: Town) -> None:
    town.types("ada", '/tend calendar add "Half-term" 9 Mar to 13 Mar')
    town.types("ada", '/tend calendar add "Network day" 18 Mar gathering')
    with town.sessions.begin() as session:
        network = session.query(Network).one()
        works = [talk.is_working(session, network, date(2026, 3, day)) for day in (6, 9, 13, 18)]
    assert works == [True, False, False, True]


def test_what_is_long_over_is_not_shown(town: Town) -> None:
    town.types("ada", '/tend calendar add "Network day" 11 Mar gathering')
    town.passes(weeks=5, days=2)
    assert "Network day" in town.types("ada", "/tend calendar")
    town.passes(days=1)
    assert "Network day" not in town.types("ada", "/tend calendar")


@pytest.mark.parametrize(
    "number",
    [
        pytest.param("", id="none"),
        pytest.param("seven", id="a word"),
        pytest.param("-1", id="less than nothing"),
        pytest.param("²", id="a small two"),
        pytest.param("7", id="one that isn't there"),
        pytest.param("9" * 30, id="more than a database can count"),
    ],
)
def test_a_number_that_names_nothing_takes_nothing_out(town: Town, number: str) -> None:
    town.types("ada", '/tend calendar add "Summer" 22 Jul to 30 Aug')
    assert "Nothing was taken out" in town.types("ada", f"/tend calendar remove {number}")
    assert "Summer" in town.types("ada", "/tend calendar")


def test_another_networks_entry_can_neither_be_seen_nor_removed(town: Town) -> None:
    newborn = Newborn(name="Others", timezone="Europe/London", country="GB")
    with town.sessions.begin() as session:
        other = places.network_of(session, "fake:T2", newborn=newborn, now=town.now)
        day = date(2026, 3, 11)
        theirs = CalendarEntry(network_id=other.id, name="Fair", kind="quiet", first=day, last=day)
        session.add(theirs)
        session.flush()
        number = theirs.id
    assert "Fair" not in town.types("ada", "/tend calendar")
    assert "Nothing was taken out" in town.types("ada", f"/tend calendar remove {number}")
    with town.sessions.begin() as session:
        assert session.get(CalendarEntry, number) is not None


def test_what_makes_no_sense_is_told_and_not_kept(town: Town) -> None:
    assert "I don't know that day" in town.types("ada", "/tend calendar add Fair 31 Feb")
    assert "before it begins" in town.types("ada", "/tend calendar add X 2026-05-02 to 2026-05-01")
    assert "`quiet`, `gathering` or" in town.types("ada", "/tend calendar add Fair 3 May party")
    assert "It is written like this" in town.types("ada", "/tend calendar add Fair")
    assert "Nothing is in our calendar" in town.types("ada", "/tend calendar")


def test_only_those_who_tend_may_change_the_calendar(town: Town) -> None:
    refused = town.types("bob", "/tend calendar add Fair 3 May")
    assert "Added" not in refused
    assert "Ada" in refused
    assert "Nothing is in our calendar" in town.types("ada", "/tend calendar")
