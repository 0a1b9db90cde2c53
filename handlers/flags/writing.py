"""Write a flag: in one's own words, to those alone whom its writer chooses."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.context import Context
from bot.domain.events import ActionTaken, CommandGiven, FormSubmitted, ShortcutUsed
from bot.domain.flags import KEPT, LONGEST, FlagState
from bot.domain.ids import ChannelId
from bot.domain.posts import Field
from bot.domain.typed import number_of
from bot.judgement.limits import Kind
from bot.outbox import ref_of
from bot.storage import flags, leading, places
from bot.storage.flags import Flag
from bot.storage.places import Person
from handlers.flags.feature import Settings, feature


@feature.command(
    "net",
    "flag",
    help="tell somebody privately that something doesn't feel like our charter",
    examples=("/net flag", "/net flag it got rather sharp this morning"),
)
def flag(given: CommandGiven, settings: Settings, ctx: Context) -> None:
    """Open the form; further words begin it."""
    _open(ctx, " ".join(given.text.split()), given.points_to.removeprefix("message:"))


@feature.shortcut("privately", label="Flag privately")
def flag_message(used: ShortcutUsed, settings: Settings, ctx: Context) -> None:
    """Open the form for a message."""
    _open(ctx, "", ref_of(used.channel, used.ts))


def _open(ctx: Context, words: str, message: str) -> None:
    who = choices(ctx, message)
    if not who:
        ctx.reply("flags/nobody", leads=places.leads(ctx.session, ctx.network))
        return
    ctx.ask(
        "flags/form",
        name="flags.flag",
        fields=(
            Field(name="words", value=words, is_required=True, is_long=True),
            Field(name="who", value=next(iter(who)), options=tuple(who), is_required=True),
        ),
        context=message,
    )


def choices(ctx: Context, message: str) -> Mapping[str, Sequence[Person]]:
    """Who may hear it, as the form offers it: never whose message it is, nor its writer."""
    author = _author(ctx, message)
    leads = [
        each
        for each in places.leads(ctx.session, ctx.network)
        if not (each.is_gone or each == ctx.me)
    ]
    fair = [each for each in leads if author is None or each.id != author.id]
    other = leading.alternative(ctx.session, ctx.network)
    found: dict[str, Sequence[Person]] = {}
    if len(fair) > 1 and len(fair) == len(leads):
        found[f"Those who tend: {', '.join(each.name for each in fair)}"] = fair
    turned_to = {}
    if other is not None and other != ctx.me and other != author:
        turned_to = {f"{other.name}, who doesn't tend": [other]}
    if len(fair) < len(leads):
        found |= turned_to
    found |= {f"{each.name} alone": [each] for each in fair}
    return found | turned_to


def _author(ctx: Context, message: str) -> Person | None:
    channel, _, ts = message.rpartition("/")
    plain = ts.replace(".", "")
    if not channel or not plain.isdecimal() or len(plain) > 18:
        return None
    return flags.author_of(ctx.session, ChannelId(channel), int(plain))


def faults(submitted: FormSubmitted, settings: Settings) -> dict[str, str]:
    """What is wrong with the form, in plain English."""
    words = submitted.values.get("words", "").strip()
    if not words:
        return {"words": "Write a line, so that they know what it is about."}
    if len(words) > LONGEST:
        return {"words": f"That is {len(words)} characters. {LONGEST} are the most."}
    return {}


@feature.form("flag", check=faults)
def keep(submitted: FormSubmitted, settings: Settings, ctx: Context) -> None:
    """Keep a flag for those whom its writer chose, and let them know that it is there."""
    if wrong := faults(submitted, settings):
        ctx.reply("flags/fault", fault=wrong["words"])
        return
    hearers = choices(ctx, submitted.context).get(submitted.values.get("who", ""))
    if hearers is None:
        ctx.reply("flags/choose_again")
        return
    kept = flags.keep(
        ctx.session,
        Flag(
            network_id=ctx.network.id,
            person_id=ctx.me.id,
            message=submitted.context if _author(ctx, submitted.context) else "",
            words=" ".join(submitted.values["words"].split()),
            state=FlagState.WAITING.value,
            at=ctx.now,
        ),
        hearers,
    )
    for each in hearers:
        ctx.say(
            each.address,
            "flags/waits",
            kind=Kind.TENDING,
            key=f"{kept.key}/to/{each.ref}",
            lasting=KEPT,
            network=ctx.network.name,
        )
    ctx.reply("flags/kept", number=kept.id, hearers=[each.name for each in hearers])


@feature.action("withdraw")
def press_withdraw(taken: ActionTaken, settings: Settings, ctx: Context) -> None:
    """Take one's own flag back."""
    withdraw(ctx, number_of(taken.value))


def withdraw(ctx: Context, number: int) -> None:
    """Take the member's own flag back: its words go, and nobody sees it any more."""
    mine = flags.of_writer(ctx.session, ctx.network, ctx.me, number)
    if mine is None or not flags.end(ctx.session, mine, FlagState.WITHDRAWN, now=ctx.now):
        ctx.reply("flags/not_yours")
        return
    ctx.reply("flags/withdrawn")
