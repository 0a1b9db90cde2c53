"""Think of two people who should meet: shown first, in one's own words, and taken back at will."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.context import Context, with_draft
from bot.domain.drafts import carried, taken_from
from bot.domain.events import ActionTaken, FormSubmitted
from bot.domain.identifiers import fault_in as identifier_in
from bot.domain.ids import MemberId
from bot.domain.introductions import ME, MOST, Draft, Named, Origin, State, fault_in
from bot.domain.posts import Field
from bot.domain.typed import shortened
from bot.storage import belonging, introductions
from bot.storage.places import Person
from handlers.introductions import asking
from handlers.introductions.feature import Settings, feature


def propose(ctx: Context, named: Named, mentions: Sequence[MemberId]) -> None:
    """Show what the two would read, or ask for the reason first."""
    left = [*mentions]
    found: list[Person] = []
    for name in named[:2]:
        person = ctx.me if name.casefold() == ME else _somebody(ctx, name, left)
        if person is None or not (person.id == ctx.me.id or asking.is_there(ctx, person)):
            ctx.reply("introductions/nobody", name=shortened(name))
            return
        found.append(person)
    _show(ctx, Draft(one=found[0].id, other=found[1].id, words=named.words))


def _somebody(ctx: Context, name: str, left: list[MemberId]) -> Person | None:
    """Whom a mention of the platform names, each in its turn, or else a name that was typed."""
    mentioned = left.pop(0) if name.startswith("<@") and left else None
    return belonging.somebody(ctx.session, ctx.network, name, mentioned)


def _two(ctx: Context, draft: Draft) -> tuple[Person, Person] | None:
    """The two of a draft, whoever wrote it: people who are here, the member maybe among them."""
    one, other = (ctx.session.get(Person, each) for each in (draft.one, draft.other))
    if one is None or other is None:
        return None
    me = ctx.me
    are_here = all(each.id == me.id or asking.is_there(ctx, each) for each in (one, other))
    return (one, other) if are_here else None


def _show(ctx: Context, draft: Draft) -> None:
    two = _two(ctx, draft)
    if two is None:
        ctx.reply("bot/out_of_date")
    elif draft.one == draft.other:
        ctx.reply("introductions/one_and_the_same")
    elif not draft.words:
        _open(ctx, draft)
    elif fault := fault_in(draft.words):
        ctx.reply("introductions/fault", fault=fault)
    else:
        me = ctx.me
        asked = [each.name for each in two if each.id != me.id]
        ctx.reply(
            "introductions/preview",
            asked=asked,
            by=me.name,
            words=draft.words,
            draft=carried(draft),
        )


def _open(ctx: Context, draft: Draft) -> None:
    two = _two(ctx, draft)
    if two is None:
        ctx.reply("bot/out_of_date")
        return
    names = ["you" if each.id == ctx.me.id else each.name for each in two]
    fields = (Field(name="words", value=draft.words, is_required=True, is_long=True),)
    ctx.ask(
        "introductions/form",
        name="introductions.reason",
        fields=fields,
        context=carried(draft),
        names=names,
    )


def check_reason(submitted: FormSubmitted, settings: Settings) -> Mapping[str, str]:
    """What is wrong with the reason."""
    fault = fault_in(_reason(submitted))
    return {"words": fault} if fault else {}


def _reason(submitted: FormSubmitted) -> str:
    return " ".join(submitted.values.get("words", "").split())


@feature.form("reason", check=check_reason)
def take_reason(submitted: FormSubmitted, settings: Settings, ctx: Context) -> None:
    """Show what the two would read."""
    draft = taken_from(submitted.context, Draft)
    if draft is None or fault_in(_reason(submitted)):
        ctx.reply("bot/out_of_date")
    else:
        _show(ctx, Draft(one=draft.one, other=draft.other, words=_reason(submitted)))


@feature.action("rewrite")
@with_draft(Draft)
def rewrite(draft: Draft, settings: Settings, ctx: Context) -> None:
    """Open the form with what was written."""
    _open(ctx, draft)


@feature.action("nothing")
def nothing(taken: ActionTaken, settings: Settings, ctx: Context) -> None:
    """Keep nothing."""
    ctx.reply("introductions/nothing")


@feature.action("ask")
@with_draft(Draft)
def ask(draft: Draft, settings: Settings, ctx: Context) -> None:
    """Ask whom it is about; the same answer comes whether they can be asked or not."""
    two = _two(ctx, draft)
    is_fine = draft.one != draft.other and not fault_in(draft.words)
    if two is None or not is_fine or identifier_in(draft.words):
        ctx.reply("bot/out_of_date")
        return
    me = ctx.me
    found = introductions.between(ctx.session, ctx.network, draft.one, draft.other, by=me)
    if found is None:
        mine = introductions.thought_of(ctx.session, ctx.network, me, now=ctx.now)
        if len(mine) >= MOST:
            ctx.reply("introductions/enough", most=MOST)
            return
        origin = Origin.OWN if me.id in (draft.one, draft.other) else Origin.MEMBER
        asking.begin(ctx, origin, *two, by=me, words=draft.words)
        found = introductions.between(ctx.session, ctx.network, draft.one, draft.other, by=me)
    asked = [each.name for each in two if each.id != me.id]
    ctx.reply("introductions/asking", asked=asked, number=found.id if found else 0)


@feature.action("withdraw")
def press_withdraw(taken: ActionTaken, settings: Settings, ctx: Context) -> None:
    """Take back what the member thought of."""
    withdraw(ctx, taken.value)


def withdraw(ctx: Context, number: str) -> None:
    """Take back what the member thought of; whether it came about before isn't told."""
    me = ctx.me
    mine = introductions.thought_of(ctx.session, ctx.network, me, now=ctx.now)
    found = next((each for each in mine if f"{each.id}" == number.strip()), None)
    if found is None:
        ctx.reply("introductions/not_yours")
        return
    if found.state == State.MADE:
        asking.unsay(ctx, found)
    else:
        asking.take_back(ctx, found)
    ctx.reply("introductions/withdrawn")
