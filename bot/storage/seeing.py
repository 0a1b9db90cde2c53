"""Which channels somebody sees, and what happened in these that may concern them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import Session

from bot.domain.events import ChannelKind
from bot.storage.activity import ASKS, BOT, DELETED, Message
from bot.storage.places import Channel, Network, Person, Presence
from bot.storage.threads import Place

SPOKEN = and_(Message.flags.bitwise_and(BOT | DELETED) == 0, Person.is_bot.is_(False))
"""What people said, and is still there."""


class Thread(NamedTuple):
    """A thread by its channel and its first message's time (microseconds)."""

    channel: int
    born: int


@dataclass(frozen=True, kw_only=True)
class Answers:
    """What others said in a thread since somebody last did; `first` and `newest` are times.

    `is_own`: the thread is their own. `people` answered, who came first before the others.
    """

    thread: Thread
    is_own: bool
    first: int
    newest: int
    people: dict[int, str] = field(default_factory=dict)


def visible(session: Session, network: Network, person: Person) -> dict[int, Place]:
    """The channels of *network* that *person* may look into now, by our own number.

    Open ones, but for guests; and whichever they came into and didn't leave. None that were
    closed, are shared with others or archived, and none at all for people of elsewhere.
    """
    if person.is_external or person.is_gone:
        return {}
    is_in = (
        select(Presence.person_id)
        .where(
            Presence.channel_id == Channel.id,
            Presence.person_id == person.id,
            Presence.joined.is_not(None),
            Presence.left.is_(None),
        )
        .exists()
    )
    kinds = (ChannelKind.PUBLIC.value, ChannelKind.PRIVATE.value)
    may_look: ColumnElement[bool] = is_in
    if not person.is_guest:
        may_look = (Channel.kind == ChannelKind.PUBLIC.value) | is_in
    rows = session.execute(
        select(Channel.id, Channel.name, Channel.ref).where(
            Channel.network_id == network.id,
            Channel.kind.in_(kinds),
            Channel.is_archived.is_(False),
            Channel.is_closed.is_(False),
            Channel.is_shared.is_(False),
            may_look,
        )
    )
    return {number: Place(name, ref) for number, name, ref in rows}


def mine(session: Session, person: Person, channels: Collection[int], *, since: int) -> set[int]:
    """Those of *channels* that *person* came into and didn't leave, or wrote in since then."""
    came = session.scalars(
        select(Presence.channel_id).where(
            Presence.person_id == person.id,
            Presence.joined.is_not(None),
            Presence.left.is_(None),
        )
    )
    wrote = session.scalars(
        select(Message.channel_id)
        .where(
            Message.author_id == person.id,
            Message.channel_id.in_(sorted(channels)),
            Message.ts >= since,
            Message.flags.bitwise_and(DELETED) == 0,
        )
        .distinct()
    )
    return {*came, *wrote} & {*channels}


def spoke_last(session: Session, person: Person, channel: int) -> int:
    """When *person* last wrote in a channel, in microseconds; 0 where that isn't known."""
    found = session.scalar(
        select(func.max(Message.ts)).where(
            Message.author_id == person.id,
            Message.channel_id == channel,
            Message.flags.bitwise_and(DELETED) == 0,
        )
    )
    return found or 0


def answered_since(
    session: Session, person: Person, channels: Collection[int], *, since: int, window: int
) -> list[Answers]:
    """Threads in *channels* where others spoke since *since*, after *person* last did.

    Only those in which they spoke since *window* (microseconds too); in order of time.
    """
    spoke = _spoke_in(session, person, channels, since=window)
    if not spoke:
        return []
    rows = session.execute(
        select(Message.channel_id, Message.ts, Message.thread, Person.id, Person.name)
        .join(Person, Person.id == Message.author_id)
        .where(
            Message.channel_id.in_(sorted({thread.channel for thread in spoke})),
            Message.ts >= since,
            Message.thread.is_not(None),
            Message.thread != Message.ts,
            Person.id != person.id,
            SPOKEN,
        )
        .order_by(Message.ts, Message.channel_id)
    )
    found: dict[Thread, list[tuple[int, int, str]]] = {}
    for channel, ts, born, who, name in rows:
        thread = Thread(channel, born or 0)
        if ts > spoke.get(thread, ts):
            found.setdefault(thread, []).append((ts, who, name))
    own = _of(session, person, found)
    return [
        Answers(
            thread=thread,
            is_own=thread in own,
            first=said[0][0],
            newest=said[-1][0],
            people={who: name for _, who, name in said},
        )
        for thread, said in sorted(found.items())
    ]


def _spoke_in(
    session: Session, person: Person, channels: Collection[int], *, since: int
) -> dict[Thread, int]:
    """When *person* last spoke in each of their threads."""
    born = func.coalesce(Message.thread, Message.ts)
    rows = session.execute(
        select(Message.channel_id, born, func.max(Message.ts))
        .where(
            Message.author_id == person.id,
            Message.channel_id.in_(sorted(channels)),
            Message.ts >= since,
            Message.flags.bitwise_and(DELETED) == 0,
        )
        .group_by(Message.channel_id, born)
    )
    return {Thread(channel, first): last for channel, first, last in rows}


def _of(session: Session, person: Person, threads: Collection[Thread]) -> set[Thread]:
    """Those of *threads* that *person* began."""
    rows = session.execute(
        select(Message.channel_id, Message.ts).where(
            Message.author_id == person.id,
            Message.ts.in_(sorted({thread.born for thread in threads})),
        )
    )
    return {Thread(*row) for row in rows} & {*threads}


def answers_given(
    session: Session, person: Person, channels: Collection[int], *, since: int
) -> Mapping[int, int]:
    """How many questions of others *person* spoke under since then, by channel."""
    opening = select(Message.channel_id, Message.ts, Message.author_id, Message.flags).subquery()
    rows = session.execute(
        select(Message.channel_id, func.count(Message.thread.distinct()))
        .join(
            opening,
            (opening.c.channel_id == Message.channel_id) & (opening.c.ts == Message.thread),
        )
        .where(
            Message.author_id == person.id,
            Message.channel_id.in_(sorted(channels)),
            Message.ts >= since,
            opening.c.author_id != person.id,
            opening.c.flags.bitwise_and(ASKS) != 0,
        )
        .group_by(Message.channel_id)
    )
    return dict(rows.all())


class Opening(NamedTuple):
    """A message: who wrote it, and the conversation that it is of (microseconds)."""

    channel: int
    ts: int
    born: int
    author: int
    name: str


MOST = 2000
"""Messages that are looked at among many: the newest."""


def written(
    session: Session, messages: Collection[tuple[int, int]], *, by_others_than: Person
) -> list[Opening]:
    """Those of *messages* (channel, ts) that other people wrote and are still there, in order."""
    newest = sorted(messages, key=lambda each: each[1])[-MOST:]
    are_they = Message.ts.in_(sorted({ts for _, ts in newest}))
    channels = {channel for channel, _ in newest}
    found = _openings(session, channels, are_they, by_others_than)
    return [each for each in found if (each.channel, each.ts) in messages]


def said_in(
    session: Session, channels: Collection[int], *, since: int, by_others_than: Person
) -> list[Opening]:
    """What other people said in *channels* since then, in order: the newest of it."""
    return _openings(session, channels, Message.ts >= since, by_others_than)


def _openings(
    session: Session, channels: Collection[int], which: ColumnElement[bool], person: Person
) -> list[Opening]:
    rows = session.execute(
        select(Message.channel_id, Message.ts, Message.thread, Person.id, Person.name)
        .join(Person, Person.id == Message.author_id)
        .where(
            Message.channel_id.in_(sorted(channels)),
            which,
            Person.id != person.id,
            SPOKEN,
        )
        .order_by(Message.ts.desc(), Message.channel_id)
        .limit(MOST)
    )
    return [Opening(channel, ts, born or ts, who, name) for channel, ts, born, who, name in rows][
        ::-1
    ]
