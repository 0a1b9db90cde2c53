"""Reasons that show in long exchanges between a few: a difference, and heat that looks like a flow.

Only structure is read: who wrote and reacted in which conversation, and when; never words.
"""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.phases import Sureness
from bot.judgement.arrays import Ints, np
from bot.judgement.talk import DAY
from bot.judgement.why.case import Case
from bot.judgement.why.hypothesis import Context, Finding, Hypothesis, Number, RuledOut
from bot.judgement.why.rests import channel_rates

BURST = 8
BURST_PEOPLE = 3
FEWEST_DAYS = 5
LATE_WEEKS = 3
LITTLE_LEFT = 0.45
OLD_BURST = 21  # days
FEWEST_FANS = 4
FEWEST_A_SIDE = 2
ON_ONE_SIDE = 0.75


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
    bursts = [one for one in bursts if sum(n >= 0.8 * len(one) for n in earlier) <= 1]
    if not bursts:
        return RuledOut(code=code, reason="long_exchanges_are_usual")
    left, which = min((_left_after(case, one), n) for n, one in enumerate(bursts))
    burst = bursts[which]
    ago = int((case.talk.days.starts[-1] - case.talk.ts[burst[-1]]) // DAY)
    evidence = {"messages": len(burst), "days_ago": ago, "left": round(left, 2)}
    if left > 0.75 or (ago > OLD_BURST and left > 0.6):
        return RuledOut(code=code, reason="no_silence_after", evidence=evidence)
    rest = _rest(case, int(case.talk.channel[burst[0]]))
    if rest < 0.75 or left > 0.75 * rest:
        return RuledOut(code=code, reason="other_channels_fell_too", evidence=evidence)
    opening = case.talk.first[burst[:1]]
    return Hypothesis(
        code=code,
        sureness=Sureness.LIKELY if left <= LITTLE_LEFT * min(rest, 1.2) else Sureness.POSSIBLE,
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
    fine_before = _voice_days(case, channel, which - 10, which - 1) >= 0.6 * usual
    worked = int(days.works[which + 1 : today + 1].sum())
    if worked < FEWEST_DAYS or not usual or not fine_before or week_after > 0.8 * usual:
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


def _rest(case: Case, channel: int) -> float:
    """Voices in the other channels against usual; 1 where hardly anybody spoke there."""
    before = channel_rates([case.everywhere[n] for n in case.usual])
    now = channel_rates([case.everywhere[n] for n in case.now])
    usual = sum(rate for one, rate in before.items() if one != channel)
    rest = sum(rate for one, rate in now.items() if one != channel)
    return rest / usual if usual >= 2 else 1.0


def heated(case: Case) -> Finding:
    """A flow made of long exchanges between two or three, with onlookers on either side.

    Evidence: `exchanges` since it began, `messages` in them, `share` of all that was said; never
    who. Posts: their openings.
    """
    code = Context.HEATED
    late = range(max(0, len(case.weeks) - LATE_WEEKS), len(case.weeks))
    rows = case.rows(late)
    bursts, weeks = _bursts(case, rows), max(1, len(late))
    usual = _bursts(case, case.rows(case.usual))
    said = sum(map(len, bursts))
    share = said / len(rows) if len(rows) else 0.0
    evidence: dict[str, Number] = {
        "exchanges": len(bursts),
        "messages": said,
        "share": round(share, 2),
    }
    if len(bursts) < 2:
        return RuledOut(code=code, reason="no_long_exchange", evidence=evidence)
    if len(bursts) / weeks < 2 * len(usual) / max(1, len(case.usual)) + 0.5:
        return RuledOut(code=code, reason="long_exchanges_are_usual", evidence=evidence)
    before = sum(map(len, usual)) / max(1, len(case.usual))
    rise = case.mean("messages", late) - case.mean("messages", case.usual)
    if said / weeks - before < 0.4 * rise or share < 0.1:
        return RuledOut(code=code, reason="they_are_little_of_it", evidence=evidence)
    sureness = Sureness.LIKELY if _takes_sides(case, bursts) else Sureness.POSSIBLE
    openings = np.unique(np.concatenate([case.talk.first[one[:1]] for one in bursts]))
    return Hypothesis(code=code, sureness=sureness, evidence=evidence, posts=case.posts(openings))


def _takes_sides(case: Case, bursts: Sequence[Ints]) -> bool:
    """Whether those who reacted mark one side only, and each side has some of them."""
    sides: dict[int, set[int]] = {}
    for burst in bursts:
        marks = case.talk.fans[np.isin(case.talk.fans[:, 0], burst)]
        for message, member in marks.tolist():
            sides.setdefault(member, set()).add(int(case.talk.author[message]))
    one_sided = [next(iter(liked)) for liked in sides.values() if len(liked) == 1]
    if len(sides) < FEWEST_FANS or len(one_sided) < ON_ONE_SIDE * len(sides):
        return False
    _, counts = np.unique(one_sided, return_counts=True)
    return int((counts >= FEWEST_A_SIDE).sum()) >= 2
