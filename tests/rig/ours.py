"""The bot on Slack, live, at full speed, as it is told to be; beside its features, the rig's."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from threading import Event, Lock, get_ident
from typing import Any

import structlog
from sqlalchemy import Engine, event
from sqlalchemy.exc import OperationalError

from bot import logs
from bot.app import App, utcnow
from bot.cli.opening import Opened
from bot.cli.running import slack_of
from bot.domain.events import Batch, ChannelSeen
from bot.domain.ids import ChannelId
from bot.live import Elsewhere, Live
from bot.outbox import pacing, speaking, watching
from bot.platforms.slack.line import Pace
from bot.platforms.slack.platform import Slack
from bot.platforms.slack.refusals import Refusal
from bot.ports import Clock, DeliveryError
from bot.storage import schema
from bot.storage.base import connect, sessions_of
from handlers import FEATURES
from tests.rig.dial import Dial, Skew
from tests.rig.failpoints import Failpoint
from tests.rig.features import ROOM, echo

log = structlog.get_logger()

PATIENCE = 4
"""Ticks after which who is to stand still does so, though nothing was claimed."""

LOST = 3
"""The exit code of a bot that can hear no more, and knows it."""

FULL = ("database or disk is full", "disk I/O error")
"""What SQLite says of a disk that is."""

HASTY = Pace(ping_every=0.2, deaf_after=0.8, connecting=5.0, leaving=0.5, longest_wait=0.3)
"""How soon a dead line is noticed here: a life lasts for a second or so."""


AGAIN = 0.05
"""Seconds after which it is tried again to begin, unless Slack asks for more."""

LONGEST = 2.0
"""Seconds that it waits for that at most: a life is short."""


def begun(alive: Live, stopped: Event) -> bool:
    """Whether it has begun; where it couldn't, it is soon time to try again."""
    try:
        alive.start()
    except (DeliveryError, Elsewhere) as error:
        asked = error.retry_in if isinstance(error, Refusal) else None
        stopped.wait(AGAIN if asked is None else min(asked.total_seconds(), LONGEST))
        return False
    return True


def prepared(told: dict[str, Any], clock: Clock, elapsed: Callable[[], float]) -> tuple[App, Slack]:
    """The bot as it is told to be, with its bug and its failpoint."""
    logs.configure("warning", as_json=True)
    watching.ABANDONED = timedelta(seconds=told["abandoned"])
    speaking.STALE = watching.ABANDONED / 2
    speaking.LATEST = speaking.SOONEST  # nobody waits for minutes at the end
    pacing.RATES = {}
    failpoint = Failpoint(told.get("failpoint", ""), told.get("nth", 0))
    if told.get("mutant"):
        from tests.rig.mutants import MUTANTS, WEEKLY  # they reach into this module too

        (MUTANTS | WEEKLY)[told["mutant"]].plant()
    engine = connect(told["url"])
    failpoint.watch(engine)
    schema.migrate(engine, now=clock())
    features = [*FEATURES, echo] if told.get("has_all") else [echo]
    app = App(sessions=sessions_of(engine), features=features, clock=clock, elapsed=elapsed)
    opened = Opened(app=app, engine=engine, sections={"slack": told["slack"]}, path=None)
    slack = slack_of(opened, lost=lambda: os._exit(LOST))
    assert slack is not None, "it has no token"
    slack.pace = HASTY
    for name in ("post", "update", "open"):
        setattr(slack, name, failpoint.around(getattr(slack, name), "call"))
    app.accept = failpoint.around(app.accept, "accept")  # type: ignore[method-assign]
    return app, slack


def live(told: dict[str, Any]) -> None:
    """Live until killed, or stopped by SIGTERM; stand still where SIGUSR1 says so."""
    skew = Skew(Path(told["skew"]))
    stopped, frozen = Event(), Event()
    signal.signal(signal.SIGTERM, lambda *_: stopped.set())
    signal.signal(signal.SIGUSR1, lambda *_: frozen.set())
    app, slack = prepared(told, lambda: utcnow() + skew.span, time.monotonic)
    rest = _Rest(frozen, app.sessions.kw["bind"])
    alive = Live(app, [slack])
    while not stopped.is_set() and not begun(alive, stopped):
        pass
    asked = 0
    while not stopped.wait(told["tick"]):
        _tick(app)
        asked = asked + 1 if frozen.is_set() else 0
        if asked > PATIENCE:  # it has nothing to say
            rest.takes_effect()
    alive.stop()


def _tick(app: App) -> None:
    """Do what is due. That the disk is full may keep it from that, and nothing else."""
    try:
        app.tick()
    except OperationalError as error:
        if not any(sign in str(error) for sign in FULL):
            raise
        log.warning("tick.failed", why="the disk is full")


class _Rest:
    """Lets the process stand still where it is *asked* to: between a claim and what comes of it.

    Then nothing is on its way to Slack, else nobody who takes over meanwhile could know whether
    it arrives yet; nor is a transaction open, else nobody could.
    """

    def __init__(self, asked: Event, engine: Engine) -> None:
        self.asked = asked
        self.busy: set[int] = set()
        self.turn = Lock()
        self.say = speaking._say
        speaking._say = self._say  # type: ignore[assignment]
        event.listen(engine, "begin", lambda connection: self._begins(id(connection.info)))
        event.listen(engine, "checkin", lambda _, entry: self._ends(id(entry.info)))

    def _say(self, *given: Any) -> bool:
        self.takes_effect()
        mine = id(given)
        self._begins(mine)
        try:
            return self.say(*given)
        finally:
            self._ends(mine)

    def _begins(self, what: int) -> None:
        with self.turn:
            self.busy.add(what)

    def _ends(self, what: int) -> None:
        with self.turn:
            self.busy.discard(what)

    def takes_effect(self) -> None:
        """Stand still until woken, as soon as that may be; where nobody asks for it, go on."""
        while self.asked.is_set():
            with self.turn:
                if not self.busy:
                    self.asked.clear()
                    # to this thread: one to the process lets it go on until another is awake
                    signal.pthread_kill(get_ident(), signal.SIGSTOP)
            time.sleep(0.001)


def live_weeks(told: dict[str, Any]) -> None:
    """Live through weeks, as a dial has them, until killed: nobody talks, but time passes."""
    os.environ[ROOM] = told["room"]
    dial = Dial(Path(told["dial"]))
    app, _ = prepared(told, dial.now, lambda: dial.now().timestamp())
    app.receive(
        Batch(events=(ChannelSeen(channel=ChannelId(told["room"]), name="room", is_main=True),))
    )
    while True:
        app.tick()
        dial.looked()
        time.sleep(told["tick"])
