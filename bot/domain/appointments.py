"""A time that people have set, as a calendar takes it: what it is about, when, and for how long."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta

from msgspec import Struct

LONGEST = timedelta(hours=12)


class Appointment(Struct, frozen=True, kw_only=True):
    """What a calendar's entry says. `uid` is the same for as long as it is the same occasion.

    `sequence` counts its changes from 0; one that `is_off` takes the entry out again. `made` is
    when this was written down; both instants bear a time zone.
    """

    uid: str
    title: str
    starts: datetime
    minutes: int
    made: datetime
    about: str = ""
    sequence: int = 0
    is_off: bool = False

    @property
    def ends(self) -> datetime:
        """When it is over."""
        return self.starts + timedelta(minutes=self.minutes)


def uid_of(*what: object) -> str:
    """A name for what is named so that no other calendar has, and that tells nothing of it."""
    digest = hashlib.sha256("/".join(map(str, what)).encode()).hexdigest()
    return f"{digest[:32]}@animateur.invalid"
