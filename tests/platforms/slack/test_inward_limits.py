"""What Slack's events leave open, for whom they are, and what must come of senseless ones."""

from __future__ import annotations

from typing import Any

import pytest

from bot.domain.events import (
    BotInvited,
    BotUninstalled,
    ChannelKind,
    ChannelSeen,
    PersonSeen,
)
from bot.domain.ids import ChannelId, MemberId
from bot.platforms.slack.inward import (
    BadPayload,
    Lookup,
)
from tests.platforms.slack.recorded import (
    FALLS,
    NEW_PLACE,
    asked,
    heard,
    payload,
    posted,
    somebody,
)

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


GROUPS = [
    pytest.param("group_rename", {"channel": {"id": "C2", "name": "secret"}}, id="a new name"),
    pytest.param("group_archive", {"channel": "C2"}, id="put away"),
    pytest.param("group_unarchive", {"channel": "C2"}, id="back"),
    pytest.param(
        "channel_rename",
        {"channel": {"id": "C2", "name": "secret", "is_private": True}},
        id="a new name of what is private",
    ),
]


@pytest.mark.parametrize(("name", "changes"), GROUPS)
def test_what_is_said_of_a_private_channel_closes_one_that_was_open(
    name: str, changes: dict[str, Any]
) -> None:
    me = somebody()
    shut = ChannelSeen(channel=FALLS, name="falls", kind=ChannelKind.PRIVATE)
    for _ in range(2):  # the first may not have been committed
        assert heard(payload(name, **changes), me) == (shut,)
        me.note([shut])
    assert heard("channel_rename", me) == ()


@pytest.mark.parametrize(("name", "changes"), GROUPS)
def test_where_private_channels_are_heard_a_group_stays_private(
    name: str, changes: dict[str, Any]
) -> None:
    (seen,) = heard(payload(name, **changes), somebody(private_channels=True))
    assert isinstance(seen, ChannelSeen)
    assert seen.kind is ChannelKind.PRIVATE
    assert seen.name == ("secret" if "rename" in name else "falls")
    assert seen.is_archived == (name == "group_archive")


def test_a_channel_that_is_called_anew_and_made_private_is_told_so_again() -> None:
    me = somebody()
    me.note([ChannelSeen(channel=FALLS, name="falls", kind=ChannelKind.PRIVATE)])
    me.note(heard(payload("channel_id_changed"), somebody()))
    (seen,) = heard(payload("message_made_private", channel="C22"), me)
    assert seen == ChannelSeen(
        channel=ChannelId("slack:T1/C22"), name="falls", kind=ChannelKind.PRIVATE
    )


def test_what_was_never_open_is_not_told_of() -> None:
    assert heard(payload("message_made_private", channel="C7")) == ()
    assert heard(payload("message_made_private", channel="C99")) == ()


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
