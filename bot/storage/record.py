"""Turn what happened into facts: one batch of events, one bulk insert per kind of fact."""

from __future__ import annotations

import hashlib
import hmac
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple, Self, get_args

import structlog
from sqlalchemy import BigInteger, LargeBinary, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from bot.domain.events import (
    ActionTaken,
    BotInvited,
    BotRemoved,
    BotUninstalled,
    ChannelMoved,
    ChannelSeen,
    CommandGiven,
    Event,
    FormSubmitted,
    HomeOpened,
    Listened,
    MemberJoined,
    MemberLeft,
    MessageDeleted,
    MessageEdited,
    MessagePosted,
    PersonSeen,
    ReactionAdded,
    ReactionRemoved,
    ShortcutUsed,
    WasDeaf,
    from_micros,
)
from bot.domain.ids import Address, ChannelId, MemberId, workspace_of
from bot.storage import activity, channels, leaving, listening, places, topics
from bot.storage.activity import Numbers
from bot.storage.base import Base, Instant, fetch_rows
from bot.storage.places import Network, Newborn, Place

log = structlog.get_logger()

Act = CommandGiven | ActionTaken | FormSubmitted | ShortcutUsed | HomeOpened
OfPlaces = ChannelSeen | ChannelMoved | BotInvited | BotRemoved | Listened | WasDeaf


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

    places: list[OfPlaces] = field(default_factory=list)
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
        takes: dict[type[Event], Callable[[Any], None] | None] = {}
        for event in events:
            kind = type(event)
            if kind not in takes:
                name = _KINDS.get(kind)
                takes[kind] = getattr(kinds, name).append if name else None
            if (take := takes[kind]) is not None:
                take(event)
        return kinds

    def only(self, keep: Callable[[Any], bool]) -> Self:
        """The same without those facts of messages and presences that aren't to be kept."""
        kept = {name: list(filter(keep, getattr(self, name))) for name in _FACTS}
        return replace(self, **kept)


_FACTS = ("messages", "reactions", "presences", "edits", "deletions")
_KINDS: dict[type[Event], str] = {
    **dict.fromkeys(get_args(OfPlaces), "places"),
    PersonSeen: "people",
    MessagePosted: "messages",
    ReactionAdded: "reactions",
    ReactionRemoved: "reactions",
    MemberJoined: "presences",
    MemberLeft: "presences",
    MessageEdited: "edits",
    MessageDeleted: "deletions",
}


class Heard(NamedTuple):
    """What came of a batch: the events that count, and the networks of their channels by id."""

    events: Sequence[Event]
    networks: Mapping[str, int | None]


_UNCOUNTED = "SELECT key, until FROM uncounted"


def _doer(event: Event) -> MemberId | None:
    """Who did what a fact tells, or of whom it tells."""
    return getattr(event, "author", None) or getattr(event, "member", None)


def _when(event: Event) -> float:
    """When a fact was, in microseconds; a reaction tells only when its message was written.

    What the platform says of a person has no time: it is always now.
    """
    for name in ("ts", "at", "until"):
        at: int | None = getattr(event, name, None)
        if at is not None:
            return at
    return math.inf


def _workspace(event: Event) -> str:
    """Where *event* happened."""
    place = getattr(event, "channel", None) or _doer(event)
    return workspace_of(place) if place else getattr(event, "workspace", "")


class Recorder:
    """Keeps the facts of events."""

    def __init__(self, newborn: Newborn) -> None:
        self.newborn = newborn

    def record(self, session: Session, events: Sequence[Event], *, now: datetime) -> Heard:
        """Keep what *events* say; what is known already changes nothing.

        Returns those that count: all but what the uncounted and people of other organisations
        did, or what was in channels that don't count; save commands to the bot.
        """
        counted = self._counted(session, self._after_leaving(session, events))
        kinds = Sorted.of(counted)
        stale = self._keep_places(session, kinds.places, now=now) if kinds.places else set()
        if kinds.people:
            channels.see_people(session, kinds.people)
        known = self._places(session, kinds, now=now)
        shut = {ref for ref, place in known.items() if place.is_closed}
        if shut:
            kinds = kinds.only(lambda event: event.channel not in shut)
        numbers, strangers = self._people(session, kinds)
        if strangers:
            kinds = kinds.only(lambda event: _doer(event) not in strangers)
        self._keep(session, kinds, Numbers({ref: at.number for ref, at in known.items()}, numbers))
        if shut or strangers or stale:
            counted = [
                event
                for event in counted
                if isinstance(event, Act | PersonSeen)
                or (
                    id(event) not in stale
                    and _doer(event) not in strangers
                    and getattr(event, "channel", None) not in shut
                )
            ]
        return Heard(counted, {ref: place.network_id for ref, place in known.items()})

    def _keep(self, session: Session, kinds: Sorted, numbers: Numbers) -> None:
        activity.keep_presences(session, kinds.presences, numbers)
        activity.keep_messages(session, kinds.messages, numbers)
        activity.keep_reactions(session, kinds.reactions, numbers)
        activity.keep_edits(session, kinds.edits, numbers)
        activity.keep_deletions(session, kinds.deletions, numbers)
        topics.keep_topics(session, kinds.messages, kinds.edits, kinds.deletions, numbers)

    def _keep_places(
        self, session: Session, events: Sequence[OfPlaces], *, now: datetime
    ) -> set[int]:
        """Keep what became of channels; return which invitations are no news."""
        stale = set()

        @cache
        def first_of(workspace: str) -> Network:
            return places.network_of(session, workspace, newborn=self.newborn, now=now)

        def home(address: Address) -> Network:
            return first_of(workspace_of(address))

        for event in events:
            match event:
                case ChannelSeen():
                    channels.seen(session, event, home)
                case ChannelMoved():
                    channels.moved(session, event, home)
                case BotRemoved():
                    channels.removed(session, event, home)
                case BotInvited():
                    if not channels.invited(session, event, home):
                        stale.add(id(event))
                case Listened(workspace=workspace, since=since, until=until):
                    listening.listened(session, workspace, since=since, until=until)
                case WasDeaf(workspace=workspace, since=since, until=until):
                    listening.was_deaf(session, workspace, since=since, until=until)
        return stale

    def _after_leaving(self, session: Session, events: Sequence[Event]) -> Sequence[Event]:
        """Let go of the workspaces that showed the bot out, and of what came in before that.

        Whatever has no time of its own is of before when it came before; a workspace that was
        known only later than that has taken the bot in again.
        """
        if BotUninstalled not in set(map(type, events)):
            return events
        rest: list[Event] = []
        for event in events:
            if not isinstance(event, BotUninstalled):
                rest.append(event)
            elif self._leave(session, event):
                rest = [
                    each
                    for each in rest
                    if _workspace(each) != event.workspace or event.at < _when(each) < math.inf
                ]
        return rest

    def _leave(self, session: Session, event: BotUninstalled) -> bool:
        found = places.first_of(session, event.workspace)
        if found is not None and found.created_at > from_micros(event.at):
            return False
        rows = leaving.leave(session, event.workspace)
        secret = session.scalars(select(Installation.secret)).one()
        key = uncounted_key(secret, event.workspace)
        before = session.get(Uncounted, key)
        until = max(event.at + 1, before.until or 0) if before else event.at + 1
        session.merge(Uncounted(key=key, until=until))
        session.flush()
        log.info("workspace.left", rows=dict(rows))
        return True

    def _counted(self, session: Session, events: Sequence[Event]) -> Sequence[Event]:
        begins = self._begins(session)
        if not begins:
            return events
        secret = session.scalars(select(Installation.secret)).one()

        @cache
        def begin_of(ref: str) -> float:
            return begins.get(uncounted_key(secret, ref), 0)

        def is_counted(event: Event) -> bool:
            if _when(event) < begin_of(_workspace(event)):
                return False
            ref = _doer(event)
            if ref is None or isinstance(event, Act):
                return True
            return begin_of(ref) < math.inf and _when(event) >= begin_of(ref)

        counted = list(filter(is_counted, events))
        return self._without_the_erased(session, counted, begin_of)

    def _begins(self, session: Session) -> dict[str, float]:
        """From when on those count who don't from the beginning; never is infinity."""
        rows = fetch_rows(session, _UNCOUNTED)
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
        back = {_doer(event) for event in facts} | {*places.known_people(session, sorted(erased))}
        away = erased - back
        return [
            event
            for event in events
            if not (isinstance(event, PersonSeen) and event.member in away)
        ]

    def _network(self, session: Session, channel: str, *, now: datetime) -> Network:
        workspace = workspace_of(ChannelId(channel))
        return places.network_of(session, workspace, newborn=self.newborn, now=now)

    # Numbers are looked up in every transaction: one that was remembered from another may have
    # been rolled back with it, or be that of somebody who had themselves erased since.

    def _places(self, session: Session, kinds: Sorted, *, now: datetime) -> dict[str, Place]:
        facts = (*kinds.messages, *kinds.reactions, *kinds.presences, *kinds.edits)
        found = {event.channel for event in (*facts, *kinds.deletions)}
        found |= {event.channel for event in kinds.places if isinstance(event, BotInvited)}
        refs = sorted(found)
        known = places.known_places(session, refs) if refs else {}
        if len(known) < len(refs):
            for ref in refs:
                if ref not in known:
                    network = self._network(session, ref, now=now)
                    places.meet_channels(session, [ref], network_id=network.id)
            known = places.known_places(session, refs)
        return known

    def _people(self, session: Session, kinds: Sorted) -> tuple[dict[str, int], set[str]]:
        """Our own numbers for those who did something, and who of them is of elsewhere."""
        found = {message.author for message in kinds.messages}
        found |= {event.member for event in (*kinds.reactions, *kinds.presences)}
        refs = sorted(found)
        known = places.known_people(session, refs) if refs else {}
        if len(known) < len(refs):
            bots = frozenset(message.author for message in kinds.messages if message.by_bot)
            new = [ref for ref in refs if ref not in known]
            places.meet_people(session, new, bots=bots)
            known = places.known_people(session, refs)
        strangers = {ref for ref, person in known.items() if person.is_external}
        return {ref: person.number for ref, person in known.items()}, strangers
