"""For a rig in another process: the verbs and the true history over HTTP, below /_test/."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import TYPE_CHECKING

import msgspec
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from tests.standin.deliveries import Delivery
from tests.standin.payloads import message_json
from tests.standin.world import Channel, Json, Message, Person, View

if TYPE_CHECKING:
    from tests.standin.server import StandIn

SKIPPED = ("ask", "send", "tell", "run")


def plain(value: object) -> object:
    """Anything that a verb returns, as JSON."""
    if isinstance(value, Message):
        return {"name": f"{value.channel.id}/{value.ts}", **message_json(value, metadata=True)}
    if isinstance(value, Channel | Person | View):
        return {"id": value.id}
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {f.name: plain(getattr(value, f.name)) for f in dataclasses.fields(value)}
    if isinstance(value, dict):
        return {str(k): plain(v) for k, v in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(v) for v in value]
    return value if isinstance(value, str | int | float | bool | None) else str(value)


def routes(standin: StandIn) -> list[Route]:
    """Where a rig asks and does."""

    async def do(request: Request) -> Response:
        """`{"verb": "writes", "args": ["Ada", "general", "hello"], "kwargs": {}}`"""
        wanted: Json = msgspec.json.decode(await request.body())
        verb = wanted["verb"]
        if verb.startswith("_") or verb in SKIPPED or not callable(getattr(standin, verb, None)):
            return JSONResponse({"error": f"there is no verb {verb}"}, 404)
        try:
            found = await run_in_threadpool(
                getattr(standin, verb), *wanted.get("args", []), **wanted.get("kwargs", {})
            )
        except (KeyError, ValueError, TypeError) as error:
            return JSONResponse({"error": str(error)}, 400)
        return JSONResponse({"result": plain(found)})

    async def history(request: Request) -> Response:
        """`?only=posts,deliveries`, or all there is."""
        only = [name for name in request.query_params.get("only", "").split(",") if name]
        with standin.world.lock:
            return JSONResponse(everything(standin, *only))

    return [
        Route("/_test/do", do, methods=["POST"]),
        Route("/_test/history", history, methods=["GET"]),
    ]


def everything(standin: StandIn, *only: str) -> Json:
    """All that is known, or *only* parts of it."""
    parts: dict[str, Callable[[], object]] = {
        "team": lambda: standin.world.team.id,
        "bot": lambda: standin.bot,
        "posts": lambda: standin.posts,
        "sights": lambda: standin.world.sights,
        "happenings": lambda: standin.world.happenings,
        "deliveries": lambda: [_delivery(one) for one in standin.deliveries.all],
        "calls": lambda: standin.calls,
        "faults": lambda: standin.faults.struck,
        "violations": lambda: standin.limits.violations,
        "refused": lambda: standin.limits.refused,
        "scopes_used": lambda: sorted(standin.scopes_used),
        "sockets": lambda: {
            "open": len(standin.sockets.open),
            "connected": standin.sockets.connected,
        },
    }
    return {name: plain(part()) for name, part in parts.items() if not only or name in only}


def _delivery(delivery: Delivery) -> Json:
    return {
        "id": delivery.id,
        "kind": delivery.kind,
        "name": delivery.name,
        "state": delivery.state,
        "attempts": len(delivery.attempts),
        "event": delivery.payload.get("event"),
    }
