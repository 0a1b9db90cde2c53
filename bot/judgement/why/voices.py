"""Reasons that show in who speaks: one voice gone quiet, few voices, a difference, a move."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from bot.domain.phases import Sureness
from bot.judgement.arrays import Ints, np
from bot.judgement.talk import DAY
from bot.judgement.weeks import is_settled, pairs
from bot.judgement.why.case import Case, people
from bot.judgement.why.hypothesis import Context, Finding, Hypothesis, RuledOut
from bot.judgement.why.rests import channel_rates

QUIET_WEEKS = 3
SMALLEST_FALL = 0.05
LARGE_PART = 0.10
BURST = 8
BURST_PEOPLE = 3
FEWEST_DAYS = 5


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
    top, usual_top = case.mean("top_three", case.now), case.mean("top_three", case.usual)
    narrow = now < usual / 2 or (top > 0.6 and top > usual_top + 0.1)
    if not (narrow or (now < 0.7 * usual and volume > voices + 0.15)):
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
    weeks = range(max(0, min(case.now.start - 2, len(case.weeks) - 5)), len(case.weeks))
    bursts = _bursts(case, case.rows(weeks))
    if not bursts:
        return RuledOut(code=code, reason="no_long_exchange")
    earlier = [len(one) for one in _bursts(case, case.rows(case.usual))]
    bursts = [one for one in bursts if len(one) > max(earlier, default=0)]
    if not bursts or len(earlier) > max(1, len(case.usual) / 6):
        return RuledOut(code=code, reason="long_exchanges_are_usual")
    left, which = min((_left_after(case, one), n) for n, one in enumerate(bursts))
    burst = bursts[which]
    ago = int((case.talk.days.starts[-1] - case.talk.ts[burst[-1]]) // DAY)
    evidence = {"messages": len(burst), "days_ago": ago, "left": round(left, 2)}
    if left > 0.75:
        return RuledOut(code=code, reason="no_silence_after", evidence=evidence)
    if not _others_fine(case, int(case.talk.channel[burst[0]])):
        return RuledOut(code=code, reason="other_channels_fell_too", evidence=evidence)
    opening = case.talk.first[burst[:1]]
    return Hypothesis(
        code=code,
        sureness=Sureness.LIKELY if left <= 0.6 else Sureness.POSSIBLE,
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
    """The channel's voices per working day after the burst, against those well before it.

    1 where it was low already, didn't fall within the week, or five working days haven't passed.
    """
    days = case.talk.days
    which = int(days.index(case.talk.ts[burst[-1:]])[0])
    channel, today = int(case.talk.channel[burst[0]]), len(days.starts) - 2
    first = int(days.index(case.talk.ts[case.rows(case.usual)[:1]])[0])
    usual = _voice_days(case, channel, first, which - 10)
    week_after = _voice_days(case, channel, which + 1, min(which + 7, today))
    fine_before = _voice_days(case, channel, which - 10, which - 1) >= 0.75 * usual
    worked = int(days.works[which + 1 : today + 1].sum())
    if worked < FEWEST_DAYS or not usual or not fine_before or week_after > 0.75 * usual:
        return 1.0
    return _voice_days(case, channel, which + 1, today) / usual


def _voice_days(case: Case, channel: int, first: int, last: int) -> float:
    """Person-days per working day in a channel, on the days with these indices."""
    talk = case.talk
    low, high = np.searchsorted(talk.ts, talk.days.starts[[first, last + 1]])
    rows = np.arange(low, high)
    rows = rows[(talk.channel[rows] == channel) & ~talk.is_bot[rows]]
    day = talk.days.index(talk.ts[rows])
    seen = len(np.unique(np.stack([day, talk.author[rows]]), axis=1)[0])
    return seen / max(1, int(talk.days.works[first : last + 1].sum()))


def _others_fine(case: Case, channel: int) -> bool:
    before = channel_rates([case.everywhere[n] for n in case.usual])
    now = channel_rates([case.everywhere[n] for n in case.now])
    usual = sum(rate for one, rate in before.items() if one != channel)
    rest = sum(rate for one, rate in now.items() if one != channel)
    return usual < 2 or rest >= 0.75 * usual


def moved(case: Case) -> Finding:
    """Voices fall here while another channel rises, by more than chance, with the same people.

    Evidence: `fall` here and `rise` there, in voices a week; `same_people`, a share; `channel`, the
    number of the channel that rose; `total`, voices in all channels against usual.
    """
    code = Context.MOVED
    before = channel_rates([case.everywhere[n] for n in case.usual])
    now = channel_rates([case.everywhere[n] for n in case.now])
    change = {c: now.get(c, 0.0) - before.get(c, 0.0) for c in before.keys() | now.keys()}
    if not change:
        return RuledOut(code=code, reason="no_channel_rose")
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
    likely = total >= 0.75 and rise >= max(0.5 * fall, 0.5 * before.get(there, 0.0))
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
