"""Which channel and message a call means, where the app may know of them."""

from __future__ import annotations

from tests.standin.api import Call, Refused
from tests.standin.world import Channel, Message


def find_channel(call: Call, name: str = "channel") -> Channel:
    """The channel that a call names, where the app may know of it.

    Raises:
        Refused: `channel_not_found`.
    """
    where = call.must(name)
    office = call.office
    channel = office.world.channels.get(office.world.moved.get(where, where))
    if channel is None or channel.is_deleted:
        raise Refused("channel_not_found")
    if channel.kind != "public" and office.app.bot not in channel.members:
        raise Refused("channel_not_found")
    return channel


def find_message(call: Call, channel: Channel, name: str = "ts") -> Message:
    """The message that a call names.

    Raises:
        Refused: `message_not_found`.
    """
    message = channel.messages.get(call.must(name))
    if message is None or message.is_tombstone:
        raise Refused("message_not_found")
    return message


def place_to_speak(call: Call) -> Channel:
    """Where the app wants to speak; a person's id means where they and the app are alone.

    Raises:
        Refused: it may not.
    """
    office = call.office
    where = call.must("channel")
    person = office.world.people.get(where)
    if person is not None:
        if person.is_gone or person is office.app.bot:
            raise Refused("channel_not_found")
        return office.world.direct(person, office.app.bot)
    channel = find_channel(call)
    if channel.is_archived:
        raise Refused("is_archived")
    if office.app.bot not in channel.members and not office.app.may("chat:write.public"):
        raise Refused("not_in_channel")
    return channel
