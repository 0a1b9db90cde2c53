"""A proposal as people see it: what it changes, word for word, how far it is, and by whom."""

from __future__ import annotations

from datetime import date, datetime

from msgspec import Struct

from bot.context import Context
from bot.domain import amending
from bot.domain.charter import Piece, words_apart
from bot.domain.proposals import Act, Kind, Part, Settled, Stage, Stance, may, review_day
from bot.prompting import Plain, neutral
from bot.storage import proposals
from bot.storage.places import Person
from bot.storage.proposals import Answer, Proposal

FEW = 5
"""Of fewer answers no number is told."""


class Objection(Struct, frozen=True, kw_only=True):
    """Why somebody objects; `name` where they agreed to be named. `nth` is its place, from 1."""

    nth: int
    reason: str
    name: str
    is_disputed: bool
    settled: str


class Shown(Struct, frozen=True, kw_only=True):
    """A proposal as its words need it; times are the network's own.

    `wording` has in bold what stands there newly, `cut` what is left out of what stands there, and
    `changes` are the same against how it read before it was amended. `answered` is 0 where fewer
    than five did. `is_over`: its time is over, and what comes next is posted on a working morning.
    `review` is the day it would be looked at again if it were decided today.
    """

    number: int
    what: str
    stage: str
    is_charter: bool
    is_out: bool
    is_minor: bool
    before: str
    wording: Plain
    cut: tuple[str, ...]
    changes: Plain | None
    tension: str
    proposer: str
    facilitator: str
    leads: tuple[str, ...]
    until: datetime | None
    is_over: bool
    settled: datetime | None
    review: date
    months: int
    round: int
    needed: int
    answered: int
    is_extended: bool
    objections: tuple[Objection, ...]
    took_part: int
    version: int


def shown(ctx: Context, proposal: Proposal) -> Shown:
    """What there is to see of *proposal*."""
    today = ctx.now_there.date()
    was, now = words_apart(proposal.before, proposal.wording)
    is_consent = proposal.stage == Stage.CONSENT
    tally = proposals.tally(ctx.session, ctx.network, proposal) if is_consent else None
    earlier = proposal.earlier
    return Shown(
        number=proposal.id,
        what=amending.called(proposal.part),
        stage=proposal.stage,
        is_charter=proposal.kind == Kind.CHARTER,
        is_out=proposal.part.startswith(amending.DROP),
        is_minor=proposal.is_minor,
        before=proposal.before,
        wording=_marked(now) if proposal.before else Plain(neutral(proposal.wording)),
        cut=tuple(each.words for each in was if not each.is_same),
        changes=None if earlier is None else _marked(words_apart(earlier, proposal.wording)[1]),
        tension=proposal.tension,
        proposer=name_of(ctx, proposal.proposer_id),
        facilitator=name_of(ctx, proposal.facilitator_id),
        leads=tuple(filter(None, [name_of(ctx, proposal.lead_id)])),
        until=_local(ctx, proposal.closes_at),
        is_over=proposal.closes_at is not None and proposal.closes_at <= ctx.now,
        settled=_local(ctx, proposal.settled_at),
        review=proposal.review_on or review_day(today, proposal.months),
        months=proposal.months,
        round=proposal.round,
        needed=proposal.needed,
        answered=told(tally.answered if tally else 0),
        is_extended=proposal.extended > 0,
        objections=objected(ctx, proposal) if proposal.stage == Stage.INTEGRATE else (),
        took_part=told(proposal.took_part),
        version=proposal.version or 0,
    )


def told(count: int) -> int:
    """*count* as it may be told: nothing of fewer than five."""
    return count if count >= FEW else 0


def _marked(pieces: tuple[Piece, ...]) -> Plain:
    """Words with those in bold that the other wording hasn't."""
    words = ((neutral(each.words), each.is_same) for each in pieces)
    return Plain(" ".join(plain if is_same else f"**{plain}**" for plain, is_same in words))


def _local(ctx: Context, instant: datetime | None) -> datetime | None:
    return None if instant is None else instant.astimezone(ctx.network.zone)


def name_of(ctx: Context, number: int | None) -> str:
    """The name of a person, or "" where there is none any more."""
    person = ctx.session.get(Person, number) if number else None
    return person.name if person else ""


def raised(ctx: Context, proposal: Proposal) -> list[Answer]:
    """All objections of the newest round, whatever became of them, in the order of objecting."""
    found = proposals.answers(ctx.session, proposal)
    return [each for each in found if each.stance == Stance.OBJECT]


def objected(ctx: Context, proposal: Proposal) -> tuple[Objection, ...]:
    """The objections of the newest round as everybody sees them, those that stand."""
    return tuple(
        Objection(
            nth=nth,
            reason=each.reason,
            name=name_of(ctx, each.person_id) if each.is_named else "",
            is_disputed=each.is_disputed,
            settled=each.settled,
        )
        for nth, each in enumerate(raised(ctx, proposal), 1)
        if each.settled == Settled.STANDS and _counts(ctx, each)
    )


def _counts(ctx: Context, answer: Answer) -> bool:
    person = ctx.session.get_one(Person, answer.person_id)
    return proposals.counts(ctx.session, ctx.network, person)


def may_see(ctx: Context, proposal: Proposal, parts: set[Part]) -> bool:
    """Whether somebody who is *parts* to it may see it: a draft is seen by few."""
    if proposal.stage == Stage.DRAFT:
        is_asked = proposal.calls_minor and Part.LEAD in parts
        return is_asked or may(Act.SEE_DRAFT, Stage.DRAFT, parts)
    return proposal.stage != Stage.WITHDRAWN or Part.PROPOSER in parts


def allowed(proposal: Proposal, parts: set[Part]) -> set[str]:
    """The names of all acts that somebody who is *parts* to it may do now."""
    return {act.name.lower() for act in Act if may(act, Stage(proposal.stage), parts)}
