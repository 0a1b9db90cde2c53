"""Turn what happened into facts: one batch of events, one bulk insert per kind of fact."""

from __future__ import annotations

import hashlib
import hmac
import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any, Self

from sqlalchemy import BigInteger, LargeBinary, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from bot.domain.events import (
    ActionTaken,
    ChannelSeen,
    CommandGiven,
    Event,
    FormSubmitted,
    MemberJoined,
    MemberLeft,
    MessageDeleted,
    MessageEdited,
    MessagePosted,
    PersonSeen,
    ReactionAdded,
    ReactionRemoved,
)
from bot.domain.ids import ChannelId, workspace_of
from bot.storage import activity, places
from bot.storage.activity import Numbers
from bot.storage.base import Base, Instant
from bot.storage.places import Newborn

Act = CommandGiven | ActionTaken | FormSubmitted


class Installation(Base):
    """This installation's own name and secret: one row."""

    __tablename__ = "installation"
    id: Mapped[int] = mapped_column(primary_key=True)
    secret: Mapped[bytes] = mapped_column(LargeBinary)
    since: Mapped[datetime] = mapped_column(Instant)


class Uncounted(Base):
    """Somebody who is not to be counted, as a keyed hash: it names nobody.

    With `until` (microseconds since 1970) that is so of what they did before then, and no longer:
    what was erased doesn't come back when the past is read once more.
    """

    __tablename__ = "uncounted"
    key: Mapped[str] = mapped_column(primary_key=True)
    until: Mapped[int | None] = mapped_column(BigInteger)


def uncounted_key(secret: bytes, ref: str) -> str:
    """What stands for *ref* among the uncounted."""
    return hmac.digest(secret, ref.encode(), hashlib.sha256).hex()


@dataclass(frozen=True, kw_only=True)
class Sorted:
    """A batch's events by kind, each kind in the order in which it came."""

    channels: list[ChannelSeen] = field(default_factory=list)
    people: list[PersonSeen] = field(default_factory=list)
    messages: list[MessagePosted] = field(default_factory=list)
    reactions: list[ReactionAdded | ReactionRemoved] = field(default_factory=list)
    presences: list[MemberJoined | MemberLeft] = field(default_factory=list)
    edits: list[MessageEdited] = field(default_factory=list)
    deletions: list[MessageDeleted] = field(default_factory=list)

    @classmethod
    def of(cls, events: Iterable[Event]) -> Self:
        """Sort *events*; acts (commands, buttons, forms) are no facts and are passed over."""
        kinds = cls()
        put: dict[type[Event], Callable[[Any], None]] = {
            ChannelSeen: kinds.channels.append,
            PersonSeen: kinds.people.append,
            MessagePosted: kinds.messages.append,
            ReactionAdded: kinds.reactions.append,
            ReactionRemoved: kinds.reactions.append,
            MemberJoined: kinds.presences.append,
            MemberLeft: kinds.presences.append,
            MessageEdited: kinds.edits.append,
            MessageDeleted: kinds.deletions.append,
        }
        for event in events:
            if (append := put.get(type(event))) is not None:
                append(event)
        return kinds


_UNCOUNTED = select(Uncounted.key, Uncounted.until)


def _doer(event: Event) -> str | None:
    """Who did what a fact tells, or of whom it tells."""
    return getattr(event, "author", None) or getattr(event, "member", None)


def _when(event: Event) -> float:
    """When a fact was, in microseconds; a reaction tells only when its message was written.

    What the platform says of a person has no time: it is always now.
    """
    at: int | None = getattr(event, "ts", None) or getattr(event, "at", None)
    return math.inf if at is None else at


class Recorder:
    """Keeps the facts of events."""

    def __init__(self, newborn: Newborn) -> None:
        self.newborn = newborn

    def record(
        self, session: Session, events: Sequence[Event], *, now: datetime
    ) -> Sequence[Event]:
        """Keep what *events* say; what is known already changes nothing.

        Returns those that count: all but what the uncounted did, save their commands to the bot.
        """
        counted = self._counted(session, events)
        kinds = Sorted.of(counted)
        for channel in kinds.channels:
            network = self._network(session, channel.channel, now=now)
            places.see_channel(session, channel, network_id=network.id)
        places.see_people(session, kinds.people)
        numbers = Numbers(
            channels=self._channels(session, kinds, now=now), people=self._people(session, kinds)
        )
        activity.keep_presences(session, kinds.presences, numbers)
        activity.keep_messages(session, kinds.messages, numbers)
        activity.keep_reactions(session, kinds.reactions, numbers)
        activity.keep_edits(session, kinds.edits, numbers)
        activity.keep_deletions(session, kinds.deletions, numbers)
        return counted

    def _counted(self, session: Session, events: Sequence[Event]) -> Sequence[Event]:
        begins = self._begins(session)
        if not begins:
            return events
        secret = session.scalars(select(Installation.secret)).one()

        @cache
        def begin_of(ref: str) -> float:
            return begins.get(uncounted_key(secret, ref), 0)

        def is_counted(event: Event) -> bool:
            ref = _doer(event)
            if ref is None or isinstance(event, Act):
                return True
            return begin_of(ref) < math.inf and _when(event) >= begin_of(ref)

        counted = list(filter(is_counted, events))
        return self._without_the_erased(session, counted, begin_of)

    def _begins(self, session: Session) -> dict[str, float]:
        """From when on those count who don't from the beginning; never is infinity."""
        rows = session.connection().execute(_UNCOUNTED)
        return {key: math.inf if until is None else until for key, until in rows}

    def _without_the_erased(
        self, session: Session, events: list[Event], begin_of: Callable[[str], float]
    ) -> list[Event]:
        """Platforms list everybody; who had themselves erased is met again when they do something.

        A list of names mustn't bring them back.
        """
        erased = {
            event.member
            for event in events
            if isinstance(event, PersonSeen) and begin_of(event.member) > 0
        }
        if not erased:
            return events
        facts = (event for event in events if not isinstance(event, PersonSeen | Act))
        back = {_doer(event) for event in facts} | {*places.person_ids(session, sorted(erased))}
        away = erased - back
        return [
            event
            for event in events
            if not (isinstance(event, PersonSeen) and event.member in away)
        ]

    def _network(self, session: Session, channel: str, *, now: datetime) -> places.Network:
        workspace = workspace_of(ChannelId(channel))
        return places.network_of(session, workspace, newborn=self.newborn, now=now)

    # Numbers are looked up in every transaction: one that was remembered from another may have
    # been rolled back with it, or be that of somebody who had themselves erased since.

    def _channels(self, session: Session, kinds: Sorted, *, now: datetime) -> dict[str, int]:
        others = (*kinds.reactions, *kinds.presences, *kinds.edits, *kinds.deletions)
        refs = sorted({event.channel for event in (*kinds.messages, *others)})
        known = places.channel_ids(session, refs) if refs else {}
        if len(known) < len(refs):
            for ref in refs:
                if ref not in known:
                    network = self._network(session, ref, now=now)
                    places.meet_channels(session, [ref], network_id=network.id)
            known = places.channel_ids(session, refs)
        return known

    def _people(self, session: Session, kinds: Sorted) -> dict[str, int]:
        found = {message.author for message in kinds.messages}
        found |= {event.member for event in (*kinds.reactions, *kinds.presences)}
        refs = sorted(found)
        known = places.person_ids(session, refs) if refs else {}
        if len(known) < len(refs):
            bots = frozenset(message.author for message in kinds.messages if message.by_bot)
            new = [ref for ref in refs if ref not in known]
            places.meet_people(session, new, bots=bots)
            known = places.person_ids(session, refs)
        return known
