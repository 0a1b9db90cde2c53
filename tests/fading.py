"""Sixteen weeks of a network that fades at their end: a history for any platform."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

from bot.domain.events import MessagePosted, to_micros
from bot.domain.ids import ChannelId, MemberId
from tests.oracle import oracle

LONDON = ZoneInfo("Europe/London")
BEGINS, FADES, MONDAY = date(2026, 6, 29), date(2026, 10, 8), date(2026, 10, 19)
"""The history ends on the Sunday before that Monday; the clocks go back on the next."""
ROUND = date(2026, 10, 28)
"""The Wednesday of the question round: from summer to winter time it is an hour more."""
LIVELY, LOW = 0.6, 0.12
DAY, HOUR = timedelta(days=1), 3_600_000_000


def talk(
    channel: ChannelId, people: Sequence[MemberId], first: date, last: date, *, chance: float
) -> list[MessagePosted]:
    """What *people* say on the working days from *first* to *last*, in conversations of a day."""
    rng = Random(f"{first}/{chance}")
    found: list[MessagePosted] = []
    for day in (first + n * DAY for n in range((last - first).days + 1)):
        opened: list[int] = []
        for minute, author in enumerate(people) if day.weekday() < 5 else ():
            if rng.random() >= chance:
                continue
            ts = to_micros(datetime.combine(day, time(10, minute), LONDON))
            thread = rng.choice(opened) if opened and rng.random() < 0.6 else None
            opened += [ts] if thread is None else []
            found.append(
                MessagePosted(channel=channel, ts=ts, author=author, thread=thread, length=40)
            )
    return found


WELCOMED = tuple(BEGINS + timedelta(days=2, weeks=week) for week in range(1, 14))
UNANSWERED = tuple(FADES + n * DAY for n in (0, 1, 4, 5, 6, 6, 7))
"""On which days a newcomer says a first thing, and somebody answers, or nobody does."""
NEWCOMERS = len(WELCOMED) + len(UNANSWERED)


def first_posts(
    channel: ChannelId, newcomers: Sequence[MemberId], host: MemberId
) -> list[MessagePosted]:
    """What newcomers say first, and what *host* answers within the hour."""
    found = []
    for minute, (day, who) in enumerate(zip((*WELCOMED, *UNANSWERED), newcomers, strict=True)):
        ts = to_micros(datetime.combine(day, time(14, minute), LONDON))
        found.append(MessagePosted(channel=channel, ts=ts, author=who, length=40))
        if day in WELCOMED:
            answer = MessagePosted(channel=channel, ts=ts + HOUR, author=host, thread=ts, length=40)
            found.append(answer)
    return found


def sixteen_weeks(
    channel: ChannelId, people: Sequence[MemberId], newcomers: Sequence[MemberId]
) -> list[MessagePosted]:
    """Lively weeks with a newcomer each, and eleven days in which few speak and seven come."""
    said = talk(channel, people, BEGINS, FADES - DAY, chance=LIVELY)
    said += talk(channel, people, FADES, MONDAY - DAY, chance=LOW)
    said += first_posts(channel, newcomers, people[0])
    return sorted(said, key=lambda message: message.ts)


def recounted(said: Sequence[MessagePosted]) -> list[str]:
    """The phrases with a number that Monday's alert has to have, counted without the product."""
    sunday = MONDAY - DAY
    truth = oracle(said, last=sunday, zone=LONDON)
    usual, exchanges = truth.usual_voices(), truth.usual_exchanges()
    answered, posts = truth.newcomers_answered(truth.ends()[-4:])
    return [
        f"{truth.voices(sunday)} people spoke last week",
        f"we'd usually expect {round(usual.low)} to {round(usual.high)}.",
        f"({truth.exchanges(sunday)}; usual {round(exchanges.low)} to {round(exchanges.high)})",
        f"Of the last {posts} first posts, {posts - answered} had no reply after a working day",
    ]


def spoke(said: Sequence[MessagePosted], first: date) -> int:
    """How many people spoke in the seven days from *first* on."""
    ends = [to_micros(datetime.combine(day, time(), LONDON)) for day in (first, first + 7 * DAY)]
    return len({each.author for each in said if ends[0] <= each.ts < ends[1]})
