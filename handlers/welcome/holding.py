"""What is held of watching: a newcomer's posts, and who was asked; each sees their own alone."""

from __future__ import annotations

from bot.context import Context
from bot.feature import Section
from bot.storage import watches
from bot.storage.places import Person
from handlers.welcome.feature import Settings, feature


@feature.mydata
def held(settings: Settings, ctx: Context, person: Person) -> Section | None:
    """Which posts of theirs were watched for an answer, and which answers they were asked for."""
    watched = watches.watched_of(ctx.session, person)
    asked = watches.asked_of(ctx.session, person)
    if not (watched or asked):
        return None
    facts: dict[str, object] = {
        "watched": [
            {
                "is_introduction": each.is_introduction,
                "words": each.words,
                "since": each.started_at,
                "others_asked_at": each.asked_at,
                "closed_at": each.closed_at,
            }
            for each in watched
        ],
        "asked_to_answer": [{"at": each.asked_at, "answer": each.answer} for each in asked],
    }
    words = ctx.prompts.render("welcome/mydata", watched=watched, asked=asked)
    return Section(name="first posts", words=words, facts=facts)


@feature.erase
def let_go(settings: Settings, ctx: Context, person: Person) -> None:
    """Let go of all of it; who was asked to answer them is told that nothing is left to do."""
    watches.forget(ctx.session, person)
