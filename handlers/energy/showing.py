"""A pulse for places without words: a line of bars, a run chart, plain facts for programs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta

from bot.domain.charts import Band, RunChart, Span
from bot.judgement.few import FEW
from bot.judgement.usual import Usual
from bot.judgement.weeks import WeekMeasures
from bot.judgement.why import Context, Hypothesis
from bot.judgement.why.hypothesis import Number
from bot.storage.talk import holidays_of
from handlers.energy.pulse import Pulse

BARS = "▁▂▃▄▅▆▇█"
SUNDAY = timedelta(days=6)
OF_FEW = (Context.KEY_VOICE, Context.LEAD_ABSENT)


def sparkline(counts: Sequence[float]) -> str:
    """A bar for each of *counts*, from nothing to the highest of them."""
    top = max(counts, default=0)
    if top <= 0:
        return BARS[0] * len(counts)
    return "".join(BARS[round(count / top * (len(BARS) - 1))] for count in counts)


def run_chart(pulse: Pulse, *, weeks: int) -> RunChart:
    """The people who spoke, seven days by seven days, against a full week's usual range.

    Fewer than five are all told as four, which the chart shows as "a few".
    """
    shown = pulse.weeks[-weeks:]
    name = f"#{pulse.channel.name}" if pulse.channel else pulse.network.name
    return RunChart(
        title=f"{name}: people who spoke each week",
        weeks=tuple((week.first, None if week.deaf else pulse.told_voices(week)) for week in shown),
        bands=tuple(
            Band(first=since, low=usual.low, centre=usual.centre, high=usual.high)
            for since, usual in pulse.usuals
        ),
        rebased=(pulse.anew,) if pulse.anew else (),
        few=FEW,
        spans=tuple(
            Span(name=entry.name, first=entry.first, last=entry.last, kind=entry.kind)
            for entry in pulse.calendar
            if shown and entry.last >= shown[0].first and entry.first <= shown[-1].first + SUNDAY
        )
        + _holidays(pulse, weeks),
    )


def _holidays(pulse: Pulse, weeks: int) -> tuple[Span, ...]:
    """The public holidays on working days of the weeks shown."""
    shown = pulse.weeks[-weeks:]
    if not shown:
        return ()
    found = holidays_of(pulse.network, shown[0].first, shown[-1].first + SUNDAY)
    return tuple(
        Span(name=name, first=day, last=day, kind="holiday")
        for day, name in sorted(found.items())
        if day.weekday() < 5
    )


def facts(pulse: Pulse, *, weeks: int) -> Mapping[str, object]:
    """A pulse as plain values; of weeks that would tell of fewer than five people, no number."""
    return {
        "network": pulse.network.name,
        "channel": pulse.channel.name if pulse.channel else None,
        "day": pulse.reading.day,
        "phase": pulse.phase.value,
        "direction": pulse.reading.direction.value,
        "sureness": pulse.sureness.value,
        "since": pulse.reading.since,
        "too_small": pulse.is_too_small,
        "usual_voices": _range(pulse.voices),
        "usual_exchanges": _range(pulse.exchanges),
        "weeks": [
            {
                "first": week.first,
                "voices": week.voices if is_told(pulse, week) else None,
                "messages": week.messages if is_told(pulse, week) else None,
                "working_days": week.working_days,
                "listened": not week.deaf,
            }
            for week in pulse.weeks[-weeks:]
        ],
        "why": [
            {
                "context": each.code.value,
                "sureness": each.sureness.value,
                "evidence": evidence_of(each),
            }
            for each in pulse.why.hypotheses
        ],
        "ruled_out": [each.code.value for each in pulse.why.ruled_out],
        "leave_it": pulse.why.leave_it,
        "look_again": pulse.why.look_again,
        "told": pulse.told and {"text": pulse.told.text, "by": pulse.told.by, "on": pulse.told.on},
        "not_listening": pulse.gap and {"first": pulse.gap.first, "last": pulse.gap.last},
        "cannot_see": ["calls", "corridor conversations", "other channels", "how busy people are"],
    }


def evidence_of(hypothesis: Hypothesis) -> Mapping[str, Number]:
    """What a hypothesis rests on, but for figures that tell of one person or of a few leads."""
    return {} if hypothesis.code in OF_FEW else hypothesis.evidence


def is_told(pulse: Pulse, week: WeekMeasures) -> bool:
    """Whether a week's numbers may be told: they are of five at least, and so is the difference."""
    return week.voices >= FEW and week.first not in pulse.whole


def _range(usual: Usual | None) -> Mapping[str, int] | None:
    return {"low": round(usual.low), "high": round(usual.high)} if usual else None
