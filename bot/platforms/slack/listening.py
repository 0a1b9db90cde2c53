"""When the bot was listening, told as it goes; what is told nothing of, it wasn't."""

from __future__ import annotations

from datetime import datetime

from bot.domain.events import Listened, to_micros
from bot.platforms.slack.door import Door, Unheard


class Coverage:
    """Leads the spans in which a workspace was listened to through the door.

    It begins with `hears`, is told as far as `reach`, and has a hole where it `breaks`.
    """

    def __init__(self, workspace: str, door: Door) -> None:
        self.workspace = workspace
        self.door = door
        self._since: int | None = None
        self._untold: list[Listened] = []

    def hears(self, at: datetime) -> None:
        """The bot listens from *at* on, if it didn't before."""
        if self._since is None:
            self._since = to_micros(at)

    def breaks(self, until: datetime, since: datetime) -> None:
        """It listened up to *until*, and does so again from *since* on."""
        self._cut(to_micros(until))
        self._since = to_micros(since)

    async def reach(self, until: datetime) -> None:
        """It has listened up to *until*. What can't be committed is told the next time."""
        self._cut(to_micros(until))
        while self._untold:
            telling = self._untold[:]
            try:
                await self.door.enter(telling)
            except Unheard:
                return
            self._untold = [span for span in self._untold if span not in telling]

    async def ends(self, until: datetime) -> None:
        """It has listened up to *until*, and no longer."""
        await self.reach(until)
        self._since = None

    def _cut(self, until: int) -> None:
        if self._since is not None and until != self._since:
            if until > self._since:
                span = Listened(workspace=self.workspace, since=self._since, until=until)
                self._untold.append(span)
            self._since = until  # where the clock was set back, from there on
