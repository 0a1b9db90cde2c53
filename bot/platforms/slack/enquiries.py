"""Questions to Slack, asked one after the other in a thread of their own."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from functools import partial
from queue import Empty, SimpleQueue
from threading import Event as Signal
from threading import Thread
from time import monotonic

import structlog

from bot.platforms.slack.asking import Stopped, Wait, patience
from bot.platforms.slack.backfill import Backfill
from bot.platforms.slack.directory import Directory
from bot.platforms.slack.me import Lookup

log = structlog.get_logger()

AGAIN = 60.0
"""Seconds until a beginning that failed is tried again."""

STOPPING = 5.0

PATIENCE = 3.0
"""Seconds that all waits of a start may take together: whoever starts it must be able to stop."""


class Enquiries:
    """Learns who and what is here, reads the past, and looks up what is asked for meanwhile.

    *make* gives the directory, and what reads channels' past; both stop as soon as the wait that
    they are given tells them to.
    """

    def __init__(
        self, make: Callable[[Wait], tuple[Directory, Backfill]], *, again: float = AGAIN
    ) -> None:
        self.again = again
        self._stopped = Signal()
        self._directory, self._past = make(self._wait)
        self._at_first = patience(PATIENCE)
        self._open: SimpleQueue[Lookup | None] = SimpleQueue()
        self._unread: deque[str] = deque()
        self._resting = 0.0  # the past isn't read before that
        self._thread = Thread(target=self._run, name="slack-directory", daemon=True)

    def prepare(self) -> None:
        """Learn which channels may be heard; it takes a call for 200 of them.

        Raises:
            Stopped: Slack doesn't tell soon enough.
        """
        try:
            self._directory.see_channels()
        except Stopped:
            raise
        except Exception:  # it is tried again with the rest
            log.exception("slack.enquiry_failed")

    def start(self) -> None:
        """Begin with the rest."""
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
            self._thread.join(STOPPING)

    def _wait(self, seconds: float) -> bool:
        """Wait, but not for long where somebody waits for the start; tell whether to stop."""
        wait = self._stopped.wait if self._thread.is_alive() else self._at_first
        return wait(seconds)

    def _run(self) -> None:
        while not self._went_well(self._learn) and not self._stopped.wait(self.again):
            pass
        while not self._stopped.is_set():
            self._next()

    def _learn(self) -> None:
        self._unread.extend(self._directory.learn())

    def _next(self) -> None:
        """Look up what is asked for; where nothing is, read a page of the past."""
        try:
            rest = max(0.0, self._resting - monotonic()) if self._unread else None
            lookup = self._open.get(timeout=rest)
        except Empty:
            self._went_well(self._read)
            return
        if lookup is not None:
            self._went_well(partial(self._look_up, lookup))

    def _look_up(self, lookup: Lookup) -> None:
        if (new := self._directory.look_up(lookup)) is not None:
            self._unread.append(new)

    def _read(self) -> None:
        """Read a page; what couldn't be kept is read again after a while, the others' first."""
        raw = self._unread.popleft()
        try:
            has_more = self._past.step(raw)
        except Exception:
            self._unread.append(raw)
            self._resting = monotonic() + self.again
            raise
        if has_more:
            self._unread.append(raw)

    def _went_well(self, learn: Callable[[], object]) -> bool:
        """Whether it was learnt; what wasn't is asked for again at the next start at the latest."""
        try:
            learn()
        except Stopped:
            return False
        except Exception:
            log.exception("slack.enquiry_failed")
            return False
        return True
