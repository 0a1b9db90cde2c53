"""After a quiet time the bot drafts a first question, for those who tend to approve or not."""

from __future__ import annotations

from datetime import date, timedelta

from bot.context import Context
from bot.domain.nudges import ConveningKind
from bot.domain.nudges import NudgeState as State
from bot.storage import nudges, talk
from handlers.convening import drafting, posting, standing
from handlers.convening.feature import Settings
from handlers.convening.showing import signers

DAY = timedelta(days=1)
LONG = 5
"""Working days that have to be missed for a return to be one."""
LONGEST = 100
LATELY = timedelta(days=21)


def draft_a_welcome(ctx: Context, settings: Settings) -> None:
    """In the first days after a week off or more: draft a welcome back, once."""
    over = _quiet_time_over(ctx)
    if not over or _is_drafted(ctx):
        return
    channels = drafting.open_channels(ctx)
    leads = signers(ctx, None)
    if not (channels and leads):
        return
    starts = standing.first_day(ctx, settings, channels[0])
    if starts is None:
        ctx.skip("convening.welcome_back", "there is no room for it in the next fortnight")
        return
    nudge = standing.keep(
        ctx,
        settings,
        ConveningKind.WELCOME_BACK,
        channels[0],
        starts,
        lead=leads[0],
        because="",
    )
    ctx.spoke("convening.welcome_back", "a quiet time is over: drafted for approval")
    posting.show_to_others(ctx, nudge, after=over)


def _is_drafted(ctx: Context) -> bool:
    """Whether there is a welcome back already, whatever became of it."""
    return any(
        each.kind == ConveningKind.WELCOME_BACK and ctx.now - each.created_at < LATELY
        for each in nudges.in_states(ctx.session, ctx.network, [*State])
    )


def _quiet_time_over(ctx: Context) -> str:
    """What ended less than a working week ago; "" where nothing did.

    On the first morning nobody has said anything yet, and the bot isn't to be all that is heard.
    """
    today = talk.local_day(ctx.now, ctx.network)
    working = talk.working_days(ctx.session, ctx.network)
    worked, missed = 0, list[date]()
    for day in (today - n * DAY for n in range(LONGEST)):
        is_working = working(day)
        if is_working and (missed or worked == LONG):
            break
        worked += is_working
        missed += [day] if day.weekday() < 5 and not is_working else []
    if not worked or len(missed) < LONG:
        return ""
    entries = talk.calendar(ctx.session, ctx.network)
    quiet = (each for each in entries if each.kind == "quiet")
    names = [each.name for each in quiet if each.first <= missed[0] <= each.last]
    return names[-1] if names else "The quiet time"
