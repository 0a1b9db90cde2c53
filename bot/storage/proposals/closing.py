"""How a round of consent ends: adopted, integrated, given more time or parked, and all at once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy.orm import Session

from bot.domain import amending
from bot.domain import proposals as consent
from bot.domain.proposals import UNSETTLED, Kind, Outcome, Stage, Tally
from bot.storage import charter
from bot.storage.base import change_if, insert_missing
from bot.storage.charter import CharterVersion
from bot.storage.places import Network
from bot.storage.proposals.answering import tally, took_part
from bot.storage.proposals.moving import back_to_draft, move, park, settle_as_adopted
from bot.storage.proposals.reading import in_stages
from bot.storage.proposals.table import Proposal, Round


class Stale(Exception):
    """What a proposal is to change reads otherwise by now: it can't be adopted as it stands."""


def close_round(
    session: Session, network: Network, proposal: Proposal, *, now: datetime, later: datetime
) -> Outcome | None:
    """Close the round whose time is over, or give it until *later* once; None where it is gone on.

    What is adopted is in the charter by then, in the same transaction.

    Raises:
        Stale: `follow_charter` wasn't asked first.
    """
    if proposal.stage != Stage.CONSENT or proposal.closes_at is None or now < proposal.closes_at:
        return None
    found = tally(session, network, proposal)
    outcome = consent.outcome(
        found,
        needed=proposal.needed,
        is_minor=proposal.is_minor,
        is_last=proposal.extended > 0,
    )
    done = {
        Outcome.WAIT: lambda: _extend(session, proposal, later),
        Outcome.PARK: lambda: park(session, proposal),
        Outcome.INTEGRATE: lambda: _integrate(session, proposal, now),
        Outcome.ADOPT: lambda: _adopt(session, network, proposal, now),
    }[outcome]()
    if done and outcome is not Outcome.WAIT:
        _keep_round(session, proposal, found, outcome, now)
    return outcome if done else None


def _extend(session: Session, proposal: Proposal, later: datetime) -> bool:
    is_same = Proposal.extended == proposal.extended
    return change_if(session, proposal, is_same, extended=proposal.extended + 1, closes_at=later)


def _integrate(session: Session, proposal: Proposal, now: datetime) -> bool:
    """What somebody objects to is no small matter any more."""
    return move(
        session,
        proposal,
        Stage.INTEGRATE,
        closes_at=None,
        is_minor=False,
        changed_at=now,
    )


def _keep_round(
    session: Session, proposal: Proposal, found: Tally, outcome: Outcome, now: datetime
) -> None:
    row = {
        "network_id": proposal.network_id,
        "proposal_id": proposal.id,
        "round": proposal.round,
        "needed": proposal.needed,
        "outcome": outcome.value,
        "closed_at": now,
        **found._asdict(),
    }
    session.execute(insert_missing(session, Round), [row])


def after_objections(
    session: Session, network: Network, proposal: Proposal, *, now: datetime
) -> Stage | None:
    """Where a proposal goes whose last objection fell; None while one stands.

    Its words are as they were. It is adopted at once where enough answered its last round;
    otherwise there is another one, which whoever asks has to open.

    Raises:
        Stale: as for `close_round`.
    """
    found = tally(session, network, proposal)
    if proposal.stage != Stage.INTEGRATE or found.objections:
        return None
    stage = consent.after_objections(found, needed=proposal.needed)
    if stage is Stage.ADOPTED and not _adopt(session, network, proposal, now):
        return None
    return stage


def _adopt(session: Session, network: Network, proposal: Proposal, now: datetime) -> bool:
    today = now.astimezone(network.zone).date()
    review_on = consent.review_day(today, proposal.months)
    people = took_part(session, proposal)
    version = None
    if proposal.kind == Kind.CHARTER:
        version = _into_charter(session, network, proposal, now, today, review_on, people)
    return settle_as_adopted(
        session,
        proposal,
        now=now,
        review_on=review_on,
        took_part=people,
        version=version.number if version else None,
    )


def _into_charter(
    session: Session,
    network: Network,
    proposal: Proposal,
    now: datetime,
    today: date,
    review_on: date,
    people: int,
) -> CharterVersion:
    base = charter.current(session, network)
    if base is None or amending.rebased(base.charter, proposal.part, proposal.before) is None:
        raise Stale(proposal.part)
    part = amending.rebased(base.charter, proposal.part, proposal.before) or proposal.part
    return charter.adopt(
        session,
        network,
        amending.amended(base.charter, part, proposal.wording),
        why=proposal.tension,
        is_material=not proposal.is_minor,
        took_part=people,
        effective_on=today,
        review_on=review_on,
        proposal=proposal.id,
        now=now,
    )


def follow_charter(session: Session, network: Network, *, now: datetime) -> Sequence[Proposal]:
    """Let proposals follow a charter that changed meanwhile; return those that it overtook.

    What still stands word for word is changed wherever it stands now. A proposal whose part reads
    otherwise is its proposer's draft again, with what stands there now.
    """
    base = charter.current(session, network)
    if base is None:
        return []
    overtaken = []
    for each in in_stages(session, network, UNSETTLED):
        if each.kind != Kind.CHARTER or each.base == base.number:
            continue
        part = amending.rebased(base.charter, each.part, each.before)
        if part is not None:
            change_if(session, each, Proposal.base == each.base, base=base.number, part=part)
        elif _overtake(session, each, base, now):
            overtaken.append(each)
    return overtaken


def _overtake(session: Session, proposal: Proposal, base: CharterVersion, now: datetime) -> bool:
    stands = amending.before(base.charter, proposal.part)
    is_gone = amending.number_of(proposal.part) > 0 and not stands
    values = {
        "base": base.number,
        "before": stands,
        "part": amending.NEW if is_gone else proposal.part,
    }
    if proposal.stage == Stage.DRAFT:
        return change_if(session, proposal, Proposal.base == proposal.base, **values)
    return back_to_draft(session, proposal, now=now, **values)
