"""A clock that a sitting can move forward, so that what is scheduled happens while one watches."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.ports import Clock


class MovableClock:
    """The real clock, and however far it was moved ahead; it never goes back."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.ahead = timedelta()

    def __call__(self) -> datetime:
        return self.clock() + self.ahead

    def move(self, by: timedelta) -> None:
        """Be *by* later from now on.

        Raises:
            ValueError: *by* is negative.
        """
        if by < timedelta():
            raise ValueError("time only goes forward")
        self.ahead += by
