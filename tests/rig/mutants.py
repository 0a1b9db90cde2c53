"""Known bugs, put back in one at a time, to see that the rig catches them."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import msgspec
import structlog
from slack_sdk import WebClient
from slack_sdk.http_retry import (
    ConnectionErrorRetryHandler,
    FixedValueRetryIntervalCalculator,
)
from sqlalchemy import Engine, event, update

from bot import app, inbox, outbox
from bot.domain.events import Batch
from bot.outbox import claims, doubts, pacing, queue, speaking, watching
from bot.outbox.utterances import FINDABLE
from bot.platforms.slack import door, gate, messages, platform, reception, web
from bot.platforms.slack.blocks import Message
from bot.platforms.slack.me import Me
from bot.storage import base, occasions, surroundings
from bot.storage.delivery import Outgoing
from tests.rig import ours
from tests.rig.judging import Outcome

log = structlog.get_logger()


@dataclass(frozen=True, kw_only=True)
class Mutant:
    """A bug: what it is, what it should be seen by, and how to put it in."""

    what: str
    seen_by: str
    plant: Callable[[], None]
    rates: Mapping[str, float] = field(default_factory=dict)
    """What goes wrong oftener than usual, so that few lives show it."""
    failpoint: str = ""
    """Where all lives end, for the same end."""
    copied: float = 0.2
    """How likely another bot lives on a copy of the database."""
    sign: str = ""
    """What such a finding says."""
    faults: Mapping[str, float] = field(default_factory=dict)
    """What befalls the bot and its machine, and how likely."""
    mode: str = ""
    """How it hears, where that matters."""
    slowness: float = 0.3
    """Seconds that Slack takes longer over what is slow."""

    def is_seen(self, outcome: Outcome) -> bool:
        """Whether it shows as it should."""
        return any(self.sign in each for each in getattr(outcome, self.seen_by))


MUTANTS: dict[str, Mutant] = {}

UNHEARD = {"message_metadata_posted:drop": 1.0}
"""Slack loses the echo of what the bot says, which would settle a doubt in time."""


def mutant(
    what: str,
    *,
    seen_by: str,
    rates: Mapping[str, float] | None = None,
    failpoint: str = "",
    copied: float = 0.2,
    sign: str = "",
    faults: Mapping[str, float] | None = None,
    mode: str = "",
    slowness: float = 0.3,
) -> Callable[[Callable[[], None]], Callable[[], None]]:
    """Register a bug under the name of the function that puts it in."""

    def register(plant: Callable[[], None]) -> Callable[[], None]:
        MUTANTS[plant.__name__] = Mutant(
            what=what,
            seen_by=seen_by,
            plant=plant,
            rates=rates or {},
            failpoint=failpoint,
            copied=copied,
            sign=sign,
            faults=faults or {},
            mode=mode,
            slowness=slowness,
        )
        return plant

    return register


def put(module: object, name: str, new: object) -> None:
    """Let *module* have *new* in the place of what it calls *name*."""
    assert hasattr(module, name), f"{module} has no {name} any more"
    setattr(module, name, new)


@mutant("an event is acknowledged before it is committed", seen_by="lost")
def acknowledges_first() -> None:
    async def enter(self: door.Door, events: Any, **_: object) -> None:
        loop = asyncio.get_running_loop()
        batch = Batch(events=tuple(events))
        loop.call_later(0.05, lambda: loop.run_in_executor(self._thread, self.receive, batch))

    put(door.Door, "enter", enter)


@mutant("events are taken out of the inbox before they are handled", seen_by="lost")
def takes_out_first() -> None:
    def at_once(sessions: Any, handle: Any, at_most: int) -> int:
        with sessions.begin() as session:
            taken = inbox._take(session, at_most)
        with sessions.begin() as session:
            handle(session, [inbox._decoder.decode(payload) for _, payload in taken])
        return len(taken)

    put(inbox, "_work_at_once", at_once)


@mutant("a repeated delivery is taken for one that was handled", seen_by="lost")
def skips_repeats() -> None:
    serve = gate.Gate._serve

    async def skipping(self: gate.Gate, scope: Any, receive: Any) -> gate.Answer:
        if any(name == b"x-slack-retry-num" for name, _ in scope["headers"]):
            return gate.Answer()
        return await serve(self, scope, receive)

    put(gate.Gate, "_serve", skipping)


@mutant(
    "slack_sdk repeats a call whose answer was lost",
    seen_by="doubled",
    rates={"chat.postMessage:reset_after": 0.3},
)
def sdk_repeats() -> None:
    def client(token: str, api: str, **_: object) -> WebClient:
        # its own pause would outlast the lives here
        soon = FixedValueRetryIntervalCalculator(fixed_internal=0.02)
        again = ConnectionErrorRetryHandler(interval_calculator=soon)
        return WebClient(token=token, base_url=api, retry_handlers=[again])

    put(platform, "to_client", client)


@mutant(
    "what may have arrived is said again",
    seen_by="doubled",
    rates={"chat.postMessage:error_after": 0.3, **UNHEARD},
)
def says_again_in_doubt() -> None:
    def again(session: Any, claimed: Any, now: Any, error: str, **_: object) -> None:
        speaking._wait(session, claimed, now, error)

    put(speaking, "_settle_doubt", again)


@mutant(
    "what a dead process was saying is said again",
    seen_by="doubled",
    rates=UNHEARD,
    failpoint="after_call",
)
def says_again_after_a_crash() -> None:
    put(doubts, "_find", lambda *_: "")


@mutant("a claim that takes long is taken for a failed one", seen_by="doubled")
def claims_run_out() -> None:
    take = claims._take

    def leased(session: Any, outgoing: Any, utterance: Any, now: Any) -> Any:
        claimed = take(session, outgoing, utterance, now)
        later = {"state": "pending", "due_at": now + timedelta(milliseconds=200)}
        mine = (Outgoing.key == outgoing.key) & (Outgoing.method == FINDABLE)
        session.execute(update(Outgoing).where(mine).values(later))
        return claimed

    put(claims, "_take", leased)


@mutant("a post is noted as said before it is said", seen_by="dropped")
def notes_first() -> None:
    say = speaking._say

    def noted(sessions: Any, platform: Any, claimed: Any, clock: Any, since: Any) -> bool:
        done = {"state": "sent", "sent_at": clock(), "message": "", "error": None}
        with sessions.begin() as session:
            speaking.settle(session, claimed.key, **done)
        return say(sessions, platform, claimed, clock, since)

    put(speaking, "_say", noted)


@mutant("a post has no occasion, so that its event's repeat says it again", seen_by="doubled")
def forgets_occasions() -> None:
    enqueue = queue.enqueue

    def random_key(session: Any, utterance: Any, *, key: str, **more: Any) -> bool:
        return enqueue(session, utterance, key=f"{key}|{random.random()}", **more)

    put(outbox, "enqueue", random_key)


@mutant("a transaction begins without the right to write", seen_by="wrong", sign="ended with 1")
def begins_deferred() -> None:
    def deferred(url: str) -> Engine:
        engine = base.connect(url)
        for listener in list(engine.dispatch.begin):
            event.remove(engine, "begin", listener)
        event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN"))
        return engine

    put(ours, "connect", deferred)


@mutant(
    "Retry-After is not waited for",
    seen_by="wrong",
    rates={"chat.postMessage:rate_limited": 0.3},
    sign="inside a Retry-After",
)
def does_not_wait() -> None:
    put(pacing, "hold_back", lambda *_, **__: None)
    wait = speaking._wait

    def at_once(session: Any, claimed: Any, until: Any, error: str) -> None:
        wait(session, claimed, until - timedelta(days=1), error)

    put(speaking, "_wait", at_once)


@mutant("what people typed goes out as it is", seen_by="wrong", sign="mentions or links")
def escapes_nothing() -> None:
    put(web, "to_message", lambda post, *_, **__: Message(blocks=(), text=post.text))


@mutant("a deletion is not heard", seen_by="lost", sign="the deletion of")
def keeps_the_deleted() -> None:
    put(messages, "_deleted", lambda *_: ())


@mutant("private channels are heard", seen_by="wrong", sign="private")
def hears_private() -> None:
    put(Me, "hears", lambda *_: True)


@mutant("whatever comes is taken for Slack's", seen_by="wrong", sign="forged")
def trusts_everybody() -> None:
    put(gate.Gate, "_verify", lambda *_: None)


@mutant("what people write is logged", seen_by="wrong", sign="people's words")
def logs_words() -> None:
    take = reception.Reception.event

    async def logged(self: reception.Reception, payload: Any) -> None:
        log.warning("slack.event", payload=str(payload))
        await take(self, payload)

    put(reception.Reception, "event", logged)


@mutant(
    "a copy of the database speaks too",
    seen_by="doubled",
    copied=0.8,
)
def copies_speak() -> None:
    is_here = surroundings.is_here

    def whatever(*given: Any, **more: Any) -> bool:
        is_here(*given, **more)  # it notes where it is
        return True

    put(surroundings, "is_here", whatever)


@mutant(
    "who stood still goes on to say what another has taken over",
    seen_by="doubled",
    rates={"message_metadata_posted:drop": 1.0},
    faults={"replace": 0.9},
)
def goes_on_after_standing_still() -> None:
    put(speaking, "STALE", timedelta(days=1))


@mutant(
    "a claim's age is told by a clock that jumps",
    seen_by="doubled",
    rates={"chat.postMessage:slow": 0.7, **UNHEARD},
    faults={"jump": 0.9},
    slowness=4.0,  # another lives by then, and may not yet ask
    mode="socket",  # where a clock that is wrong makes nobody deaf
)
def believes_the_clock() -> None:
    def by_the_clock(session: Any, now: Any, busy: Any, _: object) -> Any:
        return watching.abandoned(session, now, busy, None)

    put(doubts, "abandoned", by_the_clock)


@mutant(
    "a line that is open and dead is not noticed",
    seen_by="wrong",
    rates={"event:half_open": 0.1},
    sign="no end",
    mode="socket",
)
def hears_no_silence() -> None:
    put(ours, "HASTY", msgspec.structs.replace(ours.HASTY, deaf_after=3600.0))


def cron_decides() -> None:
    """A scheduler in memory decides what is due: what it slept through, it never knew of."""
    begin, tick = occasions.begin, app.App.tick
    born: dict[str, Any] = {}

    def noting(self: app.App) -> None:
        born.setdefault("at", self.clock())
        tick(self)

    def remembered(session: Any, network: Any, job: str, slot: Any, *, now: Any) -> bool:
        return slot.due >= born["at"] and begin(session, network, job, slot, now=now)

    put(app.App, "tick", noting)
    put(occasions, "begin", remembered)


WEEKLY = {
    "cron_decides": Mutant(
        what="a scheduler that forgets at a restart decides what is due",
        seen_by="dropped",
        plant=cron_decides,
    )
}
"""Bugs that only weeks show (`tests.rig.weeks`)."""
