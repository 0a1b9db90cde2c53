"""Whether to speak of a reading, as a pure decision: an alert, or a reason for silence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from bot.domain.phases import EnergyReading, Phase, Sureness
from bot.judgement.why import Context, Hypothesis, Why
from bot.judgement.why.case import at_most

RESTFUL = (
    Context.ORDINARY,
    Context.QUIET_SEASON,
    Context.AFTER_GATHERING,
    Context.PRESSURE,
)
OF_ANSWERS = (Context.NEWCOMERS, Context.ASKS_WAITING)
"""Reasons that show in who is answered; they are told whatever the phase is."""
BY_CHANCE = 0.005
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


def is_news(
    reading: EnergyReading,
    *,
    alerted_on: date | None,
    last_alert: datetime | None,
    now: datetime,
) -> Skip | None:
    """Why a reading is no news to leads, or None where it is.

    *alerted_on* is the day on which this phase became sure enough; *last_alert* when leads were
    last told of any.
    """
    phase = reading.phase
    if phase in (Phase.STEADY, Phase.UNKNOWN):
        return Skip(reason=f"{phase.value}: ordinary variation, nothing to say")
    if alerted_on is None or reading.day - alerted_on > NEWS:
        return Skip(reason=f"{phase.value}: no news, or not sure enough yet")
    if last_alert is not None and is_resting(last_alert, now=now):
        told = f"leads were told on {last_alert.day} {last_alert:%B}"
        return Skip(reason=f"{phase.value}: {told}, and once a fortnight is enough")
    return None


def is_resting(last_alert: datetime | None, *, now: datetime) -> bool:
    """Whether leads were told of something so lately that nothing more is told."""
    return last_alert is not None and now - last_alert < REST


def decide(phase: Phase, why: Why, *, is_explained: bool) -> Alert | Skip:
    """Tell leads of news only where it asks something of them.

    *is_explained* says that a person has already said why.
    """
    if phase is Phase.UNKNOWN:
        return Skip(reason="too small a network to tell its ebbs from chance")
    first = why.hypotheses[0].code
    name = _name(first)
    if first is Context.ONE_VOICE_BURST:
        return Skip(reason="one voice, loud: not a flow")
    if first in RESTFUL:
        return Skip(reason=f"{phase.value}, {name}: best left alone")
    if is_explained:
        return Skip(reason=f"{phase.value}: somebody has said why")
    return Alert(reason=f"{phase.value}: {name}")


def worsened(
    phase: Phase,
    why: Why,
    *,
    told: Sequence[str],
    last_alert: datetime | None,
    now: datetime,
) -> Alert | None:
    """An alert where fewer people, or newcomers, are answered than usual, and nothing else is new.

    *told* are the reasons of the last weeks' alerts: what leads were told of isn't told again.
    """
    if is_resting(last_alert, now=now):
        return None
    names = (_name(one.code) for one in why.hypotheses if _is_worse(one))
    new = (name for name in names if not any(reason.endswith(name) for reason in told))
    name = next(new, None)
    return Alert(reason=f"{phase.value}: {name}") if name else None


def _is_worse(found: Hypothesis) -> bool:
    """Whether fewer are answered than usual, and hardly by chance.

    That newcomers are left alone counts even where it may not be the reason of anything else.
    """
    if found.code is Context.NEWCOMERS and "usual_share" in found.evidence:
        posts, unanswered, usual = (
            float(found.evidence[name]) for name in ("posts", "unanswered", "usual_share")
        )
        return at_most(round(posts - unanswered), round(posts), min(usual, 0.9)) < BY_CHANCE
    return found.code in OF_ANSWERS and found.sureness is Sureness.LIKELY


def _name(code: Context) -> str:
    if code is Context.UNKNOWN:
        return "no reason that I know of"
    return code.value.replace("_", " ")
