"""What the bot under test is asked for: answers, whispers, a form, a page, a weekly post."""

from __future__ import annotations

import os
from datetime import time, timedelta

from msgspec import Struct

from bot.context import Context
from bot.domain.events import CommandGiven, FormSubmitted, HomeOpened, MessagePosted
from bot.domain.ids import ChannelId
from bot.domain.posts import Field
from bot.domain.schedule import Weekday, Weekly
from bot.feature import Feature
from bot.judgement.limits import Kind

WORDS = "bot/switched_off"  # any prompt that takes a word
FORM = "energy/ask_why"  # any prompt of a form with a line of text
LABEL = "text"
ROOM = "RIG_ROOM"
NOON = time(12)
LONG = timedelta(days=6)


class Settings(Struct, frozen=True, kw_only=True):
    """None."""


echo = Feature("echo", Settings)


@echo.on(MessagePosted)
def heard(event: MessagePosted, settings: Settings, ctx: Context) -> None:
    """Answer each message of a person, once, for all to see."""
    if not event.by_bot:
        key = f"echo/{event.channel}/{event.ts}"
        ctx.say(event.channel, WORDS, kind=Kind.ANSWER, key=key, feature="echo")


@echo.command("net", "echo", help="say it back")
def typed(given: CommandGiven, settings: Settings, ctx: Context) -> None:
    """Say back what was typed, for all to see: it must be harmless."""
    ctx.say(given.channel, WORDS, kind=Kind.ANSWER, key=f"typed/{given.id}", feature=given.text)


@echo.command("net", "hush", help="whisper it back")
def hushed(given: CommandGiven, settings: Settings, ctx: Context) -> None:
    """Say back what was typed, to that one alone."""
    ctx.reply(WORDS, feature=given.text)


@echo.command("net", "form", help="ask")
def asked(given: CommandGiven, settings: Settings, ctx: Context) -> None:
    """Open a form."""
    field = Field(name=LABEL, is_required=True)
    ctx.ask(FORM, name="echo.form", fields=(field,), context=given.channel)


@echo.form("form")
def filled(form: FormSubmitted, settings: Settings, ctx: Context) -> None:
    """Say once, for all to see, that it was filled in."""
    key = f"filled/{form.id}"
    ctx.say(ChannelId(form.context), WORDS, kind=Kind.ANSWER, key=key, feature="form")


@echo.on(HomeOpened)
def opened(event: HomeOpened, settings: Settings, ctx: Context) -> None:
    """Show the page."""
    ctx.show([ctx.prompts.render(WORDS, feature="home")])


@echo.job(lambda _: Weekly(day=Weekday.FRIDAY, at=NOON), late=LONG)
def weekly(settings: Settings, ctx: Context) -> None:
    """Post once a week, where `weeks` looks for it."""
    if ctx.slot is not None and (room := os.environ.get(ROOM)):
        key = f"weekly/{ctx.slot.name}"
        ctx.say(
            ChannelId(room), WORDS, kind=Kind.ANSWER, key=key, lasting=LONG, feature=ctx.slot.name
        )
