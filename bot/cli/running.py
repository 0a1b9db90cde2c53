"""``animateur run``: live, until told to stop."""

from __future__ import annotations

import errno
import signal
from collections.abc import Callable, Collection, Sequence
from importlib import import_module
from threading import Event

import structlog

from bot import inbox, logs
from bot.app import App
from bot.cli.opening import (
    ConfigOption,
    Opened,
    err,
    fail,
    is_open_to_others,
    open_app,
    slack_settings,
)
from bot.config import ConfigError
from bot.domain.events import ChannelSeen
from bot.domain.ids import ChannelId, MemberId
from bot.live import Elsewhere, Live
from bot.platforms.slack.directory import Memory
from bot.platforms.slack.platform import Slack
from bot.platforms.slack.settings import SlackSettings
from bot.ports import DeliveryError
from bot.scheduler import ticking
from bot.storage import seen

log = structlog.get_logger()


FIRST_WAIT = 1.0
LONGEST_WAIT = 60.0
"""Seconds until Slack is tried again: twice as long after each failure, or as it asks for."""


LOOK = 1.0
"""Seconds after which a copy looks again whether it is told that it is the one."""


LOST = (
    "I don't hear Slack any more: something in me failed (look for slack.stopped). Start me again, "
    "or let a supervisor do it: nothing is lost."
)


LATER = ("holidays", "jinja2", "numpy")
"""What is otherwise loaded when it is first needed: here somebody would wait for it, and whoever
sends a form to Slack has three seconds."""


def run(config: ConfigOption = None) -> None:
    """Live: listen to Slack, do what is due for every network, and speak, until stopped.

    Stop it with Ctrl-C or SIGTERM at any moment: nothing is lost, nothing is said twice.

    Example:

        animateur run --config /etc/animateur/config.toml
    """
    opened = open_app(config)
    stopped = Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, lambda *_: stopped.set())
    with logs.last_words():
        problem = _live(opened, stopped)
    if problem is not None:
        fail(problem)


def _live(opened: Opened, stopped: Event) -> str | None:
    """Live until *stopped*; a sentence where that is impossible, any more."""
    app, lost = opened.app, Event()

    def lose() -> None:
        lost.set()
        stopped.set()

    if is_open_to_others(opened.path):
        path = opened.path
        tell("run.settings_open", f"{path} holds secrets that others may read: chmod 600 {path}")
    slack = slack_of(opened, lost=lose)
    if slack is None:
        tell("run.alone", "No Slack is connected, so I only keep time: animateur setup slack")
    for name in LATER:
        import_module(name)
    live = _begin(opened, stopped)
    if isinstance(live, str):
        return live
    if live is not None:
        _tick(app)
        scheduler = ticking(app.tick)
        scheduler.start()
        features = [each.name for each in app.registry.features]
        log.info("run.started", features=features, platforms=[*app.platforms])
        stopped.wait()
        scheduler.shutdown()
        live.stop()
    log.info("run.stopped")
    return LOST if lost.is_set() else None


def _tick(app: App) -> None:
    """What is due already; where that fails, the next tick may do better."""
    try:
        app.tick()
    except Exception:
        log.exception("tick.failed")


def _begin(opened: Opened, stopped: Event) -> Live | str | None:
    """Start, with patience where Slack can't be reached; a sentence where patience won't help.

    Nothing is due before that: with a wrong token, what waits to be said would be lost.
    """
    wait = FIRST_WAIT
    while not stopped.is_set():
        live = Live(opened.app)
        try:
            live.start()
        except Elsewhere:
            _wait_for_word(opened, stopped)
            continue
        except DeliveryError as error:
            asked = error.retry_in.total_seconds() if error.retry_in else 0.0
            pause = max(wait, asked)
            tell("run.waits", f"{error} I try again in {pause:.0f} seconds.")
        except ConfigError as error:
            return f"{error} Look closer with: animateur check"
        except OSError as error:
            return _at_the_port(error, slack_settings(opened.sections))
        else:
            return live
        stopped.wait(pause)
        wait = min(2 * wait, LONGEST_WAIT)
    return None


def _wait_for_word(opened: Opened, stopped: Event) -> None:
    """Until somebody says that this database is the one: another may have been copied from."""
    tell(
        "run.is_a_copy",
        "This database was copied or moved here, so I neither listen nor speak: the bot that it "
        "comes from may do both. If that one is off for good: animateur resume --here",
    )
    while not stopped.wait(LOOK) and not opened.app.is_here():
        pass


def _at_the_port(error: OSError, settings: SlackSettings) -> str:
    where = f"{settings.host}, port {settings.port}"
    if error.errno == errno.EADDRINUSE:
        return f"Somebody else listens at {where}: stop them, or set another port in [slack]."
    return f"I can't listen at {where}: {error.strerror}. Set host and port in [slack]."


def slack_of(opened: Opened, *, lost: Callable[[], None]) -> Slack | None:
    """The workspace that the settings name, as a platform of the app's, which may be *lost*."""
    settings = slack_settings(opened.sections)
    if not settings.secrets:
        return None
    sessions = opened.app.sessions

    def recall(source: str) -> str | None:
        with sessions.begin() as session:
            return inbox.position_of(session, source)

    def channels() -> Sequence[ChannelSeen]:
        with sessions.begin() as session:
            return seen.counted_channels(session)

    def members(channel: ChannelId) -> Collection[MemberId]:
        with sessions.begin() as session:
            return seen.members_of(session, channel)

    memory = Memory(channels=channels, members=members)
    slack = Slack(settings, clock=opened.app.clock, recall=recall, memory=memory, lost=lost)
    opened.app.platforms[slack.name] = slack
    return slack


def tell(event: str, sentence: str) -> None:
    """Say something to whoever sits there, or else into the log."""
    if err.is_terminal:
        err.print(sentence, markup=False, soft_wrap=True)
    else:
        log.info(event, says=sentence)
