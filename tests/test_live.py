"""Live, nobody waits for anybody: to commit, to handle and to say are three things."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from sqlalchemy import Engine, text

from bot.app import App
from bot.domain.events import Batch, Bookmark, CommandGiven, FormSubmitted, to_micros
from bot.domain.ids import ChannelId, MemberId
from bot.domain.posts import Post
from bot.domain.topics import TopicsIn, none_followed
from bot.live import Elsewhere, Live
from bot.outbox import Saying, enqueue
from bot.ports import Check, Receive, nothing_wrong
from bot.storage import surroundings
from bot.storage.base import Sessions
from handlers import FEATURES
from tests.probe import probe
from tests.town import MONDAY, FakePlatform

pytestmark = pytest.mark.both_databases


class SlowPlatform(FakePlatform):
    """A platform that takes its time over each post, and may not start at all."""

    def __init__(self) -> None:
        super().__init__()
        self.may_answer = threading.Event()
        self.may_answer.set()
        self.is_closed = False

    def start(
        self, receive: Receive, check: Check = nothing_wrong, topics: TopicsIn = none_followed
    ) -> None:
        if self.is_closed:
            raise ConnectionError("nobody is there")
        super().start(receive, check)

    def post(self, post: Post, *, key: str) -> str:
        assert self.may_answer.wait(60)
        return super().post(post, key=key)


@pytest.fixture
def platform() -> SlowPlatform:
    return SlowPlatform()


@pytest.fixture
def app(sessions: Sessions, platform: SlowPlatform) -> App:
    moments = iter(range(10**9))
    return App(
        sessions=sessions,
        platforms=[platform],
        features=[*FEATURES, probe],
        clock=lambda: MONDAY + timedelta(milliseconds=next(moments)),
    )


@pytest.fixture
def live(app: App, platform: SlowPlatform) -> Iterator[Live]:
    live = Live(app)
    live.start()
    yield live
    platform.may_answer.set()
    live.stop()


def command(number: int = 1, words: str = "probe") -> Batch:
    given = CommandGiven(
        id=f"fake:{number}",
        command="net",
        text=words,
        channel=ChannelId("fake:T1/general"),
        member=MemberId("fake:T1/ada"),
        at=to_micros(MONDAY),
    )
    return Batch(events=(given,))


def once(true: Callable[[], object]) -> None:
    """Wait until something is *true*."""
    until = time.monotonic() + 60
    while not true():
        assert time.monotonic() < until, "it never came true"
        time.sleep(0.002)


def received(platform: SlowPlatform, batch: Batch) -> None:
    assert platform.receive is not None
    platform.receive(batch)


def waiting(app: App) -> int:
    with app.sessions.begin() as session:
        return session.scalar(text("SELECT count(*) FROM inbox")) or 0


def test_what_comes_in_is_answered_without_anybody_asking(
    live: Live, platform: SlowPlatform
) -> None:
    for number in range(5):
        received(platform, command(number))

    once(lambda: len(platform.said) == 5)


def test_a_platform_that_takes_its_time_holds_up_nobody(
    live: Live, app: App, platform: SlowPlatform
) -> None:
    """All is committed and handled while the first answer is still on its way."""
    platform.may_answer.clear()
    received(platform, command(1))
    for number in range(2, 12):
        received(platform, command(number))

    once(lambda: waiting(app) == 0)
    assert platform.said == []

    platform.may_answer.set()
    once(lambda: len(platform.said) == 11)


def test_what_can_be_had_again_is_handled_with_its_bookmark(
    live: Live, platform: SlowPlatform
) -> None:
    batch = Batch(
        events=command().events, bookmark=Bookmark(source="fake:T1/history", position="1")
    )

    received(platform, batch)

    once(lambda: len(platform.said) == 1)


def test_a_form_is_checked_by_the_app(live: Live, platform: SlowPlatform) -> None:
    sent = FormSubmitted(
        id="fake:1",
        form="no.such",
        values={},
        context="",
        channel=ChannelId("fake:T1/general"),
        member=MemberId("fake:T1/ada"),
        at=to_micros(MONDAY),
    )

    assert platform.check(sent) == {}
    assert platform.check is not nothing_wrong


def test_a_database_that_fails_is_tried_again(
    live: Live, app: App, engine: Engine, platform: SlowPlatform
) -> None:
    with engine.begin() as connection:
        connection.execute(text("ALTER TABLE outbox RENAME TO mislaid"))
    received(platform, command())
    time.sleep(0.05)
    assert platform.said == []

    with engine.begin() as connection:
        connection.execute(text("ALTER TABLE mislaid RENAME TO outbox"))
    received(platform, command(2))

    once(lambda: len(platform.said) >= 1)


def test_what_could_not_be_committed_is_not_taken_for_received(
    live: Live, engine: Engine, platform: SlowPlatform
) -> None:
    with engine.begin() as connection:
        connection.execute(text("ALTER TABLE inbox RENAME TO mislaid"))
    try:
        with pytest.raises(Exception, match="inbox"):
            received(platform, command())
    finally:
        with engine.begin() as connection:
            connection.execute(text("ALTER TABLE mislaid RENAME TO inbox"))


def test_a_stop_handles_and_says_what_came_before_it_and_leaves_no_thread(
    app: App, platform: SlowPlatform
) -> None:
    live = Live(app)
    live.start()
    for number in range(20):
        received(platform, command(number))

    live.stop()

    assert waiting(app) == 0
    assert len(platform.said) == 20
    assert platform.receive is None
    assert not [each for each in threading.enumerate() if each.name.startswith("live-")]


def test_what_an_earlier_process_left_is_handled_at_once(app: App, platform: SlowPlatform) -> None:
    app.accept(command())

    live = Live(app)
    live.start()

    once(lambda: len(platform.said) == 1)
    live.stop()


def test_where_a_platform_cannot_be_started_none_is(app: App, platform: SlowPlatform) -> None:
    other = SlowPlatform()
    other.is_closed = True

    with pytest.raises(ConnectionError):
        Live(app, [platform, other]).start()

    assert platform.receive is None
    assert not [each for each in threading.enumerate() if each.name.startswith("live-")]


def test_a_start_that_failed_may_be_tried_again(app: App, platform: SlowPlatform) -> None:
    live = Live(app)
    platform.is_closed = True
    with pytest.raises(ConnectionError):
        live.start()

    platform.is_closed = False
    live.start()

    received(platform, command())
    once(lambda: len(platform.said) == 1)
    live.stop()


def due(app: App) -> None:
    """Let something wait to be said."""
    post = Saying(post=Post(to=ChannelId("fake:T1/general"), text="Good morning."))
    until = MONDAY + timedelta(days=1)
    with app.sessions.begin() as session:
        enqueue(session, post, key="due", network_id=None, due_at=MONDAY, expires_at=until)


def test_nothing_is_said_before_every_platform_has_started(
    app: App, platform: SlowPlatform
) -> None:
    due(app)
    platform.is_closed = True
    live = Live(app)
    with pytest.raises(ConnectionError):
        live.start()
    assert platform.said == []

    platform.is_closed = False
    live.start()
    once(lambda: len(platform.said) == 1)
    live.stop()


@pytest.mark.parametrize("shares_out", [True, False])
def test_a_copy_hears_nothing_that_another_one_would_then_not_hear(
    app: App, platform: SlowPlatform, shares_out: bool
) -> None:
    platform.shares_out = shares_out
    with app.sessions.begin() as session:
        surroundings.mark_copy(session, now=MONDAY)
    live = Live(app)

    if shares_out:
        with pytest.raises(Elsewhere):
            live.start()
        with app.sessions.begin() as session:
            surroundings.settle(session, app.here, now=MONDAY)
    live.start()

    assert platform.receive == live.receive
    live.stop()


def speakers() -> int:
    return sum(each.name == "live-speaker" for each in threading.enumerate())


def test_a_thread_that_outlasts_a_stop_ends_though_there_is_a_new_start(
    app: App, platform: SlowPlatform
) -> None:
    due(app)
    platform.may_answer.clear()
    live = Live(app, patience=0.01)
    live.start()
    once(app._speaking.locked)
    live.stop()
    live.start()
    assert speakers() == 2

    platform.may_answer.set()
    once(lambda: speakers() == 1)
    assert len(platform.said) == 1
    live.stop()
    once(lambda: speakers() == 0)
