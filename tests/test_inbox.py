"""Nothing that came in is lost or done twice, whatever dies and however often it is repeated."""

from __future__ import annotations

import os
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from sqlalchemy import Engine, insert, select, update
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from bot import inbox
from bot.domain.events import Bookmark, CommandGiven, Event, MessagePosted
from bot.domain.ids import ChannelId, MemberId
from bot.storage.activity import Message
from bot.storage.base import Sessions, connect, sessions_of
from bot.storage.delivery import HandledAct, Incoming, Outgoing
from tests.conftest import Databases
from tests.nursery import MOMENT, Nursery

PLACE, ADA = ChannelId("fake:T1/C-general"), MemberId("fake:T1/U-ada")


def posts(*stamps: int) -> list[MessagePosted]:
    """Messages of these `ts`."""
    return [MessagePosted(channel=PLACE, ts=ts, author=ADA) for ts in stamps]


def outcome(url: str) -> tuple[Any, ...]:
    """All that a story left behind: facts, acts, what is to be said, and what still waits."""
    engine = connect(url)
    with Session(engine) as session:
        found = (
            sorted(tuple(row) for row in session.execute(select(Message.ts, Message.length))),
            list(session.scalars(select(HandledAct.key))),
            Counter(session.scalars(select(Outgoing.key))),
            inbox.waiting(session),
        )
    engine.dispose()
    return found


@pytest.mark.both_databases
def test_a_process_killed_at_any_statement_loses_nothing_and_doubles_nothing(
    databases: Databases, nursery: Nursery, tmp_path: Path
) -> None:
    """STEP=1 kills at every one; by default it is every 41st, to save time."""
    undisturbed = databases.url()
    quiet = tmp_path / "undisturbed"
    assert nursery.lives("inbox", url=undisturbed, acknowledged=str(quiet)) == [0]
    expected = outcome(undisturbed)
    assert len(expected[0]) == 4
    assert expected[1] == ["fake:T1#act-1"]
    begin, step = int(os.environ.get("BEGIN", "1")), int(os.environ.get("STEP", "41"))
    for dies_at in range(begin, 500, step):
        url, acknowledged = databases.url(), str(tmp_path / f"{dies_at}")
        (code,) = nursery.lives("inbox", url=url, acknowledged=acknowledged, dies_at=dies_at)
        assert nursery.lives("inbox", url=url, acknowledged=acknowledged) == [0]
        assert outcome(url) == expected, f"killed at statement {dies_at}"
        databases.drop(url)
        if code == 0:
            break
    assert dies_at > 60


@pytest.mark.both_databases
def test_two_processes_handle_each_event_once(
    databases: Databases, nursery: Nursery, tmp_path: Path
) -> None:
    url = databases.url()
    engine = connect(url)
    inbox.accept(sessions_of(engine), posts(*range(100, 160)), now=MOMENT)
    acknowledged = tmp_path / "all"
    acknowledged.write_text("0 1 2 3 4 5")
    assert nursery.lives("inbox", url=url, acknowledged=str(acknowledged), twins=2) == [0, 0]
    assert outcome(url)[2] == Counter(f"probe/{ts}" for ts in range(100, 160))
    engine.dispose()


class Handler:
    """Handles events by remembering them, but for those it fails at."""

    def __init__(self, *fails_at: int) -> None:
        self.fails_at = fails_at
        self.handled: list[int] = []

    def __call__(self, session: Session, events: Sequence[Event]) -> None:
        """Handle *events*."""
        seen = [event.ts for event in events if isinstance(event, MessagePosted)]
        session.add_all(HandledAct(key=str(ts), at=MOMENT) for ts in seen)
        if set(seen) & set(self.fails_at):
            raise ValueError("poison")
        self.handled += seen


@pytest.mark.both_databases
def test_nobody_handles_anything_while_another_does(sessions: Sessions) -> None:
    """What one knows must be seen by the other: an emoji may be taken back before it is put."""
    inside, most = 0, 0

    def handle(_: Session, __: Sequence[Event]) -> None:
        nonlocal inside, most
        inside += 1
        most = max(most, inside)
        time.sleep(0.02)
        inside -= 1

    def work() -> None:
        inbox.work(sessions, handle, at_most=1)

    inbox.accept(sessions, posts(*range(100, 106)), now=MOMENT)
    workers = [Thread(target=work), Thread(target=work)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert most == 1
    with sessions.begin() as session:
        assert inbox.waiting(session) == (0, 0)


@pytest.mark.both_databases
def test_a_poisoned_event_is_set_aside_and_holds_nothing_up(sessions: Sessions) -> None:
    handler = Handler(3)
    inbox.accept(sessions, posts(1, 2, 3, 4), now=MOMENT)
    assert inbox.work(sessions, handler) == 3
    with sessions.begin() as session:
        assert set(session.scalars(select(HandledAct.key))) == {"1", "2", "4"}
        assert inbox.waiting(session) == (0, 1)
        assert session.scalars(select(Incoming.error)).all() == ["ValueError"]
    assert inbox.work(sessions, Handler()) == 0


def test_what_can_not_be_read_is_set_aside(sessions: Sessions) -> None:
    inbox.accept(sessions, posts(1), now=MOMENT)
    with sessions.begin() as session:
        session.execute(insert(Incoming), [{"payload": b"\xff{", "received_at": MOMENT}])
    assert inbox.work(sessions, Handler()) == 1
    with sessions.begin() as session:
        assert inbox.waiting(session) == (0, 1)


@pytest.mark.usefixtures("only_on_sqlite")
def test_everything_waits_while_it_is_the_database_that_fails(
    sessions: Sessions, engine: Engine
) -> None:
    def out_of_room(session: Session, events: Sequence[Event]) -> None:
        session.connection().exec_driver_sql("INSERT INTO no_such_table VALUES (1)")

    inbox.accept(sessions, posts(1, 2), now=MOMENT)
    assert inbox.work(sessions, out_of_room) == 0
    with sessions.begin() as session:
        assert inbox.waiting(session) == (2, 0)
    handler = Handler()
    assert inbox.work(sessions, handler) == 2
    assert handler.handled == [1, 2]


@pytest.mark.usefixtures("only_on_sqlite")
def test_a_full_disk_refuses_what_comes_and_keeps_what_came(
    engine: Engine, sessions: Sessions
) -> None:
    inbox.accept(sessions, posts(1), now=MOMENT)
    with engine.connect() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
    with engine.connect() as connection:
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(OperationalError, match="full"):
        inbox.accept(sessions, posts(*range(2, 2000)), now=MOMENT)
    with sessions.begin() as session:
        assert inbox.waiting(session) == (1, 0)


def test_more_than_one_batch_is_worked_off_at_once(sessions: Sessions) -> None:
    handler = Handler(5)
    inbox.accept(sessions, posts(*range(1, 10)), now=MOMENT)
    assert inbox.work(sessions, handler, at_most=2) == 8
    assert handler.handled == [1, 2, 3, 4, 6, 7, 8, 9]


def test_what_takes_long_is_handled_few_at_a_time(sessions: Sessions) -> None:
    together: list[int] = []

    def slow(session: Session, events: Sequence[Event]) -> None:
        together.append(len(events))
        time.sleep(0.03 * len(events))

    inbox.accept(sessions, posts(*range(1, 18)), now=MOMENT)
    assert inbox.work(sessions, slow) == 17
    assert together[0] == inbox.FEW
    assert max(together[1:]) * 0.03 <= inbox.LONG


def test_what_takes_no_time_is_handled_many_at_a_time(sessions: Sessions) -> None:
    together: list[int] = []
    inbox.accept(sessions, posts(*range(1, 1000)), now=MOMENT)
    assert inbox.work(sessions, lambda session, events: together.append(len(events))) == 999
    assert max(together) > 2 * inbox.FEW
    assert max(together) <= inbox.MOST


def test_nothing_is_written_for_an_empty_batch(sessions: Sessions) -> None:
    inbox.accept(sessions, [], now=MOMENT)
    assert inbox.work(sessions, Handler()) == 0


def test_half_an_emoji_does_not_stop_what_came_with_it(sessions: Sessions) -> None:
    typed = CommandGiven(
        id="1", command="net", text="ask \ud83d", channel=PLACE, member=ADA, at=1, trigger=""
    )
    heard: list[Event] = []
    inbox.accept(sessions, [typed, *posts(1)], now=MOMENT)
    assert inbox.work(sessions, lambda session, events: heard.extend(events)) == 2
    assert isinstance(heard[0], CommandGiven)
    assert heard[0].text == "ask ?"


@pytest.mark.both_databases
def test_an_act_is_new_once(sessions: Sessions) -> None:
    typed = CommandGiven(id="1", command="net", text="", channel=PLACE, member=ADA, at=1)
    with sessions.begin() as session:
        assert inbox.is_new(session, typed, MOMENT)
        assert not inbox.is_new(session, typed, MOMENT)


@pytest.mark.both_databases
def test_a_source_is_read_on_from_where_it_was_left(sessions: Sessions) -> None:
    with sessions.begin() as session:
        assert inbox.position_of(session, "export") is None
        for position in ("3", "7"):
            mark = Bookmark(source="export", position=position)
            inbox.keep_position(session, mark, now=MOMENT)
    with sessions.begin() as session:
        assert inbox.position_of(session, "export") == "7"


def test_what_was_set_aside_is_tried_again_when_its_error_is_taken_away(sessions: Sessions) -> None:
    inbox.accept(sessions, posts(3), now=MOMENT)
    assert inbox.work(sessions, Handler(3)) == 0
    with sessions.begin() as session:
        session.execute(update(Incoming).values(error=None))
    assert inbox.work(sessions, Handler()) == 1
