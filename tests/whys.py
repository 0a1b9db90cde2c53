"""Histories in which one thing befalls a network, to ask for the why and see whether it is found.

A seed decides the network (the demo's, a calm circle or a wide one), the half-year and the country
it lives in, the weekday on which the context begins and the one on which somebody asks. All
contexts of a seed share one life up to where theirs begins.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from random import Random
from zoneinfo import ZoneInfo

import holidays as public_holidays

from bot.domain.events import (
    Event,
    MemberJoined,
    MemberLeft,
    MessageDeleted,
    MessagePosted,
    ReactionAdded,
)
from bot.domain.phases import Phase
from bot.judgement.talk import Came, Period, Reacted, Said, Setting, lay_out
from bot.judgement.why import Why, explain_talk, weeks_of
from bot.judgement.why.elsewhere import level_elsewhere
from bot.simulation import Plan, calm_circle, frailty_friends, wide_network
from bot.simulation import contexts as c
from bot.simulation.books import ledger_of
from bot.simulation.circles import moved_to
from bot.simulation.frailty import DAN, JOE, PRIYA, ROSA, TOM
from bot.simulation.life import Life
from bot.simulation.neighbours import neighbours

EBB, FLOW, STEADY = Phase.EBB, Phase.FLOW, Phase.STEADY
DAYS = 56
WEEKS_BEFORE = 17
NETWORKS = (frailty_friends, calm_circle, wide_network)
COUNTRIES = ("GB", "DE", "US", "FR")
MAIN, SIDE = "frailty", "frailty-homes"
MEMBERS_LEAD = 0.65
"""The share of openings by leads, in a network where members seldom begin."""


@dataclass(frozen=True, kw_only=True)
class Trial:
    """What befalls the network, and what is asked: why is it in *phase* after the day *until*?

    `truth` is the code that should come first. `weeks` is how long the phase has lasted by then.
    """

    truth: str
    contexts: tuple[c.Context, ...] = ()
    phase: Phase = EBB
    weeks: tuple[int, ...] = (3, 4)
    since: date | None = None
    channel: str = ""
    quiet: tuple[Period, ...] = ()
    gatherings: tuple[Period, ...] = ()
    lead_opens: float | None = None
    knows_elsewhere: bool = False


def plan_of(seed: int) -> Plan:
    """The network of a seed in its half-year, with nothing befalling it; all are in its channel."""
    rng = Random(f"{seed}/whys")
    start = date(2023, 1, 2) + timedelta(weeks=rng.randrange(156))
    country = rng.choice(COUNTRIES)
    found = public_holidays.country_holidays(country, years=[start.year, start.year + 1])
    end = start + timedelta(weeks=30)
    days = tuple(sorted(day for day in found if start <= day < end))
    plan = NETWORKS[seed % len(NETWORKS)](seed, contexts=())
    channels = (replace(ch, share=1.0) if ch.name == MAIN else ch for ch in plan.channels)
    return moved_to(replace(plan, channels=tuple(channels)), start, days)


def ebbs(start: date, plan: Plan) -> dict[str, Trial]:
    """The reasons of an ebb that begins on *start*, and steadiness without one."""

    def last(days: int) -> date:
        return start + timedelta(days=days - 1)

    gathered = start - timedelta(days=3)
    day = Period(name="June day", first=gathered, last=gathered, kind="gathering")
    lift = c.GatheringLift(start=gathered - timedelta(days=7), days=10, gathering=gathered)
    before = start - timedelta(days=14)
    fading = start - timedelta(weeks=8)
    quarrel = c.Difference(start=start, days=DAYS, channel=MAIN, between=(ROSA, JOE))
    waiting = c.AsksWaiting(start=start, days=DAYS)
    no_asks = c.NoAsks(start=start, days=DAYS)
    return {
        "ordinary": Trial(truth="ordinary", phase=STEADY),
        "unknown": Trial(
            truth="unknown", contexts=(c.Ebb(start=start, days=DAYS, factor=0.45, ramp=4),)
        ),
        "quiet_season": Trial(
            truth="quiet_season",
            contexts=(c.QuietSeason(start=start, days=21),),
            quiet=(Period(name="Holiday", first=start, last=last(21)),),
            weeks=(2,),
        ),
        "after_gathering": Trial(
            truth="after_gathering",
            contexts=(lift, c.AfterGathering(start=start, days=14)),
            gatherings=(day,),
            weeks=(2,),
        ),
        "pressure": Trial(
            truth="pressure",
            contexts=(c.Pressure(start=start, days=DAYS),),
            quiet=(Period(name="Winter", first=start, last=last(41), kind="pressure"),),
        ),
        "pressure_undeclared": Trial(
            truth="pressure",
            contexts=(c.Pressure(start=start, days=DAYS),),
            knows_elsewhere=True,
        ),
        "key_voice": Trial(
            truth="key_voice", contexts=(c.KeyVoiceQuiet(start=start, days=DAYS, who=DAN),)
        ),
        "few_voices": Trial(truth="few_voices", contexts=(c.FewVoices(start=start, days=DAYS),)),
        "newcomers": Trial(
            truth="newcomers",
            contexts=(c.NewcomersUnanswered(start=start, days=DAYS),),
            phase=STEADY,
            weeks=(4, 5),
        ),
        "newcomers_in_an_ebb": Trial(
            truth="newcomers",
            contexts=(
                c.NewcomersUnanswered(start=before, days=DAYS + 14),
                c.Ebb(start=start, days=DAYS, factor=0.6, ramp=4),
            ),
        ),
        "asks_waiting": Trial(truth="asks_waiting", contexts=(waiting,), phase=STEADY),
        "asks_waiting_in_an_ebb": Trial(
            truth="asks_waiting",
            contexts=(waiting, c.Ebb(start=start, days=DAYS, factor=0.6)),
        ),
        "no_asks": Trial(truth="no_asks", contexts=(no_asks,), phase=STEADY),
        "no_asks_in_an_ebb": Trial(
            truth="no_asks", contexts=(no_asks, c.Ebb(start=start, days=DAYS, factor=0.7))
        ),
        "topic_spent": Trial(truth="topic_spent", contexts=(c.TopicSpent(start=start, days=DAYS),)),
        "difference": Trial(truth="difference", contexts=(quarrel,), channel=MAIN),
        "moved": Trial(
            truth="moved",
            contexts=(c.Moved(start=start, days=DAYS, channel=MAIN, to=SIDE),),
            channel=MAIN,
        ),
        "lead_absent": Trial(
            truth="lead_absent",
            contexts=(c.LeadAbsent(start=start, days=DAYS),),
            lead_opens=MEMBERS_LEAD,
        ),
        "bot_noise": Trial(truth="bot_noise", contexts=(c.BotNoise(start=start, days=DAYS),)),
        "purpose_met": Trial(
            truth="purpose_met", contexts=(c.PurposeMet(start=start, days=DAYS),), weeks=(5, 6)
        ),
        "decline": Trial(
            truth="decline",
            contexts=(c.StructuralDecline(start=fading, days=119),),
            since=fading + timedelta(days=21),
            weeks=(13,),
        ),
    }


def flows(start: date, plan: Plan) -> dict[str, Trial]:
    """The reasons of a flow that begins on *start*."""
    gathering = start + timedelta(days=7)
    day = Period(name="June day", first=gathering, last=gathering, kind="gathering")
    size = sum(channel.rate for channel in plan.channels if channel.name == MAIN) / 26
    rising = start - timedelta(weeks=5)
    return {
        "gathering_lift": Trial(
            truth="gathering_lift",
            contexts=(c.GatheringLift(start=start, days=10, gathering=gathering),),
            gatherings=(day,),
            phase=FLOW,
            weeks=(1,),
        ),
        "shared_concern": Trial(
            truth="shared_concern",
            contexts=(c.SharedConcern(start=start, days=14, channel=MAIN, daily=55 * size),),
            phase=FLOW,
            weeks=(1,),
            channel=MAIN,
        ),
        "new_arrivals": Trial(
            truth="new_arrivals", contexts=(c.NewArrivals(start=start, days=DAYS),), phase=FLOW
        ),
        "helping": Trial(
            truth="helping", contexts=(c.Helping(start=start, days=DAYS),), phase=FLOW
        ),
        "one_voice_burst": Trial(
            truth="one_voice_burst",
            contexts=(
                c.OneVoiceBurst(start=start, days=21, channel=MAIN, who=TOM, daily=30 * size),
            ),
            phase=FLOW,
            weeks=(2,),
            channel=MAIN,
        ),
        "heated": Trial(
            truth="heated",
            contexts=(
                c.Heated(start=start, days=21, channel=MAIN, between=(ROSA, JOE), daily=1.2 * size),
            ),
            phase=FLOW,
            weeks=(2,),
            channel=MAIN,
        ),
        "growing": Trial(
            truth="growing",
            contexts=(c.Growing(start=rising, days=98),),
            since=rising + timedelta(days=28),
            phase=FLOW,
            weeks=(7,),
        ),
    }


NAMES = (*ebbs(date(2026, 1, 5), plan_of(0)), *flows(date(2026, 1, 5), plan_of(0)))


@dataclass
class Rows:
    """What storage would hand over: the events so far, private channels left out."""

    plan: Plan
    numbers: dict[str, int] = field(default_factory=dict)
    said: dict[tuple[int, int], Said] = field(default_factory=dict)
    reacted: list[Reacted] = field(default_factory=list)
    joined: dict[int, int] = field(default_factory=dict)
    left: dict[int, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        closed = (channel.name for channel in self.plan.channels if channel.for_leads)
        self.hidden = {self.plan.channel_id(name) for name in closed}

    def number(self, name: str) -> int:
        """Our own number for an id."""
        return self.numbers.setdefault(name, len(self.numbers) + 1)

    def take(self, events: Iterator[tuple[int, Event, str | None]]) -> Rows:
        """Keep what happens."""
        for _, event, _ in events:
            match event:
                case MessagePosted() if event.channel not in self.hidden:
                    place = self.number(event.channel)
                    self.said[place, event.ts] = Said(
                        place,
                        event.ts,
                        self.number(event.author),
                        event.thread,
                        event.by_bot,
                        event.asks,
                    )
                case MessageDeleted():
                    self.said.pop((self.number(event.channel), event.ts), None)
                case ReactionAdded() if event.channel not in self.hidden:
                    place, who = self.number(event.channel), self.number(event.member)
                    self.reacted.append(Reacted(place, event.ts, who))
                case MemberJoined():
                    self.joined.setdefault(self.number(event.member), event.at)
                case MemberLeft():
                    self.left[self.number(event.member)] = event.at
        return self

    def copy(self) -> Rows:
        """The same rows, to go on apart."""
        return Rows(
            self.plan,
            dict(self.numbers),
            dict(self.said),
            list(self.reacted),
            dict(self.joined),
            dict(self.left),
        )

    def setting(self, trial: Trial, plan: Plan, until: date) -> Setting:
        """What is known of the network besides its messages."""
        begins = plan.midnight(plan.start)
        first_seen = {who: at for who, at in self.joined.items() if at < begins}
        for row in sorted(self.said.values(), key=lambda row: row.ts):
            first_seen.setdefault(row.author, row.ts)
        return Setting(
            tz=ZoneInfo(plan.time_zone),
            leads=frozenset(self.number(plan.member_id(name)) for name in (PRIYA, TOM)),
            first_seen=first_seen,
            joined=[Came(who, at) for who, at in self.joined.items()],
            left=[Came(who, at) for who, at in self.left.items()],
            holidays=dict.fromkeys(plan.holidays, "Bank holiday"),
            quiet=trial.quiet,
            gatherings=trial.gatherings,
            ledger=ledger_of(plan, until),
        )


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A trial lived up to the day on which somebody asks."""

    name: str
    trial: Trial
    plan: Plan
    start: date
    until: date
    rows: Rows

    def answers(self, *, ways: Sequence[str] = ("told", "estimated")) -> Mapping[str, Why]:
        """Why the network is so, with the phase's first day told or estimated."""
        trial, plan = self.trial, self.plan
        setting = self.rows.setting(trial, plan, self.until)
        talk = lay_out(list(self.rows.said.values()), self.rows.reacted, setting, until=self.until)
        channel = self.rows.number(plan.channel_id(trial.channel)) if trial.channel else None
        weeks = weeks_of(talk, setting, channel=channel)
        return {
            way: explain_talk(
                talk,
                setting,
                phase=trial.phase,
                since=self.start if way == "told" else None,
                channel=channel,
                elsewhere=self.elsewhere(setting),
                weeks=weeks,
            )
            for way in ways
        }

    def elsewhere(self, setting: Setting) -> float | None:
        """The level of the workspace's other channels, which every second network knows of."""
        if not (self.trial.knows_elsewhere or self.plan.seed % 2):
            return None
        people = neighbours(self.plan, self.until - timedelta(days=154), self.until)
        return level_elsewhere(people, setting, since=self.start, until=self.until)


def lived(seed: int, names: Sequence[str] = NAMES) -> Iterator[Asked]:
    """Each of the *names* lived in the network of that seed."""
    plan = plan_of(seed)
    rng = Random(f"{seed}/when")
    start = plan.start + timedelta(weeks=WEEKS_BEFORE, days=rng.randrange(5))
    trials = {**ebbs(start, plan), **flows(start, plan)}
    chosen = {name: trials[name] for name in NAMES if name in names}
    for lead_opens in dict.fromkeys(trial.lead_opens for trial in chosen.values()):
        alike = {name: one for name, one in chosen.items() if one.lead_opens == lead_opens}
        yield from _branches(_led(plan, lead_opens), start, alike)


def _led(plan: Plan, lead_opens: float | None) -> Plan:
    if lead_opens is None:
        return plan
    return replace(plan, habits=replace(plan.habits, lead_opens=lead_opens))


def _branches(plan: Plan, start: date, trials: Mapping[str, Trial]) -> Iterator[Asked]:
    trunk, rows = Life(plan), Rows(plan)

    def parts(item: tuple[str, Trial]) -> date:
        return min((x.start for x in item[1].contexts), default=start)

    for name, trial in sorted(trials.items(), key=parts):
        rows.take(trunk.until(parts((name, trial))))
        rng = Random(f"{plan.seed}/{name}")
        since = trial.since or start
        until = since + timedelta(days=7 * rng.choice(trial.weeks) + rng.randrange(-2, 3))
        told = replace(plan, contexts=trial.contexts)
        life = trunk.otherwise(told).until(until + timedelta(days=1))
        yield Asked(
            name=name,
            trial=trial,
            plan=told,
            start=since,
            until=until,
            rows=rows.copy().take(life),
        )
