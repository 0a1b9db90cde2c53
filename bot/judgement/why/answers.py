"""Reasons that show in who is answered: newcomers, questions waiting, leads away, too much bot."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.phases import Sureness
from bot.judgement.arrays import np
from bot.judgement.talk import FIRST_POSTS
from bot.judgement.weeks import NEWCOMER_HOURS, Post, is_settled, waiting_at
from bot.judgement.why.case import Case, at_most
from bot.judgement.why.hypothesis import Context, Finding, Hypothesis, RuledOut

FEWEST_POSTS = 5
MOST_RECENT = 10


def newcomers(case: Case) -> Finding:
    """Newcomers' first posts go unanswered, while newcomers still come and older members stay.

    Evidence: `posts` first posts in `weeks` weeks, of which `unanswered`; `usual_share` answered,
    where there were any before.
    """
    code = Context.NEWCOMERS
    weeks = _enough_first_posts(case)
    posts = int(case.total("newcomer_openings", weeks))
    answered = int(case.total("newcomer_answered", weeks))
    if posts < FEWEST_POSTS:
        return RuledOut(code=code, reason="few_first_posts")
    before = case.share("newcomer_answered", "newcomer_openings", case.usual)
    evidence = {"posts": posts, "unanswered": posts - answered, "weeks": len(weeks)}
    usual, share = 0.8 if before is None else before, answered / posts
    chance = at_most(answered, posts, min(usual, 0.9))
    low = share < 0.6 and share <= usual - 0.15
    if not low and not (share < 0.75 and share <= usual - 0.15 and chance < 0.02):
        return RuledOut(code=code, reason="newcomers_are_answered", evidence=evidence)
    coming = case.ratio("first_posters", weeks) >= 0.7
    own = _questions_answered(case, weeks) >= _questions_answered(case, case.usual) - 0.15
    likely = low and coming and own and chance < 0.02
    sureness = Sureness.LIKELY if likely else Sureness.POSSIBLE
    shown = evidence if before is None else {**evidence, "usual_share": round(before, 2)}
    return Hypothesis(code=code, sureness=sureness, evidence=shown, posts=unmet(case))


def _enough_first_posts(case: Case) -> range:
    """The recent weeks, and up to ten where they hold fewer than five first posts."""
    weeks = case.recent
    while len(weeks) < MOST_RECENT and weeks.start > 0:
        if case.total("newcomer_openings", weeks) >= FEWEST_POSTS:
            break
        weeks = range(weeks.start - 1, weeks.stop)
    return weeks


def _questions_answered(case: Case, weeks: Sequence[int]) -> float:
    """The share of older members' questions that were replied to in two working days."""
    talk, rows = case.talk, case.rows(weeks)
    rows = rows[talk.starts[rows] & talk.asks[rows] & (talk.nth[rows] > FIRST_POSTS)]
    rows = rows[is_settled(talk, case.setting, rows, 16.0)]
    reply = talk.reply[rows]
    soon = (reply >= 0) & (talk.clock[reply] - talk.clock[rows] <= 16.0)
    return float(soon.mean()) if len(rows) else 1.0


def unmet(case: Case) -> tuple[Post, ...]:
    """Newcomers' first posts of late that nobody has responded to after a working day."""
    talk, rows = case.talk, case.rows(case.recent)
    rows = rows[talk.starts[rows] & (talk.nth[rows] <= FIRST_POSTS)]
    rows = rows[is_settled(talk, case.setting, rows, NEWCOMER_HOURS)]
    return case.posts(rows[(talk.reply[rows] < 0) & ~talk.liked[rows]])


def asks_waiting(case: Case) -> Finding:
    """Questions are still asked, and more of them than usual wait.

    Evidence: `asks` of four weeks, of which `waiting` over three working days; `usual_waiting`;
    `median_days` (working days) that they have waited.
    """
    code = Context.ASKS_WAITING
    talk = case.talk
    end = int(talk.days.starts[-1])
    waiting = waiting_at(talk, case.setting, end, channel=case.channel)
    month = range(max(0, len(case.weeks) - 4), len(case.weeks))
    asks, usual_asks = case.total("asks", month), 4 * case.mean("asks", case.usual)
    usual = case.mean("waiting", case.usual)
    evidence = {"asks": int(asks), "waiting": len(waiting), "usual_waiting": round(usual, 1)}
    if len(waiting) < 3:
        return RuledOut(code=code, reason="few_waiting", evidence=evidence)
    before = usual / usual_asks if usual_asks else 0.0
    share = len(waiting) / max(asks, 1.0)
    if share < before + 0.15 or asks < 0.4 * usual_asks:
        return RuledOut(code=code, reason="no_more_than_usual", evidence=evidence)
    ages = (talk.days.clock(talk.days.starts[-1:] - 1)[0] - talk.clock[waiting]) / 8
    young = float((talk.nth[waiting] <= FIRST_POSTS).mean())
    now, then = case.answered
    likely = len(waiting) >= 4 and young < 0.6 and (share >= before + 0.25 or now < then - 0.10)
    shown = {**evidence, "median_days": round(float(np.median(ages)), 1)}
    sureness = Sureness.LIKELY if likely else Sureness.POSSIBLE
    return Hypothesis(code=code, sureness=sureness, evidence=shown, posts=case.posts(waiting))


def lead_absent(case: Case) -> Finding:
    """Leads used to begin most conversations, begin at most half as many now, and voices follow.

    Evidence: `lead_starts` a week now, `usual_lead_starts`, `usual_share` of starts by leads.
    """
    code = Context.LEAD_ABSENT
    share = case.share("lead_starts", "starts", case.usual) or 0.0
    if share < 0.45:
        return RuledOut(
            code=code, reason="members_start", evidence={"usual_share": round(share, 2)}
        )
    weeks = case.now if len(case.now) >= 2 else case.recent
    fell = case.ratio("lead_starts", weeks)
    evidence = {
        "lead_starts": round(case.rate("lead_starts", weeks), 1),
        "usual_lead_starts": round(case.rate("lead_starts", case.usual), 1),
        "usual_share": round(share, 2),
    }
    own, usual_own = _member_starts(case, weeks), _member_starts(case, case.usual)
    if fell > 0.5 or (usual_own and own / usual_own < fell + 0.15):
        return RuledOut(code=code, reason="leads_still_start", evidence=evidence)
    likely = share > 0.5 and case.answers_hold
    sureness = Sureness.LIKELY if likely else Sureness.POSSIBLE
    return Hypothesis(code=code, sureness=sureness, evidence=evidence)


def _member_starts(case: Case, weeks: Sequence[int]) -> float:
    return case.rate("starts", weeks) - case.rate("lead_starts", weeks)


def bot_noise(case: Case) -> Finding:
    """Bots post more than before, over 15 % of all or three times as much, and are answered less.

    Evidence: `bot_posts` a week now and `usual_bot_posts`; `bot_share` of all posts. Posts: the
    newest of them that nobody answered.
    """
    code = Context.BOT_NOISE
    weeks = case.recent
    bots, people_now = case.total("bot_posts", weeks), case.total("messages", weeks)
    share = bots / (bots + people_now) if bots else 0.0
    more = case.rate("bot_posts", weeks) / max(case.rate("bot_posts", case.usual), 0.5)
    evidence = {
        "bot_posts": round(case.rate("bot_posts", weeks), 1),
        "usual_bot_posts": round(case.rate("bot_posts", case.usual), 1),
        "bot_share": round(share, 2),
    }
    many_more = share > 0.08 and more >= 3
    if not many_more and (share <= 0.15 or more < 1.3):
        return RuledOut(code=code, reason="bot_as_usual", evidence=evidence)
    now, before = _answers_to_bots(case, weeks), _answers_to_bots(case, case.usual)
    likely = more >= 2 or (before > 0 and now <= before / 2)
    sureness = Sureness.LIKELY if likely else Sureness.POSSIBLE
    posts = _left_alone(case)
    return Hypothesis(code=code, sureness=sureness, evidence=evidence, posts=posts)


def _left_alone(case: Case) -> tuple[Post, ...]:
    """The newest posts of bots that nobody has answered or marked."""
    talk, days = case.talk, (case.weeks[case.recent[0]].first, case.until)
    rows = np.arange(len(talk.ts))[talk.span(*days)]
    here = case.channel is None or talk.channel[rows] == case.channel
    rows = rows[talk.is_bot[rows] & (talk.reply[rows] < 0) & ~talk.liked[rows] & here]
    return case.posts(rows, most=5)


def _answers_to_bots(case: Case, weeks: Sequence[int]) -> float:
    """Replies and reactions of people to each bot post."""
    talk = case.talk
    rows = case.rows(weeks)
    heads = talk.first[rows]
    replies = int((talk.is_bot[heads] & (heads != rows)).sum())
    posts = case.total("bot_posts", weeks)
    return replies / posts if posts else 0.0
