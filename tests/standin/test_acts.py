"""People use a real Bolt app through the stand-in, over HTTP and a socket, and it is the same."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest
from slack_bolt.app.async_app import AsyncApp
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.models.blocks import ActionsBlock, ButtonElement, InputBlock, SectionBlock
from slack_sdk.models.blocks.basic_components import Option
from slack_sdk.models.blocks.block_elements import PlainTextInputElement, StaticSelectElement
from slack_sdk.models.views import View

from tests.standin.ears import bolt_over_http, bolt_over_socket
from tests.standin.limits import Limits
from tests.standin.server import StandIn, real_time

Json = dict[str, Any]
OVER: dict[str, Callable[..., AbstractContextManager[None]]] = {
    "http": bolt_over_http,
    "socket": bolt_over_socket,
}

FORM = View(
    type="modal",
    callback_id="ask.form",
    private_metadata="general",
    notify_on_close=True,
    title="Ask",
    submit="Send",
    blocks=[
        InputBlock(
            block_id="what",
            label="What do you need?",
            element=PlainTextInputElement(action_id="value", min_length=3),
        ),
        InputBlock(
            block_id="when",
            label="By when?",
            optional=True,
            element=StaticSelectElement(
                action_id="value",
                options=[Option(text="Soon", value="1"), Option(text="Any time", value="2")],
            ),
        ),
    ],
)


class Heard:
    """What the app was told."""

    def __init__(self) -> None:
        self.bodies: list[Json] = []
        self.errors: list[str] = []

    def build(self, app: AsyncApp) -> None:
        """A small app: a command opens a form, a button answers, a shortcut and a home."""

        @app.command("/net")
        async def net(ack: Any, body: Json, client: Any, respond: Any) -> None:
            self.bodies.append(body)
            if body["text"] == "form":
                await client.views_open(trigger_id=body["trigger_id"], view=FORM)
            if body["text"] == "loud":
                await respond("to all", response_type="in_channel")
            await ack(*(["only you"] if body["text"] == "hello" else []))

        @app.view("ask.form")
        async def asked(ack: Any, body: Json) -> None:
            self.bodies.append(body)
            what = body["view"]["state"]["values"]["what"]["value"]["value"]
            if what == "everything":
                await ack(response_action="errors", errors={"what": "One thing, please."})
            else:
                await ack()

        @app.view_closed("ask.form")
        async def closed(ack: Any, body: Json) -> None:
            self.bodies.append(body)
            await ack()

        @app.action("ask.can_help")
        async def helped(ack: Any, body: Json, respond: Any) -> None:
            self.bodies.append(body)
            await ack()
            if "message" in body:
                await respond("Thanks!", replace_original=False)

        @app.shortcut("story.hear")
        async def hear(ack: Any, body: Json) -> None:
            self.bodies.append(body)
            await ack()

        @app.event("app_home_opened")
        async def opened(event: Json, client: Any) -> None:
            blocks = [SectionBlock(text="*Welcome*"), _can_help()]
            await client.views_publish(user_id=event["user"], view=View(type="home", blocks=blocks))


def _can_help() -> ActionsBlock:
    button = ButtonElement(text="I can help", action_id="ask.can_help", value="ask 1")
    return ActionsBlock(block_id="buttons", elements=[button])


@pytest.fixture(params=["http", "socket"], ids=["over HTTP", "over a socket"])
def town(request: pytest.FixtureRequest) -> Iterator[tuple[StandIn, Heard]]:
    """A workspace with Ada and the app in #general."""
    heard, began = Heard(), real_time()
    with StandIn(
        clock=lambda: began,  # on a busy machine a permit's three seconds pass in the middle
        patience=30,
        socket=request.param == "socket",
        limits=Limits(is_off=True),
    ) as slack:
        slack.person("Ada")
        slack.channel("general", "Ada", bot=True)
        with OVER[request.param](slack, heard.build):
            yield slack, heard


def test_a_command_is_answered_to_the_asker_alone(town: tuple[StandIn, Heard]) -> None:
    slack, heard = town
    slack.joins(slack.person("Bo"), "general")
    assert slack.types("Ada", "/net", "hello", "general").ok
    body = heard.bodies[0]
    assert (body["command"], body["text"], body["user_name"]) == ("/net", "hello", "ada")
    assert [r.text for r in slack.sees("Ada") if r.is_ephemeral] == ["only you"]
    assert [r for r in slack.sees("Bo") if r.is_ephemeral] == []


def test_an_answer_may_be_for_everybody(town: tuple[StandIn, Heard]) -> None:
    slack, _ = town
    slack.types("Ada", "/net", "loud", "general")
    assert [r.text for r in slack.sees("Ada") if not r.is_ephemeral] == ["to all"]
    assert slack.posts[0].method == "response_url"


def test_nobody_listens_to_an_unknown_command(town: tuple[StandIn, Heard]) -> None:
    slack, _ = town
    slack.sockets.patience = 0.5
    answer = slack.types("Ada", "/other", "", "general")
    assert (answer.ok, answer.error) == (False, "operation_timeout")


def test_a_form_is_filled_in_corrected_and_sent(town: tuple[StandIn, Heard]) -> None:
    slack, heard = town
    slack.types("Ada", "/net", "form", "general")
    wrong = slack.submits("Ada", {"What do you need?": "everything"})
    assert wrong.errors == {"what": "One thing, please."}
    assert slack.modal("Ada") is not None
    right = slack.submits("Ada", {"what": "a reader", "By when?": "Soon"})
    assert (right.ok, dict(right.errors), slack.modal("Ada")) == (True, {}, None)
    view = heard.bodies[-1]["view"]
    assert view["private_metadata"] == "general"
    assert view["state"]["values"]["what"]["value"] == {
        "type": "plain_text_input",
        "value": "a reader",
    }
    assert view["state"]["values"]["when"]["value"]["selected_option"]["value"] == "1"


def test_the_client_lets_nobody_send_what_is_not_filled_in(town: tuple[StandIn, Heard]) -> None:
    slack, heard = town
    slack.types("Ada", "/net", "form", "general")
    with pytest.raises(ValueError, match="fill in"):
        slack.submits("Ada", {})
    with pytest.raises(ValueError, match="3 to 3000"):
        slack.submits("Ada", {"what": "no"})
    with pytest.raises(ValueError, match="not offered"):
        slack.submits("Ada", {"when": "Never"})
    with pytest.raises(KeyError, match="no field"):
        slack.submits("Ada", {"who": "me"})
    assert len(heard.bodies) == 1


def test_a_form_that_is_closed_is_told(town: tuple[StandIn, Heard]) -> None:
    slack, heard = town
    slack.types("Ada", "/net", "form", "general")
    assert slack.closes("Ada") is not None
    assert (heard.bodies[-1]["type"], heard.bodies[-1]["is_cleared"]) == ("view_closed", False)
    with pytest.raises(KeyError):
        slack.submits("Ada", {"what": "late"})


def test_a_button_is_pressed_in_a_message(town: tuple[StandIn, Heard]) -> None:
    slack, heard = town
    web = client(slack)
    where = slack.world.channel("general").id
    ts = web.chat_postMessage(channel=where, text="An ask", blocks=[_can_help()])["ts"]
    assert slack.sees("Ada")[0].buttons == ("I can help",)
    assert slack.presses("Ada", ts, "I can help").ok
    body = heard.bodies[0]
    assert body["actions"][0]["value"] == "ask 1"
    assert body["container"]["message_ts"] == body["message"]["ts"] == ts
    assert [r.text for r in slack.sees("Ada") if r.is_ephemeral] == ["Thanks!"]
    with pytest.raises(KeyError, match="nothing called"):
        slack.presses("Ada", ts, "Another")
    slack.person("Bo")
    with pytest.raises(KeyError, match="can't see"):
        slack.presses("Bo", ts, "I can help")


def test_home_is_shown_and_pressed(town: tuple[StandIn, Heard]) -> None:
    slack, heard = town
    assert slack.opens_home("Ada") == []
    assert slack.settles()
    assert slack.home_of("Ada") == ["*Welcome*"]
    home = slack.home("Ada")
    assert home is not None
    slack.presses("Ada", home, "I can help")
    assert heard.bodies[0]["view"]["type"] == "home"


def test_a_shortcut_on_a_message(town: tuple[StandIn, Heard]) -> None:
    slack, heard = town
    message = slack.writes("Ada", "general", "a story")
    assert slack.uses_shortcut("Ada", "story.hear", on=message).ok
    body = heard.bodies[0]
    assert (body["type"], body["message_ts"]) == ("message_action", message.ts)
    assert slack.uses_shortcut("Ada", "story.hear").ok
    assert heard.bodies[1]["type"] == "shortcut"


def test_a_permit_works_once_and_for_three_seconds(town: tuple[StandIn, Heard]) -> None:
    slack, _ = town
    web = client(slack)
    trigger = slack.types("Ada", "/net", "nothing", "general").trigger

    def error(of: str) -> str:
        with pytest.raises(SlackApiError) as refused:
            web.views_open(trigger_id=of, view=FORM)
        return str(refused.value.response["error"])

    web.views_open(trigger_id=trigger, view=FORM)
    assert error(trigger) == "exchanged_trigger_id"
    assert error("1.2.3") == "invalid_trigger_id"
    late = slack.types("Ada", "/net", "nothing", "general").trigger
    slack.permits[late].until -= 3.1
    assert error(late) == "expired_trigger_id"


def test_an_answering_address_works_five_times(town: tuple[StandIn, Heard]) -> None:
    slack, heard = town
    slack.types("Ada", "/net", "nothing", "general")
    url = heard.bodies[0]["response_url"]

    def answer() -> int:
        try:
            with urlopen(Request(url, b'{"text": "x"}')) as said:
                return int(said.status)
        except HTTPError as refused:
            with refused:
                return refused.code

    assert [answer() for _ in range(6)] == [200] * 5 + [404]
    assert len(slack.sees("Ada")) == 5


def client(slack: StandIn) -> Any:
    return WebClient(token=slack.bot_token, base_url=slack.api, retry_handlers=[])
