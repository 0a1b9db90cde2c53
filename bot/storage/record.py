"""Turn what happened into facts: one batch of events, one bulk insert per kind of fact."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Self

from sqlalchemy import LargeBinary, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from bot.domain.events import (
    ChannelSeen,
    Event,
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


class Recorder:
    """Keeps the facts of events; it remembers our numbers, which never change."""

    def __init__(self, newborn: Newborn) -> None:
        self.newborn = newborn
        self.channels: dict[str, int] = {}
        self.people: dict[str, int] = {}

    def record(self, session: Session, events: Iterable[Event], *, now: datetime) -> None:
        """Keep what *events* say; what is known already changes nothing."""
        kinds = Sorted.of(self._counted(session, events))
        for channel in kinds.channels:
            network = self._network(session, channel.channel, now=now)
            places.see_channel(session, channel, network_id=network.id)
        for person in kinds.people:
            places.see_person(session, person)
        self._number_channels(session, kinds, now=now)
        self._number_people(session, kinds)
        numbers = Numbers(channels=self.channels, people=self.people)
        activity.keep_presences(session, kinds.presences, numbers)
        activity.keep_messages(session, kinds.messages, numbers)
        activity.keep_reactions(session, kinds.reactions, numbers)
        activity.keep_edits(session, kinds.edits, numbers)
        activity.keep_deletions(session, kinds.deletions, numbers)

    def _counted(self, session: Session, events: Iterable[Event]) -> Iterable[Event]:
        """All but what the uncounted did."""
        uncounted = frozenset(session.scalars(select(Uncounted.key)))
        if not uncounted:
            return events
        secret = session.scalars(select(Installation.secret)).one()
        known: dict[str, bool] = {}

        def is_counted(event: Event) -> bool:
            ref = getattr(event, "author", None) or getattr(event, "member", None)
            if ref is None:
                return True
            if ref not in known:
                known[ref] = uncounted_key(secret, ref) not in uncounted
            return known[ref]

        return filter(is_counted, events)

    def _network(self, session: Session, channel: str, *, now: datetime) -> places.Network:
        workspace = workspace_of(ChannelId(channel))
        return places.network_of(session, workspace, newborn=self.newborn, now=now)

    def _number_channels(self, session: Session, kinds: Sorted, *, now: datetime) -> None:
        others = (*kinds.reactions, *kinds.presences, *kinds.edits, *kinds.deletions)
        unknown = {event.channel for event in (*kinds.messages, *others)}
        unknown -= self.channels.keys()
        for workspace in sorted({workspace_of(channel) for channel in unknown}):
            refs = sorted(channel for channel in unknown if workspace_of(channel) == workspace)
            network = self._network(session, refs[0], now=now)
            self.channels |= places.channel_ids(session, refs, network_id=network.id)

    def _number_people(self, session: Session, kinds: Sorted) -> None:
        refs = {message.author for message in kinds.messages}
        refs |= {event.member for event in (*kinds.reactions, *kinds.presences)}
        if unknown := sorted(refs - self.people.keys()):
            bots = frozenset(message.author for message in kinds.messages if message.by_bot)
            self.people |= places.person_ids(session, unknown, bots=bots)
