"""Turns what people do with the bot into events: commands, buttons, forms and shortcuts.

Slack repeats itself, and its interactions carry no name of their own: `id` is made of what stays
the same when one is repeated.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from urllib.parse import parse_qsl

import msgspec

from bot.domain.events import ActionTaken, CommandGiven, Event, FormSubmitted, ShortcutUsed
from bot.domain.ids import ChannelId, MemberId
from bot.platforms.export.messages import to_micros
from bot.platforms.slack.blocks import NUMBER
from bot.platforms.slack.me import Me
from bot.platforms.slack.messages import stamp
from bot.platforms.slack.shapes import (
    BadPayload,
    Carried,
    Command,
    Container,
    Element,
    Interaction,
    View,
    patient,
    shaped,
    whole,
)

COMMANDS = frozenset(("net", "tend"))
MOST_FIELDS = 100
_LINKED = re.compile(r"https://[^\s/|>]+/archives/([A-Z0-9]{1,40})/p(\d{10})(\d{6})(?!\d)")
_MENTIONED = re.compile(r"<@([UW][A-Z0-9]{1,40})(?:\|[^>]*)?>")
_CHANNEL = re.compile(r"<#[CG][A-Z0-9]{1,40}\|([^<>|]{1,100})>")
LONGEST_NAME = 512
LONGEST = 40_000
"""Characters that a person may hand over at once; Slack's own limits are lower."""


def read_act(body: bytes) -> Mapping[str, object]:
    """The fields of a request's form-encoded *body*; an interaction is in one of them, as JSON.

    Raises:
        BadPayload: it is no form, or its JSON is none.
    """
    try:
        pairs = parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=MOST_FIELDS)
    except ValueError:
        raise BadPayload("it is no form") from None
    fields: dict[str, object] = dict(pairs)
    inside = fields.get("payload")
    if not isinstance(inside, str):
        return fields
    found = patient(inside)
    if not isinstance(found, dict):
        raise BadPayload("it isn't an object")
    return found


def to_act(payload: Mapping[str, object], me: Me, *, at: int) -> Event | None:
    """What somebody did, or None where it is nothing of ours, or they are no people of ours.

    *payload* is a slash command's fields or an interaction's decoded JSON; *at* is when it came
    (microseconds since 1970), which only some of them tell.

    Raises:
        BadPayload: it contradicts itself, or leaves out what it is about.
    """
    if "command" in payload:
        return _command(shaped(payload, Command), me, at)
    act = shaped(payload, Interaction)
    translate = _KINDS.get(act.type or "")
    return translate(act, me, at) if translate is not None and _is_ours(act, me) else None


def _is_ours(act: Interaction, me: Me) -> bool:
    """Whether somebody of this workspace did it here."""
    here = act.team.id if act.team else None
    if here and here != me.team:
        return False
    return not (me.is_foreign(act.user.team_id) or act.user.id in me.external)


def _command(given: Command, me: Me, at: int) -> CommandGiven | None:
    name = given.command.removeprefix("/")
    if name not in COMMANDS or given.user_id in me.external:
        return None
    if given.team_id and given.team_id != me.team:
        return None
    channel = me.channel(given.channel_id)
    mentioned = _mentioned(given.text or "", me)
    return CommandGiven(
        id=_once(given.trigger_id),
        command=name,
        text=_typed(given.text),
        channel=channel,
        member=me.member(given.user_id),
        at=at,
        trigger=_permit(given.trigger_id, channel),
        points_to=_pointed_to(given.text or "", me),
        mentions=mentioned[0] if mentioned else None,
        others=mentioned[1:],
    )


def _pointed_to(text: str, me: Me) -> str:
    """The message that Slack's "Copy link" gave a link to, as posts name one."""
    found = _LINKED.search(text)
    return f"message:{me.channel(found[1])}/{found[2]}{found[3]}" if found else ""


def _mentioned(text: str, me: Me) -> tuple[MemberId, ...]:
    """Whom Slack's mentions name, as it escapes them in a command."""
    return tuple(me.member(each) for each in _MENTIONED.findall(text[:LONGEST]))


def _action(act: Interaction, me: Me, at: int) -> ActionTaken | None:
    """A button or another choice; on the bot's own page there is no channel but the person.

    What only one person sees has no name: Slack can't change it by one.
    """
    if not act.actions:
        raise BadPayload("an action that is none")
    pressed = act.actions[0]
    if not pressed.action_id:
        raise BadPayload("an action without a name (action_id)")
    place = act.container or Container()
    raw = (act.channel.id if act.channel else None) or place.channel_id
    written = place.message_ts if raw and not place.is_ephemeral else None
    if written is not None:
        stamp(written)
    member = me.member(act.user.id)
    channel = me.channel(raw) if raw else _alone(member)
    return ActionTaken(
        id=_once(act.trigger_id, pressed.action_ts),
        action=_action_name(pressed.action_id),
        value=_words(_value(pressed)),
        channel=channel,
        member=member,
        at=_at(pressed.action_ts, at),
        message=f"{raw}/{written}" if written else "",
        trigger=_permit(act.trigger_id, channel),
    )


def _form(act: Interaction, me: Me, at: int) -> FormSubmitted:
    view = act.view
    if view is None or not view.id or not view.callback_id:
        raise BadPayload("a form without a name (callback_id)")
    blocks = (view.state.values if view.state else None) or {}
    member, carried = me.member(act.user.id), _carried(view)
    values = {
        whole(name): _words(_value(element))
        for name, elements in blocks.items()
        for element in elements.values()
    }
    return FormSubmitted(
        id=_once(view.id, view.hash),
        form=whole(view.callback_id),
        values=values,
        context=_words(carried.context),
        channel=_of_this_workspace(carried.channel, me) or _alone(member),
        member=member,
        at=at,
    )


def _shortcut(act: Interaction, me: Me, at: int) -> ShortcutUsed | None:
    """What was chosen from a message's menu, where the bot hears what is written."""
    raw, written = act.channel.id if act.channel else None, act.message
    if not me.hears(raw):
        return None
    if written is not None and (
        written.user in me.external or me.is_foreign(written.team, written.user_team)
    ):
        return None
    if not act.callback_id:
        raise BadPayload("a shortcut without a name (callback_id)")
    return ShortcutUsed(
        id=_once(act.trigger_id),
        shortcut=whole(act.callback_id),
        channel=me.channel(raw),
        ts=stamp(act.message_ts or (written.ts if written else None)),
        member=me.member(act.user.id),
        at=_at(act.action_ts, at),
        trigger=_permit(act.trigger_id, me.channel(raw)),
    )


_KINDS: dict[str, Callable[[Interaction, Me, int], Event | None]] = {
    "block_actions": _action,
    "view_submission": _form,
    "message_action": _shortcut,
}


def _once(*parts: str | None) -> str:
    """A name for this one act, made of those *parts* that there are."""
    named = "/".join(whole(part) for part in parts if part)
    if not named or len(named) > LONGEST_NAME:
        raise BadPayload("an act without a name (trigger_id)")
    return f"slack:{named}"


def _permit(trigger: str | None, channel: ChannelId) -> str:
    """Slack's permit to open a form, and where it was given: the form will carry that along."""
    return f"{whole(trigger)} {channel}" if trigger else ""


def _action_name(action_id: str) -> str:
    """Buttons of one action have numbers, so that Slack can tell them apart."""
    return whole(action_id.partition(NUMBER)[0])


def _at(stamped: str | None, otherwise: int) -> int:
    return (to_micros(stamped) if stamped else None) or otherwise


def _alone(member: MemberId) -> ChannelId:
    """Where nobody but this person is: an address that Slack posts to like a channel."""
    return ChannelId(member)


def _words(text: str | None) -> str:
    """What somebody handed over."""
    return whole(text or "")[:LONGEST]


def _typed(text: str | None) -> str:
    """What somebody typed, of which Slack sends three signs as entities; a channel by its name."""
    named = _CHANNEL.sub(r"#\1", _words(text))
    return named.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def _value(element: Element) -> str:
    """What an element holds, whatever its kind; several choices are parted by commas."""
    if element.selected_option is not None:
        return element.selected_option.value or ""
    if element.selected_options is not None:
        return ",".join(option.value or "" for option in element.selected_options)
    if element.selected_users is not None:
        return ",".join(element.selected_users)
    single = (
        element.value,
        element.selected_user,
        element.selected_channel,
        element.selected_conversation,
        element.selected_date,
        element.selected_time,
    )
    return next((found for found in single if found), "")


def _carried(view: View) -> Carried:
    """What a form carried unseen; somebody else's form carries nothing of ours."""
    try:
        return msgspec.json.decode(view.private_metadata or "{}", type=Carried)
    except (ValueError, RecursionError):
        return Carried()


def _of_this_workspace(address: str, me: Me) -> ChannelId | None:
    start, _, raw = address.rpartition("/")
    return me.channel(raw) if start == me.workspace else None
