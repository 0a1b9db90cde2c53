"""What people do in Slack becomes acts with a name of their own, by whoever may do them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

from bot.domain.events import (
    ActionTaken,
    ChannelKind,
    ChannelSeen,
    CommandGiven,
    FormSubmitted,
    ShortcutUsed,
)
from bot.domain.ids import ChannelId, MemberId
from bot.domain.posts import Field, Form
from bot.platforms.slack.acts import read_act, to_act
from bot.platforms.slack.forms import to_view
from bot.platforms.slack.me import Me
from bot.platforms.slack.shapes import BadPayload

PAYLOADS = Path(__file__).parent / "payloads"
NOW = 1_746_418_999_000_000
FALLS, ADA = ChannelId("slack:T1/C2"), MemberId("slack:T1/U2")
ALONE = ChannelId(ADA)
ME = Me(
    team="T1",
    user="UBOT",
    bot="BBOT",
    app="A1",
    external={"U8"},
    places={
        "C2": ChannelSeen(channel=FALLS, name="falls"),
        "C7": ChannelSeen(channel=ChannelId("slack:T1/C7"), name="C7", kind=ChannelKind.PRIVATE),
    },
)


def payload(name: str, **changes: object) -> dict[str, Any]:
    """A payload of Slack's, with *changes*."""
    found: dict[str, Any] = json.loads((PAYLOADS / f"{name}.json").read_text())
    return found | changes


def done(found: dict[str, Any]) -> object:
    """What becomes of a payload."""
    return to_act(found, ME, at=NOW)


def test_a_command_comes_as_it_was_typed() -> None:
    assert done(payload("command")) == CommandGiven(
        id="slack:13345224609.738474920.8088930838d88f008e0",
        command="net",
        text="ask someone to read our leaflet & say what isn<t clear",
        channel=FALLS,
        member=ADA,
        at=NOW,
        trigger="13345224609.738474920.8088930838d88f008e0 slack:T1/C2",
    )


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        pytest.param(
            "idea https://town.slack.com/archives/C2/p1718123456000100",
            "message:slack:T1/C2/1718123456000100",
            id="as it is copied",
        ),
        pytest.param(
            "idea <https://town.slack.com/archives/C2/p1718123456000100?thread_ts=1.2|this>",
            "message:slack:T1/C2/1718123456000100",
            id="as Slack escapes it",
        ),
        pytest.param("idea https://example.org/archives/C2/p17", "", id="another page"),
        pytest.param("idea watch someone make tea", "", id="words"),
    ],
)
def test_a_command_tells_which_message_it_links_to(typed: str, expected: str) -> None:
    given = done(payload("command", text=typed))
    assert isinstance(given, CommandGiven)
    assert given.points_to == expected


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        pytest.param("digest editor <@U0ROSA|rosa>", "slack:T1/U0ROSA", id="with a name"),
        pytest.param("digest editor <@W0ROSA>", "slack:T1/W0ROSA", id="without"),
        pytest.param("digest editor @rosa", None, id="only typed"),
        pytest.param("idea &lt;@U0ROSA&gt;", None, id="escaped"),
    ],
)
def test_a_command_tells_whom_it_mentions(typed: str, expected: str | None) -> None:
    given = done(payload("command", text=typed))
    assert isinstance(given, CommandGiven)
    assert given.mentions == expected


def test_a_channel_in_a_command_is_called_as_people_call_it() -> None:
    typed = "pairs on in <#C0AB12|frailty-homes> &lt;#C1|x&gt; <#C9>"
    given = done(payload("command", text=typed))
    assert isinstance(given, CommandGiven)
    assert given.text == "pairs on in #frailty-homes <#C1|x> <#C9>"


def test_a_command_tells_of_several_whom_it_mentions_in_their_order() -> None:
    given = done(payload("command", text="connect <@U2|joe> to <@U3> for <@U2> and <@U4>"))
    assert isinstance(given, CommandGiven)
    assert given.mentions == "slack:T1/U2"
    assert given.others == ("slack:T1/U3", "slack:T1/U2", "slack:T1/U4")


def test_a_command_may_be_given_anywhere_for_only_who_gave_it_hears_the_answer() -> None:
    given = done(payload("command", channel_id="D5", channel_name="directmessage"))
    assert isinstance(given, CommandGiven)
    assert given.channel == "slack:T1/D5"


def test_other_apps_commands_are_not_ours() -> None:
    assert done(payload("command", command="/lunch")) is None


def test_a_button_is_named_by_its_action_without_its_number() -> None:
    assert done(payload("block_actions")) == ActionTaken(
        id="slack:12466734323.1395872398.a1/1746418610.123456",
        action="asks.can_help",
        value="17",
        channel=FALLS,
        member=ADA,
        at=1_746_418_610_123_456,
        message="C2/1746418574.223589",
        trigger="12466734323.1395872398.a1 slack:T1/C2",
    )


def test_a_button_on_the_bots_own_page_is_pressed_where_nobody_else_is() -> None:
    assert done(payload("block_actions_home")) == ActionTaken(
        id="slack:12466734323.1395872398.a2/1746418611.123456",
        action="mydata.see",
        value="",
        channel=ALONE,
        member=ADA,
        at=1_746_418_611_123_456,
        trigger="12466734323.1395872398.a2 slack:T1/U2",
    )


def test_a_post_that_only_one_person_sees_cannot_be_named() -> None:
    place = {"type": "message", "message_ts": "1746418574.223589", "channel_id": "C2"}
    found = done(payload("block_actions", container=place | {"is_ephemeral": True}))
    assert isinstance(found, ActionTaken)
    assert (found.message, found.channel) == ("", FALLS)


def test_a_form_that_is_opened_where_something_was_done_comes_back_from_there() -> None:
    pressed = done(payload("block_actions_home"))
    assert isinstance(pressed, ActionTaken)
    _, _, channel = pressed.trigger.partition(" ")
    view = to_view(FORM, channel=channel).to_dict() | {"id": "V3", "state": None}
    back = done(sent(None) | {"view": view})
    assert isinstance(back, FormSubmitted)
    assert back.channel == ALONE


@pytest.mark.parametrize(
    ("element", "value"),
    [
        pytest.param({"selected_option": {"value": "mon"}}, "mon", id="one of a menu"),
        pytest.param(
            {"selected_options": [{"value": "a"}, {"value": "b"}]}, "a,b", id="some of a menu"
        ),
        pytest.param({"selected_users": ["U2", "U3"]}, "U2,U3", id="some people"),
        pytest.param({"selected_user": "U3"}, "U3", id="a person"),
        pytest.param({"selected_channel": "C2"}, "C2", id="a channel"),
        pytest.param({"selected_conversation": "C2"}, "C2", id="a conversation"),
        pytest.param({"selected_date": "2026-07-31"}, "2026-07-31", id="a day"),
        pytest.param({"selected_time": "10:00"}, "10:00", id="an hour"),
        pytest.param({"value": None}, "", id="nothing"),
        pytest.param({"selected_option": None}, "", id="no choice"),
    ],
)
def test_what_was_chosen_is_the_value(element: dict[str, object], value: str) -> None:
    pressed = {"action_id": "x.y", "action_ts": "1746418610.123456"} | element
    found = done(payload("block_actions", actions=[pressed]))
    assert isinstance(found, ActionTaken)
    assert found.value == value


def test_a_shortcut_tells_of_the_message_it_was_chosen_for() -> None:
    assert done(payload("message_action")) == ShortcutUsed(
        id="slack:13345224609.738474920.a3",
        shortcut="ideas.worth_hearing",
        channel=FALLS,
        ts=1_746_418_574_223_589,
        member=ADA,
        at=1_746_418_620_987_654,
        trigger="13345224609.738474920.a3 slack:T1/C2",
    )


@pytest.mark.parametrize(
    "channel",
    [
        pytest.param({"id": "C7", "name": "privategroup"}, id="a private channel"),
        pytest.param({"id": "D5", "name": "directmessage"}, id="a direct message"),
        pytest.param({"id": "C99", "name": "elsewhere"}, id="a channel the bot isn't in"),
        pytest.param(None, id="nowhere"),
    ],
)
def test_a_shortcut_gives_away_no_message_the_bot_may_not_hear(channel: object) -> None:
    assert done(payload("message_action", channel=channel)) is None


@pytest.mark.parametrize("message", [{"user": "U8"}, {"user": "U9", "user_team": "T8"}])
def test_a_shortcut_gives_away_no_strangers_message(message: dict[str, object]) -> None:
    assert done(payload("message_action", message=message)) is None


FORM = Form(
    name="asks.ask",
    title="Ask for help",
    fields=(Field(name="what", label="What?"), Field(name="when", options=("now", "later"))),
    submit="Ask",
    context='{"of": 17}',
)


def sent(state: object, **changes: object) -> dict[str, Any]:
    """Ada's answers to the form, as Slack sends what was drawn."""
    view = to_view(FORM, channel=FALLS).to_dict()
    view |= {"id": "V3", "hash": "1746418000.abc", "state": state} | changes
    user = {"id": "U2", "username": "ada", "team_id": "T1"}
    return {
        "type": "view_submission",
        "team": {"id": "T1", "domain": "example"},
        "user": user,
        "trigger_id": "1.2.3",
        "view": view,
        "response_urls": [],
    }


ANSWERS = {
    "values": {
        "what": {"what": {"type": "plain_text_input", "value": "A reader &amp; a friend"}},
        "when": {"when": {"type": "static_select", "selected_option": {"value": "later"}}},
    }
}


def test_a_form_that_was_drawn_comes_back_with_its_answers_and_where_it_was_asked() -> None:
    assert done(sent(ANSWERS)) == FormSubmitted(
        id="slack:V3/1746418000.abc",
        form="asks.ask",
        values={"what": "A reader &amp; a friend", "when": "later"},
        context='{"of": 17}',
        channel=FALLS,
        member=ADA,
        at=NOW,
    )


@pytest.mark.parametrize(
    "carried",
    [
        pytest.param("", id="nothing"),
        pytest.param("{", id="half of something"),
        pytest.param('{"channel": 5}', id="something else"),
        pytest.param("[" * 100_000, id="a pit"),
        pytest.param('{"channel": "slack:T2/C2"}', id="another workspace's channel"),
        pytest.param('{"channel": "console:T1/C2"}', id="another platform's channel"),
    ],
)
def test_a_form_that_carries_nothing_of_ours_was_asked_of_its_sender_alone(carried: str) -> None:
    found = done(sent(ANSWERS, private_metadata=carried))
    assert isinstance(found, FormSubmitted)
    assert (found.channel, found.context) == (ALONE, "")


def test_a_form_may_be_sent_without_a_question() -> None:
    found = done(sent(None))
    assert isinstance(found, FormSubmitted)
    assert found.values == {}


STRANGER = {"id": "U8", "team_id": "T1"}
VISITOR = {"id": "U9", "team_id": "T8"}


@pytest.mark.parametrize("user", [STRANGER, VISITOR], ids=["known as one", "who says so"])
@pytest.mark.parametrize("name", ["block_actions", "block_actions_home", "message_action"])
def test_a_stranger_does_nothing_here(name: str, user: dict[str, str]) -> None:
    assert done(payload(name, user=user)) is None
    assert done(sent(ANSWERS) | {"user": user}) is None


def test_a_stranger_gives_no_commands() -> None:
    assert done(payload("command", user_id="U8")) is None


@pytest.mark.parametrize("name", ["block_actions", "block_actions_home", "message_action"])
def test_what_is_done_in_another_workspace_is_not_ours(name: str) -> None:
    assert done(payload(name, team={"id": "T2"})) is None
    assert done(payload("command", team_id="T2")) is None


@pytest.mark.parametrize("kind", ["view_closed", "shortcut", "block_suggestion", "", None])
def test_other_interactions_are_nothing(kind: object) -> None:
    assert done(payload("block_actions", type=kind)) is None


@pytest.mark.parametrize(
    "broken",
    [
        pytest.param(payload("command", trigger_id=""), id="a command without a name"),
        pytest.param(payload("command", trigger_id="x" * 1000), id="a name that is a novel"),
        pytest.param(payload("command", user_id="U 2"), id="nobody's command"),
        pytest.param(payload("command", channel_id="../etc"), id="a command from nowhere"),
        pytest.param(payload("block_actions", actions=[]), id="no action"),
        pytest.param(payload("block_actions", actions=[{}]), id="an action without a name"),
        pytest.param(
            payload("block_actions", container={"message_ts": "1.1", "channel_id": "C2"}),
            id="on a message of no time",
        ),
        pytest.param(payload("message_action", callback_id=None), id="a shortcut without a name"),
        pytest.param(payload("message_action", message_ts=None, message=None), id="for no message"),
        pytest.param(sent(ANSWERS, callback_id=""), id="a form without a name"),
        pytest.param(sent(ANSWERS) | {"view": None}, id="a form that isn't there"),
        pytest.param(sent({"values": []}), id="a form of another shape"),
        pytest.param(payload("message_action", user=None), id="nobody"),
        pytest.param(payload("message_action", type=5), id="a type that is a number"),
        pytest.param(payload("message_action", type=[]), id="a type that is a list"),
    ],
)
def test_what_makes_no_sense_is_refused_by_name(broken: dict[str, Any]) -> None:
    with pytest.raises(BadPayload):
        done(broken)


def test_a_request_of_a_form_holds_fields_or_an_interaction() -> None:
    command = payload("command")
    assert read_act(urlencode(command).encode()) == command
    action = payload("block_actions")
    assert read_act(urlencode({"payload": json.dumps(action)}).encode()) == action


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b"payload=%7B", id="half an object"),
        pytest.param(b"payload=[]", id="a list"),
        pytest.param(b"payload=null", id="null"),
        pytest.param(b"payload=" + b"[" * 200_000, id="a pit"),
        pytest.param(b"payload=1" + b"0" * 5_000, id="a number without an end"),
        pytest.param(b"\xff\xfe", id="not text"),
        pytest.param(b"&".join(b"a=1" for _ in range(1_000)), id="a thousand fields"),
    ],
)
def test_a_body_that_is_no_form_is_refused_by_name(body: bytes) -> None:
    with pytest.raises(BadPayload):
        read_act(body)


def test_halves_of_characters_are_made_whole() -> None:
    given = done(payload("command", text="thanks \ud83d!\0"))
    assert isinstance(given, CommandGiven)
    assert given.text == "thanks \ufffd!"
