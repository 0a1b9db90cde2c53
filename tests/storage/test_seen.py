"""What counts, and who is there, is told to whoever asks the platform anew after a stop."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.app import App
from bot.domain.events import (
    Batch,
    BotInvited,
    BotRemoved,
    ChannelKind,
    ChannelSeen,
    Event,
    MemberJoined,
    MemberLeft,
    to_micros,
)
from bot.domain.ids import ChannelId, MemberId
from bot.storage import seen
from bot.storage.base import connect, sessions_of
from bot.storage.schema import migrate

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
AT = to_micros(NOW)
FALLS = ChannelSeen(channel=ChannelId("slack:T1/C1"), name="falls", is_main=True)


@pytest.fixture
def app(tmp_path: Path) -> Iterator[App]:
    engine = connect(f"sqlite:///{tmp_path / 'a.db'}")
    migrate(engine, now=NOW)
    yield App(sessions=sessions_of(engine), features=[], clock=lambda: NOW)
    engine.dispose()


def counted(app: App, *events: Event) -> list[ChannelSeen]:
    app.receive(Batch(events=events))
    with app.sessions.begin() as session:
        return list(seen.counted_channels(session))


def test_a_channel_that_counts_is_told_as_it_was_seen(app: App) -> None:
    assert counted(app, FALLS) == [FALLS]


@pytest.mark.parametrize(
    ("then", "count"),
    [
        pytest.param(
            (ChannelSeen(channel=FALLS.channel, name="falls", is_shared=True),), 1, id="shared"
        ),
        pytest.param(
            (ChannelSeen(channel=FALLS.channel, name="falls", kind=ChannelKind.PRIVATE),),
            0,
            id="made private",
        ),
        pytest.param((BotRemoved(channel=FALLS.channel, at=AT),), 0, id="left by the bot"),
        pytest.param(
            (
                BotRemoved(channel=FALLS.channel, at=AT),
                BotInvited(channel=FALLS.channel, at=AT + 1),
            ),
            1,
            id="left, and entered again",
        ),
    ],
)
def test_of_what_became_of_it_that_counts_what_may_still_be_closed(
    app: App, then: tuple[Event, ...], count: int
) -> None:
    assert len(counted(app, FALLS, *then)) == count


def test_those_are_there_who_came_and_have_not_left(app: App) -> None:
    ada, bo, other = (MemberId(f"slack:T1/U{n}") for n in (1, 2, 3))
    elsewhere = ChannelId("slack:T1/C2")
    events: list[Event] = [
        FALLS,
        MemberJoined(channel=FALLS.channel, member=ada, at=AT - 9),
        MemberJoined(channel=FALLS.channel, member=bo, at=AT - 8),
        MemberJoined(channel=elsewhere, member=other, at=AT - 8),
        MemberLeft(channel=FALLS.channel, member=bo, at=AT - 7),
    ]
    counted(app, *events)
    with app.sessions.begin() as session:
        assert seen.members_of(session, FALLS.channel) == [ada]
