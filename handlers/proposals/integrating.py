"""Make a proposal safe enough to try: other words, objections that fall, or a rest."""

from __future__ import annotations

from collections.abc import Mapping

from bot.context import Context
from bot.domain.charter import LONGEST as LONGEST_RULE
from bot.domain.charter import line_of
from bot.domain.events import FormSubmitted
from bot.domain.posts import Field
from bot.domain.proposals import LONGEST, Act, Kind, Part, Stage, may
from bot.storage import places, proposals
from bot.storage.places import Person
from bot.storage.proposals import Answer, Proposal
from handlers.proposals import drafting, posting
from handlers.proposals.acting import deed, numbered, view
from handlers.proposals.feature import Settings, feature
from handlers.proposals.showing import raised, shown


@deed("move_on", Act.MOVE_ON)
def move_on(ctx: Context, settings: Settings, proposal: Proposal, more: str) -> None:
    """Its proposer ends the questions: how does it land?"""
    posting.mend(ctx, proposal, is_over=True)
    closes = posting.until(ctx, settings.reactions_days)
    if proposals.open_reactions(ctx.session, proposal, until=closes):
        posting.post(ctx, proposal)
        ctx.reply("proposals/moved_on", shown=shown(ctx, proposal))


# Other words


@deed("change", Act.CHANGE)
def change(ctx: Context, settings: Settings, proposal: Proposal, more: str) -> None:
    """Open the form of a draft, or for other words of what everybody sees."""
    if proposal.stage == Stage.DRAFT:
        drafting.change_draft(ctx, proposal)
        return
    words = proposal.wording if proposal.next_wording is None else proposal.next_wording
    fields = (Field(name="wording", value=words, is_required=True, is_long=True),)
    context = f"{proposal.id}"
    ctx.ask("proposals/form_words", name="proposals.words", fields=fields, context=context)


def faults(submitted: FormSubmitted, settings: Settings) -> Mapping[str, str]:
    """What is wrong with other words."""
    words = line_of(submitted.values.get("wording", ""))
    if not words:
        return {"wording": "Write it word for word, as it would stand."}
    if len(words) > LONGEST:
        return {"wording": f"{LONGEST} characters are the most."}
    return {}


@feature.form("words", check=faults)
def take_words(submitted: FormSubmitted, settings: Settings, ctx: Context) -> None:
    """Keep other words, and show them to whoever wrote them before anybody else."""
    proposals.take_turns(ctx.session, ctx.network)
    proposal = numbered(ctx, submitted.context)
    if proposal is None:
        return
    parts = proposals.parts_of(ctx.session, ctx.network, proposal, ctx.me)
    words = line_of(submitted.values.get("wording", ""))
    if not may(Act.CHANGE, Stage(proposal.stage), parts) or proposal.stage == Stage.DRAFT:
        ctx.reply("proposals/elsewhere", shown=shown(ctx, proposal), act=Act.CHANGE.value)
    elif fault := next(iter(faults(submitted, settings).values()), "") or _fault(
        ctx, proposal, words
    ):
        ctx.reply("proposals/fault", fault=fault)
    elif proposals.suggest(ctx.session, proposal, words):
        ctx.reply("proposals/words", shown=shown(ctx, proposal), words=words)


def _fault(ctx: Context, proposal: Proposal, words: str) -> str:
    if words == proposal.wording:
        return "That is how it reads now."
    if proposal.kind == Kind.CHARTER and len(words) > LONGEST_RULE:
        return f"{LONGEST_RULE} characters are the most."
    return drafting.fault_of(ctx, proposal, words)


@deed("post", Act.POST)
def post(ctx: Context, settings: Settings, proposal: Proposal, more: str) -> None:
    """Show everybody a draft, or the other words; after an objection these begin another round."""
    if proposal.stage == Stage.DRAFT:
        drafting.post_draft(ctx, settings, proposal)
    elif proposal.next_wording is None:
        view(ctx, proposal)
    elif fault := drafting.fault_of(ctx, proposal, proposal.next_wording):
        ctx.reply("proposals/fault", fault=fault)
    elif proposal.stage == Stage.REACTIONS:
        if proposals.take_words(ctx.session, proposal, now=ctx.now):
            posting.mend(ctx, proposal)
            ctx.reply("proposals/words_posted", shown=shown(ctx, proposal))
    else:
        open_round(ctx, settings, proposal, **proposals.in_other_words(proposal))
        ctx.reply("proposals/posted", shown=shown(ctx, proposal))


def open_round(ctx: Context, settings: Settings, proposal: Proposal, **values: object) -> bool:
    """Begin another round of consent, and say so to everybody."""
    posting.mend(ctx, proposal, is_over=True)
    done = proposals.open_round(
        ctx.session,
        proposal,
        until=posting.until(ctx, settings.consent_days),
        needed=proposals.needed(ctx.session, ctx.network),
        **values,
    )
    if done:
        posting.post(ctx, proposal)
    return done


# Objections


@deed("reconsider", Act.RECONSIDER)
def reconsider(ctx: Context, settings: Settings, proposal: Proposal, more: str) -> None:
    """Whoever objected withdraws it."""
    if proposals.reconsider(ctx.session, proposal, ctx.me):
        ctx.reply("proposals/reconsidered", shown=shown(ctx, proposal))
        go_on(ctx, settings, proposal)


def go_on(ctx: Context, settings: Settings, proposal: Proposal) -> None:
    """Once no objection stands: adopt it, or begin another round; else show those that are left."""
    if any(each.id == proposal.id for each in overtaken(ctx)):
        return
    left = proposals.tally(ctx.session, ctx.network, proposal).objections
    posting.mend(ctx, proposal, is_over=not left)
    stage = proposals.after_objections(ctx.session, ctx.network, proposal, now=ctx.now)
    if stage is Stage.ADOPTED:
        posting.announce(ctx, proposal, "adopted", proposal.key)
    elif stage is Stage.CONSENT:
        open_round(ctx, settings, proposal)


def overtaken(ctx: Context) -> list[Proposal]:
    """Let proposals follow the charter, and tell of those that it overtook."""
    found = proposals.follow_charter(ctx.session, ctx.network, now=ctx.now)
    for each in found:
        proposer = posting.proposer_of(ctx, each)
        if proposer is not None:
            posting.tell(ctx, proposer, each, "overtaken")
        if each.opened_at is not None:
            posting.take_out(ctx, each, "post_back")
            posting.announce(ctx, each, "overtaken_all", f"{each.key}/overtaken")
    return [*found]


@deed("dispute", Act.DISPUTE)
def dispute(ctx: Context, settings: Settings, proposal: Proposal, more: str) -> None:
    """Its proposer asks whoever facilitates to decide whether an objection has to be integrated."""
    objection = _objection(ctx, proposal, more)
    if objection is None:
        return
    person = facilitator_for(ctx, proposal, objection)
    if person is None:
        ctx.reply("proposals/nobody_to_decide", shown=shown(ctx, proposal))
        return
    proposal.facilitator_id = person.id
    ctx.session.flush()
    if proposals.dispute(ctx.session, objection):
        posting.tell(ctx, person, proposal, "please_decide")
    ctx.reply("proposals/disputed", shown=shown(ctx, proposal), name=person.name)


def facilitator_for(ctx: Context, proposal: Proposal, objection: Answer | None) -> Person | None:
    """Whoever facilitates, else a lead; never who proposed it, nor who objects."""
    not_them = {proposal.proposer_id, objection.person_id if objection else None}
    chosen = ctx.session.get(Person, proposal.facilitator_id or 0)
    known = [*filter(None, [chosen]), *places.leads(ctx.session, ctx.network)]
    return next(
        (
            each
            for each in known
            if each.id not in not_them and proposals.is_here(ctx.session, ctx.network, each)
        ),
        None,
    )


def _objection(ctx: Context, proposal: Proposal, more: str) -> Answer | None:
    """The objection of that place, if it stands; None, and a word to the member, where none is."""
    known = raised(ctx, proposal)
    nth = int(more) if more.isdecimal() and len(more) < 4 else 0
    if 1 <= nth <= len(known) and not known[nth - 1].settled:
        return known[nth - 1]
    ctx.reply("proposals/which", shown=shown(ctx, proposal))
    return None


@deed("set_aside", Act.RULE)
def set_aside(ctx: Context, settings: Settings, proposal: Proposal, more: str) -> None:
    """Whoever facilitates decides that a disputed objection doesn't stand in the way."""
    objection = _disputed(ctx, proposal, more)
    if objection is None:
        return
    objector = ctx.session.get_one(Person, objection.person_id)
    if proposals.set_aside(ctx.session, objection):
        posting.tell(ctx, objector, proposal, "was_set_aside")
        ctx.reply("proposals/decided_on", shown=shown(ctx, proposal), is_set_aside=True)
        go_on(ctx, settings, proposal)


@deed("uphold", Act.RULE)
def uphold(ctx: Context, settings: Settings, proposal: Proposal, more: str) -> None:
    """Whoever facilitates decides that a disputed objection is to be integrated."""
    objection = _disputed(ctx, proposal, more)
    if objection is not None and proposals.uphold(ctx.session, objection):
        proposer = posting.proposer_of(ctx, proposal)
        if proposer is not None:
            posting.tell(ctx, proposer, proposal, "was_upheld")
        ctx.reply("proposals/decided_on", shown=shown(ctx, proposal), is_set_aside=False)


def _disputed(ctx: Context, proposal: Proposal, more: str) -> Answer | None:
    """A disputed objection that isn't the member's own."""
    objection = _objection(ctx, proposal, more)
    if objection is None:
        return None
    if objection.is_disputed and objection.person_id != ctx.me.id:
        return objection
    ctx.reply("proposals/not_disputed", shown=shown(ctx, proposal))
    return None


# Who facilitates, and ends


@deed("facilitate", Act.FACILITATE)
def facilitate(ctx: Context, settings: Settings, proposal: Proposal, more: str) -> None:
    """Offer to facilitate: the first to offer does, and is named."""
    is_new = proposals.facilitate(ctx.session, proposal, ctx.me)
    if is_new:
        posting.mend(ctx, proposal)
    ctx.reply("proposals/facilitates", shown=shown(ctx, proposal), is_new=is_new)


@deed("park", Act.PARK)
def park(ctx: Context, settings: Settings, proposal: Proposal, more: str) -> None:
    """Let it rest."""
    posting.mend(ctx, proposal, is_over=True)
    if proposals.park(ctx.session, proposal):
        posting.announce(ctx, proposal, "parked", proposal.key)
        ctx.reply("proposals/is_parked", shown=shown(ctx, proposal))


@deed("take_up", Act.TAKE_UP)
def take_up(ctx: Context, settings: Settings, proposal: Proposal, more: str) -> None:
    """Make a draft of what was parked."""
    if proposals.take_up(ctx.session, proposal, now=ctx.now):
        overtaken(ctx)
        parts = proposals.parts_of(ctx.session, ctx.network, proposal, ctx.me)
        if Part.PROPOSER in parts:
            view(ctx, proposal)
        else:
            ctx.reply("proposals/taken_up", shown=shown(ctx, proposal))


@deed("withdraw", Act.WITHDRAW)
def withdraw(ctx: Context, settings: Settings, proposal: Proposal, more: str) -> None:
    """Its proposer takes it back: its words go from everywhere."""
    if proposals.withdraw(ctx.session, proposal, now=ctx.now):
        posting.take_out(ctx, proposal)
        ctx.reply("proposals/withdrawn", number=proposal.id)
