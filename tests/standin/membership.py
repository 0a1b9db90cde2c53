"""Who comes into a channel and who goes, and what the app is told of that."""

from __future__ import annotations

from tests.standin import speaking
from tests.standin.office import Office
from tests.standin.world import Channel, Message, Person

LETTERS = {"public": "C", "private": "G"}


def enter(office: Office, channel: Channel, person: Person, inviter: Person | None = None) -> None:
    """Let *person* in; they can then read all that was said."""
    if person in channel.members:
        return
    channel.members.append(person)
    office.world.happened("joined", channel=channel.id, by=person.id)
    _read_back(office, channel, person)
    by = {"inviter": inviter.id} if inviter else {}
    event = {
        "type": "member_joined_channel",
        "user": person.id,
        "channel": channel.id,
        "channel_type": LETTERS[channel.kind],
        "team": person.team.id,
    }
    office.tell(event | by, channel)
    kind = "channel" if channel.kind == "public" else "group"
    text = f"<@{person.id}> has joined the {kind}"
    speaking.notice(office, channel, person, f"{kind}_join", text, **by)


def _read_back(office: Office, channel: Channel, person: Person) -> None:
    if person.is_bot:
        return
    at = office.world.next_ts()
    for message in channel.messages.values():
        if not message.is_tombstone:
            office.world.show(person, "appeared", message, at)


def leave(office: Office, channel: Channel, person: Person, by: Person | None = None) -> None:
    """Let *person* go, or be taken out *by* somebody."""
    if person not in channel.members:
        return
    kind = "channel" if channel.kind == "public" else "group"
    text = f"<@{person.id}> has left the {kind}"
    speaking.notice(office, channel, person, f"{kind}_leave", text)
    channel.members.remove(person)
    office.world.happened("left", channel=channel.id, by=person.id)
    event = {
        "type": "member_left_channel",
        "user": person.id,
        "channel": channel.id,
        "channel_type": LETTERS[channel.kind],
        "team": person.team.id,
    }
    office.tell(event, channel)
    if person is office.app.bot:
        actor = (by or person).id
        office.tell({"type": f"{kind}_left", "channel": channel.id, "actor_id": actor}, channel)
        return
    _forget_sights(office, channel, person)


def _forget_sights(office: Office, channel: Channel, person: Person) -> None:
    """Who has left a private channel can't read it any more."""
    if channel.kind == "public":
        return
    at = office.world.next_ts()
    for message in channel.messages.values():
        shown: Message = message
        office.world.show(person, "vanished", shown, at)
