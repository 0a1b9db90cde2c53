"""Two weeks and a month later: one question, one reminder, and never again."""

from __future__ import annotations

from datetime import time, timedelta

from bot.context import Context
from bot.domain.events import ActionTaken, CommandGiven
from bot.domain.membership import (
    LATEST,
    REMINDER,
    MembershipState,
    Standing,
    Use,
    Word,
    due,
)
from bot.domain.schedule import Daily
from bot.domain.typed import simplified
from bot.judgement.limits import Kind
from bot.storage import membership, offers, places
from bot.storage.membership import Membership
from bot.storage.places import Person
from handlers.joining import beginning
from handlers.joining.feature import Settings, feature

LASTING = timedelta(days=10)
NOT_PAST = timedelta(hours=7)
SAID = {
    "yes": Use.YES,
    "no": Use.NOT_YET,
    "not yet": Use.NOT_YET,
    "notyet": Use.NOT_YET,
    "leave me be": Use.LEAVE,
    "leave": Use.LEAVE,
}


@feature.job(lambda settings: Daily(at=time.fromisoformat(settings.at)), late=NOT_PAST)
def follow_up(settings: Settings, ctx: Context) -> None:
    """Ask those who came a fortnight ago, and remind those who came a month ago; once each."""
    since = ctx.now - REMINDER - LATEST
    reachable = (MembershipState.INVITED, MembershipState.MEMBER)
    for found in membership.in_states(ctx.session, ctx.network, reachable, joined_since=since):
        word = due(_standing(found), now=ctx.now)
        if word is None:
            continue
        person = ctx.session.get_one(Person, found.person_id)
        is_over = word is Word.REMINDER and offers.of_person(ctx.session, ctx.network, person)
        if is_over or person.is_gone or not _take(ctx, found, word):
            continue
        ctx.say(
            person.address,
            "joining/check_in" if word is Word.CHECK_IN else "joining/reminder",
            kind=Kind.WORD,
            key=f"{found.key}/{word.value}",
            lasting=LASTING,
            network=ctx.network,
        )
        ctx.spoke(f"joining.{word.value}", "somebody came so long ago")


def _standing(found: Membership) -> Standing:
    assert found.joined_at is not None, "only those who came while the bot was there are asked for"
    return Standing(
        state=MembershipState(found.state),
        joined_at=found.joined_at,
        is_checked=found.checked_at is not None,
        use=found.use,
        is_reminded=found.reminded_at is not None,
        has_offered=False,  # looked up only for whom it would make a difference
    )


def _take(ctx: Context, found: Membership, word: Word) -> bool:
    take = membership.check_in if word is Word.CHECK_IN else membership.remind
    return take(ctx.session, found, now=ctx.now)


@feature.action("use")
def answer(taken: ActionTaken, settings: Settings, ctx: Context) -> None:
    """Take the answer to the check-in."""
    _answer(ctx, taken.value)


@feature.command(
    "net",
    "useful",
    help="tell me alone whether this network has been of any use to you yet",
    examples=("/net useful yes", "/net useful not yet", "/net useful leave me be"),
)
def say(given: CommandGiven, settings: Settings, ctx: Context) -> None:
    """Take the answer as it was typed."""
    _answer(ctx, simplified(given.text).casefold().strip(" ."))


def _answer(ctx: Context, typed: str) -> None:
    use = SAID.get(typed)
    found = membership.standing(ctx.session, ctx.network, ctx.me)
    if use is None:
        ctx.reply("joining/useful_how")
        return
    if found is not None:
        membership.answer(ctx.session, found, use)
        if use is Use.LEAVE:
            beginning.take_back_words(ctx, found, only=("reminder",))
    ctx.reply(
        "joining/answered",
        use=use,
        may_ask=beginning.is_on(ctx, "ask"),
        leads=places.leads(ctx.session, ctx.network),
    )
