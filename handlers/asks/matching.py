"""Ask a few people privately whether they could help: never more than three, nobody too often."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.context import Context
from bot.domain.asks import AskState
from bot.domain.events import to_micros
from bot.judgement.corners import homes
from bot.judgement.helping import Candidate, Suggestion, Wanted, named_in, suggest
from bot.judgement.helping_history import History
from bot.judgement.limits import Kind
from bot.storage import (
    asking,
    exchanges,
    giving,
    membership,
    offers,
    places,
    rounds,
    seeing,
    talk,
    threads,
    topics,
)
from bot.storage.asks import Ask
from bot.storage.places import Person
from handlers.asks import telling

FIRST, MORE = 3, 2
MONTH = timedelta(days=30)
PAST = timedelta(days=180)
AT_HOME = timedelta(days=90)
CAP, SELDOM = 2, 1
"""How often in a month somebody helps or is asked at the most, and whoever asked for less."""
DAY = timedelta(days=1)
AHEAD = 14


def ask_privately(ctx: Context, ask: Ask, *, at_most: int) -> None:
    """Ask up to *at_most* people who may well help and can hear of it soon.

    Nobody is while the round is on in which it was asked: then everybody looks at all asks.
    """
    today = talk.local_day(ctx.now, ctx.network)
    if ask.round_id and rounds.is_on(ctx.session, ctx.network, ask.round_id, today):
        ctx.skip("asks.match", f"{ask.key}: its round is on")
        return
    reached = {
        each.id: each
        for each in places.people_of(ctx.session, ctx.network.workspace)
        if may_be_asked(ctx, ask, each)
    }
    chosen = _chosen(ctx, ask, reached, at_most)
    for each in chosen:
        _ask(ctx, ask, reached[each.person], reason=each.reason.value, said=each.said or "")
    if chosen:
        ctx.spoke("asks.match", f"{ask.key}: people asked privately: {len(chosen)}")
    else:
        ctx.skip("asks.match", f"{ask.key}: nobody fits who can be asked now")


def may_be_asked(ctx: Context, ask: Ask, person: Person) -> bool:
    """Whether *person* could help with *ask*, as far as others are told."""
    if person.id == ask.person_id or person.is_bot or person.is_gone or person.is_external:
        return False
    if person.is_uncounted or not person.ref.startswith(f"{ctx.network.workspace}/"):
        return False
    return not person.is_guest or ask.channel_id in seeing.visible(ctx.session, ctx.network, person)


def _chosen(
    ctx: Context, ask: Ask, reached: Mapping[int, Person], at_most: int
) -> list[Suggestion]:
    """Whom to ask; the one who can't hear of it soon is passed over for the next."""
    at = to_micros(ctx.now)
    wrote = threads.wrote_where(ctx.session, ctx.network, since=at - _micros(AT_HOME))
    groups = homes(wrote)
    wanted = Wanted(
        words=f"{ask.words} {ask.why}",
        asker=ask.person_id or 0,
        at=at,
        channel=ask.channel_id,
        group=groups.get(ask.person_id or 0),
        named=named_in(ask.words, _called(reached)),
    )
    history = History.of(talk.said(ctx.session, ctx.network, since=at - _micros(PAST), until=at))
    candidates = _candidates(ctx, reached, groups)
    besides = _not_again(ctx, ask)
    while True:
        chosen = suggest(wanted, candidates, history, seed=ask.id, besides=besides, at_most=at_most)
        deaf = {each.person for each in chosen if not hears_soon(ctx, reached[each.person])}
        if not deaf:
            return chosen
        besides |= deaf


def _called(reached: Mapping[int, Person]) -> Iterator[tuple[int, str, str]]:
    """Everybody by number, by what the platform calls them, and by name."""
    return ((number, each.ref.rpartition("/")[2], each.name) for number, each in reached.items())


def _candidates(
    ctx: Context, reached: Mapping[int, Person], groups: Mapping[int, int]
) -> list[Candidate]:
    since = ctx.now - MONTH
    helped = giving.helped_since(ctx.session, ctx.network, since)
    asked = asking.asked_since(ctx.session, ctx.network, since)
    seldom = asking.asked_seldom(ctx.session, ctx.network)
    offered = offers.said_by(ctx.session, ctx.network)
    followed = topics.followed_by(ctx.session, ctx.network)
    return [
        Candidate(
            person=number,
            says=(*offered.get(number, ()), *followed.get(number, ())),
            group=groups.get(number),
            asked=max(helped.get(number, 0), asked.get(number, 0)),
            cap=SELDOM if number in seldom else CAP,
        )
        for number in sorted(reached)
    ]


def _not_again(ctx: Context, ask: Ask) -> set[int]:
    """Who was asked about it, is on it already, or isn't to be asked for anything now."""
    asked = {each.person_id for each in asking.asked(ctx.session, ask)}
    on_it = {each.id for each in exchanges.helpers(ctx.session, ask)}
    return asked | on_it | membership.resting(ctx.session, ctx.network)


def hears_soon(ctx: Context, person: Person) -> bool:
    """Whether *person* can be asked before the next working day is over."""
    wait = ctx.foresee(person.address, Kind.WORD, at=ctx.now, about="asks")
    return wait is None or (wait.until is not None and wait.until <= soon(ctx))


def soon(ctx: Context) -> datetime:
    """The end of the next working day; of today, while it is one and isn't over."""
    today = talk.local_day(ctx.now, ctx.network)
    for day in (today + n * DAY for n in range(AHEAD)):
        closes = datetime.combine(day, ctx.limits.closes, ctx.network.zone).astimezone(UTC)
        if closes > ctx.now and talk.is_working(ctx.session, ctx.network, day):
            return closes
    return ctx.now + DAY


def _ask(
    ctx: Context, ask: Ask, person: Person, *, reason: str = "", said: str = "", by: str = ""
) -> None:
    asked = asking.ask(ctx.session, ask, person.id, now=ctx.now)
    if asked is not None:
        ctx.say(
            person.address,
            "asks/for_you",
            kind=Kind.WORD,
            key=asked.key,
            lasting=max(soon(ctx) - ctx.now, timedelta(hours=1)),
            reason=reason,
            said=said,
            thought_of=by,
            **for_you(ctx, ask),
        )


def for_you(ctx: Context, ask: Ask) -> dict[str, Any]:
    """What a private question is made from, besides the reason."""
    channel = telling.place_of(ctx, ask)
    return {
        "network": ctx.network.name,
        "place": channel.ref if channel and ask.posted_ts else "",
        "ts": ask.posted_ts or 0,
        **telling.about(ctx, ask),
    }


def introduce(ctx: Context, ask: Ask, person: Person, by: Person) -> None:
    """Ask somebody whom a member thought of, unless that is too much; nobody learns whether."""
    month = ctx.now - MONTH
    helped = giving.helped_since(ctx.session, ctx.network, month).get(person.id, 0)
    is_free = helped < CAP and person.id not in _not_again(ctx, ask)
    if not (is_free and may_be_asked(ctx, ask, person) and hears_soon(ctx, person)):
        return
    if ask.state == AskState.OPEN:
        _ask(ctx, ask, person, by=by.name)


def _micros(span: timedelta) -> int:
    return span // timedelta(microseconds=1)
