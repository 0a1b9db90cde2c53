"""What is noted of a difference, or held about it, only with a yes of both sides.

Whoever wrote the flag is asked first. The other hears of nothing before that yes.
"""

from __future__ import annotations

from datetime import timedelta

from bot.context import Context
from bot.domain.events import ActionTaken
from bot.domain.flags import LONGEST, AgreementState, Matter
from bot.domain.ids import MemberId
from bot.domain.typed import number_of, shortened
from bot.judgement.limits import Kind
from bot.storage import belonging, flags
from bot.storage.flags import Agreement, Flag
from bot.storage.places import Person
from handlers.flags.feature import Settings, feature

LASTING = timedelta(days=14)


def propose(
    ctx: Context,
    number: int,
    matter: Matter,
    name: str,
    mentioned: MemberId | None,
    words: str = "",
) -> None:
    """Ask both sides of flag *number* whether *matter* may be noted, the flag's writer first."""
    flag = flags.of_hearer(ctx.session, ctx.network, ctx.me, number)
    other = belonging.somebody(ctx.session, ctx.network, name, mentioned)
    words = " ".join(words.split())[:LONGEST]
    if flag is None:
        ctx.reply("flags/not_yours")
    elif other is None or other.id in (flag.person_id, ctx.me.id):
        ctx.reply("flags/no_other", name=shortened(name))
    elif matter is Matter.LEARNED and not words:
        ctx.reply("flags/no_words", number=number)
    else:
        kept = flags.propose(
            ctx.session,
            Agreement(
                network_id=ctx.network.id,
                flag_id=flag.id,
                by_id=ctx.me.id,
                other_id=other.id,
                matter=matter.value,
                words=words if matter is Matter.LEARNED else "",
                state=AgreementState.FIRST.value,
                at=ctx.now,
            ),
        )
        writer = ctx.session.get_one(Person, flag.person_id)
        _ask(ctx, kept, writer, other, Kind.ANSWER)
        ctx.reply("flags/asked_both", matter=matter, writer=writer.name, other=other.name)


def _ask(ctx: Context, kept: Agreement, person: Person, other: Person, kind: Kind) -> None:
    """Ask *person* whether it may be, between them and *other*."""
    by = ctx.session.get_one(Person, kept.by_id)
    ctx.say(
        person.address,
        "flags/agree",
        kind=kind,
        key=f"{kept.key}/{person.ref}+{by.ref}+{other.ref}",
        lasting=LASTING,
        by=by.name,
        other=other.name,
        matter=Matter(kept.matter),
        words=kept.words,
        number=kept.id,
        is_first=kept.state == AgreementState.FIRST,
    )


@feature.action("agree")
def press_agree(taken: ActionTaken, settings: Settings, ctx: Context) -> None:
    """Say yes."""
    answer(ctx, number_of(taken.value), is_yes=True)


@feature.action("disagree")
def press_disagree(taken: ActionTaken, settings: Settings, ctx: Context) -> None:
    """Say no."""
    answer(ctx, number_of(taken.value), is_yes=False)


def answer(ctx: Context, number: int, *, is_yes: bool) -> None:
    """Take the answer of the side whose turn it is."""
    kept = flags.agreement(ctx.session, ctx.network, number)
    state = AgreementState(kept.state) if kept is not None else None
    flag = ctx.session.get_one(Flag, kept.flag_id) if kept is not None else None
    turn = {
        AgreementState.FIRST: flag.person_id if flag else 0,
        AgreementState.SECOND: kept.other_id if kept else 0,
    }
    if kept is None or flag is None or state is None or turn.get(state) != ctx.me.id:
        ctx.reply("flags/nothing_to_answer")
        return
    writer = ctx.session.get_one(Person, flag.person_id)
    if not is_yes:
        flags.move(ctx.session, kept, state, AgreementState.DECLINED)
        ctx.reply("flags/answered", is_yes=False, is_last=True)
        _tell(ctx, kept, [ctx.session.get_one(Person, kept.by_id)], "flags/not_agreed")
    elif state is AgreementState.FIRST:
        flags.move(ctx.session, kept, state, AgreementState.SECOND)
        ctx.reply("flags/answered", is_yes=True, is_last=False)
        other = ctx.session.get_one(Person, kept.other_id)
        _ask(ctx, kept, other, writer, Kind.WORD)
    elif flags.move(ctx.session, kept, state, AgreementState.AGREED):
        ctx.reply("flags/answered", is_yes=True, is_last=True)
        if kept.matter == Matter.LEARNED:
            flags.learn(ctx.session, kept, now=ctx.now)
        hearer = ctx.session.get_one(Person, kept.by_id)
        _tell(ctx, kept, [hearer, writer], "flags/agreed")


def _tell(ctx: Context, kept: Agreement, people: list[Person], prompt: str) -> None:
    for each in people:
        ctx.say(
            each.address,
            prompt,
            kind=Kind.ANSWER,
            key=f"{kept.key}/{prompt}/{each.ref}",
            matter=Matter(kept.matter),
            is_hearer=each.id == kept.by_id,
        )
