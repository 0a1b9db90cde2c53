"""Each thing is said once, or not at all and a person is told; whatever dies or answers late."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from shutil import copyfile
from threading import Thread
from time import monotonic, sleep
from typing import Any

import pytest
from sqlalchemy import select, update

from bot import outbox
from bot.domain.ids import ChannelId, MemberId
from bot.domain.posts import Form, Home, Post
from bot.outbox import (
    ABANDONED,
    Asking,
    Changing,
    Held,
    Kind,
    Removing,
    Saying,
    Showing,
    Utterance,
    pacing,
)
from bot.ports import DeliveryError
from bot.storage import pauses, places, surroundings
from bot.storage.base import Sessions, connect, sessions_of
from bot.storage.delivery import Outgoing
from bot.storage.places import Network
from tests.conftest import Community, Databases
from tests.nursery import MOMENT, Nursery
from tests.town import FakePlatform

PLACE, ADA = ChannelId("fake:T1/C-general"), MemberId("fake:T1/U-ada")
HELLO = Saying(post=Post(to=PLACE, text="hello"))
FOR_ADA = Saying(post=Post(to=PLACE, text="hello", only_for=ADA))
FORM = Asking(
    form=Form(name="a.b", title="A form", fields=(), submit="Send"), member=ADA, trigger="permit"
)
SHORTLY = timedelta(seconds=30)


class Bureau:
    """Queues, delivers and recovers at a time that is moved by hand."""

    def __init__(self, sessions: Sessions) -> None:
        self.sessions = sessions
        self.platform = FakePlatform()
        self.now = MOMENT

    def queues(
        self,
        key: str,
        utterance: Utterance = HELLO,
        *,
        minutes: int = 0,
        lasts: int = 60,
        kind: Kind = Kind.ANSWER,
    ) -> bool:
        """Queue something that is due in some minutes, and useful for `lasts` more."""
        due_at = self.now + timedelta(minutes=minutes)
        with self.sessions.begin() as session:
            return outbox.enqueue(
                session,
                utterance,
                key=key,
                network_id=None,
                due_at=due_at,
                expires_at=due_at + timedelta(minutes=lasts),
                kind=kind,
            )

    def delivers(self, *refusals: DeliveryError) -> int:
        """Deliver to a platform that refuses the first few."""
        self.platform.refusals = list(refusals)
        return outbox.deliver(self.sessions, {"fake": self.platform}, lambda: self.now)

    def recovers(self, *, after: timedelta = ABANDONED + SHORTLY) -> int:
        """Settle what is in doubt, when some time has passed."""
        self.now += after
        return outbox.recover(self.sessions, {"fake": self.platform}, lambda: self.now)

    def row(self, key: str) -> Outgoing:
        """What is known of one thing."""
        with self.sessions.begin() as session:
            return session.scalars(select(Outgoing).where(Outgoing.key == key)).one()

    def states(self) -> dict[str, str]:
        """The state of everything."""
        with self.sessions.begin() as session:
            rows = session.scalars(select(Outgoing).order_by(Outgoing.queued)).all()
            return {row.key: row.state for row in rows}


@pytest.fixture
def bureau(sessions: Sessions) -> Bureau:
    return Bureau(sessions)


def lost_answer() -> DeliveryError:
    """The platform took it, but its answer never came."""
    return DeliveryError("no answer", may_have_arrived=True)


@pytest.mark.both_databases
def test_an_occasion_is_queued_once_and_said_once(bureau: Bureau) -> None:
    assert bureau.queues("monday")
    assert not bureau.queues("monday")
    assert (bureau.delivers(), bureau.delivers()) == (1, 0)
    assert [post.text for post in bureau.platform.said] == ["hello"]
    said = bureau.row("monday")
    assert (said.state, said.message, said.sent_at, said.attempts) == ("sent", "1", MOMENT, 1)


@pytest.mark.both_databases
def test_things_are_said_when_they_are_due_in_the_order_of_their_times(bureau: Bureau) -> None:
    bureau.queues("later", minutes=20)
    bureau.queues("second", minutes=10)
    bureau.queues("first", minutes=5)
    assert bureau.delivers() == 0
    bureau.now += timedelta(minutes=10)
    assert bureau.delivers() == 2
    assert bureau.platform.keys == ["first", "second"]


@pytest.mark.both_databases
def test_what_comes_too_late_is_never_said(bureau: Bureau) -> None:
    bureau.queues("lunch", lasts=30)
    bureau.queues("dinner", lasts=300)
    bureau.now += timedelta(minutes=30)
    assert bureau.delivers() == 1
    assert bureau.states() == {"lunch": "expired", "dinner": "sent"}
    assert bureau.platform.keys == ["dinner"]


@pytest.mark.both_databases
def test_a_platform_that_asks_for_a_pause_is_left_in_peace_by_everything(bureau: Bureau) -> None:
    for key in ("a", "b", "c"):
        bureau.queues(key)
    assert bureau.delivers(DeliveryError("slow down", retry_in=timedelta(seconds=30))) == 0
    bureau.now += timedelta(seconds=29)
    assert bureau.delivers() == 0
    assert bureau.platform.keys == []
    bureau.now += timedelta(seconds=1)
    assert bureau.delivers() == 3
    assert bureau.platform.keys == ["b", "c", "a"]  # who was refused stands back for the others
    assert bureau.row("a").attempts == 2


def test_what_is_refused_for_good_is_not_tried_again(bureau: Bureau) -> None:
    bureau.queues("to nobody")
    bureau.queues("to somebody")
    assert bureau.delivers(DeliveryError("no such channel")) == 1
    assert bureau.states() == {"to nobody": "failed", "to somebody": "sent"}
    assert bureau.row("to nobody").error == "no such channel"
    assert bureau.delivers() == 0


@pytest.mark.parametrize(
    "left",
    [
        pytest.param("sent", id="said"),
        pytest.param("failed", id="refused"),
        pytest.param("expired", id="too late"),
    ],
)
def test_no_words_are_kept_of_what_is_settled(bureau: Bureau, left: str) -> None:
    bureau.queues("quote", lasts=10)
    if left == "expired":
        bureau.now += timedelta(minutes=10)
    bureau.delivers(*[DeliveryError("no")] * (left == "failed"))
    assert (bureau.row("quote").state, bureau.row("quote").payload) == (left, b"")


@pytest.mark.both_databases
def test_what_arrived_although_no_answer_came_is_found_and_not_said_again(bureau: Bureau) -> None:
    bureau.queues("digest")
    assert bureau.delivers(lost_answer()) == 0
    assert bureau.states() == {"digest": "ambiguous"}
    assert bureau.recovers(after=SHORTLY) == 1  # too soon: a platform may be slow to show it
    assert bureau.recovers() == 0
    assert (bureau.row("digest").state, bureau.row("digest").message) == ("sent", "1")
    bureau.delivers()
    assert bureau.platform.keys == ["digest"]


def test_what_never_arrived_is_said_later(bureau: Bureau) -> None:
    bureau.queues("digest")
    bureau.delivers(lost_answer())
    bureau.platform.keys.clear()
    bureau.platform.said.clear()
    assert bureau.recovers() == 0
    assert bureau.delivers() == 1
    assert bureau.platform.keys == ["digest"]


def test_where_nobody_can_tell_it_is_held_and_a_person_is_told(bureau: Bureau) -> None:
    bureau.queues("digest")
    bureau.delivers(lost_answer())
    bureau.platform.is_mute = True
    assert bureau.recovers() == 1
    bureau.platform.is_mute = False
    assert bureau.recovers(after=SHORTLY) == 1  # asked only every five minutes
    assert bureau.recovers() == 0
    assert bureau.platform.keys == ["digest"]


def test_after_a_day_the_platform_is_not_asked_any_more(bureau: Bureau) -> None:
    bureau.queues("digest")
    bureau.delivers(lost_answer())
    assert bureau.recovers(after=timedelta(days=1)) == 1
    assert bureau.states() == {"digest": "ambiguous"}


@pytest.mark.parametrize(
    "utterance", [pytest.param(FOR_ADA, id="only for her"), pytest.param(FORM, id="a form")]
)
def test_what_can_not_be_found_is_let_go_when_its_moment_has_passed(
    bureau: Bureau, utterance: Utterance
) -> None:
    bureau.queues("answer", utterance, lasts=10)
    bureau.delivers(lost_answer())
    assert bureau.recovers() == 1
    assert bureau.recovers() == 0
    assert bureau.states() == {"answer": "expired"}


def test_a_change_is_made_again_when_in_doubt_since_that_does_no_harm(bureau: Bureau) -> None:
    bureau.queues("post")
    bureau.delivers()
    bureau.queues("change", Changing(message="1", post=Post(to=PLACE, text="changed")))
    bureau.delivers(lost_answer())
    assert bureau.recovers() == 0
    assert bureau.delivers() == 1
    assert [post.text for post in bureau.platform.said] == ["changed"]


def test_a_form_is_opened_by_the_permit_that_came_with_the_act(bureau: Bureau) -> None:
    bureau.queues("form", FORM)
    assert bureau.delivers() == 1
    assert [(who, form.name) for who, form in bureau.platform.opened] == [(ADA, "a.b")]


class Broken(FakePlatform):
    """A platform with a fault of its own."""

    def post(self, post: Post, *, key: str) -> str:
        """Fail in a way that nobody foresaw."""
        raise KeyError(key)

    def find(self, to: str, *, key: str, since: datetime) -> str | None:
        """Fail here too."""
        raise KeyError(key)


def test_a_faulty_platform_holds_nothing_else_up_and_is_in_doubt(bureau: Bureau) -> None:
    bureau.queues("a")
    bureau.queues("b")
    bureau.platform = Broken()
    assert bureau.delivers() == 0
    assert bureau.states() == {"a": "ambiguous", "b": "ambiguous"}
    assert bureau.recovers() == 2


def test_what_is_for_a_platform_that_is_not_here_waits(bureau: Bureau) -> None:
    bureau.queues("elsewhere", Saying(post=Post(to=ChannelId("other:T1/C1"), text="hello")))
    assert bureau.delivers() == 0
    with bureau.sessions.begin() as session:
        session.execute(update(Outgoing).values(state="sending", claimed_at=MOMENT))
    assert bureau.recovers() == 1
    assert bureau.states() == {"elsewhere": "ambiguous"}


def test_what_waits_is_counted(bureau: Bureau) -> None:
    bureau.queues("nudge/1")
    bureau.queues("nudge/2", minutes=5)
    with bureau.sessions.begin() as session:
        assert outbox.counts(session) == {"pending": 2}


# What does no harm twice


REMOVAL = Removing(message="1", to=PLACE)
PAGE = Showing(home=Home(member=ADA, parts=(Post(to=ADA, text="Yours"),)))


def test_a_post_is_taken_back(bureau: Bureau) -> None:
    bureau.queues("post")
    bureau.queues("removal", REMOVAL)
    assert bureau.delivers() == 2
    assert bureau.platform.deleted == ["1"]


def test_the_bots_own_page_is_shown(bureau: Bureau) -> None:
    bureau.queues("page", PAGE)
    assert bureau.delivers() == 1
    assert bureau.platform.homes[ADA].parts[0].text == "Yours"
    row = bureau.row("page")
    assert (row.state, row.payload, row.recipient, row.replaces) == ("sent", b"", "", None)


@pytest.mark.both_databases
@pytest.mark.parametrize(
    "utterance",
    [
        pytest.param(Changing(message="1", post=Post(to=PLACE, text="new")), id="a change"),
        pytest.param(REMOVAL, id="a removal"),
        pytest.param(PAGE, id="a page"),
    ],
)
def test_in_doubt_it_is_done_again_each_time_later(bureau: Bureau, utterance: Utterance) -> None:
    bureau.queues("post")
    bureau.delivers()
    bureau.queues("again", utterance)
    waits = []
    for _ in range(3):
        assert bureau.delivers(lost_answer()) == 0
        waits.append(bureau.row("again").due_at - bureau.now)
        assert bureau.states()["again"] == "pending"
        bureau.now = bureau.row("again").due_at
    assert waits == [timedelta(seconds=each) for each in (5, 10, 20)]
    assert bureau.delivers() == 1
    assert bureau.states()["again"] == "sent"


def test_left_half_done_by_a_dead_process_it_is_done_again(bureau: Bureau) -> None:
    bureau.queues("removal", REMOVAL)
    with bureau.sessions.begin() as session:
        session.execute(update(Outgoing).values(state="sending", claimed_at=MOMENT))
    assert bureau.recovers() == 0
    assert bureau.delivers() == 1


def change(text: str, message: str = "1") -> Changing:
    """The post in other words."""
    return Changing(message=message, post=Post(to=PLACE, text=text))


@pytest.mark.both_databases
def test_of_several_changes_only_the_newest_is_made(bureau: Bureau) -> None:
    bureau.queues("post")
    bureau.delivers()
    for text in ("first", "second", "third"):
        bureau.queues(text, change(text))
    assert bureau.delivers() == 1
    assert [post.text for post in bureau.platform.said] == ["third"]
    assert bureau.states() == {
        "post": "sent", "first": "expired", "second": "expired", "third": "sent",
    }  # fmt: skip


def test_an_older_change_that_has_to_wait_does_not_undo_a_newer_one(bureau: Bureau) -> None:
    bureau.queues("post")
    bureau.delivers()
    bureau.queues("old", change("old"))
    bureau.delivers(lost_answer())
    bureau.queues("new", change("new"))
    assert bureau.delivers() == 1
    bureau.now += timedelta(minutes=1)
    assert bureau.delivers() == 0
    assert [post.text for post in bureau.platform.said] == ["new"]
    assert bureau.states()["old"] == "expired"


def test_a_newer_change_waits_while_an_older_one_is_being_made(bureau: Bureau) -> None:
    bureau.queues("old", change("old"))
    with bureau.sessions.begin() as session:
        session.execute(update(Outgoing).values(state="sending", claimed_at=MOMENT))
    bureau.queues("new", change("new"))
    bureau.queues("other", change("other", message="2"))
    bureau.platform.said = [Post(to=PLACE, text="one"), Post(to=PLACE, text="two")]
    assert bureau.delivers() == 1
    assert [post.text for post in bureau.platform.said] == ["one", "other"]


# A post is amended, wherever it has got to


SOURCE = outbox.ref_of(PLACE, 7)
MENDED = Post(to=PLACE, text="mended")


def amends(bureau: Bureau, key: str = "digest") -> bool:
    """Put other words in the place of those queued under *key*."""
    with bureau.sessions.begin() as session:
        return outbox.amend(session, key, MENDED, now=bureau.now)


def quotes(bureau: Bureau) -> None:
    """Queue a digest that quotes a message."""
    with bureau.sessions.begin() as session:
        outbox.enqueue(
            session,
            Saying(post=Post(to=PLACE, text="a quoted sentence")),
            key="digest",
            network_id=None,
            due_at=bureau.now,
            expires_at=bureau.now + timedelta(hours=1),
            quotes=[SOURCE, SOURCE],
        )


@pytest.mark.both_databases
def test_what_was_said_is_changed_where_it_is(bureau: Bureau) -> None:
    quotes(bureau)
    bureau.delivers()
    with bureau.sessions.begin() as session:
        assert outbox.quoting(session, SOURCE) == [("digest", PLACE)]
    assert amends(bureau)
    assert bureau.delivers() == 1
    assert [post.text for post in bureau.platform.said] == ["mended"]
    with bureau.sessions.begin() as session:
        assert outbox.quoting(session, SOURCE) == []
    assert amends(bureau), "as often as it takes"
    assert bureau.delivers() == 1


@pytest.mark.both_databases
def test_what_waits_is_said_in_its_new_words_alone(bureau: Bureau) -> None:
    quotes(bureau)
    assert amends(bureau)
    assert b"quoted sentence" not in bureau.row("digest").payload
    assert bureau.delivers() == 1
    assert [post.text for post in bureau.platform.said] == ["mended"]


def test_what_is_in_doubt_is_changed_once_it_is_found(bureau: Bureau) -> None:
    quotes(bureau)
    bureau.delivers(lost_answer())
    assert amends(bureau)
    assert b"quoted sentence" not in bureau.row("digest").payload
    assert bureau.delivers() == 0, "nobody knows yet what it is called"
    bureau.recovers()
    assert bureau.delivers() == 1
    assert [post.text for post in bureau.platform.said] == ["mended"]


def test_what_is_in_doubt_and_not_there_is_said_in_its_new_words(bureau: Bureau) -> None:
    quotes(bureau)
    bureau.delivers(lost_answer())
    amends(bureau)
    bureau.platform.keys.clear()
    bureau.platform.said.clear()
    bureau.recovers()
    bureau.delivers()
    assert {post.text for post in bureau.platform.said} == {"mended"}


def test_what_was_never_said_needs_no_change(bureau: Bureau) -> None:
    quotes(bureau)
    bureau.delivers(DeliveryError("no such channel"))
    with bureau.sessions.begin() as session:
        assert outbox.quoting(session, SOURCE) == []
    assert not amends(bureau)
    assert not amends(bureau, "what nobody queued")


def test_where_it_turns_out_that_it_was_never_said_the_change_is_dropped(bureau: Bureau) -> None:
    quotes(bureau)
    bureau.delivers(lost_answer())
    amends(bureau)
    with bureau.sessions.begin() as session:
        session.execute(update(Outgoing).where(Outgoing.key == "digest").values(state="failed"))
    assert bureau.delivers() == 0
    assert bureau.states() == {"digest": "failed", "digest#1": "expired"}


# The platform's own echo


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


def test_a_process_that_was_stopped_after_its_claim_leaves_it_to_others(bureau: Bureau) -> None:
    bureau.queues("digest")
    moments = iter([MOMENT, MOMENT, MOMENT + timedelta(minutes=6), MOMENT + timedelta(minutes=6)])
    assert outbox.deliver(bureau.sessions, {"fake": bureau.platform}, lambda: next(moments)) == 0
    assert bureau.platform.said == []
    assert bureau.recovers() == 0
    assert bureau.delivers() == 1


# The pace


class Slack(FakePlatform):
    """A platform with Slack's limits."""

    name = "slack"

    def __init__(self, clock: Callable[[], datetime]) -> None:
        super().__init__()
        self.clock = clock
        self.calls: list[tuple[str, datetime]] = []

    def post(self, post: Post, *, key: str) -> str:
        """Note when it was called."""
        self.calls.append((key, self.clock()))
        return super().post(post, key=key)


class Paced(Bureau):
    """A bureau before such a platform, whose clock also moves by itself."""

    def __init__(self, sessions: Sessions) -> None:
        super().__init__(sessions)
        self.slack = Slack(lambda: self.now)

    def posts(self, key: str, channel: str = "C1", *, workspace: str = "T1", **how: Any) -> None:
        """Queue a post in a channel."""
        to = ChannelId(f"slack:{workspace}/{channel}")
        self.queues(key, Saying(post=Post(to=to, text=key)), **how)

    def delivers(self, *refusals: DeliveryError) -> int:
        """Deliver what may be said at this moment."""
        self.slack.refusals = list(refusals)
        return outbox.deliver(self.sessions, {"slack": self.slack}, lambda: self.now)

    def lives(self, seconds: float, *, step: float = 0.25) -> None:
        """Deliver again and again while time goes by."""
        for _ in range(round(seconds / step)):
            self.delivers()
            self.now += timedelta(seconds=step)

    def gaps(self) -> list[float]:
        """Seconds between one post and the next."""
        times = [at for _, at in self.slack.calls]
        return [(after - before).total_seconds() for before, after in pairwise(times)]


@pytest.fixture
def paced(sessions: Sessions) -> Paced:
    return Paced(sessions)


@pytest.mark.both_databases
def test_a_channel_hears_one_post_a_second(paced: Paced) -> None:
    for number in range(5):
        paced.posts(f"{number}")
    paced.lives(6)
    assert paced.gaps() == [1.0] * 4


def test_channels_do_not_wait_for_each_other_but_the_workspace_has_a_pace(paced: Paced) -> None:
    for number in range(20):
        paced.posts(f"{number}", f"C{number}")
    assert paced.delivers() == 8
    paced.lives(4)
    assert len(paced.slack.calls) == 20
    assert max(paced.gaps()) <= 0.25


@pytest.mark.both_databases
def test_nothing_is_called_before_the_time_that_was_asked_for(paced: Paced) -> None:
    for number in range(3):
        paced.posts(f"{number}", f"C{number}")
    paced.posts("elsewhere", workspace="T2")
    paced.queues("change", Changing(message="1", post=Post(to=ChannelId("slack:T1/C1"), text="x")))
    paced.slack.said = [Post(to=PLACE, text="earlier")]
    paced.delivers(DeliveryError("slow down", retry_in=timedelta(seconds=30)))
    begin = paced.now
    assert [key for key, _ in paced.slack.calls] == ["0", "elsewhere"]
    assert paced.slack.said[0].text == "x", "another method may be called"
    paced.now += timedelta(seconds=29, milliseconds=999)
    assert paced.delivers() == 0
    paced.now = begin + timedelta(seconds=30)
    assert paced.delivers() == 1, "not all at once after a pause"
    paced.lives(1)
    assert len(paced.slack.keys) == 4


@pytest.mark.both_databases
def test_another_process_and_a_restart_keep_to_it_too(paced: Paced) -> None:
    paced.posts("a")
    paced.delivers(DeliveryError("slow down", retry_in=timedelta(seconds=30)))
    paced.posts("b", "C2")
    other = Paced(paced.sessions)
    other.now = paced.now + timedelta(seconds=29)
    assert other.delivers() == 0
    other.now += timedelta(seconds=1)
    other.lives(1)
    assert sorted(other.slack.keys) == ["a", "b"]


def test_a_shorter_pause_does_not_end_a_longer_one(paced: Paced) -> None:
    paced.posts("a", "C1")
    paced.posts("b", "C2")
    with paced.sessions.begin() as session:
        pacing.hold_back(session, "slack:T1", "post", paced.now + timedelta(seconds=60))
        pacing.hold_back(session, "slack:T1", "post", paced.now + timedelta(seconds=10))
    paced.now += timedelta(seconds=59)
    assert paced.delivers() == 0
    paced.now += timedelta(seconds=1)
    assert paced.delivers() == 1


def test_one_network_with_much_to_say_does_not_hold_up_another(community: Community) -> None:
    town = community()
    with town.sessions.begin() as session:
        second = Network(
            workspace="slack:T1", name="Second", settings={}, purpose="", created_at=town.now
        )
        session.add(second)
        session.flush()
        numbers = [network.id for network in places.networks(session)]
        for number in range(12):
            for network, channel in zip(numbers, ("many", "few"), strict=True):
                if channel == "many" or number == 11:
                    outbox.enqueue(
                        session,
                        Saying(post=Post(to=ChannelId(f"slack:T1/{channel}{number}"), text="x")),
                        key=f"{channel}/{number}",
                        network_id=network,
                        due_at=MOMENT,
                        expires_at=MOMENT + timedelta(hours=1),
                    )
    slack = Slack(lambda: MOMENT)
    outbox.deliver(town.sessions, {"slack": slack}, lambda: MOMENT)
    assert [key for key, _ in slack.calls].index("few/11") <= 1


def test_an_answer_goes_before_what_nobody_waits_for(paced: Paced) -> None:
    paced.posts("digest", "C1", kind=Kind.DIGEST)
    paced.posts("answer", "C2", minutes=1)
    paced.now += timedelta(minutes=1)
    paced.delivers()
    assert [key for key, _ in paced.slack.calls] == ["answer", "digest"]


# The switch


class Slow(FakePlatform):
    """A platform that takes its time, and notes when each post began, by a clock that runs."""

    def __init__(self) -> None:
        super().__init__()
        self.began: list[float] = []

    def post(self, post: Post, *, key: str) -> str:
        """Take a while."""
        self.began.append(monotonic())
        sleep(0.02)
        return super().post(post, key=key)


@pytest.mark.both_databases
def test_within_a_second_of_the_switch_nothing_more_is_said_by_anybody(sessions: Sessions) -> None:
    bureau = Bureau(sessions)
    for number in range(100):
        bureau.queues(f"{number}")
    platforms = [Slow(), Slow()]
    threads = [
        Thread(target=outbox.deliver, args=(sessions, {"fake": each}, lambda: MOMENT))
        for each in platforms
    ]
    for thread in threads:
        thread.start()
    while not all(each.began for each in platforms):
        sleep(0.01)
    with sessions.begin() as session:
        pauses.pause_all(session, "the operator", MOMENT)
    paused = monotonic()
    for thread in threads:
        thread.join()
    assert max(max(each.began) for each in platforms) < paused + 1
    assert bureau.delivers() == 0
    with sessions.begin() as session:
        assert outbox.counts(session)["pending"] > 0
        assert pauses.resume_all(session)
    assert bureau.delivers() > 0


# A copy


@pytest.mark.both_databases
def test_whoever_finds_the_database_elsewhere_keeps_quiet(bureau: Bureau) -> None:
    def delivers(here: dict[str, str]) -> int:
        return outbox.deliver(
            bureau.sessions, {"fake": bureau.platform}, lambda: bureau.now, here=here
        )

    bureau.queues("one")
    assert delivers({"database": "here"}) == 1
    bureau.queues("two")
    assert delivers({"database": "there"}) == 0
    assert delivers({"database": "here", "fake": "U1"}) == 1, "the first one isn't silenced"
    bureau.queues("three")
    assert delivers({"database": "here", "fake": "U2"}) == 0, "as somebody else"
    with bureau.sessions.begin() as session:
        assert outbox.speak_from(session, {"database": "there"}, now=bureau.now) == 1
    assert bureau.states()["three"] == "ambiguous"
    assert bureau.recovers(after=SHORTLY) == 0
    assert delivers({"database": "there"}) == 1


def test_in_a_copy_what_can_not_be_looked_for_is_let_go(bureau: Bureau) -> None:
    bureau.queues("whisper", FOR_ADA)
    bureau.queues("page", PAGE)
    with bureau.sessions.begin() as session:
        outbox.speak_from(session, {"database": "there"}, now=bureau.now)
    assert bureau.states() == {"whisper": "expired", "page": "pending"}


def test_a_copy_asks_about_nothing_while_it_is_silent(bureau: Bureau) -> None:
    bureau.queues("digest")
    bureau.delivers(lost_answer())
    with bureau.sessions.begin() as session:
        surroundings.settle(session, {"database": "here"}, now=bureau.now)
    bureau.now += ABANDONED + SHORTLY
    elsewhere = {"database": "there"}
    held = outbox.recover(
        bureau.sessions, {"fake": bureau.platform}, lambda: bureau.now, here=elsewhere
    )
    assert (held, bureau.states()) == (1, {"digest": "ambiguous"})


@pytest.mark.both_databases
def test_a_database_knows_where_it_is(databases: Databases) -> None:
    url = databases.url()
    engine, other = connect(url), connect(databases.url())
    found = surroundings.of_database(sessions_of(engine))
    assert found == surroundings.of_database(sessions_of(engine))
    assert found != surroundings.of_database(sessions_of(other))
    assert found != surroundings.of_database(sessions_of(engine), home="a container")
    engine.dispose()
    other.dispose()


@pytest.mark.usefixtures("only_on_sqlite")
def test_a_file_that_is_put_back_is_another(databases: Databases, tmp_path: Path) -> None:
    def found(home: str = "") -> Mapping[str, str]:
        engine = connect(url)
        where = surroundings.of_database(sessions_of(engine), home=home)
        engine.dispose()
        return where

    url = databases.url()
    path = Path(url.removeprefix("sqlite:///"))
    before, named = found(), found("ward seven")
    copyfile(path, tmp_path / "backup.db")
    (tmp_path / "backup.db").replace(path)
    assert found() != before
    assert found("ward seven") == named


# Processes that die, and processes that race


def fill(url: str, number: int) -> None:
    """Queue some things to say."""
    engine = connect(url)
    bureau = Bureau(sessions_of(engine))
    for each in range(number):
        bureau.queues(f"{each:02}")
    engine.dispose()


def states(url: str) -> Counter[str]:
    """How much is in each state."""
    engine = connect(url)
    found = Counter(Bureau(sessions_of(engine)).states().values())
    engine.dispose()
    return found


DEATHS = [
    pytest.param({"dies_saying": 2}, id="after the platform took it"),
    pytest.param({"dies_saying": 2, "is_taken": False}, id="before the platform took it"),
    pytest.param({"dies_at": 9}, id="before the claim"),
    pytest.param({"dies_at": 12}, id="at the claim's commit"),
    pytest.param({"dies_at": 14}, id="before it was settled"),
]


@pytest.mark.both_databases
@pytest.mark.parametrize("death", DEATHS)
def test_a_process_killed_while_it_speaks_says_nothing_twice_and_leaves_nothing_out(
    databases: Databases, nursery: Nursery, tmp_path: Path, death: dict[str, Any]
) -> None:
    url, said = databases.url(), tmp_path / "said"
    fill(url, 4)
    assert nursery.lives("outbox", url=url, said=str(said), **death) == [-9]
    assert nursery.lives("outbox", url=url, said=str(said)) == [0]
    assert nursery.lives("outbox", url=url, said=str(said), minutes=6) == [0]
    assert sorted(said.read_text().split()) == ["00", "01", "02", "03"]
    assert states(url) == {"sent": 4}
    databases.drop(url)


def test_what_was_left_half_said_is_held_where_the_platform_can_not_tell(
    databases: Databases, nursery: Nursery, tmp_path: Path
) -> None:
    url, said = databases.url(), tmp_path / "said"
    fill(url, 2)
    (tmp_path / "said.mute").touch()
    assert nursery.lives("outbox", url=url, said=str(said), dies_saying=1) == [-9]
    assert nursery.lives("outbox", url=url, said=str(said), minutes=6) == [0]
    assert said.read_text().split() == ["00", "01"]
    assert states(url) == {"ambiguous": 1, "sent": 1}


@pytest.mark.both_databases
def test_two_processes_that_deliver_at_once_say_each_thing_once(
    databases: Databases, nursery: Nursery, tmp_path: Path
) -> None:
    url, said = databases.url(), tmp_path / "said"
    fill(url, 40)
    assert nursery.lives("outbox", url=url, said=str(said), twins=2) == [0, 0]
    assert Counter(said.read_text().split()) == Counter(f"{each:02}" for each in range(40))
    assert states(url) == {"sent": 40}
    databases.drop(url)


@pytest.mark.both_databases
def test_two_processes_that_recover_at_once_say_nothing_twice(
    databases: Databases, nursery: Nursery, tmp_path: Path
) -> None:
    url, said = databases.url(), tmp_path / "said"
    fill(url, 20)
    engine = connect(url)
    with sessions_of(engine).begin() as session:
        session.execute(update(Outgoing).values(state="sending", claimed_at=MOMENT))
    engine.dispose()
    assert nursery.lives("outbox", url=url, said=str(said), minutes=6, twins=2) == [0, 0]
    assert Counter(said.read_text().split()) == Counter(f"{each:02}" for each in range(20))
    databases.drop(url)
