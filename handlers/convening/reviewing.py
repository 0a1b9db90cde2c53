"""Look back each morning at what was said a while ago: hoped, happened, and how sure one can be."""

from __future__ import annotations

from datetime import date, time, timedelta
from typing import Any

import msgspec
from msgspec import structs

from bot.context import Context, leads_only
from bot.domain.events import ActionTaken, FormSubmitted, to_micros
from bot.domain.nudges import ConveningKind, Verdict
from bot.domain.nudges import NudgeState as State
from bot.domain.posts import Field
from bot.domain.schedule import Daily
from bot.domain.typed import simplified
from bot.judgement.evidence import Evidence, judge_trials
from bot.judgement.limits import Kind
from bot.judgement.outcomes import (
    Outcome,
    Record,
    had_not_spoken,
    outcome,
    questions,
    record,
    took_part,
    trial,
    weeks_around,
)
from bot.judgement.talk import lay_out
from bot.storage import days, nudges, places, readings, rounds, talk, threads
from bot.storage.nudges import Nudge
from handlers.convening import acting, posting, returning, standing
from handlers.convening.feature import Settings, feature
from handlers.convening.showing import one

DAY = timedelta(days=1)
BACK = timedelta(days=210)
"""How far back the weeks go that tell what is usual."""
UNTOUCHED = timedelta(days=7)
"""An ebb that leads were told of, and did nothing about for so long, was left alone."""
AGAIN = timedelta(days=14)
REMEMBERED = 40
FEW = 5
ALERT = "energy.alert"


@feature.job(lambda settings: Daily(at=time.fromisoformat(settings.look_at)))
def look(settings: Settings, ctx: Context) -> None:
    """Let go of what nobody approved, follow what runs, and tell how it went on its date."""
    posting.lapse(ctx)
    _follow_untouched(ctx)
    standing.draft_by_permission(ctx, settings)
    returning.draft_a_welcome(ctx, settings)
    today = talk.local_day(ctx.now, ctx.network)
    for nudge in nudges.in_states(ctx.session, ctx.network, (State.POSTED, State.GATHERING)):
        if nudge.review_on <= today and talk.is_working(ctx.session, ctx.network, today):
            review(ctx, nudge)
        elif nudge.state == State.POSTED:
            nudges.move(ctx.session, nudge, State.GATHERING, by=None, now=ctx.now)


def _follow_untouched(ctx: Context) -> None:
    """An ebb that was told, and that nobody did anything about, counts as left alone."""
    decided = readings.decisions(ctx.session, ctx.network, since=ctx.now - AGAIN - DAY)
    alerts = [each for each in decided if each.what == ALERT]
    told = next((each for each in alerts if each.did_speak), None)
    if told is None or not told.reason.startswith(("ebb", "still")):
        return
    was_mistaken = any(each.at > told.at and "a lead said" in each.reason for each in alerts)
    if was_mistaken or ctx.now - told.at < UNTOUCHED:
        return
    around = nudges.since(ctx.session, ctx.network, told.at - AGAIN)
    if around or nudges.still_open(ctx.session, ctx.network):
        return
    day = talk.local_day(told.at, ctx.network)
    nudges.leave_alone(
        ctx.session, ctx.network, by=None, day=day, look_again=day + AGAIN, now=told.at
    )


def review(ctx: Context, nudge: Nudge) -> None:
    """Keep what came of *nudge*, and tell those who tend."""
    found = gather(ctx, nudge)
    counted = rounds.tally_of(nudge)
    kept = {**msgspec.to_builtins(found), "short": _short(found)}
    kept |= {rounds.KEPT: counted._asdict()} if counted else {}
    if not nudges.move(ctx.session, nudge, State.REVIEWED, by=None, now=ctx.now, outcome=kept):
        return
    ctx.spoke("convening.review", f"{nudge.kind}: {kept['short']}")
    for to in places.leads_of(ctx.session, ctx.network):
        ctx.say(
            to,
            "convening/outcome",
            kind=Kind.TENDING,
            key=f"convening.outcome/{nudge.id}/{to}",
            lasting=posting.TELLABLE,
            **told(ctx, nudge, found),
        )


def told(ctx: Context, nudge: Nudge, found: Outcome) -> dict[str, Any]:
    """What the words of an outcome are made from."""
    return {
        "nudge": one(ctx, nudge),
        "outcome": found,
        "record": record_of(ctx),
        "evidence": evidence_of(ctx),
        "is_left": nudge.kind == ConveningKind.LEAVE_IT,
        "was_chosen": nudge.drafted_by is not None,
        "few": FEW,
        "round": rounds.tally_of(nudge),
        "thread": _thread(ctx, nudge),
        "reading": readings.newest(ctx.session, ctx.network, through=ctx.now_there.date()),
    }


_WORTH_A_NOTE = (
    ConveningKind.HARVEST,
    ConveningKind.QUESTION_ROUND,
    ConveningKind.DIFFERENCE_ROUND,
    ConveningKind.SHOW_AND_TELL,
    ConveningKind.STOP_ROUND,
)


def _thread(ctx: Context, nudge: Nudge) -> str:
    """The conversation of which a note can be made, "<channel>/<ts>"; "" where there is none."""
    has_notes = ctx.understands("/net harvest")
    channel = posting.channel_of(ctx, nudge)
    is_worth_it = nudge.kind in _WORTH_A_NOTE and has_notes
    return f"{channel.ref}/{nudge.ts}" if channel and nudge.ts and is_worth_it else ""


def gather(ctx: Context, nudge: Nudge) -> Outcome:
    """What happened since *nudge* was posted, up to yesterday."""
    session, network = ctx.session, ctx.network
    moment = nudge.posted_at or nudge.starts_at(network)
    posted, until = talk.local_day(moment, network), talk.local_day(ctx.now, network) - DAY
    begin = posted - BACK
    since, end = _midnight(begin, ctx), to_micros(ctx.now)
    said = talk.said(session, network, since=since, until=end)
    reacted = talk.reacted(session, network, since=since, until=end)
    setting = talk.setting(session, network, first=begin, last=until, now=ctx.now)
    laid_out = lay_out(said, reacted, setting, until=until + DAY)
    found = outcome(*weeks_around(laid_out, setting, posted=posted, until=until), posted=posted)
    uncounted = nudges.uncounted(session, network) - int(nudge.outcome.get("uncounted", 0))
    found = structs.replace(found, uncounted=max(0, uncounted) if nudge.message else 0)
    if nudge.channel_id is None:
        return found
    at = to_micros(moment)
    asked, answered = questions(
        laid_out,
        threads.arrivals(session, network, joined=setting.joined),
        channel=nudge.channel_id,
        posted=at,
        until=end,
    )
    found = structs.replace(found, asked=asked, answered=answered)
    if nudge.ts is None:
        return found
    people, in_thread = took_part(
        said,
        channel=nudge.channel_id,
        thread=nudge.ts,
        posted=at,
        day_ends=_midnight(posted + DAY, ctx),
    )
    return structs.replace(
        found,
        took_part=len(people),
        in_thread=in_thread,
        new_voices=had_not_spoken(people, said, posted=at),
    )


def _midnight(day: date, ctx: Context) -> int:
    return days.midnight(day, ctx.network.zone)


def record_of(ctx: Context) -> Record:
    """How often the newest nudges, and ebbs left alone, were followed by a livelier fortnight."""
    known = nudges.reviewed(ctx.session, ctx.network, most=REMEMBERED)
    seen = [(each.kind, each.outcome.get("is_livelier")) for each in known]
    return record(
        [bool(up) for kind, up in seen if kind != ConveningKind.LEAVE_IT and up is not None],
        [bool(up) for kind, up in seen if kind == ConveningKind.LEAVE_IT and up is not None],
    )


def evidence_of(ctx: Context) -> Evidence | None:
    """What was learned by lot so far; None where nothing was drawn."""
    trials = [
        trial(
            msgspec.convert(each.outcome, Outcome, strict=False),
            was_nudged=each.kind != ConveningKind.LEAVE_IT,
        )
        for each in nudges.drawn(ctx.session, ctx.network)
    ]
    known = [each for each in trials if each is not None]
    return judge_trials(known) if known else None


def _short(found: Outcome) -> str:
    if found.is_livelier is None:
        return "too little was heard to tell"
    return "a livelier fortnight" if found.is_livelier else "no livelier than before"


# What those who tend make of it


def _judge(verdict: Verdict) -> acting.Act:
    def judged(ctx: Context, settings: Settings, nudge: Nudge, rest: str) -> None:
        if nudge.state != State.REVIEWED:
            ctx.reply("convening/not_reviewed", nudge=one(ctx, nudge))
            return
        nudge.verdict, nudge.judged_by = verdict.value, ctx.me.id
        ctx.reply("convening/judged", nudge=one(ctx, nudge))

    return judged


def _learn(ctx: Context, settings: Settings, nudge: Nudge, rest: str) -> None:
    if nudge.state != State.REVIEWED:
        ctx.reply("convening/not_reviewed", nudge=one(ctx, nudge))
    elif rest:
        _keep_lesson(ctx, nudge, rest)
    else:
        text = Field(name="text", value=nudge.lesson, is_required=True, is_long=True)
        ctx.ask("convening/learn", name="convening.learn", fields=(text,), context=f"{nudge.id}")


def _keep_lesson(ctx: Context, nudge: Nudge, text: str) -> None:
    nudge.lesson, nudge.judged_by = text, ctx.me.id
    ctx.reply("convening/learned", nudge=one(ctx, nudge))


worth, unworthy = _judge(Verdict.AGAIN), _judge(Verdict.NOT_WORTH_IT)
acting.TYPED.update({"worth": worth, "not-worth": unworthy, "learned": _learn})


@feature.action("worth")
@leads_only
def press_worth(taken: ActionTaken, settings: Settings, ctx: Context) -> None:
    """Keep that it is worth doing again."""
    acting.press(worth, taken, settings, ctx)


@feature.action("unworthy")
@leads_only
def press_unworthy(taken: ActionTaken, settings: Settings, ctx: Context) -> None:
    """Keep that it is not worth it."""
    acting.press(unworthy, taken, settings, ctx)


@feature.action("learn")
@leads_only
def press_learn(taken: ActionTaken, settings: Settings, ctx: Context) -> None:
    """Ask what was learned."""
    acting.press(_learn, taken, settings, ctx)


@feature.form("learn")
@leads_only
def take_lesson(submitted: FormSubmitted, settings: Settings, ctx: Context) -> None:
    """Keep what was learned."""
    nudge, text = acting.numbered(ctx, submitted.context), submitted.values.get("text", "").strip()
    if nudge is not None and text:
        _keep_lesson(ctx, nudge, simplified(text))
