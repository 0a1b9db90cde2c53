"""Who and what is in a workspace is found out within Slack's limits, and no more than is needed."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from msgspec.structs import replace

from bot.domain.events import (
    Batch,
    BotInvited,
    BotRemoved,
    ChannelKind,
    ChannelSeen,
    MemberJoined,
    MemberLeft,
    PersonSeen,
    to_micros,
)
from bot.platforms.slack.asking import Asker, Refused, Stopped
from bot.platforms.slack.directory import Directory, Memory, who_am_i
from bot.platforms.slack.me import Lookup, Me
from tests.platforms.slack.pastime import Kept, Pastime, asker_of, client_of, learn, look_up
from tests.standin.faults import Fault
from tests.standin.server import StandIn


@pytest.fixture
def time() -> Pastime:
    return Pastime()


@pytest.fixture
def slack(time: Pastime) -> Iterator[StandIn]:
    """A workspace with three people, a visitor and five channels."""
    with StandIn(clock=time) as slack:
        for name in ("Ada", "Rosa", "Outsider"):
            slack.person(name, tz="Europe/London")
        slack.person("Visitor", team="Elsewhere")
        slack.channel("general", "Ada", "Rosa", bot=True, general=True)
        slack.channel("falls", "Ada", bot=True)
        slack.channel("elsewhere", "Outsider")
        slack.channel("committee", "Ada", kind="private", bot=True)
        slack.channel("friends", "Ada", "Visitor", bot=True)
        slack.shares("friends", "Elsewhere")
        yield slack


def directory_of(
    slack: StandIn, time: Pastime, kept: Kept, *, private_channels: bool = False
) -> tuple[Directory, Me]:
    """A directory of the workspace that knows nothing yet."""
    asker = asker_of(slack, time)
    me = who_am_i(asker, private_channels=private_channels)
    return Directory(asker, me, kept, clock=time, recall=kept.bookmarks.get), me


def test_a_token_tells_who_the_bot_is(slack: StandIn, time: Pastime) -> None:
    me = who_am_i(asker_of(slack, time))
    bot = slack.app.bot
    assert (me.team, me.user, me.bot, me.app) == (
        slack.world.team.id,
        bot.id,
        bot.bot_id,
        bot.app_id,
    )


def test_a_revoked_token_is_told_by_slacks_own_word(slack: StandIn, time: Pastime) -> None:
    slack.revokes()
    with pytest.raises(Refused, match="token_revoked"):
        who_am_i(asker_of(slack, time))


def test_channels_and_those_in_them_are_learnt_and_nobody_else(
    slack: StandIn, time: Pastime
) -> None:
    kept = Kept()
    directory, _ = directory_of(slack, time, kept)
    heard = learn(directory)
    assert heard == (slack.world.channel("general").id, slack.world.channel("falls").id)
    assert [(seen.name, seen.is_main, seen.is_shared) for seen in kept.of(ChannelSeen)] == [
        ("general", True, False),
        ("falls", False, False),
        ("friends", False, True),
    ]
    people = {seen.name: seen for seen in kept.of(PersonSeen)}
    assert {"Ada", "Rosa"} <= set(people)
    assert people["Ada"].timezone == "Europe/London"
    assert not {"Outsider", "Visitor"} & set(people)


def test_members_were_there_before_the_bot_first_looked(slack: StandIn, time: Pastime) -> None:
    kept = Kept()
    directory, me = directory_of(slack, time, kept)
    learn(directory)
    falls = slack.world.channel("falls")
    joins = [join for join in kept.of(MemberJoined) if join.channel == me.channel(falls.id)]
    ada = me.member(slack.world.person("Ada").id)
    assert joins == [
        MemberJoined(channel=me.channel(falls.id), member=ada, at=falls.created * 1_000_000)
    ]


def test_after_a_restart_only_news_has_the_present_time(slack: StandIn, time: Pastime) -> None:
    first, second = Kept(), Kept()
    learn(directory_of(slack, time, first)[0])
    assert len(first.of(BotInvited)) == 2
    second.bookmarks = first.bookmarks
    time.wait(3600)
    learn(directory_of(slack, time, second)[0])
    assert second.of(BotInvited) == []
    assert second.of(MemberJoined)
    assert all(join.at > to_micros(time.now) - 10**8 for join in second.of(MemberJoined))


def test_a_new_channel_is_looked_up_with_its_members(slack: StandIn, time: Pastime) -> None:
    kept = Kept()
    directory, me = directory_of(slack, time, kept)
    learn(directory)
    known = len(kept.batches)
    new = slack.channel("walking", "Ada", "Outsider", bot=True)
    assert look_up(directory, Lookup(channel=new.id, is_new=True)) == new.id
    told = [event for batch in kept.batches[known:] for event in batch.events]
    assert [type(event) for event in told] == [ChannelSeen, PersonSeen, MemberJoined, MemberJoined]
    assert me.hears(new.id)


def test_what_is_the_same_is_not_told_again(slack: StandIn, time: Pastime) -> None:
    kept = Kept()
    directory, _ = directory_of(slack, time, kept)
    learn(directory)
    known = len(kept.batches)
    falls, ada = slack.world.channel("falls"), slack.world.person("Ada")
    assert look_up(directory, Lookup(channel=falls.id, is_news=True)) is None
    look_up(directory, Lookup(member=ada.id))
    assert len(kept.batches) == known


def test_what_was_found_out_meanwhile_is_not_asked_for_again(slack: StandIn, time: Pastime) -> None:
    directory, _ = directory_of(slack, time, Kept())
    learn(directory)
    asked = len(slack.calls)
    for _ in range(100):
        look_up(directory, Lookup(channel=slack.world.channel("falls").id))
    assert len(slack.calls) == asked


def test_what_could_not_be_kept_is_told_again(slack: StandIn, time: Pastime) -> None:
    kept, lost = Kept(), Kept()

    def losing(batch: Batch) -> None:
        if len(lost.batches) < 5:
            lost(batch)
            raise OSError("disk full")
        kept(batch)

    asker = asker_of(slack, time)
    directory = Directory(asker, who_am_i(asker), losing, clock=time, recall=kept.bookmarks.get)
    for _ in range(5):
        with pytest.raises(OSError, match="disk full"):
            learn(directory)
    learn(directory)
    assert len(kept.of(ChannelSeen)) == 3
    assert len(kept.of(MemberJoined)) == 3


def test_private_channels_are_heard_only_where_they_are_allowed(
    slack: StandIn, time: Pastime
) -> None:
    committee = slack.world.channel("committee")
    closed, opened = Kept(), Kept()
    directory, me = directory_of(slack, time, closed)
    learn(directory)
    assert look_up(directory, Lookup(channel=committee.id, is_new=True)) is None
    assert not me.hears(committee.id, "group")
    assert "committee" not in repr(closed.events)
    directory, me = directory_of(slack, time, opened, private_channels=True)
    assert committee.id in learn(directory)
    assert me.hears(committee.id, "group")


def test_of_a_channel_that_was_closed_to_others_only_that_is_told(
    slack: StandIn, time: Pastime
) -> None:
    kept = Kept()
    directory, me = directory_of(slack, time, kept)
    learn(directory)
    falls = slack.world.channel("falls")
    before = me.places[falls.id]
    slack.converts_to_private("falls", told=False)
    slack.renames("falls", "secret-falls")
    look_up(directory, Lookup(channel=falls.id, is_news=True))
    (seen,) = kept.batches[-1].events
    assert seen == replace(before, kind=ChannelKind.PRIVATE)
    assert not me.hears(falls.id, "channel")


def test_what_slack_did_not_tell_is_found_out_when_the_channels_are_learnt_again(
    slack: StandIn, time: Pastime
) -> None:
    kept = Kept()
    directory, me = directory_of(slack, time, kept)
    learn(directory)
    falls, general = slack.world.channel("falls"), slack.world.channel("general")
    slack.converts_to_private("falls", told=False)
    slack.removes_bot("Ada", "general")
    known, before = len(kept.batches), me.places[falls.id]
    assert directory.see_channels() == []
    told = [event for batch in kept.batches[known:] for event in batch.events]
    assert told == [
        BotRemoved(channel=me.channel(general.id), at=to_micros(time.now)),
        replace(before, kind=ChannelKind.PRIVATE),
    ]


def test_a_channel_that_cant_be_seen_any_more_is_not_heard(slack: StandIn, time: Pastime) -> None:
    kept = Kept()
    directory, me = directory_of(slack, time, kept)
    learn(directory)
    falls = slack.world.channel("falls")
    slack.removes_channel("falls")
    look_up(directory, Lookup(channel=falls.id, is_news=True))
    (seen,) = kept.batches[-1].events
    assert isinstance(seen, ChannelSeen)
    assert seen.kind is ChannelKind.UNKNOWN
    assert not me.hears(falls.id, "channel")


def test_a_channel_the_bot_is_no_longer_in_is_left(slack: StandIn, time: Pastime) -> None:
    kept = Kept()
    directory, me = directory_of(slack, time, kept)
    learn(directory)
    falls = slack.world.channel("falls")
    slack.removes_bot("Ada", "falls")
    assert look_up(directory, Lookup(channel=falls.id, is_news=True)) is None
    assert kept.batches[-1].events == (
        BotRemoved(channel=me.channel(falls.id), at=to_micros(time.now)),
    )
    elsewhere = slack.world.channel("elsewhere")
    known = len(kept.batches)
    assert look_up(directory, Lookup(channel=elsewhere.id)) is None
    assert len(kept.batches) == known


def test_of_a_stranger_nothing_is_told_but_that_they_are_one(slack: StandIn, time: Pastime) -> None:
    kept = Kept()
    directory, me = directory_of(slack, time, kept)
    visitor = slack.world.person("Visitor")
    look_up(directory, Lookup(member=visitor.id))
    assert kept.of(PersonSeen) == [
        PersonSeen(member=me.member(visitor.id), name=visitor.id, is_external=True)
    ]
    assert visitor.id in me.external


def test_nobody_is_asked_for_twice_in_vain(slack: StandIn, time: Pastime) -> None:
    kept = Kept()
    directory, _ = directory_of(slack, time, kept)
    look_up(directory, Lookup(member="U0NOBODY"))
    asked = len(slack.calls)
    look_up(directory, Lookup(member="U0NOBODY"))
    assert len(slack.calls) == asked
    assert kept.batches == []


def test_many_people_are_listed_and_few_asked_for(slack: StandIn, time: Pastime) -> None:
    crowd = [slack.person(f"Person {n}").id for n in range(450)]
    slack.channel("crowd", *crowd, bot=True)
    kept = Kept()
    directory, _ = directory_of(slack, time, kept)
    learn(directory)
    methods = [call["method"] for call in slack.calls]
    assert methods.count("users.list") == 3
    assert methods.count("users.info") == 0
    assert len({seen.member for seen in kept.of(PersonSeen)}) == 450 + 3
    assert max(len(batch.events) for batch in kept.batches) <= 500
    assert "Outsider" not in repr(kept.events)


def test_the_limits_are_kept_by_pacing_alone(slack: StandIn, time: Pastime) -> None:
    kept = Kept()
    directory, _ = directory_of(slack, time, kept)
    for _ in range(200):
        look_up(directory, Lookup(channel=slack.world.channel("falls").id, is_news=True))
    assert slack.limits.refused == 0
    assert time.elapsed() < 200 / 50 * 60 + 60


@pytest.mark.parametrize("seconds", [1, 7, 3600])
def test_retry_after_is_kept_to_the_second(slack: StandIn, time: Pastime, seconds: int) -> None:
    slack.faults.strikes_next("auth.test", Fault(kind="rate_limited", seconds=seconds))
    assert asker_of(slack, time).ask("auth.test")["ok"]
    assert time.waited == [seconds]
    assert slack.limits.violations == []


@pytest.mark.parametrize("kind", ["reset_before", "reset_after", "error_before", "error_after"])
def test_a_question_that_gets_lost_is_asked_again(slack: StandIn, time: Pastime, kind: str) -> None:
    for nth in (1, 2, 3):
        slack.faults.strikes("auth.test", nth, kind)
    assert asker_of(slack, time).ask("auth.test")["ok"]
    assert time.waited == [1, 2, 4]


def test_patience_grows_and_ends_when_it_is_time_to_stop(slack: StandIn, time: Pastime) -> None:
    waited: list[float] = []

    def wait(seconds: float) -> bool:
        waited.append(seconds)
        return time.wait(seconds) or len(waited) == 9

    slack.faults.rates = {"auth.test:error_before": 1.0}
    with pytest.raises(Stopped):
        Asker(client_of(slack), wait=wait, elapsed=time.elapsed).ask("auth.test")
    assert waited == [1, 2, 4, 8, 16, 32, 60, 60, 60]


def test_a_workspace_that_lets_nothing_be_seen_is_no_disaster(
    slack: StandIn, time: Pastime
) -> None:
    kept = Kept()
    directory, _ = directory_of(slack, time, kept)
    slack.app.scopes = ["chat:write"]
    assert learn(directory) == ()
    assert look_up(directory, Lookup(channel="C0", member="U0", is_new=True)) is None
    assert kept.batches == []


def test_a_directory_that_is_cut_short_begins_anew(slack: StandIn, time: Pastime) -> None:
    kept = Kept()
    directory, _ = directory_of(slack, time, kept)
    slack.faults.rates = {"call:reset_after": 0.3, "call:error_before": 0.2}
    learn(directory)
    assert len(kept.of(ChannelSeen)) == 3
    assert len(kept.of(MemberJoined)) == 3


# What became of all this while nobody was there to hear of it


def again(
    slack: StandIn, time: Pastime, before: Kept, *, kind: ChannelKind = ChannelKind.PUBLIC
) -> tuple[Directory, Me, Kept]:
    """A directory of the next process, by what was kept of the one before."""
    kept = Kept()
    kept.bookmarks = before.bookmarks
    asker = asker_of(slack, time)
    me = who_am_i(asker)
    joins = before.of(MemberJoined)
    memory = Memory(
        channels=lambda: [replace(seen, kind=kind) for seen in before.of(ChannelSeen)],
        members=lambda channel: [join.member for join in joins if join.channel == channel],
    )
    recall = kept.bookmarks.get
    return Directory(asker, me, kept, clock=time, recall=recall, memory=memory), me, kept


@pytest.mark.parametrize("kind", [ChannelKind.PUBLIC, ChannelKind.UNKNOWN])
def test_a_channel_made_private_while_the_bot_was_down_is_closed_at_the_start(
    slack: StandIn, time: Pastime, kind: ChannelKind
) -> None:
    before = Kept()
    learn(directory_of(slack, time, before)[0])
    falls = slack.world.channel("falls")
    slack.converts_to_private("falls", told=False)
    slack.renames("falls", "secret-falls")

    directory, me, kept = again(slack, time, before, kind=kind)
    directory.see_channels()

    closed = [seen for seen in kept.of(ChannelSeen) if seen.channel == me.channel(falls.id)]
    assert [seen.kind for seen in closed] == [ChannelKind.PRIVATE]
    assert "secret" not in repr(kept.events)
    assert not me.hears(falls.id, "channel")


@pytest.mark.parametrize("kind", [ChannelKind.PUBLIC, ChannelKind.UNKNOWN])
def test_a_channel_left_or_gone_while_the_bot_was_down_is_told_of_at_the_start(
    slack: StandIn, time: Pastime, kind: ChannelKind
) -> None:
    before = Kept()
    learn(directory_of(slack, time, before)[0])
    falls, general = (slack.world.channel(name).id for name in ("falls", "general"))
    slack.removes_bot("Ada", "general")
    slack.removes_channel("falls")

    directory, me, kept = again(slack, time, before, kind=kind)
    directory.see_channels()

    assert [each.channel for each in kept.of(BotRemoved)] == [me.channel(general)]
    told = {seen.channel: seen.kind for seen in kept.of(ChannelSeen)}
    assert told[me.channel(falls)] is ChannelKind.UNKNOWN


def test_what_stayed_as_it_was_is_not_told_again_at_the_start(
    slack: StandIn, time: Pastime
) -> None:
    before = Kept()
    learn(directory_of(slack, time, before)[0])
    directory, _, kept = again(slack, time, before)
    directory.see_channels()
    assert kept.batches == []


def test_what_is_not_listed_for_want_of_a_permission_is_not_closed(
    slack: StandIn, time: Pastime
) -> None:
    before = Kept()
    learn(directory_of(slack, time, before)[0])
    slack.app.scopes = ["chat:write"]
    directory, _, kept = again(slack, time, before)
    assert learn(directory) == ()
    assert kept.events == []


def test_who_left_while_the_bot_was_down_is_found_missing(slack: StandIn, time: Pastime) -> None:
    before = Kept()
    learn(directory_of(slack, time, before)[0])
    slack.leaves("Rosa", "general")
    time.wait(60)

    directory, me, kept = again(slack, time, before)
    learn(directory)

    general, rosa = slack.world.channel("general").id, slack.world.person("Rosa").id
    (left,) = kept.of(MemberLeft)
    assert (left.channel, left.member) == (me.channel(general), me.member(rosa))
    assert to_micros(time.now) - 10**8 < left.at <= to_micros(time.now)


def test_what_was_closed_and_could_not_be_kept_is_told_again(slack: StandIn, time: Pastime) -> None:
    kept = Kept()
    is_full = False

    def receive(batch: Batch) -> None:
        if is_full:
            raise OSError("disk full")
        kept(batch)

    asker = asker_of(slack, time)
    me = who_am_i(asker)
    directory = Directory(asker, me, receive, clock=time, recall=kept.bookmarks.get)
    learn(directory)
    falls = slack.world.channel("falls")
    slack.converts_to_private("falls", told=False)
    news = Lookup(channel=falls.id, is_news=True)
    is_full = True
    with pytest.raises(OSError, match="disk full"):
        look_up(directory, news)
    is_full = False
    look_up(directory, news)
    look_up(directory, news)
    closed = [seen for seen in kept.of(ChannelSeen) if seen.kind is ChannelKind.PRIVATE]
    assert [seen.channel for seen in closed] == [me.channel(falls.id)]


# Several that ask


def test_who_waits_for_one_method_holds_up_nobody_who_asks_another(
    slack: StandIn, time: Pastime
) -> None:
    asked: list[str] = []
    slack.faults.strikes_next("users.info", Fault(kind="rate_limited", seconds=30))

    def wait(seconds: float) -> bool:
        asked.append(f"waiting for {seconds:.0f}")
        asker.ask("auth.test")
        return time.wait(seconds)

    asker = Asker(client_of(slack), wait=wait, elapsed=time.elapsed)
    asker.ask("users.info", user=slack.world.person("Ada").id)
    assert asked == ["waiting for 30"]
    assert [call["method"] for call in slack.calls] == ["auth.test", "users.info"]
    assert slack.limits.violations == []


def test_a_pause_that_slack_asks_of_one_is_kept_by_all(slack: StandIn, time: Pastime) -> None:
    ada = slack.world.person("Ada").id
    asker = _asking_once(slack, time)
    slack.faults.strikes_next("users.info", Fault(kind="rate_limited", seconds=30))
    for _ in range(3):
        with pytest.raises(Stopped):
            asker.ask("users.info", user=ada)
    assert asker.asked == 1
    time.wait(30)
    assert asker.ask("users.info", user=ada)["ok"]


def _asking_once(slack: StandIn, time: Pastime) -> Asker:
    """Questions of somebody who waits for nothing."""
    return Asker(client_of(slack), wait=lambda _: True, elapsed=time.elapsed)
