"""What comes through the gate is Slack's own; everything else is refused before it is read."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Coroutine, Iterator, Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from slack_sdk.signature import SignatureVerifier

from bot.platforms.slack.gate import DRAINED, LARGEST, PATHS, Answer, Gate, Signed
from bot.platforms.slack.http import HEAD_SIZE, Listener, pages

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
STAMP = str(int(NOW.timestamp()))
SECRET = "8f742231b10e8888abcd99yyyzzz85a5"
JSON = "application/json"
FORM = "application/x-www-form-urlencoded"
ALLOWED = {200, 400, 401, 404, 405, 413, 415, 503}


class Doorstep:
    """A gate behind a real server, and all that came through it."""

    def __init__(self, *, patience: int = 5) -> None:
        self.came: list[Signed] = []
        self.now = NOW
        self.answer = Answer()
        self.is_broken = False
        self.is_well = True
        self.gate = Gate(
            pages(lambda: self.is_well),
            self.take,
            secret=SECRET,
            clock=lambda: self.now,
            most_remembered=3,
        )
        self.listener = Listener(self.gate, host="127.0.0.1", port=0, patience=patience)
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self.loop.run_forever)
        self.thread.start()
        self.run(self.listener.open())

    async def take(self, signed: Signed) -> Answer:
        if self.is_broken:
            raise RuntimeError("what it says could be somebody's words")
        self.came.append(signed)
        return self.answer

    def run(self, what: Coroutine[None, None, None]) -> None:
        asyncio.run_coroutine_threadsafe(what, self.loop).result(10)

    def close(self) -> None:
        self.run(self.listener.close())
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join()
        self.loop.close()

    def connect(self) -> socket.socket:
        return socket.create_connection(("127.0.0.1", self.listener.port), timeout=5)

    def raw(self, *parts: bytes) -> bytes:
        """Send *parts* as they are, and return all that is answered until the other end closes."""
        with self.connect() as connection:
            with suppress(OSError):  # refused while we still spoke
                for part in parts:
                    connection.sendall(part)
            answer = b""
            with suppress(ConnectionResetError):
                while chunk := connection.recv(65536):
                    answer += chunk
            return answer

    def send(
        self,
        body: bytes = b"{}",
        *,
        method: str = "POST",
        path: str = "/slack/events",
        headers: Mapping[str, str | bytes] | None = None,
    ) -> int:
        """The status of a request that is signed, unless *headers* say otherwise."""
        claims = signed(body) | dict(headers or {})
        return status(self.raw(request(body, claims, method=method, path=path)))


def request(
    body: bytes,
    claims: dict[str, str | bytes],
    *,
    method: str = "POST",
    path: str = "/slack/events",
) -> bytes:
    """The bytes of a request, after which the connection is to be closed."""
    head = f"{method} {path} HTTP/1.1\r\nhost: x\r\n".encode()
    for name, value in ({"connection": "close"} | claims).items():
        head += name.encode() + b": "
        head += (value if isinstance(value, bytes) else value.encode()) + b"\r\n"
    return head + b"\r\n" + body


def status(answer: bytes) -> int:
    return int(answer.split(b" ", 2)[1])


def signature(body: bytes, *, stamp: str = STAMP, secret: str = SECRET) -> str:
    """The signature of *body*, made by Slack's own library rather than by ours."""
    made = SignatureVerifier(secret).generate_signature(timestamp=stamp, body=body)
    assert made is not None
    return made


def signed(body: bytes, *, stamp: str = STAMP, secret: str = SECRET) -> dict[str, str | bytes]:
    """The headers of a request that Slack signed."""
    return {
        "x-slack-request-timestamp": stamp,
        "x-slack-signature": signature(body, stamp=stamp, secret=secret),
        "content-type": JSON,
        "content-length": str(len(body)),
    }


@pytest.fixture(scope="module")
def served() -> Iterator[Doorstep]:
    doorstep = Doorstep(patience=1)
    yield doorstep
    doorstep.close()


@pytest.fixture
def doorstep(served: Doorstep) -> Doorstep:
    served.came.clear()
    served.gate.taken.clear()
    served.now = NOW
    served.answer = Answer()
    served.is_broken = False
    served.is_well = True
    return served


@pytest.mark.parametrize("path", sorted(PATHS))
def test_what_slack_signed_comes_through_to_the_byte(doorstep: Doorstep, path: str) -> None:
    body = '{"text": "ünï \0 and a second\\r\\n line"}'.encode()

    assert doorstep.send(body, path=path) == 200
    assert doorstep.came == [Signed(body, is_form=False)]


def test_a_form_comes_through_as_a_form(doorstep: Doorstep) -> None:
    body = b"command=%2Fnet&text=ask"

    assert doorstep.send(body, headers={"content-type": f"{FORM}; charset=utf-8"}) == 200
    assert doorstep.came == [Signed(body, is_form=True)]


def test_an_answer_reaches_its_asker(doorstep: Doorstep) -> None:
    doorstep.answer = Answer(200, b'{"response_action":"clear"}', b"application/json")

    answer = doorstep.raw(request(b"{}", signed(b"{}"), path="/slack/interactions"))

    assert answer.endswith(b'\r\n\r\n{"response_action":"clear"}')
    assert b"content-type: application/json" in answer


# Who signed it, and when


@pytest.mark.parametrize(
    ("headers", "answered"),
    [
        pytest.param({"x-slack-signature": ""}, 401, id="no signature"),
        pytest.param({"x-slack-signature": "v0="}, 401, id="an empty signature"),
        pytest.param({"x-slack-signature": "v0=" + "0" * 64}, 401, id="a wrong signature"),
        pytest.param({"x-slack-signature": "v0=" + "0" * 9999}, 401, id="a long signature"),
        pytest.param({"x-slack-signature": "v0=ü".encode()}, 401, id="a signature not in ASCII"),
        pytest.param({"x-slack-signature": b"v0=\xff\xfe"}, 401, id="a signature not in UTF-8"),
        pytest.param({"x-slack-request-timestamp": ""}, 401, id="no time"),
        pytest.param({"x-slack-request-timestamp": "abc"}, 401, id="a time that is none"),
        pytest.param({"x-slack-request-timestamp": "1e9"}, 401, id="a time as a float"),
        pytest.param({"x-slack-request-timestamp": "-1"}, 401, id="a time before 1970"),
        pytest.param({"x-slack-request-timestamp": "９".encode()}, 401, id="a full-width digit"),
        pytest.param({"x-slack-request-timestamp": "9" * 5000}, 401, id="a time of 5,000 digits"),
        pytest.param({"x-slack-request-timestamp": f"  {STAMP}"}, 200, id="spaces before the time"),
        pytest.param({"content-type": "text/plain"}, 415, id="plain text"),
        pytest.param({"content-type": "multipart/form-data; boundary=x"}, 415, id="several parts"),
        pytest.param({"content-type": ""}, 415, id="of no kind"),
        pytest.param({"content-type": "application/jsonx"}, 415, id="a kind that begins alike"),
        pytest.param({"content-type": "APPLICATION/JSON ; x=y"}, 200, id="a kind in capitals"),
        pytest.param({"content-encoding": "gzip"}, 415, id="compressed"),
        pytest.param({"x-slack-retry-num": "1"}, 200, id="a second try"),
        pytest.param({"x-padding": "x" * 30_000}, 200, id="a large head"),
        pytest.param({"expect": "100-continue"}, 200, id="asks before it sends"),
        pytest.param({"upgrade": "websocket", "connection": "upgrade"}, 401, id="an upgrade"),
    ],
)
def test_a_request_with_other_headers_is_judged_by_them(
    doorstep: Doorstep, headers: dict[str, str | bytes], answered: int
) -> None:
    answer = doorstep.raw(request(b"{}", signed(b"{}") | headers))
    answer = answer.removeprefix(b"HTTP/1.1 100 Continue\r\n\r\n")

    assert status(answer) == answered
    assert len(doorstep.came) == (answered == 200)


@pytest.mark.parametrize("name", sorted(signed(b"")))
def test_a_header_that_is_missing_is_not_guessed(doorstep: Doorstep, name: str) -> None:
    claims = signed(b"{}")
    del claims[name]

    answer = doorstep.raw(request(b"{}", claims))

    assert status(answer) in (400, 401, 415)
    assert doorstep.came == []


@pytest.mark.parametrize("name", ["x-slack-signature", "x-slack-request-timestamp", "content-type"])
def test_a_header_that_comes_twice_counts_as_none(doorstep: Doorstep, name: str) -> None:
    claims = signed(b"{}")

    answer = doorstep.raw(request(b"{}", claims | {name.upper(): claims[name]}))

    assert status(answer) in (401, 415)
    assert doorstep.came == []


def test_the_signature_of_upper_case_or_another_version_is_none(doorstep: Doorstep) -> None:
    signature = str(signed(b"{}")["x-slack-signature"])

    for forged in (
        signature.upper(),
        signature.replace("v0=", "v1="),
        signature[3:],
        signature[:-1],
    ):
        assert doorstep.send(headers={"x-slack-signature": forged}) == 401


def test_what_another_secret_signed_is_not_slacks(doorstep: Doorstep) -> None:
    assert doorstep.send(headers=signed(b"{}", secret="another")) == 401


def test_a_signature_holds_for_its_own_body_alone(doorstep: Doorstep) -> None:
    assert (
        doorstep.send(b"[]", headers={"x-slack-signature": signed(b"{}")["x-slack-signature"]})
        == 401
    )


@pytest.mark.parametrize(
    ("late", "answered"),
    [
        pytest.param(-301, 401, id="five minutes early and a second"),
        pytest.param(-300, 200, id="five minutes early"),
        pytest.param(299, 200, id="nearly five minutes old"),
        pytest.param(300, 200, id="five minutes old"),
        pytest.param(301, 401, id="five minutes old and a second"),
    ],
)
def test_what_was_signed_long_ago_or_in_times_to_come_is_refused(
    doorstep: Doorstep, late: int, answered: int
) -> None:
    doorstep.now = NOW + timedelta(seconds=late)

    assert doorstep.send() == answered


def test_an_empty_secret_is_none() -> None:
    with pytest.raises(ValueError, match="secret"):
        Gate(pages(lambda: True), Doorstep.take, secret="", clock=lambda: NOW)  # type: ignore[arg-type]


# The same again


def test_a_copy_of_what_was_taken_is_answered_and_not_taken(doorstep: Doorstep) -> None:
    assert [doorstep.send(b'{"a":1}') for _ in range(3)] == [200, 200, 200]
    assert len(doorstep.came) == 1


def test_what_failed_is_taken_when_the_very_same_comes_again(doorstep: Doorstep) -> None:
    doorstep.answer = Answer(503)
    assert doorstep.send() == 503

    doorstep.answer = Answer()
    assert doorstep.send() == 200
    assert len(doorstep.came) == 2


def test_what_was_answered_with_more_than_yes_is_asked_again(doorstep: Doorstep) -> None:
    doorstep.answer = Answer(200, b'{"response_action":"errors"}', b"application/json")

    doorstep.send()
    doorstep.send()

    assert len(doorstep.came) == 2


def test_a_signature_is_forgotten_once_it_is_too_old_to_be_used(doorstep: Doorstep) -> None:
    doorstep.send()
    doorstep.now = NOW + timedelta(seconds=601)

    later = str(int(doorstep.now.timestamp()))
    doorstep.send(headers=signed(b"{}", stamp=later))

    assert list(doorstep.gate.taken) == [
        str(signed(b"{}", stamp=later)["x-slack-signature"]).encode()
    ]


def test_no_more_is_remembered_than_fits(doorstep: Doorstep) -> None:
    for number in range(5):
        doorstep.send(b"%d" % number)

    assert len(doorstep.gate.taken) == 3


# What isn't a request of Slack's


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "HEAD", "OPTIONS", "PATCH", "TRACE"])
def test_only_posting_is_possible(doorstep: Doorstep, method: str) -> None:
    assert doorstep.send(method=method) == 405
    assert doorstep.came == []


@pytest.mark.parametrize(
    "path",
    [
        pytest.param("/", id="the root"),
        pytest.param("/slack/events/", id="a slash too many"),
        pytest.param("/slack/%2e%2e/etc", id="somewhere above"),
        pytest.param("/SLACK/EVENTS", id="in capitals"),
        pytest.param("/slack/events%00", id="with a NUL"),
    ],
)
def test_other_paths_lead_nowhere(doorstep: Doorstep, path: str) -> None:
    assert doorstep.send(path=path) == 404
    assert doorstep.came == []


def test_a_watcher_is_told_whether_all_is_well(doorstep: Doorstep) -> None:
    assert doorstep.send(b"", method="GET", path="/healthy") == 200

    doorstep.is_well = False
    assert doorstep.send(b"", method="GET", path="/healthy") == 503


def test_slacks_look_at_the_certificate_is_answered_unsigned_and_leads_nowhere(
    doorstep: Doorstep,
) -> None:
    unsigned = {"x-slack-signature": "", "content-type": FORM}

    assert doorstep.send(b"ssl_check=1&token=x", headers=unsigned) == 200
    assert doorstep.send(b"", method="GET", path="/slack/commands?ssl_check=1") == 200
    assert doorstep.send(b"ssl_check=11&token=x", headers=unsigned) == 401
    assert doorstep.came == []


def test_a_failure_behind_the_gate_asks_slack_to_come_again(doorstep: Doorstep) -> None:
    doorstep.is_broken = True
    assert doorstep.send() == 503

    doorstep.is_broken = False
    assert doorstep.send() == 200


# Size and time


@pytest.mark.parametrize(
    ("size", "answered"),
    [
        pytest.param(0, 200, id="nothing"),
        pytest.param(LARGEST, 200, id="as large as may be"),
        pytest.param(LARGEST + 1, 413, id="a byte more"),
        pytest.param(10 * LARGEST, 413, id="ten times that"),
    ],
)
def test_a_body_has_a_largest_size(doorstep: Doorstep, size: int, answered: int) -> None:
    assert doorstep.send(b" " * size) == answered
    assert len(doorstep.came) == (answered == 200)


def test_a_body_that_is_announced_far_too_large_is_not_waited_for(doorstep: Doorstep) -> None:
    head = b"POST /slack/events HTTP/1.1\r\ncontent-length: %d\r\n\r\n" % (DRAINED + 1)

    assert status(doorstep.raw(head)) == 413


def chunked(body: bytes, size: int) -> bytes:
    pieces = [body[at : at + size] for at in range(0, len(body), size)]
    return b"".join(b"%x\r\n%s\r\n" % (len(each), each) for each in pieces) + b"0\r\n\r\n"


@pytest.mark.parametrize(
    ("body", "answered"),
    [
        pytest.param(b'{"in": "pieces"}', 200, id="small"),
        pytest.param(b" " * (LARGEST + 1), 413, id="too large, and never says so"),
    ],
)
def test_a_body_in_chunks_is_judged_as_a_whole(
    doorstep: Doorstep, body: bytes, answered: int
) -> None:
    claims = signed(body) | {"transfer-encoding": "chunked"}
    del claims["content-length"]

    answer = doorstep.raw(request(b"", claims), chunked(body, 5 if len(body) < 99 else 65_536))

    assert status(answer) == answered
    assert [each.body for each in doorstep.came] == [body] * (answered == 200)


def test_a_body_that_trickles_in_is_given_up(doorstep: Doorstep) -> None:
    with doorstep.connect() as connection:
        connection.sendall(b"POST /slack/events HTTP/1.1\r\ncontent-length: 9\r\n\r\n{")
        assert status(connection.recv(999)) == 400
        assert connection.recv(999) == b""


def test_a_body_whose_sender_goes_away_is_forgotten(doorstep: Doorstep) -> None:
    with doorstep.connect() as connection:
        connection.sendall(b"POST /slack/events HTTP/1.1\r\ncontent-length: 9\r\n\r\n{")

    assert doorstep.send() == 200
    assert len(doorstep.came) == 1


def test_a_head_that_trickles_in_is_given_up() -> None:
    doorstep = Doorstep(patience=1)
    try:
        with doorstep.connect() as silent, doorstep.connect() as slow:
            slow.sendall(b"POST /slack/ev")
            assert status(slow.recv(999)) == 400
            assert slow.recv(999) == b""
            assert silent.recv(999) == b""
    finally:
        doorstep.close()


def test_a_head_without_an_end_is_given_up(doorstep: Doorstep) -> None:
    endless = b"x-more: " + b"x" * 50_000 + b"\r\n"

    answer = doorstep.raw(b"POST /slack/events HTTP/1.1\r\n", *[endless] * 12)

    assert answer == b"" or status(answer) == 400
    assert 12 * len(endless) > HEAD_SIZE


def test_several_requests_in_one_breath_are_answered_one_by_one(doorstep: Doorstep) -> None:
    numbers = [b"0", b"1", b"2", b"3"]
    several = [request(each, signed(each) | {"connection": "keep-alive"}) for each in numbers]

    answer = doorstep.raw(b"".join(several) + request(b"4", signed(b"4")))

    assert answer.count(b"HTTP/1.1 200") == 5
    assert [each.body for each in doorstep.came] == [b"0", b"1", b"2", b"3", b"4"]


# Bytes that are no HTTP


@pytest.mark.parametrize(
    "garbage",
    [
        pytest.param(b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", id="TLS"),
        pytest.param(b"GET\r\n\r\n", id="a line too short"),
        pytest.param(b"POST /slack/events HTTP/9.9\r\n\r\n", id="a version to come"),
        pytest.param(b"POST /slack/\xff\xfe HTTP/1.1\r\n\r\n", id="a path not in ASCII"),
        pytest.param(b"CONNECT evil:443 HTTP/1.1\r\n\r\n", id="a proxy's"),
        pytest.param(b"POST * HTTP/1.1\r\n\r\n", id="a path that is none"),
        pytest.param(b"POST /slack/events HTTP/1.1\r\nno colon\r\n\r\n", id="a broken header"),
        pytest.param(
            b"POST /slack/events HTTP/1.1\r\ncontent-length: -1\r\n\r\n", id="a negative length"
        ),
        pytest.param(
            b"POST /slack/events HTTP/1.1\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nxx",
            id="two lengths",
        ),
        pytest.param(
            b"POST /slack/events HTTP/1.1\r\ncontent-length: 99999999999999999999999\r\n\r\n",
            id="a length of 23 digits",
        ),
        pytest.param(
            b"POST /slack/events HTTP/1.1\r\ncontent-length: 3\r\n"
            b"transfer-encoding: chunked\r\n\r\n0\r\n\r\n",
            id="a length, and chunks",
        ),
        pytest.param(
            b"POST /slack/events HTTP/1.1\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n\r\n",
            id="a chunk of no size",
        ),
        pytest.param(
            b"POST /slack/events HTTP/1.1\r\nx: a\r\n b\r\n\r\n", id="a header on two lines"
        ),
        pytest.param(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", id="HTTP 2"),
    ],
)
def test_what_is_no_request_is_refused(doorstep: Doorstep, garbage: bytes) -> None:
    answer = doorstep.raw(garbage)

    assert status(answer) in ALLOWED - {200, 503}
    assert doorstep.came == []


@settings(max_examples=200, deadline=None)
@given(body=st.binary(max_size=200), head=st.binary(max_size=80), garbage=st.booleans())
def test_nothing_unsigned_comes_through_and_nothing_breaks(
    served: Doorstep, body: bytes, head: bytes, garbage: bool
) -> None:
    served.came.clear()
    start = b"" if garbage else b"POST /slack/events HTTP/1.1\r\nconnection: close\r\nx-slack-"

    answer = served.raw(start + head + b"\r\n\r\n" + body)

    assert answer == b"" or status(answer) in ALLOWED - {200, 503}
    assert served.came == []


def test_stopping_lets_those_inside_finish() -> None:
    doorstep = Doorstep(patience=3)
    with doorstep.connect() as connection:
        connection.sendall(request(b"{", signed(b"{}")))
        while not doorstep.listener.server.server_state.tasks:
            pass  # it is on its way

        closing = asyncio.run_coroutine_threadsafe(doorstep.listener.close(), doorstep.loop)
        connection.sendall(b"}")

        assert status(connection.recv(999)) == 200
        closing.result(10)
    doorstep.loop.call_soon_threadsafe(doorstep.loop.stop)
    doorstep.thread.join()
    doorstep.loop.close()
