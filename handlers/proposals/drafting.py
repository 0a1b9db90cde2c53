"""Draft a proposal: the form, what others would see of it, who helps, and posting it."""

from __future__ import annotations

from collections.abc import Mapping

from bot.context import Context
from bot.domain import amending
from bot.domain.charter import LONGEST as LONGEST_RULE
from bot.domain.charter import Charter, fault_in, line_of
from bot.domain.events import ActionTaken, FormSubmitted
from bot.domain.posts import Field
from bot.domain.proposals import LONGEST, LONGEST_REASON, REVIEWS, Act, Kind, Stage
from bot.domain.typed import shortened
from bot.judgement.limits import Kind as Saying
from bot.storage import charter, places, proposals
from bot.storage.places import Person
from bot.storage.proposals import Proposal
from handlers.proposals import posting
from handlers.proposals.acting import deed, numbered, view
from handlers.proposals.feature import Settings, feature
from handlers.proposals.showing import shown

OTHER = "Something else, not our charter"
USUAL = "In six months"


@feature.action("suggest")
def suggest(taken: ActionTaken, settings: Settings, ctx: Context) -> None:
    """Open the form for a change of the charter; "rule/4" is the part that it begins with.

    What was typed elsewhere brings no permit for a form: a button does.
    """
    if ctx.trigger:
        open_form(ctx, part=taken.value or f"{amending.RULE}1")
    else:
        ctx.reply("proposals/suggest")


def open_form(ctx: Context, *, part: str | None = None, wording: str = "") -> None:
    """Open the form with nothing in it but this; without a *part* it is about anything."""
    known = _parts(ctx)
    labels = {name: label for label, name in known.items()}
    first = next(iter(known))
    chosen = labels.get(part, first) if part is not None else (OTHER if known else "")
    _ask(ctx, known, chosen=chosen, wording=wording)


def _parts(ctx: Context) -> Mapping[str, str]:
    """What may be proposed, as the form asks it."""
    base = charter.current(ctx.session, ctx.network)
    return {**(amending.parts(base.charter) if base else {}), OTHER: amending.GENERAL}


def _ask(
    ctx: Context,
    known: Mapping[str, str],
    *,
    chosen: str,
    wording: str = "",
    tension: str = "",
    review: str = USUAL,
    number: int = 0,
) -> None:
    fields = (
        Field(name="tension", value=tension, is_required=True, is_long=True),
        Field(name="part", value=chosen, options=tuple(known), is_required=True),
        Field(name="wording", value=wording, is_long=True),
        Field(name="review", value=review, options=tuple(REVIEWS), is_required=True),
    )
    name, context = "proposals.draft", f"{number or ''}"
    ctx.ask("proposals/form", name=name, fields=fields, context=context)


def faults(submitted: FormSubmitted, settings: Settings) -> Mapping[str, str]:
    """What is wrong with a draft, by the field's name."""
    given = {name: line_of(value) for name, value in submitted.values.items()}
    wrong: dict[str, str] = {}
    if not given.get("tension"):
        wrong["tension"] = "Say in a sentence what is in the way as it is."
    elif len(given["tension"]) > LONGEST_REASON:
        wrong["tension"] = f"{LONGEST_REASON} characters are the most."
    is_out = given.get("part", "").startswith("Take out")
    most = LONGEST if given.get("part", OTHER) == OTHER else LONGEST_RULE
    if not given.get("wording") and not is_out:
        wrong["wording"] = "Write it word for word, as it would stand."
    elif len(given.get("wording", "")) > most:
        wrong["wording"] = f"{most} characters are the most."
    return wrong


@feature.form("draft", check=faults)
def take_draft(submitted: FormSubmitted, settings: Settings, ctx: Context) -> None:
    """Keep a draft, which few may see yet, and show whoever writes it what others would read."""
    if wrong := faults(submitted, settings):
        ctx.reply("proposals/fault", fault=next(iter(wrong.values())))
        return
    values = _values(ctx, submitted)
    if submitted.context:
        proposal = numbered(ctx, submitted.context)
        if proposal is None:
            return
        if proposal.stage != Stage.DRAFT:
            ctx.reply("proposals/elsewhere", shown=shown(ctx, proposal), act=Act.CHANGE.value)
            return
        proposals.change_draft(ctx.session, proposal, now=ctx.now, **values)
    else:
        draft = Proposal(
            network_id=ctx.network.id,
            proposer_id=ctx.me.id,
            created_at=ctx.now,
            changed_at=ctx.now,
            **values,
        )
        proposal = proposals.keep(ctx.session, draft)
    view(ctx, proposal, fault=fault_of(ctx, proposal))


def _values(ctx: Context, submitted: FormSubmitted) -> dict[str, object]:
    """What a form says of a proposal; a choice that isn't one is not about the charter."""
    given = submitted.values
    part = _parts(ctx).get(given.get("part", ""), amending.GENERAL)
    base = charter.current(ctx.session, ctx.network) if part else None
    return {
        "kind": (Kind.CHARTER if part else Kind.GENERAL).value,
        "part": part,
        "base": base.number if base else 0,
        "before": amending.before(base.charter, part) if base else "",
        "wording": "" if part.startswith(amending.DROP) else line_of(given.get("wording", "")),
        "tension": line_of(given.get("tension", "")),
        "months": REVIEWS.get(given.get("review", ""), REVIEWS[USUAL]),
    }


def fault_of(ctx: Context, proposal: Proposal, wording: str | None = None) -> str:
    """Why it can't be posted as it is, in plain English; or ""."""
    base = charter.current(ctx.session, ctx.network)
    if proposal.kind != Kind.CHARTER:
        return ""
    if base is None or amending.rebased(base.charter, proposal.part, proposal.before) is None:
        return "What it changes reads otherwise by now. Please look at it again."
    words = proposal.wording if wording is None else wording
    then = _then(base.charter, proposal, words)
    return "That is what stands there now." if then == base.charter else fault_in(then)


def _then(now: Charter, proposal: Proposal, words: str) -> Charter:
    part = amending.rebased(now, proposal.part, proposal.before) or proposal.part
    if words and part.startswith(amending.DROP):
        part = part.replace(amending.DROP, amending.RULE, 1)
    return amending.amended(now, part, words)


def change_draft(ctx: Context, proposal: Proposal) -> None:
    """Open the form again with what was written."""
    known = _parts(ctx)
    labels = {name: label for label, name in known.items()}
    _ask(
        ctx,
        known,
        chosen=labels.get(proposal.part, OTHER),
        wording=proposal.wording,
        tension=proposal.tension,
        review=next((k for k, each in REVIEWS.items() if each == proposal.months), USUAL),
        number=proposal.id,
    )


def post_draft(ctx: Context, settings: Settings, proposal: Proposal) -> None:
    """Show a draft to everybody, for their questions."""
    if posting.channel_of(ctx) is None:
        ctx.reply("proposals/no_channel")
        return
    if fault := fault_of(ctx, proposal):
        view(ctx, proposal, fault=fault)
        return
    closes = posting.until(ctx, settings.questions_days)
    if proposals.open_questions(ctx.session, proposal, now=ctx.now, until=closes):
        posting.post(ctx, proposal)
        ctx.reply("proposals/posted", shown=shown(ctx, proposal))


# Only wording


@deed("minor", Act.CALL_MINOR)
def call_minor(ctx: Context, settings: Settings, proposal: Proposal, more: str) -> None:
    """Ask the leads whether they too take it for a small change of wording."""
    others = [
        each for each in places.leads(ctx.session, ctx.network) if each.id != proposal.proposer_id
    ]
    if fault := fault_of(ctx, proposal):
        view(ctx, proposal, fault=fault)
    elif proposal.kind != Kind.CHARTER or not others:
        ctx.reply("proposals/not_minor", shown=shown(ctx, proposal))
    else:
        if proposals.call_minor(ctx.session, proposal):
            _ask_leads(ctx, proposal)
        ctx.reply("proposals/minor_asked", shown=shown(ctx, proposal), leads=others)


def _ask_leads(ctx: Context, proposal: Proposal) -> None:
    for to in places.leads_of(ctx.session, ctx.network):
        ctx.say(
            to,
            "proposals/is_it_minor",
            kind=Saying.TENDING,
            key=f"{proposal.key}/minor/{proposal.changed_at:%Y%m%dT%H%M%S}/{to}",
            lasting=posting.LASTING,
            shown=shown(ctx, proposal),
        )


@deed("agree", Act.AGREE_MINOR)
def agree_minor(ctx: Context, settings: Settings, proposal: Proposal, more: str) -> None:
    """A lead agrees: it passes in five working days if nobody objects."""
    if not proposal.calls_minor:
        ctx.reply("proposals/not_called_minor", number=proposal.id)
        return
    if fault := fault_of(ctx, proposal):
        view(ctx, proposal, fault=fault)
        return
    opened = proposals.open_round(
        ctx.session,
        proposal,
        until=posting.until(ctx, settings.consent_days),
        needed=proposals.needed(ctx.session, ctx.network),
        is_minor=True,
        lead_id=ctx.me.id,
        opened_at=ctx.now,
    )
    if opened:
        posting.post(ctx, proposal)
        ctx.reply("proposals/posted", shown=shown(ctx, proposal))


@deed("full", Act.AGREE_MINOR)
def not_minor(ctx: Context, settings: Settings, proposal: Proposal, more: str) -> None:
    """A lead takes it for more than wording: its proposer hears that it needs a round."""
    proposer = posting.proposer_of(ctx, proposal)
    if not proposal.calls_minor:
        ctx.reply("proposals/not_called_minor", number=proposal.id)
        return
    if proposer is not None:
        posting.tell(ctx, proposer, proposal, "needs_round")
    proposals.change_draft(ctx.session, proposal, now=proposal.changed_at)
    ctx.reply("proposals/full_said", shown=shown(ctx, proposal))


# Helpers


@deed("invite", Act.INVITE)
def invite(ctx: Context, settings: Settings, proposal: Proposal, more: str) -> None:
    """Ask somebody, by name or mention, to draft along."""
    person = _named(ctx, more)
    if person is None or person.id == ctx.me.id or person.is_bot or person.is_external:
        ctx.reply("proposals/nobody", name=shortened(more), number=proposal.id)
    elif proposals.ask_to_help(ctx.session, proposal, person):
        posting.tell(ctx, person, proposal, "help_asked")
        ctx.reply("proposals/invited", name=person.name, number=proposal.id)
    else:
        ctx.reply("proposals/enough_help", shown=shown(ctx, proposal))


def _named(ctx: Context, name: str) -> Person | None:
    """The only person here of that name, or of that id."""
    plain = name.strip().lstrip("@").casefold()
    known = places.people_of(ctx.session, ctx.network.workspace)
    found = [
        each for each in known if plain and plain in (each.name.casefold(), each.ref.casefold())
    ]
    return found[0] if len(found) == 1 else None


@feature.action("leave_draft")
def leave_draft(taken: ActionTaken, settings: Settings, ctx: Context) -> None:
    """Help no more; nobody is told."""
    proposal = numbered(ctx, taken.value)
    if proposal is not None:
        proposals.stop_helping(ctx.session, proposal, ctx.me)
        ctx.reply("proposals/left", number=proposal.id)
