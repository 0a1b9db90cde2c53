"""What proposals there are: by number, by stage, by what is due, and of whom."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from bot.domain.proposals import PUBLIC, Kind, Part, Settled, Stage, Stance
from bot.storage.places import Network, Person, Presence, channels, leads
from bot.storage.proposals.table import Answer, Helper, Proposal, Round


def take_turns(session: Session, network: Network) -> None:
    """Let nobody else answer, move or close a proposal of *network* until this transaction ends."""
    session.execute(select(Network.id).where(Network.id == network.id).with_for_update())


def numbered(session: Session, network: Network, number: int) -> Proposal | None:
    """One of the network's proposals, as it is by now."""
    return session.scalars(
        select(Proposal)
        .where(Proposal.network_id == network.id, Proposal.id == number)
        .execution_options(populate_existing=True)
    ).first()


def in_stages(
    session: Session, network: Network, stages: Collection[Stage] = PUBLIC
) -> Sequence[Proposal]:
    """The network's proposals in one of *stages*, oldest first."""
    return session.scalars(
        select(Proposal)
        .where(
            Proposal.network_id == network.id, Proposal.stage.in_([each.value for each in stages])
        )
        .order_by(Proposal.id)
    ).all()


def about_charter(session: Session, network: Network) -> Sequence[Proposal]:
    """The changes of the charter that everybody may see and that aren't decided yet."""
    return [each for each in in_stages(session, network) if each.kind == Kind.CHARTER]


def due(session: Session, network: Network, *, now: datetime) -> Sequence[Proposal]:
    """The proposals of which a stage's time is over."""
    return [
        each
        for each in in_stages(session, network)
        if each.closes_at is not None and each.closes_at <= now
    ]


def decided(session: Session, network: Network, *, at_most: int) -> Sequence[Proposal]:
    """What was decided, the newest first."""
    return session.scalars(
        select(Proposal)
        .where(Proposal.network_id == network.id, Proposal.stage == Stage.ADOPTED.value)
        .order_by(Proposal.settled_at.desc(), Proposal.id.desc())
        .limit(at_most)
    ).all()


def to_review(session: Session, network: Network, *, today: date) -> Sequence[Proposal]:
    """The decisions whose review is due and that nobody was told of; the charter has its own."""
    return session.scalars(
        select(Proposal)
        .where(
            Proposal.network_id == network.id,
            Proposal.stage == Stage.ADOPTED.value,
            Proposal.kind == Kind.GENERAL.value,
            Proposal.review_on <= today,
            Proposal.reviewed_at.is_(None),
        )
        .order_by(Proposal.id)
    ).all()


def of_person(session: Session, person: Person) -> Sequence[Proposal]:
    """What *person* proposed, oldest first."""
    return session.scalars(
        select(Proposal).where(Proposal.proposer_id == person.id).order_by(Proposal.id)
    ).all()


def tended_by(session: Session, person: Person) -> Sequence[tuple[Proposal, str]]:
    """The proposals of others in which *person* has a part, and which: an act of theirs."""
    helped = select(Helper.proposal_id).where(Helper.person_id == person.id)
    rows = session.scalars(
        select(Proposal)
        .where(
            or_(
                Proposal.facilitator_id == person.id,
                Proposal.lead_id == person.id,
                Proposal.id.in_(helped),
            )
        )
        .order_by(Proposal.id)
    )
    return [(each, _part_in(each, person)) for each in rows]


def _part_in(proposal: Proposal, person: Person) -> str:
    if proposal.facilitator_id == person.id:
        return Part.FACILITATOR.value
    return Part.LEAD.value if proposal.lead_id == person.id else Part.HELPER.value


def answers_of(session: Session, person: Person) -> Sequence[Answer]:
    """What *person* answered, in the order of answering."""
    return session.scalars(
        select(Answer).where(Answer.person_id == person.id).order_by(Answer.at, Answer.proposal_id)
    ).all()


def answers(session: Session, proposal: Proposal) -> Sequence[Answer]:
    """All that was answered in the newest round, in the order of answering."""
    return session.scalars(
        select(Answer)
        .where(Answer.proposal_id == proposal.id, Answer.round == proposal.round)
        .order_by(Answer.at, Answer.person_id)
        .execution_options(populate_existing=True)
    ).all()


def answer_by(session: Session, proposal: Proposal, person: Person) -> Answer | None:
    """What *person* answered in the newest round."""
    key = (proposal.id, proposal.round, person.id)
    return session.get(Answer, key, populate_existing=True)


def objections(session: Session, proposal: Proposal) -> Sequence[Answer]:
    """The objections of the newest round that stand, in the order of objecting."""
    return [
        each
        for each in answers(session, proposal)
        if each.stance == Stance.OBJECT and each.settled == Settled.STANDS
    ]


def rounds(session: Session, proposal: Proposal) -> Sequence[Round]:
    """How its rounds ended, the first first."""
    return session.scalars(
        select(Round).where(Round.proposal_id == proposal.id).order_by(Round.round)
    ).all()


def helpers(session: Session, proposal: Proposal) -> Sequence[Person]:
    """Who drafts along with the proposer, in the order of our knowing them."""
    return session.scalars(
        select(Person)
        .join(Helper, Helper.person_id == Person.id)
        .where(Helper.proposal_id == proposal.id)
        .order_by(Person.id)
    ).all()


def is_here(session: Session, network: Network, person: Person) -> bool:
    """Whether *person* has not left: not the platform, nor the last of the network's channels."""
    if person.is_gone:
        return False
    mine = [each.id for each in channels(session, network)]
    left = session.execute(
        select(Presence.left).where(Presence.person_id == person.id, Presence.channel_id.in_(mine))
    ).all()
    return not left or any(when is None for (when,) in left)


def parts_of(session: Session, network: Network, proposal: Proposal, person: Person) -> set[Part]:
    """All that *person* is to *proposal*.

    Once its proposer has left, whoever facilitates stands in for them.
    """
    found = {Part.MEMBER}
    if proposal.proposer_id == person.id:
        found.add(Part.PROPOSER)
    if proposal.facilitator_id == person.id:
        found.add(Part.FACILITATOR)
        if _has_left(session, network, proposal):
            found.add(Part.HELPER)
    if any(each.id == person.id for each in helpers(session, proposal)):
        found.add(Part.HELPER)
    if any(each.id == person.id for each in leads(session, network)):
        found.add(Part.LEAD)
    if any(each.person_id == person.id for each in objections(session, proposal)):
        found.add(Part.OBJECTOR)
    return found


def _has_left(session: Session, network: Network, proposal: Proposal) -> bool:
    proposer = session.get(Person, proposal.proposer_id) if proposal.proposer_id else None
    return proposer is None or not is_here(session, network, proposer)
