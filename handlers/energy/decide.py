"""Whether to speak of a reading, as a pure decision: an alert, or a reason for silence."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from bot.domain.phases import EnergyReading, Phase
from bot.judgement.why import Context, Why

RESTFUL = (
    Context.ORDINARY,
    Context.QUIET_SEASON,
    Context.AFTER_GATHERING,
    Context.PRESSURE,
)
REST = timedelta(days=14)
NEWS = timedelta(days=7)


@dataclass(frozen=True, kw_only=True)
class Alert:
    """Tell the leads."""

    reason: str


@dataclass(frozen=True, kw_only=True)
class Skip:
    """Say nothing, and why."""

    reason: str


def decide(
    reading: EnergyReading,
    why: Why,
    *,
    alerted_on: date | None,
    last_alert: datetime | None,
    is_explained: bool,
    now: datetime,
) -> Alert | Skip:
    """Tell leads only of a change that is sure enough, is news, and asks something of them.

    *alerted_on* is the day on which this phase became sure enough; *last_alert* when leads were
    last told of any; *is_explained* that a person has already said why.
    """
    phase, first = reading.phase, why.hypotheses[0].code
    if phase in (Phase.STEADY, Phase.UNKNOWN):
        return Skip(reason=f"{phase.value}: ordinary variation, nothing to say")
    if alerted_on is None or reading.day - alerted_on > NEWS:
        return Skip(reason=f"{phase.value}: no news, or not sure enough yet")
    if last_alert is not None and now - last_alert < REST:
        return Skip(
            reason=f"{phase.value}: leads were told on {last_alert:%d %B}; once a fortnight"
        )
    if first is Context.ONE_VOICE_BURST:
        return Skip(reason="one voice, loud: not a flow")
    if first in RESTFUL:
        return Skip(reason=f"{phase.value}, {first.value.replace('_', ' ')}: best left alone")
    if is_explained:
        return Skip(reason=f"{phase.value}: somebody has said why")
    return Alert(reason=f"{phase.value}: {first.value.replace('_', ' ')}")
