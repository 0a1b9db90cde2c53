"""Questions to Slack, asked in threads of their own: none waits for the answer to another."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from queue import SimpleQueue
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
"""Seconds until what failed is tried again."""

STOPPING = 5.0

PATIENCE = 3.0
"""Seconds that all waits of a start may take together: whoever starts it must be able to stop."""

Do = Callable[[], None]


class Enquiries:
    """Learns who and what is here, reads the past, and looks up what is asked for meanwhile.

    Events wait for what is looked up, so that has a thread of its own, beside one that learns who
    is in the channels and one that reads their past. *make* gives the directory, and what reads the
    past; both stop as soon as the wait that they are given tells them to.
    """

    def __init__(
        self, make: Callable[[Wait], tuple[Directory, Backfill]], *, again: float = AGAIN
    ) -> None:
        self._stopped = Signal()
        self._patience = patience(PATIENCE)
        self._directory, self._past = make(lambda seconds: self._patience(seconds))
        self._looking, self._meeting, self._reading = (
            _Line(f"slack-{name}", self._stopped, again=again)
            for name in ("looking", "meeting", "reading")
        )

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
        self._patience = self._stopped.wait
        self._looking.insist(self._learn)
        for line in (self._looking, self._meeting, self._reading):
            line.thread.start()

    def ask(self, lookups: tuple[Lookup, ...]) -> None:
        """Look these up soon; what fails is asked for again at the next start at the latest."""
        for lookup in lookups:
            self._looking.put(partial(self._look_up, lookup))

    def stop(self) -> None:
        """Ask nothing more."""
        self._stopped.set()
        until = monotonic() + STOPPING
        for line in (self._looking, self._meeting, self._reading):
            line.end(until)

    def _learn(self) -> None:
        heard = self._directory.see_channels()
        self._meeting.insist(partial(self._catch_up, heard))

    def _catch_up(self, heard: list[str]) -> None:
        self._directory.catch_up(heard)
        for raw in heard:
            self._reading.insist(partial(self._read, raw))

    def _look_up(self, lookup: Lookup) -> None:
        if (new := self._directory.look_up(lookup)) is not None:
            self._meeting.insist(partial(self._meet, new))

    def _meet(self, raw: str) -> None:
        self._directory.meet(raw)
        self._reading.insist(partial(self._read, raw))

    def _read(self, raw: str) -> None:
        """Read a page; the next one comes after the other channels'."""
        if self._past.step(raw):
            self._reading.insist(partial(self._read, raw))


class _Line:
    """Does one thing after the other in a thread of its own, until it is *stopped*."""

    def __init__(self, name: str, stopped: Signal, *, again: float) -> None:
        self.thread = Thread(target=self._run, name=name, daemon=True)
        self._again = again
        self._stopped = stopped
        self._open: SimpleQueue[Do | None] = SimpleQueue()

    def put(self, do: Do) -> None:
        """Do this once, whatever comes of it."""
        self._open.put(do)

    def insist(self, do: Do) -> None:
        """Do this; where it fails, again after a while and after what waits by then."""

        def insisting() -> None:
            if not self._went_well(do):
                self._open.put(insisting)
                self._stopped.wait(self._again)

        self._open.put(insisting)

    def end(self, until: float) -> None:
        """Return once nothing more is done, or at *until*."""
        self._open.put(None)
        if self.thread.is_alive():
            self.thread.join(max(0.0, until - monotonic()))

    def _run(self) -> None:
        while (do := self._open.get()) is not None and not self._stopped.is_set():
            self._went_well(do)

    def _went_well(self, do: Do) -> bool:
        try:
            do()
        except Stopped:
            return False
        except Exception:
            log.exception("slack.enquiry_failed")
            return False
        return True
