"""What may have been said is settled by the platform's echo, or in the end let go."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from sqlalchemy import update

from bot import outbox
from bot.domain.posts import Post
from bot.outbox import (
    Held,
    Utterance,
)
from bot.ports import DeliveryError
from bot.storage.base import Sessions
from bot.storage.delivery import Outgoing
from bot.storage.places import Network
from tests.bureau import FOR_ADA, HELLO, Bureau, lost_answer
from tests.nursery import MOMENT
from tests.town import FakePlatform


@pytest.fixture
def bureau(sessions: Sessions) -> Bureau:
    return Bureau(sessions)


@pytest.mark.both_databases
def test_an_echo_settles_a_doubt(bureau: Bureau) -> None:
    bureau.queues("digest")
    bureau.delivers(lost_answer())
    with bureau.sessions.begin() as session:
        assert outbox.seen(session, "digest", "1", bureau.now)
        assert not outbox.seen(session, "digest", "1", bureau.now)
        assert not outbox.seen(session, "somebody else's", "1", bureau.now)
    row = bureau.row("digest")
    assert (row.state, row.message, row.payload) == ("sent", "1", b"")


class Echoing(FakePlatform):
    """A platform whose echo is quicker than its answer, which never comes."""

    def __init__(self, sessions: Sessions) -> None:
        super().__init__()
        self.sessions = sessions

    def post(self, post: Post, *, key: str) -> str:
        """Take it, tell of it, and then fail."""
        message = super().post(post, key=key)
        with self.sessions.begin() as session:
            outbox.seen(session, key, message, MOMENT)
        raise lost_answer()


def test_a_failure_that_comes_after_the_echo_changes_nothing(bureau: Bureau) -> None:
    bureau.platform = Echoing(bureau.sessions)
    bureau.queues("digest")
    bureau.delivers()
    assert bureau.states() == {"digest": "sent"}


def test_an_echo_of_what_was_thought_lost_keeps_it_from_being_said_again(bureau: Bureau) -> None:
    bureau.queues("digest")
    bureau.delivers(lost_answer())
    bureau.platform.keys[0] = "not shown yet"
    assert bureau.recovers() == 0
    assert bureau.states() == {"digest": "pending"}
    with bureau.sessions.begin() as session:
        outbox.seen(session, "digest", "1", bureau.now)
    assert bureau.delivers() == 0


def test_what_nobody_settles_is_let_go_in_the_end(bureau: Bureau) -> None:
    bureau.queues("digest")
    bureau.delivers(lost_answer())
    bureau.platform.is_mute = True
    assert bureau.recovers() == 1
    assert bureau.row("digest").payload != b""
    assert bureau.recovers(after=timedelta(days=8)) == 0
    assert (bureau.row("digest").state, bureau.row("digest").payload) == ("expired", b"")


@pytest.mark.parametrize(
    ("utterance", "becomes"),
    [pytest.param(HELLO, 1, id="a post is told of"), pytest.param(FOR_ADA, 0, id="a whisper not")],
)
def test_what_was_in_doubt_while_nobody_ran_for_days_is_not_forgotten(
    bureau: Bureau, utterance: Utterance, becomes: int
) -> None:
    told: list[Held] = []
    with bureau.sessions.begin() as session:
        session.add(
            Network(workspace="fake:T1", name="", settings={}, purpose="", created_at=MOMENT)
        )
    bureau.queues("one", utterance)
    bureau.delivers(lost_answer())
    with bureau.sessions.begin() as session:
        session.execute(update(Outgoing).values(network_id=1))
    bureau.now += timedelta(days=3)
    for _ in range(2):
        outbox.recover(
            bureau.sessions,
            {"fake": bureau.platform},
            lambda: bureau.now,
            tell=lambda _, held: told.append(held),
        )
    assert told == [Held(network_id=1, numbers=(1,))] * becomes
    assert bureau.states() == {"one": "ambiguous" if becomes else "expired"}


class Death(BaseException):
    """Its process ends while it speaks."""


def die() -> None:
    """Go no further."""
    raise Death


class Slow(FakePlatform):
    """A platform that lets something else happen while it is spoken to."""

    def __init__(self, meanwhile: Callable[[], object]) -> None:
        super().__init__()
        self.meanwhile = meanwhile

    def post(self, post: Post, *, key: str) -> str:
        """Take it in the end, if it isn't to be refused."""
        self.meanwhile()
        return super().post(post, key=key)


def test_what_is_being_said_by_this_very_process_is_not_taken_for_abandoned(
    bureau: Bureau,
) -> None:
    seen = []

    def meanwhile() -> None:
        bureau.recovers(after=timedelta(minutes=10))
        seen.append(bureau.states())

    bureau.platform = Slow(meanwhile)
    bureau.queues("digest")
    assert bureau.delivers() == 1
    assert seen == [{"digest": "sending"}]
    assert bureau.states() == {"digest": "sent"}


@pytest.mark.both_databases
@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(lost_answer(), id="a lost answer"),
        pytest.param(DeliveryError("no"), id="a refusal"),
        pytest.param(DeliveryError("slowly", retry_in=timedelta(minutes=1)), id="a pause"),
    ],
)
def test_a_late_answer_does_not_settle_what_another_has_claimed_since(
    bureau: Bureau, answer: DeliveryError
) -> None:
    def meanwhile() -> None:
        with bureau.sessions.begin() as session:
            session.execute(
                update(Outgoing).values(attempts=2, claimed_at=MOMENT + timedelta(minutes=6))
            )

    bureau.platform = Slow(meanwhile)
    bureau.queues("digest")
    bureau.delivers(answer)
    assert bureau.states() == {"digest": "sending"}


def test_a_claim_by_a_clock_that_was_a_year_ahead_is_abandoned(bureau: Bureau) -> None:
    bureau.queues("digest")
    with bureau.sessions.begin() as session:
        ahead = MOMENT + timedelta(days=365)
        session.execute(update(Outgoing).values(state="sending", claimed_at=ahead))
    assert bureau.recovers() == 0
    assert bureau.delivers() == 1


def test_a_process_that_was_stopped_after_its_claim_leaves_it_to_others(bureau: Bureau) -> None:
    """Somebody set the clock back meanwhile."""
    bureau.queues("digest")
    seconds, moments = (
        iter([5.0, 365.0, 365.0]),
        iter([MOMENT, MOMENT, MOMENT - timedelta(hours=1)]),
    )
    platforms = {"fake": bureau.platform}
    assert (
        outbox.deliver(
            bureau.sessions,
            platforms,
            lambda: next(moments),
            elapsed=lambda: next(seconds),
        )
        == 0
    )
    assert bureau.platform.said == []
    assert bureau.recovers() == 0
    assert bureau.delivers() == 1


@pytest.mark.parametrize("jump", [timedelta(minutes=20), -timedelta(minutes=20)])
def test_whatever_the_clock_says_a_post_has_time_to_arrive(bureau: Bureau, jump: timedelta) -> None:
    """Its process died, and whoever began anew found the machine's clock set."""
    bureau.queues("digest")
    alive = bureau.platform
    bureau.platform = Slow(die)
    with pytest.raises(Death):
        bureau.delivers()
    bureau.platform = alive
    bureau.now += jump
    seconds = 1000.0
    watch = outbox.Watch(lambda: seconds)
    platforms = {"fake": bureau.platform}

    def states_after_a_look() -> dict[str, str]:
        outbox.recover(bureau.sessions, platforms, lambda: bureau.now, watch=watch)
        return bureau.states()

    assert states_after_a_look() == {"digest": "sending"}
    bureau.now -= 3 * jump
    seconds += outbox.ABANDONED.total_seconds() - 1
    assert states_after_a_look() == {"digest": "sending"}
    seconds += 1
    assert states_after_a_look() == {"digest": "pending"}


class Told(FakePlatform):
    """A platform with a clock of its own; whoever speaks to it dies once before they hear so."""

    def __init__(self) -> None:
        super().__init__()
        self.at: dict[str, datetime] = {}

    def post(self, post: Post, *, key: str) -> str:
        """Take it, and say so too late."""
        self.at[key] = MOMENT
        super().post(post, key=key)
        raise Death

    def find(self, to: str, *, key: str, since: datetime) -> str | None:
        """What was said for *key*, and not before."""
        return "1" if self.at.get(key, since - timedelta(1)) >= since else None


@pytest.mark.parametrize(
    ("ahead", "then"),
    [
        pytest.param(timedelta(minutes=40), timedelta(minutes=40), id="and still is"),
        pytest.param(timedelta(hours=12), timedelta(hours=12), id="by hours, and still is"),
        pytest.param(timedelta(hours=12), timedelta(minutes=5), id="and is set right at once"),
        pytest.param(timedelta(days=3), timedelta(hours=2), id="and is set right after hours"),
    ],
)
def test_what_was_said_while_the_clock_was_ahead_is_not_said_again(
    bureau: Bureau, ahead: timedelta, then: timedelta
) -> None:
    bureau.platform = platform = Told()
    bureau.now = MOMENT + ahead
    bureau.queues("digest")
    with pytest.raises(Death):
        bureau.delivers()
    bureau.now = MOMENT + then
    seconds = iter([0.0, outbox.ABANDONED.total_seconds()])
    watch = outbox.Watch(lambda: next(seconds))
    for _ in range(2):
        outbox.recover(bureau.sessions, {"fake": platform}, lambda: bureau.now, watch=watch)
    assert bureau.states() == {"digest": "sent"}
