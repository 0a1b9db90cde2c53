"""Could I use this? A day and what for go to whoever offers it; from there it is theirs to say."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import timedelta
from zoneinfo import ZoneInfo

from bot.context import Context
from bot.domain.asks import HelpKind
from bot.domain.events import ActionTaken, FormSubmitted, from_micros
from bot.domain.offers import LONGEST
from bot.domain.posts import Field
from bot.domain.resources import (
    Often,
    Slot,
    UseState,
    hours_of,
    next_free,
    often_of,
    slot_of,
    why_not,
)
from bot.domain.typed import number_of
from bot.prompting import day
from bot.storage import lending, offers
from bot.storage.lending import OfferUse
from bot.storage.offers import Offer, State
from bot.storage.places import Person
from handlers.offers import settling
from handlers.offers.feature import Settings, feature, shown, tell

_TYPED = re.compile(r"(?:on |for )?(?P<when>.+?)\s+(?:for|to)\s+(?P<what>.+)", re.IGNORECASE)


@feature.action("use")
def press_use(taken: ActionTaken, settings: Settings, ctx: Context) -> None:
    """Ask to use something."""
    use(ctx, taken.value, "")


def use(ctx: Context, number: str, typed: str) -> None:
    """Open the form for using something, or take what was typed of a day and what for."""
    found = _offered(ctx, number)
    if found is None:
        return
    said = _TYPED.fullmatch(typed)
    slot = slot_of(said["when"], now=ctx.now_there) if said else None
    if said and slot and len(said["what"]) <= LONGEST:
        _take(ctx, found, slot, said["what"])
    else:
        _open(ctx, found, typed)


def _offered(ctx: Context, number: str) -> Offer | None:
    """A resource of somebody else that stands; None, and a word to the member, if it doesn't."""
    found = offers.numbered(ctx.session, ctx.network, number_of(number))
    owner = ctx.session.get(Person, found.person_id) if found else None
    is_there = found is not None and found.state == State.STANDING and owner and not owner.is_gone
    if found is None or not is_there or found.kind != HelpKind.RESOURCES:
        ctx.reply("offers/not_there")
        return None
    if found.person_id == ctx.me.id:
        ctx.reply("offers/your_own", number=found.id)
        return None
    return found


def _open(ctx: Context, found: Offer, typed: str) -> None:
    owner = ctx.session.get_one(Person, found.person_id)
    fields = (
        Field(name="when", value=typed or _proposed(ctx, found), is_required=True),
        Field(name="what_for", is_required=True, is_long=True),
    )
    context = f"{found.id} {ctx.network.timezone}"
    given = shown(found, owner)
    given["owner"] = given.pop("name")  # a form has a name of its own
    ctx.ask("offers/use_form", name="offers.use", fields=fields, context=context, **given)


def _proposed(ctx: Context, found: Offer) -> str:
    """The next day that is free, and the hours of which its offer speaks."""
    first = ctx.now_there.date() + timedelta(days=1)
    taken = lending.taken_days(ctx.session, found, first=first)
    free = next_free(first, until=found.until, when=found.when, taken=taken)
    hours = hours_of(found.when)
    if free is None:
        return ""
    return f"{day(free)} {free.year}" + (f" {hours[0]:%H:%M}-{hours[1]:%H:%M}" if hours else "")


def faults(submitted: FormSubmitted, settings: Settings) -> Mapping[str, str]:
    """What is wrong with the question, by the field's name."""
    slot, what = _understood(submitted)
    wrong = {}
    if slot is None:
        wrong["when"] = "Write a day, and from when to when, as in: Tuesday 14 June 2-4."
    if not 0 < len(what) <= LONGEST:
        wrong["what_for"] = "Say in a sentence what you would use it for."
    return wrong


def _understood(submitted: FormSubmitted) -> tuple[Slot | None, str]:
    _, _, zone = submitted.context.partition(" ")
    now = from_micros(submitted.at).astimezone(ZoneInfo(zone or "UTC"))
    what = " ".join(submitted.values.get("what_for", "").split())
    return slot_of(submitted.values.get("when", ""), now=now), what


@feature.form("use", check=faults)
def take_form(submitted: FormSubmitted, settings: Settings, ctx: Context) -> None:
    """Ask whoever offers it."""
    found = _offered(ctx, submitted.context.partition(" ")[0])
    slot, what = _understood(submitted)
    if found is None:
        return
    if slot is None or faults(submitted, settings):
        ctx.reply("offers/not_then", reason=next(iter(faults(submitted, settings).values())),
                  number=found.id)  # fmt: skip
    else:
        _take(ctx, found, slot, what)


def _take(ctx: Context, found: Offer, slot: Slot, what: str) -> None:
    """Keep the question and bring it to whoever offers it, where the day can be had at all."""
    reason = cant_then(ctx, found, slot)
    if reason:
        ctx.reply("offers/not_then", reason=reason, number=found.id)
        return
    asked = lending.ask(ctx.session, found, ctx.me, slot, what, now=ctx.now)
    owner = ctx.session.get_one(Person, found.person_id)
    if asked is None:
        ctx.reply("offers/asked_before", name=owner.name, day=slot.day)
        return
    given = settling.about(ctx, asked)
    tell(ctx, owner, "offers/may_they", settling.asked_key(asked), **given)
    ctx.reply("offers/asked", **given)


def cant_then(ctx: Context, found: Offer, slot: Slot) -> str:
    """Why something can't be had then; or ""."""
    today = ctx.now_there.date()
    if reason := why_not(slot, today=today, until=found.until, when=found.when):
        return reason
    if slot.day in lending.taken_days(ctx.session, found, first=today):
        return "Somebody has it that day."
    often = often_of(found.often) or Often()
    if not lending.has_room(ctx.session, found, slot, often):
        return f"It can be had {often.words}, and that week is full."
    return ""


# For whoever asked


@feature.action("suits")
def press_suits(taken: ActionTaken, settings: Settings, ctx: Context) -> None:
    """Take the other day that was named."""
    suits(ctx, taken.value)


def suits(ctx: Context, number: str) -> None:
    """Take the other day that was named, while it is free."""
    found = own_use(ctx, number)
    if found is None:
        return
    if found.state == UseState.ASKED:
        ctx.reply("offers/asked", **settling.about(ctx, found))
    else:
        agree_to(ctx, found, before=UseState.SUGGESTED)


def agree_to(ctx: Context, found: OfferUse, *, before: UseState) -> bool:
    """Let it be agreed and tell both; False, and a word to the member, where it can't be."""
    came = lending.agree(ctx.session, found, before=before, now=ctx.now)
    given = settling.about(ctx, found)
    if came in (lending.Agreed.TAKEN, lending.Agreed.ENOUGH):
        ctx.reply("offers/taken", is_full=came == lending.Agreed.ENOUGH, **given)
        return False
    if came == lending.Agreed.YES:
        settling.begin_if_due(ctx, found, ctx.now_there.date())
        owner, asker = settling.owner_of(ctx, found), settling.asker_of(ctx, found)
        other = asker if owner.id == ctx.me.id else owner
        tell(ctx, other, "offers/agreed", f"{found.key}/agreed", is_owner=other is owner, **given)
        for each in lending.rivals(ctx.session, found):
            settling.turn_down(ctx, each, is_taken=True)
    is_owner = given["owner_address"] == ctx.me.ref
    ctx.reply("offers/agreed", is_owner=is_owner, **given)
    return True


@feature.action("leave")
def press_leave(taken: ActionTaken, settings: Settings, ctx: Context) -> None:
    """Not need it after all."""
    leave(ctx, taken.value)


def leave(ctx: Context, number: str) -> None:
    """Not need it after all: nothing is kept, and the day is free again."""
    found = own_use(ctx, number)
    if found is None:
        return
    given, owner = settling.about(ctx, found), settling.owner_of(ctx, found)
    was_agreed = found.state == UseState.AGREED
    if settling.let_go(ctx, found) and was_agreed:
        tell(ctx, owner, "offers/free_again", f"{settling.found_key(given)}/free", **given)
    ctx.reply("offers/left", **given)


def own_use(ctx: Context, number: str) -> OfferUse | None:
    """What the member asked for; None, and a word to them, where there is nothing any more."""
    found = lending.numbered(ctx.session, ctx.network, number_of(number))
    if found is None or found.person_id != ctx.me.id:
        ctx.reply("offers/nothing_asked")
        return None
    return found
