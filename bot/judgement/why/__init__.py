"""Why a network ebbs or flows: rules over its weeks, the surest and most specific reasons first."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta

from bot.domain.phases import Phase, Sureness
from bot.judgement.talk import Reacted, Said, Setting, Talk, lay_out
from bot.judgement.why.answers import bot_noise, lead_absent, newcomers
from bot.judgement.why.case import Case, Weeks, build, weeks_of
from bot.judgement.why.fades import decline, topic_spent
from bot.judgement.why.flows import (
    gathering_lift,
    growing,
    new_arrivals,
    one_voice_burst,
    shared_concern,
)
from bot.judgement.why.giving import helping, left_waiting, no_asks, purpose_met, waiting_asks
from bot.judgement.why.heat import difference, heated
from bot.judgement.why.hypothesis import Context, Finding, Hypothesis, RuledOut, Why
from bot.judgement.why.rests import after_gathering, pressure, quiet_season
from bot.judgement.why.voices import few_voices, key_voice, moved

__all__ = [
    "Context",
    "Hypothesis",
    "RuledOut",
    "Weeks",
    "Why",
    "explain",
    "explain_talk",
    "weeks_of",
]

Rule = Callable[[Case], Finding | None]

EBBS: tuple[Rule, ...] = (
    moved,
    difference,
    key_voice,
    newcomers,
    waiting_asks,
    purpose_met,
    no_asks,
    bot_noise,
    lead_absent,
    after_gathering,
    quiet_season,
    pressure,
    few_voices,
    topic_spent,
    decline,
)
FLOWS: tuple[Rule, ...] = (
    heated,
    one_voice_burst,
    new_arrivals,
    shared_concern,
    gathering_lift,
    helping,
    growing,
)
AT_ANY_TIME: tuple[Rule, ...] = (newcomers, waiting_asks, no_asks)
BY_CALENDAR: tuple[Rule, ...] = (gathering_lift, quiet_season)
"""Rules that need no usual weeks to compare with."""

MOST = 2
LOOK_AGAIN = timedelta(days=14)
AFTER_QUIET_DAYS = 10
SHORT_EBB_WEEKS = 3
OTHER_AGES = (3, 4, 6, 2, 8)
"""Weeks that a phase may have lasted, where those that it seems to have explain nothing."""
NEVER_GUESSED = frozenset({Context.DIFFERENCE, Context.HEATED, Context.PRESSURE})
RESTFUL = frozenset(
    {Context.ORDINARY, Context.QUIET_SEASON, Context.AFTER_GATHERING, Context.PRESSURE}
)


def explain(
    said: Sequence[Said],
    reacted: Sequence[Reacted],
    setting: Setting,
    *,
    until: date,
    phase: Phase,
    since: date | None = None,
    channel: int | None = None,
    explained: Collection[date] = (),
    elsewhere: float | None = None,
    year_ago: Mapping[date, float] | None = None,
) -> Why:
    """Say why a network (or one *channel* of it) is in *phase* after the day *until*.

    *said* holds the whole network, up to two years of it; more makes it slower, not better.
    *since* is when the phase began, estimated where None. *explained* are days in weeks that a
    person called special, left out of what is usual. *elsewhere* is the rest of the workspace
    against its usual level (1 as usual), where known. *year_ago* are people a working day in weeks
    about a year before, by their first day, where *said* doesn't go back so far.
    """
    return explain_talk(
        lay_out(said, reacted, setting, until=until),
        setting,
        phase=phase,
        since=since,
        channel=channel,
        explained=explained,
        elsewhere=elsewhere,
        year_ago=year_ago,
    )


def explain_talk(
    talk: Talk,
    setting: Setting,
    *,
    phase: Phase,
    since: date | None = None,
    channel: int | None = None,
    explained: Collection[date] = (),
    elsewhere: float | None = None,
    year_ago: Mapping[date, float] | None = None,
    weeks: Weeks | None = None,
) -> Why:
    """`explain` for a talk that has been laid out already, and *weeks* measured with `weeks_of`."""
    measured = weeks or weeks_of(talk, setting, channel=channel)

    def case_since(began: date | None) -> Case:
        return build(
            talk,
            setting,
            measured,
            channel=channel,
            phase=phase,
            since=began,
            explained=explained,
            elsewhere=elsewhere,
            year_ago=year_ago or {},
        )

    case = case_since(since)
    findings = _findings(case)
    chosen = _choose(case, [one for one in findings if isinstance(one, Hypothesis)])
    if [one.code for one in chosen] == [Context.UNKNOWN]:
        others = (case_since(talk.until - timedelta(weeks=age, days=-1)) for age in OTHER_AGES)
        chosen += _had_it_begun_then(others)
    named = {one.code for one in chosen}
    return Why(
        hypotheses=chosen,
        ruled_out=tuple(
            one for one in findings if isinstance(one, RuledOut) and one.code not in named
        ),
        leave_it=_leave_it(case, chosen),
        look_again=_look_again(case, chosen),
    )


def _findings(case: Case) -> list[Finding]:
    """What each rule for the phase finds."""
    rules = {Phase.FLOW: FLOWS, Phase.EBB: EBBS, Phase.STILL: EBBS}.get(case.phase, AT_ANY_TIME)
    if not case.knows_enough:
        rules = tuple(rule for rule in rules if rule in BY_CALENDAR)
    return [finding for rule in rules if (finding := rule(case)) is not None]


def _had_it_begun_then(cases: Iterable[Case]) -> tuple[Hypothesis, ...]:
    """The first reason that would be likely at two other times at which the phase may have begun.

    Nothing is known less well than when it did. A quarrel and pressure are not guessed at.
    """
    seen: set[Context] = set()
    for case in cases:
        for one in _findings(case):
            if isinstance(one, RuledOut) or one.code in NEVER_GUESSED:
                continue
            if one.sureness is Sureness.LIKELY:
                if one.code in seen:
                    return (replace(one, sureness=Sureness.POSSIBLE),)
                seen.add(one.code)
    return ()


def _choose(case: Case, found: Sequence[Hypothesis]) -> tuple[Hypothesis, ...]:
    """The best two; pressure that only a network's own channels hint at comes after "unknown"."""
    knows_little = case.elsewhere is None and case.channel is None

    def is_guess(one: Hypothesis) -> bool:
        return knows_little and one.code is Context.PRESSURE and "name" not in one.evidence

    best = sorted(found, key=lambda one: (one.sureness is not Sureness.LIKELY, is_guess(one)))
    if not best or is_guess(best[0]):
        return (_nothing_found(case.phase), *best)[:MOST]
    return tuple(best[:MOST])


def _nothing_found(phase: Phase) -> Hypothesis:
    if phase is Phase.STEADY:
        return Hypothesis(code=Context.ORDINARY, sureness=Sureness.LIKELY)
    return Hypothesis(code=Context.UNKNOWN, sureness=Sureness.POSSIBLE)


def _leave_it(case: Case, chosen: Sequence[Hypothesis]) -> bool:
    """Whether to recommend patience: see the rule "when to do nothing" in the handbook.

    In a restful context always; otherwise in an ebb under three weeks old, while at most ten points
    fewer are answered than usual, three newcomers in four are, and nothing asked waits. Never where
    newcomers are left alone.
    """
    if any(one.code is Context.NEWCOMERS for one in chosen):
        return False
    if chosen[0].code in RESTFUL:
        return True
    if case.phase is not Phase.EBB or case.age_weeks >= SHORT_EBB_WEEKS or not case.knows_enough:
        return False
    now, before = case.answered
    met = case.share("newcomer_answered", "newcomer_openings", case.recent)
    fine = now >= before - 0.10 and (met is None or met >= 0.75)
    return fine and not case.weeks[-1].waiting and not left_waiting(case)


def _look_again(case: Case, chosen: Sequence[Hypothesis]) -> date:
    """Two weeks on, on a Monday; ten working days after the end of quiet time."""
    ends = [p.last for p in case.setting.quiet if p.covers(case.until) and p.kind == "quiet"]
    if chosen[0].code is Context.QUIET_SEASON and ends:
        day, left = max(ends), AFTER_QUIET_DAYS
        while left:
            day += timedelta(days=1)
            left -= case.setting.works(day)
        return day
    day = case.until + LOOK_AGAIN
    return day + timedelta(days=-day.weekday() % 7)
