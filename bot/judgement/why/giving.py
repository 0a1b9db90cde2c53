"""Reasons that show in the ledger: nobody asks, asks wait, help moves, the purpose is met.

Without a ledger, and for one channel of a network, these rules say nothing at all.
"""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.phases import Sureness
from bot.judgement.arrays import np
from bot.judgement.ledger import Ask, CheckedIn, Ledger
from bot.judgement.talk import DAY
from bot.judgement.weeks import WAITING_HOURS, Post
from bot.judgement.why.answers import asks_waiting
from bot.judgement.why.case import SMALLEST_GROUP, Case, at_most, people
from bot.judgement.why.hypothesis import Context, Finding, Hypothesis, Number, RuledOut

FEWEST_ASKS = 4
"""Asks that recent weeks would usually bring, at least, to speak of there being none."""
TWO_MONTHS = 8  # weeks
HALF, MOST = 0.45, 0.6
CHECK_IN_DAYS = 100
MORE_ASKS, OF_OPENINGS, OF_ANSWERS = 1.35, 1.15, 1.05
"""Times as many questions as usual; times as many of all openings; and replies to each."""
FEW_WAIT = 0.15
"""The share of asks that wait anywhere, at any time."""


def no_asks(case: Case) -> Finding | None:
    """Hardly anybody asks, in the ledger or aloud, though people speak and offers stand.

    Evidence: `asks` opened in `weeks` weeks, `usual_asks` in as many; `offers` that stand.
    """
    code, ledger = Context.NO_ASKS, _ledger(case)
    if ledger is None:
        return None
    weeks = _lately(case, ledger)
    asks, usual = len(_opened(case, ledger, weeks)), _usual_asks(case, ledger, weeks)
    end = int(case.talk.days.starts[-1])
    evidence: dict[str, Number] = {
        "asks": asks,
        "usual_asks": round(usual),
        "weeks": len(weeks),
        "offers": sum(offer.stands_at(end) for offer in ledger.offers),
    }
    if usual < FEWEST_ASKS:
        return RuledOut(code=code, reason="few_asks_are_usual", evidence=evidence)
    aloud, talk = case.ratio("asks", weeks), max(case.ratio("starts", weeks), 0.3)
    hardly = asks <= usual / 3 and _fewer(case, ledger, weeks) < 0.05 and aloud <= 0.8 * talk
    silent = asks <= 0.6 * usual and aloud <= 0.45 * talk
    if not hardly and not silent:
        return RuledOut(code=code, reason="people_ask", evidence=evidence)
    has_reason = _nearly(ledger, end) >= HALF
    likely = bool(evidence["offers"]) and not has_reason and case.ratio("voices", weeks) >= 0.65
    sureness = Sureness.LIKELY if likely else Sureness.POSSIBLE
    return Hypothesis(code=code, sureness=sureness, evidence=evidence)


def purpose_met(case: Case) -> Finding | None:
    """Asks close as met and few are opened, stories come to results, and people say it is done.

    Evidence: `done` of the `closed` asks in `weeks` weeks, `asks` opened and `usual_asks`,
    `results` of stories; `answers` of the newest check-in, and whether `most`, `about half` or
    `few` of them (`nearly`) said that the purpose is nearly or wholly met.
    """
    code, ledger = Context.PURPOSE_MET, _ledger(case)
    if ledger is None:
        return None
    weeks, late = _last(case, TWO_MONTHS), _lately(case, ledger)
    begin, end = case.begin(weeks[0]), int(case.talk.days.starts[-1])
    closed = sum(a.closed is not None and begin <= a.closed < end for a in ledger.asks)
    done, results = ledger.done(begin, end), sum(begin <= at < end for at in ledger.results)
    opened, usual = len(_opened(case, ledger, late)), _usual_asks(case, ledger, late)
    evidence: dict[str, Number] = {
        "done": done,
        "closed": closed,
        "weeks": len(weeks),
        "asks": opened,
        "usual_asks": round(usual),
        "results": results,
        **_checked_in(ledger, end),
    }
    nearly, ends_well = _nearly(ledger, end), done >= HALF * closed and results >= 1
    if not done or opened > (0.8 if nearly >= MOST and ends_well else 0.5) * usual:
        return RuledOut(code=code, reason="new_asks_come", evidence=evidence)
    if nearly < HALF and not (ends_well and "nearly" not in evidence):
        return RuledOut(code=code, reason="purpose_is_ahead", evidence=evidence)
    likely = nearly >= HALF and (results >= 1 or done >= HALF * closed)
    sureness = Sureness.LIKELY if likely else Sureness.POSSIBLE
    return Hypothesis(code=code, sureness=sureness, evidence=evidence)


def helping(case: Case) -> Finding | None:
    """More is asked and more is given than usual, and help is passed on further.

    Evidence: `hands`, people who gave or got help in `weeks` weeks; `asks`, `usual_asks`; `ring`,
    how many times in a row help was passed on.
    """
    code, ledger = Context.HELPING, _ledger(case)
    if ledger is None:
        return None
    weeks = _lately(case, ledger)
    asks, usual = len(_opened(case, ledger, weeks)), _usual_asks(case, ledger, weeks)
    begin, end = case.begin(weeks[0]), int(case.talk.days.starts[-1])
    hands, ring = ledger.hands(begin, end), ledger.ring(begin, end)
    before = [_spell(case, n, len(weeks)) for n in case.usual if n >= len(weeks)]
    usual_hands = _mean([ledger.hands(*spell) for spell in before])
    usual_ring = _mean([ledger.ring(*spell) for spell in before])
    evidence: dict[str, Number] = {
        **people("hands", hands),
        "weeks": len(weeks),
        "asks": asks,
        "usual_asks": round(usual),
        "ring": ring,
    }
    chance, helped = _more(case, ledger, weeks), hands / max(usual_hands, 1.0)
    kept = asks >= 1.4 * usual and (
        (chance < 0.03 and helped >= 1)
        or (chance < 0.06 and helped >= 1.15)
        or (chance < 0.12 and helped >= 1.3)
    )
    heard = _more_is_asked_aloud(case, weeks) and _fewer(case, ledger, weeks) > 0.1
    if not kept and not heard:
        return RuledOut(code=code, reason="no_more_help_than_usual", evidence=evidence)
    likely = hands >= SMALLEST_GROUP and (
        (kept and heard) or ring > usual_ring or hands >= 1.4 * usual_hands
    )
    by_growth = case.was_rising and not heard
    sureness = Sureness.LIKELY if likely and not by_growth else Sureness.POSSIBLE
    return Hypothesis(code=code, sureness=sureness, evidence=evidence)


def _more_is_asked_aloud(case: Case, weeks: Sequence[int]) -> bool:
    """Whether more of what is begun asks, by more than chance, and is answered by more people.

    Where simply more is said, questions and answers grow no more than openings do.
    """
    aloud, begun, said = (case.ratio(name, weeks) for name in ("asks", "starts", "messages"))
    if aloud < MORE_ASKS or aloud < OF_OPENINGS * begun or said < OF_ANSWERS * begun:
        return False
    asks, openings = (int(case.total(name, weeks)) for name in ("asks", "starts"))
    return 1 - at_most(asks - 1, openings, case.share("asks", "starts", case.usual) or 0.0) < 0.05


def waiting_asks(case: Case) -> Finding:
    """Asks wait: those of the ledger where more of them than usual do, else questions aloud."""
    aloud, kept = asks_waiting(case), asks_left(case)
    if not isinstance(kept, Hypothesis):
        return aloud
    surer = isinstance(aloud, Hypothesis) and aloud.sureness is Sureness.LIKELY
    return aloud if surer and kept.sureness is not Sureness.LIKELY else kept


def asks_left(case: Case) -> Finding | None:
    """Asks of the ledger wait over three working days, more of them than usual.

    Evidence: `asks` of four weeks, of which `waiting`; `usual_waiting`; `median_days` (working
    days) that they have waited; `kept` says that they are the ledger's. Posts: the asks' own.
    """
    code, ledger = Context.ASKS_WAITING, _ledger(case)
    if ledger is None:
        return None
    end = int(case.talk.days.starts[-1])
    waiting = _waiting(case, ledger, end)
    usual = _mean([len(_waiting(case, ledger, case.begin(n + 1))) for n in case.usual[-12:]])
    asks = len(ledger.opened(end - 28 * DAY, end))
    evidence: dict[str, Number] = {
        "kept": True,
        "asks": asks,
        "waiting": len(waiting),
        "usual_waiting": round(usual, 1),
    }
    if len(waiting) < 3:
        return RuledOut(code=code, reason="few_waiting", evidence=evidence)
    usual_asks = _usual_asks(case, ledger, range(max(0, len(case.weeks) - 4), len(case.weeks)))
    before = usual / usual_asks if usual_asks else 0.0
    share = len(waiting) / max(asks, 1)
    chance = 1 - at_most(len(waiting) - 1, asks, max(before, FEW_WAIT))
    if chance > 0.005 or share < before + 0.2:
        return RuledOut(code=code, reason="no_more_than_usual", evidence=evidence)
    days = float(np.median([_hours(case, one.opened, end) for one in waiting])) / 8
    likely = share >= before + 0.3
    posts: tuple[Post, ...] = tuple(one.post for one in waiting[-10:] if one.post)
    return Hypothesis(
        code=code,
        sureness=Sureness.LIKELY if likely else Sureness.POSSIBLE,
        evidence={**evidence, "median_days": round(days, 1)},
        posts=posts,
    )


def left_waiting(case: Case) -> int:
    """How many asks of the ledger have waited over three working days; 0 without a ledger."""
    ledger = _ledger(case)
    return len(_waiting(case, ledger, int(case.talk.days.starts[-1]))) if ledger else 0


def _ledger(case: Case) -> Ledger | None:
    return case.setting.ledger if case.channel is None else None


def _last(case: Case, weeks: int) -> range:
    return range(max(0, len(case.weeks) - weeks), len(case.weeks))


def _lately(case: Case, ledger: Ledger) -> range:
    """The last three weeks, or up to six where fewer would usually bring too few asks."""
    return next(
        (
            weeks
            for weeks in (_last(case, 3), _last(case, 4))
            if _usual_asks(case, ledger, weeks) >= FEWEST_ASKS
        ),
        _last(case, 6),
    )


def _opened(case: Case, ledger: Ledger, weeks: Sequence[int]) -> list[Ask]:
    return [ask for n in weeks for ask in ledger.opened(case.begin(n), case.begin(n + 1))]


def _usual_asks(case: Case, ledger: Ledger, weeks: Sequence[int]) -> float:
    """How many asks as many working days as in *weeks* would usually bring."""
    worked = case.total("working_days", case.usual)
    if not worked:
        return 0.0
    return len(_opened(case, ledger, case.usual)) * case.total("working_days", weeks) / worked


def _fewer(case: Case, ledger: Ledger, weeks: Sequence[int]) -> float:
    """The probability of so few asks in *weeks*, or fewer, if as many came as usually."""
    now, before = (len(_opened(case, ledger, one)) for one in (weeks, case.usual))
    return at_most(now, now + before, _part(case, weeks))


def _more(case: Case, ledger: Ledger, weeks: Sequence[int]) -> float:
    """The same of so many asks, or more."""
    now, before = (len(_opened(case, ledger, one)) for one in (weeks, case.usual))
    return 1 - at_most(now - 1, now + before, _part(case, weeks))


def _part(case: Case, weeks: Sequence[int]) -> float:
    """The part that *weeks* have in the working days of theirs and of the usual weeks."""
    now, before = case.total("working_days", weeks), case.total("working_days", case.usual)
    return now / max(1.0, now + before)


def _waiting(case: Case, ledger: Ledger, end: int) -> list[Ask]:
    """The asks of the four weeks before *end* that had then waited over three working days."""
    young = [ask for ask in ledger.opened(end - 28 * DAY, end) if ask.waits_at(end)]
    return [ask for ask in young if _hours(case, ask.opened, end) > WAITING_HOURS]


def _hours(case: Case, begin: int, end: int) -> float:
    """Working hours from one time to another (microseconds), as far as they are laid out."""
    first = int(case.talk.days.starts[0])
    clock = case.talk.days.clock(np.array([max(begin, first), end - 1], dtype=np.int64))
    return float(clock[1] - clock[0])


def _spell(case: Case, last: int, weeks: int) -> tuple[int, int]:
    return case.begin(last - weeks + 1), case.begin(last + 1)


def _newest(ledger: Ledger, end: int) -> CheckedIn | None:
    """The newest check-in of a quarter, where five or more answered."""
    told = [one for one in ledger.check_ins if end - CHECK_IN_DAYS * DAY <= one.at < end]
    newest = max(told, default=None)
    return newest if newest and newest.answers >= SMALLEST_GROUP else None


def _nearly(ledger: Ledger, end: int) -> float:
    newest = _newest(ledger, end)
    return newest.nearly_met / newest.answers if newest else 0.0


def _checked_in(ledger: Ledger, end: int) -> dict[str, Number]:
    """In words, as a count would tell what a few people said."""
    newest, share = _newest(ledger, end), _nearly(ledger, end)
    if newest is None:
        return {}
    words = "most" if share >= MOST else "about half" if share >= HALF else "few"
    return {"answers": newest.answers, "nearly": words}


def _mean(counts: Sequence[int]) -> float:
    return sum(counts) / len(counts) if counts else 0.0
