"""Proposals where people look: the bot's own page, the digest, a catch-up, and what is found."""

from __future__ import annotations

from bot.context import Context
from bot.domain.proposals import Kind, Stage
from bot.feature import CatchUpItem, Period, Section, Since
from bot.prompting import Words, day
from bot.storage import proposals, talk
from bot.storage.places import Person
from bot.storage.proposals import KIND, Proposal
from handlers.proposals.feature import Settings, feature
from handlers.proposals.showing import shown

WEIGHT = 3.6
MOST = 5


@feature.home_section(order=22)
def waiting(settings: Settings, ctx: Context) -> Section | None:
    """On the bot's own page: what is proposed, and the round that waits for the member's answer."""
    known = proposals.in_stages(ctx.session, ctx.network)
    if not known:
        return None
    rows = [(shown(ctx, each), _waits(ctx, each, ctx.me)) for each in known[:MOST]]
    words = ctx.prompts.render("proposals/home", rows=rows)
    return Section(name="proposals", words=words, facts={})


def _waits(ctx: Context, proposal: Proposal, person: Person) -> bool:
    """Whether a round is open that *person* has yet to answer."""
    is_open = proposal.closes_at is not None and ctx.now < proposal.closes_at
    if proposal.stage != Stage.CONSENT or proposal.proposer_id == person.id or not is_open:
        return False
    return proposals.answer_by(ctx.session, proposal, person) is None


@feature.digest_section(order=45)
def proposed(settings: Settings, ctx: Context, period: Period) -> Section | None:
    """In the digest: one line of what is open, and one of what was decided in its days."""
    known = proposals.in_stages(ctx.session, ctx.network)
    found = [
        each
        for each in proposals.decided(ctx.session, ctx.network, at_most=MOST)
        if each.settled_at is not None
        and period.first <= talk.local_day(each.settled_at, ctx.network) <= period.last
    ]
    if not known and not found:
        return None
    words = ctx.prompts.render(
        "proposals/digest",
        proposals=[shown(ctx, each) for each in known[:MOST]],
        decided=[shown(ctx, each) for each in found],
    )
    facts = {"proposals": [each.id for each in known], "decided": [each.id for each in found]}
    return Section(name="proposals", words=words, facts=facts)


@feature.catchup_section(order=25)
def meanwhile(settings: Settings, ctx: Context, since: Since) -> list[CatchUpItem]:
    """Rounds that wait for somebody's answer, and what was decided since then."""
    waits = [
        each
        for each in proposals.in_stages(ctx.session, ctx.network, (Stage.CONSENT,))
        if _waits(ctx, each, since.person)
    ]
    new = [
        each
        for each in proposals.decided(ctx.session, ctx.network, at_most=MOST)
        if each.settled_at is not None and each.settled_at > since.at
    ]
    return [
        CatchUpItem(
            words=_in_short(ctx, each),
            why=_why(ctx, each),
            about=f"{KIND}/{each.id}",
            weight=WEIGHT,
            at=each.settled_at or each.changed_at,
        )
        for each in (*waits, *new)
    ]


def _why(ctx: Context, proposal: Proposal) -> str:
    if proposal.settled_at is None:
        return "everybody's answer counts, and yours isn't there yet"
    return f"it was decided on {day(proposal.settled_at.astimezone(ctx.network.zone))}"


@feature.finds(KIND)
def found(settings: Settings, ctx: Context, number: int) -> Words | None:
    """A decision, in short, with the day on which it is looked at again."""
    proposal = proposals.numbered(ctx.session, ctx.network, number)
    if proposal is None or proposal.stage != Stage.ADOPTED or proposal.kind != Kind.GENERAL:
        return None
    return _in_short(ctx, proposal)


def _in_short(ctx: Context, proposal: Proposal) -> Words:
    return ctx.prompts.render("proposals/short", shown=shown(ctx, proposal))
