"""Questions to Slack, asked one after the other in a thread of their own."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from queue import SimpleQueue
from threading import Event as Signal
from threading import Thread

import structlog

from bot.platforms.slack.asking import Stopped
from bot.platforms.slack.directory import Directory
from bot.platforms.slack.me import Lookup

log = structlog.get_logger()


class Register(Directory):
    """A directory that can begin with what must be known before anything is heard."""

    def see_channels(self) -> None:
        """Learn which channels may be heard: of others, reactions and comings are passed over.

        Raises:
            Stopped: it is time to stop.
        """
        for info in self._channels():
            self._see(info)


class Enquiries:
    """Learns who and what is here at the start, and looks up what is asked for from then on.

    *make* gives a directory that stops as soon as the asker's wait tells it to.
    """

    def __init__(self, make: Callable[[Callable[[float], bool]], Register]) -> None:
        self._stopped = Signal()
        self._directory = make(self._stopped.wait)
        self._open: SimpleQueue[Lookup | None] = SimpleQueue()
        self._thread = Thread(target=self._run, name="slack-directory", daemon=True)

    def prepare(self) -> None:
        """Learn which channels may be heard; it takes a call for 200 of them."""
        self._guarded(self._directory.see_channels)

    def start(self) -> None:
        """Begin to learn the rest."""
        self._thread.start()

    def ask(self, lookups: tuple[Lookup, ...]) -> None:
        """Look these up some time."""
        for lookup in lookups:
            self._open.put(lookup)

    def stop(self) -> None:
        """Ask nothing more."""
        self._stopped.set()
        self._open.put(None)
        if self._thread.is_alive():
            self._thread.join(5)

    def _run(self) -> None:
        self._guarded(self._directory.learn)
        while (lookup := self._open.get()) is not None and not self._stopped.is_set():
            self._guarded(partial(self._directory.look_up, lookup))

    def _guarded(self, learn: Callable[[], object]) -> None:
        """Nobody is harmed by what can't be learnt: it is asked for again at the next start."""
        try:
            learn()
        except Stopped:
            pass
        except Exception:
            log.exception("slack.directory_failed")
