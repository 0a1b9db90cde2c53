"""The gate in front of Slack's HTTP requests: nothing is parsed of what Slack didn't sign.

It judges raw bytes only: path, method, size, kind, signature, age, and whether the very same
request was taken before (https://docs.slack.dev/authentication/verifying-requests-from-slack/).
It answers 200, 400, 401, 404, 405, 413, 415 or 503, and nothing else.
"""

from __future__ import annotations

import hmac
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from typing import NamedTuple

import structlog
from starlette.types import ASGIApp, Receive, Scope, Send

from bot.ports import Clock

log = structlog.get_logger()

PATHS = frozenset({"/slack/events", "/slack/commands", "/slack/interactions"})
"""Where Slack may send; any of them takes anything that Slack sends."""

LARGEST = 1_000_000
"""Bytes; what Slack sends stays far below."""

DRAINED = 16 * LARGEST
"""Bytes read of a body that is too large, so that its sender hears why it was refused."""

OLDEST = 300
"""Seconds between signing and arriving, either way: clocks differ."""

REMEMBERED = 50_000
"""Signatures kept: as many as ten times Slack's ceiling brings while they can be valid."""

FORM = b"application/x-www-form-urlencoded"
KINDS = (b"application/json", FORM)


class Answer(NamedTuple):
    """What Slack is told: a status, and what it may read."""

    status: int = 200
    body: bytes = b""
    kind: bytes = b"text/plain; charset=utf-8"


class Signed(NamedTuple):
    """A body that Slack itself signed, and whether it is a form rather than JSON."""

    body: bytes
    is_form: bool


Take = Callable[[Signed], Awaitable[Answer]]


class Refused(Exception):
    """A request that goes no further, and the status that says why."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


_SAID = frozenset(
    (
        b"content-length",
        b"content-type",
        b"content-encoding",
        b"x-slack-request-timestamp",
        b"x-slack-signature",
    )
)


class _Claims:
    """What the head of a request says of its body; said twice, a thing counts as unsaid."""

    __slots__ = ("encoding", "kind", "length", "signature", "stamp")

    def __init__(self, scope: Scope) -> None:
        found: dict[bytes, bytes] = {}
        for name, value in scope["headers"]:
            if name in _SAID:
                found[name] = b"" if name in found else value
        self.length = found.get(b"content-length", b"0")
        self.kind = found.get(b"content-type", b"").partition(b";")[0].strip().lower()
        self.encoding = found.get(b"content-encoding", b"identity")
        self.stamp = found.get(b"x-slack-request-timestamp", b"")
        self.signature = found.get(b"x-slack-signature", b"")


class Gate:
    """An ASGI app: Slack's paths lead to *take* when all is well, all others to *rest*.

    That a body doesn't take for ever to arrive is left to the server (`http.Hurried`).

    Raises:
        ValueError: the secret is empty, so anybody could sign.
    """

    def __init__(
        self,
        rest: ASGIApp,
        take: Take,
        *,
        secret: str,
        clock: Clock,
        most_remembered: int = REMEMBERED,
    ) -> None:
        if not secret:
            raise ValueError("Slack's signing secret is empty.")
        self.rest = rest
        self.take = take
        self.secret = secret.encode()
        self.clock = clock
        self.most_remembered = most_remembered
        self.taken: OrderedDict[bytes, float] = OrderedDict()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http" or scope["path"] not in PATHS:
            await self.rest(scope, receive, send)
            return
        try:
            answer = await self._serve(scope, receive)
        except Refused as refusal:
            answer = Answer(refusal.status)
        except Exception:
            log.exception("slack.request_failed")
            answer = Answer(503)
        await _send(answer, send)

    async def _serve(self, scope: Scope, receive: Receive) -> Answer:
        if scope["method"] != "POST":
            if scope["method"] == "GET" and b"ssl_check=1" in scope["query_string"].split(b"&"):
                return Answer()
            raise Refused(405)
        claims = _Claims(scope)
        body = await self._read(claims, receive)
        is_form = claims.kind == FORM
        if is_form and b"ssl_check=1" in body.split(b"&", 9):
            return Answer()  # Slack tries our certificate; it doesn't sign that
        now = self.clock().timestamp()
        self._verify(claims, body, now)
        return await self._take_once(claims.signature, Signed(body, is_form), now)

    async def _read(self, claims: _Claims, receive: Receive) -> bytes:
        if not claims.length.isdigit():
            raise Refused(400)
        if int(claims.length[:18]) > DRAINED:
            raise Refused(413)
        body = await _body(receive)
        if claims.kind not in KINDS or claims.encoding != b"identity":
            raise Refused(415)
        return body

    def _verify(self, claims: _Claims, body: bytes, now: float) -> None:
        """Raise unless *body* was signed with our secret, and lately."""
        stamp = claims.stamp
        if not (stamp.isdigit() and len(stamp) <= 12):
            raise Refused(401)
        signed = hmac.digest(self.secret, b"v0:" + stamp + b":" + body, "sha256").hex()
        if not hmac.compare_digest(b"v0=" + signed.encode(), claims.signature):
            raise Refused(401)
        if abs(now - int(stamp)) > OLDEST:
            raise Refused(401)

    async def _take_once(self, signature: bytes, signed: Signed, now: float) -> Answer:
        """Take what is *signed*, unless it was taken already.

        Who has overheard a request may send it again while its signature is young. Such a copy
        could change nothing, for all events are handled once; it is answered as if taken, and
        not even stored. Only what was taken well is remembered: Slack's second try of what
        failed must get through, though it were the same to the byte.
        """
        while self.taken and next(iter(self.taken.values())) < now - 2 * OLDEST:
            self.taken.popitem(last=False)
        if signature in self.taken:
            return Answer()
        answer = await self.take(signed)
        if answer == Answer():
            self.taken[signature] = now
            if len(self.taken) > self.most_remembered:
                self.taken.popitem(last=False)
        return answer


async def _body(receive: Receive) -> bytes:
    """The whole body, which is read to its end even where it is too large to keep."""
    body = bytearray()
    seen = 0
    more = True
    while more and seen < DRAINED:
        message = await receive()
        if message["type"] != "http.request":
            raise Refused(400)  # its sender is gone
        chunk = message.get("body", b"")
        more = message.get("more_body", False)
        seen += len(chunk)
        if seen <= LARGEST:
            body += chunk
    if seen > LARGEST:
        raise Refused(413)
    return bytes(body)


async def _send(answer: Answer, send: Send) -> None:
    headers = [
        (b"content-type", answer.kind),
        (b"content-length", b"%d" % len(answer.body)),
    ]
    if answer.status == 405:
        headers.append((b"allow", b"POST"))
    if answer.status in (400, 413):
        headers.append((b"connection", b"close"))  # the rest of its body may still come
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})
    await send({"type": "http.response.body", "body": answer.body})
