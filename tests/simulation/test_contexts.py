"""Tells whether each planted context moves what it should, measured from the events alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from functools import lru_cache

import pytest

from bot.domain.events import Event, MemberJoined, MemberLeft, MessagePosted, ReactionAdded
from bot.simulation import Plan, frailty_friends, simulate
from bot.simulation import contexts as c
from bot.simulation.frailty import DAN, PRIYA, ROSA, TOM

START = date(2026, 3, 2)  # the ninth week
DAYS = 28


class Reading:
    """What can be counted in the days of the context, and in the eight weeks before."""

    def __init__(self, plan: Plan, events: list[Event], first: date, days: int) -> None:
        self.plan = plan
        dawn = plan.midnight(plan.start)
        begin, end = plan.midnight(first), plan.midnight(first + timedelta(days=days))
        posts = [x for x in events if isinstance(x, MessagePosted)]
        self.all = [x for x in posts if begin <= x.ts < end]
        self.human = [x for x in self.all if not x.by_bot]
        self.openings = [x for x in self.human if x.thread is None]
        moved = [x for x in events if isinstance(x, MemberJoined | MemberLeft)]
        self.moves = [x for x in moved if begin <= x.at < end]
        answers = [x for x in posts if x.thread is not None]
        openers = {(x.channel, x.ts): x.author for x in posts}
        self.answered_ones = {
            (x.channel, x.thread) for x in answers if x.author != openers[x.channel, x.thread or 0]
        }
        self.first_posts = _first_three(
            posts, {x.member for x in moved if isinstance(x, MemberJoined) and x.at > dawn}
        )
        stamps = {(x.channel, x.ts) for x in self.all}
        marks = [x for x in events if isinstance(x, ReactionAdded)]
        self.marks = [x for x in marks if (x.channel, x.ts) in stamps]

    def messages(self, channel: str = "") -> int:
        return sum(not channel or x.channel == self.plan.channel_id(channel) for x in self.human)

    def voices(self, channel: str = "") -> int:
        place = channel and self.plan.channel_id(channel)
        return len({x.author for x in self.human if not channel or x.channel == place})

    def answered(self, openings: list[MessagePosted] | None = None) -> float:
        asked = self.openings if openings is None else openings
        return sum((x.channel, x.ts) in self.answered_ones for x in asked) / len(asked)

    def newcomers_answered(self) -> float:
        return self.answered([x for x in self.openings if (x.channel, x.ts) in self.first_posts])

    def elders_answered(self) -> float:
        return self.answered(
            [x for x in self.openings if (x.channel, x.ts) not in self.first_posts]
        )

    def asks(self) -> list[MessagePosted]:
        return [x for x in self.openings if x.asks]

    def by(self, *names: str) -> int:
        ids = {self.plan.member_id(name) for name in names}
        return sum(x.author in ids for x in self.human)

    def top_three(self) -> float:
        spoken = Counter(x.author for x in self.human)
        return sum(n for _, n in spoken.most_common(3)) / len(self.human)

    def effective_voices(self) -> float:
        spoken = Counter(x.author for x in self.human)
        return len(self.human) ** 2 / sum(n * n for n in spoken.values())

    def fresh(self) -> float:
        age = [x.ts - (x.thread or x.ts) for x in self.human]
        return sum(a < 14 * 86_400_000_000 for a in age) / len(age)

    def led(self) -> float:
        leads = {self.plan.member_id(p.name) for p in self.plan.people if p.is_lead}
        return sum(x.author in leads for x in self.openings) / len(self.openings)

    def bots(self) -> float:
        return 1 - len(self.human) / len(self.all)

    def joined(self) -> int:
        return len({x.member for x in self.moves if isinstance(x, MemberJoined)})

    def left(self) -> int:
        return len({x.member for x in self.moves if isinstance(x, MemberLeft)})

    def largest_thread(self) -> float:
        return Counter(x.thread for x in self.human if x.thread).most_common(1)[0][1] / len(
            self.human
        )


def _first_three(posts: list[MessagePosted], new: set[str]) -> set[tuple[str, int]]:
    seen: Counter[str] = Counter()
    first: set[tuple[str, int]] = set()
    for post in posts:
        if post.thread is None and post.author in new:
            seen[post.author] += 1
            if seen[post.author] <= 3:
                first.add((post.channel, post.ts))
    return first


def town(*contexts: c.Context, **changes: object) -> Plan:
    """Twelve weeks of the demo's people, before Easter."""
    plan = replace(frailty_friends(5, contexts=contexts), weeks=12)
    return replace(plan, **changes)  # type: ignore[arg-type]


@lru_cache(maxsize=1)
def usual() -> Reading:
    return reading(town())


def reading(plan: Plan, first: date = START, days: int = DAYS) -> Reading:
    return Reading(plan, events_of(plan), first, days)


@lru_cache(maxsize=40)
def events_of(plan: Plan) -> list[Event]:
    return list(simulate(plan))


Claim = Callable[[Reading, Reading], bool]
GENTLY = 0.15


def about(one: float, other: float, within: float = GENTLY) -> bool:
    return abs(one / other - 1) < within


def low_in_all_groups(then: Reading, now: Reading) -> bool:
    group = {now.plan.member_id(p.name): p.group for p in now.plan.people}
    before = Counter(group.get(x.author) for x in then.human)
    after = Counter(group.get(x.author) for x in now.human)
    return all(after[name] < before[name] * 0.8 for name in now.plan.groups)


MOVES = [
    pytest.param(
        c.Ebb(start=START, days=DAYS, factor=0.5),
        lambda u, n: n.messages() < u.messages() * 0.65 and n.voices() < u.voices(),
        id="an ebb: less is said, by fewer",
    ),
    pytest.param(
        c.Flow(start=START, days=DAYS, factor=2.0),
        lambda u, n: n.messages() > u.messages() * 1.6 and n.voices() > u.voices(),
        id="a flow: more is said, by more",
    ),
    pytest.param(
        c.QuietSeason(start=START, days=DAYS),
        lambda u, n: n.messages() < u.messages() * 0.45 and n.answered() > u.answered() - 0.1,
        id="a quiet season: little is said, but it is answered",
    ),
    pytest.param(
        c.GatheringLift(start=START, days=DAYS, gathering=START),
        lambda u, n: n.messages() > u.messages() * 1.5 and n.voices() > u.voices(),
        id="a gathering lifts messages and voices",
    ),
    pytest.param(
        c.AfterGathering(start=START, days=DAYS),
        lambda u, n: n.messages() < u.messages() * 0.9 and n.answered() > u.answered() - 0.1,
        id="after a gathering comes a lull",
    ),
    pytest.param(
        c.Pressure(start=START, days=DAYS),
        low_in_all_groups,
        id="pressure: all groups are low alike",
    ),
    pytest.param(
        c.KeyVoiceQuiet(start=START, days=DAYS, who=DAN),
        lambda u, n: n.by(DAN) < u.by(DAN) * 0.25 and n.messages() < u.messages() - u.by(DAN) / 2,
        id="a key voice is quiet, and nobody says it instead",
    ),
    pytest.param(
        c.FewVoices(start=START, days=DAYS),
        lambda u, n: n.top_three() > 0.6 > u.top_three() and n.voices() < u.voices() * 0.85,
        id="few voices: three people say most of it",
    ),
    pytest.param(
        c.NewcomersUnanswered(start=START, days=DAYS),
        lambda u, n: n.newcomers_answered() < 0.4 < 0.75 < u.newcomers_answered(),
        id="newcomers go unanswered",
    ),
    pytest.param(
        c.AsksWaiting(start=START, days=DAYS),
        lambda u, n: n.answered(n.asks()) < 0.3 < 0.7 < u.answered(u.asks()),
        id="asks wait",
    ),
    pytest.param(
        c.NoAsks(start=START, days=DAYS),
        lambda u, n: len(n.asks()) < len(u.asks()) / 3 and about(n.messages(), u.messages()),
        id="nobody asks, though as much is said",
    ),
    pytest.param(
        c.TopicSpent(start=START, days=DAYS),
        lambda u, n: n.fresh() < 0.4 < 0.9 < u.fresh() and len(n.openings) < len(u.openings) / 2,
        id="a spent topic: little is begun, old threads tail off",
    ),
    pytest.param(
        c.Difference(start=START, days=DAYS, channel="frailty", between=(DAN, ROSA)),
        lambda u, n: (
            n.messages("frailty") < u.messages("frailty") / 2
            and about(n.messages("frailty-asks"), u.messages("frailty-asks"))
        ),
        id="a difference silences its channel and no other",
    ),
    pytest.param(
        c.Moved(start=START, days=DAYS, channel="frailty", to="frailty-homes"),
        lambda u, n: (
            n.messages("frailty") < u.messages("frailty") / 2
            and n.messages("frailty-homes") > 2 * u.messages("frailty-homes")
            and about(n.messages(), u.messages())
        ),
        id="a move: one channel falls, another rises, the sum is steady",
    ),
    pytest.param(
        c.BotNoise(start=START, days=DAYS),
        lambda u, n: n.bots() > 0.15 > u.bots() and n.messages() < u.messages() * 0.9,
        id="the bots are loud, and people fall back",
    ),
    pytest.param(
        c.NewArrivals(start=START, days=DAYS),
        lambda u, n: n.joined() >= 3 * u.joined() and n.voices() > u.voices(),
        id="many arrive, and speak",
    ),
    pytest.param(
        c.Helping(start=START, days=DAYS),
        lambda u, n: len(n.asks()) > 1.5 * len(u.asks()) and n.messages() > u.messages() * 1.3,
        id="a helping round: more asks, more answers",
    ),
    pytest.param(
        c.OneVoiceBurst(start=START, days=DAYS, channel="general", who=TOM),
        lambda u, n: (
            n.messages() > 1.4 * u.messages()
            and n.voices() == u.voices()
            and n.effective_voices() < u.effective_voices() / 2
        ),
        id="one voice bursts: more messages, not more voices",
    ),
    pytest.param(
        c.CoverageGap(start=START, days=DAYS),
        lambda u, n: n.messages() == 0 and not n.moves and not n.marks,
        id="a gap: nothing is heard",
    ),
]
LEAVES = [
    pytest.param(
        c.KeyVoiceQuiet(start=START, days=DAYS, who=DAN),
        lambda u, n: about(n.by(PRIYA, TOM, ROSA), u.by(PRIYA, TOM, ROSA), 0.25),
        id="a key voice is quiet, and the others go on as usual",
    ),
    pytest.param(
        c.FewVoices(start=START, days=DAYS),
        lambda u, n: about(n.messages(), u.messages(), 0.2),
        id="few voices: as much is said as ever",
    ),
    pytest.param(
        c.NewcomersUnanswered(start=START, days=DAYS),
        lambda u, n: about(n.elders_answered(), u.elders_answered(), 0.1),
        id="newcomers go unanswered, the others don't",
    ),
]


@pytest.mark.parametrize(("context", "claim"), MOVES)
def test_a_context_moves_what_it_should(context: c.Context, claim: Claim) -> None:
    now = reading(town(context))
    assert claim(usual(), now)
    assert not claim(usual(), usual())


@pytest.mark.parametrize(("context", "claim"), LEAVES)
def test_a_context_leaves_the_rest_as_it_was(context: c.Context, claim: Claim) -> None:
    assert claim(usual(), reading(town(context)))


def test_leads_who_stop_starting_take_the_energy_with_them() -> None:
    led = replace(frailty_friends().habits, lead_opens=0.6)
    then = reading(town(habits=led))
    now = reading(town(c.LeadAbsent(start=START, days=DAYS), habits=led))
    assert then.led() > 0.5
    assert now.led() < then.led() / 1.5
    assert now.messages() < then.messages() * 0.7
    assert now.voices() < then.voices()


def test_a_shared_concern_is_one_thread_of_many_voices() -> None:
    concern = c.SharedConcern(start=START, days=7, channel="frailty")
    then, now = reading(town(), days=7), reading(town(concern), days=7)
    assert now.largest_thread() > 0.4 > then.largest_thread()
    assert now.voices() > then.voices()
    assert now.effective_voices() > then.effective_voices()


def test_in_a_decline_more_go_than_come_and_less_is_said() -> None:
    first = date(2026, 1, 12)
    decline = c.StructuralDecline(start=first, days=77)
    now = reading(town(decline), first, 77)
    assert now.joined() < now.left()
    assert reading(town(decline)).messages() < usual().messages() * 0.75


def test_growth_rises_and_stays() -> None:
    first, last = date(2026, 1, 19), date(2026, 3, 23)
    growing = c.Growing(start=first, days=70)
    now, then = reading(town(growing), last, 7), reading(town(), last, 7)
    assert now.messages() > then.messages() * 1.4
    assert reading(town(growing), first, 70).joined() > reading(town(), first, 70).joined()


def test_a_difference_begins_with_a_burst_between_two() -> None:
    heat = c.Difference(start=START, days=DAYS, channel="frailty", between=(DAN, ROSA))
    first_day = reading(town(heat), days=1)
    threads = Counter(x.thread for x in first_day.human if x.thread is not None)
    ((begun, exchanges),) = threads.most_common(1)
    pair = {first_day.plan.member_id(DAN), first_day.plan.member_id(ROSA)}
    assert exchanges == heat.exchanges - 1
    assert {x.author for x in first_day.human if x.thread == begun} == pair


def test_in_the_week_after_a_difference_few_speak_in_its_channel() -> None:
    heat = c.Difference(start=START, days=DAYS, channel="frailty", between=(DAN, ROSA))
    week = START + timedelta(days=7)
    then, now = reading(town(), week, 7), reading(town(heat), week, 7)
    assert now.voices("frailty") < then.voices("frailty") * 0.6


def test_what_a_key_voice_used_to_answer_waits() -> None:
    now = reading(town(c.KeyVoiceQuiet(start=START, days=DAYS, who=DAN)))
    assert now.answered() < usual().answered() - 0.03


def test_who_moves_with_a_conversation_comes_into_the_channel_first() -> None:
    plan = town(c.Moved(start=START, days=DAYS, channel="frailty", to="frailty-homes"))
    inside: set[tuple[str, str]] = set()
    outside = []
    for event in simulate(plan):
        match event:
            case MemberJoined(channel=channel, member=member):
                inside.add((channel, member))
            case MemberLeft(channel=channel, member=member):
                inside.discard((channel, member))
            case MessagePosted(by_bot=False) if (event.channel, event.author) not in inside:
                outside.append(event)
    assert len(outside) < 10  # answers by people who have just left


@pytest.mark.parametrize("context", [p.values[0] for p in MOVES], ids=lambda x: x.kind)
def test_a_context_changes_nothing_before_it_starts(context: c.Context) -> None:
    plan = town(context)
    start = plan.midnight(START)

    def before(events: list[Event]) -> list[MessagePosted]:
        return [x for x in events if isinstance(x, MessagePosted) and x.ts < start]

    assert before(events_of(plan)) == before(events_of(town()))


def test_in_the_demo_newcomers_go_unanswered_and_then_an_ebb_lasts() -> None:
    plan = frailty_friends()
    before = reading(plan, plan.start, 56)
    unanswered = reading(plan, date(2026, 5, 20), 19)
    ebb = reading(plan, date(2026, 6, 15), 21)
    assert before.newcomers_answered() > 0.8
    assert unanswered.newcomers_answered() < 0.4
    assert unanswered.messages() / 19 > 0.65 * before.messages() / 56
    assert ebb.messages() / 21 < 0.55 * before.messages() / 56
    asks = reading(plan, date(2026, 6, 22), 14)
    place = plan.channel_id("frailty-asks")
    assert asks.answered([x for x in asks.asks() if x.channel == place]) < 0.35
