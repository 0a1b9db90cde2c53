"""What was said is changed or taken back, however often it takes, and wherever it has got to."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import update

from bot import inbox, outbox
from bot.domain.events import MessageDeleted
from bot.domain.posts import Post
from bot.outbox import (
    Changing,
    Held,
    Removing,
    Saying,
    Utterance,
    Verdict,
)
from bot.ports import DeliveryError
from bot.storage.base import Sessions
from bot.storage.delivery import Outgoing
from bot.storage.places import Network
from tests.bureau import ADA, PAGE, PLACE, Bureau, lost_answer
from tests.nursery import MOMENT


@pytest.fixture
def bureau(sessions: Sessions) -> Bureau:
    return Bureau(sessions)


REMOVAL = Removing(message="1", to=PLACE)


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


@pytest.mark.both_databases
def test_what_points_to_messages_waits_while_something_came_in_but_not_for_long(
    bureau: Bureau,
) -> None:
    quotes(bureau)
    bureau.queues("points to nothing")
    gone = MessageDeleted(channel=PLACE, ts=7)
    inbox.accept(bureau.sessions, [gone], now=bureau.now)
    assert bureau.delivers() == 1
    assert bureau.states()["digest"] == "pending"
    for _ in range(58):
        bureau.now += timedelta(seconds=1)
        assert bureau.delivers() == 0
    bureau.now += timedelta(seconds=2)
    assert bureau.delivers() == 1, "whatever is the matter with the inbox"


def test_what_points_to_messages_is_said_as_soon_as_all_that_came_in_is_heard(
    bureau: Bureau,
) -> None:
    quotes(bureau)
    inbox.accept(bureau.sessions, [MessageDeleted(channel=PLACE, ts=7)], now=bureau.now)
    assert bureau.delivers() == 0
    inbox.work(bureau.sessions, lambda _, __: None)
    bureau.now += timedelta(seconds=1)
    assert bureau.delivers() == 1


CLOSED = DeliveryError("This workspace doesn't let that message be changed any more.")


@pytest.mark.both_databases
def test_what_may_not_be_changed_any_more_is_taken_back(bureau: Bureau) -> None:
    quotes(bureau)
    bureau.delivers()
    amends(bureau)
    assert bureau.delivers(CLOSED) == 1
    assert bureau.platform.deleted == ["1"]
    row = bureau.row("digest#1")
    assert (row.state, row.method, row.call, row.payload) == ("sent", "delete", "delete", b"")


def tells(bureau: Bureau, *, minutes: float = 6) -> list[Held]:
    """What those who tend are told of when a while has passed."""
    told: list[Held] = []
    bureau.now += timedelta(minutes=minutes)
    platforms = {"fake": bureau.platform}
    outbox.recover(
        bureau.sessions, platforms, lambda: bureau.now, tell=lambda _, held: told.append(held)
    )
    return told


@pytest.fixture
def tended(bureau: Bureau) -> Bureau:
    """A bureau whose posts belong to a network, and which has said a digest that quotes."""
    with bureau.sessions.begin() as session:
        session.add(
            Network(workspace="fake:T1", name="", settings={}, purpose="", created_at=MOMENT)
        )
    quotes(bureau)
    with bureau.sessions.begin() as session:
        session.execute(update(Outgoing).values(network_id=1))
    return bureau


@pytest.mark.both_databases
@pytest.mark.parametrize(
    ("verdict", "delivered", "state"),
    [
        pytest.param("again", 1, "sent", id="tried again"),
        pytest.param("leave", 0, "expired", id="done by somebody"),
    ],
)
def test_what_can_not_be_taken_back_either_is_put_before_those_who_tend(
    tended: Bureau, verdict: Verdict, delivered: int, state: str
) -> None:
    tended.delivers()
    amends(tended)
    tended.delivers(CLOSED, DeliveryError("That message isn't mine to take back."))
    assert tended.states()["digest#1"] == "ambiguous"
    assert tells(tended) == [Held(network_id=1, numbers=(2,))]
    assert tells(tended) == [], "once"
    assert tended.delivers() == 0, "it isn't tried by itself"
    with tended.sessions.begin() as session:
        assert [post.is_stuck for post in outbox.held(session, 1)] == [True]
        assert outbox.settle_held(session, 2, 1, verdict, tended.now)
    assert tended.delivers() == delivered
    assert tended.states()["digest#1"] == state


def is_there(bureau: Bureau) -> None:
    """Somebody says that the digest, of which nobody can tell, is there."""
    bureau.platform.is_mute = True
    assert tells(bureau) == [Held(network_id=1, numbers=(1,))]
    with bureau.sessions.begin() as session:
        assert outbox.settle_held(session, 1, 1, "there", bureau.now)


@pytest.mark.both_databases
def test_what_a_person_says_is_there_is_looked_for_once_it_has_to_be_changed(
    tended: Bureau,
) -> None:
    tended.delivers(lost_answer())
    is_there(tended)
    amends(tended)
    assert tended.delivers() == 0
    tended.platform.is_mute = False
    assert tells(tended) == []
    assert tended.delivers() == 1
    assert [post.text for post in tended.platform.said] == ["mended"]


def test_where_nobody_can_tell_what_it_is_called_a_person_is_told(tended: Bureau) -> None:
    tended.delivers(lost_answer())
    is_there(tended)
    amends(tended)
    assert tells(tended) == [Held(network_id=1, numbers=(2,))]
    with tended.sessions.begin() as session:
        assert outbox.settle_held(session, 2, 1, "again", tended.now)
    tended.platform.is_mute = False
    tells(tended)
    assert tended.delivers() == 1


def test_what_a_person_says_is_there_and_is_not_needs_no_change(tended: Bureau) -> None:
    tended.delivers(lost_answer())
    is_there(tended)
    amends(tended)
    tended.platform.is_mute = False
    tended.platform.keys.clear()
    assert (tells(tended), tended.delivers()) == ([], 0)
    assert tended.states()["digest#1"] == "expired"


def test_a_newer_change_takes_the_place_of_one_that_is_held(tended: Bureau) -> None:
    tended.delivers()
    amends(tended)
    tended.delivers(CLOSED, CLOSED)
    tells(tended)
    amends(tended)
    assert tended.delivers() == 1
    with tended.sessions.begin() as session:
        assert outbox.held(session, 1) == []


def test_where_it_turns_out_that_it_was_never_said_the_change_is_dropped(bureau: Bureau) -> None:
    quotes(bureau)
    bureau.delivers(lost_answer())
    amends(bureau)
    with bureau.sessions.begin() as session:
        session.execute(update(Outgoing).where(Outgoing.key == "digest").values(state="failed"))
    assert bureau.delivers() == 0
    assert bureau.states() == {"digest": "failed", "digest#1": "expired"}
