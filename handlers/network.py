"""The network itself: its purpose, its place and time, and those who tend it."""

from __future__ import annotations

from zoneinfo import available_timezones

from msgspec import Struct

from bot.domain.events import CommandGiven, FormSubmitted
from bot.domain.posts import Field
from bot.feature import Context, Feature, leads_only
from bot.storage import places, talk


class Settings(Struct, frozen=True, kw_only=True):
    """Nothing to set: a network describes itself with ``/tend settings``."""


feature = Feature("network", Settings)


@feature.command("net", "", help="where we are, and what you can do here", examples=("/net",))
def card(given: CommandGiven, settings: Settings, ctx: Context) -> None:
    """Say what this network is for, and who tends it."""
    leads = places.leads(ctx.session, ctx.network)
    ctx.reply("network/card", network=ctx.network, leads=leads)


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


@feature.form("settings")
@leads_only
def keep_settings(submitted: FormSubmitted, settings: Settings, ctx: Context) -> None:
    """Keep how the network describes itself; its first describer tends it."""
    values = {name: value.strip() for name, value in submitted.values.items()}
    if problem := _problem(values):
        ctx.reply("network/not_kept", problem=problem)
        return
    network = ctx.network
    network.name, network.purpose = values["name"], values["purpose"]
    network.timezone, network.country = values["timezone"], values["country"].upper()
    member = places.person_at(ctx.session, submitted.member)
    is_first = member is not None and not places.leads(ctx.session, network)
    if is_first and member is not None:
        places.make_lead(ctx.session, network, member, now=ctx.now)
    ctx.reply("network/kept", network=network, is_first=is_first)


def _problem(values: dict[str, str]) -> str | None:
    """The one value that can't be kept, as a word the prompt explains."""
    if not values.get("purpose"):
        return "purpose"
    if not values.get("name"):
        return "name"
    if values.get("timezone") not in available_timezones():
        return "timezone"
    if not talk.knows_country(values.get("country", "").upper()):
        return "country"
    return None
