"""The network itself: its purpose, its place and time, and those who tend it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import time, timedelta

from msgspec import Struct

from bot.context import Context, leads_only
from bot.domain.events import BotInvited, CommandGiven, FormSubmitted
from bot.domain.posts import Field
from bot.domain.schedule import Daily
from bot.domain.zones import zone_names
from bot.feature import Feature, Section
from bot.judgement.limits import Kind
from bot.storage import places, retention, talk


class Settings(Struct, frozen=True, kw_only=True):
    """Nothing to set: a network describes itself with ``/tend settings``."""


feature = Feature("network", Settings)

NOTICED = timedelta(days=7)
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
    catches_up = any(command.word == "catchup" for command in ctx.gathered.commands)
    ctx.reply("network/card", network=ctx.network, leads=leads, catches_up=catches_up)


@feature.command(
    "tend",
    "settings",
    help="the network's name, purpose, time zone and country",
    examples=("/tend settings",),
    aliases=("setup", "set-up"),
)
def ask_settings(given: CommandGiven, settings: Settings, ctx: Context) -> None:
    """Open the form that describes the network."""
    network = ctx.network
    ctx.ask(
        "network/settings",
        name="network.settings",
        fields=(
            Field(name="name", value=network.name, is_required=True),
            Field(name="purpose", value=network.purpose, is_required=True, is_long=True),
            Field(name="timezone", value=network.timezone, is_required=True),
            Field(name="country", value=network.country, is_required=True),
        ),
    )


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
    network.name, network.purpose = values["name"], values["purpose"]
    network.timezone, network.country = values["timezone"], values["country"].upper()
    # who is the first to do anything here may not have been heard of yet
    places.meet_people(ctx.session, [submitted.member], bots=frozenset())
    member = places.person_at(ctx.session, submitted.member)
    is_first = member is not None and not places.leads(ctx.session, network)
    if is_first and member is not None:
        places.make_lead(ctx.session, network, member, now=ctx.now)
    ctx.reply("network/kept", network=network, is_first=is_first)


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


@feature.home_section(order=0)
def purpose(settings: Settings, ctx: Context) -> Section:
    """What the network is for, and who tends it."""
    leads = places.leads(ctx.session, ctx.network)
    words = ctx.prompts.render("network/home", network=ctx.network, leads=leads)
    return Section(name="network", words=words, facts={"purpose": ctx.network.purpose})


def _stripped(submitted: FormSubmitted) -> dict[str, str]:
    return {name: value.strip() for name, value in submitted.values.items()}


def _problems(values: Mapping[str, str]) -> list[str]:
    """The fields whose values can't be kept."""
    is_well = {
        "name": bool(values.get("name")),
        "purpose": bool(values.get("purpose")),
        "timezone": values.get("timezone") in zone_names(),
        "country": talk.knows_country(values.get("country", "").upper()),
    }
    return [field for field, well in is_well.items() if not well]
