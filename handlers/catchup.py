"""What mattered to somebody since they last looked: five things at most, each with its reason."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

from msgspec import Struct

from bot.context import Context
from bot.domain.events import ActionTaken, CommandGiven, from_micros, to_micros
from bot.domain.ids import ChannelId
from bot.domain.lookback import first_day
from bot.domain.typed import shortened, simplified
from bot.feature import CatchUpItem, Feature, Section, Since
from bot.outbox import ref_of
from bot.storage import holdings, places, seeing
from bot.storage.seeing import Answers
from bot.storage.threads import Place


class Settings(Struct, frozen=True, kw_only=True):
    """Nothing to set: whoever asks says how far back."""


feature = Feature("catchup", Settings)

DAY = timedelta(days=1)
USUAL, LONGEST = 7, 90
AT_MOST, OF_A_KIND = 5, 2
NAMED = 2
SPOKEN_WITHIN = timedelta(days=90)
"""In a thread that they left alone for longer, somebody's answer is no longer news to them."""

OWN, JOINED = 5.0, 4.0
"""What an answer in a thread of their own weighs, and in another's where they spoke."""


@feature.command(
    "net",
    "catchup",
    help="what mattered to you, and why you see it",
    examples=("/net catchup", "/net catchup 14", "/net catchup since Monday"),
    aliases=("catch-up", "missed"),
)
def catch_up(given: CommandGiven, settings: Settings, ctx: Context) -> None:
    """Show whoever asks what mattered to them in the days that they name."""
    today = ctx.now_there.date()
    typed = simplified(given.text).removeprefix("up ")
    first = first_day(typed, now=ctx.now_there) if typed else today - USUAL * DAY
    if first is None or first > today:
        ctx.reply("catchup/unclear", typed=shortened(given.text))
        return
    earliest = today - LONGEST * DAY
    _show(ctx, max(first, earliest), is_cut=first < earliest)


@feature.action("show")
def show(taken: ActionTaken, settings: Settings, ctx: Context) -> None:
    """The same by a button: of the last week."""
    _show(ctx, ctx.now_there.date() - USUAL * DAY)


@feature.home_section(order=25)
def on_page(settings: Settings, ctx: Context) -> Section:
    """On the bot's own page: the way to it."""
    return Section(name="catch-up", words=ctx.prompts.render("catchup/home"), facts={})


def _show(ctx: Context, first: date, *, is_cut: bool = False) -> None:
    assert ctx.member is not None, "a member asks"
    person = places.person_at(ctx.session, ctx.member)
    at = datetime.combine(first, time(), ctx.network.zone)
    items: list[CatchUpItem] = []
    if person is not None:
        items = choose(ctx.gathered.catchup(ctx, Since(at=at, person=person)))
    ctx.reply(
        "catchup/card",
        items=items,
        first=first,
        is_cut=is_cut,
        is_short=ctx.now_there.date() - first < 30 * DAY,
        longest=LONGEST,
        is_uncounted=holdings.is_uncounted(ctx.session, ctx.member),
    )


def choose(parts: Sequence[Sequence[CatchUpItem]]) -> list[CatchUpItem]:
    """The five that weigh most of what each of *parts* has; two of a part at most, if others can.

    What two parts know of is told once. The same items give the same five.
    """
    ranked = sorted(
        ((part, item) for part, items in enumerate(parts) for item in items),
        key=lambda each: (-each[1].weight, each[0], -to_micros(each[1].at), each[1].about),
    )
    heaviest = {item.about: item for _, item in reversed(ranked)}
    ranked = [(part, item) for part, item in ranked if heaviest[item.about] is item]
    of_part: Counter[int] = Counter()
    first: list[CatchUpItem] = []
    rest: list[CatchUpItem] = []
    for part, item in ranked:
        of_part[part] += 1
        (first if of_part[part] <= OF_A_KIND else rest).append(item)
    chosen = [*first, *rest][:AT_MOST]
    return [item for _, item in ranked if any(item is each for each in chosen)]


@feature.catchup_section(order=10)
def threads_of(settings: Settings, ctx: Context, since: Since) -> list[CatchUpItem]:
    """Threads that they were in, where others spoke since they last did."""
    seen = seeing.visible(ctx.session, ctx.network, since.person)
    found = seeing.answered_since(
        ctx.session,
        since.person,
        seen,
        since=to_micros(since.at),
        window=to_micros(min(ctx.now - SPOKEN_WITHIN, since.at)),
    )
    return [_thread(ctx, each, seen[each.thread.channel]) for each in found]


def _thread(ctx: Context, found: Answers, place: Place) -> CatchUpItem:
    names = [*found.people.values()]
    newest = from_micros(found.newest)
    words = ctx.prompts.render(
        "catchup/thread",
        names=names if len(names) <= NAMED + 1 else names[:NAMED],
        more=0 if len(names) <= NAMED + 1 else len(names) - NAMED,
        place=place,
        ts=found.first,
        newest=newest.astimezone(ctx.network.zone),
        is_own=found.is_own,
    )
    return CatchUpItem(
        words=words,
        why="you began that thread" if found.is_own else "you spoke there before",
        about=ref_of(ChannelId(place.ref), found.thread.born),
        weight=(OWN if found.is_own else JOINED) + min(len(names), 5) / 10,
        at=newest,
    )
