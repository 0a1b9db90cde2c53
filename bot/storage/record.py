"""Turn what happened into facts: one batch of events, one bulk insert per kind of fact."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Self

from sqlalchemy import LargeBinary, select
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
    """Somebody who is not to be counted, as a keyed hash: it names nobody."""

    __tablename__ = "uncounted"
    key: Mapped[str] = mapped_column(primary_key=True)


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


_UNCOUNTED = select(Uncounted.key)


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
        for person in kinds.people:
            places.see_person(session, person)
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
        uncounted = frozenset(session.connection().scalars(_UNCOUNTED))
        if not uncounted:
            return events
        secret = session.scalars(select(Installation.secret)).one()
        known: dict[str, bool] = {}

        def is_counted(event: Event) -> bool:
            ref = getattr(event, "author", None) or getattr(event, "member", None)
            if ref is None or isinstance(event, Act):
                return True
            if ref not in known:
                known[ref] = uncounted_key(secret, ref) not in uncounted
            return known[ref]

        return list(filter(is_counted, events))

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
