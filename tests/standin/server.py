"""A stand-in Slack on loopback: real HTTP, real WebSockets, a world that people act in."""

from __future__ import annotations

import asyncio
import json
import threading
import time
from datetime import UTC, datetime
from types import TracebackType
from typing import Self

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from tests.standin import (
    calls_chat,
    calls_conversations,
    calls_files,
    calls_people,
    calls_views,
    control,
    replying,
)
from tests.standin.api import Api, Call
from tests.standin.faults import Fault, FaultPlan
from tests.standin.hands import Hands
from tests.standin.limits import Limits
from tests.standin.serving import HOST, Listener, reset
from tests.standin.world import Clock, Json, Post

METHODS = (
    calls_chat.METHODS
    | calls_conversations.METHODS
    | calls_people.METHODS
    | calls_views.METHODS
    | calls_files.METHODS
)


def real_time() -> datetime:
    """Now, for who gives no clock of their own."""
    return datetime.fromtimestamp(time.clock_gettime(time.CLOCK_REALTIME), UTC)


class StandIn(Hands):
    """Slack, for as long as the `with` lasts.

    `clock` stamps messages and counts limits, `speed` divides the waits between Slack's repeats,
    `patience` is how long an acknowledgement may take, `in_flight` how many deliveries are on
    their way at a time (1 keeps them in order).

    Its addresses: `api` for the SDK's `base_url`; `bot_token`, `app_token`, `signing_secret`.
    """

    def __init__(
        self,
        *,
        clock: Clock = real_time,
        manifest: Json | None = None,
        socket: bool = False,
        limits: Limits | None = None,
        faults: FaultPlan | None = None,
        speed: float = 1.0,
        patience: float = 3.0,
        in_flight: int = 1,
        ping_every: float = 5.0,
        port: int = 0,
    ) -> None:
        super().__init__(
            clock=clock,
            manifest=manifest,
            socket=socket,
            limits=limits or Limits(),
            faults=faults or FaultPlan(),
            speed=speed,
            patience=patience,
            in_flight=in_flight,
            ping_every=ping_every,
        )
        self.port = port
        self._ready = threading.Event()
        self._stop = asyncio.Event()
        self._thread = threading.Thread(target=self._run, name="stand-in", daemon=True)
        self._failure: BaseException | None = None

    @property
    def api(self) -> str:
        """What the SDK calls `base_url`."""
        return f"{self.address}/api/"

    @property
    def bot_token(self) -> str:
        """The app's own token."""
        return self.app.bot_token

    @property
    def app_token(self) -> str:
        """The token that opens a socket."""
        return self.app.app_token

    @property
    def signing_secret(self) -> str:
        """What requests to the app are signed with."""
        return self.app.signing_secret

    @property
    def bot(self) -> str:
        """The id of the app's user."""
        return self.app.bot.id

    @property
    def posts(self) -> list[Post]:
        """Everything that the app ever said."""
        return self.world.posts

    @property
    def scopes_used(self) -> set[str]:
        """The scopes that something was needed for."""
        return self.app.scopes_used

    def said(self, key: str) -> list[Post]:
        """The posts that were made for one occasion; more than one is once too often."""
        return [post for post in self.posts if post.key == key]

    def strikes_next(self, subject: str, kind: str | Fault) -> None:
        """Let the next of *subject* go wrong (see `FaultPlan`)."""
        self.faults.strikes_next(subject, kind)

    def calls_app_at(self, url: str, *kinds: str) -> None:
        """Set the request URL, for "events_api", "slash_commands" and "interactive" or some."""
        for kind in kinds or ("events_api", "slash_commands", "interactive"):
            self.app.urls[kind] = url

    def verifies(self, url: str) -> bool:
        """Whether the app at *url* answers the challenge that Slack sets before it sends events."""
        challenge = {"token": self.app.verification_token, "challenge": "3eZbrw1aB1"}
        body = json.dumps(challenge | {"type": "url_verification"}).encode()
        sending = self.over_http.send(url, body, {"Content-Type": "application/json"})
        outcome = asyncio.run_coroutine_threadsafe(sending, self.loop).result(30)
        answer = outcome.body
        said = answer.get("challenge") if isinstance(answer, dict) else answer
        return outcome.ok and said == "3eZbrw1aB1"

    def settles(self, seconds: float = 5.0) -> bool:
        """Wait until the app has acknowledged everything, or Slack has given up on the rest."""
        return self.deliveries.wait(lambda: self.deliveries.waiting == 0, seconds)

    def waits_for_socket(self, count: int = 1, seconds: float = 5.0) -> bool:
        """Wait until the app holds *count* connections that hear."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            if len(set(self.sockets.open) - self.sockets.silent) >= count:
                return True
            time.sleep(0.005)
        return False

    def disconnects(self, reason: str = "refresh_requested", close_after: float = 0.5) -> None:
        """Ask the app to connect anew ("refresh_requested", "warning"); then its line is closed."""
        going = self.sockets.disconnect(reason, close_after=close_after)
        asyncio.run_coroutine_threadsafe(going, self.loop)

    def cuts_sockets(self) -> None:
        """Reset every socket."""
        self._in_loop("disconnect")

    def goes_deaf(self) -> None:
        """Leave every socket open and silent: nothing read, nothing said, no pong."""
        self._in_loop("half_open")

    def _in_loop(self, kind: str) -> None:
        asyncio.run_coroutine_threadsafe(self.sockets.suffer(kind), self.loop).result(5)

    def __enter__(self) -> Self:
        self._thread.start()
        self._ready.wait(30)
        if self._failure is not None:
            raise self._failure
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None
    ) -> None:
        if error is not None:
            error.add_note(str(self.faults))
        self.loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(10)

    def _run(self) -> None:
        try:
            with asyncio.Runner(loop_factory=lambda: self.loop) as runner:
                runner.run(self._serve())
        except BaseException as error:  # the thread that waits must hear of it
            self._failure = error
        finally:
            self._ready.set()

    async def _serve(self) -> None:
        listener = Listener(self._routes(), self.port)
        self.port, self.address = listener.port, listener.address
        await self.sockets.start(HOST)
        await listener.start()
        work = [
            asyncio.create_task(self.deliveries.run()),
            asyncio.create_task(self._post_what_is_due()),
        ]
        self._ready.set()
        await self._stop.wait()
        for task in work:
            task.cancel()
        await asyncio.gather(*work, return_exceptions=True)
        await self.deliveries.stop()
        await self.sockets.stop()
        await listener.stop()
        await self.over_http.stop()

    async def _post_what_is_due(self) -> None:
        """Scheduled messages; those with metadata were lost when they were taken."""
        while True:
            await asyncio.sleep(0.1)
            with self.world.lock:
                due = [s for s in self.scheduled if s["post_at"] <= self.world.now()]
                for waiting in due:
                    self.scheduled.remove(waiting)
                    if not waiting["is_lost"]:
                        call = Call(self, "chat.scheduleMessage", {})
                        channel = self.world.channels[waiting["channel"]]
                        calls_chat.say(call, channel, waiting["said"], None, waiting["thread"])

    def _routes(self) -> Starlette:
        routes = [
            Route("/api/{method}", Api(self, METHODS, reset).answer, methods=["GET", "POST"]),
            Route("/response/{team}/{name}", self._respond, methods=["POST"]),
            Route("/upload/{file}", self._upload, methods=["POST"]),
            *control.routes(self),
        ]
        return Starlette(routes=routes)

    async def _respond(self, request: Request) -> Response:
        body = await request.json()
        with self.world.lock:
            said = replying.use(self, request.path_params["name"], body)
        if said == "ok":
            return PlainTextResponse("ok")
        return JSONResponse({"ok": False, "error": said}, 404)

    async def _upload(self, request: Request) -> Response:
        content = await request.body()
        file = self.world.files.get(request.path_params["file"])
        if file is None:
            return PlainTextResponse("unknown file", 404)
        file["content"] = content
        return PlainTextResponse(f"OK - {len(content)}")


__all__ = ["FaultPlan", "Limits", "StandIn"]
