"""Somebody says that they are in: one thing to offer and one to ask, and both may wait."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot import outbox
from bot.context import Context
from bot.domain import offers as offering
from bot.domain.events import ActionTaken, FormSubmitted
from bot.domain.membership import MembershipState
from bot.domain.posts import Field
from bot.storage import asks, charter, membership, offers, talk, wishes
from bot.storage.membership import Membership
from bot.storage.places import Person
from handlers.joining.feature import Settings, feature

LONGEST = offering.LONGEST
WORDS = ("greeting", "check-in", "reminder")


def rules(ctx: Context) -> int:
    """How many rules the charter has that can be read here; 0 where there is none."""
    found = charter.current(ctx.session, ctx.network) if is_on(ctx, "charter") else None
    return len(found.charter.rules) if found is not None else 0


def is_on(ctx: Context, word: str) -> bool:
    """Whether ``/net <word>`` is answered here."""
    return any(each.command == "net" and each.word == word for each in ctx.gathered.commands)


def come_back(ctx: Context, person: Person) -> Membership | None:
    """How somebody stands; who left, and does something again, begins anew."""
    found = membership.standing(ctx.session, ctx.network, person)
    if found is not None and found.state == MembershipState.LEFT:
        wishes.pause(person, None)
        return membership.begin(ctx.session, ctx.network, person, joined_at=ctx.now, now=ctx.now)
    return found


@feature.action("welcomed")
def welcomed(taken: ActionTaken, settings: Settings, ctx: Context) -> None:
    """They agreed to the charter, or said that they are in where there is none."""
    begin(ctx)


def begin(ctx: Context) -> None:
    """Let the member be in, and ask for one offer and one ask."""
    person = ctx.me
    if rules(ctx) and not _has_agreed(ctx, person):
        ctx.reply("joining/read_first")
        return
    found = come_back(ctx, person)
    if found is not None:
        membership.move(
            ctx.session, found, MembershipState.MEMBER, now=ctx.now, welcomed_at=ctx.now
        )
        take_back_words(ctx, found, only=("greeting",))
    ctx.reply("joining/welcomed", may_offer=is_on(ctx, "offer"))


def _has_agreed(ctx: Context, person: Person) -> bool:
    stands = charter.standing(ctx.session, ctx.network, person)
    return stands is not None and stands.agreed is not None


def take_back_words(ctx: Context, found: Membership, *, only: Sequence[str] = WORDS) -> None:
    """Say nothing more of what still waits to be said to somebody; what was said stays."""
    keys = [f"{found.key}/{word}" for word in only]
    for key in membership.waiting(ctx.session, keys):
        outbox.retract(ctx.session, key, now=ctx.now)


@feature.action("first")
def first(taken: ActionTaken, settings: Settings, ctx: Context) -> None:
    """Open the form of the first offer and ask."""
    open_form(ctx)


def open_form(ctx: Context) -> None:
    """Two boxes, and both may stay empty."""
    ctx.ask(
        "joining/first",
        name="joining.first",
        fields=(Field(name="offer"), Field(name="ask", is_long=True)),
    )


def _read(submitted: FormSubmitted) -> tuple[str, str]:
    values = submitted.values
    offer, wanted = (" ".join(values.get(name, "").split()) for name in ("offer", "ask"))
    return offer, wanted


def check_first(submitted: FormSubmitted, settings: Settings) -> Mapping[str, str]:
    """What is wrong with the two boxes; empty ones are well."""
    return {
        name: f"That is {len(text)} characters. {LONGEST} are the most: a sentence."
        for name, text in zip(("offer", "ask"), _read(submitted), strict=True)
        if len(text) > LONGEST
    }


@feature.form("first", check=check_first)
def keep_first(submitted: FormSubmitted, settings: Settings, ctx: Context) -> None:
    """Keep what they offer, and what they would ask for themselves alone; then the introduction."""
    offer, wanted = _read(submitted)
    if check_first(submitted, settings):
        ctx.reply("joining/fault", fault="That was too long.")
        return
    person, network = ctx.me, ctx.network
    if offer:
        until = talk.local_day(ctx.now, network) + offering.USUAL
        kind = offering.likely_kind(offer)
        offers.make(ctx.session, network, person, offer, kind=kind, until=until, now=ctx.now)
    if wanted:
        asks.draft(ctx.session, network, person, wanted, now=ctx.now)
    found = membership.standing(ctx.session, network, person)
    is_introduced = found is not None and found.introduced_at is not None
    ctx.reply("joining/first_kept", offer=offer, wanted=wanted, is_introduced=is_introduced)


@feature.action("not_now")
def not_now(taken: ActionTaken, settings: Settings, ctx: Context) -> None:
    """Nothing now, without a reason."""
    ctx.reply("joining/later")
