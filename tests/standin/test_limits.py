"""The stand-in counts calls as Slack does, and notices who doesn't wait."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from tests.standin.faults import Fault, FaultPlan
from tests.standin.limits import Limits
from tests.standin.server import StandIn


class Clock:
    """Stands still until it is moved."""

    def __init__(self) -> None:
        self.now = datetime(2026, 3, 2, 9, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


def wait(web: WebClient, channel: str) -> int:
    """The Retry-After of a post that is refused."""
    with pytest.raises(SlackApiError) as refused:
        web.chat_postMessage(channel=channel, text="again")
    assert refused.value.response.status_code == 429
    assert refused.value.response["error"] == "ratelimited"
    return int(refused.value.response.headers["Retry-After"])


def test_one_post_a_second_in_a_channel() -> None:
    clock = Clock()
    with StandIn(clock=clock) as slack:
        web = WebClient(token=slack.bot_token, base_url=slack.api, retry_handlers=[])
        slack.person("Ada")
        one, two = (slack.channel(name, "Ada", bot=True).id for name in ("one", "two"))
        web.chat_postMessage(channel=one, text="x")
        web.chat_postMessage(channel=two, text="x")
        assert wait(web, one) == 1
        assert slack.limits.violations == []
        assert wait(web, one) == 1
        assert [v.method for v in slack.limits.violations] == ["chat.postMessage"]
        clock.now += timedelta(seconds=1)
        web.chat_postMessage(channel=one, text="y")
        assert [r.text for r in slack.sees("Ada", "one")] == ["x", "y"]


def test_a_method_has_its_tier() -> None:
    limits = Limits()
    refused = [limits.refuse("conversations.history", 3, float(n) / 100) for n in range(52)]
    assert refused[:50] == [0] * 50
    assert refused[50] == 60
    assert limits.refuse("conversations.replies", 3, 1.0) == 0
    assert limits.refuse("conversations.history", 3, 61.0) == 0


def test_an_app_sold_outside_the_marketplace_reads_history_once_a_minute() -> None:
    limits = Limits(is_distributed=True)
    assert limits.refuse("conversations.history", 3, 0.0) == 0
    assert limits.refuse("conversations.history", 3, 59.0) == 1
    assert limits.page(100, 999) == 15
    assert limits.refuse("users.info", 4, 0.0) == 0


def test_a_planned_429_closes_the_method_for_as_long_as_it_says() -> None:
    clock = Clock()
    plan = FaultPlan(exactly=[("chat.postMessage", 1, Fault(kind="rate_limited", seconds=30))])
    with StandIn(clock=clock, faults=plan, limits=Limits(is_off=True)) as slack:
        web = WebClient(token=slack.bot_token, base_url=slack.api, retry_handlers=[])
        where = slack.channel("general", slack.person("Ada"), bot=True).id
        assert wait(web, where) == 30
        clock.now += timedelta(seconds=10)
        assert wait(web, where) == 20
        assert [v.early for v in slack.limits.violations] == [20.0]
        assert clock.now.timestamp() - slack.limits.violations[0].asked == 10.0
        clock.now += timedelta(seconds=20)
        web.chat_postMessage(channel=where, text="x")
        assert len(slack.posts) == 1
