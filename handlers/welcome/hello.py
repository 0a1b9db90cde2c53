"""A newcomer's first post that waits for half a working day: two members are asked quietly."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import timedelta

from bot.context import Context
from bot.domain.events import ActionTaken, CommandGiven, to_micros
from bot.domain.schedule import Hourly
from bot.domain.typed import number_of, simplified
from bot.judgement.helping import Candidate, Reason, Suggestion, Wanted, suggest
from bot.judgement.helping_history import History
from bot.judgement.limits import WEEK, Kind
from bot.judgement.responses import WORKING_DAY, Waiting
from bot.storage import (
    membership,
    newcomers,
    offers,
    places,
    readings,
    seeing,
    talk,
    threads,
    topics,
    watches,
)
from bot.storage.newcomers import FirstPost
from bot.storage.places import Person
from bot.storage.threads import Place
from bot.storage.watches import ResponseWatch
from handlers.welcome.feature import Settings, feature
from handlers.welcome.waiting import LATELY, waiting_posts

PATIENCE = 4.0
"""Working hours after which two members are asked."""
ASK_UNTIL = 2 * WORKING_DAY
ASKED = 2
ROUNDS = 4
"""How often others are looked for, where those who fit can't be written to now."""
PAST = timedelta(days=182)
LASTING = timedelta(hours=4)
LOOK_AHEAD = 1.25
"""Working hours before that in which a post is watched already, so that it is asked in time."""
WAITED = timedelta(hours=PATIENCE - LOOK_AHEAD)
"""Nothing younger can have waited for so many working hours."""
EVERY = timedelta(minutes=5)
IN_HOURS = Hourly(first=9, last=16, minute=0, every=5)
_NOT_NOW = re.compile(r"#?(\d{1,9}) (?:no|not this time|not now|no thanks)[\s.]*", re.IGNORECASE)

Waits = Mapping[tuple[int, int], Waiting]


@feature.job(lambda _: IN_HOURS, late=timedelta(minutes=59))
def hello(settings: Settings, ctx: Context) -> None:
    """Close what was answered; of what has waited half a day, ask two members who fit, once.

    All is looked at once an hour, and whatever becomes due between within five minutes.
    """
    session, network = ctx.session, ctx.network
    if not newcomers.has_newcomers(session, network, now=ctx.now):
        return
    if not talk.is_working(session, network, talk.local_day(ctx.now, network)):
        return
    is_first = ctx.once(f"welcome.hello/{network.id}/{ctx.now:%Y-%m-%dT%H}")
    lately = ctx.now - EVERY
    if not is_first and not watches.is_due(session, network, since=lately, now=ctx.now):
        return
    watched = watches.open_watches(session, network)
    if newcomers.note_introductions(session, watched):
        watched = watches.open_watches(session, network)
    posts = newcomers.first_posts(
        session, network, since=ctx.now - LATELY, until=ctx.now - WAITED, now=ctx.now
    )
    if not posts and not any(each.ts for each in watched):
        return
    among = _among(posts, watched)
    found = waiting_posts(settings, ctx, window=LATELY, at_least=PATIENCE - LOOK_AHEAD, among=among)
    waits = {(each.channel, each.ts): each for each in found if each.is_first}
    for post in posts:
        if (post.channel, post.ts) in waits:
            row = ResponseWatch(
                network_id=network.id,
                channel_id=post.channel,
                ts=post.ts,
                person_id=post.person,
                started_at=ctx.now,
            )
            watches.watch(session, row)
    for each in watches.open_watches(session, network):
        if each.ts:
            _look_after(ctx, each, waits)


def _among(posts: Sequence[FirstPost], watched: Sequence[ResponseWatch]) -> talk.Among:
    """Where these were posted, and who posted them."""
    channels = {*(each.channel for each in posts), *(each.channel_id for each in watched)}
    people = {*(each.person for each in posts), *(each.person_id for each in watched)}
    return talk.Among(frozenset(channels), frozenset(people))


def _look_after(ctx: Context, found: ResponseWatch, waits: Waits) -> None:
    waited = waits.get((found.channel_id, found.ts))
    is_young = found.is_introduction and not watches.was_answered(ctx.session, found)
    is_past = ctx.now - found.started_at > LATELY
    if is_past or (waited is None and not is_young):
        close(ctx, found)
    elif waited is not None and found.asked_at is None and waited.hours <= ASK_UNTIL:
        left = timedelta(hours=PATIENCE - waited.hours)
        if left <= timedelta():
            _ask(ctx, found)
        else:
            watches.fall_due(ctx.session, found, at=ctx.now + left)


def close(ctx: Context, found: ResponseWatch) -> None:
    """Watch a post no more; who was asked and said nothing is told that nothing is left to do."""
    asked = watches.asked(ctx.session, found)
    if not watches.close(ctx.session, found, now=ctx.now):
        return
    for each in asked:
        person = ctx.session.get_one(Person, each.person_id)
        if not each.answer:
            ctx.amend(each.key, person.address, "welcome/hello_closed")


def _ask(ctx: Context, found: ResponseWatch) -> None:
    place = threads.open_channels(ctx.session, ctx.network).get(found.channel_id)
    chosen = _fitting(ctx, found, place) if place else []
    if not chosen or place is None:
        reason = "a newcomer's first post is waiting, and nobody who fits can be asked now"
        readings.skip_once(ctx.session, ctx.network, "welcome.hello", reason, now=ctx.now)
        return
    newcomer = ctx.session.get_one(Person, found.person_id)
    for person, suggestion in chosen:
        asked = watches.ask(ctx.session, found, person, now=ctx.now)
        if asked is None:
            continue
        ctx.say(
            person.address,
            "welcome/hello",
            kind=Kind.WORD,
            key=asked.key,
            lasting=LASTING,
            network=ctx.network.name,
            name=newcomer.name,
            number=found.id,
            place=place,
            ts=found.ts,
            words=found.words,
            reason=_reason(suggestion),
            said=suggestion.said or "",
        )
    ctx.spoke("welcome.hello", f"members asked to answer a newcomer: {len(chosen)}")


def _reason(suggestion: Suggestion) -> str:
    """Why somebody is asked: "offer", "there" or "around"."""
    if suggestion.said:
        return "offer"
    there = (Reason.HELPS_HERE, Reason.KNOWS_THE_PLACE, Reason.ANSWERED_YOU)
    return "there" if suggestion.reason in there else "around"


def _fitting(
    ctx: Context, found: ResponseWatch, place: Place
) -> Sequence[tuple[Person, Suggestion]]:
    """At most two who fit, see the channel, and may be written to now."""
    candidates, wanted, history = _candidates(ctx), _wanted(ctx, found), _history(ctx)
    besides: set[int] = set()
    chosen: list[tuple[Person, Suggestion]] = []
    for _ in range(ROUNDS):
        ranked = suggest(wanted, candidates, history, seed=found.id, besides=besides)
        for each in ranked:
            besides.add(each.person)
            person = ctx.session.get_one(Person, each.person)
            if len(chosen) < ASKED and _is_free(ctx, person, found.channel_id):
                chosen.append((person, each))
        if len(chosen) == ASKED or not ranked:
            break
    return chosen


def _is_free(ctx: Context, person: Person, channel: int) -> bool:
    if channel not in seeing.visible(ctx.session, ctx.network, person):
        return False
    return ctx.foresee(person.address, Kind.WORD, at=ctx.now, about=feature.name) is None


def _wanted(ctx: Context, found: ResponseWatch) -> Wanted:
    """What is known of the post: the words of an introduction, else topics that it names."""
    named = topics.of_message(ctx.session, found.channel_id, found.ts)
    return Wanted(
        words=" ".join([found.words, *named]).strip(),
        asker=found.person_id,
        at=to_micros(ctx.now),
        channel=found.channel_id,
    )


def _history(ctx: Context) -> History:
    since, until = to_micros(ctx.now - PAST), to_micros(ctx.now)
    return History.of(talk.said(ctx.session, ctx.network, since=since, until=until))


def _candidates(ctx: Context) -> list[Candidate]:
    """All who may be asked: no leads, who hear later anyway, and nobody twice in a week."""
    session, network = ctx.session, ctx.network
    offered = offers.said_by(session, network)
    besides = membership.resting(session, network)
    besides |= watches.asked_lately(session, network, since=ctx.now - WEEK)
    besides |= {lead.id for lead in places.leads(session, network)}
    followed = topics.names_by_person(session, network)
    return [
        Candidate(person=each.id, says=(*offered.get(each.id, ()), *followed.get(each.id, ())))
        for each in places.people_of(session, network.workspace)
        if not (each.is_bot or each.is_external or each.is_gone or each.is_uncounted)
        if each.id not in besides
    ]


# What they say to it


@feature.action("not_now")
def press_not_now(taken: ActionTaken, settings: Settings, ctx: Context) -> None:
    """Not this time: nobody sees it, and the message goes quiet."""
    _decline(ctx, taken.value)


@feature.command(
    "net",
    "newcomer",
    help="say that you can't answer a newcomer this time; nobody sees it",
    examples=("/net newcomer 3 not this time",),
)
def type_not_now(given: CommandGiven, settings: Settings, ctx: Context) -> None:
    """The same, as it is typed."""
    typed = _NOT_NOW.fullmatch(simplified(given.text))
    _decline(ctx, typed[1] if typed else "")


def _decline(ctx: Context, number: str) -> None:
    found = watches.numbered(ctx.session, ctx.network, number_of(number))
    key = watches.decline(ctx.session, found, ctx.me) if found is not None else None
    if key is None:
        ctx.reply("welcome/not_asked")
    elif not ctx.amend(key, ctx.me.address, "welcome/declined"):
        ctx.reply("welcome/declined")
