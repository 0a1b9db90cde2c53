"""What people answer in a round of consent, what becomes of objections, and how many it takes."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.domain import proposals as consent
from bot.domain.proposals import Settled, Stage, Stance, Tally
from bot.storage import charter
from bot.storage.base import change_if, insert_into
from bot.storage.places import Channel, Network, Person, Presence
from bot.storage.proposals.reading import answer_by, answers, objections
from bot.storage.proposals.table import Answer, Proposal


class Taken(StrEnum):
    """What became of an answer.

    late: the round is over; own: its proposer's yes is that they proposed it; same: they had
    answered just that before.
    """

    NEW = "new"
    CHANGED = "changed"
    SAME = "same"
    LATE = "late"
    OWN = "own"


def answer(
    session: Session,
    network: Network,
    proposal: Proposal,
    person: Person,
    stance: Stance,
    *,
    reason: str = "",
    is_named: bool = False,
    now: datetime,
) -> Taken:
    """Keep what *person* answers, in the place of what they answered before in this round."""
    if proposal.stage != Stage.CONSENT or proposal.closes_at is None or now >= proposal.closes_at:
        return Taken.LATE
    if proposal.proposer_id == person.id and not is_alone(session, network):
        return Taken.OWN
    before = answer_by(session, proposal, person)
    said = (stance.value, reason, is_named)
    if before is not None and (before.stance, before.reason, before.is_named) == said:
        return Taken.SAME
    row = {
        "network_id": network.id,
        "proposal_id": proposal.id,
        "round": proposal.round,
        "person_id": person.id,
        "stance": stance.value,
        "reason": reason,
        "is_named": is_named,
        "is_disputed": False,
        "settled": Settled.STANDS.value,
        "at": now,
    }
    changed = {name: row[name] for name in ("stance", "reason", "is_named", "at")}
    keys = ["proposal_id", "round", "person_id"]
    insert = insert_into(session, Answer)
    session.execute(insert.on_conflict_do_update(index_elements=keys, set_=changed), [row])
    return Taken.NEW if before is None else Taken.CHANGED


def is_alone(session: Session, network: Network) -> bool:
    """Whether there is nobody beside a proposer whose answer could count."""
    return agreed(session, network) <= 1


def agreed(session: Session, network: Network) -> int:
    """How many agree to the charter; where there is none, how many people are here."""
    if charter.current(session, network) is not None:
        return charter.agreed_to_some(session, network)
    found = session.scalar(
        select(func.count(Presence.person_id.distinct()))
        .join(Channel, Channel.id == Presence.channel_id)
        .join(Person, Person.id == Presence.person_id)
        .where(
            Channel.network_id == network.id,
            Presence.left.is_(None),
            Person.is_bot.is_(False),
            Person.is_gone.is_(False),
            Person.is_external.is_(False),
        )
    )
    return found or 0


def needed(session: Session, network: Network) -> int:
    """How many answers make a quorum now."""
    return consent.quorum(agreed(session, network))


def counts(session: Session, network: Network, person: Person) -> bool:
    """Whether an answer of *person* counts: once they agree to the charter, where there is one."""
    if person.is_bot or person.is_external or person.is_gone:
        return False
    if charter.current(session, network) is None:
        return True
    found = charter.standing(session, network, person)
    return found is not None and found.agreed is not None


def tally(session: Session, network: Network, proposal: Proposal) -> Tally:
    """What those whose answers count answered in the newest round.

    An objection that was withdrawn or set aside is an answer like "not my call".
    """
    members = _members(session, network)
    found = [
        each for each in answers(session, proposal) if members is None or each.person_id in members
    ]
    yes = sum(each.stance in (Stance.CONSENT, Stance.WORRY) for each in found)
    no = sum(each.stance == Stance.OBJECT and each.settled == Settled.STANDS for each in found)
    return Tally(consents=yes, objections=no, others=len(found) - yes - no)


def _members(session: Session, network: Network) -> set[int] | None:
    """Who agrees to the charter; None where there is none, and everybody's answer counts."""
    if charter.current(session, network) is None:
        return None
    everybody = charter.everybody(session, network)
    return {each.person.id for each in everybody if each.standing.agreed is not None}


def took_part(session: Session, proposal: Proposal) -> int:
    """How many people answered in any of its rounds."""
    found = session.scalar(
        select(func.count(Answer.person_id.distinct())).where(Answer.proposal_id == proposal.id)
    )
    return found or 0


def reconsider(session: Session, proposal: Proposal, person: Person) -> bool:
    """Withdraw the objection of *person*; False where there is none of theirs."""
    mine = [each for each in objections(session, proposal) if each.person_id == person.id]
    return any(_settle(session, each, Settled.WITHDRAWN) for each in mine)


def dispute(session: Session, objection: Answer) -> bool:
    """Let whoever facilitates decide on *objection*; False where they are asked already."""
    stands = Answer.settled == Settled.STANDS.value
    return change_if(session, objection, stands, Answer.is_disputed.is_(False), is_disputed=True)


def set_aside(session: Session, objection: Answer) -> bool:
    """Let a disputed *objection* stand in the way no more."""
    is_disputed = Answer.is_disputed.is_(True)
    stands = Answer.settled == Settled.STANDS.value
    return change_if(session, objection, is_disputed, stands, settled=Settled.SET_ASIDE.value)


def uphold(session: Session, objection: Answer) -> bool:
    """Let a disputed *objection* stand: it is to be integrated."""
    return change_if(session, objection, Answer.is_disputed.is_(True), is_disputed=False)


def _settle(session: Session, objection: Answer, how: Settled) -> bool:
    stands = Answer.settled == Settled.STANDS.value
    return change_if(session, objection, stands, settled=how.value)
