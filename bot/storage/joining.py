"""One channel under two names: what was kept under either becomes the one's that stays."""

from __future__ import annotations

from sqlalchemy import ColumnElement, delete, exists, literal, select, update
from sqlalchemy.orm import Session, aliased

from bot.domain.events import ChannelKind
from bot.domain.ids import Address, ChannelId
from bot.storage import (
    asks,
    bridges,
    circles,
    exchanges,
    gatherings,
    ideas,
    notes,
    retention,
    topics,
)
from bot.storage.activity import (
    ASKS,
    BOT,
    DELETED,
    EDITED,
    UNHEARD,
    Message,
    Reaction,
    Takeback,
)
from bot.storage.base import insert_missing
from bot.storage.ideas import Idea
from bot.storage.naming import QUIETLY, follow
from bot.storage.nudges import Nudge
from bot.storage.places import Alias, Channel, Presence
from bot.storage.watches import ResponseWatch

_Fact = Message | Reaction | Takeback | Presence


def rename(session: Session, channel: Channel, became: Address) -> None:
    """Call *channel* by another name, and know it by both."""
    before = channel.ref
    channel.ref = became
    session.flush()
    session.add(Alias(ref=before, channel_id=channel.id))
    follow(session, ChannelId(before), became)


def join(session: Session, old: Channel, new: Channel) -> None:
    """Bring everything of *old* into *new*, but for its counts; nothing points to it any more."""
    _join_messages(session, old.id, new.id)
    _join_reactions(session, old.id, new.id)
    _join_presences(session, old.id, new.id)
    topics.hand_over(session, old.id, new.id)
    session.execute(
        update(Alias)
        .where(Alias.channel_id == old.id)
        .values(channel_id=new.id)
        .execution_options(**QUIETLY)
    )
    if new.kind == ChannelKind.UNKNOWN:
        new.name, new.named, new.kind, new.is_main = old.name, old.named, old.kind, old.is_main
        new.is_archived, new.is_shared, new.is_closed = (
            old.is_archived,
            old.is_shared,
            new.is_closed or old.is_closed,
        )
    new.came = _latest(old.came, new.came)
    new.went = _latest(old.went, new.went)
    new.threaded_from = _earliest(old.threaded_from, new.threaded_from)
    _join_what_was_made(session, old.id, new.id)
    notes.hand_over(session, old.id, new.id)
    bridges.hand_over(session, old.id, new.id)
    circles.hand_over(session, old.id, new.id)
    gatherings.hand_over(session, old.id, new.id)
    asks.hand_over(session, old.id, new.id)
    exchanges.hand_over(session, old.id, new.id)
    retention.hand_over(session, old.id, new.id)


def _join_what_was_made(session: Session, old: int, new: int) -> None:
    """Ideas and nudges of *old* are of *new*; of two of one message the one made first is kept."""
    twin = aliased(Idea)
    pairs = select(Idea, twin).where(
        Idea.channel_id == old, twin.channel_id == new, twin.ts == Idea.ts
    )
    for mine, theirs in session.execute(pairs).all():
        ideas.remove(session, max(mine, theirs, key=lambda idea: idea.id))
    for table in (Idea, Nudge, ResponseWatch):
        session.execute(
            update(table)
            .where(table.channel_id == old)
            .values(channel_id=new)
            .execution_options(**QUIETLY)
        )


def _latest(*instants: int | None) -> int | None:
    return max((each for each in instants if each is not None), default=None)


def _earliest(*instants: int | None) -> int | None:
    return min((each for each in instants if each is not None), default=None)


def _in(table: type[_Fact], channel_id: int) -> ColumnElement[bool]:
    return table.channel_id == channel_id


def _join_messages(session: Session, old: int, new: int) -> None:
    """A message that was heard of under both names is one; what is newer of it holds."""
    twin = aliased(Message)
    is_twice = exists().where(twin.channel_id == new, twin.ts == Message.ts)
    session.execute(
        update(Message)
        .where(_in(Message, old), ~is_twice)
        .values(channel_id=new)
        .execution_options(**QUIETLY)
    )
    for left in session.scalars(select(Message).where(_in(Message, old))).all():
        kept = session.get_one(Message, (new, left.ts), populate_existing=True)
        _become_one(kept, left)
        session.delete(left)
    session.flush()


def _become_one(kept: Message, other: Message) -> None:
    unheard = kept.flags & other.flags & UNHEARD
    if (kept.flags | other.flags) & DELETED:
        kept.author_id, kept.thread, kept.length, kept.worth, kept.edited = None, None, 0, 0.0, 0
        kept.flags = DELETED | unheard
        return
    newest = max(kept, other, key=lambda each: (each.edited, not each.flags & UNHEARD))
    heard = min(kept, other, key=lambda each: each.flags & UNHEARD)
    marks = newest.flags & (ASKS | EDITED) | heard.flags & BOT | unheard
    kept.length, kept.worth, kept.edited = newest.length, newest.worth, newest.edited
    kept.author_id, kept.thread, kept.flags = heard.author_id, heard.thread, marks


def _join_reactions(session: Session, old: int, new: int) -> None:
    for table in (Reaction, Takeback):
        mine = select(literal(new), table.ts, table.person_id, table.emoji, table.at)
        columns = ["channel_id", "ts", "person_id", "emoji", "at"]
        session.execute(
            insert_missing(session, table).from_select(columns, mine.where(_in(table, old)))
        )
        session.execute(delete(table).where(_in(table, old)).execution_options(**QUIETLY))
    is_gone = exists().where(
        Message.channel_id == Reaction.channel_id,
        Message.ts == Reaction.ts,
        Message.flags.bitwise_and(DELETED) != 0,
    )
    was_taken_back = exists().where(
        Takeback.channel_id == Reaction.channel_id,
        Takeback.ts == Reaction.ts,
        Takeback.person_id == Reaction.person_id,
        Takeback.emoji == Reaction.emoji,
        Takeback.at >= Reaction.at,
    )
    for condition in (is_gone, was_taken_back):
        gone = delete(Reaction).where(_in(Reaction, new), condition)
        session.execute(gone.execution_options(**QUIETLY))


def _join_presences(session: Session, old: int, new: int) -> None:
    for presence in session.scalars(select(Presence).where(_in(Presence, old))).all():
        kept = session.get(Presence, (new, presence.person_id))
        if kept is None:
            kept = Presence(channel_id=new, person_id=presence.person_id, newest=-1)
            session.add(kept)
        kept.joined = _earliest(kept.joined, presence.joined)
        kept.wrote = _earliest(kept.wrote, presence.wrote)
        newest = max(kept, presence, key=lambda each: (each.newest, each.left is not None))
        kept.left, kept.newest = newest.left, newest.newest
        session.delete(presence)
    session.flush()
