"""Looks at a live workspace: are the secrets right, may the bot do all it needs, where is it?

It only asks; nothing is changed, and nobody in the workspace sees anything of it.
"""

from __future__ import annotations

import re
from http.client import HTTPException
from typing import Any
from urllib.request import ProxyHandler, build_opener

from msgspec import Struct
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackClientError

from bot.platforms.slack import manifest
from bot.platforms.slack.settings import SlackSettings

PATIENCE = 10
"""Seconds that Slack has to answer."""

SOON = 2
"""Seconds that a bot on this machine has to answer."""

PAGES = 20
"""At most that many pages of 200 channels are read."""

FORMS = {
    "bot_token": (r"xoxb-[A-Za-z0-9-]{10,}", "begins with xoxb-"),
    "app_token": (r"xapp-[A-Za-z0-9-]{10,}", "begins with xapp-"),
    "signing_secret": (r"[0-9a-f]{32}", "is made of 32 of the signs 0-9 and a-f"),
}
"""What each secret looks like."""

FOUND_AT = {
    "bot_token": "under OAuth & Permissions, as Bot User OAuth Token",
    "app_token": "under Basic Information, among the App-Level Tokens",
    "signing_secret": "under Basic Information, as Signing Secret",
}
"""Where on the app's pages at https://api.slack.com/apps each secret is shown."""

REFUSALS = {
    "invalid_auth": "Slack doesn't know this {secret}: copy it again, {found_at}.",
    "not_authed": "Slack doesn't know this {secret}: copy it again, {found_at}.",
    "token_revoked": "This {secret} was revoked: install the app again; it is then {found_at}.",
    "token_expired": "This {secret} has run out: make a new app without token rotation.",
    "account_inactive": "The workspace has removed the app: install it again under Install App.",
    "not_allowed_token_type": "This {secret} is of another kind: it is shown {found_at}.",
    "missing_scope": "This {secret} may not do that: give it the scope {needed}.",
    "team_access_not_granted": "The workspace has not approved the app: ask one of its admins.",
    "org_login_required": "Slack is moving this workspace; try again later.",
    "ratelimited": "Slack asks for patience; try again in a minute.",
    "socket_mode_not_enabled": "Socket Mode is off: switch it on under Socket Mode.",
}
"""What Slack may answer, and what to do about it."""


class Found(Struct, frozen=True, kw_only=True):
    """What a look at a workspace found; None where it couldn't be seen. `team` is Slack's id of it.

    `missing` are scopes that the app needs and doesn't have, `needless` the other way round;
    `problems` say what is wrong, each in sentences that say what to do.
    """

    workspace: str | None = None
    team: str | None = None
    bot: str | None = None
    url: str | None = None
    missing: tuple[str, ...] = ()
    needless: tuple[str, ...] = ()
    channels: tuple[str, ...] | None = None
    problems: tuple[str, ...] = ()


class _Refused(Exception):
    """Slack said no, or nothing; the text is a sentence."""


def look(settings: SlackSettings, *, opens: bool = True) -> Found:
    """Ask the workspace that *settings* name; takes some seconds at worst.

    With *opens* an address for a connection is asked for, which Slack gives about once a minute.
    """
    problems = misshapen(settings)
    if problems:
        return Found(problems=problems)
    try:
        answer = _ask(settings, "bot_token", "auth.test")
    except _Refused as refusal:
        return Found(problems=(str(refusal),))
    granted = _scopes(answer.headers)
    needed = manifest.scopes(private_channels=settings.private_channels)
    missing = tuple(scope for scope in needed if granted is not None and scope not in granted)
    channels, unseen = _channels(settings)
    return Found(
        workspace=answer.get("team"),
        team=answer.get("team_id"),
        bot=answer.get("user"),
        url=answer.get("url"),
        missing=missing,
        needless=tuple(sorted((granted or set()) - set(needed))),
        channels=channels,
        problems=(
            *_of_scopes(missing),
            *unseen,
            *_of_apps(settings, answer.get("bot_id")),
            *(connection(settings) if opens else ()),
        ),
    )


def misshapen(settings: SlackSettings) -> tuple[str, ...]:
    """What can be said of the secrets without asking anybody."""
    other = "app_token" if settings.mode == "socket" else "signing_secret"
    told = (problem_of(name, getattr(settings, name)) for name in ("bot_token", other))
    return tuple(problem for problem in told if problem)


def problem_of(name: str, value: str) -> str | None:
    """What is wrong with how the secret called *name* looks, in words that don't show it."""
    form, looks = FORMS[name]
    if not value:
        return f"There is no {name}: it is shown {FOUND_AT[name]}."
    if re.fullmatch(form, value):
        return None
    for other, (its_form, _) in FORMS.items():
        if re.fullmatch(its_form, value):
            return f"That is the {other}, not the {name}; the {name} {looks}."
    return f"That is no {name}: it {looks}, and is shown {FOUND_AT[name]}."


def _ask(settings: SlackSettings, secret: str, method: str, **given: object) -> Any:
    """Call *method* with the token called *secret*.

    Raises:
        _Refused: Slack said no, or can't be reached.
    """
    client = WebClient(
        getattr(settings, secret), base_url=settings.api, timeout=PATIENCE, retry_handlers=[]
    )
    try:
        return client.api_call(method, params=given)
    except SlackApiError as error:
        raise _Refused(_sentence(error, secret, settings.api)) from None
    except (SlackClientError, HTTPException, OSError, ValueError) as error:
        why = f"{type(error).__name__}"
        raise _Refused(
            f"Slack can't be reached at {settings.api} ({why}): is this machine online, and may it "
            "reach that address?"
        ) from None


def _sentence(error: SlackApiError, secret: str, api: str) -> str:
    told = error.response.get("error") if isinstance(error.response.data, dict) else None
    words = REFUSALS.get(str(told))
    if words is None and isinstance(told, str) and re.fullmatch("[a-z_]{1,60}", told):
        return f"Slack refuses the {secret}, and says only: {told}."
    if words is None:
        return (
            f"What answers at {api} isn't Slack as we know it (status "
            f"{getattr(error.response, 'status_code', 'unknown')}): is there a proxy in between, "
            "or a page to log in at? Or try again in a minute."
        )
    return words.format(
        secret=secret,
        found_at=FOUND_AT[secret],
        needed=error.response.get("needed", ""),
    )


def _scopes(headers: Any) -> set[str] | None:
    """What the bot was granted; None where Slack didn't say."""
    told = {name.lower(): value for name, value in dict(headers).items()}.get("x-oauth-scopes")
    if told is None:
        return None
    words = told if isinstance(told, str) else ",".join(told)
    return {scope.strip() for scope in words.split(",") if scope.strip()}


def _of_scopes(missing: tuple[str, ...]) -> list[str]:
    if not missing:
        return []
    return [
        f"The app may not do all that it needs to; missing: {', '.join(missing)}. Paste the "
        "manifest again under App Manifest (animateur slack manifest prints it), and then install "
        "the app again under Install App."
    ]


def _of_apps(settings: SlackSettings, bot: object) -> list[str]:
    """What is wrong where the two tokens don't belong to one app; *bot* is Slack's id of the bot.

    An app's token holds its id: "xapp-1-A0123456789-...".
    """
    named = re.match(r"xapp-[0-9]+-(A[A-Z0-9]+)-", settings.app_token)
    if settings.mode != "socket" or named is None or not isinstance(bot, str):
        return []
    try:
        told = _ask(settings, "bot_token", "bots.info", bot=bot).get("bot")
    except _Refused:
        return []
    app = told.get("app_id") if isinstance(told, dict) else None
    if not isinstance(app, str) or not re.fullmatch("A[A-Z0-9]+", app) or app == named[1]:
        return []
    return [
        f"The two tokens belong to different apps, bot_token to {app} and app_token to {named[1]}: "
        "copy both from the pages of one app, at https://api.slack.com/apps."
    ]


def _channels(settings: SlackSettings) -> tuple[tuple[str, ...] | None, list[str]]:
    """The channels that the bot is in, by name, and what is wrong."""
    kinds = "public_channel,private_channel" if settings.private_channels else "public_channel"
    names: list[str] = []
    cursor = ""
    try:
        for _ in range(PAGES):
            page = _ask(
                settings,
                "bot_token",
                "users.conversations",
                types=kinds,
                exclude_archived="true",
                limit="200",
                cursor=cursor,
            )
            names += [str(each.get("name", each.get("id"))) for each in page["channels"]]
            cursor = (page.get("response_metadata") or {}).get("next_cursor") or ""
            if not cursor:
                break
    except _Refused as refusal:
        return None, [str(refusal)]
    return tuple(sorted(names)), []


def connection(settings: SlackSettings) -> list[str]:
    """What keeps a connection from being opened, in mode "socket"."""
    if settings.mode != "socket":
        return []
    try:
        _ask(settings, "app_token", "apps.connections.open")
    except _Refused as refusal:
        return [str(refusal)]
    return []


def serves(settings: SlackSettings) -> bool:
    """Whether a bot listens for Slack's requests at the settings' host and port."""
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(settings.host, settings.host)
    place = f"[{host}]" if ":" in host else host
    try:
        asker = build_opener(ProxyHandler({}))
        with asker.open(f"http://{place}:{settings.port}/healthy", timeout=SOON) as answer:
            return bool(answer.status == 200)
    except (OSError, ValueError, HTTPException):
        return False
