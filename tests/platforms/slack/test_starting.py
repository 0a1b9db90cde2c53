"""A start that Slack refuses: what patience mends, and what only other settings do."""

from __future__ import annotations

import time
from collections.abc import Iterator

import msgspec
import pytest

from bot.app import utcnow
from bot.config import ConfigError
from bot.platforms.slack.platform import Slack
from bot.platforms.slack.settings import SlackSettings
from bot.ports import DeliveryError
from tests.platforms.slack.answering import APP, BOT, SIGNING, no, ok
from tests.platforms.slack.answering import Slack as Answering
from tests.standin.server import StandIn


def slack_of(town: StandIn, **other: str) -> Slack:
    given = {"bot_token": town.bot_token, "app_token": town.app_token, "api": town.api}
    return Slack(SlackSettings(**(given | other)), clock=utcnow)


@pytest.mark.parametrize(
    ("subject", "fault"),
    [
        pytest.param("auth.test", "rate_limited", id="asked to wait"),
        pytest.param("auth.test", "error_before", id="in trouble"),
        pytest.param("auth.test", "reset_before", id="cut off"),
    ],
)
def test_what_patience_mends_may_be_tried_again(subject: str, fault: str) -> None:
    with StandIn(socket=True) as town:
        slack = slack_of(town)
        town.strikes_next(subject, fault)
        with pytest.raises(DeliveryError) as problem:
            slack.start(lambda _: None)
        assert problem.value.retry_in is not None

        time.sleep(min(problem.value.retry_in.total_seconds(), 2))
        slack.start(lambda _: None)
        slack.stop()


def test_a_wrong_token_is_a_matter_of_settings() -> None:
    with StandIn(socket=True) as town:
        with pytest.raises(ConfigError, match="token"):
            slack_of(town, bot_token="xoxb-wrong").start(lambda _: None)
        with pytest.raises(ConfigError, match="app_token"):
            slack_of(town, app_token="xapp-wrong").start(lambda _: None)


def asking(slack: Answering, **more: object) -> SlackSettings:
    """The settings of a bot in *slack*."""
    slack.answers.setdefault("bots.info", [ok(bot={"app_id": "A1"})])
    return msgspec.convert(
        {"bot_token": BOT, "app_token": APP, "signing_secret": SIGNING, "port": 0}
        | {"api": slack.api, **more},
        SlackSettings,
    )


@pytest.fixture
def answering() -> Iterator[Answering]:
    slack = Answering()
    yield slack
    slack.stop()


@pytest.mark.parametrize("method", ["bots.info", "users.conversations"])
def test_a_slack_that_stumbles_lets_go_of_whoever_starts_it(
    answering: Answering, method: str
) -> None:
    answering.answers[method] = [no("service_unavailable")]
    slack = Slack(asking(answering, mode="http"), clock=utcnow)
    with pytest.raises(DeliveryError, match="stumbles") as problem:
        slack.start(lambda _: None)
    assert problem.value.retry_in is not None
    assert not slack.is_running


@pytest.mark.parametrize("method", ["auth.test", "bots.info", "users.conversations"])
def test_a_start_is_tried_again_no_sooner_than_slack_asks(
    answering: Answering, method: str
) -> None:
    settings = asking(answering, mode="http")
    answering.answers[method] = [
        (429, {"Retry-After": "37"}, '{"ok": false, "error": "ratelimited"}')
    ]
    with pytest.raises(DeliveryError) as problem:
        Slack(settings, clock=utcnow).start(lambda _: None)
    assert problem.value.retry_in is not None
    assert round(problem.value.retry_in.total_seconds()) == 37
    assert [each for each, _, _ in answering.asked].count(method) == 1


def test_a_socket_that_nobody_answers_is_a_matter_of_patience(answering: Answering) -> None:
    answering.answers["users.conversations"] = [ok(channels=[])]
    status, _, body = ok(url="ws://127.0.0.1:9/nobody")
    as_json = {"Content-Type": "application/json"}
    answering.answers["apps.connections.open"] = [(status, as_json, body)]
    slack = Slack(asking(answering, mode="socket"), clock=utcnow)
    with pytest.raises(DeliveryError, match="can't be reached") as problem:
        slack.start(lambda _: None)
    assert problem.value.retry_in is not None
    assert not slack.is_running
