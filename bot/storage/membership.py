"""Who came into a network, how they stand with it, and what is still due to them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import ForeignKey, UniqueConstraint, bindparam, delete, exists, func, or_, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from bot.domain.events import to_micros
from bot.domain.membership import MembershipState, Use, before
from bot.storage import watches
from bot.storage.activity import Message
from bot.storage.base import Base, Instant, change_if, fetch_rows, insert_missing
from bot.storage.delivery import Outgoing
from bot.storage.places import Channel, Network, Person, Presence

State = MembershipState
QUIETLY = {"synchronize_session": False}


class Membership(Base):
    """How somebody stands with a network, from their coming on.

    `welcomed_at` is when they said that they are in; `use` their answer to the check-in, which was
    asked at `checked_at`; `introduced_at` is when they let themselves be introduced, and
    `revision` how often they did. `rests_until` is None where a rest has no end. Of who left
    nothing else is kept. It goes when they are erased.
    """

    __tablename__ = "memberships"
    __table_args__ = (
        UniqueConstraint("network_id", "person_id"),
        {"sqlite_autoincrement": True},  # occasions bear its number, also once it is gone
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    network_id: Mapped[int] = mapped_column(ForeignKey("networks.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), index=True)
    state: Mapped[str] = mapped_column(default=State.INVITED.value)
    joined_at: Mapped[datetime | None] = mapped_column(Instant)
    moved_at: Mapped[datetime] = mapped_column(Instant)
    welcomed_at: Mapped[datetime | None] = mapped_column(Instant)
    introduced_at: Mapped[datetime | None] = mapped_column(Instant)
    revision: Mapped[int] = mapped_column(default=0)
    checked_at: Mapped[datetime | None] = mapped_column(Instant)
    use: Mapped[str] = mapped_column(default="")
    reminded_at: Mapped[datetime | None] = mapped_column(Instant)
    rests_until: Mapped[datetime | None] = mapped_column(Instant)

    @property
    def key(self) -> str:
        """What begins the occasions of all that is said to them."""
        return f"joining/{self.id}"

    @property
    def introduction(self) -> str:
        """The occasion of their newest introduction."""
        return f"joining.introduction/{self.id}/{self.revision}"


_STANDING = (
    select(Membership)
    .where(
        Membership.network_id == bindparam("network"), Membership.person_id == bindparam("person")
    )
    .execution_options(populate_existing=True)
)


def standing(session: Session, network: Network, person: Person) -> Membership | None:
    """How *person* stands with *network*, as it is by now; None of who was there before the bot."""
    return session.scalars(_STANDING, {"network": network.id, "person": person.id}).first()


def numbered(session: Session, network: Network, number: int) -> Membership | None:
    """One of the network's memberships, as it is by now."""
    return session.scalars(
        select(Membership)
        .where(Membership.network_id == network.id, Membership.id == number)
        .execution_options(populate_existing=True)
    ).first()


def begin(
    session: Session,
    network: Network,
    person: Person,
    *,
    joined_at: datetime | None,
    now: datetime,
) -> Membership | None:
    """Let *person* begin in *network*; who left begins anew. None where they have begun already.

    Without `joined_at` they were here before the bot: nobody new.
    """
    session.execute(
        delete(Membership)
        .where(
            Membership.network_id == network.id,
            Membership.person_id == person.id,
            Membership.state == State.LEFT.value,
        )
        .execution_options(**QUIETLY)
    )
    session.expire_all()
    row = {
        "network_id": network.id,
        "person_id": person.id,
        "state": State.INVITED.value,
        "joined_at": joined_at,
        "moved_at": now,
        "revision": 0,
        "use": "",
    }
    made = session.execute(insert_missing(session, Membership).returning(Membership.id), [row])
    number = made.scalar()
    return None if number is None else session.get_one(Membership, number)


def move(
    session: Session, membership: Membership, to: State, *, now: datetime, **values: object
) -> bool:
    """Let somebody come to the state *to*; False where they can't from where they are by now."""
    may = Membership.state.in_(before(to))
    return change_if(session, membership, may, state=to.value, moved_at=now, **values)


def leave(session: Session, network: Network, person: Person, *, now: datetime) -> Membership:
    """Keep that *person* left *network*, and nothing else of how they stood."""
    was = standing(session, network, person) or begin(
        session, network, person, joined_at=now, now=now
    )
    assert was is not None, "it is there, or was made"
    nothing = dict.fromkeys(
        ("joined_at", "welcomed_at", "introduced_at", "checked_at", "reminded_at", "rests_until")
    )
    move(session, was, State.LEFT, now=now, use="", **nothing)
    watches.forget_in(session, network, person)
    return was


def was_here(session: Session, network: Network, person: Person, *, before: datetime) -> bool:
    """Whether *person* was in any of the network's channels, or wrote in one, before then."""
    at = to_micros(before)
    theirs = select(Channel.id).where(Channel.network_id == network.id)
    came = exists().where(
        Presence.person_id == person.id,
        Presence.channel_id.in_(theirs),
        or_(Presence.joined < at, Presence.wrote < at),
    )
    wrote = exists().where(
        Message.author_id == person.id, Message.channel_id.in_(theirs), Message.ts < at
    )
    return bool(session.scalar(select(or_(came, wrote))))


_IS_IN = """
SELECT 1 FROM presences AS p JOIN channels AS c ON c.id = p.channel_id
WHERE p.person_id = ? AND c.network_id = ? AND p.joined IS NOT NULL AND p."left" IS NULL
AND c.id <> ? LIMIT 1
"""


def is_in(
    session: Session, network: Network, person: Person, *, besides: Channel | None = None
) -> bool:
    """Whether *person* is in any of the network's channels now, or any *besides* that one.

    As far as the platform told.
    """
    session.flush()
    values = (person.id, network.id, besides.id if besides else 0)
    return bool(fetch_rows(session, _IS_IN, values))


_IN_STATES = (
    select(Membership)
    .where(
        Membership.network_id == bindparam("network"),
        Membership.state.in_(bindparam("states", expanding=True)),
        Membership.joined_at >= bindparam("since"),
    )
    .order_by(Membership.joined_at, Membership.id)
)


def in_states(
    session: Session, network: Network, states: Collection[State], *, joined_since: datetime
) -> Sequence[Membership]:
    """Who stands so and came since then, in the order of coming."""
    names = [each.value for each in states]
    values = {"network": network.id, "states": names, "since": joined_since}
    return session.scalars(_IN_STATES, values).all()


def check_in(session: Session, membership: Membership, *, now: datetime) -> bool:
    """Keep that somebody is asked whether it has been any use; False where they were."""
    return change_if(session, membership, Membership.checked_at.is_(None), checked_at=now)


def remind(session: Session, membership: Membership, *, now: datetime) -> bool:
    """Keep that somebody is reminded of offers; False where they were."""
    return change_if(session, membership, Membership.reminded_at.is_(None), reminded_at=now)


def answer(session: Session, membership: Membership, use: Use) -> bool:
    """Keep what somebody said to the check-in; False where they said so before."""
    return change_if(session, membership, Membership.use != use.value, use=use.value)


def introduce(session: Session, membership: Membership, *, now: datetime) -> bool:
    """Keep that somebody is introduced; False where they are."""
    return change_if(
        session,
        membership,
        Membership.introduced_at.is_(None),
        introduced_at=now,
        revision=membership.revision + 1,
    )


def change_rest(session: Session, membership: Membership, *, until: datetime | None) -> bool:
    """Let a rest end then, or only when they say so; False where they don't rest any more."""
    is_resting = Membership.state == State.RESTING.value
    return change_if(session, membership, is_resting, rests_until=until)


def take_back(session: Session, membership: Membership) -> bool:
    """Keep that somebody took their introduction back; False where there is none."""
    is_there = Membership.introduced_at.is_not(None)
    return change_if(session, membership, is_there, introduced_at=None)


def waiting(session: Session, keys: Sequence[str]) -> Sequence[str]:
    """Those of *keys* under which something still waits to be said."""
    return session.scalars(
        select(Outgoing.key).where(Outgoing.key.in_(keys), Outgoing.state == "pending")
    ).all()


def people_in(session: Session, network: Network) -> int:
    """How many people are in any of the network's channels, as far as the platform told."""
    found = session.scalar(
        select(func.count(Presence.person_id.distinct()))
        .join(Channel, Channel.id == Presence.channel_id)
        .join(Person, Person.id == Presence.person_id)
        .where(
            Channel.network_id == network.id,
            Presence.joined.is_not(None),
            Presence.left.is_(None),
            Person.is_bot.is_(False),
            Person.is_gone.is_(False),
            Person.is_external.is_(False),
        )
    )
    return found or 0


def resting(session: Session, network: Network) -> set[int]:
    """Who isn't to be asked for anything: they rest, look around, or left."""
    apart = (State.RESTING.value, State.OBSERVING.value, State.LEFT.value)
    found = session.scalars(
        select(Membership.person_id).where(
            Membership.network_id == network.id, Membership.state.in_(apart)
        )
    )
    return {*found}


_RESTED = select(Membership).where(
    Membership.network_id == bindparam("network"),
    Membership.state == State.RESTING.value,
    Membership.rests_until <= bindparam("now"),
)


def rested(session: Session, network: Network, *, now: datetime) -> Sequence[Membership]:
    """Whose rest is over by now."""
    return session.scalars(_RESTED, {"network": network.id, "now": now}).all()


def of_person(session: Session, person: Person) -> Sequence[Membership]:
    """How *person* stands with each network."""
    return session.scalars(
        select(Membership).where(Membership.person_id == person.id).order_by(Membership.id)
    ).all()


def forget(session: Session, person: Person) -> None:
    """Let go of how *person* stands anywhere."""
    session.execute(
        delete(Membership).where(Membership.person_id == person.id).execution_options(**QUIETLY)
    )
    session.expire_all()
