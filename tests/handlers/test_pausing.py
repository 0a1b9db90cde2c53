"""Each says for themselves what they hear unasked; it holds for all, and leaves no trace."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

import handlers
from bot.domain.events import PersonSeen
from bot.domain.hours import hours_of
from bot.judgement.limits import QUIET, Kind, Limits, Situation, decide, open_hours
from bot.storage.ideas import Idea
from bot.storage.places import Person
from bot.storage.rhythm import Decision
from bot.storage.wishes import Wishes
from tests.town import MONDAY, Town

LONDON = ZoneInfo("Europe/London")
KETTLE = (
    "We keep a kettle, a chair and a set of steps in the bay and just watch for five minutes: "
    "whoever can make tea can go home."
)
NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    ("typed", "hours"),
    [
        ("17:30-08:30", (time(17, 30), time(8, 30))),
        ("from 5.30pm to 8am", (time(17, 30), time(8))),
        ("18 until 8", (time(18), time(8))),
        ("between noon and 1pm", (time(12), time(13))),
        ("10pm – midnight", (time(22), time())),
        ("17:30", None),
        ("17:30-17:30", None),
        ("25-8", None),
        ("monday to friday", None),
        ("", None),
    ],
)
def test_hours_are_understood_as_people_write_them(
    typed: str, hours: tuple[time, time] | None
) -> None:
    assert hours_of(typed, now=NOW) == hours


@given(st.text(max_size=30))
def test_no_hours_that_are_typed_go_wrong(typed: str) -> None:
    found = hours_of(typed, now=NOW)
    assert found is None or found[0] != found[1]


minutes = st.integers(0, 24 * 60 - 1).map(lambda n: time(n // 60, n % 60))


@given(minutes, minutes, st.integers(0, 14 * 24 * 60))
def test_a_word_comes_in_working_hours_and_never_in_quiet_ones(
    begins: time, ends: time, minute: int
) -> None:
    quiet = (begins, ends)
    around = Situation(zone=LONDON, is_free=lambda day: day.weekday() >= 5, quiet=quiet)
    # over the Sunday on which clocks go forward
    now = datetime(2026, 3, 22, tzinfo=UTC) + timedelta(minutes=minute)
    wait = decide(Kind.WORD, now=now, limits=Limits(), around=around)
    said = now if wait is None else wait.until
    if said is None:
        assert open_hours(Limits(), quiet) == []
        return
    there = said.astimezone(LONDON)
    assert time(9) <= there.time() < time(17)
    is_quiet = (
        begins <= there.time() < ends
        if begins < ends
        else begins != ends and (there.time() >= begins or there.time() < ends)
    )
    assert not is_quiet
    assert there.weekday() < 5


def test_quiet_hours_over_midnight_move_a_word_to_their_end_by_the_clock_there() -> None:
    around = Situation(
        zone=LONDON, is_free=lambda day: day.weekday() >= 5, quiet=(time(15), time(10, 30))
    )
    friday = datetime(2026, 3, 27, 15, 30, tzinfo=UTC)
    wait = decide(Kind.WORD, now=friday, limits=Limits(), around=around)
    assert wait == (datetime(2026, 3, 30, 9, 30, tzinfo=UTC), QUIET), "10:30 in summer time"


@pytest.fixture
def town(town: Town) -> Town:
    """A town on Thursday before its ideas are asked for; bob tends, amina wrote one of two."""
    town.lead("bob")
    for name in ("ada", "amina", "bob", "cem", "eve"):
        town.says(name, at=MONDAY - timedelta(days=20))
    town.passes(days=3)
    return town


def marked(town: Town, name: str, *, hours: float) -> int:
    """A message of somebody's that others marked."""
    thread = town.says("bob", "How do you decide in the bay?", hours=hours - 1)
    ts = town.says(name, KETTLE, thread=thread, hours=hours)
    for each in {"ada", "cem", "eve"} - {name}:
        town.reacts(each, ts)
    return ts


def asked(town: Town) -> list[str]:
    """Whose ideas were asked for, and not let go."""
    with town.sessions.begin() as session:
        return [*session.scalars(select(Person.name).join(Idea, Idea.person_id == Person.id))]


def words_to(town: Town, name: str) -> list[str]:
    """What somebody was told unasked."""
    member = town.person(name)
    return [post.text for post in town.platform.said if post.to == member and not post.only_for]


def test_who_pauses_is_not_asked_and_the_next_one_is(town: Town) -> None:
    marked(town, "amina", hours=-20)
    marked(town, "cem", hours=-10)
    answer = town.types("amina", "/net pause until 1 Sept")
    assert "I leave you in peace until Tuesday 1 September" in answer
    town.passes(hours=6)
    town.runs("ideas.choose")
    assert asked(town) == ["Cem"]
    assert words_to(town, "amina") == []
    assert len(words_to(town, "cem")) == 1
    with town.sessions.begin() as session:
        kept = " ".join(session.scalars(select(Decision.reason)))
    assert "pause" not in kept
    assert "Amina" not in kept
    assert "pause" not in town.types("bob", "/tend log")
    assert "peace" in town.types("amina", "/net pause"), "their own commands are answered"


def test_a_question_that_waits_goes_unsaid_and_without_a_trace_where_they_pause(town: Town) -> None:
    marked(town, "amina", hours=-20)
    town.passes(hours=6)
    town.types("bob", "/tend pause all")
    town.runs("ideas.choose")
    assert asked(town) == ["Amina"]
    town.types("amina", "/net pause two weeks")
    town.types("bob", "/tend resume")
    for _ in range(2):
        town.ticks()
        town.passes(days=1)
    assert words_to(town, "amina") == []
    assert asked(town) == []
    with town.sessions.begin() as session:
        kept = " ".join(session.scalars(select(Decision.reason)))
    assert "they asked" not in kept


def test_a_pause_ends_by_itself_on_its_day(town: Town) -> None:
    town.types("amina", "/net pause until 12 March")
    marked(town, "amina", hours=-20)
    town.passes(hours=6)
    town.runs("ideas.choose")
    assert asked(town) == []
    town.passes(days=7)
    marked(town, "amina", hours=-20)
    assert "Pause for two weeks" in [b.label for p in town.looks("amina") for b in p.buttons]
    town.runs("ideas.choose")
    assert asked(town) == ["Amina"]


def test_how_often_and_of_what_are_one_switch_each(town: Town) -> None:
    marked(town, "amina", hours=-20)
    town.passes(hours=6)
    town.types("amina", "/net messages")
    assert "I don't write to you any more to ask whether an idea" in town.presses(
        "amina", "Nothing about ideas"
    )
    assert "(you don't want this now)" in town.types("amina", "/net messages")
    town.runs("ideas.choose")
    assert asked(town) == []
    assert "I may write to you again" in town.presses("amina", "Ideas again")
    assert "nothing to you unasked" in town.types("amina", "/net messages never")
    town.runs("ideas.choose")
    assert asked(town) == []
    town.types("amina", "/net messages")
    town.presses("amina", "At most once a month")
    town.runs("ideas.choose")
    assert len(words_to(town, "amina")) == 1
    town.passes(days=14)
    marked(town, "amina", hours=-20)
    town.runs("ideas.choose")
    assert asked(town) == ["Amina"], "once in a month was enough"
    with town.app.context(town.network, occasion="later") as ctx:
        later = town.now + timedelta(days=20)
        soon = ctx.foresee(town.person("amina"), Kind.WORD, at=town.now, about="ideas")
        assert soon is not None
        assert ctx.foresee(town.person("amina"), Kind.WORD, at=later, about="ideas") is None


def test_whoever_writes_to_a_member_says_what_of() -> None:
    root = Path(handlers.__file__).parent
    for feature in handlers.FEATURES:
        place = root / feature.name
        files = [*place.rglob("*.py")] if place.is_dir() else [place.with_suffix(".py")]
        if any("kind=Kind.WORD" in each.read_text() for each in files):
            assert feature.writes, f"[{feature.name}] can't be switched off"


def switches(town: Town, name: str) -> list[str]:
    """The buttons of all switches, found from somebody's page."""
    town.looks(name)
    assert "Only you see this" in town.presses(name, "Choose when, and of what")
    return [button.label for button in town.sees(name)[-1].buttons]


def test_a_page_says_how_it_stands_and_leaves_the_rest_to_who_wants_it(town: Town) -> None:
    page = next(part for part in town.looks("amina") if "Messages from me" in part.text)
    assert "once a week at the most" in page.text
    assert [button.label for button in page.buttons] == [
        "Pause for two weeks",
        "Choose when, and of what",
    ]
    assert "Nothing about ideas" in switches(town, "amina")
    assert "I don't write to you any more" in town.presses("amina", "Nothing about ideas")
    assert "Ideas again" in switches(town, "amina")


def test_leads_alone_are_offered_to_hear_nothing_of_tending(town: Town) -> None:
    assert "Nothing about tending" not in switches(town, "amina")
    assert "Nothing about tending" in switches(town, "bob")
    assert "didn't understand" in town.types("amina", "/net messages tending off")
    town.types("bob", "/net messages tending off")
    with town.app.context(town.network, occasion="tending") as ctx:
        wait = ctx.foresee(town.person("bob"), Kind.TENDING, at=town.now)
        assert wait is not None
        assert wait.until is None


def test_quiet_hours_are_kept_where_somebody_is(town: Town) -> None:
    tokyo = PersonSeen(member=town.person("amina"), name="Amina", timezone="Asia/Tokyo")
    town.tells(tokyo)
    assert "Your quiet hours are 09:00-16:00" in town.types("amina", "/net quiet from 9 to 4pm")
    with town.app.context(town.network, occasion="quiet") as ctx:
        wait = ctx.foresee(town.person("amina"), Kind.WORD, at=town.now, about="ideas")
        assert wait is not None
        assert wait.until == datetime(2026, 3, 6, 7, tzinfo=UTC), "16:00 in Tokyo, on Friday"
    assert "covers all the hours" in town.types("amina", "/net quiet 08:00-18:00")
    town.types("amina", "/net quiet")
    town.presses("amina", "Quiet hours")
    assert town.forms[-1].fields[0].value == "08:00-18:00"
    assert "17:30-08:30" in town.fills("amina", hours="17:30 to 8:30")
    assert "no quiet hours" in town.types("amina", "/net quiet off")


def test_what_cannot_be_understood_is_not_guessed_at(town: Town) -> None:
    assert "didn't understand" in town.types("ada", "/net pause until the cows come home")
    assert "a year ahead" in town.types("ada", "/net pause until 1 May 2039")
    assert "didn't understand" in town.types("ada", "/net quiet please")
    assert "didn't understand" in town.types("ada", "/net messages loudly")
    assert "You had asked for no pause" in town.types("ada", "/net pause off")


def test_it_is_all_held_shown_and_erased(town: Town) -> None:
    town.types("ada", "/net pause")
    card = town.types("ada", "/net messages")
    assert "until you say otherwise" in card.casefold() or "you say otherwise" in card
    assert "That you asked for no messages" in town.types("ada", "/net mydata")
    assert "9999" not in town.types("ada", "/net mydata")
    assert "Welcome back" in town.presses("ada", "Write to me again")
    town.types("ada", "/net pause two weeks")
    assert "until Thursday 19 March" in town.types("ada", "/net messages")
    town.types("ada", "/net quiet 17:30-08:30")
    town.types("ada", "/net messages monthly")
    town.types("ada", "/net messages ideas off")
    told = town.types("ada", "/net mydata")
    for each in ("17:30-08:30", "One message a month", "Nothing about ideas"):
        assert each in told
    town.types("ada", "/net mydata delete")
    town.presses("ada", "Delete everything")
    with town.sessions.begin() as session:
        assert session.scalars(select(Wishes)).all() == []
    assert "pause" not in town.types("ada", "/net mydata")


def test_the_day_of_a_pause_begins_where_somebody_is(town: Town) -> None:
    tokyo = PersonSeen(member=town.person("amina"), name="Amina", timezone="Asia/Tokyo")
    town.tells(tokyo)
    town.types("amina", "/net pause until 1 Sept")
    with town.sessions.begin() as session:
        until = session.scalars(
            select(Person.paused_until).where(Person.ref == town.person("amina"))
        ).one()
    assert until == datetime(2026, 8, 31, 15, tzinfo=UTC)
    assert until.astimezone(ZoneInfo("Asia/Tokyo")).date() == date(2026, 9, 1)
