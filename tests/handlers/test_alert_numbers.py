"""Each number in an alert equals an independent recount from the list of events."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

import pytest

from bot.app import App
from bot.cli.replay import Stage, catch_up, only_network, prepare
from bot.domain.phases import Phase
from bot.judgement.why import Context, Hypothesis
from bot.simulation import Plan, calm_circle, frailty_friends
from bot.simulation import contexts as c
from bot.simulation.life import Life
from bot.storage.base import connect, sessions_of
from bot.storage.places import Network
from handlers import calendar, energy, network
from handlers.energy.pulse import Pulse
from tests.counting import not_counting
from tests.databases import SqliteFiles, hurried
from tests.oracle import Oracle, oracle
from tests.town import PROMPTS

LONDON = ZoneInfo("Europe/London")
FEATURES = (network.feature, energy.feature, calendar.feature)
TURN = date(2026, 5, 6)  # the week has a bank holiday, and so has the last
SMALL = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
NTH = ("", "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth")


@dataclass(frozen=True)
class Told:
    """What an alert says of a history, and the recount of it."""

    text: str
    pulse: Pulse
    truth: Oracle
    reason: Context

    @cached_property
    def expected(self) -> Sequence[str]:
        """The phrases with a number that it should have."""
        return expected(self)


def ebb(factor: float = 0.5) -> c.Ebb:
    return c.Ebb(start=TURN, days=60, factor=factor)


HISTORIES: dict[str, tuple[Plan, date]] = {
    "a plain ebb": (frailty_friends(21, contexts=(ebb(0.4),)), date(2026, 5, 24)),
    "newcomers unanswered": (
        frailty_friends(
            22,
            contexts=(c.NewcomersUnanswered(start=date(2026, 4, 15), days=90), ebb(0.45)),
        ),
        date(2026, 5, 27),
    ),
    "few voices": (
        calm_circle(32, contexts=(c.FewVoices(start=TURN, days=60, share=0.9), ebb(0.7))),
        date(2026, 6, 5),
    ),
    "questions waiting": (
        frailty_friends(24, contexts=(c.AsksWaiting(start=TURN, days=60), ebb(0.45))),
        date(2026, 5, 30),
    ),
    "too much of the bot": (
        frailty_friends(25, contexts=(c.BotNoise(start=TURN, days=60, people=0.4, ramp=3),)),
        date(2026, 5, 31),
    ),
    "a small circle": (calm_circle(26, contexts=(ebb(0.3),)), date(2026, 5, 28)),
    "newcomers": (
        frailty_friends(
            27,
            contexts=(
                c.NewArrivals(start=TURN, days=60, factor=14.0),
                c.Flow(start=TURN, days=60, factor=1.8),
            ),
        ),
        date(2026, 5, 26),
    ),
}

REASONS = {
    "a plain ebb": Context.UNKNOWN,
    "newcomers unanswered": Context.NEWCOMERS,
    "few voices": Context.FEW_VOICES,
    "questions waiting": Context.ASKS_WAITING,
    "too much of the bot": Context.BOT_NOISE,
    "a small circle": Context.UNKNOWN,
    "newcomers": Context.NEW_ARRIVALS,
}


@pytest.fixture(scope="module", params=HISTORIES)
def told(request: pytest.FixtureRequest, sqlite_files: SqliteFiles) -> Told:
    """A history that the bot took in, and its alert as leads would see it."""
    plan, last = HISTORIES[request.param]
    stage = Stage(name="console", now=datetime(2000, 1, 1, tzinfo=UTC))
    sessions = sessions_of(hurried(connect(sqlite_files.url())))
    app = App(sessions=sessions, platforms=[stage], clock=stage.clock, features=FEATURES)
    app.prompts = PROMPTS
    with not_counting():
        life = Life(plan).until(last + timedelta(days=1))
        events = [event for _, event, _ in life]
        timed = prepare(app, stage, events)
    with app.sessions.begin() as session:
        mine = session.get_one(Network, only_network(app).id)
        mine.name, mine.country = "Frailty Friends", "GB-ENG"
    with not_counting():
        catch_up(app, stage, mine, timed, until=plan.midnight(last + timedelta(days=1)))
    with app.context(mine, occasion="alert") as ctx:
        pulse = energy.pulse_on(energy.Settings(), ctx, last)
        text = ctx.prompts.render("energy/alert", **energy.values(pulse)).text
        assert pulse.why
    recount = oracle(events, last=last, zone=LONDON, holidays=plan.holidays)
    return Told(text=text, pulse=pulse, truth=recount, reason=REASONS[request.param])


def counted(number: float, noun: str, plural: str = "") -> str:
    """A count as it is written: small numbers in words."""
    whole = round(number)
    word = SMALL[whole] if whole < len(SMALL) else f"{whole:,}"
    return f"{word} {noun if whole == 1 else plural or noun + 's'}"


def capital(words: str) -> str:
    return words[:1].upper() + words[1:]


def expected(told: Told) -> list[str]:
    """The phrases with a number that the alert should have, from the recount alone."""
    truth, last = told.truth, told.truth.last
    usual, worked = truth.usual_voices(), truth.worked(last)
    scale = worked / 5
    voices = capital(counted(truth.voices(last), "person", "people"))
    when = "last week" if last.weekday() == 6 else f"in the week to {last:%A} {last.day} {last:%B}"
    week = "full week" if worked == 5 else f"week of {counted(worked, 'working day')}"
    found = [
        f"{voices} spoke {when}; in a {week} like this we'd usually expect"
        f" {round(usual.low * scale)} to {round(usual.high * scale)}.",
        str(truth.exchanges(last)),
        f"{round(truth.usual_exchanges().low * scale)} to"
        f" {round(truth.usual_exchanges().high * scale)}",
    ]
    if told.pulse.phase is Phase.EBB and truth.low_weeks() >= 2:
        is_within = truth.voices(last) >= round(usual.low * scale)
        how = "week in a row at the low end of that" if is_within else "low week in a row"
        found.append(f"It is the {NTH[truth.low_weeks()]} {how}.")
    for one in told.pulse.why.hypotheses:
        found += reasons(one, told)
    return found


def reasons(one: Hypothesis, told: Told) -> Sequence[str]:
    """The phrases with a number of one reason."""
    truth, ends = told.truth, told.truth.ends()
    since = told.pulse.reading.since
    age = max(1, min(12, round((truth.last - (since or truth.last)).days / 7)))
    recent = max(4, age)
    usual = truth.comparable(before=recent)
    match one.code:
        case Context.NEWCOMERS:
            answered, posts = truth.newcomers_answered(ends[-int(one.evidence["weeks"]) :])
            before, of = truth.newcomers_answered(usual)
            had = f"{posts - answered} had no" if answered else "none had a"
            return [
                f"Of the last {posts} first posts, {had} reply after a working"
                f" day; usually {round(100 * round(before / of, 2))} % are answered.",
                counted(len(one.posts), "post"),
                counted(2 * len(one.posts), "minute"),
            ]
        case Context.ASKS_WAITING:
            waiting = capital(counted(len(truth.waiting()), "question"))
            return [
                f"{waiting} of the last {len(truth.questions())} waited more than three working"
                " days, half of them"
                f" {counted(round(truth.waited_days(), 1), 'working day')} or longer."
            ]
        case Context.FEW_VOICES:
            now = [truth.effective_voices(end) for end in ends[-min(age, 4) :]]
            then = [truth.effective_voices(end) for end in usual]
            people = counted(round(sum(now) / len(now), 1), "person", "people")
            return [
                f"It has felt like about {people} talking; usually about"
                f" {round(round(sum(then) / len(then), 1))}."
            ]
        case Context.BOT_NOISE:
            share = round(truth.bot_share(ends[-recent:]), 2)
            return [f"They wrote {round(100 * share)} % of all posts"]
        case Context.PRESSURE:
            low, seen = truth.channels_low(ends[-age:], usual)
            return [f"{low} of our {seen} channels are low together"]
        case Context.NEW_ARRIVALS:
            answered, posts = truth.newcomers_answered(ends[-4:])
            return [f"({answered} of {posts} so far)"]
    return []


def test_each_number_of_an_alert_is_that_of_a_recount(told: Told) -> None:
    for phrase in told.expected:
        assert phrase in told.text, (phrase, told.text)


def test_an_alert_has_no_number_that_was_not_recounted(told: Told) -> None:
    left = re.sub(r"\w+day \d+ \w+", "", told.text)  # the day of the reading, the next look
    left = re.sub(r"\*Not the reason.*", "", left)
    left = re.sub(r"^\d\. ", "", left, flags=re.MULTILINE)
    spoken = re.sub(r"\w+day \d+ \w+", "", " ".join(told.expected))
    numbers = re.findall(r"\d+", left)
    assert set(numbers) <= set(re.findall(r"\d+", spoken)), told.text


def test_the_share_of_answers_is_that_of_a_recount(told: Told) -> None:
    for week in told.pulse.weeks[-4:]:
        end = week.first + timedelta(days=6)
        assert week.answered_share == pytest.approx(told.truth.answered_share([end]))
        assert week.effective_voices == pytest.approx(told.truth.effective_voices(end))
        answered, posts = told.truth.newcomers_answered([end])
        assert (week.newcomer_answered, week.newcomer_openings) == (answered, posts)


def test_the_histories_are_told_of_for_their_own_reasons(told: Told) -> None:
    assert told.pulse.phase in (Phase.EBB, Phase.FLOW)
    assert told.reason in [one.code for one in told.pulse.why.hypotheses]
