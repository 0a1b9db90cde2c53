"""Each step's answer, by a button, a form, or as it is typed."""

from __future__ import annotations

from collections.abc import Mapping

from bot.context import Context, leads_only
from bot.domain.events import ActionTaken, CommandGiven, FormSubmitted, from_micros
from bot.domain.founding import Step, channels_in, next_step, quiet_of
from bot.domain.ids import MemberId
from bot.domain.posts import Field
from bot.domain.typed import shortened, simplified
from bot.domain.zones import zone_names
from bot.storage import changes, charter, founding, talk, threads
from bot.storage.rhythm import CalendarEntry
from handlers.founding import stepping
from handlers.founding.feature import Settings, feature

LONGEST = 600
PROBLEMS = {
    "name": "What is this network called?",
    "purpose": f"One or two sentences are enough: {LONGEST} characters at most.",
    "timezone": "I don't know that time zone. It is written as Europe/London or Asia/Tokyo.",
    "country": "I don't know that country's public holidays. It is written as JP or GB-ENG.",
    "quiet": "Write it as in: Summer: 22 Jul to 30 Aug.",
}
YES, NO = ("yes", "y"), ("no", "n", "none")
SKIP, END = ("skip", "not now", "later"), ("done", "finish", "end", "stop", "defaults")


@feature.command(
    "tend",
    "start",
    help="set this network up in five short steps; each can be skipped, and come back to",
    examples=(
        "/tend start",
        "/tend start purpose",
        "/tend start sponsor @Helen",
        "/tend start done",
    ),
    aliases=("begin", "first-run"),
)
def start(given: CommandGiven, settings: Settings, ctx: Context) -> None:
    """Show the next step, or take what was typed for one."""
    word, _, rest = " ".join(given.text.split()).partition(" ")
    typed = simplified(word).casefold().strip(".:,")
    if not typed:
        stepping.show_next(ctx, is_first=True)
    elif typed in SKIP or simplified(given.text).casefold() in SKIP:
        _skip_next(ctx)
    elif typed in END:
        stepping.finish(ctx)
    elif typed in list(Step):
        _take(ctx, Step(typed), rest.strip(), given.mentions)
    else:
        ctx.reply("founding/unclear", typed=shortened(given.text))


def _take(ctx: Context, step: Step, rest: str, mentioned: MemberId | None) -> None:
    """What was typed after a step's name; without more, the step itself is shown."""
    said = simplified(rest).casefold().strip(" .")
    if not rest:
        stepping.show(ctx, step)
    elif said in SKIP:
        stepping.done(ctx, step)
    elif step is Step.PURPOSE:
        _keep_purpose(ctx, ctx.network.name, rest)
    elif step is Step.CHANNELS:
        _pick(ctx, rest)
    elif step is Step.SPONSOR:
        _find_sponsor(ctx, None if said in NO else "" if said in YES else mentioned or rest)
    elif step is Step.HOURS:
        _keep_hours(ctx, {"quiet": rest})
    else:
        stepping.show(ctx, step)


@feature.action("skip")
@leads_only
def skip(taken: ActionTaken, settings: Settings, ctx: Context) -> None:
    """Go on without an answer, or with what is there."""
    if taken.value in list(Step):
        stepping.done(ctx, Step(taken.value))
    else:
        _skip_next(ctx)


def _skip_next(ctx: Context) -> None:
    found = founding.begun(ctx.session, ctx.network, now=ctx.now)
    step = next_step(found.steps)
    if step is None:
        stepping.finish(ctx)
    else:
        stepping.done(ctx, step)


@feature.action("finish")
@leads_only
def end(taken: ActionTaken, settings: Settings, ctx: Context) -> None:
    """Leave the rest as it is: plain defaults work."""
    stepping.finish(ctx)


# The purpose


@feature.action("purpose")
@leads_only
def write_purpose(taken: ActionTaken, settings: Settings, ctx: Context) -> None:
    """Open the form with the question of the purpose; in a charter it changes by consent alone."""
    if _is_in_charter(ctx):
        return
    ctx.ask(
        "founding/purpose_form",
        name="founding.purpose",
        fields=(
            Field(name="name", value=ctx.network.name, is_required=True),
            Field(name="purpose", value=ctx.network.purpose, is_required=True, is_long=True),
        ),
    )


def _stripped(submitted: FormSubmitted) -> dict[str, str]:
    return {name: " ".join(value.split()) for name, value in submitted.values.items()}


def check_purpose(submitted: FormSubmitted, settings: Settings) -> Mapping[str, str]:
    """What is wrong with it, by the field."""
    values = _stripped(submitted)
    wrong = [] if values.get("name") else ["name"]
    wrong += [] if 0 < len(values.get("purpose", "")) <= LONGEST else ["purpose"]
    return {name: PROBLEMS[name] for name in wrong}


@feature.form("purpose", check=check_purpose)
@leads_only
def take_purpose(submitted: FormSubmitted, settings: Settings, ctx: Context) -> None:
    """Keep what the network is called and for."""
    values = _stripped(submitted)
    if wrong := check_purpose(submitted, settings):
        ctx.reply("founding/fault", fault=next(iter(wrong.values())))
    else:
        _keep_purpose(ctx, values["name"], values["purpose"])


def _keep_purpose(ctx: Context, name: str, purpose: str) -> None:
    if len(purpose) > LONGEST:
        ctx.reply("founding/fault", fault=PROBLEMS["purpose"])
    elif not _is_in_charter(ctx):
        _change(ctx, {"name": name, "purpose": purpose})
        stepping.done(ctx, Step.PURPOSE)


def _is_in_charter(ctx: Context) -> bool:
    """Whether the purpose stands in a charter, where it changes only by consent; say so then."""
    is_there = charter.current(ctx.session, ctx.network) is not None
    if is_there:
        ctx.reply("founding/in_charter")
    return is_there


def _change(ctx: Context, values: Mapping[str, str]) -> None:
    """Keep how the network describes itself; once it is set up, everybody hears of a change."""
    session, network = ctx.session, ctx.network
    was_set_up = founding.is_set_up(session, network)
    for name, value in values.items():
        before = getattr(network, name)
        setattr(network, name, value)
        if was_set_up:
            changes.note(session, network, name, before=before, after=value, by=ctx.me, now=ctx.now)
    if was_set_up:
        ctx.press("network.changed", "", because="first run")


# Channels


@feature.action("channels")
@leads_only
def write_channels(taken: ActionTaken, settings: Settings, ctx: Context) -> None:
    """Open the form of the channels where the network talks."""
    field = Field(name="channels", is_required=True)
    ctx.ask("founding/channels_form", name="founding.channels", fields=(field,))


@feature.form("channels")
@leads_only
def take_channels(submitted: FormSubmitted, settings: Settings, ctx: Context) -> None:
    """Say how to be let into each."""
    _pick(ctx, submitted.values.get("channels", ""))


def _pick(ctx: Context, text: str) -> None:
    """Say in which of the named channels the bot is, and what to type in each of the others."""
    known = threads.open_channels(ctx.session, ctx.network).values()
    here = {place.name.casefold(): place for place in known}
    names = channels_in(text)
    if not names:
        stepping.show(ctx, Step.CHANNELS)
        return
    stepping.tend(ctx)
    ctx.reply(
        "founding/picked",
        there=[here[name] for name in names if name in here],
        wanted=[name for name in names if name not in here],
    )


# Hours and quiet times


@feature.action("hours")
@leads_only
def write_hours(taken: ActionTaken, settings: Settings, ctx: Context) -> None:
    """Open the form of where most of us work, and when we rest."""
    ctx.ask(
        "founding/hours_form",
        name="founding.hours",
        fields=(
            Field(name="timezone", value=ctx.network.timezone, is_required=True),
            Field(name="country", value=ctx.network.country, is_required=True),
            Field(name="quiet"),
        ),
    )


def check_hours(submitted: FormSubmitted, settings: Settings) -> Mapping[str, str]:
    """What is wrong with them, by the field."""
    values, now = _stripped(submitted), from_micros(submitted.at)
    is_well = {
        "timezone": values.get("timezone") in zone_names(),
        "country": talk.knows_country(values.get("country", "").upper()),
        "quiet": not values.get("quiet") or quiet_of(values["quiet"], now=now) is not None,
    }
    return {name: PROBLEMS[name] for name, well in is_well.items() if not well}


@feature.form("hours", check=check_hours)
@leads_only
def take_hours(submitted: FormSubmitted, settings: Settings, ctx: Context) -> None:
    """Keep where most of us work, and a first quiet time."""
    if wrong := check_hours(submitted, settings):
        ctx.reply("founding/fault", fault=next(iter(wrong.values())))
    else:
        _keep_hours(ctx, _stripped(submitted))


def _keep_hours(ctx: Context, values: Mapping[str, str]) -> None:
    quiet = quiet_of(values["quiet"], now=ctx.now_there) if values.get("quiet") else None
    if values.get("quiet") and quiet is None:
        ctx.reply("founding/fault", fault=PROBLEMS["quiet"])
        return
    network = ctx.network
    timezone = values.get("timezone", network.timezone)
    country = values.get("country", network.country).upper()
    _change(ctx, {"timezone": timezone, "country": country})
    known = [(each.name, each.first) for each in talk.calendar(ctx.session, network)]
    if quiet is not None and (quiet.name, quiet.first) not in known:
        row = CalendarEntry(
            network_id=network.id,
            name=quiet.name,
            kind="quiet",
            first=quiet.first,
            last=quiet.last,
        )
        ctx.session.add(row)
    ctx.session.flush()
    stepping.done(ctx, Step.HOURS)


# The sponsor


@feature.action("sponsor")
@leads_only
def answer_sponsor(taken: ActionTaken, settings: Settings, ctx: Context) -> None:
    """Ask who it could be, or go on without one."""
    if taken.value in ("yes", "no"):
        _find_sponsor(ctx, "" if taken.value == "yes" else None)


def _find_sponsor(ctx: Context, name: str | None) -> None:
    """Ask whom *name* names, or who it could be where that is ""; None: there is none."""
    founding.note(ctx.session, ctx.network, Step.SPONSOR.value, now=ctx.now)
    stepping.tend(ctx)
    if name is not None and stepping.has_sponsors(ctx):
        ctx.press("leading.name_sponsor", name, because="first run")
    ctx.press("founding.open", "", because="after the last step")
