"""What the reception can't understand it acknowledges; what it can't know yet, it doesn't."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from urllib.parse import urlencode

import pytest

from bot.domain.events import Batch, ChannelSeen, Event, ReactionAdded
from bot.domain.ids import ChannelId
from bot.platforms.slack.door import Door, Unheard
from bot.platforms.slack.gate import Answer, Signed
from bot.platforms.slack.me import Lookup, Me
from bot.platforms.slack.reception import Reception
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
        self.me = Me(team="T1", user="UBOT", app="A1")
        self.reception = Reception(
            Door(self.receive), self.me, check=nothing_wrong, ask=self.ask, clock=lambda: NOW
        )

    def receive(self, batch: Batch) -> None:
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
