"""A clock that a sitting can move forward, so that what is scheduled happens while one watches."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.ports import Clock


def kept_as(workspace: str) -> str:
    """Under which name it is kept how far the time of *workspace* has come."""
    return f"{workspace}/clock"


class MovableClock:
    """The real clock, and however far it was moved ahead; it never goes back."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.ahead = timedelta()

    def __call__(self) -> datetime:
        return self.clock() + self.ahead

    def begin(self, at: datetime) -> None:
        """Go on from an earlier sitting's time, before anybody has looked at this one's."""
        self.ahead = at - self.clock()

    def move(self, by: timedelta) -> None:
        """Be *by* later from now on.

        Raises:
            ValueError: *by* is negative.
        """
        if by < timedelta():
            raise ValueError("time only goes forward")
        self.ahead += by
