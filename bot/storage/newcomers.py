"""What newcomers have written first, and which introductions of theirs have been posted."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.domain.events import to_micros
from bot.domain.ids import ts_of
from bot.judgement.talk import FIRST_POSTS
from bot.storage import membership, watches
from bot.storage.activity import BOT, DELETED
from bot.storage.base import fetch_rows, stored
from bot.storage.delivery import Outgoing
from bot.storage.places import Network, Person

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
SELECT m.channel_id, m.ts, m.author_id
FROM messages AS m JOIN memberships AS s ON s.person_id = m.author_id
JOIN channels AS c ON c.id = m.channel_id
WHERE s.network_id = ? AND s.state <> 'left' AND s.joined_at >= ? AND c.network_id = ?
AND m.ts >= ? AND m.ts < ? AND (m.flags & {BOT | DELETED}) = 0
ORDER BY m.ts, m.channel_id
"""
_WATCHED_OR_ANSWERED = f"""
SELECT 1 WHERE EXISTS (SELECT 1 FROM response_watches WHERE channel_id = ? AND ts = ?)
OR EXISTS (SELECT 1 FROM messages AS m JOIN people AS p ON p.id = m.author_id
    WHERE m.channel_id = ? AND m.thread = ? AND m.ts > ? AND m.author_id <> ?
    AND (m.flags & {BOT | DELETED}) = 0 AND NOT p.is_bot)
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

    Nothing that a person answered in its thread, or that is or was watched.
    """
    session.flush()
    values = (network.id, stored(now - STILL_NEW), network.id, to_micros(since), to_micros(until))
    written: Counter[int] = Counter()
    found = []
    for channel, ts, person in fetch_rows(session, _FIRST_POSTS, values):
        written[person] += 1
        which = (channel, ts, channel, ts, ts, person)
        if written[person] <= FIRST_POSTS and not fetch_rows(session, _WATCHED_OR_ANSWERED, which):
            found.append(FirstPost(channel, ts, person))
    return found


def note_introductions(session: Session, network: Network) -> None:
    """Keep which messages introductions have become; what could not be posted may be again."""
    for found in watches.unposted(session, network):
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
