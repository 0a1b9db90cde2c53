"""What we could use: a short public list, to which anybody adds, and *I could* on each line."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from msgspec import Struct

from bot import outbox
from bot.context import Context, with_draft
from bot.domain.asks import HelpKind
from bot.domain.drafts import carried
from bot.domain.events import ActionTaken, CommandGiven
from bot.domain.offers import MOST, USUAL, Draft, OfferState, cut_until, fault_in
from bot.domain.resources import likely_resource
from bot.domain.typed import number_of, simplified
from bot.outbox import Unsaid
from bot.storage import editions, lasting, wanted
from bot.storage.places import Person
from bot.storage.wanted import Wanted
from handlers.offers import making
from handlers.offers.feature import Settings, feature, shortly, tell

_ACT = re.compile(
    r"(have|withdraw|take back|renew|could|offer)\s+#?(\d{1,9})[\s.!]*", re.IGNORECASE
)


class Line(Struct, frozen=True, kw_only=True, array_like=True):
    """A line before it is on the list, and until when; kept nowhere but in the preview."""

    words: str
    until: date


@feature.command(
    "net",
    "could-use",
    help="what we could use: see the list, or add to it",
    examples=("/net could-use a projector for the ward meetings", "/net could-use"),
    aliases=("coulduse", "could", "wanted"),
)
def could_use(given: CommandGiven, settings: Settings, ctx: Context) -> None:
    """Show what would be added to the list, or do what a button does; alone, show the list."""
    typed = " ".join(given.text.split())
    acts: dict[str, Callable[[Context, str], None]] = {
        "renew": renew,
        "could": could,
        "offer": offer_for,
    }
    if found := _ACT.fullmatch(simplified(typed)):
        acts.get(found[1].casefold(), have)(ctx, found[2])
        return
    words = re.sub(r"(?i)^use\s+", "", typed)
    if not words:
        ctx.reply("offers/wanted", **listed(ctx))
    else:
        _preview(ctx, words)


def _preview(ctx: Context, typed: str) -> None:
    today = ctx.now_there.date()
    words, until = cut_until(typed, now=ctx.now_there)
    until = until or today + USUAL
    if fault := fault_in(words, until, today=today):
        ctx.reply("offers/fault", fault=fault)
        return
    line = Line(words=words, until=until)
    ctx.reply("offers/wanted_preview", words=words, until=until, draft=carried(line))


@feature.action("want")
@with_draft(Line)
def want(draft: Line, settings: Settings, ctx: Context) -> None:
    """Put it on the list, once."""
    today = ctx.now_there.date()
    if fault_in(draft.words, draft.until, today=today):
        ctx.reply("bot/out_of_date")
        return
    mine = [each for each in standing(ctx) if each[1].id == ctx.me.id]
    if len(mine) >= MOST:
        ctx.reply("offers/wanted_enough", most=MOST)
        return
    found = wanted.add(
        ctx.session, ctx.network, ctx.me, draft.words, until=draft.until, now=ctx.now
    )
    ctx.reply("offers/wanted_kept", **line(found))


def standing(ctx: Context) -> Sequence[tuple[Wanted, Person]]:
    """The list, newest first."""
    return lasting.standing(ctx.session, Wanted, ctx.network)


def line(found: Wanted) -> dict[str, Any]:
    """What a line is told with."""
    short = shortly(found.words)
    return {"number": found.id, "words": found.words, "short": short, "until": found.until}


def listed(ctx: Context, *, most: int = MOST) -> dict[str, Any]:
    """The list as everybody sees it, with whose lines are whose for their owner alone."""
    found = [{**line(each), "is_own": person.id == ctx.me.id} for each, person in standing(ctx)]
    return {"wanted": found[:most], "more": max(0, len(found) - most), "ended": _ended(ctx)}


def _ended(ctx: Context) -> list[dict[str, Any]]:
    mine = wanted.of_person(ctx.session, ctx.network, ctx.me)
    return [line(each) for each in mine if each.state == OfferState.ENDED]


# Somebody could provide it


@feature.action("could")
def press_could(taken: ActionTaken, settings: Settings, ctx: Context) -> None:
    """Say that the member could provide it."""
    could(ctx, taken.value)


def could(ctx: Context, number: str) -> None:
    """Tell whoever added it that the member could provide it, once; nothing else is kept."""
    found = _there(ctx, number)
    if found is None:
        return
    owner = ctx.session.get_one(Person, found.person_id)
    if owner.id == ctx.me.id:
        ctx.reply("offers/wanted_yours", **line(found))
        return
    key = f"wanted/{found.id}/by/{ctx.me.id}"
    name, address = ctx.me.name, ctx.me.ref
    tell(ctx, owner, "offers/somebody_could", key, name=name, address=address, **line(found))
    ctx.reply("offers/could_told", name=owner.name, address=owner.ref, **line(found))


def _there(ctx: Context, number: str) -> Wanted | None:
    found = lasting.numbered(ctx.session, Wanted, ctx.network, number_of(number))
    if found is None or found.state != OfferState.STANDING:
        ctx.reply("offers/wanted_gone")
        return None
    return found


@feature.action("offer_for")
def press_offer_for(taken: ActionTaken, settings: Settings, ctx: Context) -> None:
    """Open the form for an offer of what is wanted."""
    offer_for(ctx, taken.value)


def offer_for(ctx: Context, number: str) -> None:
    """Open the form for an offer of what is wanted, so that all may ask to use it."""
    found = _there(ctx, number)
    if found is not None:
        sort = likely_resource(found.words).value
        draft = Draft(words=found.words, kind=HelpKind.RESOURCES, resource=sort)
        making.open_form(ctx, draft)


# For whoever added it


def _own(ctx: Context, number: str) -> Wanted | None:
    found = lasting.numbered(ctx.session, Wanted, ctx.network, number_of(number))
    if found is None or found.person_id != ctx.me.id or found.state == OfferState.WITHDRAWN:
        ctx.reply("offers/wanted_gone")
        return None
    return found


@feature.action("have")
def press_have(taken: ActionTaken, settings: Settings, ctx: Context) -> None:
    """Take a line off the list."""
    have(ctx, taken.value)


def have(ctx: Context, number: str) -> None:
    """Take a line off the list, as we have it now, or need it no more."""
    found = _own(ctx, number)
    if found is not None:
        take_off(ctx, found)
        ctx.reply("offers/wanted_off")


def take_off(ctx: Context, found: Wanted) -> None:
    """Take a line out of wherever it was told."""
    week = found.week
    outbox.retract(ctx.session, found.key, now=ctx.now)
    if wanted.withdraw(ctx.session, ctx.network, found, now=ctx.now) and week:
        ctx.press("digest.mend", week, because=f"wanted/{found.id}")


@feature.action("want_longer")
def press_renew(taken: ActionTaken, settings: Settings, ctx: Context) -> None:
    """Leave a line on the list for half a year more."""
    renew(ctx, taken.value)


def renew(ctx: Context, number: str) -> None:
    """Leave a line on the list for half a year more from today."""
    found = _own(ctx, number)
    if found is not None:
        outbox.retract(ctx.session, found.key, now=ctx.now)
        lasting.renew(ctx.session, found, ctx.now_there.date() + USUAL)
        wanted.let_find(ctx.session, ctx.network, found, now=ctx.now)
        ctx.reply("offers/wanted_kept", **line(found))


@feature.on(Unsaid)
def note_untold(event: Unsaid, settings: Settings, ctx: Context) -> None:
    """What a digest that was not posted was to tell, another may."""
    if week := editions.week_of(ctx.network, event.key):
        wanted.give_back(ctx.session, ctx.network, week)
