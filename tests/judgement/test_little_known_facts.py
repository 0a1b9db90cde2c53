"""Where a message stands in its conversation, and how much each person writes."""

from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo

from bot.judgement.little_known_facts import depths, voices
from bot.judgement.talk import Said, Setting, Talk, lay_out

NOON = 1_772_452_800_000_000  # 2 March 2026, 12:00 UTC
MINUTE = 60_000_000
BOT = 9


def talk(*said: tuple[int, int, int | None]) -> Talk:
    """Messages of channel 1: minute, author, and the minute of their thread's first message."""
    rows = [
        Said(
            1,
            NOON + at * MINUTE,
            who,
            None if of is None else NOON + of * MINUTE,
            who == BOT,
            False,
        )
        for at, who, of in said
    ]
    return lay_out(rows, [], Setting(tz=ZoneInfo("UTC")), until=date(2026, 3, 2))


def test_each_message_of_a_thread_stands_deeper_than_the_one_before() -> None:
    found = depths(talk((0, 1, 0), (1, 2, None), (2, 3, 0), (3, 1, 0)))
    assert [found[1, NOON + at * MINUTE] for at in range(4)] == [0, 0, 1, 2]


def test_everybodys_messages_are_counted_but_a_bots() -> None:
    assert voices(talk((0, 1, 0), (1, 2, 0), (2, 1, 0), (3, BOT, 0))) == {1: 2, 2: 1}
