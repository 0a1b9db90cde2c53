"""``[slack]``: the secrets of a workspace's own app, and how Slack and the bot reach each other."""

from __future__ import annotations

from typing import Annotated, Literal
from urllib.parse import urlsplit

from msgspec import Meta, Struct

SECRETS = ("bot_token", "app_token", "signing_secret")
"""The settings that nobody may see."""


class SlackSettings(Struct, frozen=True, kw_only=True):
    """How to reach a workspace; without a `bot_token` there is none."""

    bot_token: str = ""
    app_token: str = ""
    signing_secret: str = ""
    mode: Literal["socket", "http"] = "socket"
    host: str = "127.0.0.1"
    port: Annotated[int, Meta(ge=0, le=65535)] = 3000
    api: str = "https://slack.com/api/"
    backfill_days: Annotated[int, Meta(ge=0, le=365)] = 0
    private_channels: bool = False

    def __post_init__(self) -> None:
        """Refuse an address that tokens would travel to in the open, this machine excepted."""
        address = urlsplit(self.api)
        is_here = address.scheme == "http" and address.hostname in ("127.0.0.1", "localhost", "::1")
        if not (address.hostname and (is_here or address.scheme == "https")):
            raise ValueError("api is an address that begins with https://")
        if not self.api.endswith("/"):
            raise ValueError("api ends with a slash")

    @property
    def secrets(self) -> tuple[str, ...]:
        """What is printed nowhere."""
        return tuple(filter(None, (getattr(self, name) for name in SECRETS)))

    def __repr__(self) -> str:
        """Which workspace it is, nobody needs to know from a log."""
        return f"SlackSettings(mode={self.mode!r}, ...)"
