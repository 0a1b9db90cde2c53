"""A start that Slack refuses: what patience mends, and what only other settings do."""

from __future__ import annotations

import time

import pytest

from bot.app import utcnow
from bot.config import ConfigError
from bot.platforms.slack.platform import Slack
from bot.platforms.slack.settings import SlackSettings
from bot.ports import DeliveryError
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
