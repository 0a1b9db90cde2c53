"""Somebody comes in: one message, in their own working hours; then they read on or look around."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from msgspec import structs

from bot.context import Context
from bot.domain.events import ActionTaken, CommandGiven, MemberJoined, from_micros
from bot.domain.membership import STALE, Arrival, MembershipState, reason_against
from bot.domain.typed import shortened, simplified
from bot.judgement.limits import Kind
from bot.storage import founding, membership, places, threads, wishes
from bot.storage.membership import Membership
from bot.storage.places import Channel, Person
from handlers.joining import beginning
from handlers.joining.feature import Settings, feature

LASTING = timedelta(days=10)
"""How long a greeting is of use."""
A_MOMENT = timedelta(hours=1)
"""Who was heard of less than this before comes in now: platforms tell of it more than once."""
FEW = 5
SHOWN = 5


@feature.on(MemberJoined, lasting=STALE)
def greet(event: MemberJoined, settings: Settings, ctx: Context) -> None:
    """Write to who comes in while the bot is there; once, however many channels they come into."""
    at = from_micros(event.at)
    if ctx.now - at > STALE:
        return
    person = places.person_at(ctx.session, event.member)
    channel = places.channel_at(ctx.session, event.channel)
    if person is None or person.is_bot or channel is None or channel.network_id is None:
        return
    arrival = _arrival(ctx, person, channel, at)
    if not reason_against(arrival):  # all messages may be looked at for the last of what is asked
        arrival = structs.replace(arrival, is_known=_is_known(ctx, person, arrival))
    if reason_against(arrival) or places.is_lead(ctx.session, ctx.network, event.member):
        return  # of most comings nothing is said: nobody needs to read why
    was_here_before = membership.standing(ctx.session, ctx.network, person)
    if was_here_before is not None:
        wishes.pause(person, None)  # who comes again begins anew
    found = membership.begin(ctx.session, ctx.network, person, joined_at=at, now=ctx.now)
    if found is not None:
        ctx.say(
            person.address,
            "joining/greeting",
            kind=Kind.WORD,
            key=f"{found.key}/greeting",
            lasting=LASTING,
            **_greeting(ctx, person, channel),
        )
        ctx.spoke("joining.greet", "somebody came in")


def _arrival(ctx: Context, person: Person, channel: Channel, at: datetime) -> Arrival:
    session, network = ctx.session, ctx.network
    stands = membership.standing(session, network, person)
    has_left = stands is not None and stands.state == MembershipState.LEFT
    is_back = has_left and not membership.is_in(session, network, person, besides=channel)
    came = from_micros(channel.came or 0)
    return Arrival(
        at=at,
        since=max(network.created_at, came),
        now=ctx.now,
        is_set_up=founding.is_set_up(session, network),
        is_here_already=stands is not None and not is_back,
        is_back=is_back,
        is_guest=person.is_external,
    )


def _is_known(ctx: Context, person: Person, arrival: Arrival) -> bool:
    """Whether they were here before; who left, and comes back, begins anew."""
    before = arrival.at - A_MOMENT
    return not arrival.is_back and membership.was_here(
        ctx.session, ctx.network, person, before=before
    )


def _greeting(ctx: Context, person: Person, channel: Channel | None) -> dict[str, Any]:
    """What the greeting is made from, as things are now."""
    people = membership.people_in(ctx.session, ctx.network)
    return {
        "network": ctx.network,
        "name": named(person),
        "people": people if people >= FEW else 0,
        "leads": places.leads(ctx.session, ctx.network),
        "rules": beginning.rules(ctx),
        "channel": channel.name if channel else "",
    }


def named(person: Person) -> str:
    """What somebody is called; "" where the platform hasn't told yet."""
    return "" if person.name == person.ref.rpartition("/")[2] else person.name


@feature.command(
    "net",
    "join",
    help="where to begin here: our charter, a first offer or ask, an introduction",
    examples=("/net join", "/net join look", "/net join first"),
    aliases=("welcome",),
)
def join(given: CommandGiven, settings: Settings, ctx: Context) -> None:
    """Show the way in again; or look around, or open the form of the first offer and ask."""
    typed = simplified(given.text).casefold().strip(" .")
    if typed in ("look", "look around", "looking", "just looking"):
        _look(ctx)
    elif typed in ("first", "offer", "ask"):
        beginning.open_form(ctx)
    elif typed in ("in", "i'm in", "im in", "yes"):
        beginning.begin(ctx)
    elif typed in ("later", "not now", "no"):
        ctx.reply("joining/later")
    elif typed:
        ctx.reply("joining/unclear", typed=shortened(given.text))
    else:
        person = ctx.me
        beginning.come_back(ctx, person)
        ctx.reply("joining/greeting", **_greeting(ctx, person, None))


@feature.action("look")
def look(taken: ActionTaken, settings: Settings, ctx: Context) -> None:
    """Look around first: nothing more is asked of them."""
    _look(ctx)


def _look(ctx: Context) -> None:
    found = membership.standing(ctx.session, ctx.network, ctx.me)
    if found is not None and found.state == MembershipState.INVITED:
        observe(ctx, found)
    shown = list(threads.open_channels(ctx.session, ctx.network).values())
    ctx.reply(
        "joining/look",
        channels=shown[:SHOWN],
        rules=beginning.rules(ctx),
    )


@feature.action("observes")
def note_observer(taken: ActionTaken, settings: Settings, ctx: Context) -> None:
    """Pressed by the charter's own answer "just looking for now": they are left in peace."""
    found = membership.standing(ctx.session, ctx.network, ctx.me)
    if found is not None and found.state in (MembershipState.INVITED, MembershipState.MEMBER):
        observe(ctx, found)


def observe(ctx: Context, found: Membership) -> None:
    """Let somebody look around, and take back what still waits to be said to them."""
    if membership.move(ctx.session, found, MembershipState.OBSERVING, now=ctx.now):
        beginning.take_back_words(ctx, found)
