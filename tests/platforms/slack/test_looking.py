"""A look at a workspace says what is wrong and what to do, whatever comes back as an answer."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec
import pytest

from bot.platforms.slack.looking import Found, look, problem_of
from bot.platforms.slack.settings import SlackSettings
from tests.platforms.slack.answering import APP, BOT, GRANTED, SIGNING, Answer, Slack, no, ok


@pytest.fixture
def slack() -> Iterator[Slack]:
    """A Slack that says yes to everything, until a test makes it say otherwise."""
    found = Slack()
    yield found
    found.stop()


def seen(slack: Slack, **more: object) -> Found:
    """What a look finds."""
    settings = SlackSettings(bot_token=BOT, app_token=APP, api=slack.api)
    return look(msgspec.structs.replace(settings, **more))


def test_where_all_is_well_it_says_who_it_is_and_where(slack: Slack) -> None:
    found = seen(slack)

    assert (found.workspace, found.bot) == ("Frailty Friends", "animateur")
    assert found.channels == ("C2", "frailty")
    assert (found.missing, found.needless, found.problems) == ((), (), ())
    assert [(method, token) for method, token, _ in slack.asked] == [
        ("auth.test", f"Bearer {BOT}"),
        ("users.conversations", f"Bearer {BOT}"),
        ("apps.connections.open", f"Bearer {APP}"),
    ]


def test_channels_are_read_page_by_page_and_private_ones_only_where_allowed(slack: Slack) -> None:
    first = ok(channels=[{"name": "b"}], response_metadata={"next_cursor": "more"})
    last = ok(channels=[{"name": "a"}], response_metadata={"next_cursor": ""})
    slack.answers["users.conversations"] = [first, last, first, last]

    assert seen(slack).channels == ("a", "b")
    assert seen(slack, private_channels=True).channels == ("a", "b")

    asked = [given for method, _, given in slack.asked if method == "users.conversations"]
    assert [each.get("cursor") for each in asked] == [None, ["more"]] * 2
    assert [each["types"] for each in asked] == [["public_channel"]] * 2 + [
        ["public_channel,private_channel"]
    ] * 2


def test_pages_without_end_are_given_up(slack: Slack) -> None:
    endless = ok(channels=[{"name": "a"}], response_metadata={"next_cursor": "more"})
    slack.answers["users.conversations"] = [endless]

    assert seen(slack).channels == ("a",) * 20


def test_a_scope_that_is_missing_and_one_that_nobody_needs_are_named(slack: Slack) -> None:
    granted = GRANTED.replace("reactions:read", "im:history")
    status, _, body = slack.answers["auth.test"][0]
    slack.answers["auth.test"] = [(status, {"X-OAuth-Scopes": granted}, body)]

    found = seen(slack, private_channels=True)

    assert found.missing == ("groups:history", "groups:read", "reactions:read")
    assert found.needless == ("im:history",)
    [problem] = found.problems
    assert "missing: groups:history, groups:read, reactions:read." in problem
    assert "install the app again under Install App" in problem


def test_where_slack_names_no_scopes_none_is_said_to_be_missing(slack: Slack) -> None:
    status, _, body = slack.answers["auth.test"][0]
    slack.answers["auth.test"] = [(status, {}, body)]

    assert seen(slack).missing == ()


REFUSED = [
    pytest.param(no("invalid_auth"), "copy it again, under OAuth & Permissions", id="unknown"),
    pytest.param(no("token_revoked"), "was revoked: install the app again", id="revoked"),
    pytest.param(no("account_inactive"), "The workspace has removed the app", id="removed"),
    pytest.param(
        no("missing_scope", needed="users:read"), "give it the scope users:read", id="too little"
    ),
    pytest.param(
        (429, {"Retry-After": "30"}, '{"ok": false, "error": "ratelimited"}'),
        "Slack asks for patience",
        id="too often",
    ),
    pytest.param(no("some_new_word"), "says only: some_new_word", id="a word we don't know"),
    pytest.param(no("<b>Look</b> " + BOT), "(status 200)", id="something odd for a word"),
    pytest.param(
        (502, {}, "<html>Bad gateway</html>"),
        "(status 502): is there a proxy",
        id="a gateway that is down",
    ),
    pytest.param(
        (200, {}, "<html>Log in to the guest network</html>"),
        "(status 200): is there a proxy",
        id="a hotel's page",
    ),
    pytest.param((200, {}, ""), "(status 200)", id="nothing at all"),
    pytest.param((200, {}, "[]"), "(status 200)", id="a list"),
]


@pytest.mark.parametrize(("answer", "said"), REFUSED)
@pytest.mark.parametrize("method", ["auth.test", "users.conversations", "apps.connections.open"])
def test_a_refusal_is_a_sentence_and_shows_no_secret(
    method: str, answer: Answer, said: str, slack: Slack
) -> None:
    slack.answers[method] = [answer]

    found = seen(slack)

    assert (found.workspace is None) == (method == "auth.test")
    assert (found.channels is None) == (method != "apps.connections.open")
    [problem] = found.problems
    assert problem.endswith((".", "?"))
    if "OAuth" not in said or method != "apps.connections.open":
        assert said in problem
    for secret in (BOT, APP, "<b>", "html"):
        assert secret not in problem


def test_the_token_of_connections_is_looked_for_in_its_own_place(slack: Slack) -> None:
    slack.answers["apps.connections.open"] = [no("invalid_auth")]

    [problem] = seen(slack).problems

    assert problem == (
        "Slack doesn't know this app_token: copy it again, under Basic Information, among the "
        "App-Level Tokens."
    )


@pytest.mark.parametrize(
    ("told", "is_one"),
    [
        pytest.param(ok(bot={"app_id": "A0123456789"}), True, id="one app"),
        pytest.param(ok(bot={"app_id": "A9"}), False, id="two apps"),
        pytest.param(ok(bot={"app_id": "<b>"}), True, id="an id that is none"),
        pytest.param(ok(bot=["A9"]), True, id="a bot that is none"),
        pytest.param(ok(), True, id="nothing told"),
        pytest.param(no("bot_not_found"), True, id="nobody known"),
    ],
)
def test_tokens_of_different_apps_are_pointed_out(told: Answer, is_one: bool, slack: Slack) -> None:
    slack.answers["auth.test"] = [ok(team="Frailty Friends", user="animateur", bot_id="B1")]
    slack.answers["bots.info"] = [told]

    problems = seen(slack).problems

    assert [given for method, _, given in slack.asked if method == "bots.info"] == [{"bot": ["B1"]}]
    assert problems == (
        ()
        if is_one
        else (
            "The two tokens belong to different apps, bot_token to A9 and app_token to "
            "A0123456789: copy both from the pages of one app, at https://api.slack.com/apps.",
        )
    )
    assert seen(slack, mode="http", signing_secret=SIGNING).problems == ()


def test_over_http_no_connection_is_asked_for(slack: Slack) -> None:
    found = seen(slack, mode="http", app_token="", signing_secret=SIGNING)

    assert found.problems == ()
    assert "apps.connections.open" not in [method for method, _, _ in slack.asked]


def test_where_nobody_answers_it_says_so_at_once() -> None:
    slack = Slack()
    slack.stop()

    found = seen(slack)

    [problem] = found.problems
    assert problem.startswith(f"Slack can't be reached at {slack.api} (")
    assert found.workspace is None


@pytest.mark.parametrize(
    ("name", "value", "problem"),
    [
        pytest.param("bot_token", BOT, None, id="a bot's token"),
        pytest.param("app_token", APP, None, id="an app's token"),
        pytest.param("signing_secret", SIGNING, None, id="a signing secret"),
        pytest.param("bot_token", "", "There is no bot_token: it is shown", id="nothing"),
        pytest.param("bot_token", APP, "That is the app_token, not the bot_token", id="an app's"),
        pytest.param("app_token", BOT, "That is the bot_token, not the app_token", id="a bot's"),
        pytest.param("app_token", SIGNING, "That is the signing_secret", id="the secret"),
        pytest.param("signing_secret", SIGNING[:-1], "That is no signing_secret", id="a part"),
        pytest.param("bot_token", BOT.replace("xoxb", "xoxp"), "no bot_token", id="a person's"),
        pytest.param("bot_token", f"{BOT} ", "That is no bot_token", id="a space after it"),
        pytest.param("bot_token", f"{BOT}\n", "That is no bot_token", id="a line end after it"),
    ],
)
def test_a_secret_is_known_by_its_look(name: str, value: str, problem: str | None) -> None:
    told = problem_of(name, value)

    assert (told is None) == (problem is None)
    assert (problem or "") in (told or "")
    assert not value or value.strip() not in (told or "")


@pytest.mark.parametrize(("mode", "needed"), [("socket", "app_token"), ("http", "signing_secret")])
def test_what_has_the_wrong_look_is_not_even_sent(mode: str, needed: str, slack: Slack) -> None:
    found = seen(slack, mode=mode, app_token="", bot_token="xoxb-short")

    assert slack.asked == []
    assert [problem.partition(":")[0] for problem in found.problems] == [
        "That is no bot_token",
        f"There is no {needed}",
    ]
