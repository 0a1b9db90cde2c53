"""What the bot asks of Slack beside the conversation, in a thread of its own, one after another."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from threading import Condition, Thread
from threading import Event as Signal

import structlog
from slack_sdk import WebClient

from bot.domain.events import Batch
from bot.platforms.slack.asking import Asker, Stopped
from bot.platforms.slack.backfill import Backfill
from bot.platforms.slack.directory import Directory, Recall, nothing_read
from bot.platforms.slack.me import Lookup, Me
from bot.ports import Clock, Receive

log = structlog.get_logger()

AGAIN = 5.0
"""Seconds until another try, when what was heard couldn't be kept."""

MOST_WAITING = 10_000
PATIENCE = 5.0


class Errands:
    """First learns who and what is here; then looks up what is asked for; then reads the past.

    `client` must not try again by itself (``retry_handlers=[]``). `recall` tells how far a source
    was read: `bot.inbox.position_of`.
    """

    def __init__(
        self,
        client: WebClient,
        me: Me,
        receive: Receive,
        *,
        clock: Clock,
        backfill_days: int = 0,
        recall: Recall = nothing_read,
        again: float = AGAIN,
    ) -> None:
        self._again = again
        self._receive = receive
        self._ending = Signal()
        self._changed = Condition()
        self._lookups: dict[Lookup, None] = {}  # in order, each once
        self._unread: deque[str] = deque()
        self._knows = False
        asker = Asker(client, wait=self._ending.wait)
        self._directory = Directory(asker, me, self._keep, clock=clock, recall=recall)
        self._backfill = Backfill(
            asker, me, self._keep, days=backfill_days, clock=clock, recall=recall
        )
        self._thread = Thread(target=self._run, name="slack-errands", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def ask(self, lookups: Iterable[Lookup]) -> None:
        """Have *lookups* looked up soon; returns at once, from any thread."""
        with self._changed:
            for lookup in lookups:
                if len(self._lookups) < MOST_WAITING:
                    self._lookups.setdefault(lookup)
            self._changed.notify()

    def wait(self, timeout: float) -> bool:
        """Whether everything is known and nothing more is asked for, after *timeout* s at most."""
        with self._changed:
            return self._changed.wait_for(self._is_idle, timeout)

    def stop(self) -> None:
        """End, in the middle of waiting if need be."""
        self._ending.set()
        with self._changed:
            self._changed.notify_all()
        if self._thread.is_alive():
            self._thread.join(PATIENCE)

    def _is_idle(self) -> bool:
        return self._knows and not self._lookups and not self._unread

    def _run(self) -> None:
        try:
            while not self._knows:
                self._learn()
            while not self._ending.is_set():
                self._next()
        except Stopped:
            return

    def _learn(self) -> None:
        try:
            found = self._directory.learn()
        except Stopped:
            raise
        except Exception:
            log.exception("slack.errand_failed")
            if self._ending.wait(self._again):
                raise Stopped from None
        else:
            with self._changed:
                self._unread.extend(found)
                self._knows = True

    def _next(self) -> None:
        """Run one errand, or wait for one."""
        with self._changed:
            if self._is_idle():
                self._changed.notify_all()
                self._changed.wait_for(lambda: self._ending.is_set() or not self._is_idle())
            lookup = next(iter(self._lookups), None)
            raw = self._unread[0] if self._unread and lookup is None else None
        try:
            if lookup is not None:
                self._look_up(lookup)
            elif raw is not None and not self._backfill.step(raw):
                self._unread.popleft()
        except Stopped:
            raise
        except Exception:
            log.exception("slack.errand_failed")
            self._drop(lookup, raw)

    def _look_up(self, lookup: Lookup) -> None:
        new = self._directory.look_up(lookup)
        with self._changed:
            self._lookups.pop(lookup)
            if new is not None and new not in self._unread:
                self._unread.append(new)

    def _drop(self, lookup: Lookup | None, raw: str | None) -> None:
        """Let go of what can't be done, so that the rest can."""
        with self._changed:
            if lookup is not None:
                self._lookups.pop(lookup)
            elif raw is not None:
                self._unread.popleft()

    def _keep(self, batch: Batch) -> None:
        """Pass *batch* on until it is kept.

        Raises:
            Stopped: it is time to stop.
        """
        while True:
            try:
                self._receive(batch)
            except Exception:
                log.exception("slack.not_kept", events=len(batch.events))
                if self._ending.wait(self._again):
                    raise Stopped from None
            else:
                return
