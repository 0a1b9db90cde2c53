"""Reasons that come slowly: a topic that has run its course, and structural decline."""

from __future__ import annotations

from bot.domain.phases import Sureness
from bot.judgement.arrays import Ints, np
from bot.judgement.why.case import Case, people
from bot.judgement.why.hypothesis import Context, Finding, Hypothesis, Number, RuledOut

DECLINE_WEEKS = 12
LOW_WEEKS = 9


def topic_spent(case: Case) -> Finding:
    """Few fresh threads, few starts, and the long threads that carried the talk tail off.

    Evidence: `fresh`, the share of talk in threads under 14 days old; `usually_fresh`; `starts` a
    week now and `usual_starts`. Posts: the openings of the threads that carried it.
    """
    code = Context.TOPIC_SPENT
    weeks = case.recent
    fresh, usual = case.mean("freshness", weeks), case.mean("freshness", case.usual)
    carried, heads = _carried(case)
    evidence = {
        "fresh": round(fresh, 2),
        "usually_fresh": round(usual, 2),
        "starts": round(case.rate("starts", weeks), 1),
        "usual_starts": round(case.rate("starts", case.usual), 1),
    }
    stale = fresh < 0.3 or fresh < 0.6 * usual
    if not fresh or (not stale and carried < 0.3):
        return RuledOut(code=code, reason="fresh_threads", evidence=evidence)
    if case.ratio("starts", weeks) > 0.85 or not case.answers_hold:
        return RuledOut(code=code, reason="new_threads_start", evidence=evidence)
    likely = stale and case.ratio("starts", weeks) <= 0.75
    sureness = Sureness.LIKELY if likely else Sureness.POSSIBLE
    return Hypothesis(code=code, sureness=sureness, evidence=evidence, posts=case.posts(heads))


def _carried(case: Case) -> tuple[float, Ints]:
    """The share of the talk in the busiest three threads before, if they fell by half; and them."""
    talk, before = case.talk, case.rows(case.usual[-8:])
    heads, counts = np.unique(talk.first[before], return_counts=True)
    top = heads[np.argsort(counts)[-3:]]
    then = np.isin(talk.first[before], top).mean() if len(before) else 0.0
    now = case.rows(case.recent)
    still = np.isin(talk.first[now], top).mean() if len(now) else 0.0
    return (float(then), top) if still < then / 2 else (0.0, top)


def decline(case: Case) -> Finding:
    """Twelve weeks or more below an earlier level, with fewer coming than going.

    Evidence: `weeks_low` of twelve, `level` against the earlier one, whether `more_went` than came;
    `joined` and `left` in them, each where five or more.
    """
    code = Context.DECLINE
    count = len(case.weeks)
    late = [n for n in range(max(0, count - DECLINE_WEEKS), count) if not case.weeks[n].deaf]
    early = [n for n in range(1, count - DECLINE_WEEKS) if case.weeks[n].working_days >= 4][-26:]
    if len(early) < 6:
        return RuledOut(code=code, reason="too_short_a_history")
    usual = case.rate("voices", early[:16])
    low = sum(_voices(case, n) < 0.9 * usual for n in late)
    level = case.rate("voices", late) / usual if usual else 1.0
    joined, left = int(case.total("joined", late)), int(case.total("left", late))
    evidence: dict[str, Number] = {
        "weeks_low": low,
        "level": round(level, 2),
        "more_went": left > joined,
        **people("joined", joined),
        **people("left", left),
    }
    if low < LOW_WEEKS or level > 0.8:
        return RuledOut(code=code, reason="not_long_enough", evidence=evidence)
    fewer_come = case.rate("first_posters", late) < 0.6 * case.rate("first_posters", early)
    likely = left > joined or (fewer_come and low >= DECLINE_WEEKS - 2)
    sureness = Sureness.LIKELY if likely else Sureness.POSSIBLE
    shown = {**evidence, **people("voices", case.rate("voices", case.now))}
    return Hypothesis(code=code, sureness=sureness, evidence=shown)


def _voices(case: Case, week: int) -> float:
    return case.rate("voices", [week]) if case.weeks[week].working_days else 0.0
