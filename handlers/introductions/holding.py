"""What is held of somebody's introductions: on their page, told in full, let go when they say so.

Nobody is told here what the other of two has said, nor who thought of what came to nothing.
"""

from __future__ import annotations

from typing import Any

from bot.context import Context
from bot.domain.introductions import Origin, State
from bot.feature import Section
from bot.storage import introductions, sparing
from bot.storage.introductions import Introduction
from bot.storage.places import Person
from handlers.introductions import asking
from handlers.introductions.feature import Settings, feature

ON_PAGE = 3


def as_asked(ctx: Context, found: Introduction, person: Person) -> dict[str, Any]:
    """An introduction as one of the two sees it."""
    other = next(each for each in asking.two_of(ctx, found) if each.id != person.id)
    return {**asking.about(ctx, found, other), "said": found.said(person.id)}


def as_thought(ctx: Context, found: Introduction) -> dict[str, Any]:
    """An introduction as whoever thought of it sees it: nothing of what came of it."""
    names = ["you" if each.id == found.by_id else each.name for each in asking.two_of(ctx, found)]
    until = found.until.astimezone(ctx.network.zone)
    return {"number": found.id, "names": names, "words": found.words, "until": until}


@feature.home_section(order=25)
def waits_for_your_yes(settings: Settings, ctx: Context) -> Section | None:
    """On the bot's own page: who might be introduced to the member, and what they thought of."""
    me = ctx.me
    waits = introductions.to_answer(ctx.session, ctx.network, me, now=ctx.now)[:ON_PAGE]
    if not waits:
        return None
    words = ctx.prompts.render(
        "introductions/home", waits=[as_asked(ctx, each, me) for each in waits]
    )
    return Section(name="introductions", words=words, facts={})


@feature.mydata
def held(settings: Settings, ctx: Context, person: Person) -> Section | None:
    """What they are asked and say, whom they met by it, and what they thought of."""
    all_of = introductions.of_person(ctx.session, person)
    turns = sparing.turns_of(ctx.session, person)
    asked = [each for each in all_of if person.id in each.two and each.state == State.ASKING]
    made = [each for each in all_of if person.id in each.two and each.state == State.MADE]
    others = [each for each in all_of if each.by_id == person.id and person.id not in each.two]
    if not (all_of or turns):
        return None
    facts: dict[str, object] = {
        "asked": [_asked(ctx, each, person) for each in asked],
        "introduced": [_made(ctx, each, person) for each in made],
        "thought_of": [_thought(ctx, each) for each in others],
        "bot_thought_of_you_at": [each.at for each in turns],
    }
    words = ctx.prompts.render("introductions/mydata", **facts)
    return Section(name="introductions", words=words, facts=facts)


def _asked(ctx: Context, found: Introduction, person: Person) -> dict[str, Any]:
    shown = as_asked(ctx, found, person)
    is_own = found.origin == Origin.OWN and found.by_id == person.id
    reason = {"words": found.words, "your_own": True} if is_own else {"your_own": False}
    return {"other": shown["other"], "said": shown["said"], "until": found.until, **reason}


def _made(ctx: Context, found: Introduction, person: Person) -> dict[str, Any]:
    other = next(each for each in asking.two_of(ctx, found) if each.id != person.id)
    words = found.words if found.by_id == person.id else ""
    return {"other": other.name, "at": found.made_at, "words": words}


def _thought(ctx: Context, found: Introduction) -> dict[str, Any]:
    names = [each.name for each in asking.two_of(ctx, found)]
    return {"names": names, "words": found.words, "until": found.until, "for": found.origin}


@feature.erase
def let_go(settings: Settings, ctx: Context, person: Person) -> None:
    """Let go of all of it, and of the questions to others that name them."""
    for found in introductions.of_person(ctx.session, person):
        if found.state == State.ASKING:
            asking.take_back(ctx, found)
        elif person.id not in found.two:
            asking.unsay(ctx, found)
    introductions.forget(ctx.session, person)
    sparing.forget(ctx.session, person)
