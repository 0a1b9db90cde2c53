"""Reasons that show in who speaks: one voice gone quiet, few voices, a difference, a move."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import numpy as np

from bot.domain.phases import Sureness
from bot.judgement.talk import DAY, Ints
from bot.judgement.weeks import is_settled, pairs
from bot.judgement.why.case import Case, people
from bot.judgement.why.hypothesis import Context, Finding, Hypothesis, RuledOut
from bot.judgement.why.rests import channel_rates

QUIET_WEEKS = 3
BURST = 8
BURST_PEOPLE = 3


def key_voice(case: Case) -> Finding:
    """One of the three most active says under a quarter of the usual for three weeks or more.

    Without that person the fall would be at most half as deep, in messages or in exchanges.
    Evidence: `explained`, the share of the fall; `others`, the rate of all others against usual.
    Posts: openings that wait for an answer. Nothing tells who it is.
    """
    code = Context.KEY_VOICE
    count = len(case.weeks)
    weeks = range(max(0, count - max(QUIET_WEEKS, min(len(case.now) - 1, 8))), count)
    usual = case.usual[-12:]
    before, after = _spoke(case, usual), _spoke(case, weeks)
    top = sorted(before, key=lambda who: before[who], reverse=True)[:3]
    gone = [who for who in top if before[who] >= 2 and after.get(who, 0.0) < before[who] / 4]
    if not gone:
        return RuledOut(code=code, reason="the_busiest_are_here")
    who = min(gone, key=lambda person: after.get(person, 0.0) - before[person])
    explained = max(_explained(before, after, who), _explained_pairs(case, usual, weeks, who))
    rest = sum(before.values()) - before[who]
    others = (sum(after.values()) - after.get(who, 0.0)) / rest if rest else 1.0
    evidence = {"explained": round(min(explained, 1.0), 2), "others": round(others, 2)}
    if explained < 0.5:
        return RuledOut(code=code, reason="explains_too_little", evidence=evidence)
    likely = others >= 0.8 or not case.answers_hold
    sureness = Sureness.LIKELY if likely else Sureness.POSSIBLE
    return Hypothesis(code=code, sureness=sureness, evidence=evidence, posts=open_posts(case))


def _spoke(case: Case, weeks: Sequence[int]) -> dict[int, float]:
    """Messages of each person per five working days."""
    days = max(1, sum(case.weeks[n].working_days for n in weeks))
    totals: dict[int, float] = {}
    for week in weeks:
        authors, counts = np.unique(case.talk.author[case.rows([week])], return_counts=True)
        for who, said in zip(authors.tolist(), counts.tolist(), strict=True):
            totals[who] = totals.get(who, 0.0) + 5 * said / days
    return totals


def _explained(before: dict[int, float], after: dict[int, float], who: int) -> float:
    fall = sum(before.values()) - sum(after.values())
    own = before[who] - after.get(who, 0.0)
    return own / fall if fall > 0 else 0.0


def _explained_pairs(case: Case, usual: Sequence[int], weeks: Sequence[int], who: int) -> float:
    (all_before, own_before) = _met(case, usual, who)
    (all_after, own_after) = _met(case, weeks, who)
    fall = all_before - all_after
    return (own_before - own_after) / fall if fall > 0 else 0.0


def _met(case: Case, weeks: Sequence[int], who: int) -> tuple[float, float]:
    """Exchanges per five working days: all, and those with this person."""
    days = max(1, sum(case.weeks[n].working_days for n in weeks))
    met = [np.unique(pairs(case.talk, case.rows([n])), axis=0) for n in weeks]
    own = sum(int((one == who).any(axis=1).sum()) for one in met)
    return 5 * sum(map(len, met)) / days, 5 * own / days


def open_posts(case: Case) -> tuple[tuple[int, int], ...]:
    """Recent openings that nobody has answered in two working days."""
    talk, rows = case.talk, case.rows(case.recent)
    rows = rows[talk.starts[rows] & (talk.reply[rows] < 0) & ~talk.liked[rows]]
    return case.posts(rows[is_settled(talk, case.setting, rows, 16.0)])


def few_voices(case: Case) -> Finding:
    """Fewer people carry as much: voices fall while contributions hold, in a network not small.

    Evidence: `feels_like` effective voices now, `usually`; `messages`, the ratio to usual.
    """
    code = Context.FEW_VOICES
    now, usual = case.mean("effective_voices", case.now), case.mean("effective_voices", case.usual)
    voices = case.ratio("voices")
    volume = max(case.ratio("contributions"), case.ratio("messages"))
    evidence = {
        "feels_like": round(now, 1),
        "usually": round(usual, 1),
        "messages": round(volume, 2),
    }
    if case.rate("voices", case.usual) < 8:
        return RuledOut(code=code, reason="small_network", evidence=evidence)
    top = case.mean("top_three", case.now)
    narrow = now < usual / 2 or (top > 0.6 and now < 0.75 * usual)
    if not (narrow or (now < 0.65 * usual and volume > voices + 0.15)):
        return RuledOut(code=code, reason="many_voices", evidence=evidence)
    if voices > 0.9:
        return RuledOut(code=code, reason="as_many_people", evidence=evidence)
    likely = volume >= 0.7 and volume > voices + 0.15
    sureness = Sureness.LIKELY if likely else Sureness.POSSIBLE
    if not likely and volume < 0.5:
        return RuledOut(code=code, reason="all_fell_alike", evidence=evidence)
    return Hypothesis(code=code, sureness=sureness, evidence=evidence)


def difference(case: Case) -> Finding:
    """A long exchange between two or three people, and the channel fell silent after it.

    Evidence: `messages` of the exchange, `days_ago`, `left`, the channel's voices against usual
    since; only structure is read, never words. Posts: the exchange's opening.
    """
    code = Context.DIFFERENCE
    bursts = _bursts(case, case.rows(case.recent))
    start = case.talk.days.starts[-1] - max(14, (case.until - case.since).days + 14) * DAY
    bursts = [one for one in bursts if case.talk.ts[one[-1]] >= start]
    if not bursts:
        return RuledOut(code=code, reason="no_long_exchange")
    earlier = len(_bursts(case, case.rows(case.usual)))
    if earlier > max(1, len(case.usual) / 6):
        return RuledOut(code=code, reason="long_exchanges_are_usual")
    falls = [(_left_after(case, one), n) for n, one in enumerate(bursts)]
    left, which = min(falls)
    burst = bursts[which]
    ago = int((case.talk.days.starts[-1] - case.talk.ts[burst[-1]]) // DAY)
    evidence = {"messages": len(burst), "days_ago": ago, "left": round(left, 2)}
    if left > 0.75:
        return RuledOut(code=code, reason="no_silence_after", evidence=evidence)
    likely = left <= 0.6 and _others_fine(case, int(case.talk.channel[burst[0]]))
    opening = case.talk.first[burst[:1]]
    return Hypothesis(
        code=code,
        sureness=Sureness.LIKELY if likely else Sureness.POSSIBLE,
        evidence=evidence,
        posts=case.posts(opening),
    )


def _bursts(case: Case, rows: Ints) -> list[Ints]:
    """Runs within 24 hours of one conversation, of eight messages or more between two or three."""
    talk, found = case.talk, []
    heads, counts = np.unique(talk.first[rows], return_counts=True)
    for head in heads[counts >= BURST].tolist():
        said = rows[talk.first[rows] == head]
        ends = np.searchsorted(talk.ts[said], talk.ts[said] + DAY)
        sizes = ends - np.arange(len(said))
        best = int(np.argmax(sizes))
        run = said[best : int(ends[best])]
        _, shares = np.unique(talk.author[run], return_counts=True)
        few = np.sort(shares)[::-1][:BURST_PEOPLE].sum()
        if len(run) >= BURST and len(shares) >= 2 and few >= 0.9 * len(run):
            found.append(run)
    return found


def _left_after(case: Case, burst: Ints) -> float:
    """The channel's voices per working day after the burst, against the usual ones."""
    talk = case.talk
    channel = int(talk.channel[burst[0]])
    later = np.arange(int(burst[-1]) + 1, len(talk.ts))
    later = later[(talk.channel[later] == channel) & ~talk.is_bot[later]]
    now = float(talk.days.clock(talk.days.starts[-1:] - 1)[0])
    days = (now - float(talk.clock[burst[-1]])) / 8
    if days < 4:
        return 1.0
    usual = case.rows(case.usual)
    usual = usual[talk.channel[usual] == channel]
    worked = max(1, sum(case.weeks[n].working_days for n in case.usual))
    before = _voice_days(case, usual) / worked
    return _voice_days(case, later) / days / before if before else 1.0


def _voice_days(case: Case, rows: Ints) -> int:
    """Person-days: each person counts once a day."""
    day = case.talk.days.index(case.talk.ts[rows])
    return len(np.unique(np.stack([day, case.talk.author[rows]]), axis=1)[0])


def _others_fine(case: Case, channel: int) -> bool:
    before = channel_rates([case.everywhere[n] for n in case.usual])
    now = channel_rates([case.everywhere[n] for n in case.now])
    usual = sum(rate for one, rate in before.items() if one != channel)
    rest = sum(rate for one, rate in now.items() if one != channel)
    return usual < 2 or rest >= 0.75 * usual


def moved(case: Case) -> Finding:
    """Voices fall here while another channel rises, by more than chance, with the same people.

    Evidence: `here` and `there`, voices now against usual; `same_people`, a share; `channel` the
    number of the channel that rose; `total`, voices in all channels against usual.
    """
    code = Context.MOVED
    before = channel_rates([case.everywhere[n] for n in case.usual])
    now = channel_rates([case.everywhere[n] for n in case.now])
    change = {c: now.get(c, 0.0) - before.get(c, 0.0) for c in before.keys() | now.keys()}
    here = case.channel if case.channel is not None else min(change, key=lambda c: change[c])
    there = max(change, key=lambda c: change[c])
    fall, rise = -change.get(here, 0.0), change[there]
    evidence = {"fall": round(fall, 1), "rise": round(rise, 1)}
    chance = ((before.get(there, 0.0) + 1) / len(case.now)) ** 0.5
    rises = rise >= max(2.5 * chance, 0.25 * before.get(there, 0.0), 0.4 * fall)
    if here == there or fall < 0.15 * before.get(here, 0.0) or not rises:
        return RuledOut(code=code, reason="no_channel_rose", evidence=evidence)
    same = _same_people(case, here, there)
    if same < 0.4:
        return RuledOut(code=code, reason="other_people_there", evidence=evidence)
    total = sum(now.values()) / max(sum(before.values()), 1e-9)
    likely = total >= 0.75 and rise >= 0.5 * fall
    shown = {**people("voices_there", now[there]), "channel": there}
    return Hypothesis(
        code=code,
        sureness=Sureness.LIKELY if likely else Sureness.POSSIBLE,
        evidence={**evidence, **shown, "same_people": round(same, 2), "total": round(total, 2)},
    )


def _same_people(case: Case, here: int, there: int) -> float:
    """The share of those who speak *there* now who usually spoke *here*."""
    talk = case.talk
    usual, now = talk.span(*_days(case, case.usual)), talk.span(*_days(case, case.now))
    old = set(talk.author[usual][talk.channel[usual] == here].tolist())
    new = set(talk.author[now][(talk.channel[now] == there) & ~talk.is_bot[now]].tolist())
    return len(new & old) / len(new) if len(new) >= 5 else 0.0


def _days(case: Case, weeks: Sequence[int]) -> tuple[date, date]:
    return case.weeks[weeks[0]].first, case.last(weeks[-1])
