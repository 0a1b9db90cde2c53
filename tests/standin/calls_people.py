"""auth.*, apps.*, users.*, team.*, bots.*: who the app is, who is here."""

from __future__ import annotations

from tests.standin.api import Call, Method, Refused
from tests.standin.calls_conversations import page
from tests.standin.payloads import user_json
from tests.standin.world import Json, Person


def auth_test(call: Call) -> Json:
    """auth.test"""
    app, team = call.office.app, call.office.world.team
    return {
        "url": f"https://{team.domain}.slack.com/",
        "team": team.name,
        "user": app.bot.name,
        "team_id": team.id,
        "user_id": app.bot.id,
        "bot_id": app.bot.bot_id,
        "is_enterprise_install": False,
    }


def open_connection(call: Call) -> Json:
    """apps.connections.open"""
    if not call.office.app.is_socket:
        raise Refused("forbidden_team")
    return {"url": call.office.sockets.make_url()}


def authorizations(call: Call) -> Json:
    """apps.event.authorizations.list"""
    app = call.office.app
    if not call.must("event_context").startswith("4-"):
        raise Refused("invalid_event_context")
    return {
        "authorizations": [
            {
                "enterprise_id": None,
                "team_id": call.office.world.team.id,
                "user_id": app.bot.id,
                "is_bot": True,
                "is_enterprise_install": False,
            }
        ],
        "response_metadata": {"next_cursor": ""},
    }


def _as_json(call: Call, person: Person) -> Json:
    with_email = bool(person.email) and call.office.app.may("users:read.email")
    return user_json(person, ours=call.office.world.team, with_email=with_email)


def user_info(call: Call) -> Json:
    """users.info"""
    person = call.office.world.people.get(call.must("user"))
    if person is None:
        raise Refused("user_not_found")
    return {"user": _as_json(call, person)}


def list_users(call: Call) -> Json:
    """users.list: our own workspace's, and those that its shared channels brought."""
    everybody = list(call.office.world.people.values())
    some, cursor = page(call, everybody, default=max(len(everybody), 1), most=1000)
    now = int(call.office.world.now())
    return {"members": [_as_json(call, one) for one in some], "cache_ts": now} | cursor


def team_info(call: Call) -> Json:
    """team.info"""
    team = call.office.world.teams.get(call.text("team") or call.office.world.team.id)
    if team is None:
        raise Refused("team_not_found")
    icons = {f"image_{n}": f"https://avatars.invalid/t{n}.png" for n in (34, 44, 68, 88, 102, 132)}
    return {
        "team": {
            "id": team.id,
            "name": team.name,
            "domain": team.domain,
            "url": f"https://{team.domain}.slack.com/",
            "email_domain": "",
            "icon": icons | {"image_default": True},
            "is_verified": False,
        }
    }


def bot_info(call: Call) -> Json:
    """bots.info"""
    wanted = call.text("bot") or call.office.app.bot.bot_id
    bots = [p for p in call.office.world.people.values() if p.bot_id and p.bot_id == wanted]
    if not bots:
        raise Refused("bot_not_found")
    bot = bots[0]
    return {
        "bot": {
            "id": bot.bot_id,
            "deleted": bot.is_gone,
            "name": bot.real_name,
            "updated": bot.updated,
            "app_id": bot.app_id,
            "user_id": bot.id,
            "icons": {f"image_{n}": f"https://avatars.invalid/{n}.png" for n in (36, 48, 72)},
        }
    }


METHODS = {
    "auth.test": Method(run=auth_test, tier=4),
    "apps.connections.open": Method(
        run=open_connection, tier=1, scopes=("connections:write",), takes_app_token=True
    ),
    "apps.event.authorizations.list": Method(
        run=authorizations, tier=4, scopes=("authorizations:read",), takes_app_token=True
    ),
    "users.info": Method(run=user_info, tier=4, scopes=("users:read",)),
    "users.list": Method(run=list_users, tier=2, scopes=("users:read",)),
    "team.info": Method(run=team_info, tier=3, scopes=("team:read",)),
    "bots.info": Method(run=bot_info, tier=3, scopes=("users:read",)),
}
