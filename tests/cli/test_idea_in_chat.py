"""A quiet newcomer's idea in the terminal: asked for, put in plain words, told, and taken back."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.events import MessagePosted, to_micros
from bot.domain.ids import ChannelId
from bot.platforms.console.directory import WORKSPACE, member_id
from bot.storage.base import sessions_of
from tests.cli.desk import Desk
from tests.cli.seat import Seat

pytestmark = pytest.mark.at_length

TUESDAY = datetime(2026, 6, 9, 8, tzinfo=UTC)
"""Nine in London, where it is summer."""
GENERAL = ChannelId(f"{WORKSPACE}/#general")
LOUD = tuple(f"bo{n}" for n in range(7))
ORIGINAL = (
    "We keep a kettle, a chair and a set of heron steps in the bay and just watch for five minutes:"
    " whoever can make tea can go home tonight, and we have not been wrong more than once or twice."
)
POPULAR = "Here is what we learned from half a year of heron handovers: " + "write it down. " * 40
CANARY = "heron"
WATCH = "Watch someone make a cup of tea in the bay for five minutes before deciding."
QUESTION, DIGEST = "May it go in the next digest", "the week to"


def past() -> list[MessagePosted]:
    """Seven people have talked a lot since three weeks."""
    first = to_micros(TUESDAY - timedelta(weeks=3))
    return [
        MessagePosted(
            channel=GENERAL, ts=first + n * 7_200_000_000, author=member_id(who), length=40
        )
        for n, who in enumerate(LOUD * 20)
    ]


def lived(seat: Seat) -> Iterator[str]:
    """Amina and Joe reply deep in a thread; the digest tells what Amina says yes to, for a week."""
    seat.hears(past())
    yield "/as bo1"
    yield "How do you decide in the bay?"
    yield from ("/as amina", f">1 {ORIGINAL}", "/as bo4", ">1 Lovely.")
    yield "How do you decide at night?"
    yield from ("/as joe", f">4 {ORIGINAL}", "/as bo2", ">4 Lovely.")
    yield from ("/as priya", POPULAR)
    for name in LOUD:
        yield from (f"/as {name}", "+heart 7")
    for name in ("dan", "bo5"):
        yield from (f"/as {name}", "+bulb 2", "+bulb 5")
    yield "/time +54h"  # to Thursday, 15:00
    yield "/as joe"
    yield seat.button("No thanks")
    yield "/as amina"
    yield seat.button("Yes, with my name")
    yield from ("She is 943 476 5919.", ".")
    yield from ("Watch the heron kettle.", ".")
    yield seat.button("Let me reword it")
    yield from (WATCH, ".", "")
    yield "/time +21h"  # to Friday, 12:00
    yield "/as dan"
    yield seat.button("Ask Amina")
    yield seat.button("We could try this")
    yield from ("Dan and the crew", "the car", "", "", "")
    yield "/time +7d"
    yield "/as amina"
    number = re.findall(r"/net idea withdraw (\d+)", seat.out.getvalue())[-1]
    yield f"/net idea yes {number}: The heron's kettle."
    yield f"/net idea withdraw {number}"
    yield f"/net idea yes {number}: The heron's kettle, once more."
    yield "/net mydata"
    yield "/as tom"  # who has it all before him that can still be read
    yield f"/net idea withdraw {number}"
    yield "/as priya"
    yield "/tend digest preview 2026-W24"


def test_amina_is_asked_told_of_tried_and_takes_it_back_without_a_trace(
    desk: Desk, capfd: pytest.CaptureFixture[str]
) -> None:
    desk.types("migrate")
    engine = desk.engine()
    seat = Seat(sessions_of(engine), TUESDAY)
    try:
        shown = seat.sits("priya", lived)
    finally:
        engine.dispose()
    asked, _, rest = shown.partition("It is Thursday 11 June, 15:00 now.")
    assert asked.count(QUESTION) == 2
    assert "Two people marked your message of Tuesday in #general as worth hearing" in asked
    assert "No answer by Friday 12 June, 09:00 is a no." in asked
    assert "This looks like an NHS number. Please leave it out" in rest

    digest, _, rest = rest.partition("It is Friday 12 June, 12:00 now.")
    told = digest.partition(DIGEST)[2]
    assert f"{WATCH}\n  Amina, who says more in #general" in told
    assert not any(name in told for name in ("Joe", "Priya", CANARY))
    assert "Amina said it in this message" in rest
    assert "Dan would like to try it (Dan and the crew, the car)" in rest

    _, _, after = rest.partition("Taken back, and the words are deleted.")
    assert "One idea was withdrawn at its author's request." in after
    assert "You took this back, and its words are deleted." in after
    assert "you took it back" in after, "in what is held of her"
    assert "I find nothing of yours by that number" in after
    said = "\n".join(line for line in after.splitlines() if " › " not in line)
    assert not any(each in said for each in (CANARY, WATCH))
    assert not any(each.encode() in desk.bytes() for each in (CANARY, WATCH))
    for words in (("pulse",), ("digest", "preview"), ("check",)):
        assert CANARY not in json.dumps(desk.json(*words))
    out, err = capfd.readouterr()
    assert CANARY not in out + err
