"""Reasons that ask for patience: ordinary variation, a season, a gathering just past, pressure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from bot.domain.phases import Sureness
from bot.judgement.talk import Period
from bot.judgement.weeks import WeekMeasures
from bot.judgement.why.case import Case, people
from bot.judgement.why.hypothesis import Context, Finding, Hypothesis, Number, RuledOut

AFTER_GATHERING_DAYS = 21
YEAR = 52
GOING_EARLY = 2.5  # weeks
FEW_DAYS = 0.3
"""Fewer working days lost than this share are a bank holiday, not a season."""


def quiet_season(case: Case) -> Finding:
    """Working days are missing or about to be, or these weeks were low a year ago too.

    Evidence: `working_days` of the `full_days` a full spell would have; or the `name` of what
    begins `in_days`; or the `usual_share` a year ago.
    """
    code = Context.QUIET_SEASON
    now = [case.weeks[n] for n in case.now]
    worked = sum(week.working_days for week in now)
    lost = 1 - worked / (5 * len(now)) if now else 0.0
    if lost < 0.15:
        return _about_to_begin(case) or _last_year(case)
    plain = [n for n in case.now if case.weeks[n].working_days == 5]
    usual = case.range_of("voices")
    still_low = usual is not None and len(plain) >= 2 and case.rate("voices", plain) < usual.low
    evidence = {"working_days": worked, "full_days": 5 * len(now)}
    per_day = min(map(case.ratio, ("voices", "exchanges", "messages"))) if worked else 1.0
    if still_low or (lost < FEW_DAYS and per_day < 0.7):
        return RuledOut(code=code, reason="low_in_full_weeks_too", evidence=evidence)
    likely = case.answers_hold and lost >= FEW_DAYS and (per_day >= 0.8 or lost >= 0.5)
    sureness = Sureness.LIKELY if likely else Sureness.POSSIBLE
    return Hypothesis(code=code, sureness=sureness, evidence=evidence)


def _about_to_begin(case: Case) -> Hypothesis | None:
    """Holidays are near, and people go early: two or more of the next seven days are lost."""
    ahead = [case.until + timedelta(days=n) for n in range(1, 8)]
    lost = [day for day in ahead if day.weekday() < 5 and not case.setting.works(day)]
    if len(lost) < 2 or case.age_weeks > GOING_EARLY:
        return None
    name = case.setting.holidays.get(lost[0], "the quiet time")
    return Hypothesis(
        code=Context.QUIET_SEASON,
        sureness=Sureness.POSSIBLE,
        evidence={"name": name, "in_days": (lost[0] - case.until).days},
    )


def _last_year(case: Case) -> Finding:
    code = Context.QUIET_SEASON
    then = [n - YEAR for n in case.now if n >= YEAR]
    around = [n for n in range(len(case.weeks)) if then and 3 <= _distance(n, then) <= 10]
    level, usual = case.rate("voices", then), case.rate("voices", around)
    if len(around) < 6:
        totals = _by_totals(case)
        if totals is None:
            return RuledOut(code=code, reason="no_quiet_days")
        level, usual = totals
    if not usual or level / usual > 0.75:
        return RuledOut(code=code, reason="not_low_last_year")
    evidence = {"usual_share": round(level / usual, 2)}
    sureness = Sureness.LIKELY if case.answers_hold else Sureness.POSSIBLE
    return Hypothesis(code=code, sureness=sureness, evidence=evidence)


def _by_totals(case: Case) -> tuple[float, float] | None:
    """The level a year ago and about then, where only the totals of days tell of it."""
    begins = [case.weeks[n].first - timedelta(weeks=YEAR) for n in case.now]
    then = [case.year_ago[day] for day in begins if day in case.year_ago]
    around = [
        rate
        for day, rate in case.year_ago.items()
        if 3 <= max((begins[0] - day).days, (day - begins[-1]).days) / 7 <= 10
    ]
    if not then or len(around) < 6:
        return None
    return sum(then) / len(then), sum(around) / len(around)


def _distance(week: int, weeks: Sequence[int]) -> int:
    return max(weeks[0] - week, week - weeks[-1], 0)


def after_gathering(case: Case) -> Finding:
    """A gathering up to 21 days before: the level comes back to what it was before the event.

    Evidence: `days_ago` of the gathering's end, `name`, `voices` now and `voices_before` it.
    """
    code = Context.AFTER_GATHERING
    ended = [g for g in case.setting.gatherings if g.last < case.until]
    if not ended:
        return RuledOut(code=code, reason="no_gathering")
    last = max(ended, key=lambda g: g.last)
    since_end, until_end = (case.since - last.last).days, (case.until - last.last).days
    evidence: dict[str, Number] = {
        "name": last.name,
        "days_ago": until_end,
        "weeks_ago": until_end // 7,
    }
    if not -7 <= since_end <= AFTER_GATHERING_DAYS or until_end > 2 * AFTER_GATHERING_DAYS:
        return RuledOut(code=code, reason="gathering_long_past", evidence=evidence)
    after = [n for n in case.now if case.weeks[n].first > last.last - timedelta(days=3)]
    level = case.ratio("voices", after or [case.now[-1]])
    if level < 0.6:
        return RuledOut(code=code, reason="below_the_level_before", evidence=evidence)
    peak = max(_near(case, last), default=0.0)
    lifted = peak > 1.15 * case.rate("voices", case.usual)
    likely = lifted and level >= 0.75
    return Hypothesis(
        code=code,
        sureness=Sureness.LIKELY if likely else Sureness.POSSIBLE,
        evidence={
            **evidence,
            **people("voices", case.rate("voices", after or [case.now[-1]])),
            **people("voices_before", case.rate("voices", case.usual)),
        },
    )


def _near(case: Case, gathering: Period) -> list[float]:
    low, high = gathering.first - timedelta(days=13), gathering.last + timedelta(days=7)
    return [float(week.voices) for week in case.weeks if low <= week.first <= high]


def pressure(case: Case) -> Finding:
    """Everybody is busy: declared, or the rest of the workspace is low too.

    All of a network's own channels falling alike says nothing of elsewhere: that is possible only.

    Evidence: `name` of what was declared; `elsewhere` as a share of usual; `channels` that fell of
    `channels_seen`.
    """
    code = Context.PRESSURE
    named = [
        p
        for p in case.setting.quiet
        if p.kind == "pressure" and p.first <= case.until and p.last >= case.since
    ]
    if named:
        sure = Sureness.LIKELY if case.answers_hold else Sureness.POSSIBLE
        return Hypothesis(code=code, sureness=sure, evidence={"name": named[-1].name})
    if case.elsewhere is not None:
        evidence = {"elsewhere": round(case.elsewhere, 2)}
        if case.elsewhere > 0.8:
            return RuledOut(code=code, reason="elsewhere_as_usual", evidence=evidence)
        sure = Sureness.LIKELY if case.elsewhere <= 0.7 else Sureness.POSSIBLE
        return Hypothesis(code=code, sureness=sure, evidence=evidence)
    ratios = channel_ratios(case)
    down = sum(ratio < 0.8 for ratio in ratios)
    evidence = {"channels": down, "channels_seen": len(ratios)}
    if len(ratios) < 4 or down < 0.75 * len(ratios):
        return RuledOut(code=code, reason="not_everywhere", evidence=evidence)
    if not case.answers_hold:
        return RuledOut(code=code, reason="answers_fell", evidence=evidence)
    return Hypothesis(code=code, sureness=Sureness.POSSIBLE, evidence=evidence)


def channel_ratios(case: Case) -> list[float]:
    """Voices now against usual for each channel that usually has at least two a week."""
    before = channel_rates([case.everywhere[n] for n in case.usual])
    now = channel_rates([case.everywhere[n] for n in case.now])
    return [now.get(channel, 0.0) / rate for channel, rate in before.items() if rate >= 2]


def channel_rates(weeks: Sequence[WeekMeasures]) -> dict[int, float]:
    """Voices per five working days of each channel."""
    days = max(1, sum(week.working_days for week in weeks))
    totals: dict[int, float] = {}
    for week in weeks:
        for channel, voices in week.channel_voices.items():
            totals[channel] = totals.get(channel, 0.0) + 5 * voices / days
    return totals
