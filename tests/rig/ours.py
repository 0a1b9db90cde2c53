"""The bot on Slack, live, at full speed, with one feature that answers whatever is said."""

from __future__ import annotations

import os
import signal
import time
from datetime import time as hour
from datetime import timedelta
from pathlib import Path
from threading import Event
from typing import Any

from msgspec import Struct

from bot import logs
from bot.app import App, utcnow
from bot.context import Context
from bot.domain.events import Batch, ChannelSeen, CommandGiven, MessagePosted
from bot.domain.ids import ChannelId
from bot.domain.schedule import Weekday, Weekly
from bot.feature import Feature
from bot.judgement.limits import Kind
from bot.live import Elsewhere, Live
from bot.outbox import pacing, speaking, watching
from bot.platforms.slack.platform import Slack
from bot.platforms.slack.settings import SlackSettings
from bot.ports import Clock, DeliveryError
from bot.storage import schema
from bot.storage.base import connect, sessions_of
from tests.rig.dial import Dial
from tests.rig.failpoints import Failpoint

WORDS = "bot/switched_off"  # any prompt that takes a word
ROOM = "RIG_ROOM"
NOON = hour(12)
LONG = timedelta(days=6)


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


@echo.job(lambda _: Weekly(day=Weekday.FRIDAY, at=NOON), late=LONG)
def weekly(settings: Settings, ctx: Context) -> None:
    """Post once a week, where `weeks` looks for it."""
    if ctx.slot is not None and (room := os.environ.get(ROOM)):
        key = f"weekly/{ctx.slot.name}"
        ctx.say(
            ChannelId(room), WORDS, kind=Kind.ANSWER, key=key, lasting=LONG, feature=ctx.slot.name
        )


def settings_of(told: dict[str, Any]) -> SlackSettings:
    """How to reach the Slack that stands in."""
    return SlackSettings(**told["slack"])


def begun(alive: Live) -> bool:
    """Whether it has begun; while Slack can't be reached, it is tried again."""
    try:
        alive.start()
    except (DeliveryError, Elsewhere):
        return False
    return True


def prepared(told: dict[str, Any], clock: Clock) -> tuple[App, Slack]:
    """The bot as it is told to be, with its bug and its failpoint."""
    logs.configure("warning", as_json=True)
    watching.ABANDONED = timedelta(seconds=told["abandoned"])
    speaking.STALE = watching.ABANDONED / 2
    pacing.RATES = {}
    failpoint = Failpoint(told.get("failpoint", ""), told.get("nth", 0))
    if told.get("mutant"):
        from tests.rig.mutants import MUTANTS, WEEKLY  # they reach into this module too

        (MUTANTS | WEEKLY)[told["mutant"]].plant()
    engine = connect(told["url"])
    failpoint.watch(engine)
    schema.migrate(engine, now=clock())
    slack = Slack(settings_of(told), clock=clock)
    for name in ("post", "update", "open"):
        setattr(slack, name, failpoint.around(getattr(slack, name), "call"))
    app = App(
        sessions=sessions_of(engine),
        platforms=[slack],
        features=[echo],
        clock=clock,
        elapsed=time.monotonic,
    )
    app.accept = failpoint.around(app.accept, "accept")  # type: ignore[method-assign]
    return app, slack


def live(told: dict[str, Any]) -> None:
    """Live until killed, or stopped by SIGTERM."""
    app, slack = prepared(told, utcnow)
    stopped = Event()
    signal.signal(signal.SIGTERM, lambda *_: stopped.set())
    alive = Live(app, [slack])
    while not stopped.is_set() and not begun(alive):
        stopped.wait(0.05)
    while not stopped.wait(told["tick"]):
        app.tick()
    alive.stop()


def live_weeks(told: dict[str, Any]) -> None:
    """Live through weeks, as a dial has them, until killed: nobody talks, but time passes."""
    os.environ[ROOM] = told["room"]
    dial = Dial(Path(told["dial"]))
    app, _ = prepared(told, dial.now)
    app.receive(
        Batch(events=(ChannelSeen(channel=ChannelId(told["room"]), name="room", is_main=True),))
    )
    while True:
        app.tick()
        dial.looked()
        time.sleep(told["tick"])
