"""What the reception can't understand it acknowledges; what it can't know yet, it doesn't."""

from __future__ import annotations

import asyncio
import json
import threading
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from urllib.parse import urlencode

import msgspec
import pytest

from bot.domain.events import (
    Batch,
    BotRemoved,
    ChannelKind,
    ChannelMoved,
    ChannelSeen,
    Event,
    PersonSeen,
    ReactionAdded,
)
from bot.domain.ids import ChannelId, MemberId
from bot.platforms.slack.door import Door, Unheard
from bot.platforms.slack.gate import Answer, Signed
from bot.platforms.slack.me import Lookup, Me
from bot.platforms.slack.reception import PAUSE, Reception
from bot.ports import nothing_wrong

pytestmark = pytest.mark.anyio

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


class Desk:
    """A reception, what it passed on, and what it asked for."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        self.asked: list[Lookup] = []
        self.answers: list[ChannelSeen] = []
        self.is_broken = False
        self.may_write = threading.Event()
        self.may_write.set()
        self.began = threading.Event()
        self.me = Me(team="T1", user="UBOT", app="A1")
        self.reception = Reception(
            Door(self.receive), self.me, check=nothing_wrong, ask=self.ask, clock=lambda: NOW
        )

    def receive(self, batch: Batch) -> None:
        self.began.set()
        assert self.may_write.wait(10)
        if self.is_broken:
            raise OSError("the disk is full")
        self.events += batch.events

    def ask(self, lookups: tuple[Lookup, ...]) -> None:
        self.asked += lookups
        self.me.note(self.answers)


@pytest.fixture
def desk() -> Desk:
    return Desk()


def reaction() -> bytes:
    event = {
        "type": "reaction_added",
        "user": "U1",
        "reaction": "wave",
        "item": {"type": "message", "channel": "C1", "ts": "1772442000.000001"},
        "item_user": "U2",
        "event_ts": "1772442001.000001",
    }
    envelope = {"type": "event_callback", "team_id": "T1", "event_id": "Ev1", "event": event}
    return json.dumps(envelope).encode()


async def test_what_is_known_only_after_asking_waits_for_the_answer(desk: Desk) -> None:
    desk.answers = [ChannelSeen(channel=ChannelId("slack:T1/C1"), name="general")]

    assert await desk.reception.take(Signed(reaction(), is_form=False)) == Answer()

    assert "C1" in [each.channel for each in desk.asked]
    assert [type(event) for event in desk.events] == [ReactionAdded]


async def test_what_slack_does_not_explain_must_come_again(desk: Desk) -> None:
    answer = await desk.reception.take(Signed(reaction(), is_form=False))

    assert answer.status == 503
    assert "C1" in [each.channel for each in desk.asked]
    assert desk.events == []
    assert desk.reception.refused == 0
    with pytest.raises(Unheard):
        await desk.reception.carried("events_api", reaction())


FALLS = ChannelSeen(channel=ChannelId("slack:T1/C2"), name="falls")
SHUT = msgspec.structs.replace(FALLS, kind=ChannelKind.PRIVATE)
AT = 1_746_418_000_000_000
NEWS = [
    pytest.param(
        {
            "type": "message",
            "subtype": "channel_convert_to_private",
            "channel": "C2",
            "channel_type": "group",
        },
        SHUT,
        id="it was made private",
    ),
    pytest.param({"type": "group_rename", "channel": {"id": "C2", "name": "x"}}, SHUT, id="a name"),
    pytest.param(
        {"type": "channel_id_changed", "old_channel_id": "C2", "new_channel_id": "C9"},
        ChannelMoved(channel=FALLS.channel, became=ChannelId("slack:T1/C9")),
        id="it has another id",
    ),
    pytest.param(
        {"type": "channel_left", "channel": "C2"},
        BotRemoved(channel=FALLS.channel, at=AT),
        id="the bot is out",
    ),
    pytest.param(
        {"type": "channel_deleted", "channel": "C2"},
        BotRemoved(channel=FALLS.channel, at=AT),
        id="it is no more",
    ),
    pytest.param(
        {"type": "channel_shared", "channel": "C2"},
        msgspec.structs.replace(FALLS, is_shared=True),
        id="it is shared with others",
    ),
    pytest.param(
        {"type": "channel_archive", "channel": "C2"},
        msgspec.structs.replace(FALLS, is_archived=True),
        id="it was put away",
    ),
    pytest.param(
        {"type": "user_change", "user": {"id": "U8", "team_id": "T8", "name": "visitor"}},
        PersonSeen(member=MemberId("slack:T1/U8"), name="U8", is_external=True),
        id="somebody is a stranger",
    ),
]


def told(event: Mapping[str, object]) -> bytes:
    stamps = {"ts": "1746418000.000000", "event_ts": "1746418000.000000"}
    envelope = {"type": "event_callback", "team_id": "T1", "event": {**stamps, **event}}
    return json.dumps(envelope).encode()


async def once(true: Callable[[], object]) -> None:
    """Wait until something is *true*."""
    async with asyncio.timeout(5):
        while not true():
            await asyncio.sleep(0.001)


@pytest.mark.parametrize(("event", "expected"), NEWS)
async def test_news_that_could_not_be_committed_are_committed_when_they_come_again(
    desk: Desk, event: dict[str, object], expected: Event
) -> None:
    desk.me.knows = True
    desk.me.note([FALLS])
    desk.is_broken = True
    with pytest.raises(Unheard):
        await desk.reception.event(told(event))
    desk.is_broken = False

    await desk.reception.event(told(event))

    assert desk.events == [expected]


@pytest.mark.parametrize(("event", "expected"), NEWS)
async def test_news_that_come_twice_at_once_are_not_acknowledged_before_they_are_committed(
    desk: Desk, event: dict[str, object], expected: Event
) -> None:
    desk.me.knows = True
    desk.me.note([FALLS])
    desk.may_write.clear()
    first = asyncio.create_task(desk.reception.event(told(event)))
    await once(desk.began.is_set)
    second = asyncio.create_task(desk.reception.event(told(event)))
    await asyncio.sleep(0.02)
    assert not first.done()
    assert not second.done()

    desk.may_write.set()
    await asyncio.gather(first, second)
    assert set(map(repr, desk.events)) == {repr(expected)}


async def test_a_channel_that_was_made_private_is_not_heard_while_that_is_not_committed(
    desk: Desk,
) -> None:
    desk.me.note([FALLS])
    desk.is_broken = True
    private = {"type": "message", "subtype": "channel_convert_to_private", "channel": "C2"}
    with pytest.raises(Unheard):
        await desk.reception.event(told(private | {"channel_type": "group"}))
    desk.is_broken = False

    said = {"type": "message", "channel": "C2", "channel_type": "channel", "user": "U1"}
    await desk.reception.event(told(said | {"text": "Just us?"}))

    assert desk.events == []


async def test_older_news_do_not_open_a_channel_that_was_closed_meanwhile(desk: Desk) -> None:
    desk.me.note([FALLS])
    desk.may_write.clear()
    rename = {"type": "channel_rename", "channel": {"id": "C2", "name": "falls-new"}}
    renaming = asyncio.create_task(desk.reception.event(told(rename)))
    await once(desk.began.is_set)
    desk.me.note([SHUT])  # Slack was asked, and says that it is private

    desk.may_write.set()
    await renaming

    assert not desk.me.hears("C2", "channel")
    assert desk.events[-1] == SHUT  # so what was told last is true


async def test_an_older_name_that_comes_late_changes_nothing(desk: Desk) -> None:
    desk.me.note([FALLS])
    for name, ts in (("slips", "1746418020.000100"), ("trips", "1746418010.000100")):
        info = {"id": "C2", "name": name}
        rename = {"type": "channel_rename", "channel": info, "event_ts": ts}
        await desk.reception.event(told(rename))

    assert desk.me.places["C2"].name == "slips"
    assert [event.name for event in desk.events if isinstance(event, ChannelSeen)][-1] == "slips"


async def test_who_is_new_is_known_once_that_is_committed(desk: Desk) -> None:
    person = {"type": "team_join", "user": {"id": "U3", "team_id": "T1", "name": "rosa"}}
    desk.is_broken = True
    with pytest.raises(Unheard):
        await desk.reception.event(told(person))
    assert desk.me.people == set()
    desk.is_broken = False

    await desk.reception.event(told(person))

    assert desk.me.people == {"U3"}


async def test_the_time_in_which_slack_explains_is_taken_from_that_for_committing(
    desk: Desk,
) -> None:
    desk.reception.door.patience = 6 * PAUSE
    desk.may_write.clear()
    known = [ChannelSeen(channel=ChannelId("slack:T1/C1"), name="general")]
    asyncio.get_running_loop().call_later(4.5 * PAUSE, desk.me.note, known)
    began = time.monotonic()

    answer = await desk.reception.take(Signed(reaction(), is_form=False))

    assert answer.status == 503
    assert time.monotonic() - began < 9 * PAUSE
    desk.may_write.set()


@pytest.mark.parametrize(
    ("body", "is_form"),
    [
        pytest.param(b"", False, id="nothing"),
        pytest.param(b"null", False, id="null"),
        pytest.param(b"1", False, id="a number"),
        pytest.param(b"[]", False, id="a list"),
        pytest.param(b'"x"', False, id="a string"),
        pytest.param(b"{", False, id="half an object"),
        pytest.param(b"NaN", False, id="no number"),
        pytest.param(b"[" * 200_000, False, id="depths"),
        pytest.param(b'{"event_time": ' + b"9" * 5000 + b"}", False, id="a number of 5,000 digits"),
        pytest.param(b"\xef\xbb\xbf{}", False, id="a byte order mark"),
        pytest.param('{"type": "x"}'.encode("utf-16"), False, id="UTF-16"),
        pytest.param(b'{"type": "\xff\xfe"}', False, id="not UTF-8"),
        pytest.param(b'{"type": "event_callback"}', False, id="an envelope with nothing in it"),
        pytest.param(b'{"type": "event_callback", "event": {}}', False, id="an event of no kind"),
        pytest.param(b'{"authorizations": "x"}', False, id="authorisations that are a word"),
        pytest.param(b"", True, id="an empty form"),
        pytest.param(b"payload=%7B", True, id="a form with half an object"),
        pytest.param(b"payload=[]", True, id="a form with a list"),
        pytest.param(b"payload=" + b"[" * 200_000, True, id="a form with depths"),
        pytest.param(b"&".join(b"a=b" for _ in range(5000)), True, id="a form without an end"),
        pytest.param(b"command=%2Fnet", True, id="a command of nobody"),
        pytest.param(urlencode({"payload": '{"type": "view_submission"}'}).encode(), True, id="no"),
        pytest.param(b"command=%2Fother&trigger_id=1", True, id="somebody else's command"),
    ],
)
async def test_what_makes_no_sense_is_acknowledged_and_passed_over(
    desk: Desk, body: bytes, is_form: bool
) -> None:
    answer = await desk.reception.take(Signed(body, is_form=is_form))

    assert answer == Answer()
    assert desk.events == []


@pytest.mark.parametrize(
    ("kind", "payload"),
    [
        pytest.param("hello?", b"{}", id="an envelope of no known kind"),
        pytest.param("interactive", b"[]", id="an act that is a list"),
        pytest.param("interactive", b"{", id="half an act"),
        pytest.param("slash_commands", b'{"command": 7}', id="a command that is a number"),
        pytest.param("events_api", b"", id="no event"),
        pytest.param("events_api", b'{"event": 1}', id="an event that is a number"),
    ],
)
async def test_envelopes_that_make_no_sense_are_counted_and_acknowledged(
    desk: Desk, kind: str, payload: bytes
) -> None:
    assert await desk.reception.carried(kind, payload) is None

    assert desk.events == []
    assert desk.reception.refused == 1


async def test_nothing_that_was_said_gets_into_the_log(
    desk: Desk, capsys: pytest.CaptureFixture[str]
) -> None:
    secret = "the heron flies over ward seven"
    event = {"type": "message", "channel": "C1", "channel_type": "channel", "text": secret}
    for broken in ({"ts": secret}, {"ts": 1.5}, {"user": {"id": secret}}, {"thread_ts": [secret]}):
        body = {"type": "event_callback", "team_id": "T1", "event": event | broken}
        await desk.reception.take(Signed(json.dumps(body).encode(), is_form=False))
    await desk.reception.take(Signed(f"payload={secret}".encode(), is_form=True))

    assert secret not in "".join(capsys.readouterr())


@pytest.mark.parametrize(
    ("body", "said"),
    [
        pytest.param({"challenge": "3eZbrw1aBm"}, b"3eZbrw1aBm", id="a challenge"),
        pytest.param({}, b"", id="no challenge"),
        pytest.param({"challenge": None}, b"", id="null"),
    ],
)
async def test_a_challenge_is_said_back(desk: Desk, body: dict[str, str], said: bytes) -> None:
    asked = json.dumps({"type": "url_verification"} | body).encode()

    assert (await desk.reception.take(Signed(asked, is_form=False))).body == said
