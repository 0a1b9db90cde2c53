"""What a member hears of the bot unasked: paused until a day, quiet hours, how often, of what."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from msgspec import Struct

from bot.context import Context
from bot.domain.events import ActionTaken, CommandGiven, FormSubmitted, from_micros
from bot.domain.hours import hours_of
from bot.domain.moments import moment_of
from bot.domain.posts import Field
from bot.domain.typed import shortened, simplified
from bot.domain.zones import zone_names
from bot.feature import Feature, Section
from bot.judgement.limits import open_hours
from bot.storage import places, wishes
from bot.storage.places import Person
from bot.storage.wishes import FOREVER, HOW_OFTEN, TENDING, Wish


class Settings(Struct, frozen=True, kw_only=True):
    """Nothing to set: everybody says for themselves what they want to hear."""


feature = Feature("pausing", Settings)

FARTHEST = timedelta(days=366)
FORTNIGHT = timedelta(days=14)
OFF = ("off", "none", "no", "end", "over", "stop", "resume", "back")
ON = ("on", "yes", "again")
OFTEN = {"week": "weekly", "month": "monthly", **{each: each for each in HOW_OFTEN}}
_UNTIL = re.compile(r"^(?:until|till|til|to|for|up to)\s+")
_SPAN = re.compile(r"(?:\d{1,3}|a|one|two|three|four|five|six|seven|eight|nine|ten) (?:day|week)s?")


class Subject(Struct, frozen=True, kw_only=True):
    """Something that the bot may write of: its name, in words, and whether it is wanted."""

    name: str
    words: str
    is_wanted: bool


@feature.command(
    "net",
    "pause",
    help="no messages from me until a day",
    examples=("/net pause until 1 Sept", "/net pause two weeks", "/net pause off"),
)
def pause(given: CommandGiven, settings: Settings, ctx: Context) -> None:
    """Write nothing to the member unasked until the day they name, or until they say so."""
    typed = simplified(given.text)
    wanted = _UNTIL.sub("", typed.casefold()).strip(" .")
    if wanted in OFF:
        _pause(ctx, None)
    elif not wanted:
        _pause(ctx, FOREVER)
    elif (until := _end_of(ctx, wanted)) is not None:
        _pause(ctx, until)
    else:
        ctx.reply("pausing/unclear", typed=shortened(given.text), what="pause")


def _end_of(ctx: Context, wanted: str) -> datetime | None:
    """When a pause until *wanted* ends: as that day begins where the member is."""
    zone = _zone(ctx, ctx.me)
    now = ctx.now.astimezone(zone)
    found = moment_of(f"in {wanted}" if _SPAN.fullmatch(wanted) else wanted, now=now)
    if found is None:
        return None
    until = datetime.combine(found.day, found.at or time(), zone)
    return until if now < until <= now + FARTHEST else None


def _pause(ctx: Context, until: datetime | None) -> None:
    person = ctx.me
    was_paused = wishes.paused_until(person, now=ctx.now) is not None
    wishes.pause(person, until)
    ctx.session.flush()
    shown = until.astimezone(_zone(ctx, person)) if until and until != FOREVER else None
    ctx.reply("pausing/paused", is_paused=until is not None, until=shown, was_paused=was_paused)


@feature.command(
    "net",
    "quiet",
    help="hours in which I write nothing to you",
    examples=("/net quiet 17:30-08:30", "/net quiet off"),
)
def quiet(given: CommandGiven, settings: Settings, ctx: Context) -> None:
    """Write nothing to the member unasked in the hours that they name."""
    typed = simplified(given.text).casefold().strip(" .")
    if not typed:
        _card(ctx)
    elif typed in OFF:
        _be_quiet(ctx, None)
    elif (hours := hours_of(typed, now=ctx.now_there)) is not None:
        _be_quiet(ctx, hours)
    else:
        ctx.reply("pausing/unclear", typed=shortened(given.text), what="quiet")


def _be_quiet(ctx: Context, hours: tuple[time, time] | None) -> None:
    person = ctx.me
    wishes.want_quiet(ctx.session, person.address, hours)
    is_always = not open_hours(ctx.limits, hours)
    ctx.reply("pausing/quiet", hours=_shown(hours), is_always=is_always)


@feature.command(
    "net",
    "messages",
    help="when, how often and of what I write to you",
    examples=("/net messages", "/net messages monthly", "/net messages ideas off"),
    aliases=("mute", "notifications"),
)
def messages(given: CommandGiven, settings: Settings, ctx: Context) -> None:
    """Show all switches, or turn the one that is named."""
    typed = simplified(given.text).casefold().strip(" .")
    about, _, switch = typed.rpartition(" ")
    if typed and (how_often := OFTEN.get(typed.split()[-1])) is not None:
        _change_how_often(ctx, how_often)
    elif about in _names(ctx) and switch in (*OFF, *ON):
        _switch(ctx, about, is_wanted=switch in ON)
    elif typed:
        ctx.reply("pausing/unclear", typed=shortened(given.text), what="messages")
    else:
        _card(ctx)


@feature.action("fortnight")
def pause_a_fortnight(taken: ActionTaken, settings: Settings, ctx: Context) -> None:
    """Pause for two weeks, by a button."""
    _pause(ctx, _end_of(ctx, "two weeks"))


@feature.action("resume")
def resume(taken: ActionTaken, settings: Settings, ctx: Context) -> None:
    """End the pause, by a button."""
    _pause(ctx, None)


@feature.action("show")
def show(taken: ActionTaken, settings: Settings, ctx: Context) -> None:
    """All switches, by a button."""
    _card(ctx)


@feature.action("often")
def change_how_often(taken: ActionTaken, settings: Settings, ctx: Context) -> None:
    """Write to them as often at the most, by a button."""
    if taken.value in HOW_OFTEN:
        _change_how_often(ctx, taken.value)


@feature.action("want")
def want(taken: ActionTaken, settings: Settings, ctx: Context) -> None:
    """Write to them of that again, by a button."""
    _switch(ctx, taken.value, is_wanted=True)


@feature.action("want_not")
def want_not(taken: ActionTaken, settings: Settings, ctx: Context) -> None:
    """Write to them of that no more, by a button."""
    _switch(ctx, taken.value, is_wanted=False)


@feature.action("ask_hours")
def ask_hours(taken: ActionTaken, settings: Settings, ctx: Context) -> None:
    """Open the form of quiet hours."""
    hours = _shown(_wish(ctx).quiet)
    ctx.ask("pausing/form", name="pausing.hours", fields=(Field(name="hours", value=hours),))


def check_hours(submitted: FormSubmitted, settings: Settings) -> Mapping[str, str]:
    """What is wrong with the hours."""
    typed = simplified(submitted.values.get("hours", ""))
    is_clear = not typed or hours_of(typed, now=from_micros(submitted.at)) is not None
    return {} if is_clear else {"hours": "Write two times, as in: 17:30-08:30."}


@feature.form("hours", check=check_hours)
def take_hours(submitted: FormSubmitted, settings: Settings, ctx: Context) -> None:
    """Keep the hours of the form; none are no quiet ones."""
    _be_quiet(ctx, hours_of(submitted.values.get("hours", ""), now=ctx.now_there))


@feature.home_section(order=85)
def on_page(settings: Settings, ctx: Context) -> Section:
    """On the bot's own page: how it stands, a pause, and the way to all switches."""
    words = ctx.prompts.render("pausing/home", **_values(ctx))
    return Section(name="messages from me", words=words, facts={})


def _change_how_often(ctx: Context, how_often: str) -> None:
    wishes.want_how_often(ctx.session, ctx.me.address, how_often)
    ctx.reply("pausing/often", how_often=how_often)


def _switch(ctx: Context, about: str, *, is_wanted: bool) -> None:
    if about in _names(ctx):
        turn = wishes.want if is_wanted else wishes.want_not
        turn(ctx.session, ctx.me.address, about)
        ctx.reply("pausing/switched", words=_names(ctx)[about], is_wanted=is_wanted)


def _card(ctx: Context) -> None:
    ctx.reply("pausing/card", **_values(ctx))


def _values(ctx: Context) -> dict[str, Any]:
    """All switches as they stand, for the card."""
    person = places.person_at(ctx.session, ctx.member) if ctx.member else None
    wish = _wish(ctx)
    until = wishes.paused_until(person, now=ctx.now)
    ends = until.astimezone(_zone(ctx, person)) if until and until != FOREVER else None
    subjects = [
        Subject(name=name, words=words, is_wanted=name not in wish.unwanted)
        for name, words in _names(ctx).items()
    ]
    return {
        "is_paused": until is not None,
        "until": ends,
        "how_often": wish.how_often,
        "hours": _shown(wish.quiet),
        "opens": f"{ctx.limits.opens:%H:%M}",
        "closes": f"{ctx.limits.closes:%H:%M}",
        "subjects": subjects,
    }


def _names(ctx: Context) -> dict[str, str]:
    """What the bot may write of to the member, by name; of tending to leads alone."""
    given = dict(ctx.gathered.writes)
    return given if ctx.is_lead else {k: v for k, v in given.items() if k != TENDING}


def _wish(ctx: Context) -> Wish:
    return wishes.wish_of(ctx.session, ctx.member) if ctx.member else Wish()


def _shown(hours: tuple[time, time] | None) -> str:
    return f"{hours[0]:%H:%M}-{hours[1]:%H:%M}" if hours else ""


def _zone(ctx: Context, person: Person | None) -> ZoneInfo:
    """Where the member is, as far as the platform tells."""
    named = person.timezone if person is not None else None
    return ZoneInfo(named) if named in zone_names() else ctx.network.zone


@feature.mydata
def held(settings: Settings, ctx: Context, person: Person) -> Section | None:
    """What somebody wants to hear of the bot; when a pause ends is told with their name."""
    wish = wishes.wish_of(ctx.session, person.address)
    if wish == Wish():
        return None
    hours, unwanted = _shown(wish.quiet), sorted(wish.unwanted)
    words = ctx.prompts.render(
        "pausing/mydata", how_often=wish.how_often, hours=hours, unwanted=unwanted
    )
    facts = {"how_often": wish.how_often, "quiet": hours, "unwanted": unwanted}
    return Section(name="messages from me", words=words, facts=facts)


@feature.erase
def let_go(settings: Settings, ctx: Context, person: Person) -> None:
    """Let go of it."""
    wishes.forget(ctx.session, person.address)
