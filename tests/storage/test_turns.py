"""In SQLite nobody waits for ever beside somebody who writes all the time."""

from __future__ import annotations

import time
from threading import Event as Signal
from threading import Thread

import pytest
from sqlalchemy import Engine, create_engine, event
from sqlalchemy.exc import OperationalError

from bot.storage.turns import take_turns
from tests.conftest import Databases

pytestmark = pytest.mark.usefixtures("only_on_sqlite")


def test_who_begins_anew_at_once_lets_the_others_in(engine: Engine) -> None:
    stop = Signal()
    begun: list[int] = []

    def write_all_the_time() -> None:
        while not stop.is_set():
            with engine.begin():
                begun.append(len(begun))
                time.sleep(0.005)

    busy = Thread(target=write_all_the_time)
    busy.start()
    try:
        waited = []
        for _ in range(20):
            while not begun:
                time.sleep(0.001)
            begun.clear()
            with engine.begin():
                waited.append(len(begun))
    finally:
        stop.set()
        busy.join()
    assert max(waited) <= 2


def test_whoever_asks_first_comes_first(engine: Engine) -> None:
    came: list[int] = []

    def write(number: int) -> None:
        with engine.begin():
            came.append(number)

    writers = [Thread(target=write, args=(number,)) for number in range(5)]
    with engine.begin():
        for writer in writers:
            writer.start()
            time.sleep(0.03)
        assert came == []
    for writer in writers:
        writer.join()
    assert came == [0, 1, 2, 3, 4]


def test_whoever_has_waited_long_hears_what_is_wrong_and_holds_nobody_up(
    databases: Databases,
) -> None:
    how = {"timeout": 0, "isolation_level": None}
    engine = create_engine(databases.url(), connect_args=how)
    take_turns(engine, patience=0.05)
    event.listen(engine, "begin", lambda each: each.exec_driver_sql("BEGIN IMMEDIATE"))
    with engine.begin():
        other = engine.connect()
        with pytest.raises(OperationalError, match="locked"):
            other.begin()
        other.close()
    began = time.monotonic()
    with engine.begin():
        pass
    assert time.monotonic() - began < 0.05
    engine.dispose()
