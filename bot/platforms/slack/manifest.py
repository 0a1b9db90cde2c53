"""The app manifest: what a Slack workspace grants this bot, and why each of it is needed.

An admin pastes it at https://api.slack.com/apps?new_app=1 and has an app of their own, for their
workspace alone. The limits are those of https://docs.slack.dev/reference/app-manifest and of the
JSON Schema at https://github.com/slackapi/manifest-schema.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta, Struct

Mode = Literal["socket", "http"]

EVENT_TYPE = "animateur_post"
"""The type of the metadata on our own posts; the manifest asks to be told of these alone."""

PATH = "/slack/events"
"""Where Slack sends everything, in HTTP mode."""

REASONS = {
    "channels:history": (
        "Slack tells an app that somebody wrote, edited or deleted only with this. Of a message I "
        "note who, when and how long; its words are dropped as it arrives. After a fault I look "
        "with it whether a post of mine arrived. Whoever is asked whether an idea of theirs may "
        "be told finds their own sentence in the form: I fetch it as the form opens, show it to "
        "them alone, and keep none of it. Of the past I read nothing else unless the settings say "
        "how many days (backfill_days)."
    ),
    "channels:read": "To know which channels I was invited to, and who comes and goes there.",
    "chat:write": "To say something, to change it and to take it back.",
    "commands": "For /net and /tend, and for the menu of a message.",
    "files:write": (
        "To show those who tend how many people spoke each week, as a picture. I send nothing else."
    ),
    "metadata.message:read": (
        "To recognise my own posts when an answer of Slack's was lost, so that nothing is said "
        "twice."
    ),
    "reactions:read": "To see the emoji by which people mark what is worth hearing.",
    "users:read": "People's names and time zones, who is a bot, and who has left.",
    "groups:history": "As channels:history, for private channels whose members invite me.",
    "groups:read": "As channels:read, for private channels whose members invite me.",
}
"""Every scope that may be asked for, and why: in words for those who are to grant it."""

EVENTS = {
    "app_home_opened": None,
    "app_uninstalled": None,
    "channel_archive": "channels:read",
    "channel_created": "channels:read",
    "channel_deleted": "channels:read",
    "channel_id_changed": "channels:read",
    "channel_left": "channels:read",
    "channel_rename": "channels:read",
    "channel_shared": "channels:read",
    "channel_unarchive": "channels:read",
    "channel_unshared": "channels:read",
    "member_joined_channel": "channels:read",
    "member_left_channel": "channels:read",
    "message.channels": "channels:history",
    "message_metadata_posted": "metadata.message:read",
    "reaction_added": "reactions:read",
    "reaction_removed": "reactions:read",
    "team_join": "users:read",
    "tokens_revoked": None,
    "user_change": "users:read",
}
"""What we ask to be told, and the scope that it takes."""

PRIVATE_EVENTS = {
    "group_archive": "groups:read",
    "group_deleted": "groups:read",
    "group_left": "groups:read",
    "group_rename": "groups:read",
    "group_unarchive": "groups:read",
    "message.groups": "groups:history",
}
"""The same for private channels, where they are allowed."""

METHODS = {
    "auth.test": None,
    "bots.info": "users:read",
    "chat.delete": "chat:write",
    "chat.postEphemeral": "chat:write",
    "chat.postMessage": "chat:write",
    "chat.update": "chat:write",
    "conversations.history": "channels:history",
    "conversations.info": "channels:read",
    "conversations.members": "channels:read",
    "conversations.replies": "channels:history",
    "files.completeUploadExternal": "files:write",
    "files.getUploadURLExternal": "files:write",
    "users.conversations": "channels:read",
    "users.info": "users:read",
    "users.list": "users:read",
    "views.open": None,
    "views.publish": None,
}
"""What we call, and the scope that it takes."""

LONG = (
    "I tell those who tend a network where it is (in flow, steady, ebbing or still) and why that "
    "might be, and put little-known ideas before everybody. I read who answers whom, when and "
    "where, in the channels that I was invited to, and never keep what people write there. There "
    "are no scores, and nothing about one person is shown to another. /net mydata shows you, and "
    "you alone, everything that I hold about you, and lets you delete it."
)


class Display(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How the app looks."""

    name: Annotated[str, Meta(min_length=1, max_length=35)]
    description: Annotated[str, Meta(min_length=1, max_length=140)]
    long_description: Annotated[str, Meta(min_length=175, max_length=4000)]
    background_color: Annotated[str, Meta(pattern="^#[0-9a-f]{6}$")]


class AppHome(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The bot's own page; what it tells one person alone arrives in its Messages tab."""

    home_tab_enabled: bool
    messages_tab_enabled: bool
    messages_tab_read_only_enabled: bool


class BotUser(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The member that the bot is."""

    display_name: Annotated[str, Meta(min_length=1, max_length=80)]
    always_online: bool


class Shortcut(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An entry of the menu of every message; `callback_id` is "<feature>.<name>"."""

    name: Annotated[str, Meta(min_length=1, max_length=24)]
    type: Literal["message"] = "message"
    callback_id: Annotated[str, Meta(min_length=1, max_length=255)]
    description: Annotated[str, Meta(min_length=1, max_length=150)]


class SlashCommand(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A word that people may type; escaped, so that people and channels arrive as their ids."""

    command: Annotated[str, Meta(pattern="^/", min_length=2, max_length=32)]
    description: Annotated[str, Meta(min_length=1, max_length=2000)]
    usage_hint: Annotated[str, Meta(min_length=1, max_length=1000)]
    should_escape: bool
    url: Annotated[str, Meta(pattern="^https://", max_length=3000)] | msgspec.UnsetType = (
        msgspec.UNSET
    )


class Features(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What people see of the app."""

    app_home: AppHome
    bot_user: BotUser
    slash_commands: Annotated[tuple[SlashCommand, ...], Meta(min_length=1, max_length=50)]
    shortcuts: (
        Annotated[tuple[Shortcut, ...], Meta(min_length=1, max_length=10)] | msgspec.UnsetType
    ) = msgspec.UNSET


class Scopes(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is granted: to the bot alone, to nobody in a person's name."""

    bot: tuple[str, ...]


class OAuth(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is granted, and how."""

    scopes: Scopes


class MetadataSubscription(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Whose posts' metadata we are told of; an app doesn't know its own id before it is made."""

    app_id: str
    event_type: Annotated[str, Meta(max_length=50)]


class EventSubscriptions(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the app is told."""

    bot_events: Annotated[tuple[str, ...], Meta(max_length=100)]
    metadata_subscriptions: Annotated[
        tuple[MetadataSubscription, ...], Meta(min_length=1, max_length=20)
    ]
    request_url: Annotated[str, Meta(pattern="^https://", max_length=3500)] | msgspec.UnsetType = (
        msgspec.UNSET
    )


class Interactivity(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Buttons, forms and the menu of a message."""

    is_enabled: bool
    request_url: Annotated[str, Meta(pattern="^https://", max_length=3500)] | msgspec.UnsetType = (
        msgspec.UNSET
    )


class Settings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How the app is connected."""

    event_subscriptions: EventSubscriptions
    interactivity: Interactivity
    org_deploy_enabled: bool
    socket_mode_enabled: bool
    token_rotation_enabled: bool


class Version(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Of the manifest's form."""

    major_version: int
    minor_version: int


class Manifest(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The whole of it."""

    version: Version = msgspec.field(name="_metadata")
    display_information: Display
    features: Features
    oauth_config: OAuth
    settings: Settings


def scopes(*, private_channels: bool) -> tuple[str, ...]:
    """The scopes that are needed, in alphabetical order."""
    events = EVENTS | (PRIVATE_EVENTS if private_channels else {})
    found = {scope for scope in (*events.values(), *METHODS.values()) if scope}
    return tuple(sorted(found | {"commands"}))


def manifest(
    *,
    mode: Mode,
    url: str = "",
    private_channels: bool = False,
    shortcuts: Sequence[Shortcut] = (),
    name: str = "Animateur",
) -> Manifest:
    """The manifest of an app called *name*; in HTTP mode Slack reaches us at *url*.

    Raises:
        ValueError: HTTP mode without an https address, or something that Slack would refuse.
    """
    if mode == "http" and not url.startswith("https://"):
        raise ValueError("Slack sends to addresses that begin with https:// only.")
    address = request_url(url) if mode == "http" else msgspec.UNSET
    events = EVENTS | (PRIVATE_EVENTS if private_channels else {})
    made = Manifest(
        version=Version(major_version=2, minor_version=1),
        display_information=_display(name),
        features=_features(name, address, shortcuts),
        oauth_config=OAuth(scopes=Scopes(bot=scopes(private_channels=private_channels))),
        settings=Settings(
            event_subscriptions=EventSubscriptions(
                bot_events=tuple(sorted(events)),
                metadata_subscriptions=(MetadataSubscription(app_id="*", event_type=EVENT_TYPE),),
                request_url=address,
            ),
            interactivity=Interactivity(is_enabled=True, request_url=address),
            org_deploy_enabled=False,
            socket_mode_enabled=mode == "socket",
            token_rotation_enabled=False,
        ),
    )
    return msgspec.convert(msgspec.to_builtins(made), Manifest)


def request_url(url: str) -> str:
    """Where Slack sends to: *url* with the path, where it names none itself."""
    host, slash, path = url.removeprefix("https://").partition("/")
    return url if slash and path else f"https://{host}{PATH}"


def _display(name: str) -> Display:
    return Display(
        name=name,
        description="A quiet assistant to the people who tend a network.",
        long_description=LONG,
        background_color="#2f5d50",
    )


def _features(
    name: str, address: str | msgspec.UnsetType, shortcuts: Sequence[Shortcut]
) -> Features:
    return Features(
        # the bot is not told what anybody writes to it, so its Messages tab doesn't ask for it
        app_home=AppHome(
            home_tab_enabled=True, messages_tab_enabled=True, messages_tab_read_only_enabled=True
        ),
        bot_user=BotUser(display_name=name, always_online=True),
        slash_commands=(
            SlashCommand(
                command="/net",
                description="Where we are, and what you can do here",
                usage_hint="pulse | mydata | help",
                should_escape=True,
                url=address,
            ),
            SlashCommand(
                command="/tend",
                description="For those who tend the network",
                usage_hint="pulse | why … | waiting | digest preview | settings | help",
                should_escape=True,
                url=address,
            ),
        ),
        shortcuts=tuple(shortcuts) or msgspec.UNSET,
    )


def to_json(made: Manifest, *, indent: int = 2) -> str:
    """The manifest as Slack's JSON tab takes it; on one line, without a space, for -1."""
    return msgspec.json.format(msgspec.json.encode(made), indent=indent).decode()


def to_yaml(made: Manifest) -> str:
    """The manifest as Slack's YAML tab takes it: shorter, and easier to read."""
    return "\n".join(_yaml(msgspec.to_builtins(made), ""))


def _yaml(value: dict[str, Any] | list[Any] | tuple[Any, ...], margin: str) -> list[str]:
    """Lines of YAML; texts are quoted as in JSON, which YAML reads alike."""
    if isinstance(value, dict):
        pairs = [(f"{margin}{key}:", each) for key, each in value.items()]
    else:
        pairs = [(f"{margin}-", each) for each in value]
    lines = []
    for head, each in pairs:
        if isinstance(each, (dict, list, tuple)):
            lines += [head, *_yaml(each, margin + "  ")]
        else:
            lines.append(f"{head} {msgspec.json.encode(each).decode()}")
    return lines
