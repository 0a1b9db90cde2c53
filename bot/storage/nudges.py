"""Nudges from draft to review: who drafted, approved and judged what, and what came of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time
from typing import Any

from sqlalchemy import JSON, Date, ForeignKey, Index, Time, bindparam, func, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from bot.domain.nudges import OPEN, SAID, ConveningKind, NudgeState, sources
from bot.storage.base import Base, Instant, change_if
from bot.storage.places import Network, Person

State = NudgeState

UNSAID_YET = (State.DRAFTED, State.AWAITING, State.SCHEDULED)
"""States in which it may still be changed."""


class Nudge(Base):
    """Something that the bot says for those who tend, once one of them approves it.

    `starts_day` and `starts_time` are of the network's own clock. `because` is the reason of an
    ebb or flow that it answers, or "". Where people meet at an hour, that is `meets_at`, for
    `minutes`. `revision` counts how often it was changed: each has its
    own post. `moved_by` brought it into its state at `moved_at`; None is the bot. `outcome` holds
    plain counts. `lot` is what was drawn of an ebb in a network that learns by lot.
    """

    __tablename__ = "nudges"
    __table_args__ = (Index("nudges_by_state", "network_id", "state"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    network_id: Mapped[int] = mapped_column(ForeignKey("networks.id"))
    kind: Mapped[str]
    channel_id: Mapped[int | None] = mapped_column(ForeignKey("channels.id"))
    state: Mapped[str] = mapped_column(default=State.DRAFTED.value)
    words: Mapped[str] = mapped_column(default="")
    hope: Mapped[str] = mapped_column(default="")
    who_for: Mapped[str] = mapped_column(default="")
    because: Mapped[str] = mapped_column(default="")
    drafted_by: Mapped[int | None] = mapped_column(ForeignKey("people.id", ondelete="SET NULL"))
    approved_by: Mapped[int | None] = mapped_column(ForeignKey("people.id", ondelete="SET NULL"))
    approved_at: Mapped[datetime | None] = mapped_column(Instant)
    starts_day: Mapped[date] = mapped_column(Date)
    starts_time: Mapped[time] = mapped_column(Time)
    review_on: Mapped[date] = mapped_column(Date)
    lapses_on: Mapped[date] = mapped_column(Date)
    meets_at: Mapped[datetime | None] = mapped_column(Instant)
    minutes: Mapped[int] = mapped_column(default=0)
    revision: Mapped[int] = mapped_column(default=0)
    message: Mapped[str] = mapped_column(default="")
    posted_at: Mapped[datetime | None] = mapped_column(Instant)
    outcome: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    verdict: Mapped[str] = mapped_column(default="")
    lesson: Mapped[str] = mapped_column(default="")
    judged_by: Mapped[int | None] = mapped_column(ForeignKey("people.id", ondelete="SET NULL"))
    lot: Mapped[str] = mapped_column(default="")
    moved_by: Mapped[int | None] = mapped_column(ForeignKey("people.id", ondelete="SET NULL"))
    moved_at: Mapped[datetime] = mapped_column(Instant)
    created_at: Mapped[datetime] = mapped_column(Instant)

    @property
    def key(self) -> str:
        """The occasion of its post in its newest words."""
        return f"nudge/{self.id}/{self.revision}"

    @property
    def ts(self) -> int | None:
        """When its post was made, in microseconds, by what the platform calls it: its thread."""
        seconds, dot, rest = self.message.rpartition("/")[2].partition(".")
        if not seconds.isdecimal() or (dot and not rest.isdecimal()):
            return None
        return int(seconds) * 1_000_000 + int(f"{rest:0<6}"[:6]) if dot else int(seconds)

    def starts_at(self, network: Network) -> datetime:
        """The instant at which it is to be said, by the network's own clock."""
        local = datetime.combine(self.starts_day, self.starts_time, network.zone)
        return local.astimezone(UTC)


def keep(session: Session, nudge: Nudge) -> Nudge:
    """Keep a new draft; it has its number then."""
    session.add(nudge)
    session.flush()
    return nudge


def take_turns(session: Session, network: Network) -> None:
    """Let nobody else draft or approve in *network* until this transaction ends."""
    session.execute(select(Network.id).where(Network.id == network.id).with_for_update())


def numbered(session: Session, network: Network, number: int) -> Nudge | None:
    """One of the network's nudges, as it is by now."""
    return session.scalars(
        select(Nudge)
        .where(Nudge.network_id == network.id, Nudge.id == number)
        .execution_options(populate_existing=True)
    ).first()


def keyed(session: Session, network: Network, key: str) -> Nudge | None:
    """The nudge whose newest words are said under *key*, or None."""
    head, _, rest = key.partition("/")
    number, _, _ = rest.partition("/")
    if head != "nudge" or not number.isdecimal():
        return None
    found = numbered(session, network, int(number))
    return found if found is not None and found.key == key else None


def move(
    session: Session, nudge: Nudge, to: State, *, by: Person | None, now: datetime, **values: object
) -> bool:
    """Bring *nudge* into the state *to*; False where it is in none from which it may come there.

    It is one conditional update, so of two who do it at once one is first. `nudge` is as it is by
    now afterwards, whoever was.
    """
    is_before = Nudge.state.in_([each.value for each in sources(to)])
    moved = {"moved_by": by.id if by else None, "moved_at": now}
    return change_if(session, nudge, is_before, state=to.value, **moved, **values)


def change(
    session: Session, nudge: Nudge, *, by: Person | None, now: datetime, **values: object
) -> bool:
    """Give *nudge* other words or another moment, to be approved anew; False once it was said."""
    done = session.execute(
        update(Nudge)
        .where(Nudge.id == nudge.id, Nudge.state.in_([each.value for each in UNSAID_YET]))
        .values(
            state=State.AWAITING.value,
            revision=Nudge.revision + 1,
            approved_by=None,
            approved_at=None,
            moved_by=by.id if by else None,
            moved_at=now,
            **values,
        )
        .returning(Nudge.id)
        .execution_options(synchronize_session=False)
    ).first()
    session.refresh(nudge)
    return done is not None


_STATES = Nudge.state.in_(bindparam("states", expanding=True))
_IN_STATES = (
    select(Nudge)
    .where(Nudge.network_id == bindparam("network"), _STATES)
    .order_by(Nudge.starts_day, Nudge.starts_time, Nudge.id)
)


def in_states(session: Session, network: Network, states: Sequence[State]) -> Sequence[Nudge]:
    """The network's nudges in *states*, by when they start."""
    values = {"network": network.id, "states": [each.value for each in states]}
    return session.scalars(_IN_STATES, values).all()


def still_open(session: Session, network: Network) -> Sequence[Nudge]:
    """What is drafted, waits, is scheduled, or runs; no ebbs that were left alone."""
    found = in_states(session, network, OPEN)
    return [each for each in found if each.kind != ConveningKind.LEAVE_IT]


def reviewed(session: Session, network: Network, *, most: int) -> Sequence[Nudge]:
    """The newest that were reviewed, and those left alone among them, newest first."""
    return session.scalars(
        select(Nudge)
        .where(Nudge.network_id == network.id, Nudge.state == State.REVIEWED.value)
        .order_by(Nudge.review_on.desc(), Nudge.id.desc())
        .limit(most)
    ).all()


def drawn(session: Session, network: Network) -> Sequence[Nudge]:
    """What was decided by lot and reviewed since, oldest first."""
    return session.scalars(
        select(Nudge)
        .where(
            Nudge.network_id == network.id,
            Nudge.state == State.REVIEWED.value,
            Nudge.lot != "",
        )
        .order_by(Nudge.posted_at, Nudge.id)
    ).all()


def since(session: Session, network: Network, moment: datetime) -> Sequence[Nudge]:
    """What was said, or left alone, from *moment* on."""
    return session.scalars(
        select(Nudge)
        .where(
            Nudge.network_id == network.id,
            Nudge.state.in_([each.value for each in SAID]),
            Nudge.posted_at >= moment,
        )
        .order_by(Nudge.posted_at)
    ).all()


def followed(session: Session, network: Network) -> Nudge | None:
    """The ebb that was left alone and is followed now, if one is."""
    found = in_states(session, network, OPEN)
    return next((each for each in found if each.kind == ConveningKind.LEAVE_IT), None)


def leave_alone(
    session: Session,
    network: Network,
    *,
    by: Person | None,
    day: date,
    look_again: date,
    now: datetime,
    lot: str = "",
) -> bool:
    """Keep that an ebb, as it was read on *day*, is left alone, so that its course is told too.

    *by* is who chose it, or None where nobody chose anything; *lot* what was drawn, if it was by
    lot. False where one is followed already.
    """
    if followed(session, network) is not None:
        return False
    local = now.astimezone(network.zone)
    keep(
        session,
        Nudge(
            network_id=network.id,
            kind=ConveningKind.LEAVE_IT.value,
            state=State.GATHERING.value,
            drafted_by=by.id if by else None,
            starts_day=day,
            starts_time=local.time().replace(microsecond=0),
            review_on=max(look_again, day),
            lapses_on=max(look_again, day),
            posted_at=now,
            lot=lot,
            moved_by=by.id if by else None,
            moved_at=now,
            created_at=now,
        ),
    )
    return True


ROLES: Mapping[str, str] = {
    "drafted_by": "drafted",
    "approved_by": "approved",
    "judged_by": "judged",
    "moved_by": "last changed",
}
"""What somebody may have done with a nudge, by the column that names them."""


def touched_by(session: Session, person: Person) -> Sequence[tuple[Nudge, tuple[str, ...]]]:
    """The nudges that name *person*, and as what, oldest first."""
    rows = session.scalars(select(Nudge).where(_names(person)).order_by(Nudge.created_at, Nudge.id))
    return [
        (row, tuple(word for column, word in ROLES.items() if getattr(row, column) == person.id))
        for row in rows
    ]


def forget(session: Session, person: Person) -> None:
    """Take *person*'s name off every nudge; the network keeps the nudge."""
    for column in ROLES:
        session.execute(
            update(Nudge)
            .where(getattr(Nudge, column) == person.id)
            .values({column: None})
            .execution_options(synchronize_session=False)
        )
    session.expire_all()


def _names(person: Person) -> Any:
    return (
        (Nudge.drafted_by == person.id)
        | (Nudge.approved_by == person.id)
        | (Nudge.judged_by == person.id)
        | (Nudge.moved_by == person.id)
    )


def uncounted(session: Session, network: Network) -> int:
    """How many people of the network's workspace have asked not to be counted."""
    found = session.scalar(
        select(func.count())
        .select_from(Person)
        .where(
            Person.ref.startswith(f"{network.workspace}/", autoescape=True),
            Person.is_uncounted.is_(True),
        )
    )
    return found or 0
