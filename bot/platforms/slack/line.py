"""A line to Slack: one WebSocket, whose frames are acknowledged once they are committed.

Slack keeps what isn't acknowledged, and sends it again
(https://docs.slack.dev/apis/events-api/using-socket-mode/).
"""

from __future__ import annotations

import asyncio
import json
import logging
import time
from contextlib import suppress

import msgspec
import structlog
from aiohttp import ClientWSTimeout, WSMsgType
from msgspec import Struct
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.web.async_client import AsyncWebClient

from bot.platforms.slack.door import Unheard
from bot.platforms.slack.reception import Reception
from bot.platforms.slack.settings import SlackSettings
from bot.platforms.slack.shapes import BadPayload, patient, whole
from bot.ports import Clock

log = structlog.get_logger()

_silent = logging.Logger("slack_sdk.socket_mode", logging.CRITICAL + 1)
"""The SDK's own lines quote what they fail at, tickets included; ours don't."""


class Pace(Struct, frozen=True, kw_only=True):
    """How long is waited for what, in seconds.

    A line on which nothing was heard for `deaf_after`, answers to our own pings included, is dead:
    that is noticed `ping_every` later at most. `connecting` is from asking for an address to
    Slack's hello; `leaving` how long a line that was given notice is listened to beside its
    successor; `longest_wait` between two tries to connect.
    """

    ping_every: float = 10.0
    deaf_after: float = 35.0
    connecting: float = 20.0
    leaving: float = 15.0
    longest_wait: float = 30.0


class Frame(Struct, gc=False):
    """What comes over the line."""

    type: str = ""
    reason: str = ""
    envelope_id: str = ""
    payload: msgspec.Raw = msgspec.Raw(b"null")


class Acknowledgement(Struct, gc=False, omit_defaults=True):
    """What goes back, once it is committed."""

    envelope_id: str
    payload: msgspec.Raw | None = None


_frames = msgspec.json.Decoder(Frame)
_encoder = msgspec.json.Encoder()


def read_frame(text: str) -> Frame:
    """A frame's *text*.

    Raises:
        BadPayload: it is none.
    """
    try:
        return _frames.decode(text)
    except msgspec.ValidationError:
        raise BadPayload("a frame that is none") from None
    except (ValueError, RecursionError):  # perhaps only half an emoji, cut off on its way
        return _patiently(text)


def _patiently(text: str) -> Frame:
    found = patient(text)
    if not isinstance(found, dict):
        raise BadPayload("a frame that is none")
    kind, named = found.get("type"), found.get("envelope_id")
    try:
        payload = json.dumps(found.get("payload")).encode()
    except RecursionError:
        raise BadPayload("a frame without an end") from None
    return Frame(
        type=kind if isinstance(kind, str) else "",
        envelope_id=whole(named) if isinstance(named, str) else "",
        payload=msgspec.Raw(payload),
    )


class Line(SocketModeClient):
    """One connection of the SDK's, which is used until it ends and never mended.

    The SDK's own way of mending tries one address for ever, though each is good only once.
    `noticed` is set when Slack gives notice of it, when it ends, and when it is found deaf;
    `reason` says which. `heard` is when its last frame came.
    """

    def __init__(
        self, settings: SlackSettings, reception: Reception, *, clock: Clock, pace: Pace
    ) -> None:
        web = AsyncWebClient(
            base_url=settings.api,
            timeout=max(1, int(pace.connecting)),
            retry_handlers=[],
            logger=_silent,
        )
        super().__init__(
            settings.app_token, logger=_silent, web_client=web, auto_reconnect_enabled=False
        )
        self.reception = reception
        self.clock = clock
        self.pace = pace
        self.greeted = False
        self.has_ended = False
        self.reason = ""
        self.noticed = asyncio.Event()
        self.heard = clock()
        self._heard_at = time.monotonic()
        self._answering: set[asyncio.Task[None]] = set()

    async def process_messages(self) -> None:
        """Nothing is queued: what comes is answered at once."""

    async def connect(self) -> None:
        """Return once Slack has said hello.

        Raises:
            Exception: whatever keeps it from that.
        """
        self.wss_uri = await self.issue_new_wss_url()  # which waits as long as Slack asks for
        async with asyncio.timeout(self.pace.connecting):
            self.current_session = await self.aiohttp_client_session.ws_connect(
                self.wss_uri,
                autoping=False,
                proxy=self.proxy,
                timeout=ClientWSTimeout(ws_close=1.0),
            )
            await self._greet()
        self.message_receiver = asyncio.create_task(self.receive_messages())
        self.current_session_monitor = asyncio.create_task(self.monitor_current_session())

    async def _greet(self) -> None:
        assert self.current_session is not None
        while not self.greeted:
            message = await self.current_session.receive()
            if message.type in (WSMsgType.CLOSE, WSMsgType.CLOSED, WSMsgType.ERROR):
                self._notice("closed")
            else:
                await self._take(message.type, message.data)
            if self.noticed.is_set():
                raise ConnectionError(self.reason)

    async def receive_messages(self) -> None:
        """Take each frame, until there are no more."""
        assert self.current_session is not None
        reason = "closed"
        try:
            async for message in self.current_session:
                await self._take(message.type, message.data)
        except Exception as error:
            reason = type(error).__name__
        self._end(reason)

    async def _take(self, kind: WSMsgType, data: object) -> None:
        assert self.current_session is not None
        self.heard = self.clock()
        self._heard_at = time.monotonic()
        if kind is WSMsgType.TEXT and isinstance(data, str):
            self._read(data)
        elif kind is WSMsgType.PING and isinstance(data, bytes):
            await self.current_session.pong(data)

    def _read(self, text: str) -> None:
        try:
            frame = read_frame(text)
        except BadPayload:
            log.warning("slack.bad_frame")
            return
        if frame.type == "hello":
            self.greeted = True
        elif frame.type == "disconnect":
            self._notice(frame.reason)
        elif frame.envelope_id:
            answering = asyncio.create_task(self._answer(frame))
            self._answering.add(answering)
            answering.add_done_callback(self._answering.discard)

    async def _answer(self, frame: Frame) -> None:
        """Acknowledge what is in *frame* once it is committed, and not before."""
        assert self.current_session is not None
        try:
            said = await self.reception.carried(frame.type, bytes(frame.payload))
        except Unheard:
            return
        except Exception:
            log.exception("slack.envelope_failed")
            return
        payload = msgspec.Raw(said) if said else None
        answer = Acknowledgement(envelope_id=frame.envelope_id, payload=payload)
        with suppress(OSError):  # the line has ended: Slack sends it again over the next
            await self.current_session.send_str(_encoder.encode(answer).decode())

    async def monitor_current_session(self) -> None:
        """Ping, and give up a line on which nothing is heard."""
        assert self.current_session is not None
        while not self.has_ended:
            with suppress(Exception):  # what matters is whether anything comes back
                async with asyncio.timeout(self.pace.ping_every):
                    await self.current_session.ping()
            await asyncio.sleep(self.pace.ping_every)
            if time.monotonic() - self._heard_at > self.pace.deaf_after:
                self._end("deaf")

    def _notice(self, reason: str) -> None:
        if not self.noticed.is_set():
            self.reason = reason
            self.noticed.set()

    def _end(self, reason: str) -> None:
        self.has_ended = True
        self._notice(reason)

    async def settle(self, patience: float) -> None:
        """Return once what has come is acknowledged, or after *patience* seconds."""
        if self._answering:
            await asyncio.wait(self._answering, timeout=patience)

    async def close(self) -> None:
        """Leave nothing behind."""
        self._end("done")
        await super().close()  # type: ignore[no-untyped-call]
        ours = (self.message_processor, self.message_receiver, self.current_session_monitor)
        tasks = [task for task in (*ours, *self._answering) if task is not None]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
