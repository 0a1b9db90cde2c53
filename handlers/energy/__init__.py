"""Notice the ebb and flow of a network's energy, and say why that might be."""

from __future__ import annotations

from datetime import date, time, timedelta
from typing import Any, Literal

from msgspec import Struct

from bot.context import Context, leads_only
from bot.domain.events import ActionTaken, ChannelKind, CommandGiven, FormSubmitted
from bot.domain.phases import Phase
from bot.domain.posts import Field
from bot.domain.schedule import Daily
from bot.domain.typed import shortened, simplified
from bot.feature import Feature, Period, Section
from bot.judgement.energy import CALMER, SOONER
from bot.judgement.limits import Kind
from bot.storage import places, readings, talk
from bot.storage.places import Channel
from handlers.energy.decide import Alert, Skip, decide, is_news
from handlers.energy.pulse import FEW, Pulse, take
from handlers.energy.reading import bring_up_to_date, last_day
from handlers.energy.showing import facts, run_chart, sparkline

__all__ = [
    "Settings",
    "facts",
    "feature",
    "last_day",
    "open_channels",
    "pulse_of",
    "run_chart",
    "values",
]


class Settings(Struct, frozen=True, kw_only=True):
    """When to read, when to tell leads, and how soon to speak of a change."""

    read_at: str = "05:30"
    tell_at: str = "09:05"
    sensitivity: Literal["sooner", "usual", "calmer"] = "usual"


feature = Feature("energy", Settings)

_FACTORS = {"sooner": SOONER, "usual": 1.0, "calmer": CALMER}
_LATEST = timedelta(hours=20)
WEEKS = 26


def pulse_of(
    settings: Settings, ctx: Context, *, channel: Channel | None = None, weeks: int = WEEKS
) -> Pulse:
    """The newest pulse there can be: the last complete day that was listened to."""
    return pulse_on(settings, ctx, last_day(ctx), channel=channel, weeks=weeks)


def pulse_on(
    settings: Settings,
    ctx: Context,
    through: date,
    *,
    channel: Channel | None = None,
    weeks: int = WEEKS,
) -> Pulse:
    """The pulse after the day *through*; what came late is read up to the newest day."""
    factor = _FACTORS[settings.sensitivity]
    bring_up_to_date(ctx, through=max(through, last_day(ctx)), sensitivity=factor)
    return take(ctx, through=through, channel=channel, weeks=weeks)


@feature.job(lambda settings: Daily(at=time.fromisoformat(settings.read_at)), late=_LATEST)
def read(settings: Settings, ctx: Context) -> None:
    """Read the days that have not been read yet."""
    factor = _FACTORS[settings.sensitivity]
    bring_up_to_date(ctx, through=last_day(ctx), sensitivity=factor)


@feature.job(lambda settings: Daily(at=time.fromisoformat(settings.tell_at)))
def tell(settings: Settings, ctx: Context) -> None:
    """Tell leads of a change that asks something of them; keep why where it doesn't."""
    today = talk.local_day(ctx.now, ctx.network)
    if not talk.is_working(ctx.session, ctx.network, today):
        return
    through = last_day(ctx)
    reading = readings.newest(ctx.session, ctx.network, through=through)
    if reading is None or reading.phase in (Phase.STEADY, Phase.UNKNOWN):
        return
    found: Alert | Skip | None = is_news(
        reading,
        alerted_on=_alerted_on(ctx, through),
        last_alert=readings.last_told(ctx.session, ctx.network, "energy.alert"),
        now=ctx.now,
    )
    if found is None:
        pulse = take(ctx, through=through)
        found = decide(pulse.phase, pulse.why, is_explained=pulse.told is not None)
    match found:
        case Alert(reason=reason):
            ctx.spoke("energy.alert", reason)
            for to in places.leads_of(ctx.session, ctx.network):
                key = f"energy.alert/{ctx.network.id}/{today}/{to}"
                ctx.say(to, "energy/alert", kind=Kind.TENDING, key=key, **values(pulse))
        case Skip(reason=reason):
            readings.skip_once(ctx.session, ctx.network, "energy.alert", reason, now=ctx.now)


def _alerted_on(ctx: Context, through: date) -> date | None:
    since = through - timedelta(days=14)
    days = readings.timeline(ctx.session, ctx.network, since=since)
    alerts = [reading.day for reading in days if reading.is_alert and reading.day <= through]
    return alerts[-1] if alerts else None


def values(pulse: Pulse, *, weeks: int = WEEKS, convening: str | None = None) -> dict[str, Any]:
    """What the prompts are made from, with *weeks* weeks in the sparkline.

    *convening* is the kind of convening of which a draft is offered, if any.
    """
    return {
        "pulse": pulse,
        "reading": pulse.reading,
        "week": pulse.week,
        "network": pulse.network,
        "spark": sparkline([week.voices for week in pulse.weeks[-weeks:]]),
        "few": FEW,
        "convening": convening,
    }


@feature.command("net", "pulse", help="where we are, in words", aliases=("energy",))
def pulse_for_members(given: CommandGiven, settings: Settings, ctx: Context) -> None:
    """Say where we are to anybody who asks."""
    leads = places.leads(ctx.session, ctx.network)
    ctx.reply("energy/words", leads=leads, **values(pulse_of(settings, ctx)))


@feature.command(
    "tend",
    "pulse",
    help="where we are, and why that might be",
    examples=("/tend pulse", "/tend pulse #frailty"),
    aliases=("energy",),
)
def pulse_for_leads(given: CommandGiven, settings: Settings, ctx: Context) -> None:
    """Say where the network or one channel is, why that might be, and what can't be seen."""
    channel = None
    if name := simplified(given.text).partition(" ")[0]:
        channel = channel_named(ctx, name)
        if channel is None:
            ctx.reply("energy/no_channel", name=shortened(name), channels=open_channels(ctx))
            return
    ctx.reply("energy/pulse", **values(pulse_of(settings, ctx, channel=channel)))


def channel_named(ctx: Context, name: str) -> Channel | None:
    """A channel that isn't private, by the name that people use."""
    wanted = name.lstrip("#").casefold()
    named = (each for each in open_channels(ctx) if each.name.casefold() == wanted)
    return next(named, None)


def open_channels(ctx: Context) -> list[Channel]:
    """The channels that may be named to anybody."""
    known = places.channels(ctx.session, ctx.network)
    return [channel for channel in known if channel.kind == ChannelKind.PUBLIC]


@feature.command(
    "tend",
    "why",
    help="tell me why, in a line, and I'll remember it",
    examples=("/tend why half of us are at the conference",),
)
def why(given: CommandGiven, settings: Settings, ctx: Context) -> None:
    """Keep a lead's own explanation, or say mine."""
    if given.text:
        _keep_note(given.text, ctx)
    else:
        ctx.reply("energy/pulse", **values(pulse_of(settings, ctx)))


@feature.action("known")
@leads_only
def ask_why(taken: ActionTaken, settings: Settings, ctx: Context) -> None:
    """Ask a lead for their own explanation."""
    ctx.ask("energy/ask_why", name="energy.why", fields=(Field(name="text", is_required=True),))


@feature.form("why")
@leads_only
def keep_why(submitted: FormSubmitted, settings: Settings, ctx: Context) -> None:
    """Keep a lead's own explanation."""
    _keep_note(submitted.values.get("text", ""), ctx)


def _keep_note(text: str, ctx: Context) -> None:
    person = places.person_at(ctx.session, ctx.member) if ctx.member else None
    if person is not None and text.strip():
        readings.note(ctx.session, ctx.network, person, text.strip(), now=ctx.now)
        ctx.reply("energy/note_kept", text=text.strip())


@feature.action("leave")
@leads_only
def leave(taken: ActionTaken, settings: Settings, ctx: Context) -> None:
    """Leave an ebb alone, on purpose, and say when another look is soon enough."""
    day = date.fromisoformat(taken.value)
    ctx.skip("energy.left_alone", f"a lead chose to leave it; to be looked at again on {day}")
    ctx.reply("energy/left", day=day)


@feature.action("mistaken")
@leads_only
def mistaken(taken: ActionTaken, settings: Settings, ctx: Context) -> None:
    """Take a lead's word that this is no ebb."""
    ctx.skip("energy.alert", "a lead said that this is no change at all")
    ctx.reply("energy/mistaken")


@feature.action("posts")
@leads_only
def show_posts(taken: ActionTaken, settings: Settings, ctx: Context) -> None:
    """Show the posts that an explanation rests on, as links."""
    pulse = pulse_on(settings, ctx, date.fromisoformat(taken.value))
    ctx.reply("energy/posts", **values(pulse))


@feature.command("tend", "log", help="what I said, what I left unsaid, and why")
def log(given: CommandGiven, settings: Settings, ctx: Context) -> None:
    """Show the phases, people's explanations and my decisions of the last half year."""
    since = ctx.now - timedelta(days=182)
    days = readings.timeline(ctx.session, ctx.network, since=talk.local_day(since, ctx.network))
    changes = [
        after
        for before, after in zip([None, *days], days, strict=False)
        if before is None or before.phase is not after.phase
    ]
    ctx.reply(
        "energy/log",
        changes=changes[-12:],
        notes=readings.notes(ctx.session, ctx.network, since=since)[:12],
        decisions=readings.decisions(ctx.session, ctx.network, since=since)[:12],
    )


@feature.digest_section(order=10)
def where_we_are(settings: Settings, ctx: Context, period: Period) -> Section | None:
    """The first words of a digest: where we are, without any number about a person."""
    pulse = pulse_on(settings, ctx, min(period.last, last_day(ctx)))
    if pulse.week is None:
        return None
    return Section(
        name="where we are",
        words=ctx.prompts.render("energy/digest", **values(pulse)),
        facts={
            "phase": pulse.phase.value,
            "direction": pulse.reading.direction.value,
            "voices": pulse.week.voices if pulse.week.voices >= FEW else None,
        },
    )


@feature.home_section(order=10)
def where_we_are_now(settings: Settings, ctx: Context) -> Section | None:
    """On the bot's own page: where we are in a sentence; for leads, in two and with the why."""
    pulse = pulse_of(settings, ctx)
    if pulse.week is None:
        return None
    prompt = "energy/home" if ctx.is_lead else "energy/digest"
    words = ctx.prompts.render(prompt, **values(pulse))
    return Section(name="where we are", words=words, facts={"phase": pulse.phase.value})


@feature.action("reasons")
@leads_only
def show_reasons(taken: ActionTaken, settings: Settings, ctx: Context) -> None:
    """Say why we are where we are, and what can't be seen."""
    ctx.reply("energy/pulse", **values(pulse_of(settings, ctx)))
