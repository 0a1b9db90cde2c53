"""A post that points to a message is found by whatever name that message's channel goes."""

from __future__ import annotations

from datetime import timedelta

import pytest
from msgspec.structs import replace
from sqlalchemy.orm import Session

from bot import outbox
from bot.domain.events import (
    ChannelKind,
    ChannelMoved,
    ChannelSeen,
    Event,
    MessageDeleted,
    MessageEdited,
)
from bot.domain.ids import ChannelId
from bot.domain.posts import Post
from bot.outbox import Saying, ref_of
from bot.storage.base import Sessions
from bot.storage.places import Newborn
from bot.storage.record import Recorder
from tests.nursery import MOMENT

OLD, NEW, NEWEST, OTHER = (
    ChannelId(f"fake:T1/{name}") for name in ("C-old", "C-new", "C-newest", "C-other")
)


@pytest.fixture
def session(sessions: Sessions) -> Session:
    """A database in which a digest points to a message, whose channel then moves, twice."""
    recorder = Recorder(Newborn(name="Network", timezone="UTC", country=""))
    with sessions.begin() as session:
        seen = [ChannelSeen(channel=each, name=each) for each in (OLD, OTHER)]
        recorder.record(session, seen, now=MOMENT)
        outbox.enqueue(
            session,
            Saying(post=Post(to=OTHER, text="a quoted sentence")),
            key="digest",
            network_id=1,
            due_at=MOMENT,
            expires_at=MOMENT + timedelta(days=1),
            quotes=[ref_of(OLD, 7)],
        )
        moves = [
            ChannelMoved(channel=OLD, became=NEW),
            ChannelMoved(channel=NEW, became=NEWEST),
        ]
        recorder.record(session, moves, now=MOMENT)
    return sessions()


@pytest.mark.both_databases
@pytest.mark.parametrize("name", [OLD, NEW, NEWEST])
@pytest.mark.parametrize(
    "change", [MessageDeleted(channel=OLD, ts=7), MessageEdited(channel=OLD, ts=7, edited=10)]
)
def test_a_message_is_known_by_every_name_of_its_channel(
    session: Session, name: ChannelId, change: MessageDeleted | MessageEdited
) -> None:
    event = replace(change, channel=name)
    with session:
        (found,) = outbox.outdated(session, [event, event])
        assert (found.key, found.to) == ("digest", OTHER)
        assert outbox.outdated(session, [MessageDeleted(channel=name, ts=6)]) == []


@pytest.mark.both_databases
@pytest.mark.parametrize("name", [OLD, NEW, NEWEST])
def test_a_channel_is_closed_by_every_name_of_it(session: Session, name: ChannelId) -> None:
    closed: Event = ChannelSeen(channel=name, name="secret", kind=ChannelKind.PRIVATE)
    with session:
        assert [each.key for each in outbox.outdated(session, [closed])] == ["digest"]
        other = ChannelSeen(channel=OTHER, name="other", kind=ChannelKind.PRIVATE)
        assert outbox.outdated(session, [other]) == []
