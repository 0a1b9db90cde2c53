"""From being told of each other to having met: who said so, who was reminded, and who is silent."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from bot.domain.meeting import UNANSWERED, Came
from bot.storage.base import change_if, change_many
from bot.storage.circles import Circle, Meeter
from bot.storage.meeting import Meeting, Partner, Round
from bot.storage.places import Network, Person


def to_ask_after(session: Session, network: Network, *, before: datetime) -> Sequence[Meeting]:
    """The meetings that people heard of before then, and weren't asked about."""
    return session.scalars(
        select(Meeting)
        .where(Meeting.network_id == network.id, Meeting.asked_at.is_(None), Meeting.at < before)
        .order_by(Meeting.id)
    ).all()


def ask_after(session: Session, meeting: Meeting, *, now: datetime) -> bool:
    """Keep that they are asked whether they met; False where they were."""
    return change_if(session, meeting, Meeting.asked_at.is_(None), asked_at=now)


def theirs(session: Session, network: Network, number: int, person: Person) -> Meeting | None:
    """The meeting of that number, if it is one of *person*'s."""
    return session.scalars(
        select(Meeting)
        .join(Partner, Partner.meeting_id == Meeting.id)
        .where(
            Meeting.network_id == network.id,
            Meeting.id == number,
            Partner.person_id == person.id,
        )
    ).first()


def note_begun(session: Session, meeting: Meeting) -> None:
    """Keep that they found each other."""
    change_if(session, meeting, Meeting.is_begun.is_(False), is_begun=True)


def suggest(
    session: Session, meeting: Meeting, *, seen: int, starts_at: datetime, minutes: int
) -> bool:
    """Keep when they are to meet; False where another time was named since *seen*."""
    return change_if(
        session,
        meeting,
        Meeting.sequence == seen,
        starts_at=starts_at,
        minutes=minutes,
        sequence=seen + 1,
        is_off=False,
        is_begun=True,
    )


def call_off(session: Session, meeting: Meeting) -> bool:
    """Keep that the time which was named doesn't hold; False where none does."""
    holds = Meeting.starts_at.is_not(None) & Meeting.is_off.is_(False)
    return change_if(session, meeting, holds, is_off=True, sequence=meeting.sequence + 1)


def to_remind(
    session: Session, network: Network, *, after: datetime, before: datetime
) -> Sequence[Meeting]:
    """The meetings heard of between then, of which nobody has said or heard anything yet."""
    return session.scalars(
        select(Meeting)
        .where(
            Meeting.network_id == network.id,
            Meeting.asked_at.is_(None),
            Meeting.at >= after,
            Meeting.at < before,
            Meeting.is_begun.is_(False),
            Meeting.reminded_at.is_(None),
        )
        .order_by(Meeting.id)
    ).all()


def remind(session: Session, meeting: Meeting, *, now: datetime) -> bool:
    """Keep that the captain was reminded; False where they were, or it isn't needed any more."""
    is_new = Meeting.reminded_at.is_(None) & Meeting.is_begun.is_(False)
    return change_if(session, meeting, is_new, reminded_at=now)


def answer(
    session: Session, network: Network, number: int, person: Person, came: Came
) -> Meeting | None:
    """Keep what *person* says of a meeting of theirs; None where it isn't theirs."""
    meeting = theirs(session, network, number, person)
    if meeting is None:
        return None
    note_begun(session, meeting)
    change_many(
        session,
        update(Partner)
        .where(Partner.meeting_id == number, Partner.person_id == person.id)
        .values(came=came.value),
    )
    return meeting


def note_asked(session: Session, number: int, person: int, *, now: datetime) -> None:
    """Keep that somebody has heard the question whether they met."""
    change_many(
        session,
        update(Partner)
        .where(Partner.meeting_id == number, Partner.person_id == person)
        .values(asked_at=now),
    )


def silent(session: Session, circle: Circle, *, before: datetime) -> set[int]:
    """Who was asked before then after each of their last rounds here, and said nothing to any.

    Rounds before somebody took part (again) don't count; nor does one that was asked about since.
    """
    rows = session.execute(
        select(Partner.person_id, Partner.came)
        .join(Meeting, Meeting.id == Partner.meeting_id)
        .join(Round, Round.id == Meeting.round_id)
        .join(
            Meeter,
            (Meeter.circle_id == Round.circle_id) & (Meeter.person_id == Partner.person_id),
        )
        .where(
            Round.circle_id == circle.id,
            Round.at >= Meeter.since,
            Partner.asked_at < before,
            Meeter.eased_at.is_(None),
        )
        .order_by(Partner.meeting_id.desc())
    )
    newest: dict[int, list[str]] = {}
    for person, came in rows:
        newest.setdefault(person, []).append(came)
    return {
        person
        for person, said in newest.items()
        if len(said) >= UNANSWERED and not any(said[:UNANSWERED])
    }
