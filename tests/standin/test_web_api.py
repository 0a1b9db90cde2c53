"""The stand-in's Web API, called by the real SDK: what it takes, and how it refuses."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from tests.standin.faults import Fault
from tests.standin.limits import Limits
from tests.standin.server import StandIn
from tests.standin.world import Channel

KEYED = {"event_type": "animateur_post", "event_payload": {"key": "digest/2026-W10"}}


@pytest.fixture
def slack() -> Iterator[StandIn]:
    """A workspace where calls aren't counted."""
    with StandIn(limits=Limits(is_off=True)) as standin:
        yield standin


@pytest.fixture
def web(slack: StandIn) -> WebClient:
    """The SDK's client, as the app has it."""
    return client(slack)


@pytest.fixture
def general(slack: StandIn) -> Channel:
    """Where Ada and the app are, and Bo isn't."""
    slack.person("Bo")
    return slack.channel("general", slack.person("Ada"), bot=True)


def client(slack: StandIn, token: str = "") -> WebClient:
    return WebClient(token=token or slack.bot_token, base_url=slack.api, retry_handlers=[])


def refusal(call: Any, /, **args: Any) -> str:
    """Slack's word for why it says no."""
    with pytest.raises(SlackApiError) as refused:
        call(**args)
    return str(refused.value.response["error"])


def eventually(true: Callable[[], object], seconds: float = 5.0) -> bool:
    """Whether something comes true by then."""
    end = time.monotonic() + seconds
    while not true() and time.monotonic() < end:
        time.sleep(0.01)
    return bool(true())


def test_a_post_is_seen_once_by_those_in_the_channel(
    slack: StandIn, web: WebClient, general: Channel
) -> None:
    answer = web.chat_postMessage(channel=general.id, text="*Hello*", metadata=KEYED)
    post = slack.said("digest/2026-W10")[0]
    ada = slack.world.person("Ada")
    assert (post.ts, post.seen_by, post.versions) == (answer["ts"], {ada.id: 1}, ["*Hello*"])
    assert [r.text for r in slack.sees("Ada")] == ["*Hello*"]
    assert slack.sees("Bo") == []


def test_what_was_sent_is_taken_late_though_its_caller_is_gone(
    slack: StandIn, general: Channel
) -> None:
    slack.faults.strikes("chat.postMessage", 1, Fault(kind="slow", seconds=0.3))
    impatient = WebClient(slack.bot_token, base_url=slack.api, retry_handlers=[])
    impatient.timeout = 0.1  # type: ignore[assignment]
    with pytest.raises(TimeoutError):
        impatient.chat_postMessage(channel=general.id, text="*Hello*", metadata=KEYED)

    assert not slack.said("digest/2026-W10")
    assert eventually(lambda: slack.said("digest/2026-W10"))


def test_two_posts_for_one_occasion_are_two(
    slack: StandIn, web: WebClient, general: Channel
) -> None:
    for _ in range(2):
        web.chat_postMessage(channel=general.id, text="Hello", metadata=KEYED)
    assert len(slack.said("digest/2026-W10")) == 2


def test_what_was_changed_or_taken_back_is_seen_so(
    slack: StandIn, web: WebClient, general: Channel
) -> None:
    ts = web.chat_postMessage(channel=general.id, text="one", metadata=KEYED)["ts"]
    web.chat_update(channel=general.id, ts=ts, text="two")
    assert [(r.text, r.key) for r in slack.sees("Ada")] == [("two", "digest/2026-W10")]
    web.chat_delete(channel=general.id, ts=ts)
    assert slack.sees("Ada") == []
    assert [(s.what, s.text) for s in slack.world.sights] == [
        ("appeared", "one"),
        ("changed", "two"),
        ("vanished", "two"),
    ]
    assert slack.posts[0].is_gone


def test_an_update_keeps_the_blocks_that_it_does_not_mention(
    web: WebClient, slack: StandIn, general: Channel
) -> None:
    block = {"type": "section", "text": {"type": "plain_text", "text": "in a block"}}
    ts = web.chat_postMessage(channel=general.id, text="one", blocks=[block])["ts"]
    web.chat_update(channel=general.id, ts=ts, text="two")
    assert slack.sees("Ada")[0].text == "in a block"
    web.chat_update(channel=general.id, ts=ts, text="three", blocks=[])
    assert slack.sees("Ada")[0].text == "three"


def test_only_one_person_sees_an_ephemeral_post(
    slack: StandIn, web: WebClient, general: Channel
) -> None:
    slack.joins("Bo", general)
    web.chat_postEphemeral(channel=general.id, user=slack.world.person("Bo").id, text="psst")
    assert [r.text for r in slack.sees("Bo") if r.is_ephemeral] == ["psst"]
    assert [r for r in slack.sees("Ada") if r.is_ephemeral] == []


@pytest.mark.parametrize(
    ("args", "error"),
    [
        pytest.param({"channel": "C404", "text": "x"}, "channel_not_found", id="nowhere"),
        pytest.param({"channel": "elsewhere", "text": "x"}, "not_in_channel", id="not invited"),
        pytest.param(
            {"channel": "secret", "text": "x"}, "channel_not_found", id="can't know of it"
        ),
        pytest.param({"channel": "old", "text": "x"}, "is_archived", id="archived"),
        pytest.param(
            {"channel": "general", "text": "x", "metadata": {"event_type": "9"}},
            "invalid_metadata_format",
            id="metadata without a payload",
        ),
        pytest.param(
            {"channel": "general", "text": "x", "blocks": [{"type": "section"}]},
            "invalid_blocks",
            id="a block without words",
        ),
    ],
)
def test_a_post_is_refused(
    slack: StandIn, web: WebClient, general: Channel, args: dict[str, Any], error: str
) -> None:
    for name, kind, bot in (("elsewhere", "public", False), ("secret", "private", False)):
        slack.channel(name, "Ada", kind=kind, bot=bot)
    slack.channel("old", "Ada", bot=True).is_archived = True
    known = {channel.name: channel.id for channel in slack.world.channels.values()}
    args = args | {"channel": known.get(args["channel"], args["channel"])}
    assert refusal(web.chat_postMessage, **args) == error
    assert slack.posts == []


def test_who_says_nothing_or_nowhere_is_refused(web: WebClient, general: Channel) -> None:
    def error(**args: str) -> str:
        return refusal(web.api_call, api_method="chat.postMessage", json=args)

    assert error(channel=general.id) == "no_text"
    assert error(text="x") == "invalid_arguments"


def test_too_many_characters_in_all_blocks_are_too_many(web: WebClient, general: Channel) -> None:
    def blocks(count: int, length: int) -> list[dict[str, Any]]:
        words = {"type": "mrkdwn", "text": "x" * length}
        return [{"type": "section", "text": words} for _ in range(count)]

    web.chat_postMessage(channel=general.id, text="x", blocks=blocks(4, 3000))
    too_many = refusal(web.chat_postMessage, channel=general.id, text="x", blocks=blocks(5, 2700))
    assert too_many == "msg_blocks_too_long"


def test_a_long_text_is_split_and_its_blocks_are_doubled(
    slack: StandIn, web: WebClient, general: Channel
) -> None:
    block = {"type": "section", "text": {"type": "plain_text", "text": "the same"}}
    web.chat_postMessage(channel=general.id, text="x" * 4001, blocks=[block], metadata=KEYED)
    assert [r.text for r in slack.sees("Ada")] == ["the same", "the same"]
    assert len(slack.said("digest/2026-W10")) == 2


def test_only_its_own_posts_can_an_app_change(
    slack: StandIn, web: WebClient, general: Channel
) -> None:
    ts = slack.writes("Ada", general, "mine").ts
    assert refusal(web.chat_update, channel=general.id, ts=ts, text="x") == "cant_update_message"
    assert refusal(web.chat_delete, channel=general.id, ts=ts) == "cant_delete_message"
    assert refusal(web.chat_delete, channel=general.id, ts="1.000000") == "message_not_found"


def test_a_scheduled_post_with_metadata_is_never_posted(general: Channel, slack: StandIn) -> None:
    at = datetime(2026, 3, 2, 9, tzinfo=UTC)
    with StandIn(clock=lambda: at, limits=Limits(is_off=True)) as later:
        web = client(later)
        where = later.channel("general", later.person("Ada"), bot=True).id
        due = int((at + timedelta(minutes=5)).timestamp())
        web.chat_scheduleMessage(channel=where, post_at=due, text="plain")
        web.chat_scheduleMessage(channel=where, post_at=due, text="keyed", metadata=KEYED)
        refused = refusal(web.chat_scheduleMessage, channel=where, post_at=due - 600, text="late")
        assert refused == "time_in_past"
        at += timedelta(minutes=6)
        for _ in range(50):
            if later.sees("Ada"):
                break
            time.sleep(0.02)
        assert [r.text for r in later.sees("Ada")] == ["plain"]


def test_history_is_paged_newest_first_and_leaves_answers_out(
    slack: StandIn, web: WebClient, general: Channel
) -> None:
    sent = [slack.writes("Ada", general, f"{n}") for n in range(5)]
    slack.replies("Ada", sent[0], "in the thread")
    slack.replies("Ada", sent[0], "also outside", broadcast=True)
    read = [
        message["text"]
        for answer in web.conversations_history(channel=general.id, limit=2)
        for message in answer["messages"]
    ]
    assert read == ["also outside", "4", "3", "2", "1", "0"]
    between = web.conversations_history(
        channel=general.id, oldest=sent[1].ts, latest=sent[3].ts, inclusive=True
    )
    assert [m["text"] for m in between["messages"]] == ["3", "2", "1"]
    thread = web.conversations_replies(channel=general.id, ts=sent[0].ts)
    assert [m["text"] for m in thread["messages"]] == ["0", "in the thread", "also outside"]
    assert thread["messages"][0]["reply_count"] == 2


def test_metadata_comes_back_only_when_asked_for(web: WebClient, general: Channel) -> None:
    web.chat_postMessage(channel=general.id, text="x", metadata=KEYED)
    bare = web.conversations_history(channel=general.id)["messages"][0]
    assert "metadata" not in bare
    whole = web.conversations_history(channel=general.id, include_all_metadata=True)
    assert whole["messages"][0]["metadata"] == KEYED


def test_history_is_for_those_inside(slack: StandIn, web: WebClient) -> None:
    outside = slack.channel("outside", slack.person("Ada"))
    hidden = slack.channel("hidden", "Ada", kind="private")
    assert refusal(web.conversations_history, channel=outside.id) == "not_in_channel"
    assert refusal(web.conversations_history, channel=hidden.id) == "channel_not_found"
    assert refusal(web.conversations_info, channel=hidden.id) == "channel_not_found"


def test_who_and_what_is_here(slack: StandIn, web: WebClient, general: Channel) -> None:
    ada = slack.world.person("Ada")
    guest = slack.person("Cy", team="Elsewhere", tz="Europe/Berlin")
    assert web.users_info(user=ada.id)["user"]["profile"]["display_name"] == "Ada"
    assert web.users_info(user=guest.id)["user"]["is_stranger"]
    assert web.users_info(user=guest.id)["user"]["tz_offset"] == 3600
    assert refusal(web.users_info, user="U404") == "user_not_found"
    everybody = [m["id"] for page in web.users_list(limit=2) for m in page["members"]]
    assert {ada.id, guest.id, slack.bot} <= set(everybody)
    assert web.conversations_members(channel=general.id)["members"] == [ada.id, slack.bot]
    assert web.conversations_info(channel=general.id)["channel"]["is_member"]
    assert [c["name"] for c in web.users_conversations()["channels"]] == ["general"]
    assert web.team_info()["team"]["id"] == slack.world.team.id
    assert web.bots_info(bot=slack.app.bot.bot_id)["bot"]["user_id"] == slack.bot


def test_an_app_is_alone_with_somebody(slack: StandIn, web: WebClient, general: Channel) -> None:
    ada = slack.world.person("Ada")
    where = web.conversations_open(users=ada.id)["channel"]["id"]
    assert web.chat_postMessage(channel=ada.id, text="hello")["channel"] == where
    assert [r.channel for r in slack.sees("Ada")] == [where]
    assert slack.sees("Bo") == []


def test_a_missing_scope_is_named(slack: StandIn, web: WebClient, general: Channel) -> None:
    slack.app.scopes.remove("channels:history")
    with pytest.raises(SlackApiError) as refused:
        web.conversations_history(channel=general.id)
    assert refused.value.response["error"] == "missing_scope"
    assert refused.value.response["needed"] == "channels:history"
    assert "channels:history" not in slack.scopes_used


def test_only_scopes_that_were_needed_count_as_used(
    web: WebClient, slack: StandIn, general: Channel
) -> None:
    web.chat_postMessage(channel=general.id, text="x")
    web.conversations_info(channel=general.id)
    assert slack.scopes_used - {"metadata.message:read"} == {
        "chat:write",
        "channels:read",
        "channels:history",  # for being told of its own message
    }


@pytest.mark.parametrize(
    ("act", "error"),
    [
        pytest.param("revokes", "token_revoked", id="its token was revoked"),
        pytest.param("uninstalls", "account_inactive", id="it was shown out"),
    ],
)
def test_a_dead_token(slack: StandIn, web: WebClient, act: str, error: str) -> None:
    assert web.auth_test()["user_id"] == slack.bot
    getattr(slack, act)()
    assert refusal(web.auth_test) == error


def test_a_wrong_token_or_none(slack: StandIn) -> None:
    assert refusal(client(slack, "xoxb-wrong").auth_test) == "invalid_auth"
    assert refusal(client(slack, slack.bot_token).apps_connections_open, app_token="xapp-x") == (
        "invalid_auth"
    )
    assert (
        refusal(client(slack, slack.bot_token).api_call, api_method="no.such") == "unknown_method"
    )


def test_a_picture_is_uploaded_and_shown(slack: StandIn, web: WebClient, general: Channel) -> None:
    answer = web.files_upload_v2(content=b"\x89PNG", filename="chart.png", title="A chart")
    file = answer["files"][0]["id"]
    block = {"type": "image", "slack_file": {"id": file}, "alt_text": "a chart that rises"}
    web.chat_postMessage(channel=general.id, text="x", blocks=[block])
    assert slack.sees("Ada")[0].text == "[a chart that rises]"
    block = {"type": "image", "slack_file": {"id": "F404"}, "alt_text": "nothing"}
    assert refusal(web.chat_postMessage, channel=general.id, text="x", blocks=[block]) == (
        "invalid_blocks"
    )


def test_a_reaction_counts_once(slack: StandIn, web: WebClient, general: Channel) -> None:
    ts = slack.writes("Ada", general, "look").ts
    web.reactions_add(channel=general.id, timestamp=ts, name="eyes")
    again = refusal(web.reactions_add, channel=general.id, timestamp=ts, name="eyes")
    assert again == "already_reacted"
    message = web.conversations_history(channel=general.id)["messages"][0]
    assert message["reactions"] == [{"name": "eyes", "users": [slack.bot], "count": 1}]
