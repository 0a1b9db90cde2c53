"""A place to queue, deliver and recover from, for the tests of the outbox."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from bot import outbox
from bot.domain.ids import ChannelId, MemberId
from bot.domain.posts import Form, Home, Post
from bot.outbox import (
    ABANDONED,
    Asking,
    Kind,
    Saying,
    Showing,
    Utterance,
)
from bot.ports import DeliveryError
from bot.storage.base import Sessions
from bot.storage.delivery import Outgoing
from tests.nursery import MOMENT
from tests.town import FakePlatform

PLACE, ADA = ChannelId("fake:T1/C-general"), MemberId("fake:T1/U-ada")
HELLO = Saying(post=Post(to=PLACE, text="hello"))
FOR_ADA = Saying(post=Post(to=PLACE, text="hello", only_for=ADA))
FORM = Asking(
    form=Form(name="a.b", title="A form", fields=(), submit="Send"), member=ADA, trigger="permit"
)
PAGE = Showing(home=Home(member=ADA, parts=(Post(to=ADA, text="Yours"),)))
SHORTLY = timedelta(seconds=30)


class Bureau:
    """Queues, delivers and recovers at a time that is moved by hand."""

    def __init__(self, sessions: Sessions) -> None:
        self.sessions = sessions
        self.platform = FakePlatform()
        self.now = MOMENT

    def queues(
        self,
        key: str,
        utterance: Utterance = HELLO,
        *,
        minutes: int = 0,
        lasts: int = 60,
        kind: Kind = Kind.ANSWER,
    ) -> bool:
        """Queue something that is due in some minutes, and useful for `lasts` more."""
        due_at = self.now + timedelta(minutes=minutes)
        with self.sessions.begin() as session:
            return outbox.enqueue(
                session,
                utterance,
                key=key,
                network_id=None,
                due_at=due_at,
                expires_at=due_at + timedelta(minutes=lasts),
                kind=kind,
            )

    def delivers(self, *refusals: DeliveryError) -> int:
        """Deliver to a platform that refuses the first few."""
        self.platform.refusals = list(refusals)
        return outbox.deliver(self.sessions, {"fake": self.platform}, lambda: self.now)

    def recovers(self, *, after: timedelta = ABANDONED + SHORTLY) -> int:
        """Settle what is in doubt, when some time has passed."""
        self.now += after
        return outbox.recover(self.sessions, {"fake": self.platform}, lambda: self.now)

    def row(self, key: str) -> Outgoing:
        """What is known of one thing."""
        with self.sessions.begin() as session:
            return session.scalars(select(Outgoing).where(Outgoing.key == key)).one()

    def states(self) -> dict[str, str]:
        """The state of everything."""
        with self.sessions.begin() as session:
            rows = session.scalars(select(Outgoing).order_by(Outgoing.queued)).all()
            return {row.key: row.state for row in rows}


def lost_answer() -> DeliveryError:
    """The platform took it, but its answer never came."""
    return DeliveryError("no answer", may_have_arrived=True)
