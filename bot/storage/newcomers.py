"""What newcomers have written first, and which introductions of theirs have been posted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.domain.events import to_micros
from bot.domain.ids import ts_of
from bot.judgement.talk import FIRST_POSTS
from bot.storage import membership, threads, watches
from bot.storage.activity import BOT, DELETED
from bot.storage.base import fetch_rows, stored
from bot.storage.delivery import Outgoing
from bot.storage.places import Network, Person
from bot.storage.watches import ResponseWatch

STILL_NEW = timedelta(days=60)
"""How long after their coming somebody's first posts are watched."""


class FirstPost(NamedTuple):
    """A message of somebody who is new: its channel, its time (microseconds), and whose it is."""

    channel: int
    ts: int
    person: int


_HAS_NEWCOMERS = """
SELECT 1 WHERE EXISTS (SELECT 1 FROM memberships
    WHERE network_id = ? AND state <> 'left' AND joined_at >= ?)
OR EXISTS (SELECT 1 FROM response_watches WHERE network_id = ? AND closed_at IS NULL)
"""
_FIRST_POSTS = f"""
SELECT m.channel_id, m.ts, m.author_id, (m.thread IS NULL OR m.thread = m.ts)
AND NOT EXISTS (SELECT 1 FROM response_watches AS w
    WHERE w.channel_id = m.channel_id AND w.ts = m.ts)
AND NOT EXISTS (SELECT 1 FROM reactions AS r JOIN people AS p ON p.id = r.person_id
    WHERE r.channel_id = m.channel_id AND r.ts = m.ts
    AND r.person_id <> m.author_id AND NOT p.is_bot)
AND NOT EXISTS (SELECT 1 FROM messages AS a JOIN people AS p ON p.id = a.author_id
    WHERE a.channel_id = m.channel_id AND a.thread = m.ts AND a.ts > m.ts
    AND a.author_id <> m.author_id AND (a.flags & {BOT | DELETED}) = 0 AND NOT p.is_bot)
FROM messages AS m JOIN memberships AS s ON s.person_id = m.author_id
JOIN channels AS c ON c.id = m.channel_id
WHERE s.network_id = ? AND s.state <> 'left' AND s.joined_at >= ? AND c.network_id = ?
AND m.ts >= ? AND m.ts < ? AND (m.flags & {BOT | DELETED}) = 0
ORDER BY m.ts, m.channel_id
"""


def has_newcomers(session: Session, network: Network, *, now: datetime) -> bool:
    """Whether anybody is new in *network*, or anything is watched: mostly nobody and nothing."""
    session.flush()
    values = (network.id, stored(now - STILL_NEW), network.id)
    return bool(fetch_rows(session, _HAS_NEWCOMERS, values))


def first_posts(
    session: Session, network: Network, *, since: datetime, until: datetime, now: datetime
) -> list[FirstPost]:
    """What may wait of the first that newcomers wrote from *since* to *until*, oldest first.

    Nothing that stands in a thread, that a person answered in its own or put an emoji on, or that
    is or was watched.
    """
    session.flush()
    values = (network.id, stored(now - STILL_NEW), network.id, to_micros(since), to_micros(until))
    written: Counter[int] = Counter()
    found = []
    for channel, ts, person, may_wait in fetch_rows(session, _FIRST_POSTS, values):
        written[person] += 1
        if may_wait and written[person] <= FIRST_POSTS:
            found.append(FirstPost(channel, ts, person))
    return _of_newcomers(session, network, found, since) if found else []


def _of_newcomers(
    session: Session, network: Network, posts: Sequence[FirstPost], since: datetime
) -> list[FirstPost]:
    """Those of *posts* whose people were new then, and had written nothing a day before *since*."""
    came = threads.arrivals_of(session, network, {each.person for each in posts})
    before = to_micros(since - timedelta(days=1))
    return [
        each
        for each in posts
        if came.wrote.get(each.person, each.ts) >= before
        and came.is_newcomer(each.person, each.ts, 1)
    ]


def note_introductions(session: Session, watched: Sequence[ResponseWatch]) -> bool:
    """Keep which messages introductions have become; what could not be posted may be again.

    Of what is *watched* now. Whether there was anything to note.
    """
    unposted = [each for each in watched if each.is_introduction and not each.ts]
    for found in unposted:
        sent = session.execute(
            select(Outgoing.state, Outgoing.message).where(Outgoing.key == found.key)
        ).first()
        if sent is not None and sent.state == "sent":
            found.ts = ts_of(sent.message or "") or 0
        elif sent is None or sent.state in ("failed", "expired"):
            who = session.get_one(Person, found.person_id)
            stands = membership.standing(session, session.get_one(Network, found.network_id), who)
            if stands is not None and stands.introduction == found.key:
                membership.take_back(session, stands)
            watches.drop(session, found.key)
    session.flush()
    return bool(unposted)
