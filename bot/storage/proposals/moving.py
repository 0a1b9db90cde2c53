"""A proposal from one stage to the next: each move is one update that happens once."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, delete, select, update
from sqlalchemy.orm import Session

from bot.domain.amending import DROP, RULE
from bot.domain.proposals import (
    ALLOWED,
    MOST_HELPERS,
    PUBLIC,
    Act,
    Kind,
    Stage,
    may_become,
)
from bot.storage import finding
from bot.storage.base import change_if, insert_missing
from bot.storage.places import Network, Person
from bot.storage.proposals.reading import answers_of, helpers, of_person
from bot.storage.proposals.table import KIND, Answer, Helper, Proposal

KEPT = timedelta(days=30)
"""How long it is held who answered what after a proposal is settled, and what was taken back."""
DRAFTED = timedelta(days=90)
"""How long a draft is held that nobody changes or posts."""


def keep(session: Session, proposal: Proposal) -> Proposal:
    """Keep a draft; it has its number then."""
    session.add(proposal)
    session.flush()
    return proposal


def move(
    session: Session,
    proposal: Proposal,
    to: Stage,
    *conditions: ColumnElement[bool],
    **values: object,
) -> bool:
    """Move *proposal* to another stage; False where it is not where it was seen any more."""
    before = Stage(proposal.stage)
    if not may_become(before, to):
        return False
    is_same = (Proposal.stage == before.value) & (Proposal.round == proposal.round)
    return change_if(session, proposal, is_same, *conditions, stage=to.value, **values)


def change_draft(session: Session, proposal: Proposal, *, now: datetime, **values: object) -> bool:
    """Put what its author wrote anew in the place of a draft; a lead's yes was to other words."""
    is_draft = Proposal.stage == Stage.DRAFT.value
    return change_if(
        session, proposal, is_draft, changed_at=now, calls_minor=False, lead_id=None, **values
    )


def call_minor(session: Session, proposal: Proposal) -> bool:
    """Its proposer calls it a small change of wording; False where they did before."""
    is_new = (Proposal.stage == Stage.DRAFT.value) & Proposal.calls_minor.is_(False)
    return change_if(session, proposal, is_new, calls_minor=True)


def open_questions(session: Session, proposal: Proposal, *, now: datetime, until: datetime) -> bool:
    """Show a draft to everybody, for their questions."""
    return move(
        session,
        proposal,
        Stage.QUESTIONS,
        opened_at=now,
        changed_at=now,
        closes_at=until,
        calls_minor=False,
    )


def open_reactions(session: Session, proposal: Proposal, *, until: datetime) -> bool:
    """Ask how it lands."""
    return move(session, proposal, Stage.REACTIONS, closes_at=until)


def open_round(
    session: Session, proposal: Proposal, *, until: datetime, needed: int, **values: object
) -> bool:
    """Begin the next round of consent, in which *needed* answers make a quorum."""
    return move(
        session,
        proposal,
        Stage.CONSENT,
        round=proposal.round + 1,
        closes_at=until,
        needed=needed,
        extended=0,
        **({"next_wording": None} | values),
    )


def post_again(session: Session, proposal: Proposal, *, until: datetime) -> bool:
    """Its stage begins anew: nobody could see the post of it."""
    is_same = Proposal.revision == proposal.revision
    return change_if(session, proposal, is_same, revision=proposal.revision + 1, closes_at=until)


def suggest(session: Session, proposal: Proposal, words: str) -> bool:
    """Keep other words for it, which only whoever wrote them has been shown."""
    stages = [each.value for each in ALLOWED[Act.CHANGE]]
    return change_if(session, proposal, Proposal.stage.in_(stages), next_wording=words)


def take_words(session: Session, proposal: Proposal, *, now: datetime) -> bool:
    """Let everybody see the other words in which it is now; False where that was done before."""
    is_new = (Proposal.stage == Stage.REACTIONS.value) & Proposal.next_wording.is_not(None)
    return change_if(session, proposal, is_new, changed_at=now, **in_other_words(proposal))


def in_other_words(proposal: Proposal) -> dict[str, object]:
    """What changes of *proposal* by its next words; a rule to take out is one to change then."""
    part = proposal.part
    if part.startswith(DROP) and proposal.next_wording:
        part = part.replace(DROP, RULE, 1)
    return {
        "part": part,
        "earlier": proposal.wording,
        "wording": proposal.next_wording,
        "next_wording": None,
    }


def facilitate(session: Session, proposal: Proposal, person: Person) -> bool:
    """Let *person* facilitate; False where somebody does, or it is settled."""
    stages = [each.value for each in PUBLIC]
    is_free = Proposal.facilitator_id.is_(None) & Proposal.stage.in_(stages)
    return change_if(session, proposal, is_free, facilitator_id=person.id)


def park(session: Session, proposal: Proposal) -> bool:
    """Let it rest."""
    return move(session, proposal, Stage.PARKED, closes_at=None, next_wording=None)


def take_up(session: Session, proposal: Proposal, *, now: datetime) -> bool:
    """Make a draft of what was parked, by the same proposer."""
    return back_to_draft(session, proposal, now=now)


def back_to_draft(session: Session, proposal: Proposal, *, now: datetime, **values: object) -> bool:
    """Its proposer alone sees it again, and may change it; a round that was open is void."""
    return move(
        session,
        proposal,
        Stage.DRAFT,
        closes_at=None,
        next_wording=None,
        earlier=None,
        is_minor=False,
        calls_minor=False,
        lead_id=None,
        revision=proposal.revision + 1,
        changed_at=now,
        **values,
    )


def withdraw(session: Session, proposal: Proposal, *, now: datetime) -> bool:
    """Delete what was proposed, and why; False where it is settled already."""
    nothing: dict[str, object] = dict.fromkeys(("wording", "tension", "before"), "")
    done = move(
        session,
        proposal,
        Stage.WITHDRAWN,
        closes_at=None,
        settled_at=now,
        earlier=None,
        next_wording=None,
        **nothing,
    )
    if done:
        _forget_answers(session, Answer.proposal_id == proposal.id)
    return done


def reviewed(session: Session, proposal: Proposal, *, now: datetime) -> bool:
    """It is told that the review is due; False where it was before."""
    return change_if(session, proposal, Proposal.reviewed_at.is_(None), reviewed_at=now)


def review_later(session: Session, proposal: Proposal, day: date) -> bool:
    """Keep a decision until another review."""
    is_kept = Proposal.stage == Stage.ADOPTED.value
    return change_if(session, proposal, is_kept, review_on=day, reviewed_at=None)


# Helpers


def ask_to_help(session: Session, proposal: Proposal, person: Person) -> bool:
    """Let *person* draft along; False where they do, or enough others."""
    if len(helpers(session, proposal)) >= MOST_HELPERS:
        return False
    row = {
        "network_id": proposal.network_id,
        "proposal_id": proposal.id,
        "person_id": person.id,
    }
    statement = insert_missing(session, Helper).returning(Helper.person_id)
    return session.execute(statement, [row]).first() is not None


def stop_helping(session: Session, proposal: Proposal, person: Person) -> None:
    """Let *person* draft along no more."""
    session.execute(
        delete(Helper)
        .where(Helper.proposal_id == proposal.id, Helper.person_id == person.id)
        .execution_options(synchronize_session=False)
    )


# What goes


def let_old_go(session: Session, network: Network, *, now: datetime) -> None:
    """Let go of drafts that nobody went on with, and of who answered what once it is settled."""
    is_here = Proposal.network_id == network.id
    is_stale = (Proposal.stage == Stage.DRAFT.value) & (Proposal.changed_at < now - DRAFTED)
    is_gone = (Proposal.stage == Stage.WITHDRAWN.value) & (Proposal.settled_at < now - KEPT)
    session.execute(
        delete(Proposal)
        .where(is_here, is_stale | is_gone)
        .execution_options(synchronize_session=False)
    )
    old = select(Proposal.id).where(is_here, Proposal.settled_at < now - KEPT)
    _forget_answers(session, Answer.proposal_id.in_(old))


def _forget_answers(session: Session, condition: ColumnElement[bool]) -> None:
    session.execute(delete(Answer).where(condition).execution_options(synchronize_session=False))
    session.expire_all()


def forget(session: Session, person: Person, *, now: datetime) -> None:
    """Let go of all that *person* proposed, answered and tended; what was adopted stays, unnamed.

    Of a decision its words stay, which are the network's by now, and not why it was proposed.
    """
    for proposal in of_person(session, person):
        if proposal.stage == Stage.ADOPTED:
            change_if(session, proposal, proposer_id=None, tension="", earlier=None)
            _let_be_found(session, proposal, now=now)
        else:
            finding.drop(session, _network(session, proposal), KIND, proposal.id)
            session.delete(proposal)
    for column in (Proposal.facilitator_id, Proposal.lead_id):
        session.execute(
            update(Proposal)
            .where(column == person.id)
            .values({column: None})
            .execution_options(synchronize_session=False)
        )
    session.execute(
        delete(Helper)
        .where(Helper.person_id == person.id)
        .execution_options(synchronize_session=False)
    )
    session.flush()
    if answers_of(session, person):
        _forget_answers(session, Answer.person_id == person.id)
    session.expire_all()


def _network(session: Session, proposal: Proposal) -> Network:
    return session.get_one(Network, proposal.network_id)


def _let_be_found(session: Session, proposal: Proposal, *, now: datetime) -> None:
    if proposal.kind == Kind.GENERAL:
        when = proposal.settled_at or now
        finding.keep(
            session, _network(session, proposal), KIND, proposal.id, proposal.text, now=when
        )


def settle_as_adopted(
    session: Session,
    proposal: Proposal,
    *,
    now: datetime,
    review_on: date,
    took_part: int,
    version: int | None,
) -> bool:
    """Keep it as decided, and let a decision be found; False where it is not where it was seen."""
    done = move(
        session,
        proposal,
        Stage.ADOPTED,
        closes_at=None,
        settled_at=now,
        review_on=review_on,
        took_part=took_part,
        version=version,
        next_wording=None,
    )
    if done:
        _let_be_found(session, proposal, now=now)
    return done
