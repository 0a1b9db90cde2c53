"""Facts of messages come out the same in whatever order, and however often, they are heard."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import permutations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select

from bot.domain.events import (
    Batch,
    Bookmark,
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
from bot.storage.activity import ASKS, BOT, DELETED, EDITED, Message, Reaction
from bot.storage.places import Channel, Person, Presence
from tests.town import Town

PLACE = ChannelId("fake:T1/C-general")
ADA, BOB = MemberId("fake:T1/U-ada"), MemberId("fake:T1/U-bob")


@dataclass(kw_only=True)
class Model:
    """What should be known: the plain reading of the events, whatever their order."""

    posted: dict[int, MessagePosted] = field(default_factory=dict)
    edits: dict[int, MessageEdited] = field(default_factory=dict)
    deleted: set[int] = field(default_factory=set)
    reactions: dict[tuple[int, MemberId, str], bool] = field(default_factory=dict)

    def hear(self, event: Event) -> None:
        """Take *event* in."""
        match event:
            case MessagePosted():
                self.posted.setdefault(event.ts, event)
            case MessageEdited():
                if event.ts not in self.edits or self.edits[event.ts].edited < event.edited:
                    self.edits[event.ts] = event
            case MessageDeleted():
                self.deleted.add(event.ts)
            case ReactionAdded() | ReactionRemoved():
                key = (event.ts, event.member, event.emoji)
                self.reactions[key] = isinstance(event, ReactionAdded)

    def messages(self) -> set[tuple[object, ...]]:
        """(ts, author, thread, length, flags) of every message that was heard."""
        return {self._message(post) for post in self.posted.values()}

    def _message(self, post: MessagePosted) -> tuple[object, ...]:
        if post.ts in self.deleted:
            return (post.ts, None, None, 0, DELETED)
        newest = self.edits.get(post.ts, post)
        flags = BOT * post.by_bot + ASKS * newest.asks + EDITED * (newest is not post)
        return (post.ts, post.author, post.thread, newest.length, flags)

    def marks(self) -> set[tuple[int, MemberId, str]]:
        """The reactions that stand."""
        return {
            key for key, is_on in self.reactions.items() if is_on and key[0] not in self.deleted
        }


def known(town: Town) -> Model:
    """Nothing is known yet."""
    with town.sessions.begin() as session:
        session.execute(delete(Message))
        session.execute(delete(Reaction))
    return Model()


def messages(town: Town) -> set[tuple[object, ...]]:
    """(ts, author, thread, length, flags) of every message in the database that was heard."""
    with town.sessions.begin() as session:
        rows = session.execute(
            select(Message.ts, Person.ref, Message.thread, Message.length, Message.flags)
            .outerjoin(Person, Person.id == Message.author_id)
            .where(Message.flags.bitwise_and(16) == 0)
        )
        return {tuple(row) for row in rows}


def marks(town: Town) -> set[tuple[object, ...]]:
    """The reactions in the database."""
    with town.sessions.begin() as session:
        rows = session.execute(
            select(Reaction.ts, Person.ref, Reaction.emoji).join(
                Person, Person.id == Reaction.person_id
            )
        )
        return {tuple(row) for row in rows}


POST = MessagePosted(channel=PLACE, ts=7, author=ADA, thread=3, length=40, asks=True)
EARLY = MessageEdited(channel=PLACE, ts=7, edited=8, length=50, asks=True)
LATE = MessageEdited(channel=PLACE, ts=7, edited=9, length=60)
GONE = MessageDeleted(channel=PLACE, ts=7)
MARK = ReactionAdded(channel=PLACE, ts=7, member=BOB, emoji="bulb")


@pytest.mark.at_length
@pytest.mark.both_databases
@pytest.mark.parametrize(
    "story",
    [
        pytest.param([POST, EARLY, LATE, MARK], id="the newest edit holds"),
        pytest.param([POST, LATE, MARK, GONE], id="nothing is left of what was deleted"),
        pytest.param([EARLY, GONE], id="what was never heard of stays unheard of"),
    ],
)
def test_every_order_of_arrival_and_every_repeat_comes_to_the_same(
    town: Town, story: list[Event]
) -> None:
    for order in permutations(story):
        model = known(town)
        for event in (*order, order[0]):
            town.tells(event)
            model.hear(event)
        assert messages(town) == model.messages()
        assert marks(town) == model.marks()


@pytest.mark.both_databases
def test_what_arrives_together_comes_to_the_same_in_every_order(town: Town) -> None:
    events: list[Event] = [POST, EARLY, LATE, MARK]
    for order in permutations(events):
        known(town)
        town.tells(*order, order[0])
        assert messages(town) == {(7, ADA, 3, 60, EDITED)}
        assert marks(town) == {(7, BOB, "bulb")}


STAMPS = st.integers(1, 3)
PEOPLE = st.sampled_from([ADA, BOB])
EVENTS = st.one_of(
    st.builds(
        MessagePosted,
        channel=st.just(PLACE),
        ts=STAMPS,
        author=st.just(ADA),
        thread=st.just(1),
        length=st.just(10),
        asks=st.just(True),
    ),
    st.builds(MessageEdited, channel=st.just(PLACE), ts=STAMPS, edited=st.integers(5, 8)).map(
        lambda edit: MessageEdited(
            channel=PLACE, ts=edit.ts, edited=edit.edited, length=edit.edited
        )
    ),
    st.builds(MessageDeleted, channel=st.just(PLACE), ts=STAMPS),
    st.builds(
        ReactionAdded,
        channel=st.just(PLACE),
        ts=STAMPS,
        member=PEOPLE,
        emoji=st.sampled_from(["bulb", "+1"]),
    ),
    st.builds(
        ReactionRemoved,
        channel=st.just(PLACE),
        ts=STAMPS,
        member=PEOPLE,
        emoji=st.sampled_from(["bulb", "+1"]),
    ),
)


@pytest.mark.at_length
@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(events=st.lists(EVENTS, max_size=14), cut=st.integers(0, 14))
def test_facts_are_what_a_plain_reading_of_the_events_says(
    town: Town, events: list[Event], cut: int
) -> None:
    model = known(town)
    for event in events:
        model.hear(event)
    mark = Bookmark(source="history", position="1")
    for part in (events[:cut], events[cut:]):
        town.app.receive(Batch(events=tuple(part), bookmark=mark))
    assert messages(town) == model.messages()
    assert marks(town) == model.marks()


@pytest.mark.both_databases
@pytest.mark.parametrize("at_once", [True, False], ids=["in one batch", "one by one"])
@pytest.mark.parametrize(
    ("told", "kept"),
    [
        pytest.param("J5 L9 J3 L7", (3, 9), id="heard of in any order"),
        pytest.param("J5 L9 J11", (5, None), id="somebody who comes back is back"),
        pytest.param("J5 L9 J11 L12", (5, 12), id="and may go again"),
        pytest.param("L9", (None, 9), id="only the going was heard of"),
    ],
)
def test_comings_and_goings_are_kept(
    town: Town, told: str, kept: tuple[int | None, int | None], at_once: bool
) -> None:
    kinds = {"J": MemberJoined, "L": MemberLeft}
    place, member = town.place("general"), town.person("ada")
    events = [
        kinds[each[0]](channel=place, member=member, at=int(each[1:])) for each in told.split()
    ]
    for batch in [events] if at_once else [[event] for event in events]:
        town.tells(*batch)
    with town.sessions.begin() as session:
        assert [(row.joined, row.left) for row in session.scalars(select(Presence))] == [kept]


@pytest.mark.both_databases
def test_what_a_platform_says_of_a_person_holds_but_silence_about_their_zone_changes_nothing(
    town: Town,
) -> None:
    who = MemberId("fake:T1/U-new")
    town.tells(PersonSeen(member=who, name="Ada", timezone="Asia/Tokyo"))
    town.tells(PersonSeen(member=who, name="Ada L", is_gone=True))
    with town.sessions.begin() as session:
        (person,) = session.scalars(select(Person).where(Person.ref == who))
        assert (person.name, person.timezone) == ("Ada L", "Asia/Tokyo")
        assert (person.is_gone, person.is_bot, person.is_uncounted) == (True, False, False)


def test_an_old_message_lets_its_days_be_counted_again(town: Town) -> None:
    with town.sessions.begin() as session:
        session.scalars(select(Channel)).one().counted_to = 1000
    town.tells(MessagePosted(channel=PLACE, ts=2000, author=ADA))
    assert counted_to(town) == 1000
    town.tells(MessagePosted(channel=PLACE, ts=400, author=ADA))
    assert counted_to(town) == 400
    town.tells(MessageDeleted(channel=PLACE, ts=300))
    assert counted_to(town) == 300


def counted_to(town: Town) -> int:
    """Up to when the town's channel has been counted."""
    with town.sessions.begin() as session:
        return session.scalars(select(Channel)).one().counted_to
