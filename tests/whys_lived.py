"""Lives the trials of `tests/whys.py`, and asks in each for the why.

The seed decides the weekday on which the context begins and the one on which somebody asks. All
contexts of a seed share one life up to where theirs begins.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import cached_property
from random import Random
from zoneinfo import ZoneInfo

import numpy as np

from bot.domain.events import (
    Event,
    MemberJoined,
    MemberLeft,
    MessageDeleted,
    MessagePosted,
    ReactionAdded,
)
from bot.domain.phases import EnergyReading
from bot.judgement import energy
from bot.judgement.energy import Rhythm
from bot.judgement.talk import FIRST_POSTS, Came, Reacted, Said, Setting, Talk, lay_out
from bot.judgement.weeks import NEWCOMER_HOURS, is_settled
from bot.judgement.why import Why, explain_talk, weeks_of
from bot.judgement.why.elsewhere import level_elsewhere
from bot.simulation import Plan
from bot.simulation.books import ledger_of
from bot.simulation.frailty import PRIYA, TOM
from bot.simulation.life import Life
from bot.simulation.neighbours import neighbours
from tests.whys import NAMES, WEEKS_BEFORE, Trial, ebbs, flows, plan_of

DAY, WEEK = timedelta(days=1), timedelta(weeks=1)
WAYS = ("estimated", "told", "read")
"""How the day on which the phase began is known: from the weeks, for sure, or from the reading."""


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

    @cached_property
    def setting(self) -> Setting:
        """What is known of the network besides its messages."""
        return self.rows.setting(self.trial, self.plan, self.until)

    @cached_property
    def talk(self) -> Talk:
        """Its messages, laid out."""
        said = list(self.rows.said.values())
        return lay_out(said, self.rows.reacted, self.setting, until=self.until)

    @property
    def first_posts(self) -> int:
        """How many conversations newcomers began since it began, and had a working day for."""
        talk, began = self.talk, min((x.start for x in self.trial.contexts), default=self.start)
        rows = np.arange(len(talk.ts))[talk.span(began, self.until)]
        young = talk.starts[rows] & (talk.nth[rows] <= FIRST_POSTS) & ~talk.is_bot[rows]
        return int(is_settled(talk, self.setting, rows[young], NEWCOMER_HOURS).sum())

    @property
    def channel(self) -> int | None:
        """The number of the channel that is asked about, if it is one."""
        name = self.trial.channel
        return self.rows.number(self.plan.channel_id(name)) if name else None

    def answers(self, *, ways: Sequence[str] = WAYS) -> Mapping[str, Why]:
        """Why the network is so, for each of the *ways* in which its first day is known."""
        weeks = weeks_of(self.talk, self.setting, channel=self.channel)
        elsewhere = self.elsewhere(self.setting)
        return {
            way: explain_talk(
                self.talk,
                self.setting,
                phase=self.trial.phase,
                since=self._since(way),
                channel=self.channel,
                elsewhere=elsewhere,
                weeks=weeks,
            )
            for way in ways
        }

    def told_of(self) -> Iterator[tuple[EnergyReading, Why]]:
        """Each reading since it began that is sure enough to be told of, and why it is so then."""
        for reading in self.readings:
            if reading.is_alert and reading.day >= self.start:
                said = list(self.rows.said.values())
                talk = lay_out(said, self.rows.reacted, self.setting, until=reading.day)
                yield (
                    reading,
                    explain_talk(
                        talk,
                        self.setting,
                        phase=reading.phase,
                        since=reading.since,
                        channel=self.channel,
                        elsewhere=self.elsewhere(self.setting),
                    ),
                )

    def _since(self, way: str) -> date | None:
        if way == "read":
            found = self.readings[-1]
            return found.since if found.phase is self.trial.phase else None
        return self.start if way == "told" else None

    @cached_property
    def readings(self) -> list[EnergyReading]:
        """What the energy filter reads, day by day."""
        first = self.talk.days.first + timedelta(days=7)
        strictness = 1.0 if self.channel else energy.NETWORK_STRICTNESS
        state = energy.begin(start=first, series=["all"], strictness=strictness)
        found = []
        for day, counts in self._counts(first):
            is_quiet = any(one.covers(day) for one in self.setting.quiet)
            rhythm = Rhythm.HOLIDAY if day in self.setting.holidays else Rhythm.ORDINARY
            found += energy.advance(
                state,
                day=day,
                counts={"all": counts},
                rhythm=Rhythm.QUIET if is_quiet else rhythm,
                sensitivity=1.0,
            )
        return found

    def _counts(self, first: date) -> Iterator[tuple[date, tuple[float, float, float]]]:
        """Messages, people and conversations of each day from *first* on."""
        talk = self.talk
        here = ~talk.is_bot & (talk.channel == self.channel if self.channel else True)
        for n in range((self.until - first).days + 1):
            day = first + timedelta(days=n)
            rows = np.arange(len(talk.ts))[talk.span(day, day)]
            rows = rows[here[rows]]
            people, conversations = np.unique(talk.author[rows]), np.unique(talk.first[rows])
            yield day, (len(rows), len(people), len(conversations))

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
        asked = Asked(name=name, trial=trial, plan=told, start=since, until=until, rows=rows.copy())
        yield _befallen(asked, trunk.otherwise(told))


def _befallen(asked: Asked, life: Life) -> Asked:
    """Live up to the day on which somebody asks, or later, where it befell too few by then."""
    asked.rows.take(life.until(asked.until + DAY))
    while asked.trial.first_posts > asked.first_posts:
        later = asked.until + WEEK
        if later > min(each.start + timedelta(days=each.days) for each in asked.trial.contexts):
            break
        asked = replace(asked, until=later)
        asked.rows.take(life.until(later + DAY))
    return asked
