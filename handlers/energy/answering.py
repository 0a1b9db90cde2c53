"""Say where we are to whoever asks: members in words; leads with the why, and with a picture."""

from __future__ import annotations

import re

from bot.context import Context, leads_only
from bot.domain.charts import alt_text
from bot.domain.events import ActionTaken, ChannelKind, CommandGiven, FormSubmitted
from bot.domain.posts import Field, Image
from bot.domain.typed import shortened, simplified
from bot.feature import Period, Section
from bot.judgement.few import FEW
from bot.judgement.limits import Kind
from bot.storage import days, places, readings, retention
from bot.storage.places import Channel
from handlers.energy.briefly import pulse_in_brief
from handlers.energy.pulse import Pulse
from handlers.energy.reading import last_day
from handlers.energy.settings import WEEKS, Settings, feature, looked, pulse_of, values
from handlers.energy.showing import run_chart
from handlers.energy.taking import WEEK

FEWEST_SHOWN, MOST_SHOWN = 4, 200
"""Weeks in a picture: fewer show nothing, and more are no picture for a phone."""

_WEEKS = re.compile(r"(?:^|\s)(\d{1,3})(?:\s*weeks?)?$")


@feature.command("net", "pulse", help="where we are, in words", aliases=("energy",))
def pulse_for_members(given: CommandGiven, settings: Settings, ctx: Context) -> None:
    """Say where we are to anybody who asks."""
    leads = places.leads(ctx.session, ctx.network)
    ctx.reply("energy/words", leads=leads, **values(pulse_of(settings, ctx)))


@feature.command(
    "tend",
    "pulse",
    help="where we are, why that might be, and the run chart",
    examples=("/tend pulse", "/tend pulse #frailty", "/tend pulse #frailty 52"),
    aliases=("energy",),
)
def pulse_for_leads(given: CommandGiven, settings: Settings, ctx: Context) -> None:
    """Say where the network or one channel is, why that might be, and what can't be seen."""
    name, wanted = _asked(given.text)
    weeks = wanted or WEEKS
    channel = None
    if name:
        channel = channel_named(ctx, name)
        if channel is None:
            ctx.reply("energy/no_channel", name=shortened(name), channels=open_channels(ctx))
            return
    looked(ctx, f"pulse of #{channel.name}" if channel else "pulse")
    pulse = pulse_of(settings, ctx, channel=channel, weeks=weeks)
    is_drawn = len(pulse.weeks) >= FEWEST_SHOWN
    ctx.reply("energy/pulse", is_drawn=is_drawn, **values(pulse, weeks=weeks))
    if is_drawn:
        _show_chart(ctx, pulse, weeks, is_wanted=wanted is not None)


def _asked(text: str) -> tuple[str, int | None]:
    """The channel's name and the number of weeks that were asked for, if any were."""
    words = simplified(text)
    if (found := _WEEKS.search(words)) is not None:
        words = words[: found.start()].strip()
    weeks = min(max(int(found[1]), FEWEST_SHOWN), MOST_SHOWN) if found else None
    return words.partition(" ")[0], weeks


def _show_chart(ctx: Context, pulse: Pulse, weeks: int, *, is_wanted: bool) -> None:
    """Send the run chart to the asker's own messages: an answer that fades can hold no picture.

    Where it goes less far back than *is_wanted* in so many words, it says why.
    """
    assert ctx.member is not None, "a lead asks"
    chart = run_chart(pulse, weeks=weeks)
    first = days.first_day(ctx.session, ctx.network) or chart.weeks[0][0]
    ctx.say(
        ctx.member,
        "energy/chart",
        kind=Kind.ANSWER,
        key=f"{ctx.occasion}/chart",
        image=Image(chart=chart, alt=alt_text(chart)),
        weeks=len(chart.weeks),
        is_short=is_wanted and len(chart.weeks) < weeks,
        since=None if first < chart.weeks[0][0] - WEEK else first,
        kept=retention.KEPT.days,
        pulse=pulse,
    )


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
        _say_why(settings, ctx)


@feature.action("reasons")
@leads_only
def show_reasons(taken: ActionTaken, settings: Settings, ctx: Context) -> None:
    """Say why we are where we are, and what can't be seen."""
    _say_why(settings, ctx)


def _say_why(settings: Settings, ctx: Context) -> None:
    looked(ctx, "why")
    ctx.reply("energy/pulse", is_drawn=False, **values(pulse_of(settings, ctx)))


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


@feature.digest_section(order=10)
def where_we_are(settings: Settings, ctx: Context, period: Period) -> Section | None:
    """The first words of a digest: where we are, without any number about a person."""
    pulse = pulse_in_brief(settings, ctx, min(period.last, last_day(ctx)))
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
