"""The network itself: its purpose, its place and time, and those who tend it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import time, timedelta

from msgspec import Struct

from bot.context import Context, leads_only
from bot.domain.events import ActionTaken, BotInvited, CommandGiven, FormSubmitted
from bot.domain.posts import Field
from bot.domain.schedule import Daily
from bot.domain.typed import number_of, simplified
from bot.domain.zones import zone_names
from bot.feature import Feature, Section
from bot.judgement.limits import Kind
from bot.storage import changes, charter, leading, places, retention, talk
from bot.storage.places import Person


class Settings(Struct, frozen=True, kw_only=True):
    """Nothing to set: a network describes itself with ``/tend settings``."""


feature = Feature("network", Settings)

NOTICED = timedelta(days=7)
TOLD = timedelta(days=14)
SHOWN = 12
LONGEST = 600
_ASK = re.compile(r"(?:ask(?: about)?)\s+#?(\d{1,9})\s+(.+)", re.IGNORECASE)
AT_NIGHT = time(23)  # when the features that count days have long counted them
PROBLEMS = {
    "name": "What is this network called?",
    "purpose": "A network needs a purpose. One rough sentence is enough, and it can change.",
    "timezone": "I don't know that time zone. It is written as Europe/London or Asia/Tokyo.",
    "country": "I don't know that country's public holidays. It is written as JP or GB-ENG.",
}


@feature.command("net", "", help="where we are, and what you can do here", examples=("/net",))
def card(given: CommandGiven, settings: Settings, ctx: Context) -> None:
    """Say what this network is for, and who tends it."""
    leads = places.leads(ctx.session, ctx.network)
    words = [each.word for each in ctx.gathered.commands if each.command == given.command]
    ctx.reply("network/card", network=ctx.network, leads=leads, words=words)


@feature.command(
    "tend",
    "settings",
    help="the network's name, purpose, time zone and country",
    examples=("/tend settings",),
    aliases=("setup", "set-up"),
)
def ask_settings(given: CommandGiven, settings: Settings, ctx: Context) -> None:
    """Open the form that describes the network."""
    network, is_in_charter = ctx.network, _is_in_charter(ctx)
    purpose = Field(name="purpose", value=network.purpose, is_required=True, is_long=True)
    ctx.ask(
        "network/settings",
        name="network.settings",
        fields=(
            Field(name="name", value=network.name, is_required=True),
            *(() if is_in_charter else (purpose,)),
            Field(name="timezone", value=network.timezone, is_required=True),
            Field(name="country", value=network.country, is_required=True),
        ),
        is_in_charter=is_in_charter,
    )


def _is_in_charter(ctx: Context) -> bool:
    """Whether the purpose stands in a charter, where it changes only by consent."""
    return charter.current(ctx.session, ctx.network) is not None


def check_settings(submitted: FormSubmitted, settings: Settings) -> Mapping[str, str]:
    """What can't be kept of a network's description, in plain English."""
    return {field: PROBLEMS[field] for field in _problems(_stripped(submitted))}


@feature.form("settings", check=check_settings)
@leads_only
def keep_settings(submitted: FormSubmitted, settings: Settings, ctx: Context) -> None:
    """Keep how the network describes itself; its first describer tends it."""
    values = _stripped(submitted)
    if problems := _problems(values):
        ctx.reply("network/not_kept", problem=problems[0])
        return
    network = ctx.network
    values["country"] = values["country"].upper()
    leading.take_turns(ctx.session, network)
    is_first = not places.leads(ctx.session, network)
    for name in (each for each in PROBLEMS if each != "purpose" or not _is_in_charter(ctx)):
        _change(ctx, name, values[name], is_first=is_first)
    if is_first:
        places.make_lead(ctx.session, network, ctx.me, now=ctx.now)
    ctx.reply("network/kept", network=network, is_first=is_first)
    tell_changes(ctx)


def _change(ctx: Context, name: str, value: str, *, is_first: bool) -> None:
    """Put *value* in its place; who describes the network for the first time changes nothing."""
    before = getattr(ctx.network, name)
    setattr(ctx.network, name, value)
    if not is_first:
        changes.note(
            ctx.session, ctx.network, name, before=before, after=value, by=ctx.me, now=ctx.now
        )


@feature.action("changed")
@leads_only
def press_changed(taken: ActionTaken, settings: Settings, ctx: Context) -> None:
    """Tell of what another feature has noted as changed (`bot.storage.changes`)."""
    tell_changes(ctx)


def tell_changes(ctx: Context) -> None:
    """Tell everybody in one line what was changed and not told yet, with a way to ask about it."""
    found = changes.newest(ctx.session, ctx.network, most=len(PROBLEMS))
    new = [each for each in reversed(found) if ctx.once(f"network.changed/{each[0].id}")]
    channel = places.main_channel(ctx.session, ctx.network)
    if not new or channel is None:
        return
    ctx.say(
        channel.address,
        "network/changed",
        kind=Kind.NUDGE,
        key=f"network.changed/{new[0][0].id}/told/{ctx.member}",
        lasting=TOLD,
        changes=[change for change, _ in new],
        name=new[0][1],
        number=new[-1][0].id,
    )


@feature.command(
    "net",
    "changes",
    help="what those who tend have changed of the network's settings, and a way to ask about it",
    examples=("/net changes", "/net changes ask 3 what made you change it?"),
)
def show_changes(given: CommandGiven, settings: Settings, ctx: Context) -> None:
    """Show the newest changes, or put a question about one to those who tend."""
    if found := _ASK.fullmatch(simplified(given.text)):
        put_question(ctx, found[1], found[2])
        return
    shown = changes.newest(ctx.session, ctx.network, most=SHOWN)
    ctx.reply("network/changes", changes=shown, zone=ctx.network.zone)


@feature.action("ask")
def press_ask(taken: ActionTaken, settings: Settings, ctx: Context) -> None:
    """Open the form for a question about a change."""
    field = Field(name="words", is_required=True, is_long=True)
    ctx.ask("network/ask", name="network.ask", fields=(field,), context=taken.value)


@feature.form("ask")
def take_question(submitted: FormSubmitted, settings: Settings, ctx: Context) -> None:
    """Pass a question on."""
    put_question(ctx, submitted.context, submitted.values.get("words", ""))


def put_question(ctx: Context, number: str, words: str) -> None:
    """Pass a member's question about a change on to those who tend; it is kept nowhere else."""
    words = " ".join(words.split())[:LONGEST]
    change = changes.numbered(ctx.session, ctx.network, number_of(number))
    leads = places.leads_of(ctx.session, ctx.network)
    if change is None or not words or not leads:
        ctx.reply("network/not_asked", is_known=change is not None, has_words=bool(words))
        return
    for to in leads:
        ctx.say(
            to,
            "network/asked",
            kind=Kind.TENDING,
            key=f"network.asked/{ctx.occasion}/{to}",
            lasting=NOTICED,
            person=ctx.me,
            change=change,
            words=words,
        )
    ctx.reply("network/passed_on", leads=places.leads(ctx.session, ctx.network))


@feature.on(BotInvited)
def arrive(invited: BotInvited, settings: Settings, ctx: Context) -> None:
    """Say in a channel, once, that the bot is there now, and what it keeps and doesn't."""
    ctx.say(
        invited.channel,
        "network/arrival",
        kind=Kind.NOTICE,
        key=f"network.arrival/{invited.channel}/{invited.at}",
        lasting=NOTICED,
        network=ctx.network,
        leads=places.leads(ctx.session, ctx.network),
    )


@feature.job(lambda settings: Daily(at=AT_NIGHT))
def let_go(settings: Settings, ctx: Context) -> None:
    """Let go of what is no longer to be held: facts of half a year ago, and what was settled."""
    retention.let_go(ctx.session, ctx.network, now=ctx.now)
    changes.let_old_go(ctx.session, ctx.network, now=ctx.now)


@feature.home_section(order=0)
def purpose(settings: Settings, ctx: Context) -> Section:
    """What the network is for, and who tends it."""
    leads = places.leads(ctx.session, ctx.network)
    words = ctx.prompts.render("network/home", network=ctx.network, leads=leads)
    return Section(name="network", words=words, facts={"purpose": ctx.network.purpose})


@feature.mydata
def held(settings: Settings, ctx: Context, person: Person) -> Section | None:
    """Which settings somebody changed, which everybody may see."""
    mine = changes.made_by(ctx.session, person)
    if not mine:
        return None
    facts = [
        {"at": each.at.isoformat(), "what": each.what, "before": each.before, "after": each.after}
        for each in mine
    ]
    words = ctx.prompts.render("network/mydata", changes=len(mine))
    return Section(name="settings you changed", words=words, facts={"changes": facts})


@feature.erase
def forget(settings: Settings, ctx: Context, person: Person) -> None:
    """Keep of what somebody changed only that it was changed."""
    changes.forget(ctx.session, person)


def _stripped(submitted: FormSubmitted) -> dict[str, str]:
    return {name: value.strip() for name, value in submitted.values.items()}


def _problems(values: Mapping[str, str]) -> list[str]:
    """The fields whose values can't be kept."""
    is_well = {
        "name": bool(values.get("name")),
        "purpose": bool(values.get("purpose", "as the charter has it")),
        "timezone": values.get("timezone") in zone_names(),
        "country": talk.knows_country(values.get("country", "").upper()),
    }
    return [field for field, well in is_well.items() if not well]
