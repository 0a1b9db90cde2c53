"""Reasons that show in who speaks, and where: one voice gone quiet, few voices, a move."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from bot.domain.phases import Sureness
from bot.judgement.arrays import np
from bot.judgement.weeks import is_settled, pairs
from bot.judgement.why.case import Case, people, spoke_each
from bot.judgement.why.hypothesis import Context, Finding, Hypothesis, RuledOut
from bot.judgement.why.rests import channel_rates

QUIET_WEEKS, LATE_WEEKS = 3, 4
SMALLEST_FALL = 0.05
LARGE_PART = 0.10
SMALLEST_PART = 0.06


def key_voice(case: Case) -> Finding:
    """One of the three most active says under a quarter of the usual for three weeks or more.

    Without that person the fall would be at most half as deep, in messages or in exchanges, or
    what is left of it no more than chance.
    Evidence: `explained`, the share of the fall; `others`, the rate of all others against usual.
    Posts: openings that wait for an answer. Nothing tells who it is.
    """
    code = Context.KEY_VOICE
    count = len(case.weeks)
    weeks = range(max(0, count - max(QUIET_WEEKS, min(len(case.now) - 1, 4))), count)
    usual = case.usual[-12:]
    before, after = spoke_each(case, usual), spoke_each(case, weeks)
    top = sorted(before, key=lambda who: before[who], reverse=True)[:3]
    gone = [who for who in top if before[who] >= 2 and after.get(who, 0.0) < before[who] / 4]
    if not gone:
        return RuledOut(code=code, reason="the_busiest_are_here")
    who = min(gone, key=lambda person: after.get(person, 0.0) - before[person])
    rest = sum(before.values()) - before[who]
    others = (sum(after.values()) - after.get(who, 0.0)) / rest if rest else 1.0
    own = before[who] - after.get(who, 0.0)
    by_chance = own / (own + max(0.0, rest * (1 - others) - _chance(case, usual, len(weeks), who)))
    alone = [_explained(before, after, who), _explained_pairs(case, usual, weeks, who)]
    explained = max(*alone, by_chance if own >= SMALLEST_PART * (rest + before[who]) else 0.0)
    evidence = {"explained": round(min(explained, 1.0), 2), "others": round(others, 2)}
    if explained < 0.5:
        return RuledOut(code=code, reason="explains_too_little", evidence=evidence)
    likely = others >= 0.8 or not case.answers_hold
    sureness = Sureness.LIKELY if likely else Sureness.POSSIBLE
    return Hypothesis(code=code, sureness=sureness, evidence=evidence, posts=open_posts(case))


def _chance(case: Case, usual: Sequence[int], weeks: int, who: int) -> float:
    """By how much the messages of all others may lie below their mean by chance, in so many weeks.

    Two standard deviations of such a mean, in messages per five working days.
    """
    rates = [sum(n for one, n in spoke_each(case, [w]).items() if one != who) for w in usual]
    return 2 * float(np.std(rates, ddof=1)) / weeks**0.5 if len(rates) > 1 else 0.0


def _explained(before: dict[int, float], after: dict[int, float], who: int) -> float:
    usual = sum(before.values())
    fall, own = usual - sum(after.values()), before[who] - after.get(who, 0.0)
    if own >= LARGE_PART * usual:
        return own / max(own, fall)
    return own / fall if fall >= SMALLEST_FALL * usual else 0.0


def _explained_pairs(case: Case, usual: Sequence[int], weeks: Sequence[int], who: int) -> float:
    (all_before, own_before) = _met(case, usual, who)
    (all_after, own_after) = _met(case, weeks, who)
    fall = all_before - all_after
    return (own_before - own_after) / fall if fall >= SMALLEST_FALL * all_before else 0.0


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
    late = case.now[-LATE_WEEKS:]
    now, usual = case.mean("effective_voices", late), case.mean("effective_voices", case.usual)
    voices = case.ratio("voices", late)
    volume = max(case.ratio("contributions", late), case.ratio("messages", late))
    evidence = {
        "feels_like": round(now, 1),
        "usually": round(usual, 1),
        "messages": round(volume, 2),
    }
    if case.rate("voices", case.usual) < 8:
        return RuledOut(code=code, reason="small_network", evidence=evidence)
    top, usual_top = case.mean("top_three", late), case.mean("top_three", case.usual)
    narrow = now < usual / 2 or (top > 0.6 and top > usual_top + 0.1)
    if not (narrow or (now < 0.7 * usual and volume > voices + 0.15)):
        return RuledOut(code=code, reason="many_voices", evidence=evidence)
    if voices > 0.9 and now >= usual / 2:
        return RuledOut(code=code, reason="as_many_people", evidence=evidence)
    likely = volume >= 0.7 and volume > voices + 0.15
    sureness = Sureness.LIKELY if likely else Sureness.POSSIBLE
    if not likely and volume < 0.5:
        return RuledOut(code=code, reason="all_fell_alike", evidence=evidence)
    return Hypothesis(code=code, sureness=sureness, evidence=evidence)


def moved(case: Case) -> Finding:
    """Voices fall here while another channel rises, by more than chance, with the same people.

    Evidence: `fall` here and `rise` there, in voices a week where five or more; `same_people`, a
    share; `channel`, the number of the channel that rose; `total`, voices in all channels against
    usual. Posts: the openings of the longest conversations there.
    """
    code = Context.MOVED
    before = channel_rates([case.everywhere[n] for n in case.usual])
    now = channel_rates([case.everywhere[n] for n in case.now])
    change = {c: now.get(c, 0.0) - before.get(c, 0.0) for c in before.keys() | now.keys()}
    if not change or not case.total("working_days", case.now):
        return RuledOut(code=code, reason="no_channel_rose")
    here = case.channel if case.channel is not None else min(change, key=lambda c: change[c])
    there = max(change, key=lambda c: change[c])
    fall, rise = -change.get(here, 0.0), change[there]
    evidence = {**people("fall", fall), **people("rise", rise)}
    chance = ((before.get(there, 0.0) + 1) / len(case.now)) ** 0.5
    rises = rise >= max(2.5 * chance, 0.25 * before.get(there, 0.0), 0.4 * fall)
    if here == there or fall < 0.15 * before.get(here, 0.0) or not rises:
        return RuledOut(code=code, reason="no_channel_rose", evidence=evidence)
    same = _same_people(case, here, there)
    if same < 0.4:
        return RuledOut(code=code, reason="other_people_there", evidence=evidence)
    total = sum(now.values()) / max(sum(before.values()), 1e-9)
    fell, rose = _messages(case, here), _messages(case, there)
    follows = rose[1] - rose[0] >= 0.4 * (fell[0] - fell[1]) > 0
    if not follows:
        return RuledOut(code=code, reason="no_channel_rose", evidence=evidence)
    likely = 0.75 <= total <= 1.3 and rise >= max(0.5 * fall, 0.5 * before.get(there, 0.0))
    shown = {**people("voices_there", now[there]), "channel": there}
    talk, late = case.talk, np.arange(len(case.talk.ts))[case.talk.span(*_days(case, case.now))]
    heads, counts = np.unique(talk.first[late[talk.channel[late] == there]], return_counts=True)
    return Hypothesis(
        code=code,
        sureness=Sureness.LIKELY if likely else Sureness.POSSIBLE,
        evidence={**evidence, **shown, "same_people": round(same, 2), "total": round(total, 2)},
        posts=case.posts(heads[np.argsort(counts)[-3:]]),
    )


def _messages(case: Case, channel: int) -> tuple[float, float]:
    """Messages in *channel* per five working days: usually, and now."""
    talk, found = case.talk, []
    for weeks in (case.usual, case.now):
        rows = np.concatenate(
            [np.arange(len(talk.ts))[talk.span(*_days(case, [n]))] for n in weeks]
        )
        said = (talk.channel[rows] == channel) & ~talk.is_bot[rows]
        days = sum(case.everywhere[n].working_days for n in weeks)
        found.append(5 * float(said.sum()) / max(1, days))
    return found[0], found[1]


def _same_people(case: Case, here: int, there: int) -> float:
    """The share of those who speak *there* now who usually spoke *here*."""
    talk = case.talk
    usual, now = talk.span(*_days(case, case.usual)), talk.span(*_days(case, case.now))
    old = set(talk.author[usual][talk.channel[usual] == here].tolist())
    new = set(talk.author[now][(talk.channel[now] == there) & ~talk.is_bot[now]].tolist())
    return len(new & old) / len(new) if len(new) >= 5 else 0.0


def _days(case: Case, weeks: Sequence[int]) -> tuple[date, date]:
    return case.weeks[weeks[0]].first, case.last(weeks[-1])
