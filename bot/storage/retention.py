"""Let go of what isn't to be held any longer: facts after half a year, and what was settled."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import NamedTuple

import structlog
from sqlalchemy import (
    BigInteger,
    and_,
    bindparam,
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
from bot.storage.base import Instant, clear_out, insert_into
from bot.storage.days import NetworkDay
from bot.storage.delivery import HandledAct, Incoming, Occurrence, Outgoing, Quote
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
    here = {"network": network.id, "inside": f"{_escaped(network.workspace)}/%"}
    messages, reactions = _facts(session, network, now, here)
    taken_back = to_micros(now - TAKEN_BACK)
    reactions += clear_out(session, _OLD_TAKEBACKS, before=taken_back, **here)
    ideas.settled_go(session, network, before=now - KEPT)
    clear_out(session, _OLD_RUNS, network=network.id, before=now - KEPT)
    gone = LetGo(messages, reactions, _said(session, network, now), _acts(session, now))
    if any(gone):
        log.info("held.let_go", network=network.id, **gone._asdict())
    return gone


_IS_HERE = or_(
    Channel.network_id == bindparam("network"),
    and_(Channel.network_id.is_(None), Channel.ref.like(bindparam("inside"), escape="\\")),
)
_CHANNELS = select(Channel.id).where(_IS_HERE)
"""The network's channels, and those of its workspace that don't count now."""

_BEFORE = bindparam("before", type_=BigInteger)
_IS_OLD = and_(Message.channel_id.in_(_CHANNELS), Message.ts < _BEFORE)
_OLD_TOPICS = delete(MessageTopic).where(
    MessageTopic.channel_id.in_(_CHANNELS), MessageTopic.ts < _BEFORE
)
_OLD_REACTIONS = delete(Reaction).where(Reaction.channel_id.in_(_CHANNELS), Reaction.ts < _BEFORE)
_OLD_TAKEBACKS = delete(Takeback).where(Takeback.channel_id.in_(_CHANNELS), Takeback.at < _BEFORE)
_OLD_MESSAGES = delete(Message).where(_IS_OLD)
_NEWEST_OLD = select(func.max(Message.ts)).where(_IS_OLD)


def _escaped(text: str) -> str:
    """*text* as a pattern that matches it alone."""
    for mark in "\\%_":
        text = text.replace(mark, f"\\{mark}")
    return text


def _facts(
    session: Session, network: Network, now: datetime, here: Mapping[str, object]
) -> tuple[int, int]:
    today = now.astimezone(network.zone).date()
    first = today - TO_BE_READ
    before = days.midnight(first, network.zone)
    old = {**here, "before": before}
    clear_out(session, _OLD_TOPICS, **old)
    newest = session.connection().scalar(_NEWEST_OLD, old)
    if newest is None:
        return 0, clear_out(session, _OLD_REACTIONS, **old)
    if days.waits_from(session, network, before) is not None:
        days.close_days(session, network, through=today - timedelta(days=1))
    _keep_what_came_first(session, old)
    counted_only = from_micros(newest).astimezone(network.zone).date() + timedelta(days=1)
    network.kept_from = max(network.kept_from or date.min, counted_only)
    session.flush()
    return (
        clear_out(session, _OLD_MESSAGES, **old),
        clear_out(session, _OLD_REACTIONS, **old),
    )


def _keep_what_came_first(session: Session, old: Mapping[str, object]) -> None:
    """Keep since when a channel knows threads, and when each person first wrote in it."""
    first_answer = (
        select(func.min(Message.ts))
        .where(Message.channel_id == Channel.id, Message.thread != Message.ts, _IS_OLD)
        .correlate(Channel)
        .scalar_subquery()
    )
    session.connection().execute(
        update(Channel)
        .where(Channel.threaded_from.is_(None), first_answer.is_not(None))
        .values(threaded_from=first_answer),
        old,
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
        .where(_IS_OLD, Message.author_id.is_not(None))
        .group_by(Message.channel_id, Message.author_id)
    )
    columns = ["channel_id", "person_id", "joined", "left", "newest", "wrote"]
    insert = insert_into(session, Presence).from_select(columns, wrote)
    earlier = func.coalesce(Presence.wrote, insert.excluded.wrote)
    session.connection().execute(
        insert.on_conflict_do_update(
            index_elements=["channel_id", "person_id"], set_={"wrote": earlier}
        ),
        old,
    )


_amendment = aliased(Outgoing)
_AT = func.coalesce(Outgoing.sent_at, Outgoing.claimed_at, Outgoing.due_at)


def _said(session: Session, network: Network, now: datetime) -> int:
    """Let go of what is settled: how it went, and under which name.

    What quotes a message stays as long as it does, so that it can be changed when that goes; so
    does what was changed, as long as its changes are not settled.
    """
    values = {
        "workspace": network.workspace,
        "answers": now - ANSWERS,
        "before": now - KEPT,
    }
    said = clear_out(session, _OLD_SAID, **values)
    return said + clear_out(session, _OLD_CHANGED, **values)


_IS_ANSWER = Outgoing.kind == "answer"
_IS_LONG_AGO = or_(
    bindparam("before", type_=Instant) > _AT,
    and_(_IS_ANSWER, bindparam("answers", type_=Instant) > _AT),
)
_MAY_GO = and_(
    Outgoing.workspace == bindparam("workspace"),
    Outgoing.state.in_(("sent", "failed", "expired")),
    ~Outgoing.is_awaited,  # by the features that wait to hear how it went
    _IS_LONG_AGO,
)
_QUOTES = exists().where(Quote.key == Outgoing.key)
_CHANGES = exists().where(
    _amendment.amends == Outgoing.key, _amendment.state.in_(("pending", "sending", "ambiguous"))
)
_OLD_SAID = delete(Outgoing).where(_MAY_GO, Outgoing.amends.is_(None), ~_QUOTES, ~_CHANGES)
_IS_THERE = exists().where(_amendment.key == Outgoing.amends)
_OLD_CHANGED = delete(Outgoing).where(_MAY_GO, Outgoing.amends.is_not(None), ~_IS_THERE)
_OLD_ACTS = delete(HandledAct).where(HandledAct.at < bindparam("before"))
_OLD_FAILED = delete(Incoming).where(
    Incoming.error.is_not(None), Incoming.received_at < bindparam("before")
)


_OLD_RUNS = delete(Occurrence).where(
    Occurrence.network_id == bindparam("network"), Occurrence.due_at < bindparam("before")
)
"""Which jobs ran in slots of long ago: only the newest slot of each is ever due."""


def _acts(session: Session, now: datetime) -> int:
    """Let go of the names of what was done once, and of events that nobody could handle."""
    done = clear_out(session, _OLD_ACTS, before=now - KEPT)
    return done + clear_out(session, _OLD_FAILED, before=now - KEPT)


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
