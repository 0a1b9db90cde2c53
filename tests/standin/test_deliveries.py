"""The stand-in brings events as Slack does: signed, within three seconds, three times more."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from slack_sdk.signature import SignatureVerifier
from starlette.responses import PlainTextResponse

from tests.standin.ears import Ear
from tests.standin.faults import FaultPlan
from tests.standin.limits import Limits
from tests.standin.server import StandIn

UNLIMITED = Limits(is_off=True)


@contextmanager
def town(
    *answers: int | float, faults: FaultPlan | None = None, **more: float
) -> Iterator[tuple[StandIn, Ear]]:
    """A workspace with Ada and the app in #general, over HTTP, in a hurry."""
    settings = {"speed": 3000.0} | more
    with StandIn(limits=UNLIMITED, faults=faults, **settings) as slack:  # type: ignore[arg-type]
        slack.person("Ada")
        slack.channel("general", "Ada", bot=True)
        with Ear(answers=list(answers)).listening_to(slack) as ear:
            yield slack, ear


def events(ear: Ear) -> list[dict[str, object]]:
    return [json.loads(body)["event"] for _, body in ear.heard]


def test_an_event_is_signed_so_that_the_sdk_believes_it() -> None:
    with town() as (slack, ear):
        slack.writes("Ada", "general", "hello")
        assert slack.settles()
        headers, body = ear.heard[0]
        assert SignatureVerifier(slack.signing_secret).is_valid_request(body, headers)
        assert not SignatureVerifier("another").is_valid_request(body, headers)
        assert headers["content-type"] == "application/json"
        assert json.loads(body)["event"]["text"] == "hello"


def test_a_refused_event_comes_three_times_more_and_says_why() -> None:
    with town(500, 500, 500, 500) as (slack, ear):
        slack.writes("Ada", "general", "hello")
        assert slack.settles()
        told = [h.get("x-slack-retry-num") for h, _ in ear.heard]
        assert told == [None, "1", "2", "3"]
        assert {h.get("x-slack-retry-reason") for h, _ in ear.heard[1:]} == {"http_error"}
        assert len({body for _, body in ear.heard}) == 1
        assert slack.deliveries.all[0].state == "given up"


def test_repeats_stop_once_one_is_acknowledged() -> None:
    with town(500, 200) as (slack, ear):
        slack.writes("Ada", "general", "hello")
        assert slack.settles()
        assert len(ear.heard) == 2
        assert slack.deliveries.all[0].state == "acknowledged"


def test_an_answer_that_takes_too_long_is_no_answer() -> None:
    with town(2.0, 200, patience=0.3) as (slack, ear):
        slack.writes("Ada", "general", "hello")
        assert slack.settles()
        assert ear.heard[1][0]["x-slack-retry-reason"] == "http_timeout"


def test_nobody_at_the_address_is_a_failed_connection() -> None:
    with StandIn(speed=3000) as slack:
        slack.person("Ada")
        slack.channel("general", "Ada", bot=True)
        slack.calls_app_at("http://127.0.0.1:9/slack/events")
        slack.writes("Ada", "general", "hello")
        assert slack.settles()
        reasons = [a.reason for a in slack.deliveries.all[0].attempts]
        assert reasons == ["connection_failed"] * 4


def test_an_app_can_ask_not_to_be_told_again() -> None:
    with town() as (slack, ear):
        ear.answers.append(PlainTextResponse("", 500, {"X-Slack-No-Retry": "1"}))
        slack.writes("Ada", "general", "hello")
        assert slack.settles()
        assert len(ear.heard) == 1


def test_one_at_a_time_events_come_in_order() -> None:
    with town() as (slack, ear):
        for n in range(30):
            slack.writes("Ada", "general", f"{n}")
        assert slack.settles()
        assert [e["text"] for e in events(ear)] == [f"{n}" for n in range(30)]


@pytest.mark.parametrize(
    ("fault", "arrives"),
    [
        pytest.param("duplicate", ["one", "one", "two"], id="comes twice"),
        pytest.param("reorder", ["two", "one"], id="comes after the next"),
        pytest.param("delay", ["two", "one"], id="comes late"),
        pytest.param("drop", ["two"], id="never comes"),
        pytest.param("reset_before", ["one", "two"], id="only the repeat comes"),
        pytest.param("reset_after", ["one", "one", "two"], id="comes again after a lost answer"),
    ],
)
def test_a_planned_fault(fault: str, arrives: list[str]) -> None:
    plan = FaultPlan(exactly=[("message", 1, fault)], seconds=0.2)
    with town(faults=plan) as (slack, ear):
        slack.writes("Ada", "general", "one")
        slack.writes("Ada", "general", "two")
        assert slack.settles()
        came = [str(e["text"]) for e in events(ear)]
        assert came == arrives if fault in ("reorder", "delay") else sorted(came) == arrives
        assert [s.fault.kind for s in plan.struck] == [fault]


def test_the_same_seed_strikes_the_same_ones() -> None:
    def drawn(seed: int) -> list[bool]:
        plan = FaultPlan(seed=seed, rates={"event:drop": 0.3})
        return [plan.for_event("message") is not None for _ in range(200)]

    assert drawn(1) == drawn(1) != drawn(2)
    assert 30 < sum(drawn(1)) < 90


def test_a_fault_that_does_not_exist_is_noticed() -> None:
    with pytest.raises(ValueError, match="explode"):
        FaultPlan(exactly=[("message", 1, "explode")])


def test_a_failing_story_tells_its_seed() -> None:
    with pytest.raises(AssertionError) as failed, StandIn(faults=FaultPlan(seed=77)):
        raise AssertionError
    assert "seed 77" in failed.value.__notes__[0]


def test_an_app_proves_its_address_by_the_challenge() -> None:
    with town() as (slack, ear):
        assert not slack.verifies(ear.url)
        ear.answers.append(PlainTextResponse("3eZbrw1aB1"))
        assert slack.verifies(ear.url)
