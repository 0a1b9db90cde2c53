"""Let go of what isn't to be held any longer: facts after half a year, and what was settled."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import NamedTuple, cast

import structlog
from sqlalchemy import (
    BigInteger,
    ColumnElement,
    CursorResult,
    Delete,
    Select,
    and_,
    delete,
    exists,
    func,
    literal,
    null,
    or_,
    select,
    update,
)
from sqlalchemy import cast as cast_to
from sqlalchemy.orm import Session, aliased

from bot.domain.events import from_micros, to_micros
from bot.storage import days, ideas
from bot.storage.activity import ChannelDay, Message, Reaction, Takeback
from bot.storage.base import insert_into
from bot.storage.days import NetworkDay
from bot.storage.delivery import HandledAct, Incoming, Outgoing, Quote
from bot.storage.places import Channel, Network, Presence
from bot.storage.topics import MessageTopic

log = structlog.get_logger()

KEPT = timedelta(days=180)
"""How long facts are held, and the names of what was said and done."""

TO_BE_READ = timedelta(days=178)
"""Whole days before today that are held: by the next day's end the oldest are `KEPT` old."""

ANSWERS = timedelta(days=30)
"""How long the name of an answer to one person is held: nobody waits to hear it twice."""

TAKEN_BACK = timedelta(days=7)
"""How long it is held that a reaction was taken back, which may be heard of before it was put."""

QUIETLY = {"synchronize_session": False}


class LetGo(NamedTuple):
    """How many rows went."""

    messages: int
    reactions: int
    said: int
    acts: int


def let_go(session: Session, network: Network, *, now: datetime) -> LetGo:
    """Let go of what is too old of *network*: facts, what was said, acts and failed events.

    The counts of days stay, and who wrote when for the first time, which tells newcomers.
    """
    session.flush()
    messages, reactions = _facts(session, network, now)
    reactions += _taken_back(session, network, now)
    ideas.settled_go(session, network, before=now - KEPT)
    gone = LetGo(messages, reactions, _said(session, network, now), _acts(session, now))
    if any(gone):
        log.info("held.let_go", network=network.id, **gone._asdict())
    session.expire_all()
    return gone


def _facts(session: Session, network: Network, now: datetime) -> tuple[int, int]:
    today = now.astimezone(network.zone).date()
    first = today - TO_BE_READ
    before = days.midnight(first, network.zone)
    topics_too = and_(MessageTopic.channel_id.in_(_channels(network)), MessageTopic.ts < before)
    _gone(session, delete(MessageTopic).where(topics_too))
    is_old = and_(Message.channel_id.in_(_channels(network)), Message.ts < before)
    reaction_is_old = and_(Reaction.channel_id.in_(_channels(network)), Reaction.ts < before)
    newest = session.scalar(select(func.max(Message.ts)).where(is_old))
    if newest is None:
        return 0, _gone(session, delete(Reaction).where(reaction_is_old))
    if days.waits_from(session, network, before) is not None:
        days.close_days(session, network, through=today - timedelta(days=1))
    _keep_what_came_first(session, is_old)
    counted_only = from_micros(newest).astimezone(network.zone).date() + timedelta(days=1)
    network.kept_from = max(network.kept_from or date.min, counted_only)
    session.flush()
    return (
        _gone(session, delete(Message).where(is_old)),
        _gone(session, delete(Reaction).where(reaction_is_old)),
    )


def _taken_back(session: Session, network: Network, now: datetime) -> int:
    is_old = Takeback.at < to_micros(now - TAKEN_BACK)
    is_here = Takeback.channel_id.in_(_channels(network))
    return _gone(session, delete(Takeback).where(is_old, is_here))


def _channels(network: Network) -> Select[int]:
    """The network's channels, and those of its workspace that don't count now."""
    is_inside = Channel.ref.startswith(f"{network.workspace}/", autoescape=True)
    elsewhere = and_(Channel.network_id.is_(None), is_inside)
    return select(Channel.id).where(or_(Channel.network_id == network.id, elsewhere))


def _keep_what_came_first(session: Session, is_old: ColumnElement[bool]) -> None:
    """Keep since when a channel knows threads, and when each person first wrote in it."""
    first_answer = (
        select(func.min(Message.ts))
        .where(Message.channel_id == Channel.id, Message.thread != Message.ts, is_old)
        .correlate(Channel)
        .scalar_subquery()
    )
    session.execute(
        update(Channel)
        .where(Channel.threaded_from.is_(None), first_answer.is_not(None))
        .values(threaded_from=first_answer)
        .execution_options(**QUIETLY)
    )
    nothing = cast_to(null(), BigInteger)
    wrote = (
        select(
            Message.channel_id,
            Message.author_id,
            nothing,
            nothing,
            literal(0),
            func.min(Message.ts),
        )
        .where(is_old, Message.author_id.is_not(None))
        .group_by(Message.channel_id, Message.author_id)
    )
    columns = ["channel_id", "person_id", "joined", "left", "newest", "wrote"]
    insert = insert_into(session, Presence).from_select(columns, wrote)
    earlier = func.coalesce(Presence.wrote, insert.excluded.wrote)
    session.execute(
        insert.on_conflict_do_update(
            index_elements=["channel_id", "person_id"], set_={"wrote": earlier}
        )
    )


_amendment = aliased(Outgoing)
_AT = func.coalesce(Outgoing.sent_at, Outgoing.claimed_at, Outgoing.due_at)


def _said(session: Session, network: Network, now: datetime) -> int:
    """Let go of what is settled: how it went, and under which name.

    What quotes a message stays as long as it does, so that it can be changed when that goes; so
    does what was changed, as long as its changes are not settled.
    """
    is_answer = Outgoing.kind == "answer"
    is_old = or_(now - KEPT > _AT, and_(is_answer, now - ANSWERS > _AT))
    is_settled = Outgoing.state.in_(("sent", "failed", "expired"))
    is_known = ~Outgoing.is_awaited  # by the features that wait to hear how it went
    which = and_(Outgoing.workspace == network.workspace, is_settled, is_known, is_old)
    quotes = exists().where(Quote.key == Outgoing.key)
    changes = exists().where(
        _amendment.amends == Outgoing.key, _amendment.state.in_(("pending", "sending", "ambiguous"))
    )
    said = _gone(
        session, delete(Outgoing).where(which, Outgoing.amends.is_(None), ~quotes, ~changes)
    )
    is_there = exists().where(_amendment.key == Outgoing.amends)
    changed = delete(Outgoing).where(which, Outgoing.amends.is_not(None), ~is_there)
    return said + _gone(session, changed)


def _acts(session: Session, now: datetime) -> int:
    """Let go of the names of what was done once, and of events that nobody could handle."""
    failed = and_(Incoming.error.is_not(None), Incoming.received_at < now - KEPT)
    done = _gone(session, delete(HandledAct).where(HandledAct.at < now - KEPT))
    return done + _gone(session, delete(Incoming).where(failed))


def _gone(session: Session, statement: Delete) -> int:
    done = session.execute(statement.execution_options(**QUIETLY))
    return cast("CursorResult[object]", done).rowcount


def take_out(session: Session, channel_id: int, network_id: int | None) -> None:
    """Take a channel's part out of the days of its network that can't be counted again.

    Somebody may have spoken in two channels: no day has more people than its channels together.
    """
    network = session.get(Network, network_id) if network_id else None
    if network is None or network.kept_from is None:
        return
    others = (
        select(func.coalesce(func.sum(ChannelDay.people), 0))
        .join(Channel, Channel.id == ChannelDay.channel_id)
        .where(
            Channel.id != channel_id,
            Channel.network_id == network.id,
            ChannelDay.day == NetworkDay.day,
        )
        .correlate(NetworkDay)
        .scalar_subquery()
    )
    rows = session.execute(
        select(NetworkDay, ChannelDay.messages, ChannelDay.conversations, others)
        .join(ChannelDay, ChannelDay.day == NetworkDay.day)
        .where(
            NetworkDay.network_id == network.id,
            NetworkDay.day < network.kept_from,
            ChannelDay.channel_id == channel_id,
        )
    ).all()
    for whole, messages, conversations, people in rows:
        whole.messages -= messages
        whole.conversations -= conversations
        whole.people = min(whole.people, people)
        if not whole.people:
            session.delete(whole)
    session.flush()


def hand_over(session: Session, old: int, new: int) -> None:
    """Let one channel's days be another's, where that has none of the same date."""
    twin = aliased(ChannelDay)
    is_twice = exists().where(twin.channel_id == new, twin.day == ChannelDay.day)
    session.execute(
        update(ChannelDay)
        .where(ChannelDay.channel_id == old, ~is_twice)
        .values(channel_id=new)
        .execution_options(**QUIETLY)
    )
