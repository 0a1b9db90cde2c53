"""``animateur run``: live, until told to stop."""

from __future__ import annotations

import signal
from threading import Event

import structlog

from bot.cli.opening import ConfigOption, open_app
from bot.scheduler import ticking

log = structlog.get_logger()


def run(config: ConfigOption = None) -> None:
    """Keep time: do what is due for every network, until stopped.

    Stop it with Ctrl-C or SIGTERM at any moment: nothing is lost, nothing is said twice.

    Example:

        animateur run --config /etc/animateur/config.toml
    """
    opened = open_app(config)
    stopped = Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, lambda *_: stopped.set())
    held = opened.app.recover()
    opened.app.tick()
    scheduler = ticking(opened.app.tick)
    scheduler.start()
    log.info(
        "run.started", features=[each.name for each in opened.app.registry.features], held=held
    )
    stopped.wait()
    scheduler.shutdown()
    log.info("run.stopped")
