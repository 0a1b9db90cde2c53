"""The reception: what Slack sends is understood, led through the door, and answered."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping

import msgspec
import structlog

from bot.domain.events import Event, FormSubmitted, to_micros
from bot.platforms.slack.acts import read_act, to_act
from bot.platforms.slack.door import Door, Unheard
from bot.platforms.slack.gate import Answer, Signed
from bot.platforms.slack.inward import Lookup, NotYet, read_envelope, to_events, to_lookups
from bot.platforms.slack.me import Me
from bot.platforms.slack.shapes import BadPayload, Envelope, patient
from bot.ports import Check, Clock

log = structlog.get_logger()

JSON = b"application/json"
VERIFICATION = "url_verification"

TRIES, PAUSE = 10, 0.15
"""How often, and with how many seconds between, something is tried that Slack must explain."""

Ask = Callable[[tuple[Lookup, ...]], None]
"""Takes what must be asked of Slack afterwards, and returns at once."""


class Reception:
    """Takes payloads, whichever way they came.

    What can't be understood is counted in `refused`, and acknowledged like the rest: to hear the
    same again helps nobody. `came` counts all, and `heard` is when the last of them came.
    """

    def __init__(self, door: Door, me: Me, *, check: Check, ask: Ask, clock: Clock) -> None:
        self.door = door
        self.me = me
        self.check = check
        self.ask = ask
        self.clock = clock
        self.came = 0
        self.heard = clock()
        self.refused = 0

    async def take(self, signed: Signed) -> Answer:
        """Answer a request that came by HTTP."""
        try:
            if signed.is_form:
                payload = await self.act(read_act(signed.body))
                return Answer(200, payload, JSON) if payload else Answer()
            envelope = read_envelope(signed.body)
            if envelope.type == VERIFICATION:
                return Answer(body=(envelope.challenge or "").encode("utf-8", "replace"))
            await self.event(envelope)
        except BadPayload as problem:
            self._refuse(problem)
        except Unheard:
            return Answer(503)
        return Answer()

    async def carried(self, kind: str, payload: bytes) -> bytes | None:
        """Return once what came in a Socket Mode envelope is committed, with the JSON to answer.

        Raises:
            Unheard: it isn't committed.
        """
        try:
            if kind == "events_api":
                await self.event(payload)
            elif kind in ("interactive", "slash_commands"):
                act = patient(payload)
                if not isinstance(act, dict):
                    raise BadPayload("it isn't an object")
                return await self.act(act)
            else:
                raise BadPayload("an envelope of no known kind")
        except BadPayload as problem:
            self._refuse(problem)
        return None

    async def event(self, payload: bytes | Mapping[str, object] | Envelope) -> None:
        """Return once what the Events API sends is committed.

        Raises:
            Unheard: it isn't.
        """
        self._count()
        since = self.door.now()
        try:
            envelope = payload if isinstance(payload, Envelope) else read_envelope(payload)
            events = await self._understood(envelope)
            self.me.beware(events)
            questions = to_lookups(envelope, self.me)
        except Unheard:
            raise
        except Exception as problem:
            self._refuse(problem)
            return
        await self.door.enter(events, since=since)
        await self.door.enter(self.me.confirm(events), since=since)
        if questions:
            self.ask(questions)

    async def _understood(self, envelope: Envelope) -> tuple[Event, ...]:
        """What *envelope* tells, after Slack was asked what it leaves open, if that is needed.

        Raises:
            BadPayload: it makes no sense.
            Unheard: Slack didn't answer yet.
        """
        for tries in range(TRIES):
            try:
                return to_events(envelope, self.me)
            except NotYet:
                if tries == 0:
                    self.ask(to_lookups(envelope, self.me))
                await asyncio.sleep(PAUSE)
        raise Unheard

    async def act(self, payload: Mapping[str, object]) -> bytes | None:
        """Return once what somebody did is committed, with the JSON to answer, if there is any.

        Raises:
            Unheard: it isn't committed.
        """
        self._count()
        try:
            act = to_act(payload, self.me, at=to_micros(self.clock()))
        except Exception as problem:
            self._refuse(problem)
            return None
        if act is None:
            return None
        if isinstance(act, FormSubmitted) and (problems := self.check(act)):
            return msgspec.json.encode({"response_action": "errors", "errors": dict(problems)})
        await self.door.enter((act,))
        return None

    def _count(self) -> None:
        self.came += 1
        self.heard = self.clock()

    def _refuse(self, problem: Exception) -> None:
        """Note that something wasn't understood: the kind of trouble, none of its words."""
        self.refused += 1
        if isinstance(problem, BadPayload):
            log.warning("slack.bad_payload", why=str(problem))
        else:
            log.error("slack.not_understood", exc_info=problem)
