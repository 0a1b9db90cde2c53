"""After a round: remind whoever writes first, ask whether they met, leave the silent in peace."""

from __future__ import annotations

from datetime import timedelta

from bot.context import Context
from bot.domain.typed import number_of
from bot.judgement.limits import Kind
from bot.outbox import Said
from bot.storage import arranging, circles, meeting
from bot.storage.circles import Circle
from handlers.meeting.among import name_of
from handlers.meeting.feature import Settings, feature
from handlers.meeting.telling import tell

REMIND_AFTER, ASK_AFTER = timedelta(days=2, hours=12), timedelta(days=6, hours=12)
"""Half a day less than three days and a week: it is looked for once a day."""
LASTING = timedelta(days=10)
"""A reminder may take up the one word of its week: the question then comes in the next."""
THINKING = timedelta(days=3)
"""So long somebody may take to answer before it means anything."""
SOME_DAY = timedelta(days=30)


def remind(ctx: Context) -> None:
    """Remind the captain once, where nobody has said that they found each other."""
    for held in arranging.to_remind(
        ctx.session, ctx.network, after=ctx.now - ASK_AFTER, before=ctx.now - REMIND_AFTER
    ):
        people = meeting.partners(ctx.session, held)
        captain = next((each for each in people if each.id == held.captain_id), None)
        if not arranging.remind(ctx.session, held, now=ctx.now) or captain is None:
            continue
        if len(people) > 1:
            ctx.say(
                captain.address,
                "meeting/reminder",
                kind=Kind.WORD,
                key=f"{held.key}/{captain.id}/reminder",
                lasting=timedelta(days=2),
                others=[each.name for each in people if each.id != captain.id],
                number=held.id,
            )


def ask_after(ctx: Context) -> None:
    """Ask those who were to meet a week ago whether they did, once."""
    for held in arranging.to_ask_after(ctx.session, ctx.network, before=ctx.now - ASK_AFTER):
        people = meeting.partners(ctx.session, held)
        if not arranging.ask_after(ctx.session, held, now=ctx.now) or len(people) < 2:
            continue
        for person in people:
            ctx.say(
                person.address,
                "meeting/did_you",
                kind=Kind.WORD,
                key=f"{held.key}/{person.id}/after",
                lasting=LASTING,
                others=[each.name for each in people if each.id != person.id],
                number=held.id,
            )


@feature.on(Said)
def note_asked(event: Said, settings: Settings, ctx: Context) -> None:
    """Somebody has heard the question: from now on no answer may mean something."""
    parts = event.key.split("/")
    if parts[0] == "meeting" and parts[-1] == "after" and len(parts) == 4:
        number, person = number_of(parts[1]), number_of(parts[2])
        arranging.note_asked(ctx.session, number, person, now=ctx.now)


def ease_out(ctx: Context, circle: Circle) -> None:
    """Leave in peace who let three rounds running pass without a word, and tell them so kindly."""
    gone_quiet = arranging.silent(ctx.session, circle, before=ctx.now - THINKING)
    if not gone_quiet:
        return
    for meeter, person in circles.taking_part(ctx.session, circle):
        if person.id in gone_quiet and circles.ease_out(ctx.session, meeter, now=ctx.now):
            tell(
                ctx,
                person,
                "meeting/eased_out",
                f"meeting.eased_out/{circle.id}/{person.id}/{ctx.now:%Y-%m-%d}",
                lasting=SOME_DAY,
                network=ctx.network.name,
                place=name_of(ctx, circle),
            )
