"""Slack's events, as its documentation shows them, become ours; what is private becomes nothing."""

from __future__ import annotations

from typing import Any

import pytest

from bot.domain.events import (
    BotInvited,
    BotRemoved,
    BotUninstalled,
    ChannelKind,
    ChannelMoved,
    ChannelSeen,
    Event,
    HomeOpened,
    MemberJoined,
    MemberLeft,
    MessageDeleted,
    MessageEdited,
    PersonSeen,
    PostSeen,
    ReactionAdded,
    ReactionRemoved,
    WasDeaf,
)
from bot.domain.ids import ChannelId, MemberId
from bot.judgement.traits import traits
from bot.platforms.slack.inward import (
    BadPayload,
    Lookup,
    Me,
    NotYet,
)
from tests.platforms.slack.recorded import (
    ADA,
    FALLS,
    NEW_PLACE,
    PAYLOADS,
    ROSA,
    SHARED,
    TS,
    asked,
    bare,
    heard,
    payload,
    posted,
    somebody,
)
from tests.standin.typed import event_types, lacks

MESSAGES = [
    pytest.param("message", (posted(),), id="somebody writes"),
    pytest.param(
        "message_in_thread",
        (posted(author=ROSA, ts=1_746_418_600_000_100, thread=TS),),
        id="somebody answers",
    ),
    pytest.param(
        "message_thread_broadcast",
        (posted(ts=1_746_418_601_000_100, thread=TS),),
        id="an answer is shown in the channel too, and is one message",
    ),
    pytest.param("message_file_share", (bare("U2", ""),), id="a file, without a word"),
    pytest.param("message_me", (bare("U2", "is on the way"),), id="/me is a message"),
    pytest.param(
        "message_bot",
        (
            PersonSeen(member=MemberId("slack:T1/B9"), name="Rota", is_bot=True),
            bare("B9", "The rota for next week is out.", by_bot=True),
        ),
        id="a webhook goes by its name, and is a bot",
    ),
    pytest.param(
        "message_app", (posted(author=MemberId("slack:T1/U9"), by_bot=True),), id="an app"
    ),
    pytest.param(
        "message_own",
        (bare("UBOT", "Good morning, everybody.", by_bot=True),),
        id="our own post counts like any bot's",
    ),
    pytest.param(
        "message_huddle",
        (bare("USLACKBOT", "A huddle started", by_bot=True),),
        id="a huddle that begins is Slack's message, not a person's",
    ),
]


@pytest.mark.parametrize(("name", "expected"), MESSAGES)
def test_a_message_is_counted(name: str, expected: tuple[Event, ...]) -> None:
    assert heard(name) == expected


@pytest.mark.parametrize(
    "name",
    [
        pytest.param("message_direct", id="between two people"),
        pytest.param("message_group_direct", id="among a few people"),
        pytest.param("message_assistant_thread", id="with the bot alone"),
        pytest.param("message_private", id="in a private channel"),
        pytest.param("message_external", id="by somebody of another organisation"),
        pytest.param("message_shared_channel", id="in a channel shared with another organisation"),
        pytest.param("message_join", id="of Slack's, that somebody came"),
        pytest.param("message_leave", id="of Slack's, that somebody went"),
        pytest.param("message_topic", id="of Slack's, about a topic"),
        pytest.param("message_replied", id="that only tells of a reply"),
        pytest.param("message_replied_without_subtype", id="that tells of a reply, and not that"),
        pytest.param("message_changed_unfurl", id="that got a picture of its link"),
        pytest.param(
            "message_changed_unfurl_after_edit", id="edited before, and now got a picture"
        ),
        pytest.param("message_changed_reply_count", id="that was answered"),
        pytest.param("app_mention", id="that is sent as a message as well"),
        pytest.param("file_shared", id="file, of which a message tells too"),
        pytest.param("pin_added", id="that was pinned"),
        pytest.param("reaction_added_to_file", id="reaction to a file"),
        pytest.param("url_verification", id="handshake"),
        pytest.param("app_home_opened_messages", id="look at the bot's messages"),
        pytest.param("tokens_revoked_of_a_person", id="revocation of a person's token only"),
        pytest.param("channel_created", id="channel that the bot isn't in"),
        pytest.param("group_rename", id="new name of a private channel"),
        pytest.param("group_archive", id="end of a private channel"),
    ],
)
def test_nothing_comes_of_a_message(name: str) -> None:
    assert heard(name) == ()


def test_private_channels_are_heard_where_they_are_allowed_and_direct_messages_never() -> None:
    open_ears = somebody(private_channels=True)
    assert heard("message_private", open_ears) == (posted(channel=ChannelId("slack:T1/C7")),)
    assert heard("message_direct", open_ears) == ()
    assert heard("message_group_direct", open_ears) == ()


@pytest.mark.parametrize("kind", [None, "", "app_home", "canvas", "Channel"])
def test_a_channel_of_unknown_type_is_private_unless_it_is_known(kind: str | None) -> None:
    unknown = payload("message", channel="C99", channel_type=kind)
    assert heard(unknown) == ()
    assert heard(payload("message", channel_type=None)) == (posted(),)


def test_the_most_private_word_about_a_channel_is_believed() -> None:
    assert heard(payload("message", channel="C7", channel_type="channel")) == ()
    assert heard(payload("message", channel="C2", channel_type="group")) == ()


EDIT = traits("Has anybody tried the new leaflet? We could compare notes on Friday.")


def test_an_edit_counts_by_when_it_was_made() -> None:
    assert heard("message_changed") == (
        MessageEdited(
            channel=FALLS,
            ts=TS,
            edited=1_746_418_700_000_000,
            length=EDIT.length,
            worth=EDIT.worth,
            asks=EDIT.asks,
        ),
    )


def test_a_change_of_words_without_a_time_counts_by_when_it_was_told() -> None:
    change = payload("message_changed")
    del change["event"]["message"]["edited"]
    (edit,) = heard(change)
    assert isinstance(edit, MessageEdited)
    assert edit.edited == 1_746_418_700_000_300


def test_a_change_that_does_not_say_from_what_is_an_edit_if_it_says_so() -> None:
    change = payload("message_changed")
    del change["event"]["previous_message"]
    assert len(heard(change)) == 1
    del change["event"]["message"]["edited"]
    assert heard(change) == ()


@pytest.mark.parametrize(
    "name",
    [
        pytest.param("message_deleted", id="gone"),
        pytest.param("message_changed_tombstone", id="gone, with answers left below it"),
        pytest.param("message_deleted_tombstone", id="its tombstone gone too"),
    ],
)
def test_a_deletion_is_of_the_message_and_not_of_the_news_of_it(name: str) -> None:
    assert heard(name) == (MessageDeleted(channel=FALLS, ts=TS),)


def test_a_deletion_without_its_object_is_looked_for_in_what_was_there() -> None:
    lost = payload("message_deleted")
    del lost["event"]["deleted_ts"]
    assert heard(lost) == (MessageDeleted(channel=FALLS, ts=TS),)
    del lost["event"]["previous_message"]
    with pytest.raises(BadPayload):
        heard(lost)


def test_what_was_said_before_a_channel_was_shared_can_still_be_taken_back() -> None:
    gone = payload("message_deleted", channel="C6") | {"is_ext_shared_channel": True}
    assert heard(gone) == (MessageDeleted(channel=ChannelId(SHARED), ts=TS),)
    edited = payload("message_changed", channel="C6") | {"is_ext_shared_channel": True}
    assert len(heard(edited)) == 1


def test_what_strangers_change_and_delete_is_nothing_to_us() -> None:
    for name, part in (("message_changed", "message"), ("message_deleted", "previous_message")):
        theirs = payload(name)
        theirs["event"][part] |= {"user": "U8", "team": "T8"}
        assert heard(theirs) == ()


def test_a_channel_that_is_made_private_is_seen_as_such_at_once() -> None:
    me = somebody()
    (seen,) = heard("message_made_private", me)
    assert seen == ChannelSeen(channel=FALLS, name="falls", kind=ChannelKind.PRIVATE)
    me.note([seen])
    assert heard("message", me) == ()
    assert heard("reaction_added", me) == ()


def test_reactions_come_and_go() -> None:
    facts = {"channel": FALLS, "ts": TS, "member": ROSA, "emoji": "bulb"}
    at = 1746418590000100
    assert heard("reaction_added") == (ReactionAdded(**facts, at=at),)
    assert heard("reaction_removed") == (ReactionRemoved(**facts, at=at),)


def test_reactions_of_strangers_and_where_nothing_may_be_heard_count_for_nothing() -> None:
    assert heard("reaction_added", somebody(external={"U3"})) == ()
    assert heard("reaction_added", somebody(external={"U2"})) == ()
    for channel in ("C7", "C6", "D5"):
        item = {"type": "message", "channel": channel, "ts": "1746418574.223589"}
        assert heard(payload("reaction_added", item=item)) == ()


def test_what_may_be_lost_before_the_channels_are_known_must_come_again() -> None:
    me = Me(team="T1", user="UBOT")
    early = ["reaction_added", "reaction_removed", "channel_deleted", "channel_left"]
    for name in [*early, "channel_id_changed"]:
        with pytest.raises(NotYet):
            heard(name, me)
    me.knows = True
    for name in ("channel_deleted", "group_left", "channel_id_changed"):
        assert heard(name, me) == ()
    assert asked("reaction_added", me)[0] == Lookup(channel="C2")


MOVES = [
    pytest.param(
        "member_joined_channel",
        MemberJoined(channel=FALLS, member=ROSA, at=1_746_418_560_000_100),
        id="somebody comes",
    ),
    pytest.param(
        "member_left_channel",
        MemberLeft(channel=FALLS, member=ROSA, at=1_746_418_560_000_100),
        id="somebody goes",
    ),
    pytest.param(
        "member_joined_channel_bot",
        BotInvited(channel=NEW_PLACE, at=1_746_418_560_000_100, by=ADA),
        id="the bot is invited",
    ),
    pytest.param(
        "member_left_channel_bot",
        BotRemoved(channel=FALLS, at=1_746_418_560_000_100),
        id="the bot goes",
    ),
    pytest.param(
        "channel_left",
        BotRemoved(channel=FALLS, at=1_746_418_560_000_100),
        id="the bot is taken out",
    ),
    pytest.param(
        "group_left",
        BotRemoved(channel=ChannelId("slack:T1/C7"), at=1_746_418_560_000_100),
        id="the bot is taken out of a private channel it knew",
    ),
    pytest.param(
        "channel_deleted",
        BotRemoved(channel=FALLS, at=1_746_418_000_000_100),
        id="a channel is no more",
    ),
    pytest.param(
        "channel_rename",
        ChannelSeen(channel=FALLS, name="falls-new", named=1_746_418_000_000_100),
        id="a channel is renamed",
    ),
    pytest.param(
        "channel_archive",
        ChannelSeen(channel=FALLS, name="falls", is_archived=True),
        id="a channel is put away",
    ),
    pytest.param(
        "channel_unarchive", ChannelSeen(channel=FALLS, name="falls"), id="a channel is back"
    ),
    pytest.param(
        "channel_shared",
        ChannelSeen(channel=FALLS, name="falls", is_shared=True),
        id="a channel is shared with others",
    ),
    pytest.param(
        "channel_unshared",
        ChannelSeen(channel=ChannelId(SHARED), name="with-friends"),
        id="a channel is ours again",
    ),
    pytest.param(
        "channel_id_changed",
        ChannelMoved(channel=FALLS, became=ChannelId("slack:T1/C22")),
        id="a channel has another id",
    ),
    pytest.param(
        "team_join",
        PersonSeen(member=ROSA, name="rosa", timezone="Europe/London"),
        id="somebody is new in the workspace",
    ),
    pytest.param(
        "user_change",
        PersonSeen(member=ROSA, name="rosa", timezone="America/New_York"),
        id="somebody moved",
    ),
    pytest.param(
        "user_profile_changed",
        PersonSeen(member=ROSA, name="rosa", timezone="Europe/London"),
        id="somebody changed their profile",
    ),
    pytest.param(
        "user_change_gone",
        PersonSeen(member=ROSA, name="rosa", is_gone=True),
        id="somebody left the workspace",
    ),
    pytest.param(
        "user_change_stranger",
        PersonSeen(member=MemberId("slack:T1/U8"), name="U8", is_external=True),
        id="of a stranger no more than that they are one",
    ),
    pytest.param(
        "app_home_opened",
        HomeOpened(
            id="slack:Ev0000000",
            member=ADA,
            channel=ChannelId("slack:T1/D5"),
            at=1_746_418_000_000_100,
        ),
        id="somebody looks at the bot's page",
    ),
    pytest.param(
        "message_metadata_posted",
        PostSeen(channel=FALLS, key="digest.post/1/2025-W19", message="C2/1746418574.223589"),
        id="a post of our own has arrived",
    ),
    pytest.param(
        "tokens_revoked",
        BotUninstalled(workspace="slack:T1", at=1_746_418_000_000_100),
        id="our token was revoked",
    ),
    pytest.param(
        "app_uninstalled",
        BotUninstalled(workspace="slack:T1", at=1_746_418_000_000_100),
        id="the app was uninstalled",
    ),
    pytest.param(
        "app_rate_limited",
        WasDeaf(workspace="slack:T1", since=1_746_418_560_000_000, until=1_746_418_620_000_000),
        id="Slack kept a minute back",
    ),
]


@pytest.mark.parametrize(("name", "expected"), MOVES)
def test_what_happens_around_messages(name: str, expected: Event) -> None:
    whole = payload(name)
    if name == "app_home_opened":
        whole["event_id"] = "Ev0000000"
    assert heard(whole) == (expected,)


@pytest.fixture(params=sorted(path.stem for path in PAYLOADS.glob("*.json")))
def every_payload(request: pytest.FixtureRequest) -> dict[str, Any]:
    return payload(request.param)


def test_another_workspace_is_not_our_business(every_payload: dict[str, Any]) -> None:
    if "event" in every_payload:
        assert heard(every_payload, somebody_of("T2")) == ()
        assert asked(every_payload, somebody_of("T2")) == ()


def somebody_of(team: str) -> Me:
    """The same bot in another workspace, with channels of the same ids."""
    me = somebody()
    return Me(team=team, user="UBOT", bot="BBOT", app="A1", places=me.places)


UNTYPED = frozenset(
    (
        "message_thread_broadcast",  # the types want all of a message in `root`
        "message_changed",  # and the channel in the messages within an event
        "message_changed_reply_count",
        "message_changed_tombstone",
        "message_changed_unfurl",
        "message_changed_unfurl_after_edit",
        "message_deleted",
        "message_deleted_tombstone",
        "message_replied",
        "message_replied_without_subtype",  # which is what its documentation warns of
        "reaction_added_to_file",  # which was so until files had messages
        "user_change_gone",  # who is gone has no time zone
    )
)


def test_the_payloads_have_the_shape_that_slacks_own_types_give_them(
    every_payload: dict[str, Any], request: pytest.FixtureRequest
) -> None:
    event = every_payload.get("event", {})
    name = event_types().get((event.get("type"), event.get("subtype")))
    if name is not None and request.node.callspec.id not in UNTYPED:
        assert lacks(event, name) == []
