"""Asks rounds: which one is on, who asked in its thread, and who could help whom."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import NamedTuple

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session, aliased

from bot.domain.nudges import SAID, ConveningKind, NudgeState
from bot.judgement.rounds import Tally
from bot.storage import nudges, talk
from bot.storage.activity import BOT, DELETED, Message, Reaction
from bot.storage.asks import Ask
from bot.storage.exchanges import Exchange
from bot.storage.nudges import Nudge
from bot.storage.places import Channel, Network, Person

RUNNING = (NudgeState.POSTED, NudgeState.GATHERING)
"""States of a round that can still be answered."""
KEPT = "round"
"""Where a round's outcome has its tally."""


class Reply(NamedTuple):
    """What somebody wrote in the thread of a round: when (microseconds), and who."""

    ts: int
    author: Person


def running(session: Session, network: Network) -> Sequence[Nudge]:
    """The asks rounds that were posted and not looked back on yet, newest first."""
    return session.scalars(
        select(Nudge)
        .where(
            Nudge.network_id == network.id,
            Nudge.state.in_([each.value for each in RUNNING]),
            Nudge.kind == ConveningKind.ASKS_ROUND.value,
        )
        .order_by(Nudge.posted_at.desc(), Nudge.id.desc())
    ).all()


def posted(session: Session, network: Network, number: int) -> Nudge | None:
    """The asks round of that number, once it was posted and unless it was taken back."""
    found = nudges.numbered(session, network, number)
    is_round = found is not None and found.kind == ConveningKind.ASKS_ROUND
    return found if is_round and found and found.state in SAID else None


def is_on(session: Session, network: Network, number: int, today: date) -> bool:
    """Whether the round of that number is on *today*: on the one day on which all ask."""
    found = posted(session, network, number)
    if found is None or found.posted_at is None or found.state not in RUNNING:
        return False
    return talk.local_day(found.posted_at, network) == today


def reply_at(
    session: Session, network: Network, channel: Channel, ts: int
) -> tuple[Nudge, Reply] | None:
    """The running round in whose thread that message stands, and who wrote it."""
    message = session.get(Message, (channel.id, ts), populate_existing=True)
    if message is None or not message.thread or message.flags & (BOT | DELETED):
        return None
    author = session.get(Person, message.author_id) if message.author_id else None
    if author is None or author.is_gone or author.is_bot or author.is_external:
        return None
    for found in running(session, network):
        if (found.channel_id, found.ts) == (channel.id, message.thread):
            return found, Reply(ts, author)
    return None


def reply_of(session: Session, found: Nudge, person: Person) -> Reply | None:
    """What *person* wrote first in the thread of a round: their ask."""
    ts = session.scalar(
        select(func.min(Message.ts)).where(*_in_thread(found), Message.author_id == person.id)
    )
    return Reply(ts, person) if ts else None


def tally(
    session: Session,
    network: Network,
    found: Nudge,
    emoji: Collection[str],
    homes: Mapping[int, int],
) -> Tally:
    """How many asked in a round, and how many of them somebody said that they could help.

    *emoji* say "I can help"; *homes* are the groups that people are of.
    """
    first = session.execute(
        select(Message.author_id).where(*_in_thread(found), Message.author_id.is_not(None))
    )
    listed = session.execute(
        select(Ask.person_id).where(Ask.round_id == found.id, Ask.person_id.is_not(None))
    )
    asked = {person for (person,) in (*first, *listed) if person}
    helped = [*_hands(session, found, emoji), *_on_the_list(session, found)]
    return Tally.of(asked, helped, homes)


def _in_thread(found: Nudge) -> tuple[ColumnElement[bool], ...]:
    return (
        Message.channel_id == found.channel_id,
        Message.thread == (found.ts or -1),
        Message.ts > (found.ts or 0),
        Message.flags.bitwise_and(BOT | DELETED) == 0,
    )


def _hands(session: Session, found: Nudge, emoji: Collection[str]) -> list[tuple[int, int]]:
    helper = aliased(Person)
    rows = session.execute(
        select(Message.author_id, Reaction.person_id)
        .join(Reaction, (Reaction.channel_id == Message.channel_id) & (Reaction.ts == Message.ts))
        .join(helper, helper.id == Reaction.person_id)
        .where(*_in_thread(found), Reaction.emoji.in_(sorted(emoji)), helper.is_bot.is_(False))
    )
    return [(asker, person) for asker, person in rows if asker]


def _on_the_list(session: Session, found: Nudge) -> list[tuple[int, int]]:
    rows = session.execute(
        select(Exchange.receiver_id, Exchange.giver_id)
        .join(Ask, Ask.id == Exchange.ask_id)
        .where(Ask.round_id == found.id)
    )
    return [(asker, person) for asker, person in rows if asker and person]


def keep_tally(session: Session, found: Nudge, counted: Tally) -> None:
    """Keep what a round came to so far, until it is looked back on."""
    found.outcome = {**found.outcome, KEPT: counted._asdict()}
    session.flush()


def tally_of(found: Nudge) -> Tally | None:
    """What a round came to; None where nothing was counted."""
    kept = found.outcome.get(KEPT)
    return Tally(**kept) if isinstance(kept, dict) else None
