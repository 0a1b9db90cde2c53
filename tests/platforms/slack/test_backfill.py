"""What was said before the bot came is read once, page by page, and goes on where it stopped."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest

from bot.domain.events import (
    Batch,
    ChannelSeen,
    MemberJoined,
    MessageDeleted,
    MessagePosted,
    ReactionAdded,
)
from bot.platforms.slack.backfill import DONE, Backfill
from bot.platforms.slack.me import Me
from tests.platforms.slack.pastime import START, Kept, Pastime, asker_of
from tests.standin.limits import Limits
from tests.standin.server import StandIn
from tests.standin.world import Channel


@pytest.fixture
def time() -> Pastime:
    return Pastime()


@pytest.fixture
def slack(time: Pastime) -> Iterator[StandIn]:
    """A workspace where a channel had a life before the bot came."""
    with StandIn(clock=time) as slack:
        for name in ("Ada", "Rosa"):
            slack.person(name)
        slack.person("Visitor", team="Elsewhere")
        slack.channel("falls", "Ada", "Rosa", bot=True)
        yield slack


def lived(slack: StandIn, time: Pastime, messages: int) -> None:
    """Let *messages* be written in the channel, an hour apart, and time pass."""
    for n in range(messages):
        slack.writes("Ada", "falls", f"message {n}")
        time.wait(3600)
    time.waited.clear()


def reader(
    slack: StandIn, time: Pastime, kept: Callable[[Batch], None], *, days: int = 30
) -> tuple[Backfill, Me, str]:
    """One who reads the past of the channel."""
    falls = slack.world.channel("falls")
    me = Me(team=slack.world.team.id, user=slack.app.bot.id, bot=slack.app.bot.bot_id or "")
    me.note([ChannelSeen(channel=me.channel(falls.id), name="falls")])
    recall = kept.bookmarks.get if isinstance(kept, Kept) else (lambda _: None)
    past = Backfill(asker_of(slack, time), me, kept, days=days, clock=time, recall=recall)
    return past, me, falls.id


def read_all(past: Backfill, raw: str) -> int:
    """Read to the end; return how many steps it took."""
    steps = 1
    while past.step(raw):
        steps += 1
    return steps


def written(channel: Channel) -> set[int]:
    """When everything in a channel was written, in microseconds."""
    return {int(ts.replace(".", "")) for ts in channel.messages}


def test_all_is_read_newest_first_and_a_page_at_a_time(slack: StandIn, time: Pastime) -> None:
    lived(slack, time, 450)
    kept = Kept()
    past, _, raw = reader(slack, time, kept)
    assert read_all(past, raw) == 3
    assert {seen.ts for seen in kept.of(MessagePosted)} == written(slack.world.channel("falls"))
    assert [len(batch.events) for batch in kept.batches] == [200, 200, 50]
    assert all(batch.bookmark for batch in kept.batches)
    assert past.step(raw) is False


def test_reading_ends_at_its_first_day(slack: StandIn, time: Pastime) -> None:
    lived(slack, time, 72)
    kept = Kept()
    past, _, raw = reader(slack, time, kept, days=1)
    read_all(past, raw)
    border = int((START + timedelta(days=2)).timestamp() * 1e6)
    expected = {ts for ts in written(slack.world.channel("falls")) if ts > border}
    assert len(expected) == 23
    assert {seen.ts for seen in kept.of(MessagePosted)} == expected


def test_answers_reactions_and_comings_are_read_too(slack: StandIn, time: Pastime) -> None:
    first = slack.writes("Ada", "falls", "who has time?")
    answers = [slack.replies("Rosa", first, f"answer {n}") for n in range(3)]
    slack.reacts("Rosa", first, "bulb")
    slack.person("Bo")
    slack.joins("Bo", "falls")
    kept = Kept()
    past, me, raw = reader(slack, time, kept)
    read_all(past, raw)
    found = {seen.ts: seen for seen in kept.of(MessagePosted)}
    beginning = int(first.ts.replace(".", ""))
    for answer in answers:
        assert found[int(answer.ts.replace(".", ""))].thread == beginning
    rosa, bo = (me.member(slack.world.person(name).id) for name in ("Rosa", "Bo"))
    assert {(one.ts, one.member, one.emoji) for one in kept.of(ReactionAdded)} == {
        (beginning, rosa, "bulb")
    }
    assert [join.member for join in kept.of(MemberJoined) if join.member == bo] == [bo]


def test_a_long_thread_is_read_page_by_page(slack: StandIn, time: Pastime) -> None:
    first = slack.writes("Ada", "falls", "who has time?")
    for n in range(250):
        slack.replies("Rosa", first, f"answer {n}")
    kept = Kept()
    past, _, raw = reader(slack, time, kept)
    read_all(past, raw)
    assert {seen.ts for seen in kept.of(MessagePosted)} == written(slack.world.channel("falls"))
    assert max(len(batch.events) for batch in kept.batches) <= 201


def test_what_was_deleted_is_not_read(slack: StandIn, time: Pastime) -> None:
    gone = slack.writes("Ada", "falls", "oops")
    answered = slack.writes("Ada", "falls", "who has time?")
    slack.replies("Rosa", answered, "me")
    slack.deletes(gone)
    slack.deletes(answered)
    kept = Kept()
    past, _, raw = reader(slack, time, kept)
    read_all(past, raw)
    assert len(kept.of(MessagePosted)) == 1
    assert {seen.ts for seen in kept.of(MessageDeleted)} == {int(answered.ts.replace(".", ""))}


def test_what_strangers_wrote_is_not_read(slack: StandIn, time: Pastime) -> None:
    lived(slack, time, 3)
    slack.shares("falls", "Elsewhere")
    slack.joins("Visitor", "falls")
    slack.writes("Visitor", "falls", "hello from elsewhere")
    slack.unshares("falls", "Elsewhere")
    kept = Kept()
    past, me, raw = reader(slack, time, kept)
    read_all(past, raw)
    visitor = slack.world.person("Visitor").id
    assert len(kept.of(MessagePosted)) == 3
    assert me.member(visitor) not in {seen.author for seen in kept.of(MessagePosted)}


@pytest.mark.parametrize("stop", [1, 2, 3])
def test_after_a_stop_reading_goes_on_there(slack: StandIn, time: Pastime, stop: int) -> None:
    lived(slack, time, 600)
    kept = Kept()
    before, _, raw = reader(slack, time, kept)
    for _ in range(stop):
        before.step(raw)
    time.wait(86_400 * 20)  # the first day read stays the same
    after, _, raw = reader(slack, time, kept)
    read_all(after, raw)
    assert len(kept.of(MessagePosted)) == 600
    assert {seen.ts for seen in kept.of(MessagePosted)} == written(slack.world.channel("falls"))


def test_who_later_wants_more_of_the_past_gets_what_is_missing(
    slack: StandIn, time: Pastime
) -> None:
    lived(slack, time, 24 * 6)
    kept = Kept()
    past, _, raw = reader(slack, time, kept, days=2)
    read_all(past, raw)
    assert len(kept.of(MessagePosted)) == 47
    time.wait(3600)
    for days in (2, 1):
        past, _, raw = reader(slack, time, kept, days=days)
        assert past.step(raw) is False
    past, _, raw = reader(slack, time, kept, days=30)
    read_all(past, raw)
    found = [seen.ts for seen in kept.of(MessagePosted)]
    assert set(found) == written(slack.world.channel("falls"))
    assert len(found) == 24 * 6


def test_a_page_that_was_not_kept_is_read_again(slack: StandIn, time: Pastime) -> None:
    lived(slack, time, 250)
    kept, lost = Kept(), Kept()

    def losing(batch: Batch) -> None:
        if not lost.batches:
            lost(batch)
            raise OSError("disk full")
        kept(batch)

    past, _, raw = reader(slack, time, losing)
    with pytest.raises(OSError, match="disk full"):
        past.step(raw)
    read_all(past, raw)
    assert {seen.ts for seen in kept.of(MessagePosted)} == written(slack.world.channel("falls"))


def test_nothing_is_read_where_it_is_not_asked_for_or_not_allowed(
    slack: StandIn, time: Pastime
) -> None:
    lived(slack, time, 2)
    kept = Kept()
    past, _, raw = reader(slack, time, kept, days=0)
    assert past.step(raw) is False
    committee = slack.channel("committee", "Ada", kind="private", bot=True)
    past, _, raw = reader(slack, time, kept)
    assert past.step(committee.id) is False
    assert kept.batches == []


def test_a_channel_the_bot_was_shown_out_of_has_no_past(slack: StandIn, time: Pastime) -> None:
    lived(slack, time, 2)
    kept = Kept()
    past, me, raw = reader(slack, time, kept)
    slack.removes_bot("Ada", "falls")
    assert past.step(raw) is False
    assert kept.bookmarks[f"{me.channel(raw)}/history"].endswith(DONE)


def test_fifteen_messages_a_minute_are_enough(time: Pastime) -> None:
    with StandIn(clock=time, limits=Limits(is_distributed=True)) as slack:
        slack.person("Ada")
        slack.channel("falls", "Ada", bot=True)
        lived(slack, time, 40)
        kept = Kept()
        past, _, raw = reader(slack, time, kept)
        assert read_all(past, raw) == 3
        assert len(kept.of(MessagePosted)) == 40
        assert slack.limits.violations == []
