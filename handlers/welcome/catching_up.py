"""Questions without an answer that somebody may well have one to, in their catch-up."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import timedelta
from typing import NamedTuple

from bot.context import Context
from bot.domain.events import from_micros, to_micros
from bot.domain.ids import ChannelId
from bot.feature import CatchUpItem, Since
from bot.outbox import ref_of
from bot.storage import seeing, topics
from bot.storage.seeing import Opening
from bot.storage.threads import Place
from bot.storage.topics import Following
from handlers.welcome.feature import Settings, feature
from handlers.welcome.waiting import LATELY, waiting_posts

TOUCHES, ANSWERS = 3.5, 3.0
"""What a question weighs in a catch-up: one on a topic they follow, one as they often answer."""
ACTIVE = timedelta(days=90)
USUALLY = 2
"""Questions of others that somebody spoke under in a channel, so that its next may be theirs."""


@feature.catchup_section(order=20)
def waiting_for_them(settings: Settings, ctx: Context, since: Since) -> list[CatchUpItem]:
    """Questions without an answer in their channels that they may well have one to."""
    session, person = ctx.session, since.person
    seen = seeing.visible(session, ctx.network, person)
    mine = seeing.mine(session, person, seen, since=to_micros(ctx.now - ACTIVE))
    theirs = _theirs(ctx, since, seen)
    if not (theirs.following or theirs.usual):
        return []
    waits = waiting_posts(settings, ctx, channels=mine, window=LATELY)
    start = to_micros(since.at)
    posts = [(post.channel, post.ts) for post in waits if post.asks and post.ts >= start]
    found = seeing.written(session, posts, by_others_than=person) if posts else []
    reasons = [(post, theirs.reason(post, seen[post.channel])) for post in found]
    return [_for_them(ctx, post, seen[post.channel], why) for post, why in reasons if why]


class Theirs(NamedTuple):
    """What somebody follows, which messages and channels name it, and where they often answer."""

    following: Sequence[Following]
    named: Mapping[int, Sequence[Following]]
    tagged: Mapping[int, Collection[tuple[int, int]]]
    usual: Collection[int]

    def reason(self, post: Opening, place: Place) -> tuple[str, float] | None:
        """Why they may have an answer to *post*, and what that weighs; or None."""
        for each in self.following:
            is_tagged = (post.channel, post.ts) in self.tagged.get(each.topic, ())
            if is_tagged or each in self.named.get(post.channel, ()):
                return f"you follow {each.name}", TOUCHES
        is_usual = post.channel in self.usual
        return (f"you often answer in #{place.name}", ANSWERS) if is_usual else None


def _theirs(ctx: Context, since: Since, seen: Mapping[int, Place]) -> Theirs:
    session, person = ctx.session, since.person
    following = topics.of_person(session, ctx.network, person)
    numbers = [each.topic for each in following]
    answered = seeing.answers_given(session, person, seen, since=to_micros(ctx.now - ACTIVE))
    return Theirs(
        following,
        topics.naming(following, {n: place.name for n, place in seen.items()}),
        topics.about(session, numbers, seen, since=to_micros(since.at)),
        [channel for channel, number in answered.items() if number >= USUALLY],
    )


def _for_them(ctx: Context, post: Opening, place: Place, reason: tuple[str, float]) -> CatchUpItem:
    at = from_micros(post.ts)
    there = at.astimezone(ctx.network.zone)
    given = {"name": post.name, "place": place, "ts": post.ts, "at": there}
    words = ctx.prompts.render("welcome/catchup", **given)
    ref = ref_of(ChannelId(place.ref), post.born)
    return CatchUpItem(words=words, why=reason[0], about=ref, weight=reason[1], at=at)
