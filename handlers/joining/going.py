"""To rest for a while, to come back, and to leave well; who comes again begins anew."""

from __future__ import annotations

import re
from datetime import datetime, time, timedelta

from bot.context import Context
from bot.domain.charter import Said
from bot.domain.events import ActionTaken, CommandGiven, MemberLeft, from_micros
from bot.domain.membership import STALE, MembershipState
from bot.domain.moments import moment_of
from bot.domain.offers import OfferState
from bot.domain.schedule import Daily
from bot.domain.typed import shortened, simplified
from bot.storage import charter, membership, offers, places, wanted, watches, wishes
from bot.storage.membership import Membership
from bot.storage.places import Person
from bot.storage.wishes import FOREVER
from handlers.joining import beginning, introducing
from handlers.joining.feature import Settings, feature

FARTHEST = timedelta(days=366)
AT_NIGHT = time(4, 50)
_UNTIL = re.compile(r"^(?:until|till|til|to|for|up to)\s+")
_SPAN = re.compile(r"(?:\d{1,3}|a|one|two|three|four|five|six|seven|eight|nine|ten) (?:day|week)s?")
BACK = ("off", "over", "end", "stop", "back")


@feature.command(
    "net",
    "rest",
    help="stay in, and be written to or asked for nothing until a day, or until you say so",
    examples=("/net rest until 1 Sept", "/net rest two weeks", "/net rest"),
)
def rest(given: CommandGiven, settings: Settings, ctx: Context) -> None:
    """Let the member rest, with an end or without."""
    wanted = _UNTIL.sub("", simplified(given.text).casefold()).strip(" .")
    until = _day(ctx, wanted) if wanted else None
    if wanted in BACK:
        _back(ctx)
    elif wanted and until is None:
        ctx.reply("joining/rest_unclear", typed=shortened(given.text))
    else:
        _rest(ctx, until)


def _day(ctx: Context, wanted: str) -> datetime | None:
    """When a rest until *wanted* ends, by the network's own clock."""
    typed = f"in {wanted}" if _SPAN.fullmatch(wanted) else wanted
    found = moment_of(typed, now=ctx.now_there)
    if found is None:
        return None
    until = datetime.combine(found.day, found.at or time(), ctx.network.zone)
    return until if ctx.now < until <= ctx.now + FARTHEST else None


def _rest(ctx: Context, until: datetime | None) -> None:
    person = ctx.me
    found = beginning.come_back(ctx, person)
    if found is None:  # who was here before the bot rests as a member does
        found = membership.begin(ctx.session, ctx.network, person, joined_at=None, now=ctx.now)
    assert found is not None, "they stand somehow, or have begun"
    if found.state == MembershipState.RESTING:
        membership.change_rest(ctx.session, found, until=until)
    else:
        membership.move(ctx.session, found, MembershipState.RESTING, now=ctx.now, rests_until=until)
    wishes.pause(person, until or FOREVER)
    beginning.take_back_words(ctx, found)
    ctx.session.flush()
    shown = until.astimezone(ctx.network.zone) if until else None
    ctx.reply("joining/resting", until=shown)


@feature.command(
    "net",
    "back",
    help="end your rest",
    examples=("/net back",),
)
def back(given: CommandGiven, settings: Settings, ctx: Context) -> None:
    """Let the member be back."""
    _back(ctx)


@feature.action("back")
def press_back(taken: ActionTaken, settings: Settings, ctx: Context) -> None:
    """Let the member be back, by a button."""
    _back(ctx)


def _back(ctx: Context) -> None:
    person = ctx.me
    found = membership.standing(ctx.session, ctx.network, person)
    was_resting = found is not None and found.state == MembershipState.RESTING
    if found is not None and was_resting:
        _end_rest(ctx, found)
        wishes.pause(person, None)
    ctx.reply("joining/back", was_resting=was_resting)


def _end_rest(ctx: Context, found: Membership) -> None:
    membership.move(ctx.session, found, MembershipState.MEMBER, now=ctx.now, rests_until=None)


@feature.job(lambda _: Daily(at=AT_NIGHT))
def keep_in_order(settings: Settings, ctx: Context) -> None:
    """End the rests whose day has come, and let go of what was watched long ago."""
    for found in membership.rested(ctx.session, ctx.network, now=ctx.now):
        _end_rest(ctx, found)
    watches.let_old_go(ctx.session, ctx.network, now=ctx.now)


# Leaving


@feature.command(
    "net",
    "leave",
    help="leave this network well: shown to you first",
    examples=("/net leave",),
    aliases=("goodbye",),
)
def leave(given: CommandGiven, settings: Settings, ctx: Context) -> None:
    """Say what leaving does, and leave once that is confirmed."""
    if simplified(given.text).casefold().strip(" .!") in ("yes", "sure", "for good"):
        _leave(ctx)
    elif ctx.is_lead:
        ctx.reply("joining/hand_on_first")
    else:
        ctx.reply("joining/leave", network=ctx.network)


@feature.action("leave")
def press_leave(taken: ActionTaken, settings: Settings, ctx: Context) -> None:
    """Leave, by a button."""
    _leave(ctx)


def _leave(ctx: Context) -> None:
    person = ctx.me
    if ctx.is_lead:
        ctx.reply("joining/hand_on_first")
        return
    depart(ctx, person)
    wishes.pause(person, FOREVER)
    ctx.reply("joining/left", network=ctx.network)


@feature.on(MemberLeft, lasting=STALE)
def note_leaving(event: MemberLeft, settings: Settings, ctx: Context) -> None:
    """Who left the last of the network's channels has left it; nobody is told."""
    if ctx.now - from_micros(event.at) > STALE:
        return
    person = places.person_at(ctx.session, event.member)
    if person is None or person.is_bot or membership.is_in(ctx.session, ctx.network, person):
        return
    depart(ctx, person)


def depart(ctx: Context, person: Person) -> None:
    """Let go of what holds somebody here: what waits for them, their offers, their introduction."""
    found = membership.standing(ctx.session, ctx.network, person)
    if found is not None:
        beginning.take_back_words(ctx, found)
        introducing.take_down(ctx, found)
    for offer in offers.of_person(ctx.session, ctx.network, person):
        if offer.state == OfferState.STANDING:
            offers.withdraw(ctx.session, offer, now=ctx.now)
    for line in wanted.of_person(ctx.session, ctx.network, person):
        wanted.withdraw(ctx.session, ctx.network, line, now=ctx.now)
    stands = charter.standing(ctx.session, ctx.network, person)
    version = charter.current(ctx.session, ctx.network)
    if version is not None and stands is not None and stands.agreed is not None:
        charter.acknowledge(ctx.session, ctx.network, person, version, Said.REVOKED, now=ctx.now)
    membership.leave(ctx.session, ctx.network, person, now=ctx.now)
