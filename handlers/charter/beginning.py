"""A first charter: six rules to begin with, each of which whoever tends may change before it is."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from bot.context import Context, leads_only
from bot.domain.charter import MOST_RULES, Charter, charter_of, fault_in, starter
from bot.domain.events import ActionTaken, FormSubmitted
from bot.domain.posts import Field
from bot.judgement.limits import Kind
from bot.storage import charter, founding, places, talk
from handlers.charter.feature import Settings, feature

RULES = tuple(f"rule{number}" for number in range(1, MOST_RULES + 1))
FIRST_REVIEW = 6
"""Months after which a first charter is looked at again."""


def months_on(day: date, months: int) -> date:
    """The same day of the month *months* later, or the last one before it."""
    count = day.month - 1 + months
    year, month = day.year + count // 12, count % 12 + 1
    for last in range(day.day, 27, -1):
        try:
            return date(year, month, last)
        except ValueError:
            continue
    return date(year, month, day.day)


@feature.action("start")
@leads_only
def start(taken: ActionTaken, settings: Settings, ctx: Context) -> None:
    """Open the form of a first charter."""
    open_form(ctx)


def open_form(ctx: Context) -> None:
    """Ask for a first charter, with the starter in its place; where there is one, say so."""
    if charter.current(ctx.session, ctx.network) is not None:
        ctx.reply("charter/there_already")
        return
    first = starter(ctx.network.purpose)
    rules = (*first.rules, *[""] * (MOST_RULES - len(first.rules)))
    ctx.ask(
        "charter/first",
        name="charter.first",
        fields=(
            Field(name="purpose", value=first.purpose, is_required=True, is_long=True),
            *(
                Field(name=name, value=rule, is_long=True)
                for name, rule in zip(RULES, rules, strict=True)
            ),
            Field(name="decides", value=first.decides, is_required=True, is_long=True),
            Field(name="keeps", value=first.keeps, is_required=True, is_long=True),
        ),
        names=RULES,
    )


def _charter_in(submitted: FormSubmitted) -> Charter:
    values = submitted.values
    rules = [values.get(name, "") for name in RULES]
    purpose, decides, keeps = (values.get(name, "") for name in ("purpose", "decides", "keeps"))
    return charter_of(purpose, rules, decides, keeps)


def check_first(submitted: FormSubmitted, settings: Settings) -> Mapping[str, str]:
    """What keeps it from being a charter, under the question that it is about."""
    found = _charter_in(submitted)
    fault = fault_in(found)
    if not fault:
        return {}
    if not found.rules:
        return {"rule1": fault}
    lines = {
        "purpose": found.purpose,
        **dict(zip(RULES, found.rules, strict=False)),
        "decides": found.decides,
        "keeps": found.keeps,
    }
    long = max(lines, key=lambda name: len(lines[name]))
    empty = next((name for name, line in lines.items() if not line), None)
    return {empty or long: fault}


@feature.form("first", check=check_first)
@leads_only
def adopt_first(submitted: FormSubmitted, settings: Settings, ctx: Context) -> None:
    """Adopt the first charter, and show what all would read of it."""
    if check_first(submitted, settings):
        ctx.reply("charter/not_adopted", fault=fault_in(_charter_in(submitted)))
        return
    charter.take_turns(ctx.session, ctx.network)
    if charter.current(ctx.session, ctx.network) is not None:
        ctx.reply("charter/there_already")
        return
    today = talk.local_day(ctx.now, ctx.network)
    version = charter.adopt(
        ctx.session,
        ctx.network,
        _charter_in(submitted),
        why="To begin with",
        is_material=True,
        took_part=None,
        effective_on=today,
        review_on=months_on(today, FIRST_REVIEW),
        proposal=None,
        now=ctx.now,
    )
    channel = places.main_channel(ctx.session, ctx.network)
    ctx.reply(
        "charter/adopted",
        version=version,
        network=ctx.network,
        leads=places.leads(ctx.session, ctx.network),
        channel=channel.name if channel else "",
        has_more_steps=founding.is_underway(ctx.session, ctx.network),
    )


@feature.action("announce")
@leads_only
def announce(taken: ActionTaken, settings: Settings, ctx: Context) -> None:
    """Tell everybody that there is a charter, once, in the words that were shown before."""
    version = charter.current(ctx.session, ctx.network)
    channel = places.main_channel(ctx.session, ctx.network)
    if version is None or channel is None:
        ctx.reply("charter/not_announced")
        return
    is_queued = ctx.say(
        channel.address,
        "charter/announced",
        kind=Kind.NUDGE,
        key=f"charter.announced/{ctx.network.id}/{version.number}",
        version=version,
        network=ctx.network,
        leads=places.leads(ctx.session, ctx.network),
    )
    ctx.reply("charter/announcing", channel=channel.name, is_queued=is_queued)
