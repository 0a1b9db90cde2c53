"""Whatever comes twice, late, or before what it is about, the facts are the same in the end.

A small model reads what was told as a set, in which no order is left; the bot is told it event by
event. EXAMPLES=2000 STEPS=100 looks longer than the usual moment.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any, ClassVar

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule
from sqlalchemy import select

from bot.app import App
from bot.domain.events import (
    Batch,
    BotInvited,
    BotRemoved,
    ChannelKind,
    ChannelMoved,
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
from bot.domain.ids import ChannelId, MemberId
from bot.storage.activity import DELETED, Message, Reaction
from bot.storage.base import connect, sessions_of
from bot.storage.places import Channel, Person, Presence
from tests.databases import SqliteFiles, hurried
from tests.town import MONDAY

OLD, STEADY, NEW = (ChannelId(f"fake:T1/C-{name}") for name in ("old", "steady", "new"))
PEOPLE = tuple(MemberId(f"fake:T1/U-{name}") for name in ("ada", "bob", "eve"))
EVE = PEOPLE[2]
MOVED = ChannelMoved(channel=OLD, became=NEW)

places = st.sampled_from([OLD, STEADY, NEW])
stamps = st.integers(1, 4)
people = st.sampled_from(PEOPLE)
times = st.integers(10, 14)

Facts = tuple[object, ...]


class Model:
    """What was told and counts, without an order; but for what the platform says to be so now."""

    def __init__(self) -> None:
        self.told: list[Event] = []
        self.emoji: dict[tuple[int, MemberId], int] = {}
        self.taken_back: dict[tuple[int, MemberId], int] = {}
        self.kind, self.is_closed, self.is_shared = ChannelKind.UNKNOWN, False, False

    def take(self, event: Event) -> None:
        """Take note of an event."""
        if isinstance(event, ChannelSeen):
            self._see(event)
        elif getattr(event, "channel", None) == STEADY and self._is_shut(event):
            return
        elif isinstance(event, BotInvited) and event.channel == STEADY:
            self._invite(event)
            self.told.append(event)
        elif isinstance(event, ReactionAdded | ReactionRemoved):
            self._react(event)
        else:
            self.told.append(event)

    def _react(self, event: ReactionAdded | ReactionRemoved) -> None:
        key = event.ts, event.member
        if event.member == EVE and self.knows_eve:
            return
        if isinstance(event, ReactionRemoved):
            self.taken_back[key] = max(event.at, self.taken_back.get(key, 0))
        else:
            self.emoji[key] = max(event.at, self.emoji.get(key, 0))

    def _is_shut(self, event: Event) -> bool:
        is_fact = not isinstance(event, BotInvited | BotRemoved)
        return is_fact and (self.is_closed or self.is_shared)

    def _see(self, seen: ChannelSeen) -> None:
        self.is_shared = seen.is_shared
        if seen.kind is ChannelKind.PUBLIC:
            self.is_closed = self.is_closed and self.kind is not ChannelKind.UNKNOWN
            self.kind = seen.kind
            return
        was_open, is_private = self.kind is ChannelKind.PUBLIC, seen.kind is ChannelKind.PRIVATE
        if was_open or (is_private and self.kind is ChannelKind.UNKNOWN):
            self._forget()
        self.is_closed |= was_open
        if is_private or self.is_closed:
            self.kind = ChannelKind.PRIVATE

    def _forget(self) -> None:
        kept = (BotInvited, BotRemoved)
        self.told = [
            each
            for each in self.told
            if getattr(each, "channel", None) != STEADY or isinstance(each, kept)
        ]
        self.emoji.clear()
        self.taken_back.clear()

    def _invite(self, event: BotInvited) -> None:
        """What is closed opens by being seen and by a new invitation, in either order."""
        before = (each.at for each in self.of(BotInvited) if each.channel == STEADY)
        if not self.is_closed or event.at <= max(before, default=0):
            return
        if self.kind is ChannelKind.PUBLIC:
            self.is_closed = False
        else:
            self.kind = ChannelKind.UNKNOWN

    @property
    def knows_eve(self) -> bool:
        return any(isinstance(each, PersonSeen) for each in self.told)

    def name(self, channel: ChannelId) -> ChannelId:
        """What *channel* is called in the end."""
        return NEW if channel == OLD and MOVED in self.told else channel

    def of(self, *kinds: type[Event]) -> Iterable[Any]:
        return (each for each in self.told if isinstance(each, kinds))

    def counts(self, channel: ChannelId) -> bool:
        """Whether anything of it is counted."""
        bots = [
            (each.at, isinstance(each, BotInvited))
            for each in self.of(BotInvited, BotRemoved)
            if self.name(each.channel) == channel
        ]
        is_away = bool(bots) and not max(bots)[1]
        is_shut = channel == STEADY and (self.is_closed or self.is_shared)
        return not is_away and not is_shut

    def deleted(self) -> set[tuple[ChannelId, int]]:
        return {(self.name(e.channel), e.ts) for e in self.of(MessageDeleted)}

    def messages(self) -> set[Facts]:
        """Channel, time, author and length of what can be counted."""
        newest: dict[tuple[ChannelId, int], int] = {}
        for edit in self.of(MessageEdited):
            place = self.name(edit.channel), edit.ts
            newest[place] = max(newest.get(place, 0), edit.edited)
        found: set[Facts] = set()
        for post in self.of(MessagePosted):
            place = self.name(post.channel), post.ts
            is_hidden = place in self.deleted() or (post.author == EVE and self.knows_eve)
            if not is_hidden and self.counts(place[0]):
                found.add((*place, post.author, newest.get(place, post.length)))
        return found

    def presences(self) -> set[Facts]:
        """Who first came when, and went when, of those who did either."""
        found: set[Facts] = set()
        told = [*self.of(MemberJoined, MemberLeft)]
        for who, where in {(e.member, self.name(e.channel)) for e in told}:
            if who == EVE and self.knows_eve:
                continue
            mine = [e for e in told if (e.member, self.name(e.channel)) == (who, where)]
            joined = [e.at for e in mine if isinstance(e, MemberJoined)]
            newest, has_left = max((e.at, isinstance(e, MemberLeft)) for e in mine)
            found.add((where, who, min(joined, default=None), newest if has_left else None))
        return found

    def reactions(self) -> set[Facts]:
        """Whose emoji is on what, in the channel that keeps its name."""
        gone = {ts for channel, ts in self.deleted() if channel == STEADY}
        strangers = {EVE} if self.knows_eve else set()
        return {
            (ts, who)
            for (ts, who), at in self.emoji.items()
            if at > self.taken_back.get((ts, who), 0)
            if ts not in gone and who not in strangers
        }


class AnyOrder(RuleBasedStateMachine):
    """The bot and the model are told the same."""

    files: ClassVar[SqliteFiles]

    def __init__(self) -> None:
        super().__init__()
        self.url = self.files.url()
        self.engine = hurried(connect(self.url))
        self.app = App(sessions=sessions_of(self.engine), clock=lambda: MONDAY)
        self.model = Model()
        self.past: list[Event] = []

    def teardown(self) -> None:
        """Take the database away."""
        self.engine.dispose()
        self.files.drop(self.url)

    def tell(self, event: Event) -> None:
        """Let both hear *event*."""
        self.past.append(event)
        self.model.take(event)
        self.app.receive(Batch(events=(event,)))

    @rule(channel=places, ts=stamps)
    def writes(self, channel: ChannelId, ts: int) -> None:
        self.tell(MessagePosted(channel=channel, ts=ts, author=PEOPLE[ts % 3], length=ts))

    @rule(channel=places, ts=stamps, edited=times)
    def edits(self, channel: ChannelId, ts: int, edited: int) -> None:
        self.tell(MessageEdited(channel=channel, ts=ts, edited=edited, length=edited))

    @rule(channel=places, ts=stamps)
    def deletes(self, channel: ChannelId, ts: int) -> None:
        self.tell(MessageDeleted(channel=channel, ts=ts))

    @rule(
        ts=stamps,
        member=people,
        at=times,
        kind=st.sampled_from([ReactionAdded, ReactionRemoved]),
    )
    def reacts(
        self, ts: int, member: MemberId, at: int, kind: type[ReactionAdded | ReactionRemoved]
    ) -> None:
        self.tell(kind(channel=STEADY, ts=ts, member=member, emoji="bulb", at=at))

    @rule(channel=places, member=people, at=times, kind=st.sampled_from([MemberJoined, MemberLeft]))
    def comes_or_goes(
        self, channel: ChannelId, member: MemberId, at: int, kind: type[MemberJoined | MemberLeft]
    ) -> None:
        self.tell(kind(channel=channel, member=member, at=at))

    @rule(channel=places, at=times, is_in=st.booleans())
    def bot_comes_or_goes(self, channel: ChannelId, at: int, is_in: bool) -> None:
        self.tell((BotInvited if is_in else BotRemoved)(channel=channel, at=at))

    @rule(kind=st.sampled_from([*ChannelKind]), is_shared=st.booleans())
    def is_seen(self, kind: ChannelKind, is_shared: bool) -> None:
        if kind is not ChannelKind.DIRECT:
            self.tell(ChannelSeen(channel=STEADY, name="steady", kind=kind, is_shared=is_shared))

    @rule()
    def is_called_anew(self) -> None:
        self.tell(MOVED)

    @rule()
    def turns_out_to_be_of_elsewhere(self) -> None:
        self.tell(PersonSeen(member=EVE, name="Eve", is_external=True))

    @rule(data=st.data())
    def comes_again(self, data: st.DataObject) -> None:
        """Anything that has no order may come once more, at any time."""
        again = [e for e in self.past if not isinstance(e, ChannelSeen)]
        if again:
            self.tell(data.draw(st.sampled_from(again)))

    @invariant()
    def is_as_the_model_says(self) -> None:
        with self.app.sessions() as session:
            refs = {each.id: each for each in session.scalars(select(Channel))}
            who = {each.id: each.ref for each in session.scalars(select(Person))}
            written = session.scalars(select(Message).where(Message.author_id.is_not(None))).all()
            messages = {
                (refs[m.channel_id].ref, m.ts, who[m.author_id or 0], m.length)
                for m in written
                if not m.flags & DELETED and refs[m.channel_id].network_id is not None
            }
            stays = session.scalars(select(Presence)).all()
            presences = {
                (refs[p.channel_id].ref, who[p.person_id], p.joined, p.left) for p in stays
            }
            reactions = {(r.ts, who[r.person_id]) for r in session.scalars(select(Reaction))}
        assert messages == self.model.messages()
        assert presences == self.model.presences()
        assert reactions == self.model.reactions()


@pytest.mark.at_length
def test_the_facts_are_the_same_whatever_comes_when() -> None:
    """Told in any order, twice, late or early."""
    with tempfile.TemporaryDirectory() as folder:
        AnyOrder.files = SqliteFiles(Path(folder))
        case = AnyOrder.TestCase
        case.settings = settings(
            max_examples=int(os.environ.get("EXAMPLES", "12")),
            stateful_step_count=int(os.environ.get("STEPS", "40")),
            deadline=None,
            suppress_health_check=[*HealthCheck],
        )
        case("runTest").runTest()
