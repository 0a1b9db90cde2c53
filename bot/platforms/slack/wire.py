"""Calls Slack's Web API, and knows of a call that failed whether it can have arrived.

slack_sdk's own client has one timeout for everything, follows redirects with the token in hand,
says of a failed connection what it says of a lost answer, and repeats a call whose answer was lost
(so that a post is there twice). This one connects in 3 seconds or not at all, repeats nothing, and
tells the two apart. `tests/platforms/slack/test_web.py` fails should slack_sdk stop asking it.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.client import HTTPConnection, HTTPResponse, HTTPSConnection, IncompleteRead
from socket import SHUT_RDWR, socket
from threading import Timer
from typing import Any
from urllib.request import (
    HTTPHandler,
    HTTPRedirectHandler,
    HTTPSHandler,
    ProxyHandler,
    Request,
    build_opener,
)

from slack_sdk import WebClient

CONNECTING = 3.0  # seconds
READING = 10  # seconds without a byte
LONGEST = 20.0  # seconds for an answer's head, and for its body
LARGEST = 16 * 1024 * 1024  # bytes of an answer

_quiet = logging.getLogger("animateur.slack.calls")
_quiet.setLevel(logging.CRITICAL)  # what goes wrong is told once, by who called; words never


class Unreached(Exception):
    """There was no connection to Slack: nothing can have arrived."""


class _Http(HTTPConnection):
    def __init__(self, *given: Any, longest: float = LONGEST, **more: Any) -> None:
        super().__init__(*given, **more)
        self.longest = longest

    def connect(self) -> None:
        """Connect in time, or say that nothing was sent."""
        reading, self.timeout = self.timeout, CONNECTING
        with _reaching():
            super().connect()
        self.sock.settimeout(reading)

    def getresponse(self) -> HTTPResponse:
        """The answer, once all of its head is there."""
        with _no_longer(self.sock, self.longest):
            return super().getresponse()


class _Https(_Http, HTTPSConnection):
    """The same, over TLS."""


@contextmanager
def _reaching() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise Unreached(error.strerror or type(error).__name__) from error


@contextmanager
def _no_longer(line: socket, seconds: float) -> Iterator[None]:
    """Close *line* after so long, however lively it is."""

    def close() -> None:
        with suppress(OSError):
            line.shutdown(SHUT_RDWR)

    alarm = Timer(seconds, close)
    alarm.daemon = True
    alarm.start()
    try:
        yield
    finally:
        alarm.cancel()


class _HttpHandler(HTTPHandler):
    def __init__(self, longest: float) -> None:
        super().__init__()
        self.longest = longest

    def http_open(self, req: Request) -> HTTPResponse:
        """Open a connection of ours."""
        return self.do_open(_Http, req, longest=self.longest)


class _HttpsHandler(HTTPSHandler):
    def __init__(self, longest: float) -> None:
        super().__init__()
        self.longest = longest

    def https_open(self, req: Request) -> HTTPResponse:
        """Open a connection of ours."""
        return self.do_open(_Https, req, longest=self.longest)


class _NoRedirects(HTTPRedirectHandler):
    def redirect_request(self, *_: object) -> None:
        """Follow nobody: the token would travel along."""


class _Client(WebClient):
    """slack_sdk's client on connections of ours; `longest` is for the head and for the body."""

    longest = LONGEST

    def _perform_urllib_http_request_internal(self, url: str, req: Request) -> dict[str, Any]:
        """Send *req*, for slack_sdk to make sense of the answer."""
        proxies = {"http": self.proxy, "https": self.proxy} if self.proxy else None
        opener = build_opener(
            ProxyHandler(proxies),
            _HttpHandler(self.longest),
            _HttpsHandler(self.longest),
            _NoRedirects,
        )
        with opener.open(req, timeout=self.timeout) as answer:
            body = _read(answer, self.longest).decode("utf-8", "replace")
            return {"status": answer.status, "headers": answer.headers, "body": body}


def _read(answer: HTTPResponse, longest: float) -> bytes:
    """The whole body, unless it comes too slowly or never ends."""
    parts = bytearray()
    until = time.monotonic() + longest
    while part := answer.read1(65_536):
        parts += part
        if len(parts) > LARGEST or time.monotonic() > until:
            raise TimeoutError("the answer has no end")
    if answer.length:
        raise IncompleteRead(bytes(parts), answer.length)
    return bytes(parts)


def to_client(
    token: str,
    api: str = "https://slack.com/api/",
    *,
    reading: int = READING,
    longest: float = LONGEST,
) -> WebClient:
    """A client of Slack's Web API at *api* that repeats nothing on its own.

    *reading* is how many seconds it waits for more of an answer, *longest* how many for all of its
    head, and again for its body.
    """
    client = _Client(token=token, base_url=api, timeout=reading, retry_handlers=[], logger=_quiet)
    client.longest = longest
    return client
