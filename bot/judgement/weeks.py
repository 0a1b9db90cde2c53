"""A network's weeks in numbers, and the usual range they are seen against."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

from bot.judgement.arrays import Bools, Ints, np
from bot.judgement.talk import DAY, FIRST_POSTS, Came, Period, Reacted, Said, Setting, Talk, lay_out
from bot.judgement.usual import MOST_WEEKS, Usual, signals, usual_range

__all__ = [
    "Came",
    "Period",
    "Reacted",
    "Said",
    "Setting",
    "Usual",
    "WeekMeasures",
    "comparable",
    "measure_span",
    "measure_weeks",
    "signals",
    "usual_range",
]

CAP = 10
FULL_WEEK = 5
ANSWER_HOURS = 16.0
NEWCOMER_HOURS = 8.0
WAITING_HOURS = 24.0
FRESH_DAYS = 14
DEAF_DAYS = 4  # an answer that fell into deaf hours this long after a post may have been missed

Post = tuple[int, int]
"""A message's (channel, ts): what a lead can open."""


@dataclass(frozen=True, kw_only=True, slots=True)
class WeekMeasures:
    """One week, people only. Shares are 0 to 1, or None where there was nothing to share.

    `contributions` counts at most 10 a person; `messages` counts all. `exchanges` are pairs of
    people of whom one replied or reacted to the other. `openings` are conversations begun by
    people at least two working days before the reading; `answered` those that a person replied or
    reacted to within two working days; the same for newcomers' first three posts and one day.
    `first_answer_hours` is a median in working hours. `effective_voices` is 1 / sum of squared
    shares of contributions, `top_three` a share of all messages. `waiting` are the questions of
    four weeks that had waited over three working days when the week ended; `unanswered` this
    week's openings without an answer yet. `days` is 7 but for a week
    not over; `deaf` says that the bot missed more than a day of it.
    """

    first: date
    days: int
    working_days: int
    deaf: bool
    voices: int
    messages: int
    contributions: int
    exchanges: int
    openings: int
    answered: int
    first_answer_hours: float | None
    asks: int
    newcomer_openings: int
    newcomer_answered: int
    effective_voices: float
    top_three: float | None
    starts: int
    lead_starts: int
    freshness: float | None
    joined: int
    left: int
    first_posters: int
    newcomer_voices: int
    bot_posts: int
    waiting: int
    unanswered: tuple[Post, ...]
    newcomers_waiting: tuple[Post, ...]
    channel_voices: Mapping[int, int]

    @property
    def answered_share(self) -> float | None:
        """R, the share of openings that were answered."""
        return self.answered / self.openings if self.openings else None

    @property
    def newcomers_answered_share(self) -> float | None:
        """NR, the share of newcomers' first posts that were answered."""
        return self.newcomer_answered / self.newcomer_openings if self.newcomer_openings else None

    @property
    def lead_share(self) -> float | None:
        """LS, the share of conversations that leads began."""
        return self.lead_starts / self.starts if self.starts else None

    @property
    def bot_share(self) -> float | None:
        """B, bots' share of all posts."""
        total = self.bot_posts + self.messages
        return self.bot_posts / total if total else None


def measure_weeks(
    said: Sequence[Said], reacted: Sequence[Reacted], setting: Setting, *, until: date
) -> list[WeekMeasures]:
    """The ISO weeks (Monday to Sunday, local) from the first message to *until*, oldest first.

    *until* is the last complete day; the week it lies in is measured up to it.
    """
    talk = lay_out(said, reacted, setting, until=until)
    if not len(talk.ts) or talk.days.starts[-1] <= talk.ts[0]:
        return []
    begin = talk.days.first + timedelta(days=7)
    monday = begin - timedelta(days=begin.weekday())
    weeks = range((until - monday).days // 7 + 1)
    firsts = [monday + timedelta(days=7 * n) for n in weeks]
    return [
        measure_span(talk, setting, first, min(first + timedelta(days=6), until))
        for first in firsts
    ]


def measure_span(
    talk: Talk, setting: Setting, first: date, last: date, *, channel: int | None = None
) -> WeekMeasures:
    """The measures of the local days *first* to *last* (included), of one channel or of all."""
    within = talk.span(first, last)
    rows = np.arange(within.start, within.stop)
    if channel is not None:
        rows = rows[talk.channel[rows] == channel]
    people = rows[~talk.is_bot[rows]]
    opened = people[talk.starts[people]]
    breadth, met = _breadth(talk, people), _answers(talk, setting, opened)
    young = opened[talk.nth[opened] <= FIRST_POSTS]
    young = young[is_settled(talk, setting, young, NEWCOMER_HOURS)]
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    start, end = talk.days.at(first), talk.days.at(last + timedelta(days=1))
    return WeekMeasures(
        first=first,
        days=len(days),
        working_days=sum(setting.works(day) for day in days),
        deaf=sum(max(0, min(b, end) - max(a, start)) for a, b in setting.deaf) > DAY,
        voices=breadth.voices,
        messages=len(people),
        contributions=breadth.contributions,
        exchanges=len(_distinct(*pairs(talk, rows).T)),
        openings=met.openings,
        answered=met.answered,
        first_answer_hours=met.hours,
        asks=int(talk.asks[opened].sum()),
        newcomer_openings=len(young),
        newcomer_answered=int(is_answered(talk, young, NEWCOMER_HOURS).sum()),
        effective_voices=breadth.effective,
        top_three=breadth.top_three,
        starts=len(opened),
        lead_starts=int(_among(talk.author[opened], setting.leads).sum()),
        freshness=_freshness(talk, people),
        joined=sum(start <= came.at < end for came in setting.joined),
        left=sum(start <= came.at < end for came in setting.left),
        first_posters=int((talk.nth[people] == 1).sum()),
        newcomer_voices=len(np.unique(talk.author[people[talk.is_new[people]]])),
        bot_posts=len(rows) - len(people),
        waiting=len(waiting_at(talk, setting, end, channel=channel)),
        unanswered=met.unanswered,
        newcomers_waiting=_posts(talk, young[(talk.reply[young] < 0) & ~talk.liked[young]]),
        channel_voices=breadth.channels,
    )


def _distinct(one: Ints, other: Ints) -> Ints:
    """Where each pair of numbers (0 or more) comes first: as one number they sort far sooner."""
    width = int(other.max(initial=0)) + 1
    return np.asarray(np.unique(one * width + other, return_index=True)[1])


class _Breadth(NamedTuple):
    voices: int
    contributions: int
    effective: float
    top_three: float | None
    channels: dict[int, int]


def _breadth(talk: Talk, people: Ints) -> _Breadth:
    """How many speak, and how evenly."""
    authors, counts = np.unique(talk.author[people], return_counts=True)
    capped = np.minimum(counts, CAP)
    total = int(capped.sum())
    heard = talk.channel[people][_distinct(talk.channel[people], talk.author[people])]
    channels, voices = np.unique(heard, return_counts=True)
    return _Breadth(
        voices=len(authors),
        contributions=total,
        effective=float(total**2 / (capped**2).sum()) if total else 0.0,
        top_three=float(np.sort(counts)[-3:].sum() / len(people)) if total else None,
        channels=dict(zip(channels.tolist(), voices.tolist(), strict=True)),
    )


class _Answers(NamedTuple):
    openings: int
    answered: int
    hours: float | None
    unanswered: tuple[Post, ...]


def _answers(talk: Talk, setting: Setting, opened: Ints) -> _Answers:
    """What became of openings, once their two working days have passed."""
    settled = opened[is_settled(talk, setting, opened, ANSWER_HOURS)]
    replied = settled[talk.reply[settled] >= 0]
    hours = talk.clock[talk.reply[replied]] - talk.clock[replied]
    return _Answers(
        openings=len(settled),
        answered=int(is_answered(talk, settled, ANSWER_HOURS).sum()),
        hours=float(np.median(hours)) if len(hours) else None,
        unanswered=_posts(talk, settled[(talk.reply[settled] < 0) & ~talk.liked[settled]]),
    )


def is_settled(talk: Talk, setting: Setting, rows: Ints, hours: float) -> Bools:
    """Whether *hours* of work have gone by since each post, and the bot was listening."""
    now = float(talk.days.clock(talk.days.starts[-1:] - 1)[0])
    settled = now - talk.clock[rows] >= hours
    for begin, end in setting.deaf:
        settled &= (talk.ts[rows] >= end) | (talk.ts[rows] + DEAF_DAYS * DAY <= begin)
    return np.asarray(settled)


def is_answered(talk: Talk, rows: Ints, hours: float) -> Bools:
    """Whether another person reacted to each post, or replied within *hours* of work."""
    reply = talk.reply[rows]
    soon = (reply >= 0) & (talk.clock[reply] - talk.clock[rows] <= hours)
    return np.asarray(soon | talk.liked[rows])


def waiting_at(talk: Talk, setting: Setting, end: int, *, channel: int | None = None) -> Ints:
    """Questions of the four weeks before *end* (UTC microseconds) then over three days unanswered.

    They are indices of messages, oldest first; the days are working days. A reaction alone does
    not answer a question.
    """
    low, high = np.searchsorted(talk.ts, [end - 28 * DAY, end])
    rows = np.arange(low, high)
    rows = rows[talk.starts[rows] & talk.asks[rows]]
    if channel is not None:
        rows = rows[talk.channel[rows] == channel]
    reply = talk.reply[rows]
    open_then = (reply < 0) | (talk.ts[reply] >= end)
    age = talk.days.clock(np.array([end - 1]))[0] - talk.clock[rows]
    heard = is_settled(talk, setting, rows, 0.0)
    return np.asarray(rows[open_then & heard & (age > WAITING_HOURS)])


def pairs(talk: Talk, rows: Ints) -> Ints:
    """Who responded to whom in these messages: shape (n, 2), smaller id first, not yet unique."""
    people = rows[~talk.is_bot[rows]]
    to_last = people[talk.answers[people] >= 0]
    opener = talk.first[people]
    to_opener = people[(talk.born[people] == talk.ts[opener]) & (opener != people)]
    is_here = np.zeros(len(talk.ts), dtype=bool)
    is_here[rows] = True
    fans = talk.fans[is_here[talk.fans[:, 0]]]
    one = np.concatenate([talk.author[to_last], talk.author[to_opener], fans[:, 1]])
    targets = np.concatenate([talk.answers[to_last], talk.first[to_opener], fans[:, 0]])
    two = talk.author[targets]
    keep = (one != two) & ~talk.is_bot[targets]
    return np.sort(np.stack([one[keep], two[keep]], axis=1), axis=1)


def comparable(weeks: Sequence[WeekMeasures], *, explained: Collection[date] = ()) -> list[int]:
    """Indices of the newest 26 full weeks fit to compare with.

    Left out: the first (it may have begun before the bot listened), weeks with a public holiday or
    quiet time, deaf weeks, and those whose first day a person has *explained* as special.
    """
    fit = [
        n
        for n, week in enumerate(weeks)
        if n and week.days == 7 and not week.deaf and week.first not in explained
        if week.working_days >= FULL_WEEK
    ]
    return fit[-MOST_WEEKS:]


def _freshness(talk: Talk, people: Ints) -> float | None:
    ages = talk.ts[people] - talk.born[people]
    return float((ages < FRESH_DAYS * DAY).mean()) if len(people) else None


def _among(authors: Ints, who: frozenset[int]) -> Bools:
    return np.isin(authors, np.array(sorted(who), dtype=np.int64))


def _posts(talk: Talk, rows: Ints) -> tuple[Post, ...]:
    return tuple(zip(talk.channel[rows].tolist(), talk.ts[rows].tolist(), strict=True))
