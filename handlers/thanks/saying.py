"""Say thanks: in one's own words, to them alone or before others, and counted once however said."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

from msgspec.structs import replace as changed

from bot.context import Context, with_draft
from bot.domain.drafts import carried, taken_from
from bot.domain.events import (
    ActionTaken,
    CommandGiven,
    FormSubmitted,
    ReactionAdded,
    ShortcutUsed,
    from_micros,
)
from bot.domain.exchanges import (
    Audience,
    Thanks,
    audience_of,
    fault_in,
)
from bot.domain.ids import ChannelId
from bot.domain.schedule import week_name
from bot.domain.typed import number_of, shortened, simplified
from bot.judgement.limits import Kind
from bot.storage import asks, thanking, threads, wishes
from bot.storage.exchanges import Exchange
from bot.storage.places import Person
from handlers.thanks import ledger, settling, spreading, writing
from handlers.thanks.feature import Settings, feature, somebody

LATELY = timedelta(days=7)
_ACT = re.compile(
    r"(yes|partly|missed|going|for|private|later|fine)\s+#?(\d{1,9})[\s.!]*", re.IGNORECASE
)
_FOR = re.compile(r"(?P<name>.{1,80}?)[\s,:]+(?P<words>(?:for|that|because)\b.*)", re.IGNORECASE)


@feature.command(
    "net",
    "thanks",
    help="thank someone; alone, what you have given and got",
    examples=("/net thanks @Joe for spotting the missing step", "/net thanks"),
    aliases=("thank", "ta", "ledger"),
)
def thanks(given: CommandGiven, settings: Settings, ctx: Context) -> None:
    """Show what would be said; alone, the member's own balance."""
    typed = " ".join(given.text.split())
    plain = simplified(typed)
    if not plain:
        ledger.show(ctx)
    elif found := _ACT.fullmatch(plain):
        settling.act(ctx, found[1].casefold(), found[2])
    elif said := _FOR.fullmatch(typed):
        _thank(ctx, somebody(ctx, said["name"], given.mentions), said["name"], said["words"])
    elif (person := somebody(ctx, typed, given.mentions)) is not None:
        writing.open_form(ctx, person, Thanks(to=person.id, words=""))
    else:
        ctx.reply("thanks/nobody", name=shortened(typed))


def _thank(ctx: Context, person: Person | None, name: str, words: str) -> None:
    if person is None:
        ctx.reply("thanks/nobody", name=shortened(name))
    else:
        show(ctx, person, Thanks(to=person.id, words=words))


def show(ctx: Context, person: Person, draft: Thanks, *, is_chosen: bool = False) -> None:
    """Show the member what would be said, and let them choose to whom; nothing is kept yet."""
    if person.id == ctx.me.id:
        ctx.reply("thanks/yourself")
    elif fault := fault_in(draft.words):
        ctx.reply("thanks/fault", fault=fault)
    elif (before := same(ctx, person, draft)) is not None:
        another = changed(draft, is_another=True, exchange=0)
        ctx.reply("thanks/already", name=person.name, words=before.thanks, draft=carried(another))
    else:
        drafts = {
            each.value: carried(changed(draft, audience=each))
            for each in ([draft.audience] if is_chosen else Audience)
        }
        ctx.reply(
            "thanks/preview",
            name=ctx.me.name,
            whom=person.name,
            words=draft.words,
            drafts=drafts,
            draft=carried(draft),
        )


def same(ctx: Context, person: Person, draft: Thanks) -> Exchange | None:
    """What the member thanked *person* for a moment ago, unless this is for something else."""
    session, network, me = ctx.session, ctx.network, ctx.me
    lately = thanking.thanked_lately(session, network, me, person, now=ctx.now)
    if draft.is_another:
        return next((each for each in lately if each.thanks == draft.words), None)
    if draft.exchange:
        return next((each for each in lately if each.id == draft.exchange), None)
    waits = thanking.unthanked(session, network, me, person)
    return lately[0] if lately and not waits else None


def faults(submitted: FormSubmitted, settings: Settings) -> Mapping[str, str]:
    """What is wrong with a thank-you, by the field's name."""
    fault = fault_in(" ".join(submitted.values.get("words", "").split()))
    return {"words": fault} if fault else {}


@feature.form("thanks", check=faults)
def take_form(submitted: FormSubmitted, settings: Settings, ctx: Context) -> None:
    """Show what was written, as it would be read."""
    draft = taken_from(submitted.context, Thanks)
    person = ctx.session.get(Person, draft.to) if draft else None
    if draft is None or person is None:
        ctx.reply("bot/out_of_date")
        return
    words = " ".join(submitted.values.get("words", "").split())
    audience = audience_of(submitted.values.get("audience", ""))
    show(ctx, person, changed(draft, words=words, audience=audience), is_chosen=True)


@feature.action("rewrite")
@with_draft(Thanks)
def rewrite(draft: Thanks, settings: Settings, ctx: Context) -> None:
    """Open the form with what was shown."""
    person = ctx.session.get(Person, draft.to)
    if person is None:
        ctx.reply("bot/out_of_date")
    else:
        writing.open_form(ctx, person, draft)


@feature.action("another")
@with_draft(Thanks)
def another(draft: Thanks, settings: Settings, ctx: Context) -> None:
    """It is for something else than what was thanked for: show it."""
    person = ctx.session.get(Person, draft.to)
    if person is None:
        ctx.reply("bot/out_of_date")
    else:
        show(ctx, person, draft)


@feature.action("nothing")
def nothing(taken: ActionTaken, settings: Settings, ctx: Context) -> None:
    """Keep nothing."""
    ctx.reply("thanks/nothing")


@feature.action("say")
@with_draft(Thanks)
def say(draft: Thanks, settings: Settings, ctx: Context) -> None:
    """Say it, once."""
    person = ctx.session.get(Person, draft.to)
    if person is None or fault_in(draft.words) or person.id == ctx.me.id:
        ctx.reply("bot/out_of_date")
        return
    asks.take_turns(ctx.session, ctx.network)
    if (before := same(ctx, person, draft)) is not None:
        ctx.reply("thanks/said", name=person.name, number=before.id, audience=before.audience)
        return
    kept = thanking.thank(
        ctx.session,
        ctx.network,
        ctx.me,
        person,
        draft.words,
        draft.audience,
        now=ctx.now,
        of=_help(ctx, person, draft),
    )
    if kept is None:
        ctx.reply("bot/out_of_date")
        return
    settling.settle_by_thanks(ctx, kept)
    spreading.spread(ctx, kept)
    ctx.reply("thanks/said", name=person.name, number=kept.id, audience=kept.audience)


def _help(ctx: Context, person: Person, draft: Thanks) -> Exchange | None:
    """The help that it is for, if that is known; else it stands for itself."""
    if draft.is_another:
        return None
    waits = thanking.unthanked(ctx.session, ctx.network, ctx.me, person)
    named = [each for each in waits if each.id == draft.exchange]
    return next(iter(named or ([] if draft.exchange else waits)), None)


# From a message


@feature.emoji(lambda settings: settings.thanks, lasting=LATELY)
def pray(reaction: ReactionAdded, settings: Settings, ctx: Context) -> None:
    """Offer, once a week at the most, to put into words what an emoji thanks for just now."""
    if from_micros(reaction.ts) < ctx.now - LATELY:
        return
    author = _author(ctx, reaction.channel, reaction.ts)
    if author is None:
        return
    theirs = replace(ctx, member=reaction.member, where=reaction.channel)
    me = theirs.me
    if me.id == author.id or me.is_bot or me.is_external:
        return
    wish = wishes.wish_of(ctx.session, reaction.member)
    is_paused = wishes.paused_until(me, now=ctx.now) is not None
    if is_paused or wish.is_unwanted(Kind.WORD, feature.name):
        return
    draft = Thanks(to=author.id, words="")
    week = week_name(ctx.now_there.date())
    is_new = same(theirs, author, draft) is None
    if is_new and ctx.once(f"thanks.offer/{me.id}/{author.id}/{week}"):
        theirs.reply("thanks/offer", name=author.name, to=author.id)


@feature.action("write")
def write(taken: ActionTaken, settings: Settings, ctx: Context) -> None:
    """Open the form for a thank-you to somebody; with nobody named, say how it is typed."""
    person = ctx.session.get(Person, number_of(taken.value))
    if person is None:
        ctx.reply("thanks/how")
    else:
        writing.open_form(ctx, person, Thanks(to=person.id, words=""))


@feature.shortcut("say_thanks", label="Say thanks")
def say_thanks(used: ShortcutUsed, settings: Settings, ctx: Context) -> None:
    """Open the form for a thank-you to whoever wrote a message."""
    author = _author(ctx, used.channel, used.ts)
    if author is None or author.id == ctx.me.id:
        ctx.reply("thanks/how")
    else:
        writing.open_form(ctx, author, Thanks(to=author.id, words=""))


def _author(ctx: Context, address: ChannelId, ts: int) -> Person | None:
    """Who wrote a message, if it was a member."""
    author = threads.author_of(ctx.session, address, ts)
    if author is None:
        return None
    is_here = not (author.is_bot or author.is_gone or author.is_external or author.is_uncounted)
    return author if is_here else None
