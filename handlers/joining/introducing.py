"""An introduction: who I am and a specific question; hers to edit, and posted by her word alone."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from bot import outbox
from bot.context import Context, with_draft
from bot.domain.asks import AskState
from bot.domain.drafts import carried, taken_from
from bot.domain.events import ActionTaken, CommandGiven, FormSubmitted
from bot.domain.identifiers import fault_in
from bot.domain.introductions import Typed, two_in
from bot.domain.membership import Introduction, MembershipState, faults_in
from bot.domain.offers import OfferState
from bot.domain.posts import Field
from bot.domain.typed import simplified
from bot.judgement.limits import Kind
from bot.storage import asks, membership, offers, places, watches
from bot.storage.membership import Membership
from bot.storage.places import Channel, Person
from bot.storage.watches import ResponseWatch
from handlers.joining import beginning
from handlers.joining.feature import Settings, feature

LASTING = timedelta(days=1)
_TAKE_BACK = re.compile(r"(?:withdraw|take (?:it )?back|delete)[\s.]*", re.IGNORECASE)
FIELDS = ("who", "question", "offer")


@feature.command(
    "net",
    "introduce",
    help="introduce yourself, shown to you before anybody else; or two people to each other",
    examples=("/net introduce", "/net introduce withdraw"),
    aliases=("introduction", "hello"),
)
def introduce(given: CommandGiven, settings: Settings, ctx: Context) -> None:
    """Open the form, or take the introduction back; further words begin the first line."""
    typed = " ".join(given.text.split())
    if _TAKE_BACK.fullmatch(simplified(typed)):
        _take_back(ctx)
    elif two_in(typed) and any(each.word == "connect" for each in ctx.gathered.commands):
        first = (given.mentions,) if given.mentions is not None else ()
        two = carried(Typed(text=typed, mentions=(*first, *given.others)))
        ctx.press("introductions.typed", two, because="two")  # of two people to each other
    else:
        _open(ctx, _proposed(ctx, typed))


@feature.action("introduce")
def write(taken: ActionTaken, settings: Settings, ctx: Context) -> None:
    """Open the form, with what they offered and asked in it."""
    _open(ctx, _proposed(ctx, ""))


@feature.action("reword")
def reword(taken: ActionTaken, settings: Settings, ctx: Context) -> None:
    """Open the form with the draft that was shown."""
    _open(ctx, taken_from(taken.value, Introduction) or _proposed(ctx, ""))


def _proposed(ctx: Context, who: str) -> Introduction:
    """The draft as it is built: their own ask is the question, their own offer the last line."""
    person = ctx.me
    asked = [
        each.words
        for each in asks.of_person(ctx.session, ctx.network, person)
        if each.state == AskState.DRAFT
    ]
    offered = [
        each.words
        for each in offers.of_person(ctx.session, ctx.network, person)
        if each.state == OfferState.STANDING
    ]
    return Introduction(
        who=who,
        question=asked[-1] if asked else "",
        offer=offered[-1] if offered else "",
    )


def _open(ctx: Context, draft: Introduction) -> None:
    channel = places.main_channel(ctx.session, ctx.network)
    if channel is None:
        ctx.reply("joining/nowhere")
        return
    ctx.ask(
        "joining/form",
        name="joining.introduction",
        fields=tuple(
            Field(name=name, value=getattr(draft, name), is_required=name != "offer", is_long=True)
            for name in FIELDS
        ),
        channel=channel.name,
    )


def _read(submitted: FormSubmitted) -> Introduction:
    values = {name: " ".join(submitted.values.get(name, "").split()) for name in FIELDS}
    return Introduction(**values)


def check_introduction(submitted: FormSubmitted, settings: Settings) -> Mapping[str, str]:
    """What is wrong with it, by the field."""
    return faults_in(_read(submitted))


@feature.form("introduction", check=check_introduction)
def preview(submitted: FormSubmitted, settings: Settings, ctx: Context) -> None:
    """Show them what others would read; nothing is kept until they post it."""
    draft = _read(submitted)
    channel = places.main_channel(ctx.session, ctx.network)
    if wrong := faults_in(draft):
        ctx.reply("joining/fault", fault=next(iter(wrong.values())))
    elif channel is None:
        ctx.reply("joining/nowhere")
    else:
        ctx.reply("joining/preview", draft=carried(draft), **_words(ctx, ctx.me, draft, channel))


def _words(ctx: Context, person: Person, draft: Introduction, channel: Channel) -> dict[str, Any]:
    return {
        "person": person,
        "who": draft.who,
        "question": draft.question,
        "offer": draft.offer,
        "channel": channel.name,
    }


@feature.action("post")
@with_draft(Introduction)
def post(draft: Introduction, settings: Settings, ctx: Context) -> None:
    """Post it as it was shown: by their word, and signed as theirs."""
    channel = places.main_channel(ctx.session, ctx.network)
    if faults_in(draft) or any(map(fault_in, (draft.who, draft.question, draft.offer))):
        ctx.reply("bot/out_of_date")
        return
    if channel is None:
        ctx.reply("joining/nowhere")
        return
    person = ctx.me
    found = _standing(ctx, person)
    if found is None or not membership.introduce(ctx.session, found, now=ctx.now):
        ctx.reply("joining/introduced", is_now=False, channel=channel.name)
        return
    ctx.say(
        channel.address,
        "joining/introduction",
        kind=Kind.ANSWER,
        key=found.introduction,
        lasting=LASTING,
        **_words(ctx, person, draft, channel),
    )
    watches.begin(
        ctx.session,
        ResponseWatch(
            network_id=ctx.network.id,
            channel_id=channel.id,
            ts=0,
            person_id=person.id,
            is_introduction=True,
            words=draft.question,
            key=found.introduction,
            started_at=ctx.now,
        ),
    )
    ctx.reply("joining/introduced", is_now=True, channel=channel.name)


def _standing(ctx: Context, person: Person) -> Membership | None:
    """How they stand; who was here before the bot begins as a member, without a day of coming."""
    found = beginning.come_back(ctx, person)
    if found is not None:
        return found
    made = membership.begin(ctx.session, ctx.network, person, joined_at=None, now=ctx.now)
    if made is not None:
        membership.move(ctx.session, made, MembershipState.MEMBER, now=ctx.now)
    return made


@feature.action("withdraw")
def withdraw(taken: ActionTaken, settings: Settings, ctx: Context) -> None:
    """Take the introduction back."""
    _take_back(ctx)


def _take_back(ctx: Context) -> None:
    found = membership.standing(ctx.session, ctx.network, ctx.me)
    was_there = found is not None and take_down(ctx, found)
    ctx.reply("joining/withdrawn", was_there=was_there)


def take_down(ctx: Context, found: Membership) -> bool:
    """Let an introduction go, wherever it is; False where there is none."""
    key = found.introduction
    if not membership.take_back(ctx.session, found):
        return False
    outbox.retract(ctx.session, key, now=ctx.now)
    for asked in watches.asked_under(ctx.session, key):
        person = ctx.session.get_one(Person, asked.person_id)
        ctx.amend(asked.key, person.address, "welcome/hello_closed")  # it quotes their words
    watches.drop(ctx.session, key)
    return True
