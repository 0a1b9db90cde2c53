"""How deep in its conversation a message stands, and how much each person writes: from the talk."""

from __future__ import annotations

from collections import Counter

from bot.judgement.responses import Post
from bot.judgement.talk import Talk


def depths(talk: Talk, *, since: int = 0) -> dict[Post, int]:
    """How many messages of its conversation came before each message from *since* on."""
    said: Counter[int] = Counter()
    found: dict[Post, int] = {}
    rows = zip(talk.channel.tolist(), talk.ts.tolist(), talk.first.tolist(), strict=True)
    for channel, ts, first in rows:
        if ts >= since:
            found[channel, ts] = said[first]
        said[first] += 1
    return found


def voices(talk: Talk) -> Counter[int]:
    """How many messages each person wrote in the time that *talk* covers; bots don't count."""
    people = zip(talk.author.tolist(), talk.is_bot.tolist(), strict=True)
    return Counter(author for author, is_bot in people if not is_bot)
