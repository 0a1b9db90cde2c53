"""What is held of somebody's proposals, helping and answers, and how it goes."""

from __future__ import annotations

from bot.context import Context
from bot.domain import amending
from bot.domain.proposals import Stage
from bot.feature import Section
from bot.storage import proposals
from bot.storage.places import Person
from handlers.proposals import posting
from handlers.proposals.feature import Settings, feature


@feature.mydata
def held(settings: Settings, ctx: Context, person: Person) -> Section | None:
    """What somebody proposed, in which proposals of others they have a part, and their answers."""
    mine = proposals.of_person(ctx.session, person)
    parts = proposals.tended_by(ctx.session, person)
    answers = proposals.answers_of(ctx.session, person)
    if not (mine or parts or answers):
        return None
    facts: dict[str, object] = {
        "proposals": [
            {
                "number": each.id,
                "stage": each.stage,
                "part": each.part,
                "wording": each.wording,
                "earlier": each.earlier,
                "next": each.next_wording,
                "tension": each.tension,
                "called_minor": each.calls_minor,
                "created_at": each.created_at,
                "settled_at": each.settled_at,
            }
            for each in mine
        ],
        "parts": [{"proposal": each.id, "part": part} for each, part in parts],
        "answers": [
            {
                "proposal": each.proposal_id,
                "round": each.round,
                "answer": each.stance,
                "reason": each.reason,
                "is_named": each.is_named,
                "disputed": each.is_disputed,
                "settled": each.settled,
                "at": each.at,
            }
            for each in answers
        ],
    }
    shown = [(each, amending.called(each.part)) for each in mine]
    words = ctx.prompts.render("proposals/mydata", mine=shown, parts=parts, answers=answers)
    return Section(name="proposals", words=words, facts=facts)


@feature.erase
def forget(settings: Settings, ctx: Context, person: Person) -> None:
    """Let go of it; what was adopted stays as the network's, without a name."""
    for each in proposals.of_person(ctx.session, person):
        if each.stage not in (Stage.ADOPTED, Stage.WITHDRAWN):
            posting.take_out(ctx, each)
        elif each.stage == Stage.ADOPTED:
            posting.take_out(ctx, each, "post_decided")
    said = {each.proposal_id for each in proposals.answers_of(ctx.session, person)}
    tended = {each.id for each, _ in proposals.tended_by(ctx.session, person)}
    touched = [
        each
        for each in proposals.in_stages(ctx.session, ctx.network)
        if each.id in said | tended and each.proposer_id != person.id
    ]
    proposals.forget(ctx.session, person, now=ctx.now)
    for each in touched:
        ctx.session.refresh(each)
        posting.mend(ctx, each)
