"""A question back to members: one at the end of each digest, proposed by any of them."""

from __future__ import annotations

import re

from bot.context import Context
from bot.domain.events import ActionTaken, CommandGiven
from bot.domain.identifiers import fault_in as identifier_in
from bot.domain.typed import number_of, simplified
from bot.feature import Period, Section
from bot.outbox import Unsaid
from bot.storage import editions, ideas, questions, talk, upshots
from bot.storage.places import Person
from bot.storage.questions import Question, folded
from handlers.questions import doing
from handlers.questions.feature import Settings, feature

LONGEST = 200
MOST_WAITING = 3
WEEK = 7
_DID = re.compile(r"did\s+#?(\d{1,9})\s*[:,]?\s+(.+)", re.IGNORECASE | re.DOTALL)
_UNDO = re.compile(r"(?:withdraw|take back)\s+did\s+#?(\d{1,9})[\s.]*", re.IGNORECASE)
_TAKE_BACK = re.compile(r"(?:withdraw|take back)\s+#?(\d{1,9})[\s.]*", re.IGNORECASE)


@feature.command(
    "net",
    "question",
    help="propose what the digest asks everybody; its editor's comes first, then the oldest",
    examples=(
        "/net question which of our words would baffle a newcomer?",
        "/net question withdraw 3",
        "/net question did 3 we put the word into our glossary",
        "/net question",
    ),
    aliases=("questions",),
)
def question(given: CommandGiven, settings: Settings, ctx: Context) -> None:
    """Preview a question or what came of one, take one back, or show those that wait."""
    typed = " ".join(given.text.split())
    if not typed:
        _show(ctx)
    elif (found := _DID.fullmatch(typed)) and not typed.endswith("?"):
        doing.preview(ctx, found[1], found[2])
    elif found := _UNDO.fullmatch(simplified(typed)):
        doing.undo(ctx, found[1])
    elif found := _TAKE_BACK.fullmatch(simplified(typed)):
        _take_back(ctx, found[1])
    elif fault := _fault_in(ctx, typed):
        ctx.reply("questions/fault", fault=fault)
    else:
        words = _asking(typed)
        ctx.reply("questions/offer", words=words, name=ctx.me.name, network=ctx.network.name)


def _asking(typed: str) -> str:
    """*typed* as a question: with a capital, and with its mark."""
    words = typed[:1].upper() + typed[1:]
    return words if words.endswith("?") else f"{words.rstrip(' .!')}?"


def _fault_in(ctx: Context, words: str) -> str:
    """What is wrong with *words* as a question, in plain English; or ""."""
    if len(words) > LONGEST:
        return f"That is {len(words)} characters. {LONGEST} are the most: one question."
    wait = questions.waiting(ctx.session, ctx.network)
    if any(folded(each.words) == folded(words) for each in wait):
        return "That question waits for its digest already."
    if folded(words) in questions.asked_lately(ctx.session, ctx.network, now=ctx.now):
        return "A digest asked that within the last year. Could it be put another way?"
    mine = ctx.me.id
    if sum(each.person_id == mine for each in wait) >= MOST_WAITING:
        return f"{MOST_WAITING} questions of yours wait already, and one is asked a week."
    return ""


@feature.action("ask_named")
def ask_named(taken: ActionTaken, settings: Settings, ctx: Context) -> None:
    """Keep a question for the digest, with its proposer's name."""
    _keep(ctx, taken.value, is_named=True)


@feature.action("ask_unnamed")
def ask_unnamed(taken: ActionTaken, settings: Settings, ctx: Context) -> None:
    """Keep a question for the digest, without a name."""
    _keep(ctx, taken.value, is_named=False)


@feature.action("not_now")
def not_now(taken: ActionTaken, settings: Settings, ctx: Context) -> None:
    """Keep nothing."""
    ctx.reply("questions/nothing")


def _keep(ctx: Context, words: str, *, is_named: bool) -> None:
    ideas.take_turns(ctx.session, ctx.network)
    if identifier_in(words):
        ctx.reply("bot/out_of_date")
        return
    if fault := _fault_in(ctx, words):
        ctx.reply("questions/fault", fault=fault)
        return
    before = len(questions.waiting(ctx.session, ctx.network))
    kept = Question(
        network_id=ctx.network.id,
        person_id=ctx.me.id,
        words=_asking(words),
        is_named=is_named,
        created_at=ctx.now,
    )
    number = questions.keep(ctx.session, kept).id
    ctx.reply("questions/kept", number=number, before=before, is_named=is_named)


@feature.action("withdraw")
def withdraw(taken: ActionTaken, settings: Settings, ctx: Context) -> None:
    """Take a question back."""
    _take_back(ctx, taken.value)


def _take_back(ctx: Context, number: str) -> None:
    """Delete the member's own question; a digest that asked it is made anew without it."""
    found = questions.numbered(ctx.session, ctx.network, number_of(number))
    if found is None or found.person_id != ctx.me.id:
        ctx.reply("questions/not_yours")
        return
    if found.week:
        ctx.press("digest.mend", found.week, because=f"question/{found.id}")
    questions.let_go(ctx.session, found)
    ctx.reply("questions/withdrawn", was_asked=bool(found.week))


def _show(ctx: Context) -> None:
    me = ctx.me
    wait = questions.waiting(ctx.session, ctx.network)
    mine = [each for each in questions.of_person(ctx.session, me) if each in wait]
    asked = doing.open_to_answer(ctx)
    ctx.reply("questions/list", count=len(wait), mine=mine, asked=asked)


# In the digest


@feature.digest_section(order=90)
def question_back(settings: Settings, ctx: Context, period: Period) -> Section | None:
    """At its end: the oldest question that was proposed, else one of the bot's own."""
    if editions.is_closed(ctx.session, ctx.network, period.name):
        chosen = questions.of_week(ctx.session, ctx.network, period.name)
    elif (talk.local_day(ctx.now, ctx.network) - period.last).days > WEEK:
        return None
    else:
        chosen = _next(settings, ctx, period.name)
    if chosen is None:
        return None
    is_named = chosen.is_named and chosen.person_id is not None
    name = ctx.session.get_one(Person, chosen.person_id).name if is_named else ""
    return Section(
        name="a question back",
        words=ctx.prompts.render("questions/digest", words=chosen.words, name=name),
        facts={"question": chosen.words, "is_aside": chosen.person_id is None},
        take=lambda: _take(ctx, chosen, period.name),
    )


def _next(settings: Settings, ctx: Context, week: str) -> Question | None:
    """What that week's digest asks: its editor's question, else the oldest, else one of my own.

    Of my own it is the first that wasn't asked within a year.
    """
    waiting = questions.waiting(ctx.session, ctx.network)
    editor = editions.editor_of(ctx.session, editions.of_week(ctx.session, ctx.network, week))
    theirs = [each for each in waiting if editor and each.person_id == editor.id]
    if waiting or not settings.own:
        return next(iter([*theirs, *waiting]), None)
    lately = questions.asked_lately(ctx.session, ctx.network, now=ctx.now)
    own = ctx.prompts.render("questions/own").text.splitlines()
    fresh = (words.removeprefix("- ") for words in own if folded(words[2:]) not in lately)
    words = next(fresh, None)
    if words is None:
        return None
    return Question(network_id=ctx.network.id, words=words, created_at=ctx.now, is_named=False)


def _take(ctx: Context, chosen: Question, week: str) -> None:
    kept = chosen if chosen.id else questions.keep(ctx.session, chosen)
    questions.take(ctx.session, kept, week, now=ctx.now)


@feature.on(Unsaid)
def note_unasked(event: Unsaid, settings: Settings, ctx: Context) -> None:
    """What a digest that was not posted was to ask, another may."""
    if week := editions.week_of(ctx.network, event.key):
        questions.give_back(ctx.session, ctx.network, week)
        upshots.give_back(ctx.session, ctx.network, week)


@feature.mydata
def held(settings: Settings, ctx: Context, person: Person) -> Section | None:
    """What somebody proposed to ask."""
    mine, told = questions.of_person(ctx.session, person), upshots.of_person(ctx.session, person)
    if not mine and not told:
        return None
    facts = [
        {
            "number": each.id,
            "words": each.words,
            "is_named": each.is_named,
            "week": each.week,
            "proposed_at": each.created_at,
            "asked_at": each.asked_at,
        }
        for each in mine
    ]
    words = ctx.prompts.render("questions/mydata", questions=mine, told=told)
    came = [{"question": t.question_id, "words": t.words, "week": t.week} for t in told]
    return Section(name="questions", words=words, facts={"questions": facts, "came_of_it": came})


@feature.erase
def let_go(settings: Settings, ctx: Context, person: Person) -> None:
    """Let go of all of somebody's questions; a digest that asked one is made anew without it."""
    weeks = {f"question/{q.id}": q.week for q in questions.of_person(ctx.session, person)}
    weeks |= {f"upshot/{u.id}": u.week for u in upshots.of_person(ctx.session, person)}
    for because, week in weeks.items():
        if week:
            ctx.press("digest.mend", week, because=because)
    questions.forget(ctx.session, person)
    upshots.forget(ctx.session, person)
