"""A channel's life: it is seen, called anew, entered and left; and it counts, or it doesn't."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from itertools import permutations

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from bot.domain.events import (
    Batch,
    Bookmark,
    BotInvited,
    BotRemoved,
    ChannelKind,
    ChannelMoved,
    ChannelSeen,
    Event,
    MemberJoined,
    MemberLeft,
    MessageDeleted,
    MessagePosted,
    PersonSeen,
    PostSeen,
    ReactionAdded,
    to_micros,
)
from bot.domain.ids import ChannelId, MemberId
from bot.domain.posts import Post
from bot.judgement.limits import Kind
from bot.outbox import Changing, Saying, enqueue, outdated, ref_of
from bot.outbox.utterances import Utterance
from bot.ports import DeliveryError
from bot.storage import finding, places, talk
from bot.storage.activity import DELETED, UNHEARD, ChannelDay, Message, Reaction
from bot.storage.days import NetworkDay
from bot.storage.delivery import HandledAct, Outgoing, Pace, Quote, ReadPosition
from bot.storage.ideas import Idea
from bot.storage.nudges import Nudge
from bot.storage.places import Alias, Channel, Network, Person, Presence
from bot.storage.rhythm import Reading
from tests.conftest import Community
from tests.town import MONDAY, Town, said

GENERAL, FALLS = ChannelId("fake:T1/C-general"), ChannelId("fake:T1/C-falls")
THEN = to_micros(MONDAY)
KIND = Kind.ANSWER


def counted(town: Town) -> list[tuple[str, int]]:
    """What counts: the channel and the time of every message that judgements would be given."""
    with town.sessions.begin() as session:
        names = {each.id: each.ref for each in session.scalars(select(Channel))}
        network = places.networks(session)[0]
        found = talk.said(session, network, since=0, until=2**62)
        return [(names[each.channel].rpartition("-")[2], each.ts) for each in found]


def rows(town: Town, table: type[Message | Reaction | Presence | Alias | HandledAct]) -> int:
    with town.sessions.begin() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def seen(
    ref: ChannelId, kind: ChannelKind = ChannelKind.PUBLIC, *, is_shared: bool = False
) -> ChannelSeen:
    """What a platform says of a channel."""
    return ChannelSeen(channel=ref, name=ref.rpartition("-")[2], kind=kind, is_shared=is_shared)


def removed(ref: ChannelId, *, minutes: int = 0) -> BotRemoved:
    return BotRemoved(channel=ref, at=THEN + minutes * 60_000_000)


def invited(ref: ChannelId, *, minutes: int = 0) -> BotInvited:
    return BotInvited(channel=ref, at=THEN + minutes * 60_000_000)


def reads(town: Town, *, days: int) -> None:
    """Let the energy of the days be read, once they have passed."""
    town.passes(days=days)
    town.runs("energy.read")


def arrivals(town: Town) -> list[str]:
    return [post.to for post in town.hears if post.text.startswith("**I am here now")]


# Made private, or shared


@pytest.mark.both_databases
@pytest.mark.parametrize("kind", [ChannelKind.PRIVATE, ChannelKind.DIRECT])
def test_a_channel_that_becomes_private_is_forgotten_and_heard_no_more(
    town: Town, kind: ChannelKind
) -> None:
    town.joins("ada", "falls")
    ts = town.says("ada", channel="falls")
    town.reacts("bob", ts, channel="falls")
    kept = town.says("bob")
    town.tells(seen(FALLS, kind))
    town.says("bob", "Nobody else should hear of this.", channel="falls")
    town.joins("bob", "falls")
    assert counted(town) == [("general", kept)]
    assert (rows(town, Message), rows(town, Reaction), rows(town, Presence)) == (1, 0, 0)


def test_a_private_channel_that_was_never_open_counts_as_the_platform_lets_it_in(
    town: Town,
) -> None:
    town.tells(seen(FALLS, ChannelKind.PRIVATE))
    ts = town.says("ada", channel="falls")
    assert counted(town) == [("falls", ts)]


@pytest.mark.both_databases
def test_a_channel_that_may_not_be_looked_at_any_more_is_taken_for_private(town: Town) -> None:
    town.tells(seen(FALLS))
    town.says("ada", channel="falls")
    town.tells(seen(FALLS, ChannelKind.UNKNOWN))
    town.says("ada", channel="falls")
    assert (counted(town), rows(town, Message)) == ([], 0)
    town.tells(seen(FALLS, ChannelKind.PRIVATE))
    town.says("ada", channel="falls")
    assert (counted(town), rows(town, Message)) == ([], 0)


@pytest.mark.both_databases
def test_what_was_heard_before_a_channel_was_known_to_be_private_goes(town: Town) -> None:
    kept = town.says("bob")
    town.tells(invited(NEW), wrote(NEW, 1))
    reads(town, days=2)
    town.tells(seen(NEW, ChannelKind.PRIVATE))
    assert counted(town) == [("general", kept)]
    reads(town, days=1)
    with town.sessions.begin() as session:
        assert session.scalars(select(NetworkDay.people)).all() == [1]
    town.tells(wrote(NEW, 2), seen(NEW, ChannelKind.UNKNOWN), seen(NEW, ChannelKind.PRIVATE))
    assert sorted(counted(town)) == [("general", kept), ("new", THEN + 2_000_000)]


@pytest.mark.both_databases
@pytest.mark.parametrize("first", ["seen", "invited"])
def test_a_channel_that_is_opened_again_counts_when_the_bot_is_invited_too(
    town: Town, first: str
) -> None:
    town.tells(invited(FALLS))
    town.says("ada", channel="falls")
    town.tells(seen(FALLS, ChannelKind.PRIVATE))
    told: list[Event] = [seen(FALLS), invited(FALLS, minutes=1)]
    town.tells(*(told if first == "seen" else reversed(told)))
    ts = town.says("ada", channel="falls")
    assert counted(town) == [("falls", ts)]


@pytest.mark.both_databases
def test_late_news_of_the_time_when_it_was_open_does_not_open_a_channel(town: Town) -> None:
    town.tells(invited(FALLS), seen(FALLS), seen(FALLS, ChannelKind.PRIVATE))
    town.tells(ChannelSeen(channel=FALLS, name="called-anew"), invited(FALLS))
    town.says("ada", channel="falls")
    assert (counted(town), rows(town, Message)) == ([], 0)


@pytest.mark.parametrize("order", [*permutations(("old", "newer", "newest"))])
def test_the_newest_name_of_a_channel_stays_in_whatever_order_names_come(
    town: Town, order: Sequence[str]
) -> None:
    named = {"old": THEN, "newer": THEN + 1, "newest": THEN + 2}
    town.tells(seen(FALLS))
    for name in order:
        town.tells(ChannelSeen(channel=FALLS, name=name, named=named[name]))
    with town.sessions.begin() as session:
        name = session.scalars(select(Channel.name).where(Channel.ref == FALLS)).one()
    assert name == "newest"


def test_a_channel_that_is_closed_is_begun_anew_if_it_is_ever_read_again(town: Town) -> None:
    for ref in (FALLS, GENERAL):
        mark = Bookmark(source=f"{ref}/members", position="1")
        town.app.receive(Batch(events=(seen(ref),), bookmark=mark))
    town.tells(seen(FALLS, ChannelKind.PRIVATE))
    with town.sessions.begin() as session:
        sources = session.scalars(select(ReadPosition.source)).all()
    assert sources == [f"{GENERAL}/members"]


@pytest.mark.both_databases
def test_a_channel_that_others_share_does_not_count_while_they_do(town: Town) -> None:
    before = town.says("ada", channel="falls")
    town.tells(seen(FALLS, is_shared=True))
    town.says("ada", channel="falls")
    assert counted(town) == []
    town.tells(seen(FALLS))
    after = town.says("ada", channel="falls")
    assert counted(town) == [("falls", before), ("falls", after)]


def test_a_digest_never_goes_where_others_read(town: Town) -> None:
    names = ("ada", "bob", "cyd", "dan", "eve")
    hours = [24 * day for day in range(-14, 4)]
    town.recounts(*(town.message(n, channel="falls", hours=at) for n in names for at in hours))
    town.tells(ChannelSeen(channel=GENERAL, name="general", is_main=True, is_shared=True))
    town.passes(days=4, hours=4)
    town.ticks()
    assert {post.to for post in town.hears} == {FALLS}


@pytest.mark.both_databases
def test_what_waits_to_be_said_in_a_channel_is_dropped_with_it(town: Town) -> None:
    with town.app.context(town.network, occasion="test") as ctx:
        later = ctx.now + timedelta(hours=1)
        ctx.say(GENERAL, "bot/failed", kind=KIND, key="open", at=later)
    town.tells(seen(GENERAL, ChannelKind.PRIVATE))
    town.passes(hours=2)
    town.ticks()
    assert town.hears == []
    with town.sessions.begin() as session:
        row = session.scalars(select(Outgoing).where(Outgoing.key == "open")).one()
        assert (row.state, row.payload) == ("expired", b"")


def test_questions_are_answered_where_nothing_counts(town: Town) -> None:
    town.tells(seen(GENERAL, ChannelKind.PRIVATE))
    assert "/net help" in town.types("ada", "/net")


@pytest.mark.both_databases
def test_days_are_counted_anew_without_what_no_longer_counts(town: Town) -> None:
    town.says("ada", channel="falls")
    town.says("bob")
    reads(town, days=2)
    with town.sessions.begin() as session:
        assert session.scalars(select(NetworkDay.people)).all() == [2]
        assert session.scalars(select(Reading)).all() != []
    town.tells(seen(FALLS, ChannelKind.PRIVATE))
    reads(town, days=1)
    with town.sessions.begin() as session:
        assert session.scalars(select(NetworkDay.people)).all() == [1]
        assert len(session.scalars(select(ChannelDay)).all()) == 1


def test_a_network_of_which_nothing_counts_any_more_tells_nothing(town: Town) -> None:
    town.says("ada")
    reads(town, days=2)
    town.tells(seen(GENERAL, is_shared=True))
    reads(town, days=2)
    with town.sessions.begin() as session:
        assert session.scalars(select(NetworkDay)).all() == []


# The bot comes and goes


@pytest.mark.both_databases
def test_the_bot_says_once_that_it_is_there_and_what_it_keeps(town: Town) -> None:
    for _ in range(3):
        town.tells(invited(FALLS), seen(FALLS))
    assert arrivals(town) == [FALLS]
    assert "words of ordinary messages" in said(town.hears)[0]


@pytest.mark.both_databases
def test_where_the_bot_was_shown_out_nothing_counts_until_it_is_back(town: Town) -> None:
    first = town.says("ada", channel="falls")
    town.says("bob")
    town.tells(removed(FALLS, minutes=1))
    assert [channel for channel, _ in counted(town)] == ["general"]
    town.tells(invited(FALLS, minutes=2))
    second = town.says("ada", channel="falls", hours=1)
    falls = [(channel, ts) for channel, ts in counted(town) if channel == "falls"]
    assert falls == [("falls", first), ("falls", second)]


@pytest.mark.both_databases
def test_comings_and_goings_of_the_bot_mean_the_same_in_any_order(town: Town) -> None:
    told: list[BotInvited | BotRemoved] = [
        invited(FALLS),
        removed(FALLS, minutes=1),
        invited(FALLS, minutes=2),
    ]
    for number, order in enumerate(permutations(told)):
        there = ChannelId(f"fake:T1/C-{number}")
        town.tells(*(replaced(event, there) for event in order))
        gone = ChannelId(f"fake:T1/C-gone{number}")
        town.tells(*(replaced(event, gone) for event in order if event != told[2]))
        with town.sessions.begin() as session:
            here, away = (places.channel_at(session, ref) for ref in (there, gone))
            assert here is not None
            assert away is not None
            assert (here.network_id, away.network_id) == (1, None)
            assert places.main_channel(session, places.networks(session)[0]) is not None


def replaced(event: BotInvited | BotRemoved, ref: ChannelId) -> BotInvited | BotRemoved:
    """The same in another channel."""
    return type(event)(channel=ref, at=event.at)


def test_an_invitation_that_was_taken_back_meanwhile_is_answered_by_nothing(town: Town) -> None:
    town.tells(removed(FALLS, minutes=5))
    town.tells(invited(FALLS))
    assert arrivals(town) == []


def test_leads_are_spoken_to_alone_where_their_room_showed_the_bot_out(town: Town) -> None:
    with town.sessions.begin() as session:
        places.networks(session)[0].leads_room = FALLS
    town.tells(seen(FALLS, ChannelKind.PRIVATE), removed(FALLS))
    assert town.network.leads_room is None


def test_the_echo_of_a_post_settles_it_and_is_nobody_s_message(town: Town) -> None:
    town.platform.refusals = [DeliveryError("no answer", may_have_arrived=True)]
    with town.app.context(town.network, occasion="test") as ctx:
        ctx.say(GENERAL, "bot/failed", kind=KIND, key="doubtful")
    town.app.deliver()
    town.tells(PostSeen(channel=GENERAL, key="doubtful", message="C-general/1"))
    with town.sessions.begin() as session:
        row = session.scalars(select(Outgoing).where(Outgoing.key == "doubtful")).one()
        assert (row.state, row.message) == ("sent", "C-general/1")
    assert counted(town) == []


# Another name for the same channel

NEW = ChannelId("fake:T1/C-new")
MOVE = ChannelMoved(channel=GENERAL, became=NEW)


def wrote(ref: ChannelId, second: int, name: str = "ada") -> MessagePosted:
    return MessagePosted(
        channel=ref, ts=THEN + second * 1_000_000, author=MemberId(f"fake:T1/U-{name}"), length=30
    )


@pytest.mark.both_databases
def test_a_channel_that_is_called_anew_keeps_all_that_was_in_it(town: Town) -> None:
    told: list[Event] = [wrote(GENERAL, 1), wrote(GENERAL, 2), MOVE, wrote(NEW, 3)]
    town.tells(*told, wrote(GENERAL, 4), *told)
    assert [ts - THEN for _, ts in counted(town)] == [n * 1_000_000 for n in (1, 2, 3, 4)]
    with town.sessions.begin() as session:
        assert [channel.ref for channel in session.scalars(select(Channel))] == [NEW]
        main = places.main_channel(session, places.networks(session)[0])
        assert main is not None
        assert (main.ref, main.name) == (NEW, "general")


@pytest.mark.both_databases
def test_what_was_made_of_a_channel_goes_with_it_to_its_other_name(town: Town) -> None:
    town.tells(wrote(GENERAL, 1), wrote(GENERAL, 2), wrote(NEW, 2))
    here, day = town.network, town.now.date()
    town.person("ada")
    with town.sessions.begin() as session:
        ada = places.person_at(session, town.person("ada"))
        assert ada is not None
        number = {each.ref: each.id for each in session.scalars(select(Channel))}
        for ref, second in ((GENERAL, 1), (GENERAL, 2), (NEW, 2)):
            ts, made = THEN + second * 1_000_000, {"person_id": ada.id, "created_at": town.now}
            session.add(Idea(network_id=here.id, channel_id=number[ref], ts=ts, **made))
        session.flush()
        twin = session.scalars(select(Idea.id).where(Idea.channel_id == number[NEW])).one()
        finding.keep(session, here, "idea", twin, "a copper kettle", now=town.now)
        days = {"starts_day": day, "review_on": day, "lapses_on": day}
        times = {"starts_time": town.now.time(), "created_at": town.now, "moved_at": town.now}
        session.add(
            Nudge(network_id=here.id, kind="call", channel_id=number[GENERAL], **days, **times)
        )
    town.tells(MOVE)
    with town.sessions.begin() as session:
        [channel] = session.scalars(select(Channel))
        found = session.scalars(select(Idea).order_by(Idea.ts)).all()
        assert [(each.channel_id, each.ts - THEN) for each in found if each.ts] == [
            (channel.id, 1_000_000),
            (channel.id, 2_000_000),
        ]
        assert twin not in [each.id for each in found], "the one made first is kept"
        assert session.scalar(select(func.count()).select_from(finding.Finding)) == 0
        assert [each.channel_id for each in session.scalars(select(Nudge))] == [channel.id]


@pytest.mark.both_databases
def test_two_names_that_were_taken_for_two_channels_become_one_in_any_order(town: Town) -> None:
    ada = town.person("ada")
    told: list[Event] = [
        MOVE,
        wrote(GENERAL, 1),
        wrote(NEW, 1),
        MessageDeleted(channel=GENERAL, ts=THEN + 2_000_000),
        wrote(NEW, 2),
        MemberJoined(channel=GENERAL, member=ada, at=THEN),
        MemberLeft(channel=NEW, member=ada, at=THEN + 5),
        ReactionAdded(channel=GENERAL, ts=THEN + 1_000_000, member=ada, emoji="bulb"),
        ReactionAdded(channel=NEW, ts=THEN + 1_000_000, member=ada, emoji="bulb"),
    ]
    states = []
    for turn in range(len(told)):
        order = told[turn:] + told[:turn]
        for table in (Message, Reaction, Presence, Alias):
            clear(town, table)
        with town.sessions.begin() as session:
            session.query(Channel).delete()
        for event in order:
            town.tells(event)
        states.append(state(town))
    assert states == [states[0]] * len(told)
    assert states[0] == (
        [(THEN + 1_000_000, 0), (THEN + 2_000_000, DELETED)],
        [(THEN + 1_000_000, "bulb")],
        [(THEN, THEN + 5)],
        [NEW],
    )


def clear(town: Town, table: type[Message | Reaction | Presence | Alias]) -> None:
    with town.sessions.begin() as session:
        session.query(table).delete()


def state(town: Town) -> tuple[list[object], list[object], list[object], list[str]]:
    """All facts of channels, but for our own numbers."""
    with town.sessions.begin() as session:
        return (
            [
                (m.ts, m.flags & ~UNHEARD)
                for m in session.scalars(select(Message).order_by(Message.ts))
            ],
            [(r.ts, r.emoji) for r in session.scalars(select(Reaction))],
            [(p.joined, p.left) for p in session.scalars(select(Presence))],
            [channel.ref for channel in session.scalars(select(Channel))],
        )


def test_a_channel_may_be_called_anew_more_than_once(town: Town) -> None:
    third = ChannelId("fake:T1/C-third")
    then = ChannelMoved(channel=NEW, became=third)
    for order in permutations([MOVE, then]):
        town.tells(*order)
    town.tells(MOVE, wrote(GENERAL, 1), wrote(NEW, 2), wrote(third, 3))
    assert [channel for channel, _ in counted(town)] == ["third"] * 3


def test_what_is_noted_by_a_channel_s_name_follows_it(town: Town) -> None:
    with town.sessions.begin() as session:
        places.networks(session)[0].leads_room = GENERAL
        session.add(HandledAct(key=f"welcome.watch/{GENERAL}/7", at=MONDAY))
    with town.app.context(town.network, occasion="test") as ctx:
        later = ctx.now + timedelta(hours=1)
        ctx.say(GENERAL, "bot/failed", kind=KIND, key="waits", at=later)
    town.tells(MOVE)
    with town.sessions.begin() as session:
        assert session.scalars(select(Network.leads_room)).one() == NEW
        assert f"welcome.watch/{NEW}/7" in session.scalars(select(HandledAct.key)).all()
    town.passes(hours=2)
    town.ticks()
    assert [post.to for post in town.hears] == [NEW]


def queue(session: Session, what: Utterance, key: str, quotes: Sequence[str] = ()) -> None:
    """Let it be said tomorrow."""
    due, until = MONDAY + timedelta(days=1), MONDAY + timedelta(days=9)
    enqueue(session, what, key=key, network_id=1, due_at=due, expires_at=until, quotes=quotes)


@pytest.mark.both_databases
@pytest.mark.parametrize("is_known", [False, True])
def test_what_was_said_and_what_waits_follows_a_channel_s_name(town: Town, is_known: bool) -> None:
    ts = town.says("ada")
    with town.sessions.begin() as session:
        for scope in (GENERAL, NEW):
            session.add(Pace(scope=scope, not_before=MONDAY))
        session.add(ReadPosition(source=f"{GENERAL}/members", position="1", at=MONDAY))
        for key, quotes in (("first", [ref_of(GENERAL, ts), ref_of(NEW, ts)]), ("second", [])):
            post = Saying(post=Post(to=GENERAL, text="Read this."))
            queue(session, post, key, quotes)
        session.execute(
            update(Outgoing)
            .where(Outgoing.key == "first")
            .values(state="sent", message="C-general/1.5", payload=b"")
        )
        change = Changing(message="C-general/1.5", post=Post(to=GENERAL, text="Changed."))
        queue(session, change, "third")
    town.tells(*([seen(NEW)] if is_known else []), MOVE)
    with town.sessions.begin() as session:
        found = session.scalars(select(Outgoing).order_by(Outgoing.queued)).all()
        assert {row.recipient for row in found} == {NEW}
        assert [row.message for row in found if row.key == "first"] == ["C-new/1.5"]
        assert [row.replaces for row in found if row.key == "third"] == ["C-new/1.5"]
        assert not any(b"C-general" in row.payload for row in found)
        assert session.scalars(select(Quote.ref)).all() == [ref_of(NEW, ts)]
        assert session.scalars(select(ReadPosition.source)).all() == [f"{NEW}/members"]
        assert GENERAL not in session.scalars(select(Pace.scope)).all()
        assert [each.key for each in outdated(session, [MessageDeleted(channel=NEW, ts=ts)])] == [
            "first"
        ]


def test_what_waits_in_a_channel_that_was_called_anew_ends_with_the_bots_going(town: Town) -> None:
    for name in (GENERAL, NEW):
        with town.app.context(town.network, occasion=name) as ctx:
            later = ctx.now + timedelta(hours=1)
            ctx.say(GENERAL, "bot/failed", kind=KIND, key=f"waits/{name}", at=later)
        if name == GENERAL:
            town.tells(MOVE)
    town.tells(removed(NEW))
    with town.sessions.begin() as session:
        assert session.scalars(select(Outgoing.state)).all() == ["expired", "expired"]


def test_no_name_of_a_channel_is_lost_however_often_it_changes(town: Town) -> None:
    third = ChannelId("fake:T1/C-third")
    town.tells(wrote(GENERAL, 1), MOVE, wrote(third, 2))
    town.tells(ChannelMoved(channel=GENERAL, became=third), wrote(NEW, 3), wrote(GENERAL, 4))
    assert [channel for channel, _ in counted(town)] == ["third"] * 4


def test_what_is_still_said_of_an_earlier_name_changes_no_more_than_its_privacy(
    town: Town,
) -> None:
    town.tells(MOVE, seen(NEW))
    town.tells(ChannelSeen(channel=GENERAL, name="stale"))
    ts = town.says("ada", channel="new")
    assert counted(town) == [("new", ts)]
    with town.sessions.begin() as session:
        assert session.scalars(select(Channel.name)).all() == ["new"]
    town.tells(seen(GENERAL, ChannelKind.PRIVATE))
    assert counted(town) == []


# People of other organisations


@pytest.mark.both_databases
def test_what_people_of_elsewhere_do_is_dropped_as_it_arrives(town: Town) -> None:
    eve = town.person("eve")
    town.tells(PersonSeen(member=eve, name="Eve", is_external=True))
    town.says("eve", "Does anybody know?")
    town.joins("eve")
    ts = town.says("ada")
    town.reacts("eve", ts)
    assert counted(town) == [("general", ts)]
    assert (rows(town, Message), rows(town, Reaction), rows(town, Presence)) == (1, 0, 0)


@pytest.mark.both_databases
def test_whoever_turns_out_to_be_of_elsewhere_was_never_heard(town: Town) -> None:
    town.says("eve")
    town.joins("eve")
    ts = town.says("ada")
    town.reacts("eve", ts)
    reads(town, days=2)
    town.tells(PersonSeen(member=town.person("eve"), name="Eve", is_external=True))
    assert counted(town) == [("general", ts)]
    assert (rows(town, Reaction), rows(town, Presence)) == (0, 0)
    reads(town, days=1)
    with town.sessions.begin() as session:
        assert session.scalars(select(NetworkDay.people)).all() == [1]
        assert session.scalars(select(Person.name).where(Person.is_external)).all() == ["Eve"]


def test_people_of_elsewhere_are_told_that_it_is_not_for_them_and_what_is_theirs(
    community: Community,
) -> None:
    town = community()
    town.tells(PersonSeen(member=town.person("eve"), name="Eve", is_external=True))
    assert "for the people of Our network" in town.types("eve", "/net")
    assert "for the people of" in town.uses("eve", "ideas.worth_hearing", town.says("ada"))
    assert "What I hold about you" in town.types("eve", "/net mydata")
