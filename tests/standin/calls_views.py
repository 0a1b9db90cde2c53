"""views.*: modals by a permit of three seconds, and each person's home page."""

from __future__ import annotations

import uuid

from tests.standin.api import Call, Method, Refused
from tests.standin.calls_chat import with_ids
from tests.standin.office import Office, Permit
from tests.standin.payloads import view_json
from tests.standin.rules import elements_of
from tests.standin.rules_views import is_too_large, view_problems
from tests.standin.world import Json, Person, View

MOST_STACKED = 3


def read_view(office: Office, view: object, surface: str) -> Json:
    """A view, found fit, its blocks and elements with ids.

    Raises:
        Refused: Slack would not take it.
    """
    if problems := view_problems(view, surface=surface):
        raise Refused("invalid_arguments", *problems)
    assert isinstance(view, dict)
    if is_too_large(view):
        raise Refused("view_too_large")
    external = view.get("external_id")
    shown = [v for stack in office.world.modals.values() for v in stack]
    if external and any(v.payload.get("external_id") == external for v in shown):
        raise Refused("duplicate_external_id")
    return view | {"blocks": with_ids(view["blocks"])}


def initial_state(payload: Json) -> Json:
    """What is filled in before anybody types."""
    state: Json = {}
    for block in payload["blocks"]:
        for element in elements_of(block):
            value = _initial(element)
            if value is not None:
                at = state.setdefault(block["block_id"], {})
                at[element["action_id"]] = {"type": element["type"]} | value
    return state


def _initial(element: Json) -> Json | None:
    match element["type"]:
        case "plain_text_input" | "email_text_input" | "url_text_input" | "number_input":
            return {"value": element.get("initial_value")}
        case "static_select" | "radio_buttons":
            return {"selected_option": element.get("initial_option")}
        case "checkboxes" | "multi_static_select":
            return {"selected_options": element.get("initial_options", [])}
        case "datepicker":
            return {"selected_date": element.get("initial_date")}
        case "timepicker":
            return {"selected_time": element.get("initial_time")}
        case "users_select":
            return {"selected_user": element.get("initial_user")}
        case "conversations_select":
            return {"selected_conversation": element.get("initial_conversation")}
        case "channels_select":
            return {"selected_channel": element.get("initial_channel")}
    return None


def make_view(office: Office, person: Person, payload: Json, below: View | None = None) -> View:
    """A view that *person* will have before them."""
    name = office.world.make_id("V")
    view = View(name, person, payload, new_hash(office), root=below.root if below else name)
    view.previous = below.id if below else None
    view.state = initial_state(payload)
    return view


def new_hash(office: Office) -> str:
    """What changes whenever a view does."""
    return f"{int(office.world.now())}.{uuid.uuid4().hex[:8]}"


def permit(call: Call) -> Permit:
    """The permit that a trigger id is.

    Raises:
        Refused: it is unknown, used or over three seconds old.
    """
    found = call.office.permits.get(call.must("trigger_id"))
    if found is None:
        raise Refused("invalid_trigger_id")
    if found.is_used:
        raise Refused("exchanged_trigger_id")
    if call.office.world.now() > found.until:
        raise Refused("expired_trigger_id")
    return found


def open_view(call: Call) -> Json:
    """views.open"""
    granted = permit(call)
    payload = read_view(call.office, call.structure("view"), "modal")
    granted.is_used = True
    view = make_view(call.office, granted.person, payload)
    stack(call.office, view, [])
    return shown(call, view)


def push_view(call: Call) -> Json:
    """views.push"""
    granted = permit(call)
    below = call.office.world.modals.get(granted.person.id, [])
    if not below:
        raise Refused("not_found")
    if len(below) >= MOST_STACKED:
        raise Refused("push_limit_reached")
    payload = read_view(call.office, call.structure("view"), "modal")
    granted.is_used = True
    view = make_view(call.office, granted.person, payload, below[-1])
    stack(call.office, view, below)
    return shown(call, view)


def stack(office: Office, view: View, below: list[View]) -> None:
    """Put *view* before its person, over those *below*."""
    world = office.world
    world.modals[view.person.id] = [*below, view]
    world.shown_modals.append(view)
    world.happened("modal", view=view.id, seen_by=[view.person.id], payload=view.payload)


def update_view(call: Call) -> Json:
    """views.update"""
    view = _named(call)
    if call.text("hash") not in ("", view.hash):
        raise Refused("hash_conflict")
    payload = call.structure("view")
    if isinstance(payload, dict) and payload.get("external_id") == view.payload.get("external_id"):
        payload = {k: v for k, v in payload.items() if k != "external_id"}
    renew(call.office, view, read_view(call.office, payload, view.payload["type"]))
    return shown(call, view)


def renew(office: Office, view: View, payload: Json) -> None:
    """Put *payload* into *view*; what was filled in stays where block and action kept their ids."""
    kept = view.state
    view.payload, view.hash = payload, new_hash(office)
    fresh = initial_state(payload)
    for block, actions in fresh.items():
        for action in actions:
            if action in kept.get(block, {}):
                actions[action] = kept[block][action]
    view.state = fresh
    office.world.happened("modal", view=view.id, seen_by=[view.person.id], payload=payload)


def _named(call: Call) -> View:
    wanted, external = call.text("view_id"), call.text("external_id")
    world = call.office.world
    if not wanted and not external:
        raise Refused("invalid_arguments", "missing required field: view_id or external_id")
    for view in [v for stack in world.modals.values() for v in stack] + list(world.homes.values()):
        if view.id == wanted or (external and view.payload.get("external_id") == external):
            return view
    raise Refused("not_found")


def publish(call: Call) -> Json:
    """views.publish"""
    office = call.office
    person = office.world.people.get(call.must("user_id"))
    if person is None or person.is_gone:
        raise Refused("user_not_found")
    if not office.app.has_home:
        raise Refused("not_enabled")
    before = office.world.homes.get(person.id)
    if call.text("hash") and before and call.text("hash") != before.hash:
        raise Refused("hash_conflict")
    payload = read_view(office, call.structure("view"), "home")
    view = before or make_view(office, person, payload)
    view.payload, view.hash = payload, new_hash(office)
    view.state = initial_state(payload)
    office.world.homes[person.id] = view
    office.world.happened("home", view=view.id, seen_by=[person.id], payload=payload)
    return shown(call, view)


def shown(call: Call, view: View) -> Json:
    """A view as the answer has it."""
    return {"view": view_json(view, world=call.office.world, app=call.office.app.bot)}


METHODS = {
    "views.open": Method(run=open_view, tier=4),
    "views.push": Method(run=push_view, tier=4),
    "views.update": Method(run=update_view, tier=4),
    "views.publish": Method(run=publish, tier=4),
}
