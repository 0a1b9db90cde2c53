"""What happened after a nudge, or after an ebb that was left alone, in plain counts and no cause.

Energy often comes back by itself, so before and after says little about one nudge. That is why the
same is counted of ebbs that were left alone, and both are told side by side.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from statistics import fmean

from msgspec import Struct

from bot.judgement.evidence import Trial
from bot.judgement.responses import Arrivals, responses
from bot.judgement.talk import Said, Setting, Talk
from bot.judgement.usual import FULL_WEEK, Usual, usual_range
from bot.judgement.weeks import WeekMeasures, comparable, measure_span

DAY, WEEK = timedelta(days=1), timedelta(weeks=1)
MONTH = 28 * 86_400_000_000
LIVELIER = 1.1
"""A tenth more people than before, and one at least, make a livelier fortnight."""
FORTNIGHT = 2
LAST = 6
"""How many of the newest nudges, and of the ebbs that were left alone, are told of together."""
ENOUGH_LEFT = 4


class Outcome(Struct, frozen=True, kw_only=True):
    """What happened in the whole weeks after `posted`, a local day; counts alone.

    `weeks` are the people who spoke in each; `low`, `high` and `usual` (the middle) are what a full
    week usually has, where it is known. `before` and `after` are people a full working week in the
    fortnights around it.
    `took_part` wrote in its thread, or where that wasn't used (`in_thread` false) in its channel
    on its day; None where there is none. `new_voices` of them hadn't spoken for four weeks.
    `asked` are questions in its channel since, `answered` those that a person responded to. `left`
    are people who went, `left_before` in as many days before. `deaf` says that the bot missed more
    than a day of it.
    """

    posted: date
    weeks: tuple[int, ...] = ()
    low: int | None = None
    high: int | None = None
    usual: float | None = None
    before: float | None = None
    after: float | None = None
    is_livelier: bool | None = None
    is_usual: bool | None = None
    took_part: int | None = None
    new_voices: int = 0
    in_thread: bool = True
    asked: int = 0
    answered: int = 0
    left: int = 0
    left_before: int = 0
    uncounted: int = 0
    deaf: bool = False


def weeks_around(
    talk: Talk, setting: Setting, *, posted: date, until: date
) -> tuple[list[WeekMeasures], list[WeekMeasures]]:
    """The spells of seven days that end before *posted*, and those from it to the day *until*."""
    first = talk.days.first + WEEK
    count = max(0, (posted - first).days // 7)
    begins = [posted - n * WEEK for n in range(count, 0, -1)]
    before = [measure_span(talk, setting, day, day + WEEK - DAY) for day in begins]
    whole = max(0, ((until - posted).days + 1) // 7)
    after = [
        measure_span(talk, setting, posted + n * WEEK, posted + (n + 1) * WEEK - DAY)
        for n in range(whole)
    ]
    return before, after


def outcome(
    before: Sequence[WeekMeasures], after: Sequence[WeekMeasures], *, posted: date
) -> Outcome:
    """What the weeks *after* were like, against those *before*; both oldest first."""
    usual = _usual(before)
    rates = [_rate(before[-FORTNIGHT:]), _rate(after[:FORTNIGHT])]
    was, came = rates
    return Outcome(
        posted=posted,
        weeks=tuple(week.voices for week in after),
        low=round(usual.low) if usual else None,
        high=round(usual.high) if usual else None,
        usual=usual.centre if usual else None,
        before=was,
        after=came,
        is_livelier=None if was is None or came is None else is_livelier(was, came),
        is_usual=_is_usual(after, usual),
        left=sum(week.left for week in after),
        left_before=sum(week.left for week in before[-len(after) :]) if after else 0,
        deaf=any(week.deaf for week in after),
    )


def trial(found: Outcome, *, was_nudged: bool) -> Trial | None:
    """An ebb that was drawn by lot, as evidence; None where too little was heard of it."""
    if found.before is None or found.after is None or not found.usual:
        return None
    before, after = found.before / found.usual, found.after / found.usual
    return Trial(was_nudged=was_nudged, before=before, after=after)


def is_livelier(before: float, after: float) -> bool:
    """Whether a fortnight was livelier than the one before it."""
    return after >= before * LIVELIER and after - before >= 1


def _usual(before: Sequence[WeekMeasures]) -> Usual | None:
    weeks = [before[n] for n in comparable(before)]
    return usual_range([w.voices for w in weeks], [w.working_days for w in weeks])


def _rate(weeks: Sequence[WeekMeasures]) -> float | None:
    """People a full working week; None where too little was heard, or nobody worked."""
    if len(weeks) < FORTNIGHT or any(week.deaf for week in weeks):
        return None
    rates = [week.voices * FULL_WEEK / week.working_days for week in weeks if week.working_days]
    return fmean(rates) if rates else None


def _is_usual(after: Sequence[WeekMeasures], usual: Usual | None) -> bool | None:
    """Whether all weeks lay at least in the usual range, as it is told: in whole people."""
    if usual is None or not after or any(week.deaf for week in after):
        return None
    low = round(usual.low)
    return all(week.voices * FULL_WEEK >= low * week.working_days for week in after)


def took_part(
    said: Sequence[Said], *, channel: int, thread: int, posted: int, day_ends: int
) -> tuple[frozenset[int], bool]:
    """Who wrote in the *thread* of a post, and True; or where nobody did, in its channel that day.

    Times are in microseconds.
    """
    here = [row for row in said if row.channel == channel and not row.is_bot and row.ts > posted]
    inside = frozenset(row.author for row in here if row.thread == thread)
    if inside:
        return inside, True
    return frozenset(row.author for row in here if row.ts < day_ends), False


def had_not_spoken(people: frozenset[int], said: Sequence[Said], *, posted: int) -> int:
    """How many of *people* had written nothing in the four weeks before."""
    heard = {row.author for row in said if posted - MONTH <= row.ts < posted}
    return len(people - heard)


def questions(
    talk: Talk, arrivals: Arrivals, *, channel: int, posted: int, until: int
) -> tuple[int, int]:
    """The questions asked in a channel meanwhile, and how many a person responded to."""
    found = responses(talk, arrivals)
    asks = [
        (int(place), int(ts))
        for place, ts, asks in zip(talk.channel, talk.ts, talk.asks, strict=True)
        if asks and place == channel and posted < ts < until
    ]
    known = [found[key] for key in asks if key in found]
    return len(known), sum(bool(each.replied or each.reacted) for each in known)


class Record(Struct, frozen=True, kw_only=True):
    """The newest nudges and ebbs left alone, and how many were followed by a livelier fortnight."""

    nudged: int
    nudged_livelier: int
    left: int
    left_livelier: int

    @property
    def shows_nothing(self) -> bool:
        """Whether there is enough to say that no effect can be seen.

        That is after six nudges, where they were followed by a livelier fortnight no more often
        than ebbs that were left alone; or, where too few were, in a third of the cases at most.
        """
        if self.nudged < LAST:
            return False
        if self.left >= ENOUGH_LEFT:
            return self.nudged_livelier * self.left <= self.left_livelier * self.nudged
        return self.nudged_livelier * 3 <= self.nudged


def record(nudged: Sequence[bool], left: Sequence[bool]) -> Record:
    """Of the newest first, whether each was followed by a livelier fortnight."""
    nudged, left = nudged[:LAST], left[:LAST]
    return Record(
        nudged=len(nudged), nudged_livelier=sum(nudged), left=len(left), left_livelier=sum(left)
    )
