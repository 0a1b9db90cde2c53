"""To the app over HTTP: the raw body signed, an answer within three seconds, or it failed."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
from urllib.parse import urlencode

import aiohttp

from tests.standin.deliveries import Delivery, Outcome
from tests.standin.installed import InstalledApp
from tests.standin.world import Clock, Json


def signature(secret: str, timestamp: str, body: bytes) -> str:
    """Slack's signature of a raw *body*, version 0."""
    signed = b"v0:" + timestamp.encode() + b":" + body
    return "v0=" + hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()


def body_of(delivery: Delivery) -> tuple[bytes, str]:
    """The body as Slack writes it, and its content type."""
    if delivery.kind == "events_api":
        return json.dumps(delivery.payload).encode(), "application/json"
    form = delivery.payload
    if delivery.kind == "interactive":
        form = {"payload": json.dumps(delivery.payload)}
    return urlencode(form).encode(), "application/x-www-form-urlencoded"


class OverHttp:
    """Posts to the app's request URLs."""

    def __init__(self, app: InstalledApp, *, clock: Clock, patience: float) -> None:
        self.app = app
        self.clock = clock
        self.patience = patience
        self._session: aiohttp.ClientSession | None = None

    async def carry(self, delivery: Delivery, nth: int, reason: str) -> Outcome:
        """Post it once, and tell how that went."""
        url = self.app.urls.get(delivery.kind)
        if not url:
            return Outcome(ok=False, reason="connection_failed")
        body, content_type = body_of(delivery)
        retried = {"X-Slack-Retry-Num": str(nth), "X-Slack-Retry-Reason": reason} if nth else {}
        return await self.send(url, body, {"Content-Type": content_type} | retried)

    async def send(self, url: str, body: bytes, headers: dict[str, str]) -> Outcome:
        """Post a signed *body*."""
        if self._session is None:
            self._session = aiohttp.ClientSession(auto_decompress=True)
        stamp = str(int(self.clock().timestamp()))
        signed = headers | {
            "User-Agent": "Slackbot 1.0 (+https://api.slack.com/robots)",
            "X-Slack-Request-Timestamp": stamp,
            "X-Slack-Signature": signature(self.app.signing_secret, stamp, body),
        }
        try:
            async with asyncio.timeout(self.patience):
                async with self._session.post(
                    url, data=body, headers=signed, max_redirects=2
                ) as answer:
                    return _outcome(answer, await answer.text())
        except TimeoutError:
            return Outcome(ok=False, reason="http_timeout")
        except aiohttp.TooManyRedirects:
            return Outcome(ok=False, reason="too_many_redirects")
        except (aiohttp.ClientError, OSError):
            return Outcome(ok=False, reason="connection_failed")

    async def suffer(self, kind: str) -> None:
        """HTTP has no lasting connection to lose."""

    async def stop(self) -> None:
        """Close what is open."""
        if self._session is not None:
            await self._session.close()


def _outcome(answer: aiohttp.ClientResponse, text: str) -> Outcome:
    ok = 200 <= answer.status < 300
    body: Json | str = text
    if answer.content_type == "application/json" and text:
        body = json.loads(text)
    return Outcome(
        ok=ok,
        reason="" if ok else "http_error",
        status=answer.status,
        body=body,
        no_retry=not ok and answer.headers.get("X-Slack-No-Retry") == "1",
    )
