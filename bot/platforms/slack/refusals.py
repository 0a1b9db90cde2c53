"""What Slack's refusals mean for a post: whether to try again, when, and what a person must do.

The words are those of https://docs.slack.dev/reference/methods/chat.postMessage#errors and of
the other methods that `bot.platforms.slack.web` calls.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import timedelta
from functools import wraps
from typing import ParamSpec, TypeVar

from slack_sdk.errors import SlackApiError
from slack_sdk.web import SlackResponse
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.platforms.slack.wire import Unreached
from bot.ports import DeliveryError

SOON = timedelta(seconds=10)
LATER = timedelta(seconds=60)
LONGEST_WAIT = 86_400  # seconds

TOO_OFTEN = frozenset(("ratelimited", "rate_limited"))
UNSURE = frozenset(("fatal_error", "internal_error", "service_unavailable", "unknown_error"))
"""Slack says itself of these that what was asked may have been done."""

AGAIN = {"request_timeout": SOON, "team_added_to_org": LATER}

_INVITE = "invite me there again with /invite"
_NEW_TOKEN = "put its new token into config.toml and start me again"
_REASONS = {
    "channel_not_found": f"I can't see that channel. If it still exists, {_INVITE}.",
    "not_in_channel": f"I am not in that channel: {_INVITE}.",
    "user_not_in_channel": "That person is not in that channel.",
    "is_archived": "That channel is archived: unarchive it, or choose another.",
    "is_inactive": "That channel is frozen: choose another.",
    "restricted_action": "This workspace doesn't let me post there: an admin can allow it.",
    "restricted_action_read_only_channel": "Only some may post there: an admin can add me.",
    "restricted_action_thread_only_channel": "That channel takes replies only: choose another.",
    "posting_to_general_channel_denied": "Only some may post to everybody: an admin can add me.",
    "messages_tab_disabled": "My Messages tab is off: turn it on in the app's settings (App Home).",
    "cannot_dm_bot": "That is a bot, and bots can't be written to.",
    "user_not_found": "That person is not in this workspace any more.",
    "user_disabled": "That person's account is closed.",
    "no_permission": "This workspace doesn't allow me that: ask an admin.",
    "access_denied": "This workspace doesn't allow me that: ask an admin.",
    "ekm_access_denied": "An admin has suspended posting in this workspace.",
    "message_limit_exceeded": "This workspace takes no more messages on its plan.",
    "team_not_found": "This workspace is not there any more.",
    "token_revoked": f"My token was revoked: reinstall the app, {_NEW_TOKEN}.",
    "token_expired": f"My token has expired: reinstall the app, {_NEW_TOKEN}.",
    "account_inactive": f"The app was removed from the workspace: install it again, {_NEW_TOKEN}.",
    "invalid_auth": f"Slack doesn't know my token: copy it from the app's settings, {_NEW_TOKEN}.",
    "not_authed": "I have no token: put bot_token into [slack] of config.toml.",
    "not_allowed_token_type": "That is another kind of token: bot_token begins with xoxb-.",
    "missing_scope": "The app lacks a permission: paste the manifest again and reinstall the app.",
    "message_not_found": "That message is not there any more.",
    "cant_update_message": "That message isn't mine to change.",
    "cant_delete_message": "That message isn't mine to take back.",
    "edit_window_closed": "This workspace doesn't let that message be changed any more.",
    "expired_trigger_id": "It took longer than the three seconds that Slack gives: ask again.",
    "trigger_expired": "It took longer than the three seconds that Slack gives: ask again.",
    "exchanged_trigger_id": "That form was opened already.",
    "trigger_exchanged": "That form was opened already.",
    "invalid_trigger_id": "Slack doesn't know what that form was to answer: ask again.",
    "not_enabled": "My Home tab is off: turn it on in the app's settings (App Home).",
    "msg_too_long": "Slack finds this post too long.",
    "msg_blocks_too_long": "Slack finds this post too long.",
    "invalid_blocks": "Slack can't read this post: that is a fault of mine.",
    "view_too_large": "Slack finds this form too large.",
}

TOKENS = frozenset(
    ("token_revoked", "token_expired", "account_inactive", "invalid_auth", "not_authed")
)
"""Nothing is wrong with what was to be said: it waits until somebody has put the token right."""

FIXING = timedelta(minutes=5)

Answered = SlackResponse | AsyncSlackResponse

_WORD = re.compile(r"[a-z][a-z0-9_]*")
_SECONDS = re.compile(r"[0-9]{1,9}")


class Refusal(DeliveryError):
    """Slack said no: `word` is its own word for why."""

    def __init__(self, message: str, *, word: str, retry_in: timedelta | None = None) -> None:
        super().__init__(message, retry_in=retry_in)
        self.word = word


def once(call: Callable[[], SlackResponse]) -> Mapping[str, object]:
    """What Slack answers to *call*, which is made this one time.

    Raises:
        DeliveryError: it refused, or its answer was lost.
    """
    try:
        data = call().data
    except Exception as error:  # whatever it was: a lost answer must not become a second post
        raise to_delivery_error(error) from error
    return data if isinstance(data, dict) else {}


def again(call: Callable[[], SlackResponse]) -> Mapping[str, object]:
    """As `once`, for what may be done twice: where the answer was lost, it's to be made again.

    Raises:
        DeliveryError: as for `once`, and never in doubt.
    """
    try:
        return once(call)
    except DeliveryError as error:
        if error.may_have_arrived:
            raise DeliveryError(str(error), retry_in=SOON) from error
        raise


R = TypeVar("R")
Given = ParamSpec("Given")


def outlasting(speak: Callable[Given, R]) -> Callable[Given, R]:
    """As *speak*, but where the token is refused it's to be tried again in a few minutes."""

    @wraps(speak)
    def patient(*given: Given.args, **named: Given.kwargs) -> R:
        try:
            return speak(*given, **named)
        except Refusal as refusal:
            if refusal.word not in TOKENS:
                raise
            raise Refusal(str(refusal), word=refusal.word, retry_in=FIXING) from refusal

    return patient


def to_delivery_error(error: Exception) -> DeliveryError:
    """What *error*, raised by a call, means."""
    if isinstance(error, Unreached):
        return DeliveryError(f"Slack can't be reached ({error}).", retry_in=SOON)
    if isinstance(error, SlackApiError) and isinstance(error.response, Answered):
        return _refused(error.response)
    return DeliveryError(
        f"Slack's answer was lost ({type(error).__name__}).", may_have_arrived=True
    )


def _refused(response: Answered) -> DeliveryError:
    status, data = response.status_code, response.data
    found = str(data.get("error", "")) if isinstance(data, dict) else ""
    word = found if _WORD.fullmatch(found) else ""
    if status == 429 or word in TOO_OFTEN:
        wait = _retry_after(response.headers)
        message = f"Slack asks for a pause of {wait.total_seconds():.0f} seconds."
        return Refusal(message, word="ratelimited", retry_in=wait)
    if status >= 500 or word in UNSURE or (status == 200 and not word):
        what = word or f"status {status}"
        return DeliveryError(f"Slack has trouble of its own ({what}).", may_have_arrived=True)
    if word in AGAIN:
        return Refusal(f"Slack asks to try again ({word}).", word=word, retry_in=AGAIN[word])
    if not word:
        message = f"That isn't Slack's Web API: it answers {status}. Look at `api` in [slack]."
        return DeliveryError(message)
    return Refusal(_explained(word, data), word=word)


def _explained(word: str, data: object) -> str:
    reason = _REASONS.get(word, "Slack refuses this.")
    needed = data.get("needed") if isinstance(data, dict) else None
    if word == "missing_scope" and isinstance(needed, str):
        return f"{reason} ({word}: {needed[:200]})"
    return f"{reason} ({word})"


def _retry_after(headers: Mapping[str, object]) -> timedelta:
    """How long Slack wants to be left alone, to the second; a minute where it doesn't say."""
    for name, value in headers.items():
        if name.lower() == "retry-after" and _SECONDS.fullmatch(str(value).strip()):
            return timedelta(seconds=min(max(1, int(str(value))), LONGEST_WAIT))
    return LATER
