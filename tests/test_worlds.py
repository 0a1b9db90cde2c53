"""What the bot says tells nothing of what it mustn't hear: worlds apart in that say the same."""

from __future__ import annotations

import pytest

from bot.storage.base import connect
from tests.databases import SqliteFiles, hurried
from tests.worlds import said

WORLDS, OTHERS = 1, 1

pytestmark = pytest.mark.at_length


def world(files: SqliteFiles, visible: int, hidden: int) -> list[bytes]:
    """What is said in a world of its own."""
    url = files.url()
    engine = hurried(connect(url))
    found = said(visible, hidden, engine)
    engine.dispose()
    files.drop(url)
    return found


@pytest.mark.parametrize("number", range(WORLDS))
def test_worlds_that_differ_in_what_is_hidden_are_told_the_same(
    number: int, sqlite_files: SqliteFiles
) -> None:
    """`benchmarks/worlds.py` tries a thousand pairs."""
    first = world(sqlite_files, number, 0)
    assert len(first) > 15
    for hidden in range(1, OTHERS + 1):
        assert world(sqlite_files, number, hidden) == first, f"hidden talk {hidden}"


def test_worlds_that_differ_in_what_all_may_hear_are_told_different_things(
    sqlite_files: SqliteFiles,
) -> None:
    assert world(sqlite_files, 0, 0) != world(sqlite_files, 1, 0)
