"""What the app says in answer: through a response_url, an acknowledgement, or to a form."""

from __future__ import annotations

from tests.standin import speaking
from tests.standin.api import Call, Refused
from tests.standin.calls_chat import content, say, whisper
from tests.standin.calls_views import make_view, read_view, renew, stack
from tests.standin.office import Office, ReplyAddress
from tests.standin.world import Channel, Ephemeral, Json, Message, Person, View


def show(office: Office, body: Json, person: Person, channel: Channel) -> None:
    """Show *body* to *person* alone, or to everybody where it says `in_channel`.

    Raises:
        Refused: Slack would not take it.
    """
    call = Call(office, "response_url", body)
    thread = call.text("thread_ts")
    if call.text("response_type") == "in_channel":
        say(call, channel, content(call), None, thread or None, method="response_url")
    else:
        whisper(call, channel, person, content(call), thread)


def use(office: Office, name: str, body: Json) -> str:
    """Answer at a response_url; Slack's "ok", or its word for why not."""
    address = office.addresses.get(name)
    now = office.world.now()
    if address is None or now > address.until:
        return "expired_url"
    address.uses += 1
    if address.uses > 5:
        return "used_url"
    try:
        _act(office, body, address)
    except Refused as refused:
        return str(refused)
    return "ok"


def _act(office: Office, body: Json, address: ReplyAddress) -> None:
    original = address.message
    if body.get("delete_original") and original is not None:
        _take_back(office, original)
    elif body.get("replace_original") and original is not None:
        _replace(office, original, body)
    else:
        show(office, body, address.person, address.channel)


def _take_back(office: Office, original: Message | Ephemeral) -> None:
    if isinstance(original, Message):
        speaking.remove(office, original)
    elif original in office.world.ephemerals:
        office.world.ephemerals.remove(original)
        _note(office, original, "vanished")


def _replace(office: Office, original: Message | Ephemeral, body: Json) -> None:
    said = content(Call(office, "response_url", body))
    if isinstance(original, Message):
        speaking.change(office, original, by=office.app.bot, **said)
    else:
        original.text, original.blocks = said["text"], said["blocks"]
        _note(office, original, "changed")


def _note(office: Office, shown: Ephemeral, what: str) -> None:
    office.world.show(shown.user, what, shown, office.world.next_ts())
    post = office.world.post_of(shown.channel, shown.ts)
    if post:
        post.versions.append(shown.text)
        post.is_gone = what == "vanished"


def react_to_response(office: Office, person: Person, view: View, body: object) -> None:
    """What a modal does after the app's answer: it closes, changes, makes room, or shows errors.

    Raises:
        Refused: the answer is not one that Slack takes.
    """
    action = body.get("response_action") if isinstance(body, dict) else None
    modals = office.world.modals
    match action:
        case None:
            modals[person.id] = [v for v in modals.get(person.id, []) if v is not view]
        case "clear":
            modals[person.id] = []
        case "update" if isinstance(body, dict):
            renew(office, view, read_view(office, body.get("view"), "modal"))
        case "push" if isinstance(body, dict):
            payload = read_view(office, body.get("view"), "modal")
            stack(office, make_view(office, person, payload, view), modals[person.id])
        case "errors" if isinstance(body, dict):
            _check_errors(view, body.get("errors"))
        case _:
            raise Refused("invalid_response_action")


def _check_errors(view: View, errors: object) -> None:
    """Errors stand below fields: each must name the block of an input.

    Raises:
        Refused: one doesn't; the person then sees "We had some trouble connecting".
    """
    inputs = {b["block_id"] for b in view.payload["blocks"] if b["type"] == "input"}
    if not isinstance(errors, dict) or not errors or set(errors) - inputs:
        raise Refused("invalid_response_action")
