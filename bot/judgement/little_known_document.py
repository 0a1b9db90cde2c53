"""Judges a week's ideas at once: one document of messages in, the best of them out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterator
from datetime import UTC, datetime
from math import isfinite

from msgspec import Struct, field

from bot.judgement.little_known import Candidate, choose, places, rank
from bot.judgement.traits import traits

FEW = 5  # messages in ninety days: whoever wrote no more counts as new here
SECOND = 1_000_000


class DocumentError(ValueError):
    """A document that holds no messages that could be ranked."""


class MessageGiven(Struct, frozen=True, kw_only=True, gc=False):
    """A message as a document has it; `ts` in seconds since 1970, counts as of `now`.

    `attention` counts the other people who answered or reacted, `author_90d` what its author wrote
    in ninety days, `audience_28d` who wrote in its channel in four weeks. `length` is that of
    `text` where it isn't given; `reactions` are part of the attention; `quoted` is not looked at.
    """

    id: str | int
    channel: str | int
    user: str | int
    ts: float
    thread: str | int | float | None = None
    text: str | None = ""
    is_reply: bool | None = False
    attention: float | None = 0
    author_90d: float | None = None
    audience_28d: float | None = 0
    length: float | None = None


class History(Struct, frozen=True, kw_only=True):
    """How often each author was featured up to now."""

    author_exposure: dict[str, float | None] | None = field(default_factory=dict)


class IdeasDocument(Struct, frozen=True, kw_only=True):
    """The messages of a week up to `now` (seconds since 1970, or ISO), and how many to choose."""

    now: float | datetime
    messages: list[MessageGiven]
    k: int = 10
    history: History | None = None


class Ranking(Struct, frozen=True, kw_only=True):
    """The ids of the messages chosen, the best first."""

    ranked: list[str | int]


def judge_ideas(document: IdeasDocument) -> Ranking:
    """Choose at most `k` messages; what was written after `now` is not looked at.

    Raises:
        DocumentError: two messages have the same id, `k` is below one, or a number is none.
    """
    _check(document)
    now = _seconds(document.now)
    messages = sorted(
        (one for one in document.messages if one.ts <= now), key=lambda one: (one.ts, str(one.id))
    )
    people = _Numbers()
    given = list(_candidates(messages, people))
    told = (document.history.author_exposure if document.history else None) or {}
    exposure = {people[who]: max(0.0, count or 0.0) for who, count in told.items()}
    chosen = choose(
        rank(given, exposure=exposure),
        at_most=places(given, at_most=document.k),
        featured=[who for who, count in exposure.items() if count],
    )
    return Ranking(ranked=[messages[each.candidate.ts].id for each in chosen])


def _check(document: IdeasDocument) -> None:
    if document.k < 1:
        raise DocumentError("k is below one")
    twice = Counter(one.id for one in document.messages).most_common(1)
    if twice and twice[0][1] > 1:
        raise DocumentError(f"message {twice[0][0]!r} is named twice")
    for one in document.messages:
        numbers = one.ts, one.attention, one.author_90d, one.audience_28d, one.length
        if not all(isfinite(each or 0) and (each or 0) >= 0 for each in numbers):
            raise DocumentError(f"message {one.id!r} holds a number below zero, or none at all")


def _seconds(instant: float | datetime) -> float:
    if not isinstance(instant, datetime):
        return instant
    return (instant if instant.tzinfo else instant.replace(tzinfo=UTC)).timestamp()


class _Numbers(dict[Hashable, int]):
    """Our own number for each name, in the order in which they come; 7 and "7" are one."""

    def __missing__(self, name: Hashable) -> int:
        return self.setdefault(name, len(self))


def _candidates(messages: list[MessageGiven], people: _Numbers) -> Iterator[Candidate]:
    """Each message as the digest would know it; its `ts` is its place among *messages*."""
    channels, talks = _Numbers(), _Numbers()
    said: Counter[int] = Counter()
    for place, one in enumerate(messages):
        found = traits(one.text or "")
        begun = f"of {one.thread}" if one.thread is not None else f"by {one.id}"
        talk = talks[one.channel, begun]
        earlier = max(said[talk], int(bool(one.is_reply)))
        said[talk] = earlier + 1
        voice = int(one.author_90d or 0)
        yield Candidate(
            channel=channels[str(one.channel)],
            ts=place,
            author=people[str(one.user)],
            conversation=talk,
            opens=not one.is_reply,
            length=found.length if one.length is None else int(one.length),
            worth=found.worth,
            attention=int(one.attention or 0),
            audience=int(one.audience_28d or 0),
            is_newcomer=one.author_90d is not None and voice <= FEW,
            earlier=earlier,
            voice=voice,
        )
