"""Calls to Slack over a real connection: what is sent, and what each way to fail is taken for."""

from __future__ import annotations

import json
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from urllib.parse import parse_qsl

import pytest

from bot.domain.charts import RunChart
from bot.domain.ids import ChannelId, MemberId
from bot.domain.posts import Field, Form, Home, Image, Post
from bot.platforms.charts import png
from bot.platforms.slack.refusals import FIXING, LATER, SOON
from bot.platforms.slack.web import Calls
from bot.platforms.slack.wire import to_client
from bot.ports import DeliveryError

HERE, ADA = ChannelId("slack:T1/C1"), MemberId("slack:T1/U2")
TALK = ChannelId("slack:T1/D3")
SINCE = datetime(2026, 3, 2, 9, 0, 0, 5, tzinfo=UTC)

Json = dict[str, object]
Way = Callable[[socket.socket], None]


def says(answer: object, status: int = 200, **headers: str) -> Way:
    """Answer with *answer*, as JSON or as it is."""
    body = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
    lines = [f"HTTP/1.1 {status} X", f"Content-Length: {len(body)}", "Connection: close"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]

    def way(line: socket.socket) -> None:
        line.sendall("\r\n".join([*lines, "", ""]).encode() + body)

    return way


def refuses(word: str, **more: object) -> Way:
    return says({"ok": False, "error": word} | more)


def hangs_up(_: socket.socket) -> None:
    """Close the line without a word."""


def resets(line: socket.socket) -> None:
    """Break the line off."""
    line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def stalls(line: socket.socket) -> None:
    """Say nothing until the other side has had enough."""
    line.recv(1)


def breaks_off(line: socket.socket) -> None:
    """Stop in the middle of an answer."""
    line.sendall(b'HTTP/1.1 200 X\r\nContent-Length: 99\r\nConnection: close\r\n\r\n{"ok": tr')


@dataclass
class Desk:
    """Somebody at Slack's end of the line: `asked` is what came, `ways` how each is answered."""

    ways: list[Way] = field(default_factory=list)
    asked: list[tuple[str, Json]] = field(default_factory=list)
    listening: socket.socket = field(default_factory=lambda: socket.create_server(("127.0.0.1", 0)))

    @property
    def api(self) -> str:
        return f"http://127.0.0.1:{self.listening.getsockname()[1]}/api/"

    def sits(self) -> None:
        """Take calls until the line is cut."""
        while True:
            try:
                line, _ = self.listening.accept()
            except OSError:
                return
            with line, suppress(OSError):
                line.settimeout(5)
                self.asked.append(_request(line))
                (self.ways.pop(0) if self.ways else says({"ok": True}))(line)

    def got(self, method: str) -> list[Json]:
        return [body for name, body in self.asked if name == method]


def _request(line: socket.socket) -> tuple[str, Json]:
    head = b""
    while not head.endswith(b"\r\n\r\n"):
        head += _more(line)
        if head == b"\x16":
            raise ConnectionError("that is TLS")
    length = next(
        int(row.split(b":")[1]) for row in head.lower().split(b"\r\n") if b"content-length" in row
    )
    body = b""
    while len(body) < length:
        body += _more(line)
    method = head.split(b" ")[1].decode().rpartition("/")[2]
    if b"json" in head.lower():
        return method, json.loads(body)
    return method, dict(parse_qsl(body.decode("latin-1")))


def _more(line: socket.socket) -> bytes:
    if not (more := line.recv(1)):
        raise ConnectionError("that was no request")
    return more


@pytest.fixture
def desk() -> Iterator[Desk]:
    desk = Desk()
    thread = threading.Thread(target=desk.sits)
    thread.start()
    yield desk
    desk.listening.shutdown(socket.SHUT_RDWR)
    desk.listening.close()
    thread.join(5)


@pytest.fixture
def calls(desk: Desk) -> Calls:
    return Calls(client=to_client("xoxb-1", desk.api, reading=1), workspace="slack:T1")


POSTED = says({"ok": True, "channel": "C1", "ts": "1746418574.223589"})
SAID = Post(to=HERE, text="Hello")


def test_a_post_is_said_once_with_its_key_and_unfolds_no_links(desk: Desk, calls: Calls) -> None:
    desk.ways = [POSTED]
    assert calls.post(SAID, key="digest/7") == "C1/1746418574.223589"
    ((method, sent),) = desk.asked
    assert method == "chat.postMessage"
    assert sent == {
        "channel": "C1",
        "text": "Hello",
        "blocks": [
            {
                "type": "rich_text",
                "elements": [
                    {
                        "type": "rich_text_section",
                        "elements": [{"type": "text", "text": "Hello"}],
                    }
                ],
            }
        ],
        "metadata": {"event_type": "animateur_post", "event_payload": {"key": "digest/7"}},
        "unfurl_links": False,
        "unfurl_media": False,
    }


def test_a_post_to_a_person_is_named_by_where_it_arrived(desk: Desk, calls: Calls) -> None:
    desk.ways = [says({"ok": True, "channel": "D9", "ts": "1.000002"})]
    assert calls.post(Post(to=ADA, text="Hello"), key="k") == "D9/1.000002"
    assert desk.got("chat.postMessage")[0]["channel"] == "U2"


def test_what_is_for_one_person_is_whispered_where_they_asked(desk: Desk, calls: Calls) -> None:
    desk.ways = [says({"ok": True, "message_ts": "1.000002"})]
    assert calls.post(Post(to=HERE, text="Hello", only_for=ADA), key="k") == "C1/1.000002"
    ((method, sent),) = desk.asked
    assert method == "chat.postEphemeral"
    assert (sent["channel"], sent["user"], sent["text"]) == ("C1", "U2", "Hello")


@pytest.mark.parametrize(
    ("to", "arrives"),
    [
        pytest.param(TALK, "D3", id="in the talk of those two"),
        pytest.param(ADA, "U2", id="to the person"),
        pytest.param(MemberId("slack:T1/U7"), "U2", id="never to anybody else"),
    ],
)
def test_what_is_for_one_person_is_said_plainly_where_they_are_alone(
    desk: Desk, calls: Calls, to: ChannelId, arrives: str
) -> None:
    desk.ways = [says({"ok": True, "ts": "1.000002"})]
    calls.post(Post(to=to, text="Hello", only_for=ADA), key="k")
    assert [sent["channel"] for sent in desk.got("chat.postMessage")] == [arrives]


@pytest.mark.parametrize("where", [HERE, TALK])
@pytest.mark.parametrize("word", ["channel_not_found", "not_in_channel"])
def test_where_the_bot_has_no_voice_it_answers_the_asker_alone(
    desk: Desk, calls: Calls, where: ChannelId, word: str
) -> None:
    desk.ways = [refuses(word), says({"ok": True, "channel": "D9", "ts": "1.000002"})]
    assert calls.post(Post(to=where, text="Hello", only_for=ADA), key="k") == "D9/1.000002"
    assert desk.asked[1][1]["channel"] == "U2"


def test_a_whisper_that_is_refused_for_another_reason_is_said_nowhere(
    desk: Desk, calls: Calls
) -> None:
    desk.ways = [refuses("restricted_action")]
    with pytest.raises(DeliveryError, match="an admin can allow it"):
        calls.post(Post(to=HERE, text="Hello", only_for=ADA), key="k")
    assert len(desk.asked) == 1


PAUSE = timedelta(seconds=17)
DOUBT = (None, True)


@pytest.mark.parametrize(
    ("way", "retry_in", "may_have_arrived", "why"),
    [
        pytest.param(hangs_up, *DOUBT, "answer was lost", id="hung up"),
        pytest.param(resets, *DOUBT, "answer was lost", id="broken off"),
        pytest.param(stalls, *DOUBT, "answer was lost", id="no answer in time"),
        pytest.param(breaks_off, *DOUBT, "answer was lost", id="half an answer"),
        pytest.param(says(b"no HTTP", 200), *DOUBT, "trouble", id="no JSON"),
        pytest.param(says([]), *DOUBT, "trouble|lost", id="an answer of another shape"),
        pytest.param(says(None), *DOUBT, "trouble", id="null"),
        pytest.param(says({"ok": True}), *DOUBT, "didn't say as what", id="no name of the message"),
        pytest.param(
            says(b" " * 17_000_000), *DOUBT, "answer was lost", id="an answer without end"
        ),
        pytest.param(says(b"<html>", 502), *DOUBT, "status 502", id="trouble at the gate"),
        pytest.param(says(b"", 500), *DOUBT, "status 500", id="trouble within"),
        pytest.param(refuses("internal_error"), *DOUBT, "internal_error", id="half done perhaps"),
        pytest.param(refuses("fatal_error"), *DOUBT, "fatal_error", id="half done, it says"),
        pytest.param(
            says({"ok": False, "error": "ratelimited"}, 429, Retry_After="17"),
            *(PAUSE, False, "pause of 17 seconds"),
            id="too often",
        ),
        pytest.param(
            says(b"slow down", 429, retry_after="17"),
            *(PAUSE, False, "pause of 17"),
            id="too often, in other words",
        ),
        pytest.param(
            refuses("rate_limited"), LATER, False, "pause of 60", id="too often, for how long?"
        ),
        pytest.param(
            says({"ok": False}, 429, Retry_After="soon"),
            *(LATER, False, "pause of 60"),
            id="too often, until when?",
        ),
        pytest.param(
            says({}, 429, Retry_After="999999999"),
            *(timedelta(days=1), False, "pause"),
            id="too often, for years",
        ),
        pytest.param(refuses("request_timeout"), SOON, False, "try again", id="cut short"),
        pytest.param(refuses("team_added_to_org"), LATER, False, "try again", id="moving house"),
        pytest.param(says(b"", 302, Location="http://x/"), None, False, "302", id="elsewhere"),
        pytest.param(
            says(b"nginx", 404), None, False, "isn't Slack's Web API: it answers 404", id="nobody"
        ),
        pytest.param(
            refuses("made_up"), None, False, r"refuses this. \(made_up\)", id="unheard of"
        ),
        pytest.param(refuses("channel_not_found"), None, False, "invite", id="no such channel"),
        pytest.param(refuses("not_in_channel"), None, False, "invite", id="not invited"),
        pytest.param(refuses("is_archived"), None, False, "unarchive", id="archived"),
        pytest.param(refuses("token_revoked"), FIXING, False, "reinstall", id="token revoked"),
        pytest.param(refuses("account_inactive"), FIXING, False, "install it", id="removed"),
        pytest.param(refuses("invalid_auth"), FIXING, False, "copy it from", id="a wrong token"),
        pytest.param(
            refuses("missing_scope", needed="chat:write"),
            *(None, False, r"manifest again.*chat:write"),
            id="a permission lacks",
        ),
    ],
)
def test_what_went_wrong_with_a_post(
    desk: Desk,
    calls: Calls,
    way: Way,
    retry_in: timedelta | None,
    may_have_arrived: bool,
    why: str,
) -> None:
    desk.ways = [way]
    with pytest.raises(DeliveryError, match=why) as failed:
        calls.post(SAID, key="k")
    assert failed.value.retry_in == retry_in
    assert failed.value.may_have_arrived == may_have_arrived
    assert len(desk.asked) == 1, "it was said more than once"


def dribbles(line: socket.socket) -> None:
    """Begin an answer, and never come to the end of its head."""
    with suppress(OSError):
        line.sendall(b"HTTP/1.1 200 X\r\n")
        for number in range(100):
            line.sendall(f"X-{number}: and so on\r\n".encode())
            time.sleep(0.05)


def test_nobody_waits_for_an_answer_whose_head_has_no_end(desk: Desk) -> None:
    desk.ways = [dribbles]
    client = to_client("xoxb-1", desk.api, longest=0.3)
    began = time.monotonic()
    with pytest.raises(DeliveryError) as raised:
        Calls(client=client, workspace="slack:T1").post(Post(to=HERE, text="x"), key="k")
    assert raised.value.may_have_arrived
    assert time.monotonic() - began < 2


def test_a_line_that_never_was_is_tried_again(desk: Desk) -> None:
    with socket.create_server(("127.0.0.1", 0)) as nobody:
        closed = f"http://127.0.0.1:{nobody.getsockname()[1]}/api/"
    for api in (closed, "http://nowhere.invalid/api/", desk.api.replace("http:", "https:")):
        calls = Calls(client=to_client("xoxb-1", api, reading=1), workspace="slack:T1")
        with pytest.raises(DeliveryError, match="can't be reached") as failed:
            calls.post(SAID, key="k")
        assert failed.value.retry_in == SOON
        assert not failed.value.may_have_arrived


def test_nobody_waits_longer_than_three_seconds_for_a_line() -> None:
    full = socket.socket()
    full.bind(("127.0.0.1", 0))
    full.listen(0)
    waiting = [socket.socket() for _ in range(4)]
    for one in waiting:  # whoever comes now is neither let in nor sent away
        one.setblocking(False)
        one.connect_ex(full.getsockname())
    api = f"http://127.0.0.1:{full.getsockname()[1]}/api/"
    calls = Calls(client=to_client("xoxb-1", api), workspace="slack:T1")
    began = time.monotonic()
    with pytest.raises(DeliveryError, match="can't be reached") as failed:
        calls.post(SAID, key="k")
    assert failed.value.retry_in == SOON
    assert 2.5 < time.monotonic() - began < 6
    for one in (*waiting, full):
        one.close()


AGAIN: list[Callable[[Calls], object]] = [
    pytest.param(lambda calls: calls.update("C1/1.000002", SAID), id="a change"),
    pytest.param(lambda calls: calls.delete("C1/1.000002", HERE), id="taking back"),
    pytest.param(lambda calls: calls.show(Home(member=ADA, parts=(SAID,))), id="the own page"),
    pytest.param(lambda calls: calls.find(HERE, key="k", since=SINCE), id="a search"),
]


@pytest.mark.parametrize("call", AGAIN)
@pytest.mark.parametrize("way", [hangs_up, says(b"", 503), refuses("internal_error")])
def test_what_does_no_harm_twice_is_done_again(
    desk: Desk, calls: Calls, call: Callable[[Calls], object], way: Way
) -> None:
    desk.ways = [way]
    with pytest.raises(DeliveryError) as failed:
        call(calls)
    assert failed.value.retry_in == SOON
    assert not failed.value.may_have_arrived


@pytest.mark.parametrize("call", AGAIN)
def test_what_slack_refuses_is_refused(
    desk: Desk, calls: Calls, call: Callable[[Calls], object]
) -> None:
    desk.ways = [refuses("missing_scope", needed="x")]
    with pytest.raises(DeliveryError, match="manifest") as failed:
        call(calls)
    assert failed.value.retry_in is None


def test_a_change_takes_the_place_of_what_was_there_and_keeps_its_key(
    desk: Desk, calls: Calls
) -> None:
    calls.update("C1/1746418574.223589", SAID)
    (sent,) = desk.got("chat.update")
    assert (sent["channel"], sent["ts"], sent["text"]) == ("C1", "1746418574.223589", "Hello")
    assert "metadata" not in sent


def test_what_is_taken_back_may_be_gone_already(desk: Desk, calls: Calls) -> None:
    desk.ways = [says({"ok": True}), refuses("message_not_found")]
    calls.delete("D9/1.000002", ADA)
    calls.delete("D9/1.000002", ADA)
    assert desk.got("chat.delete") == [{"channel": "D9", "ts": "1.000002"}] * 2


def test_no_message_in_slack_is_changed_by_another_platforms_name(calls: Calls) -> None:
    for name in ("", "console:1", "C1", "C1/now", "C1/1.2/3"):
        with pytest.raises(DeliveryError, match="no message in Slack"):
            calls.update(name, SAID)


def test_another_workspaces_people_and_channels_are_never_spoken_to(
    desk: Desk, calls: Calls
) -> None:
    there = ChannelId("slack:T2/C1")
    stranger = MemberId("slack:T2/U2")
    form = Form(name="a.b", title="t", fields=(), submit="s")
    for call in (
        lambda: calls.post(Post(to=there, text="a"), key="k"),
        lambda: calls.post(Post(to=HERE, text="a", only_for=stranger), key="k"),
        lambda: calls.update("C1/1.000002", Post(to=there, text="a")),
        lambda: calls.delete("C1/1.000002", there),
        lambda: calls.show(Home(member=stranger, parts=())),
        lambda: calls.open(form, member=stranger, trigger="1"),
        lambda: calls.find(there, key="k", since=SINCE),
    ):
        with pytest.raises(DeliveryError, match="no voice in slack:T2"):
            call()
    assert desk.asked == []


def test_a_form_opens_by_its_permit_and_carries_where_it_was_asked_for(
    desk: Desk, calls: Calls
) -> None:
    form = Form(
        name="a.b", title="T", fields=(Field(name="f", label="L"),), submit="S", context="c"
    )
    calls.open(form, member=ADA, trigger="1.2.abc slack:T1/C1")
    (sent,) = desk.got("views.open")
    assert sent["trigger_id"] == "1.2.abc"
    view = sent["view"]
    assert isinstance(view, dict)
    assert json.loads(view["private_metadata"]) == {"context": "c", "channel": "slack:T1/C1"}


ROUND = "We watch <@U9> make tea, see <https://a.example/tea|the list> &amp; *then* decide. "


@pytest.mark.parametrize(
    ("way", "begins"),
    [
        pytest.param(
            says({"ok": True, "messages": [{"ts": "1.000002", "user": "U2", "text": ROUND * 5}]}),
            " ".join(["We watch make tea, see the list & then decide."] * 5),
            id="with their own words, as people read them",
        ),
        pytest.param(
            says({"ok": True, "messages": [{"ts": "1.000002", "user": "U2", "text": ROUND * 9}]}),
            " ".join(["We watch make tea, see the list & then decide."] * 6),
            id="and no more sentences than fit",
        ),
        pytest.param(
            says({"ok": True, "messages": [{"ts": "1.000002", "user": "U2", "text": "tea " * 99}]}),
            "tea " * 73 + "tea…",
            id="or words, where no sentence ends",
        ),
        pytest.param(
            says({"ok": True, "messages": [{"ts": "1.000002", "user": "U1", "text": "tea"}]}),
            None,
            id="nobody else's",
        ),
        pytest.param(
            says({"ok": True, "messages": [{"ts": "1.000001", "user": "U2", "text": "tea"}]}),
            None,
            id="no other message's",
        ),
        pytest.param(refuses("thread_not_found"), None, id="nothing, where it is gone"),
        pytest.param(stalls, None, id="nothing, where Slack takes its time"),
    ],
)
def test_a_form_begins_with_what_they_wrote(
    desk: Desk, calls: Calls, way: Way, begins: str | None
) -> None:
    desk.ways = [way]
    words = Field(name="f", label="L", of="slack:T1/C1/1000002")
    asked = Form(name="a.b", title="T", fields=(words,), submit="S")
    calls.open(asked, member=ADA, trigger="1.2.abc slack:T1/C1")
    assert desk.got("conversations.replies") == [{"channel": "C1", "ts": "1.000002", "limit": "1"}]
    (sent,) = desk.got("views.open")
    view = sent["view"]
    assert isinstance(view, dict)
    assert view["blocks"][0]["element"].get("initial_value") == begins


@pytest.mark.parametrize(
    ("way", "may_have_arrived", "why"),
    [
        pytest.param(refuses("expired_trigger_id"), False, "ask again", id="too late"),
        pytest.param(refuses("exchanged_trigger_id"), False, "already", id="twice"),
        pytest.param(hangs_up, True, "lost", id="nobody knows"),
    ],
)
def test_a_form_that_does_not_open_is_not_tried_again(
    desk: Desk, calls: Calls, way: Way, may_have_arrived: bool, why: str
) -> None:
    desk.ways = [way]
    form = Form(name="a.b", title="t", fields=(), submit="s")
    with pytest.raises(DeliveryError, match=why) as failed:
        calls.open(form, member=ADA, trigger="1")
    assert failed.value.retry_in is None
    assert failed.value.may_have_arrived == may_have_arrived


def test_the_own_page_is_put_before_its_reader(desk: Desk, calls: Calls) -> None:
    calls.show(Home(member=ADA, parts=(Post(to=ADA, text="Hello"),)))
    (sent,) = desk.got("views.publish")
    assert sent["user_id"] == "U2"
    assert isinstance(sent["view"], dict)
    assert sent["view"]["type"] == "home"


def kept(ts: str, key: object = None, kind: str = "animateur_post") -> Json:
    return {
        "type": "message",
        "ts": ts,
        "metadata": {"event_type": kind, "event_payload": {"key": key}},
    }


def test_a_post_is_found_by_its_key_page_after_page(desk: Desk, calls: Calls) -> None:
    first = [{"type": "message", "ts": "9.0"}, kept("8.0", "other"), kept("7.0", "k", "someones")]
    desk.ways = [
        says(
            {
                "ok": True,
                "messages": first,
                "has_more": True,
                "response_metadata": {"next_cursor": "bmV4dA=="},
            }
        ),
        says({"ok": True, "messages": [kept("6.000001", "k")], "has_more": False}),
    ]
    assert calls.find(HERE, key="k", since=SINCE) == "C1/6.000001"
    first_page, second_page = desk.got("conversations.history")
    assert first_page == {
        "channel": "C1",
        "oldest": "1772442000.000005",
        "inclusive": "1",
        "include_all_metadata": "1",
        "limit": "200",
    }
    assert second_page == first_page | {"cursor": "bmV4dA=="}


def test_a_post_that_was_never_made_is_not_found(desk: Desk, calls: Calls) -> None:
    desk.ways = [says({"ok": True, "messages": [kept("8.0", "other"), "?"], "has_more": False})]
    assert calls.find(HERE, key="k", since=SINCE) is None


def test_nobody_says_that_a_post_is_missing_who_has_not_seen_everything(
    desk: Desk, calls: Calls
) -> None:
    desk.ways = [says({"ok": True, "messages": [], "has_more": True})]
    with pytest.raises(DeliveryError, match="more in that channel"):
        calls.find(HERE, key="k", since=SINCE)


@pytest.mark.parametrize("to", [ADA, TALK])
def test_nobody_can_tell_what_was_said_between_two(desk: Desk, calls: Calls, to: ChannelId) -> None:
    with pytest.raises(DeliveryError, match="may not read"):
        calls.find(to, key="k", since=SINCE)
    assert desk.asked == []


@pytest.fixture
def chart() -> Image:
    weeks = tuple((date(2026, 3, 2) + timedelta(weeks=n), 9 + n) for n in range(5))
    return Image(chart=RunChart(title="Weeks", weeks=weeks), alt="Five weeks")


def sends_file(desk: Desk) -> list[Way]:
    return [
        says({"ok": True, "file_id": "F1", "upload_url": desk.api + "upload"}),
        says(b"OK - 8"),
        says({"ok": True, "files": [{"id": "F1", "title": "Picture"}]}),
    ]


def pictured(sent: Json) -> object:
    blocks = sent["blocks"]
    assert isinstance(blocks, list)
    return blocks[1]


WORDS = {
    "type": "rich_text",
    "elements": [
        {
            "type": "rich_text_section",
            "elements": [{"type": "text", "text": "Picture: Five weeks"}],
        }
    ],
}


def test_a_picture_is_sent_first_and_shown_once_slack_has_it(
    desk: Desk, calls: Calls, chart: Image
) -> None:
    desk.ways = [*sends_file(desk), refuses("invalid_blocks"), POSTED]
    calls.post(Post(to=HERE, text="Hello", image=chart), key="k")
    assert [name for name, _ in desk.asked] == [
        "files.getUploadURLExternal",
        "upload",
        "files.completeUploadExternal",
        *["chat.postMessage"] * 2,
    ]
    (asked,) = desk.got("files.getUploadURLExternal")
    assert (asked["length"], asked["alt_txt"]) == (f"{len(png(chart.chart))}", "Five weeks")
    assert pictured(desk.asked[-1][1]) == {
        "type": "image",
        "alt_text": "Five weeks",
        "slack_file": {"id": "F1"},
    }


@pytest.mark.parametrize(
    "ways",
    [
        pytest.param([refuses("missing_scope", needed="files:write")], id="it may send none"),
        pytest.param([refuses("file_uploads_disabled")], id="nobody may"),
    ],
)
def test_words_stand_in_for_a_picture_that_cannot_be_sent(
    desk: Desk, calls: Calls, chart: Image, ways: list[Way]
) -> None:
    desk.ways = [*ways, POSTED]
    calls.post(Post(to=HERE, text="Hello", image=chart), key="k")
    assert pictured(desk.asked[-1][1]) == WORDS


@pytest.mark.parametrize(
    ("way", "retry_in"),
    [
        pytest.param(says({}, 429, Retry_After="17"), PAUSE, id="too often"),
        pytest.param(hangs_up, SOON, id="a lost answer"),
    ],
)
def test_a_post_waits_for_its_picture_where_slack_is_busy(
    desk: Desk, calls: Calls, chart: Image, way: Way, retry_in: timedelta
) -> None:
    desk.ways = [way]
    with pytest.raises(DeliveryError) as failed:
        calls.post(Post(to=HERE, text="Hello", image=chart), key="k")
    assert failed.value.retry_in == retry_in
    assert not failed.value.may_have_arrived
    assert desk.got("chat.postMessage") == []
