"""A feature for tests: it answers, it fails when it is asked to, and it does something weekly."""

from __future__ import annotations

from datetime import time, timedelta

from msgspec import Struct

from bot.context import Context
from bot.domain.events import (
    ActionTaken,
    CommandGiven,
    FormSubmitted,
    MessagePosted,
    ReactionAdded,
    ShortcutUsed,
)
from bot.domain.ids import ChannelId
from bot.domain.posts import Field
from bot.domain.schedule import Daily, Schedule, Weekday, Weekly
from bot.feature import Feature, Period, Section
from bot.judgement.limits import Kind
from bot.prompting import Words
from bot.storage.places import Person

CANARY = "the heron flies over ward seven at dusk"
WORDS = "bot/out_of_date"  # any prompt that needs no values


class Settings(Struct, frozen=True, kw_only=True):
    """`day` and `hour` of the weekly job; `fails` lets it fail."""

    day: Weekday = Weekday.FRIDAY
    hour: int = 12
    fails: bool = False
    signs: tuple[str, ...] = ("eyes",)


def weekly_at(settings: Settings) -> Schedule:
    """When the weekly job is due."""
    return Weekly(day=settings.day, at=time(settings.hour))


probe = Feature("probe", Settings)


@probe.on(MessagePosted)
def echo(event: MessagePosted, settings: Settings, ctx: Context) -> None:
    """Say something for each message, once; fail at one of 13 characters, after having spoken."""
    ctx.say(event.channel, WORDS, kind=Kind.ANSWER, key=f"probe/{event.ts}")
    if event.length == 13:
        raise RuntimeError(CANARY)


@probe.command("net", "probe", help="try me", examples=("/net probe",))
def answer(given: CommandGiven, settings: Settings, ctx: Context) -> None:
    """Answer, or open a form, or fail."""
    if given.text == "fail":
        ctx.reply(WORDS)
        raise RuntimeError(CANARY)
    if given.text == "form":
        fields = [Field(name=name) for name in ("name", "purpose", "timezone", "country")]
        ctx.ask(
            "network/settings",
            name="probe.form",
            fields=fields,
            context="carried",
            is_in_charter=False,
        )
        return
    ctx.reply(WORDS)


@probe.action("press")
def press(taken: ActionTaken, settings: Settings, ctx: Context) -> None:
    """Answer a button by changing the post that held it."""
    ctx.update(taken.message, taken.channel, "bot/failed")


@probe.form("form", check=lambda submitted, settings: checked(submitted, settings))
def filled(submitted: FormSubmitted, settings: Settings, ctx: Context) -> None:
    """Say back what the form carried."""
    ctx.reply("bot/switched_off", feature=submitted.context + submitted.values["name"])


@probe.shortcut("copy", label="Copy")
def used(act: ShortcutUsed, settings: Settings, ctx: Context) -> None:
    """Say back which message it was."""
    ctx.reply("bot/switched_off", feature=str(act.ts))


@probe.emoji(lambda settings: settings.signs)
def signed(reaction: ReactionAdded, settings: Settings, ctx: Context) -> None:
    """Say that it was noticed."""
    ctx.say(reaction.channel, WORDS, kind=Kind.ANSWER, key=f"signed/{reaction.member}")


def checked(submitted: FormSubmitted, settings: Settings) -> dict[str, str]:
    """Fail where the name says so."""
    if submitted.values["name"] == "fail":
        raise RuntimeError(CANARY)
    return {}


@probe.job(weekly_at, late=timedelta(days=6))
def weekly(settings: Settings, ctx: Context) -> None:
    """Say something once a week."""
    assert ctx.slot is not None
    ctx.say(
        ChannelId(f"{ctx.network.workspace}/C-general"),
        WORDS,
        kind=Kind.ANSWER,
        key=f"weekly/{ctx.network.id}/{ctx.slot.name}",
        lasting=timedelta(days=2),
    )
    if settings.fails:
        raise RuntimeError(CANARY)


@probe.job(lambda settings: Daily(at=time(6)), late=timedelta(hours=2))
def daily(settings: Settings, ctx: Context) -> None:
    """Note every day."""
    ctx.spoke("probe", "a new day")


@probe.digest_section(order=1)
def section(settings: Settings, ctx: Context, period: Period) -> Section | None:
    """Say nothing in the digest."""
    return None


@probe.mydata
def held(settings: Settings, ctx: Context, person: Person) -> Section | None:
    """Tell of a person's name."""
    return Section(name="probe", words=Words(text=person.name), facts={"name": person.name})


@probe.erase
def erase(settings: Settings, ctx: Context, person: Person) -> None:
    """Let the name go."""
    person.name = "nobody"
