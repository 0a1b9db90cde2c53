"""The bot itself, as ``animateur run`` runs it, with one feature that answers whatever is said."""

from __future__ import annotations

import signal
from datetime import timedelta
from threading import Event
from typing import Any

from bot.live import Live
from msgspec import Struct

from bot.app import App, utcnow
from bot.domain.events import CommandGiven, MessagePosted
from bot.feature import Context, Feature
from bot.judgement.limits import Kind
from bot.outbox import doubts, pacing
from bot.platforms.slack.platform import Slack
from bot.platforms.slack.settings import SlackSettings
from bot.ports import DeliveryError
from bot.storage import schema
from bot.storage.base import connect, sessions_of
from tests.rig.failpoints import Failpoint

WORDS = "bot/switched_off"  # any prompt that takes a word


class Settings(Struct, frozen=True, kw_only=True):
    """None."""


echo = Feature("echo", Settings)


@echo.on(MessagePosted)
def heard(event: MessagePosted, settings: Settings, ctx: Context) -> None:
    """Answer each message of a person, once, for all to see."""
    if not event.by_bot:
        key = f"echo/{event.channel}/{event.ts}"
        ctx.say(event.channel, WORDS, kind=Kind.ANSWER, key=key, feature="echo")


@echo.command("net", "echo", help="say it back")
def typed(given: CommandGiven, settings: Settings, ctx: Context) -> None:
    """Say back what was typed, for all to see: it must be harmless."""
    ctx.say(given.channel, WORDS, kind=Kind.ANSWER, key=f"typed/{given.id}", feature=given.text)


def settings_of(told: dict[str, Any]) -> SlackSettings:
    """How to reach the Slack that stands in."""
    return SlackSettings(**told["slack"])


def begun(alive: Live) -> bool:
    """Whether it has begun; while Slack can't be reached, it is tried again."""
    try:
        alive.start()
    except DeliveryError:
        return False
    return True


def live(told: dict[str, Any]) -> None:
    """Live until killed, or stopped by SIGTERM."""
    doubts.ABANDONED = timedelta(seconds=told["abandoned"])
    if not told.get("paced"):
        pacing.RATES = {}
    failpoint = Failpoint(told.get("failpoint", ""), told.get("nth", 0))
    if told.get("mutant"):
        from tests.rig.mutants import MUTANTS  # they reach into this module too

        MUTANTS[told["mutant"]].plant()
    engine = connect(told["url"])
    failpoint.watch(engine)
    schema.migrate(engine, now=utcnow())
    slack = Slack(settings_of(told), clock=utcnow)
    for name in ("post", "update", "open"):
        setattr(slack, name, failpoint.around(getattr(slack, name), "call"))
    app = App(sessions=sessions_of(engine), platforms=[slack], features=[echo], clock=utcnow)
    app.accept = failpoint.around(app.accept, "accept")  # type: ignore[method-assign]
    stopped = Event()
    signal.signal(signal.SIGTERM, lambda *_: stopped.set())
    alive = Live(app, [slack])
    while not begun(alive):
        stopped.wait(0.05)
    while not stopped.wait(told["tick"]):
        app.tick()
    alive.stop()
