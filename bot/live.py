"""Live: what comes in is committed at once; worked off and answered in threads of their own.

Three things never wait for each other: to commit (somebody waits for our word), to handle, and to
say, which takes as long as the platform likes.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from threading import Event as Signal
from threading import Thread

import structlog

from bot.app import App
from bot.domain.events import Batch
from bot.ports import Platform

log = structlog.get_logger()

LOOK = 5.0
"""Seconds after which the inbox is looked at though nobody called: its database may have failed."""

SAY = 1.0
"""Seconds after which what has become due is looked for: a platform may have asked for a pause."""

STOPPING = 30.0
"""Seconds that a stop waits for what is under way; it is settled at the next start otherwise."""


class Elsewhere(Exception):
    """The database is a copy, and another one may be listening: what we heard, it wouldn't."""


class Live:
    """An app, and platforms that are live from `start` to `stop`."""

    def __init__(
        self,
        app: App,
        platforms: Sequence[Platform] | None = None,
        *,
        patience: float = STOPPING,
    ) -> None:
        """Where a stop has waited *patience* seconds for a thread, that ends by itself."""
        self.app = app
        self.platforms = tuple(app.platforms.values() if platforms is None else platforms)
        self._worker = _Loop("worker", self._work, every=LOOK, patience=patience)
        self._speaker = _Loop("speaker", app.deliver, every=SAY, patience=patience)

    def start(self) -> None:
        """Listen, handle and speak, from now on.

        Nothing is said before all platforms know as whom they speak, and that they may.

        Raises:
            Elsewhere: a platform would take from another one what it has to hear, until a person
                says that this is the one.
            Exception: a platform can't be started; then none is, and it may be tried again.
        """
        if any(each.shares_out for each in self.platforms) and not self.app.is_here():
            raise Elsewhere
        self._worker.start()
        try:
            for platform in self.platforms:
                platform.start(self.receive, self.app.check, self.app.topics_in)
        except BaseException:
            self.stop()
            raise
        self._speaker.start()

    def stop(self) -> None:
        """Listen no more, handle what came, say what is being said, and end."""
        for platform in self.platforms:
            platform.stop()
        self._worker.stop()
        self._speaker.stop()

    def receive(self, batch: Batch) -> None:
        """Commit *batch*, and let it be handled; what can be had again is handled at once."""
        if batch.bookmark is None:
            self.app.accept(batch)
            self._worker.wake()
        else:
            self.app.receive(batch)
            self._speaker.wake()

    def _work(self) -> None:
        if self.app.work():
            self._speaker.wake()


class _Loop:
    """Calls *run* whenever it is woken, and *every* so many seconds; a failure ends nothing."""

    def __init__(
        self, name: str, run: Callable[[], object], *, every: float, patience: float
    ) -> None:
        self.name = name
        self.run = run
        self.every = every
        self.patience = patience
        self._woken = Signal()
        self._stopped = Signal()
        self._thread: Thread | None = None

    def start(self) -> None:
        """Begin, with signals of this thread's own: an earlier one may be slow to end."""
        self._woken, self._stopped = Signal(), Signal()
        self._woken.set()  # an earlier process may have left something
        self._thread = Thread(
            target=self._go,
            args=(self._woken, self._stopped),
            name=f"live-{self.name}",
            daemon=True,
        )
        self._thread.start()

    def wake(self) -> None:
        self._woken.set()

    def stop(self) -> None:
        """Once more, and no more."""
        self._stopped.set()
        self._woken.set()
        if self._thread is not None:
            self._thread.join(self.patience)

    def _go(self, woken: Signal, stopped: Signal) -> None:
        while True:
            woken.wait(self.every)
            woken.clear()
            is_last = stopped.is_set()
            try:
                self.run()
            except Exception:
                log.exception(f"{self.name}.failed")
            if is_last:
                return
