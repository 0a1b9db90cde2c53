"""The app as it is installed: its manifest, its tokens, what it may do and what it hears of."""

from __future__ import annotations

from tests.standin.world import Channel, Json, Person, World

_SCOPES = """
app_mentions:read channels:history channels:join channels:read chat:write commands files:write
groups:history groups:read im:history im:read im:write metadata.message:read mpim:history
mpim:read mpim:write reactions:read reactions:write team:read users:read users:read.email
"""
SCOPES = _SCOPES.split()
APP_SCOPES = ("connections:write", "authorizations:read")

CHANNEL_SCOPES = {"public": "channels", "private": "groups", "im": "im", "mpim": "mpim"}
MESSAGE_EVENTS = {
    "public": "message.channels",
    "private": "message.groups",
    "im": "message.im",
    "mpim": "message.mpim",
}

EVENT_SCOPES: dict[str, tuple[str, ...]] = {
    "app_mention": ("app_mentions:read",),
    "reaction_added": ("reactions:read",),
    "reaction_removed": ("reactions:read",),
    "team_join": ("users:read",),
    "user_change": ("users:read",),
    "user_profile_changed": ("users:read",),
    "channel_created": ("channels:read",),
    "channel_rename": ("channels:read",),
    "channel_archive": ("channels:read",),
    "channel_unarchive": ("channels:read",),
    "channel_deleted": ("channels:read",),
    "channel_left": ("channels:read",),
    "group_rename": ("groups:read",),
    "group_archive": ("groups:read",),
    "group_unarchive": ("groups:read",),
    "group_deleted": ("groups:read",),
    "group_left": ("groups:read",),
    "message_metadata_posted": ("metadata.message:read",),
    "message_metadata_updated": ("metadata.message:read",),
    "message_metadata_deleted": ("metadata.message:read",),
    "app_home_opened": (),
    "tokens_revoked": (),
    "app_uninstalled": (),
    "app_rate_limited": (),
}
"""The scopes of which one is needed for an event; those that depend on the channel aren't here."""

OF_THE_CHANNEL = {
    "member_joined_channel",
    "member_left_channel",
    "channel_shared",
    "channel_unshared",
    "channel_id_changed",
}
UNASKED = {"app_rate_limited"}
"""Events that come without being subscribed to."""


class InstalledApp:
    """One app in one workspace: `bot` is its user, `scopes` what it was granted.

    Without a manifest it has every scope that the stand-in knows and hears every event.
    """

    def __init__(self, world: World, manifest: Json | None, *, socket: bool) -> None:
        self.manifest = manifest
        self.id = world.make_id("A")
        name = _dig(manifest, "features", "bot_user", "display_name") or "Animateur"
        self.bot = Person(
            world.make_id("U"), name.lower().replace(" ", "_"), world.team, name, name, tz="UTC"
        )
        self.bot.bot_id, self.bot.app_id = world.make_id("B"), self.id
        world.people[self.bot.id] = self.bot
        self.bot_token = "xoxb-stand-in-bot"
        self.app_token = "xapp-1-stand-in-app"
        self.signing_secret = "stand-in-signing-secret"
        self.verification_token = "stand-in-verification"
        self.is_socket = socket
        self.is_installed = True
        self.is_revoked = False
        self.scopes = list(SCOPES)
        self.app_scopes = list(APP_SCOPES)
        self.events: set[str] | None = None
        self.commands: set[str] | None = None
        self.shortcuts: set[str] | None = None
        self.metadata_types: set[str] | None = None
        self.has_home = self.is_interactive = True
        self.urls: dict[str, str] = {}
        self.scopes_used: set[str] = set()
        if manifest is not None:
            self._read(manifest)

    def _read(self, manifest: Json) -> None:
        settings = manifest.get("settings", {})
        features = manifest.get("features", {})
        subscribed = settings.get("event_subscriptions", {})
        self.scopes = list(_dig(manifest, "oauth_config", "scopes", "bot") or [])
        self.events = set(subscribed.get("bot_events", []))
        self.commands = {c["command"] for c in features.get("slash_commands", [])}
        self.shortcuts = {s["callback_id"] for s in features.get("shortcuts", [])}
        self.metadata_types = {
            s["event_type"] for s in subscribed.get("metadata_subscriptions", [])
        }
        self.has_home = bool(_dig(manifest, "features", "app_home", "home_tab_enabled"))
        interactivity = settings.get("interactivity", {})
        self.is_interactive = bool(interactivity.get("is_enabled"))
        self.is_socket = bool(settings.get("socket_mode_enabled"))
        for kind, url in (
            ("events_api", subscribed.get("request_url")),
            ("interactive", interactivity.get("request_url")),
        ):
            if url:
                self.urls[kind] = url

    def may(self, *any_of: str) -> bool:
        """Whether the app was granted one of these, or none is needed; notes which was used."""
        if not any_of:
            return True
        granted = [scope for scope in any_of if scope in self.scopes]
        self.scopes_used.update(granted[:1])
        return bool(granted)

    def hears(self, event: Json, channel: Channel | None) -> bool:
        """Whether Slack sends *event*: installed, subscribed, granted, and in the channel."""
        kind = event["type"]
        is_alive = self.is_installed and not self.is_revoked
        if not is_alive and kind not in ("app_uninstalled", "tokens_revoked"):
            return False
        name, scopes = self._needs(kind, channel)
        if self.events is not None and name not in self.events and kind not in UNASKED:
            return False
        if kind.startswith("message_metadata_") and not self._reads_metadata(event):
            return False
        return self._is_near(event, channel) and self.may(*scopes)

    def _needs(self, kind: str, channel: Channel | None) -> tuple[str, tuple[str, ...]]:
        if kind == "message" and channel:
            return MESSAGE_EVENTS[channel.kind], (f"{CHANNEL_SCOPES[channel.kind]}:history",)
        if kind in OF_THE_CHANNEL and channel:
            return kind, (f"{CHANNEL_SCOPES[channel.kind]}:read",)
        return kind, EVENT_SCOPES.get(kind, ())

    def _reads_metadata(self, event: Json) -> bool:
        return self.metadata_types is None or bool(
            {(event.get("metadata") or event["previous_metadata"])["event_type"], "*"}
            & self.metadata_types
        )

    def _is_near(self, event: Json, channel: Channel | None) -> bool:
        """A bot hears of public channels' life everywhere; of the rest only where it is."""
        if channel is None or self.bot in channel.members:
            return True
        if event["type"] in ("channel_left", "group_left"):
            return True
        if event["type"] in ("member_left_channel", "member_joined_channel"):
            return bool(event["user"] == self.bot.id)
        return channel.kind == "public" and event["type"].startswith("channel_")


def _dig(found: object, *path: str) -> str:
    for name in path:
        found = found.get(name) if isinstance(found, dict) else None
    return found  # type: ignore[return-value]
