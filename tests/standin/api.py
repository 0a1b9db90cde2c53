"""The Web API's door: tokens, scopes, limits and faults; then the method, and Slack's answer."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import parse_qsl

from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response

from tests.standin.faults import Fault
from tests.standin.office import Office
from tests.standin.world import Json


class Refused(Exception):
    """Slack says no: `error` is its word for why, the rest goes into the answer."""

    def __init__(self, error: str, *messages: str, **more: object) -> None:
        super().__init__(error)
        self.answer: Json = {"ok": False, "error": error} | more
        if messages:
            self.answer["response_metadata"] = {"messages": [f"[ERROR] {m}" for m in messages]}


@dataclass(frozen=True)
class Call:
    """One call of a method, with its arguments as they came."""

    office: Office
    method: str
    args: Json

    def text(self, name: str, default: str = "") -> str:
        """An argument that is a word."""
        value = self.args.get(name)
        return default if value is None else str(value)

    def must(self, name: str) -> str:
        """An argument that has to be there.

        Raises:
            Refused: it isn't.
        """
        if not (value := self.text(name)):
            raise Refused("invalid_arguments", f"missing required field: {name}")
        return value

    def flag(self, name: str, default: bool = False) -> bool:
        """An argument that is true or false."""
        value = self.args.get(name)
        return default if value is None else str(value).lower() in ("1", "true")

    def number(self, name: str, default: int) -> int:
        """An argument that is a whole number.

        Raises:
            Refused: it isn't.
        """
        try:
            return int(self.text(name) or default)
        except ValueError:
            raise Refused("invalid_arguments", f"must be an integer: {name}") from None

    def structure(self, name: str) -> object:
        """An argument that is JSON, or is already what JSON says.

        Raises:
            Refused: it is not JSON.
        """
        value = self.args.get(name)
        if not isinstance(value, str):
            return value
        if not value:
            return None
        try:
            return json.loads(value)
        except ValueError:
            raise Refused(
                f"invalid_{name}_format" if name == "blocks" else "invalid_json"
            ) from None


@dataclass(frozen=True, kw_only=True)
class Method:
    """What a method does, the scopes of which it needs one, its tier, and whose token it takes."""

    run: Callable[[Call], Json]
    tier: int
    scopes: tuple[str, ...] = ()
    takes_app_token: bool = False
    channel: str = ""


async def arguments(request: Request) -> Json:
    """Query, form or JSON body, all in one.

    Raises:
        Refused: the body is no JSON object though it says so.
    """
    args: Json = dict(request.query_params)
    kind = request.headers.get("content-type", "").partition(";")[0]
    if kind == "application/json" and (body := await request.body()):
        try:
            found = json.loads(body)
        except ValueError:
            raise Refused("invalid_json") from None
        if not isinstance(found, dict):
            raise Refused("json_not_object")
        return args | found
    if kind == "application/x-www-form-urlencoded":
        form = (await request.body()).decode()
        return args | dict(parse_qsl(form, keep_blank_values=True))
    return args


class Api:
    """All methods by name, each called at /api/<name>."""

    def __init__(
        self, office: Office, methods: dict[str, Method], reset: Callable[[Request], None]
    ):
        self.office = office
        self.methods = methods
        self.reset = reset

    async def answer(self, request: Request) -> Response:
        """Answer one call, or let it go wrong as planned."""
        name = request.path_params["method"]
        fault = self.office.faults.for_call(name)
        if fault and (answer := await self._before(request, name, fault)):
            return answer
        try:
            args = await arguments(request)
            response = self._respond(request, name, args)
        except Refused as refused:
            response = JSONResponse(refused.answer)
        except ClientDisconnect:  # whoever called was killed in the middle of it
            return Response()
        return (await self._after(request, fault) if fault else None) or response

    async def _before(self, request: Request, name: str, fault: Fault) -> Response | None:
        match fault.kind:
            case "reset_before":
                self.reset(request)
                return Response()
            case "stall_before":
                await asyncio.sleep(fault.seconds)
                self.reset(request)
                return Response()
            case "rate_limited":
                seconds = max(1, round(fault.seconds))
                limits = self.office.limits
                limits.close(name, name, seconds, self.office.world.now())
                return self._too_many(seconds)
            case "error_before":
                return Response("upstream connect error", fault.status)
            case "slow":
                await request.body()  # it has arrived, also of a caller who is gone by then
                await asyncio.sleep(fault.seconds)
        return None

    async def _after(self, request: Request, fault: Fault) -> Response | None:
        match fault.kind:
            case "stall_after":
                await asyncio.sleep(fault.seconds)
                self.reset(request)
            case "reset_after":
                self.reset(request)
            case "error_after":
                return Response("upstream connect error", fault.status)
        return None

    def _too_many(self, seconds: int) -> Response:
        headers = {"Retry-After": str(seconds)}
        return JSONResponse({"ok": False, "error": "ratelimited"}, 429, headers)

    def _respond(self, request: Request, name: str, args: Json) -> Response:
        office = self.office
        with office.world.lock:
            method = self.methods.get(name)
            if method is None:
                raise Refused("unknown_method", req_method=name)
            granted = self._authorise(request, method, args)
            channel = str(args.get("channel", ""))
            wait = office.limits.refuse(name, method.tier, office.world.now(), channel=channel)
            noted: Json = {"method": name, "args": args, "at": office.world.now()}
            office.calls.append(noted)
            if wait:
                noted["answer"] = {"ok": False, "error": "ratelimited"}
                return self._too_many(wait)
            try:
                answer = {"ok": True} | method.run(Call(office, name, args))
            except Refused as refused:
                answer = refused.answer
            noted["answer"] = answer
            return JSONResponse(answer, headers={"X-OAuth-Scopes": ",".join(granted)})

    def _authorise(self, request: Request, method: Method, args: Json) -> list[str]:
        app = self.office.app
        header = request.headers.get("authorization", "")
        token = header.removeprefix("Bearer ").strip() or str(args.pop("token", ""))
        if not token:
            raise Refused("not_authed")
        if token not in (app.bot_token, app.app_token):
            raise Refused("invalid_auth")
        if app.is_revoked and token == app.bot_token:
            raise Refused("token_revoked")
        if not app.is_installed:
            raise Refused("account_inactive")
        if method.takes_app_token != (token == app.app_token) and method.scopes:
            raise Refused("not_allowed_token_type")
        provided = app.app_scopes if token == app.app_token else app.scopes
        if method.scopes and not set(method.scopes) & set(provided):
            needed = ",".join(method.scopes)
            raise Refused("missing_scope", needed=needed, provided=",".join(provided))
        if len(method.scopes) == 1:  # of several, the method itself knows which it needs
            app.may(*method.scopes)
        return provided
