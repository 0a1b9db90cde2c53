"""Other ways to choose what a digest shows, as those who use them do, for a comparison."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable

from bot.judgement.little_known_document import IdeasDocument, MessageGiven

Order = list[MessageGiven]
Rule = Callable[[IdeasDocument], Order]
HOUR = 3_600.0


def most_attention(document: IdeasDocument) -> Order:
    """What most people answered or reacted to."""
    return sorted(document.messages, key=lambda one: -(one.attention or 0))


def longest(document: IdeasDocument) -> Order:
    """The longest texts."""
    return sorted(document.messages, key=lambda one: -(one.length or 0))


def hacker_news(document: IdeasDocument) -> Order:
    """Points over age to the power of 1.8, as Hacker News ranks its front page."""
    now = max(one.ts for one in document.messages)

    def gravity(one: MessageGiven) -> float:
        hours = (now - one.ts) / HOUR
        return float((one.attention or 0) / (hours + 2) ** 1.8)

    return sorted(document.messages, key=lambda one: -gravity(one))


def zulip(document: IdeasDocument) -> Order:
    """Two conversations of most senders, then those of most messages (``zerver/lib/digest.py``).

    Of each its first messages, in turn.
    """
    talks = _talks(document)
    diverse = sorted(talks, key=lambda talk: -len({one.user for one in talk}))[:2]
    rest = [talk for talk in sorted(talks, key=len, reverse=True) if talk not in diverse]
    return _in_turn([*diverse, *rest])


def discourse(document: IdeasDocument) -> Order:
    """Conversations by likes, then by length, newcomers' left out, as Discourse's summary mail.

    Discourse takes ``Topic.for_digest``: best first, of authors above the lowest trust level; those
    are taken here for who wrote no more than five messages.
    """
    known = [talk for talk in _talks(document) if (talk[0].author_90d or 0) > 5]
    ordered = sorted(known, key=lambda talk: (-sum(one.attention or 0 for one in talk), -len(talk)))
    return _in_turn(ordered)


def _talks(document: IdeasDocument) -> list[Order]:
    talks: dict[object, Order] = defaultdict(list)
    for one in document.messages:
        talks[one.channel, one.thread or one.id].append(one)
    return list(talks.values())


def _in_turn(talks: list[Order]) -> Order:
    """The first message of each, then the second of each, and so on."""
    place: Counter[int] = Counter()
    found: list[tuple[int, int, MessageGiven]] = []
    for rank, talk in enumerate(talks):
        for one in talk:
            found.append((place[rank], rank, one))
            place[rank] += 1
    return [one for *_, one in sorted(found, key=lambda each: each[:2])]


RIVALS: dict[str, Rule] = {
    "most attention": most_attention,
    "Zulip's digest": zulip,
    "Discourse's mail": discourse,
    "Hacker News": hacker_news,
    "longest": longest,
}
