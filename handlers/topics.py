"""Topics that somebody follows, for themselves alone: what is said of them is in their catch-up."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from msgspec import Struct

from bot.context import Context
from bot.domain.events import ActionTaken, CommandGiven, FormSubmitted, from_micros, to_micros
from bot.domain.identifiers import fault_in
from bot.domain.ids import ChannelId
from bot.domain.posts import Field
from bot.domain.topics import LONGEST, key_of
from bot.domain.typed import shortened, simplified
from bot.feature import CatchUpItem, Feature, Section, Since
from bot.outbox import ref_of
from bot.storage import places, seeing, topics
from bot.storage.places import Person
from bot.storage.seeing import Opening
from bot.storage.threads import Place
from bot.storage.topics import Following


class Settings(Struct, frozen=True, kw_only=True):
    """Nothing to set: everybody follows what they like."""


feature = Feature("topics", Settings)

MOST = 20
"""Topics that one person may follow in a network."""
WEIGHT = 2.0
FOLLOW = ("follow", "add", "watch")
UNFOLLOW = ("unfollow", "remove", "drop", "stop")


@feature.command(
    "net",
    "topics",
    help="topics to look out for in your catch-up; only you see them",
    examples=("/net topics", "/net topics follow falls", "/net topics unfollow falls"),
    aliases=("topic",),
)
def topics_of(given: CommandGiven, settings: Settings, ctx: Context) -> None:
    """Show what the member follows, or follow or unfollow a topic."""
    word, _, rest = simplified(given.text).partition(" ")
    name = rest.strip(" \"'.,#")
    if not word:
        _list(ctx)
    elif word.casefold() in FOLLOW and name:
        _follow(ctx, name)
    elif word.casefold() in UNFOLLOW and name:
        _unfollow(ctx, name)
    else:
        ctx.reply("topics/how", typed=shortened(given.text))


@feature.action("show")
def show(taken: ActionTaken, settings: Settings, ctx: Context) -> None:
    """The list, by a button."""
    _list(ctx)


@feature.action("unfollow")
def unfollow(taken: ActionTaken, settings: Settings, ctx: Context) -> None:
    """Follow it no more, by a button."""
    _unfollow(ctx, taken.value)


@feature.action("ask")
def ask(taken: ActionTaken, settings: Settings, ctx: Context) -> None:
    """Open the form of one more topic."""
    ctx.ask("topics/form", name="topics.follow", fields=(Field(name="name", is_required=True),))


def fault(name: str) -> str:
    """What is wrong with a topic's *name*, in plain English; "" where nothing is."""
    if not key_of(name):
        return "Write a word or two, as in: falls, hip fracture."
    if len(name) > LONGEST:
        return f"That is too long: {LONGEST} characters are the most."
    return fault_in(name)


def check_follow(submitted: FormSubmitted, settings: Settings) -> Mapping[str, str]:
    """What is wrong with the form."""
    wrong = fault(simplified(submitted.values.get("name", "")))
    return {"name": wrong} if wrong else {}


@feature.form("follow", check=check_follow)
def take_follow(submitted: FormSubmitted, settings: Settings, ctx: Context) -> None:
    """Follow what the form says."""
    _follow(ctx, simplified(submitted.values.get("name", "")).strip(" \"'.,#"))


def _list(ctx: Context) -> None:
    person = places.person_at(ctx.session, ctx.member) if ctx.member else None
    found = topics.of_person(ctx.session, ctx.network, person) if person else []
    ctx.reply("topics/list", topics=found)


def _follow(ctx: Context, name: str) -> None:
    person, wrong = ctx.me, fault(name)
    if wrong:
        ctx.reply("topics/fault", fault=wrong)
    elif len(topics.of_person(ctx.session, ctx.network, person)) >= MOST:
        ctx.reply(
            "topics/fault", fault=f"You follow {MOST} topics, which is all I can look out for."
        )
    else:
        is_new = topics.follow(ctx.session, ctx.network, person, name, now=ctx.now)
        ctx.reply("topics/followed", name=name, is_new=is_new)


def _unfollow(ctx: Context, name: str) -> None:
    was_there = topics.unfollow(ctx.session, ctx.network, ctx.me, name)
    ctx.reply("topics/unfollowed", name=shortened(name), was_there=was_there)


@feature.catchup_section(order=30)
def said_of_them(settings: Settings, ctx: Context, since: Since) -> list[CatchUpItem]:
    """For each topic that somebody follows, the conversation in which most people spoke of it."""
    following = topics.of_person(ctx.session, ctx.network, since.person)
    seen = seeing.visible(ctx.session, ctx.network, since.person) if following else {}
    said = {**_tagged(ctx, since, following, seen)}
    for topic, written in _in_channels_of_that_name(ctx, since, following, seen):
        said[topic] = sorted({*said.get(topic, ()), *written}, key=lambda each: each[1::-1])
    return [
        _item(ctx, each, _liveliest(said[each.topic]), seen)
        for each in following
        if said.get(each.topic)
    ]


def _tagged(
    ctx: Context, since: Since, following: Sequence[Following], seen: Mapping[int, Place]
) -> Mapping[int, list[Opening]]:
    """What others wrote in words that name a topic, by our number of it."""
    numbers = [each.topic for each in following]
    known = topics.about(ctx.session, numbers, seen, since=to_micros(since.at))
    return {
        topic: seeing.written(ctx.session, messages, by_others_than=since.person)
        for topic, messages in known.items()
    }


def _in_channels_of_that_name(
    ctx: Context, since: Since, following: Sequence[Following], seen: Mapping[int, Place]
) -> Iterator[tuple[int, list[Opening]]]:
    """What others wrote where a channel's name says that all is about a topic."""
    named = topics.naming(following, {n: place.name for n, place in seen.items()})
    for channel, about in named.items():
        written = seeing.said_in(
            ctx.session, [channel], since=to_micros(since.at), by_others_than=since.person
        )
        for each in about:
            yield each.topic, written


def _liveliest(written: Sequence[Opening]) -> list[Opening]:
    """What was said of it in the conversation where most people spoke of it, or the newest such."""
    found: dict[tuple[int, int], list[Opening]] = {}
    for each in written:
        found.setdefault((each.channel, each.born), []).append(each)
    return max(
        found.values(), key=lambda said: (len({one.author for one in said}), said[-1].ts, said[-1])
    )


def _item(
    ctx: Context, topic: Following, said: Sequence[Opening], seen: Mapping[int, Place]
) -> CatchUpItem:
    first, place = said[0], seen[said[0].channel]
    people = {one.author: one.name for one in said}
    at = from_micros(said[-1].ts)
    words = ctx.prompts.render(
        "topics/catchup",
        topic=topic.name,
        name=first.name,
        others=len(people) - 1,
        place=place,
        ts=first.ts,
        at=at.astimezone(ctx.network.zone),
    )
    return CatchUpItem(
        words=words,
        why=f"you follow {topic.name}",
        about=ref_of(ChannelId(place.ref), first.born),
        weight=WEIGHT + min(len(people), 5) / 10,
        at=at,
    )


@feature.mydata
def held(settings: Settings, ctx: Context, person: Person) -> Section | None:
    """What somebody follows, and which of the topics that somebody follows they wrote about."""
    following = topics.held_of(ctx.session, person)
    wrote = topics.written_about(ctx.session, person)
    if not following and not wrote:
        return None
    words = ctx.prompts.render("topics/mydata", following=following, wrote=wrote)
    facts: dict[str, object] = {
        "follows": [
            {"network": network, "topic": each.name, "since": each.since}
            for network, each in following
        ],
        "wrote_about": dict(wrote),
    }
    return Section(name="topics", words=words, facts=facts)


@feature.erase
def let_go(settings: Settings, ctx: Context, person: Person) -> None:
    """Let go of what they follow, and of topics that nobody follows then."""
    topics.forget(ctx.session, person)
