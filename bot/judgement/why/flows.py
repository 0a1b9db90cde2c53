"""Reasons for a flow: a gathering, a shared concern, new arrivals, one loud voice, growth."""

from __future__ import annotations

from datetime import timedelta

from bot.domain.phases import Sureness
from bot.judgement.arrays import np
from bot.judgement.why.answers import unmet
from bot.judgement.why.case import Case, people, spoke_each
from bot.judgement.why.hypothesis import Context, Finding, Hypothesis, Number, RuledOut

GATHERING_DAYS = timedelta(days=7)
MANY_TIMES = 4
"""So many times the usual number who come is no growth but an arrival."""


def gathering_lift(case: Case) -> Finding:
    """A gathering at most seven days before or after. Evidence: `name`, `in_days` (may be < 0)."""
    code = Context.GATHERING_LIFT
    near = [
        g
        for g in case.setting.gatherings
        if g.first - GATHERING_DAYS <= case.until and g.last + GATHERING_DAYS >= case.since
    ]
    if not near:
        return RuledOut(code=code, reason="no_gathering")
    days = (near[-1].first - case.until).days
    long_past = case.until > near[-1].last + 2 * GATHERING_DAYS
    sureness = Sureness.POSSIBLE if long_past else Sureness.LIKELY
    evidence: dict[str, Number] = {"name": near[-1].name, "in_days": days}
    return Hypothesis(code=code, sureness=sureness, evidence=evidence)


def shared_concern(case: Case) -> Finding:
    """One conversation holds 40 % of the talk, with many voices and more exchanges.

    Evidence: `share` of the talk, `voices` in it, `messages`. Posts: its opening.
    """
    code = Context.SHARED_CONCERN
    talk, rows = case.talk, case.rows(case.now[-2:])
    heads, counts = np.unique(talk.first[rows], return_counts=True)
    if not len(heads):
        return RuledOut(code=code, reason="no_one_thread")
    top = int(np.argmax(counts))
    inside = rows[talk.first[rows] == heads[top]]
    voices, share = len(np.unique(talk.author[inside])), len(inside) / len(rows)
    evidence = {"share": round(share, 2), "messages": len(inside), **people("voices", voices)}
    if share < 0.25:
        return RuledOut(code=code, reason="no_one_thread", evidence=evidence)
    broad = case.mean("effective_voices", case.now) >= 0.9 * case.mean(
        "effective_voices", case.usual
    )
    if voices < 5 or not broad:
        return RuledOut(code=code, reason="few_voices_in_it", evidence=evidence)
    likely = share >= 0.4 and case.ratio("exchanges") > 1.1
    return Hypothesis(
        code=code,
        sureness=Sureness.LIKELY if likely else Sureness.POSSIBLE,
        evidence=evidence,
        posts=case.posts(heads[top : top + 1]),
    )


def new_arrivals(case: Case) -> Finding:
    """Many more join than usual, and they are much of those who speak and of the rise.

    Likely where three times as many join and 30 % of the voices are new, or four times as many.

    Evidence: `newcomers` who spoke, their `share`; `posts` of theirs and how many were `answered`.
    Posts: those that nobody has answered.
    """
    code = Context.NEW_ARRIVALS
    month = range(max(0, len(case.weeks) - 4), len(case.weeks))
    rise = case.rate("voices", month) - case.rate("voices", case.usual)
    new = case.rate("newcomer_voices", month) - case.rate("newcomer_voices", case.usual)
    joins = max(_times(case, "joined", month), _times(case, "first_posters", month))
    share = case.share("newcomer_voices", "voices", month) or 0.0
    usual = case.share("newcomer_voices", "voices", case.usual) or 0.0
    evidence = {
        "share": round(share, 2),
        "times": round(joins, 1),
        "posts": int(case.total("newcomer_openings", month)),
        "answered": int(case.total("newcomer_answered", month)),
        **people("newcomers", case.rate("newcomer_voices", month)),
    }
    many = joins >= MANY_TIMES
    if joins < 2 or share < (0.12 if many else 0.15) or share < 1.5 * usual:
        return RuledOut(code=code, reason="few_newcomers", evidence=evidence)
    likely = (joins >= 3 and share >= 0.3 and new >= 0.5 * rise) or (many and new >= 0.4 * rise)
    slowly = case.was_rising and joins < 1.5 * MANY_TIMES
    sureness = Sureness.LIKELY if likely and not slowly else Sureness.POSSIBLE
    return Hypothesis(code=code, sureness=sureness, evidence=evidence, posts=unmet(case))


def _times(case: Case, name: str, weeks: range) -> float:
    """How many times as many as usual came; 1 where fewer than three came."""
    if case.total(name, weeks) < 3:
        return 1.0
    return case.rate(name, weeks) / max(case.rate(name, case.usual), 0.5)


def one_voice_burst(case: Case) -> Finding:
    """More is said, but by no more people than usual: not a flow, and no message.

    It is likely where one person alone accounts for most of the rise.

    Evidence: `messages`, `voices` and `effective_voices` against usual, as ratios.
    """
    code = Context.ONE_VOICE_BURST
    usual = case.mean("effective_voices", case.usual)
    effective = case.mean("effective_voices", case.now) / usual if usual else 1.0
    messages, voices = case.ratio("messages"), case.ratio("voices")
    evidence = {
        "messages": round(messages, 2),
        "voices": round(voices, 2),
        "effective_voices": round(effective, 2),
    }
    beyond, own = messages - case.ratio("contributions"), _own_rise(case)
    alone = own >= 0.6 and voices <= 1.4
    few = voices <= 1.2 and (effective <= 0.95 or beyond >= 0.2)
    if messages < 1.25 or not (few or alone):
        return RuledOut(code=code, reason="more_people_too", evidence=evidence)
    likely = alone or effective < 0.8
    sureness = Sureness.LIKELY if likely else Sureness.POSSIBLE
    return Hypothesis(code=code, sureness=sureness, evidence=evidence)


def _own_rise(case: Case) -> float:
    """The largest share that one person has in the rise of messages."""
    before, now = spoke_each(case, case.usual), spoke_each(case, case.now)
    rise = sum(now.values()) - sum(before.values())
    own = max((said - before.get(who, 0.0) for who, said in now.items()), default=0.0)
    return own / rise if rise > 0 else 0.0


def growing(case: Case) -> Finding:
    """Voices and exchanges have lain above their middle for seven weeks, or risen seven in a row.

    Evidence: `weeks` of the run; `voices` now against usual, as a ratio.
    """
    code = Context.GROWING
    run = min(_run(case, "voices"), _run(case, "exchanges"))
    evidence = {"weeks": run, "voices": round(case.ratio("voices"), 2)}
    if run < 5:
        return RuledOut(code=code, reason="not_long_enough", evidence=evidence)
    older = range(len(case.weeks) - run, len(case.weeks) - run // 2)
    month = range(max(0, len(case.weeks) - 4), len(case.weeks))
    higher = case.rate("voices", older) > 1.08 * case.rate("voices", case.usual)
    sudden = _times(case, "joined", month) >= MANY_TIMES
    likely = case.was_rising or (run >= 7 and higher and not sudden)
    sureness = Sureness.LIKELY if likely else Sureness.POSSIBLE
    return Hypothesis(code=code, sureness=sureness, evidence=evidence)


def _run(case: Case, name: str) -> int:
    """Weeks in a row, up to now, above the middle of the usual weeks."""
    middle = case.rate(name, case.usual)
    run = 0
    for n in reversed(range(len(case.weeks))):
        if case.weeks[n].working_days and case.rate(name, [n]) <= middle:
            break
        run += 1
    return run
