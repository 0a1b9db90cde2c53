"""The case that every rule looks at: the weeks of an ebb or a flow beside the weeks before it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from math import exp, lgamma, log

from bot.domain.phases import Phase
from bot.judgement.arrays import Ints, np
from bot.judgement.talk import Setting, Talk
from bot.judgement.usual import Usual, usual_range
from bot.judgement.weeks import Post, WeekMeasures, comparable, measure_span
from bot.judgement.why.hypothesis import Number

RECENT = 4
FEWEST_USUAL = 6
MOST_NOW = 12
MOST_BACK = 110
SMALLEST_GROUP = 5
TURNING = ("voices", "exchanges", "messages", "starts")
FEWEST_OLDER, FEWEST_MIDDLE, RISING = 5, 2, 1.12


@dataclass(frozen=True, kw_only=True)
class Case:
    """A network (or one channel of it) on one day.

    `weeks` are rolling weeks that end on `until`, oldest first, of the channel or of all channels;
    `everywhere` the same weeks of all channels. `now` are those since the phase began, `recent`
    the same but at least four, `usual` the comparable ones before both (indices into `weeks`).
    `year_ago` are people a working day in rolling weeks about a year before, by their first day.
    """

    talk: Talk
    setting: Setting
    channel: int | None
    phase: Phase
    since: date
    until: date
    weeks: Sequence[WeekMeasures]
    everywhere: Sequence[WeekMeasures]
    now: range
    recent: range
    usual: Sequence[int]
    elsewhere: float | None
    year_ago: Mapping[date, float]

    @property
    def age_weeks(self) -> float:
        """Weeks since the phase began."""
        return ((self.until - self.since).days + 1) / 7

    @property
    def knows_enough(self) -> bool:
        """Whether there are enough comparable weeks to say what is usual."""
        return len(self.usual) >= FEWEST_USUAL

    def rate(self, name: str, weeks: Sequence[int]) -> float:
        """The mean of a count per five working days over *weeks* (0 where none were worked)."""
        days = self.total("working_days", weeks)
        return 5 * self.total(name, weeks) / days if days else 0.0

    def total(self, name: str, weeks: Sequence[int]) -> float:
        """The sum of a count over *weeks*, but those in which the bot was deaf."""
        return float(sum(getattr(self.weeks[n], name) for n in weeks if not self.weeks[n].deaf))

    def ratio(self, name: str, weeks: Sequence[int] | None = None) -> float:
        """A count's rate now (or in *weeks*) against its usual rate; 1 where nothing is known."""
        before, then = self.rate(name, self.usual), self.now if weeks is None else weeks
        known = before and self.total("working_days", then)
        return self.rate(name, then) / before if known else 1.0

    def share(self, part: str, whole: str, weeks: Sequence[int]) -> float | None:
        """A share pooled over *weeks*, or None where there was nothing."""
        total = self.total(whole, weeks)
        return self.total(part, weeks) / total if total else None

    def mean(self, name: str, weeks: Sequence[int]) -> float:
        """The mean of a measure over *weeks*, leaving out those in which nothing was said."""
        values = [getattr(self.weeks[n], name) for n in weeks]
        known = [float(value) for value in values if value]
        return sum(known) / len(known) if known else 0.0

    @cached_property
    def answered(self) -> tuple[float, float]:
        """R in the recent weeks and usually (1 where nothing was opened)."""
        now = self.share("answered", "openings", self.recent)
        before = self.share("answered", "openings", self.usual)
        return 1.0 if now is None else now, 1.0 if before is None else before

    @property
    def answers_hold(self) -> bool:
        """Whether R is no more than ten points below usual, or by chance alone."""
        now, before = self.answered
        answered, openings = (self.total(name, self.recent) for name in ("answered", "openings"))
        chance = at_most(int(answered), int(openings), before)
        return now >= before - 0.10 or chance > 0.05

    @cached_property
    def was_rising(self) -> bool:
        """Whether more people spoke two months ago already than before, so that it is no jump."""
        count = len(self.weeks)
        older = [n for n in self.usual if n < count - 9]
        middle = [n for n in range(max(0, count - 9), count - 5) if self.weeks[n].working_days >= 4]
        if len(older) < FEWEST_OLDER or len(middle) < FEWEST_MIDDLE:
            return False
        return self.rate("voices", middle) > RISING * self.rate("voices", older)

    def range_of(self, name: str) -> Usual | None:
        """The usual range of a count, for a full week."""
        return usual_range([getattr(self.weeks[n], name) for n in self.usual])

    def rows(self, weeks: Sequence[int]) -> Ints:
        """The messages of people in *weeks*, in the case's channel (or all), as indices."""
        every = np.arange(len(self.talk.ts))
        parts = [every[self.talk.span(self.weeks[n].first, self.last(n))] for n in weeks]
        rows = np.concatenate(parts) if parts else every[:0]
        rows = rows[~self.talk.is_bot[rows]]
        return rows if self.channel is None else rows[self.talk.channel[rows] == self.channel]

    def last(self, week: int) -> date:
        """The last day of a week."""
        return self.weeks[week].first + timedelta(days=6)

    def begin(self, week: int) -> int:
        """When a week begins, in microseconds UTC; the one after the last begins after it."""
        after = self.until + timedelta(days=1)
        return self.talk.days.at(self.weeks[week].first if week < len(self.weeks) else after)

    def posts(self, rows: Ints, most: int = 10) -> tuple[Post, ...]:
        """The newest *most* of these messages as (channel, ts), oldest first."""
        rows = np.sort(rows)[-most:]
        times = self.talk.ts[rows].tolist()
        return tuple(zip(self.talk.channel[rows].tolist(), times, strict=True))


def at_most(count: int, of: int, chance: float) -> float:
    """The probability of at most *count* of *of*, each with this *chance*."""
    if chance <= 0 or count >= of:
        return 1.0
    if chance >= 1:
        return 0.0
    yes, no, all_ways = log(chance), log(1 - chance), lgamma(of + 1)
    return sum(
        exp(all_ways - lgamma(n + 1) - lgamma(of - n + 1) + n * yes + (of - n) * no)
        for n in range(count + 1)
    )


def spoke_each(case: Case, weeks: Sequence[int]) -> dict[int, float]:
    """Messages of each person per five working days."""
    days = max(1, sum(case.weeks[n].working_days for n in weeks))
    totals: dict[int, float] = {}
    for week in weeks:
        authors, counts = np.unique(case.talk.author[case.rows([week])], return_counts=True)
        for who, said in zip(authors.tolist(), counts.tolist(), strict=True):
            totals[who] = totals.get(who, 0.0) + 5 * said / days
    return totals


def people(name: str, count: float) -> dict[str, Number]:
    """Evidence that counts people: nothing where they are fewer than five."""
    return {name: round(count)} if round(count) >= SMALLEST_GROUP else {}


@dataclass(frozen=True, kw_only=True)
class Weeks:
    """Rolling weeks up to the last day, oldest first: of the channel asked about, and of all."""

    here: Sequence[WeekMeasures]
    everywhere: Sequence[WeekMeasures]


def weeks_of(talk: Talk, setting: Setting, *, channel: int | None = None) -> Weeks:
    """Measure the weeks that end on the talk's last day."""
    held = (talk.until - talk.days.first).days - 6
    lasts = [talk.until - timedelta(days=7 * n) for n in range(min(held // 7, MOST_BACK))][::-1]

    def measure(one: int | None) -> list[WeekMeasures]:
        return [
            measure_span(talk, setting, day - timedelta(days=6), day, channel=one) for day in lasts
        ]

    everywhere = measure(None)
    return Weeks(here=everywhere if channel is None else measure(channel), everywhere=everywhere)


def build(
    talk: Talk,
    setting: Setting,
    weeks: Weeks,
    *,
    channel: int | None,
    phase: Phase,
    since: date | None,
    explained: Collection[date],
    elsewhere: float | None,
    year_ago: Mapping[date, float],
) -> Case:
    """Lay the case out; where *since* is None the phase begins where the weeks turned."""
    until, count = talk.until, len(weeks.here)
    began = since or _turn(weeks.here, phase, until)
    age = max(1, min(MOST_NOW, round((until - began).days / 7)))
    recent = range(max(0, count - max(RECENT, age)), count)
    return Case(
        talk=talk,
        setting=setting,
        channel=channel,
        phase=phase,
        since=began,
        until=until,
        weeks=weeks.here,
        everywhere=weeks.everywhere,
        now=range(max(0, count - age), count),
        recent=recent,
        usual=comparable(weeks.here[: recent.start], explained=explained),
        elsewhere=elsewhere,
        year_ago=year_ago,
    )


def _turn(weeks: Sequence[WeekMeasures], phase: Phase, until: date) -> date:
    """When the weeks turned: the start of the best run of sums against the middle (CUSUM).

    Voices, exchanges, messages and starts count alike, each in its usual steps from week to week.
    """
    if len(weeks) < FEWEST_USUAL:
        return until - timedelta(days=6)
    sign = 1.0 if phase is Phase.FLOW else -1.0
    days = np.array([week.working_days or 5 for week in weeks])
    parts = []
    for name in TURNING:
        roots = np.sqrt(np.array([getattr(week, name) for week in weeks]) * 5 / days)
        step = float(np.abs(np.diff(roots)).mean()) or 1.0
        parts.append(sign * (roots - float(np.median(roots))) / step)
    gains = np.cumsum((np.mean(parts, axis=0) - 0.5)[::-1])[:MOST_BACK]
    return until - timedelta(days=7 * int(np.argmax(gains[:26])) + 6)
