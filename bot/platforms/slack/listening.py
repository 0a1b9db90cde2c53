"""When the bot was listening, told as it goes; what is told nothing of, it wasn't."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime

from bot.domain.events import Listened, to_micros
from bot.platforms.slack.door import Door, Unheard


class Coverage:
    """Leads the spans in which a workspace was listened to through the door.

    It `begins`, is told as far as `reach`, and has a hole where it `breaks`. A span in which the
    door sent anybody away, or that isn't let in itself, is never told: what was refused may not
    come again, and that nothing is told of it is how it is known to be missing.
    """

    def __init__(self, workspace: str, door: Door) -> None:
        self.workspace = workspace
        self.door = door
        self._since: int | None = None
        self._sent_away = 0
        self._untold: list[Listened] = []

    @property
    def is_on(self) -> bool:
        """Whether the bot listens, as far as is known."""
        return self._since is not None

    async def begins(self, at: datetime) -> None:
        """The bot listens from *at* on: told at once, so that the gap before it is known."""
        self._begin(to_micros(at))
        await self._tell()

    def breaks(self, until: datetime, since: datetime) -> None:
        """It listened up to *until*, and does so again from *since* on."""
        self._cut(to_micros(until))
        self._begin(to_micros(since))

    async def reach(self, until: datetime) -> None:
        """It has listened up to *until*."""
        self._cut(to_micros(until))
        await self._tell()

    async def ends(self, until: datetime) -> None:
        """It has listened up to *until*, and no longer."""
        await self.reach(until)
        self.stops()

    def stops(self) -> None:
        """It listens no longer; nobody knows since when."""
        self._since = None

    def _begin(self, since: int) -> None:
        self._since, self._sent_away = since, self.door.sent_away
        self._untold.append(Listened(workspace=self.workspace, since=since, until=since))

    def _cut(self, until: int) -> None:
        """End the span that is under way, and begin the next one where it ends."""
        if self._since is None or until == self._since:
            return
        if until > self._since and self.door.sent_away == self._sent_away:
            span = Listened(workspace=self.workspace, since=self._since, until=until)
            self._untold.append(span)
        self._since = until  # where the clock was set back, from there on
        self._sent_away = self.door.sent_away

    async def _tell(self) -> None:
        telling, self._untold = self._untold, []
        with suppress(Unheard):
            await self.door.enter(telling)
