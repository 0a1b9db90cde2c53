"""Slack's events, as its documentation shows them, become ours; what is private becomes nothing."""

from __future__ import annotations

import json
from pathlib import Path
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
    MessagePosted,
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
    read_envelope,
    to_events,
    to_lookups,
)

PAYLOADS = Path(__file__).parent / "payloads"
FALLS, NEW_PLACE, SHARED = ChannelId("slack:T1/C2"), ChannelId("slack:T1/C3"), "slack:T1/C6"
ADA, ROSA, BOT = MemberId("slack:T1/U2"), MemberId("slack:T1/U3"), MemberId("slack:T1/UBOT")
TS = 1_746_418_574_223_589
TEXT = "Has anybody tried the new leaflet on the ward? We could compare notes on Thursday."
WEIGHED = traits(TEXT)


def somebody(*, private_channels: bool = False, **more: Any) -> Me:
    """The bot in a workspace where it is in an open, a private and a shared channel."""
    me = Me(
        team="T1",
        user="UBOT",
        bot="BBOT",
        app="A1",
        private_channels=private_channels,
        knows=True,
        people={"U2", "U3", "U9", "UBOT"},
        **more,
    )
    me.note(
        [
            ChannelSeen(channel=FALLS, name="falls"),
            ChannelSeen(channel=ChannelId(SHARED), name="with-friends", is_shared=True),
            ChannelSeen(
                channel=ChannelId("slack:T1/C7"), name="committee", kind=ChannelKind.PRIVATE
            ),
        ]
    )
    return me


def payload(name: str, **changes: object) -> dict[str, Any]:
    """A payload of Slack's, with *changes* to its event."""
    found: dict[str, Any] = json.loads((PAYLOADS / f"{name}.json").read_text())
    if changes:
        found["event"] |= changes
    return found


def heard(found: dict[str, Any] | str, me: Me | None = None) -> tuple[Event, ...]:
    """What becomes of a payload, by its name or as it is."""
    whole = payload(found) if isinstance(found, str) else found
    return to_events(read_envelope(json.dumps(whole).encode()), me or somebody())


def asked(found: dict[str, Any] | str, me: Me | None = None) -> tuple[Lookup, ...]:
    """What has to be asked after a payload."""
    whole = payload(found) if isinstance(found, str) else found
    return to_lookups(read_envelope(whole), me or somebody())


def posted(**changes: Any) -> MessagePosted:
    """Ada's message, with *changes*."""
    whole: dict[str, Any] = {
        "channel": FALLS,
        "ts": TS,
        "author": ADA,
        "length": WEIGHED.length,
        "worth": WEIGHED.worth,
        "asks": WEIGHED.asks,
    }
    return MessagePosted(**whole | changes)


def bare(author: str, text: str, **changes: Any) -> MessagePosted:
    """A message of other words."""
    found = traits(text)
    facts = {"length": found.length, "worth": found.worth, "asks": found.asks}
    return posted(author=MemberId(f"slack:T1/{author}"), **facts | changes)


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
    assert heard("reaction_added") == (ReactionAdded(**facts),)
    assert heard("reaction_removed") == (ReactionRemoved(**facts),)


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
        "channel_rename", ChannelSeen(channel=FALLS, name="falls-new"), id="a channel is renamed"
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


AUTHORIZED = {"enterprise_id": None, "team_id": "T1", "user_id": "UBOT", "is_bot": True}
WHOLE = {"enterprise_id": "E1", "team_id": None, "is_enterprise_install": True}
IN_AN_ORGANISATION = somebody(enterprise="E1")


@pytest.mark.parametrize(
    ("around", "is_ours"),
    [
        pytest.param({}, True, id="as always"),
        pytest.param({"authorizations": None}, True, id="with no word on installations"),
        pytest.param({"authorizations": []}, True, id="for no installation"),
        pytest.param(
            {"authorizations": [AUTHORIZED | {"team_id": "T2"}]}, False, id="for another workspace"
        ),
        pytest.param(
            {"authorizations": [AUTHORIZED], "team_id": "T2", "context_team_id": "T2"},
            False,
            id="from another workspace of the organisation",
        ),
        pytest.param(
            {"authorizations": [AUTHORIZED], "team_id": "T2", "context_team_id": "T1"},
            True,
            id="from a channel that another workspace hosts, seen from here",
        ),
        pytest.param({"authorizations": [WHOLE]}, True, id="for the organisation, from here"),
        pytest.param(
            {"authorizations": [WHOLE], "team_id": "T2", "context_team_id": None},
            False,
            id="for the organisation, from another workspace",
        ),
        pytest.param(
            {"authorizations": [WHOLE | {"enterprise_id": "E2"}]}, False, id="for another one"
        ),
        pytest.param(
            {"authorizations": [WHOLE], "team_id": None, "context_team_id": None},
            False,
            id="for the organisation, from nowhere",
        ),
        pytest.param(
            {
                "authorizations": [AUTHORIZED | {"enterprise_id": "E1"}],
                "team_id": None,
                "context_team_id": None,
                "enterprise_id": "E1",
            },
            True,
            id="for this workspace of the organisation, with no word on where",
        ),
        pytest.param(
            {"authorizations": [AUTHORIZED], "team_id": "E1", "context_team_id": None},
            True,
            id="for this workspace, named by its organisation",
        ),
        pytest.param(
            {"authorizations": None, "team_id": None, "context_team_id": None}, False, id="for none"
        ),
        pytest.param({"type": "event"}, False, id="of another type"),
    ],
)
def test_the_workspace_that_an_event_is_for_decides(around: dict[str, Any], is_ours: bool) -> None:
    assert heard(payload("message") | around, IN_AN_ORGANISATION) == (
        (posted(),) if is_ours else ()
    )


def test_people_of_the_same_organisation_are_no_strangers() -> None:
    sibling = payload("message", user_team="E1")
    assert heard(sibling, IN_AN_ORGANISATION) == (posted(),)
    assert heard(sibling) == ()


LOOKUPS = [
    pytest.param("message", (), id="nothing where all is known"),
    pytest.param(payload("message", channel="C4"), (Lookup(channel="C4"),), id="a new channel"),
    pytest.param(payload("message", user="U4"), (Lookup(member="U4"),), id="a new author"),
    pytest.param(
        payload("message", channel="C4", user="U4"),
        (Lookup(channel="C4"), Lookup(member="U4")),
        id="both",
    ),
    pytest.param(
        payload("message", channel_type="group"),
        (Lookup(channel="C2", is_news=True),),
        id="a channel that seems to be private now",
    ),
    pytest.param(
        "message_made_private", (Lookup(channel="C2", is_news=True),), id="a channel that is so"
    ),
    pytest.param("message_private", (), id="no private channel that is known as such"),
    pytest.param("message_direct", (), id="no direct message"),
    pytest.param("message_group_direct", (), id="no conversation of a few"),
    pytest.param("message_bot", (), id="no webhook"),
    pytest.param(payload("message_topic", user="U4"), (), id="nobody who wrote nothing"),
    pytest.param("reaction_added", (), id="no channel of a reaction that is known"),
    pytest.param("reaction_added_to_file", (), id="no file"),
    pytest.param(
        payload("reaction_added", item={"type": "message", "channel": "C4", "ts": "1"}),
        (Lookup(channel="C4"),),
        id="a channel of a reaction",
    ),
    pytest.param(
        payload("reaction_added", user="U4"), (Lookup(member="U4"),), id="who reacts to something"
    ),
    pytest.param(
        payload("reaction_added", item={"type": "message", "channel": "D5", "ts": "1"}),
        (),
        id="no direct message that was reacted to",
    ),
    pytest.param("member_joined_channel", (), id="nobody known who comes"),
    pytest.param(
        payload("member_joined_channel", user="U4", channel="C4"),
        (Lookup(channel="C4"), Lookup(member="U4")),
        id="somebody new, somewhere new",
    ),
    pytest.param(
        "member_joined_channel_bot",
        (Lookup(channel="C3", is_new=True),),
        id="all about a channel the bot is new in",
    ),
    pytest.param(
        "channel_created", (Lookup(channel="C4", is_news=True),), id="a channel that was made"
    ),
    pytest.param(
        "channel_rename", (Lookup(channel="C2", is_news=True),), id="a channel that was renamed"
    ),
    pytest.param(
        "group_archive", (Lookup(channel="C7", is_news=True),), id="a private one that ended"
    ),
    pytest.param(
        "channel_id_changed", (Lookup(channel="C22", is_news=True),), id="what a channel became"
    ),
    pytest.param("user_change", (), id="nobody of whom all is told"),
    pytest.param(
        {
            "type": "event_callback",
            "team_id": "T1",
            "event": {"type": "user_change", "user": {"id": "U3"}},
        },
        (Lookup(member="U3"),),
        id="somebody of whom nothing is told",
    ),
    pytest.param("app_rate_limited", (), id="nothing about a minute"),
    pytest.param(payload("app_home_opened", user="U4"), (Lookup(member="U4"),), id="a visitor"),
]


@pytest.mark.parametrize(("name", "expected"), LOOKUPS)
def test_what_is_not_told_is_asked_for(
    name: str | dict[str, Any], expected: tuple[Lookup, ...]
) -> None:
    assert asked(name) == expected


def test_a_person_of_whom_nothing_is_told_is_not_made_up() -> None:
    assert heard(payload("user_change", user={"id": "U3"})) == ()


def test_a_persons_address_is_not_their_name() -> None:
    whole = payload("user_change")
    whole["event"]["user"]["profile"] = {"display_name": "", "real_name": "rosa@example.org"}
    whole["event"]["user"] |= {"real_name": None, "name": "rosa"}
    (seen,) = heard(whole)
    assert isinstance(seen, PersonSeen)
    assert seen.name == "rosa"


def test_posts_that_others_say_are_ours_are_not() -> None:
    for change in ({"app_id": "A9"}, {"metadata": {"event_type": "task", "event_payload": {}}}):
        assert heard(payload("message_metadata_posted", **change)) == ()
    with pytest.raises(BadPayload):
        heard(
            payload(
                "message_metadata_posted",
                metadata={"event_type": "animateur_post", "event_payload": {"key": 5}},
            )
        )


def test_an_inviter_of_another_organisation_is_not_named() -> None:
    (invited,) = heard("member_joined_channel_bot", somebody(external={"U2"}))
    assert invited == BotInvited(channel=NEW_PLACE, at=1_746_418_560_000_100)


@pytest.mark.parametrize("name", ["member_joined_channel", "member_left_channel"])
def test_strangers_come_and_go_unseen(name: str) -> None:
    assert heard(payload(name, team="T8")) == ()
    assert heard(name, somebody(external={"U3"})) == ()
    assert heard(payload(name, channel="C6")) == ()
    assert heard(payload(name) | {"is_ext_shared_channel": True}) == ()
    assert heard(payload(name, channel="C7", channel_type="G")) == ()


def test_a_channel_still_shared_with_others_says_so() -> None:
    (seen,) = heard(payload("channel_unshared", is_ext_shared=True))
    assert isinstance(seen, ChannelSeen)
    assert seen.is_shared
    assert heard(payload("channel_unshared", is_ext_shared=None)) == ()


def test_a_name_that_is_missing_is_not_made_up() -> None:
    assert heard(payload("channel_rename", channel={"id": "C2"})) == ()
    assert heard(payload("channel_rename", channel="C2")) == ()


def test_what_is_heard_is_remembered() -> None:
    me = somebody()
    me.note(heard("channel_rename", me))
    me.note(heard("channel_id_changed", me))
    assert "C2" not in me.places
    moved = me.places["C22"]
    assert (moved.channel, moved.name) == ("slack:T1/C22", "falls-new")
    me.note(heard("user_change_stranger", me))
    assert "U8" in me.external
    me.note([PersonSeen(member=MemberId("slack:T1/U8"), name="Visitor")])
    assert "U8" not in me.external
    me.note([PersonSeen(member=MemberId("slack:T1/U9"), name="Rota", is_bot=True)])
    assert "U9" in me.bots
    me.note(heard(payload("channel_left", channel="C22"), me))
    assert "C22" not in me.places
    assert heard(payload("channel_left", channel="C22"), me) == ()
    assert heard(payload("channel_id_changed", new_channel_id="C2"), me) == ()


def test_a_channel_whose_id_is_the_same_has_not_moved() -> None:
    assert heard(payload("channel_id_changed", new_channel_id="C2")) == ()
    assert heard(payload("channel_id_changed", old_channel_id="C7")) == ()


def test_a_time_may_come_from_the_envelope_alone() -> None:
    bare_event = payload("app_uninstalled", event_ts=None)
    assert heard(bare_event) == (BotUninstalled(workspace="slack:T1", at=1_746_418_574_000_000),)
    with pytest.raises(BadPayload):
        heard(bare_event | {"event_time": 10})


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"channel": None}, id="a message from nowhere"),
        pytest.param({"channel": {"id": "C2"}}, id="a channel that is more than an id"),
        pytest.param({"user": {"id": "U2"}}, id="an author who is more than an id"),
        pytest.param({"user": "U 2"}, id="an author who is none"),
        pytest.param({"ts": None}, id="a message of no time"),
        pytest.param({"subtype": "message_changed"}, id="a change of nothing"),
    ],
)
def test_what_makes_no_sense_is_refused_by_name(changes: dict[str, Any]) -> None:
    with pytest.raises(BadPayload):
        heard(payload("message", **changes))


def test_other_senseless_events_are_refused_by_name() -> None:
    for broken in (
        payload("reaction_added", item=None),
        payload("reaction_added", reaction=""),
        payload("reaction_added", reaction="x" * 1_000),
        payload("app_home_opened", channel=None),
        payload("app_home_opened") | {"event_id": None},
        payload("user_change", user="U3"),
        payload("app_rate_limited") | {"minute_rate_limited": 5},
        payload("message") | {"event": None},
    ):
        with pytest.raises(BadPayload):
            heard(broken)
