"""Topics that people follow, for themselves alone, and which messages are about one of these."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import BigInteger, ForeignKey, UniqueConstraint, delete, func, literal, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from bot.domain.events import MessageDeleted, MessageEdited, MessagePosted
from bot.domain.topics import Followed, key_of
from bot.storage.activity import Message, Numbers
from bot.storage.base import Base, Instant, execute_rows, fetch_rows, insert_missing
from bot.storage.places import Network, Person

QUIETLY = {"synchronize_session": False}


class Topic(Base):
    """What somebody in a network follows; `key` stands for it however it is written."""

    __tablename__ = "topics"
    __table_args__ = (UniqueConstraint("network_id", "key"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    network_id: Mapped[int] = mapped_column(ForeignKey("networks.id"))
    key: Mapped[str]


class Follow(Base):
    """Somebody follows a topic, under the name that they gave it."""

    __tablename__ = "follows"
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), primary_key=True)
    topic_id: Mapped[int] = mapped_column(ForeignKey("topics.id"), primary_key=True, index=True)
    network_id: Mapped[int] = mapped_column(ForeignKey("networks.id"))
    name: Mapped[str]
    since: Mapped[datetime] = mapped_column(Instant)


class MessageTopic(Base):
    """A message is about a topic that somebody follows; which of its words said so isn't kept."""

    __tablename__ = "message_topics"
    __table_args__ = ({"sqlite_with_rowid": False},)
    channel_id: Mapped[int] = mapped_column(ForeignKey("channels.id"), primary_key=True)
    ts: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    topic_id: Mapped[int] = mapped_column(ForeignKey("topics.id"), primary_key=True, index=True)


class Following(NamedTuple):
    """A topic as its follower calls it."""

    topic: int
    key: str
    name: str
    since: datetime


# An edit may be heard of before its message: the words of the newest edit say what it is about.
_TAGGED = """
INSERT INTO message_topics (channel_id, ts, topic_id)
SELECT m.channel_id, m.ts, t.id FROM messages AS m
JOIN channels AS c ON c.id = m.channel_id
JOIN topics AS t ON t.network_id = c.network_id AND t.key = ?
WHERE m.channel_id = ? AND m.ts = ? AND m.edited = ? AND (m.flags & 5) = 0
ON CONFLICT (channel_id, ts, topic_id) DO NOTHING
"""
_UNTAGGED = "DELETE FROM message_topics WHERE channel_id = ? AND ts = ?"
_OUTDATED = """
DELETE FROM message_topics WHERE channel_id = ? AND ts = ? AND EXISTS (
    SELECT 1 FROM messages AS m WHERE m.channel_id = message_topics.channel_id
    AND m.ts = message_topics.ts AND m.edited = ?)
"""


def keep_topics(
    session: Session,
    posted: Sequence[MessagePosted],
    edits: Sequence[MessageEdited],
    deletions: Sequence[MessageDeleted],
    numbers: Numbers,
) -> None:
    """Keep what messages are about, once they are kept; most are about nothing that is followed."""
    at = numbers.channels
    rows = [(key, at[each.channel], each.ts, 0) for each in posted for key in each.topics]
    if edits:
        newest = [(at[each.channel], each.ts, each.edited) for each in edits]
        execute_rows(session, _OUTDATED, newest)
        rows += [
            (key, at[each.channel], each.ts, each.edited) for each in edits for key in each.topics
        ]
    if deletions:
        execute_rows(session, _UNTAGGED, [(at[each.channel], each.ts) for each in deletions])
    execute_rows(session, _TAGGED, rows)


def forget_messages_of(session: Session, person_id: int) -> None:
    """Let go of what somebody's messages are about, while these are still known."""
    theirs = (
        select(Message.ts)
        .where(
            Message.channel_id == MessageTopic.channel_id,
            Message.ts == MessageTopic.ts,
            Message.author_id == person_id,
        )
        .exists()
    )
    session.execute(delete(MessageTopic).where(theirs).execution_options(**QUIETLY))


def hand_over(session: Session, old: int, new: int) -> None:
    """What messages of the channel *old* are about holds for the same ones in *new*."""
    mine = select(literal(new), MessageTopic.ts, MessageTopic.topic_id)
    columns = ["channel_id", "ts", "topic_id"]
    session.execute(
        insert_missing(session, MessageTopic).from_select(
            columns, mine.where(MessageTopic.channel_id == old)
        )
    )
    session.execute(
        delete(MessageTopic).where(MessageTopic.channel_id == old).execution_options(**QUIETLY)
    )


def follow(session: Session, network: Network, person: Person, name: str, *, now: datetime) -> bool:
    """Let *person* follow the topic *name* from now on; False where they did."""
    topic = {"network_id": network.id, "key": key_of(name)}
    session.execute(insert_missing(session, Topic), [topic])
    number = session.scalars(
        select(Topic.id).where(Topic.network_id == network.id, Topic.key == key_of(name))
    ).one()
    row = {
        "person_id": person.id,
        "topic_id": number,
        "network_id": network.id,
        "name": name,
        "since": now,
    }
    made = session.execute(insert_missing(session, Follow).returning(Follow.topic_id), [row])
    return made.first() is not None


def unfollow(session: Session, network: Network, person: Person, name: str) -> bool:
    """Let *person* follow it no more; False where they didn't."""
    topic = select(Topic.id).where(Topic.network_id == network.id, Topic.key == key_of(name))
    gone = session.execute(
        delete(Follow)
        .where(Follow.person_id == person.id, Follow.topic_id.in_(topic))
        .returning(Follow.topic_id)
        .execution_options(**QUIETLY)
    ).all()
    drop_unfollowed(session)
    return bool(gone)


def forget(session: Session, person: Person) -> None:
    """Let go of all that *person* follows, and of topics that nobody follows then."""
    session.execute(
        delete(Follow).where(Follow.person_id == person.id).execution_options(**QUIETLY)
    )
    drop_unfollowed(session)


def drop_unfollowed(session: Session) -> None:
    """Let go of topics that nobody follows, and of which messages are about them."""
    unfollowed = ~select(Follow.topic_id).where(Follow.topic_id == Topic.id).exists()
    gone = session.scalars(select(Topic.id).where(unfollowed)).all()
    if gone:
        for statement in (
            delete(MessageTopic).where(MessageTopic.topic_id.in_(gone)),
            delete(Topic).where(Topic.id.in_(gone)),
        ):
            session.execute(statement.execution_options(**QUIETLY))
        session.expire_all()


def of_person(session: Session, network: Network, person: Person) -> list[Following]:
    """What *person* follows in *network*, by name."""
    rows = session.execute(
        select(Topic.id, Topic.key, Follow.name, Follow.since)
        .join(Topic, Topic.id == Follow.topic_id)
        .where(Follow.person_id == person.id, Follow.network_id == network.id)
    )
    return sorted((Following(*row) for row in rows), key=lambda each: each.key)


def followed_by(session: Session, network: Network) -> Mapping[int, Sequence[str]]:
    """What each person follows in *network*, as they call it."""
    rows = session.execute(
        select(Follow.person_id, Follow.name)
        .where(Follow.network_id == network.id)
        .order_by(Follow.person_id, Follow.name)
    )
    found: dict[int, list[str]] = {}
    for person, name in rows:
        found.setdefault(person, []).append(name)
    return found


def held_of(session: Session, person: Person) -> list[tuple[str, Following]]:
    """What *person* follows anywhere, with the network's name."""
    rows = session.execute(
        select(Network.name, Topic.id, Topic.key, Follow.name, Follow.since)
        .join(Topic, Topic.id == Follow.topic_id)
        .join(Network, Network.id == Follow.network_id)
        .where(Follow.person_id == person.id)
        .order_by(Network.id, Topic.key)
    )
    return [(row[0], Following(*row[1:])) for row in rows]


def written_about(session: Session, person: Person) -> Mapping[str, int]:
    """How many of somebody's own messages are known to be about each topic, by its key."""
    rows = session.execute(
        select(Topic.key, func.count())
        .join(MessageTopic, MessageTopic.topic_id == Topic.id)
        .join(
            Message,
            (Message.channel_id == MessageTopic.channel_id) & (Message.ts == MessageTopic.ts),
        )
        .where(Message.author_id == person.id)
        .group_by(Topic.key)
        .order_by(Topic.key)
    )
    return dict(rows.all())


def about(
    session: Session, topics: Collection[int], channels: Collection[int], *, since: int
) -> dict[int, set[tuple[int, int]]]:
    """The messages (channel, ts) since then in *channels* that are about each of *topics*."""
    rows = session.execute(
        select(MessageTopic.topic_id, MessageTopic.channel_id, MessageTopic.ts).where(
            MessageTopic.topic_id.in_(sorted(topics)),
            MessageTopic.channel_id.in_(sorted(channels)),
            MessageTopic.ts >= since,
        )
    )
    found: dict[int, set[tuple[int, int]]] = {}
    for topic, channel, ts in rows:
        found.setdefault(topic, set()).add((channel, ts))
    return found


def of_message(session: Session, channel: int, ts: int) -> list[str]:
    """The topics that the message of *ts* is known to be about, by their keys."""
    rows = session.scalars(
        select(Topic.key)
        .join(MessageTopic, MessageTopic.topic_id == Topic.id)
        .where(MessageTopic.channel_id == channel, MessageTopic.ts == ts)
        .order_by(Topic.key)
    )
    return list(rows)


def names_by_person(session: Session, network: Network) -> dict[int, list[str]]:
    """What each person follows in *network*, as they call it."""
    found: dict[int, list[str]] = {}
    rows = session.execute(
        select(Follow.person_id, Follow.name)
        .where(Follow.network_id == network.id)
        .order_by(Follow.person_id, Follow.name)
    )
    for person, name in rows:
        found.setdefault(person, []).append(name)
    return found


def naming(following: Sequence[Following], names: Mapping[int, str]) -> dict[int, list[Following]]:
    """Which of *following* all in a channel is about, by the *names* of channels."""
    keys = Followed(each.key for each in following)
    named = {number: keys.find(name) for number, name in names.items()}
    return {
        number: [each for each in following if each.key in found]
        for number, found in named.items()
        if found
    }


_FOLLOWED = "SELECT n.workspace, t.key FROM topics AS t JOIN networks AS n ON n.id = t.network_id"


def followed(session: Session) -> dict[str, Followed]:
    """What is followed in each workspace, to be found in what is said there."""
    rows = fetch_rows(session, _FOLLOWED)
    keys: dict[str, set[str]] = {}
    for workspace, key in rows:
        keys.setdefault(workspace, set()).add(key)
    return {workspace: Followed(found) for workspace, found in keys.items()}
