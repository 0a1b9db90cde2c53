"""The stand-in's middle: the world, the app, the limits, and the ways to tell the app something."""

from __future__ import annotations

import asyncio
import secrets
import uuid
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from tests.standin.deliveries import Deliveries, Delivery, Outcome
from tests.standin.faults import FaultPlan
from tests.standin.installed import InstalledApp
from tests.standin.limits import Limits
from tests.standin.over_http import OverHttp
from tests.standin.sockets import Sockets
from tests.standin.world import Channel, Clock, Ephemeral, Json, Message, Person, Team, World


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What somebody saw come of a command, a press or a form.

    `error` is "operation_timeout" where the app didn't acknowledge in time; `errors` are those
    below a form's fields, by the id of the field's block.
    """

    ok: bool
    body: Json | str | None = None
    error: str = ""
    errors: Mapping[str, str] = field(default_factory=dict)
    trigger: str = ""


@dataclass(eq=False)
class Permit:
    """A trigger id: who may be shown a modal by it, until when, and whether it was used."""

    person: Person
    until: float
    is_used: bool = False


@dataclass(eq=False)
class ReplyAddress:
    """Where a response_url leads: five uses in thirty minutes."""

    person: Person
    channel: Channel
    until: float
    message: Message | Ephemeral | None = None
    uses: int = 0


class Office:
    """Everything behind the stand-in's doors; the verbs and the Web API stand on it.

    `history_lag`: seconds for which what was just said isn't in the history that the app can read.
    """

    def __init__(
        self,
        *,
        clock: Clock,
        manifest: Json | None,
        socket: bool,
        limits: Limits,
        faults: FaultPlan,
        speed: float,
        patience: float,
        in_flight: int,
        ping_every: float,
    ) -> None:
        self.world = World(clock)
        self.app = InstalledApp(self.world, manifest, socket=socket)
        self.limits = limits
        self.faults = faults
        self.speed = speed
        self.patience = patience
        self.deliveries = Deliveries(faults=faults, speed=speed, in_flight=in_flight)
        self.over_http = OverHttp(self.app, clock=clock, patience=patience)
        self.sockets = Sockets(self.app, patience=patience, ping_every=ping_every)
        self.deliveries.carrier = self.sockets if self.app.is_socket else self.over_http
        self.loop = asyncio.new_event_loop()
        self.permits: dict[str, Permit] = {}
        self.addresses: dict[str, ReplyAddress] = {}
        self.calls: list[Json] = []
        self.scheduled: list[Json] = []
        self.address = ""
        self.history_lag = 0.0
        self._asked: defaultdict[str, int] = defaultdict(int)

    def tell(
        self, event: Json, channel: Channel | None = None, *, origin: Team | None = None
    ) -> Delivery | None:
        """Send *event* to the app if it may hear of it.

        `origin` is the workspace where it happened: another's, for its people in a shared channel.
        """
        if not self.app.hears(event, channel):
            return None
        event.setdefault("event_ts", self.world.next_ts())
        event_id = self.world.make_id("Ev")
        payload: Json = {
            "token": self.app.verification_token,
            "team_id": (origin or self.world.team).id,
            "context_team_id": self.world.team.id,
            "context_enterprise_id": None,
            "api_app_id": self.app.id,
            "event": event,
            "type": "event_callback",
            "event_id": event_id,
            "event_time": int(float(event["event_ts"])),
            "authorizations": [self._authorization()],
            "is_ext_shared_channel": bool(channel and channel.teams),
            "event_context": f"4-{event_id}",
        }
        return self.send(payload, event_id, event["type"])

    def tell_outside(self, payload: Json) -> Delivery:
        """Send what isn't wrapped as an event, such as `app_rate_limited`."""
        return self.send(payload, self.world.make_id("Ev"), payload["type"])

    def send(self, payload: Json, event_id: str, name: str) -> Delivery:
        """Queue *payload* for the app."""
        delivery = Delivery(id=event_id, kind="events_api", name=name, payload=payload)
        self.deliveries.put(delivery, self.loop)
        return delivery

    def _authorization(self) -> Json:
        return {
            "enterprise_id": None,
            "team_id": self.world.team.id,
            "user_id": self.app.bot.id,
            "is_bot": True,
            "is_enterprise_install": False,
        }

    def ask(self, kind: str, payload: Json) -> Answer:
        """Bring somebody's command, press or form to the app, and wait for what it says."""
        wants_answer = kind == "slash_commands" or payload.get("type") == "view_submission"
        delivery = Delivery(
            id=uuid.uuid4().hex, kind=kind, name=kind, payload=payload, wants_answer=wants_answer
        )
        self.deliveries.put(delivery, self.loop)
        seconds = self.patience * 3 + 30
        self.deliveries.wait(lambda: delivery.state != "waiting", seconds)
        outcome = delivery.attempts[-1] if delivery.attempts else Outcome(ok=False)
        trigger = payload.get("trigger_id", "")
        if not outcome.ok:
            return Answer(ok=False, error="operation_timeout", trigger=trigger)
        body = outcome.body or None
        errors = body.get("errors", {}) if isinstance(body, dict) else {}
        return Answer(ok=True, body=body, errors=errors, trigger=trigger)

    def make_trigger(self, person: Person) -> str:
        """A permit to show *person* a modal within three seconds."""
        trigger = f"{self.world.make_id('')}.{len(self.permits)}.{secrets.token_hex(16)}"
        self.permits[trigger] = Permit(person, self.world.now() + 3.0)
        return trigger

    def make_response_url(
        self, person: Person, channel: Channel, message: Message | Ephemeral | None = None
    ) -> str:
        """An address to answer to, as hooks.slack.com gives it."""
        name = secrets.token_hex(12)
        until = self.world.now() + 30 * 60
        self.addresses[name] = ReplyAddress(person, channel, until, message)
        where = urlsplit(self.address)
        return f"{where.scheme}://{where.netloc}/response/{self.world.team.id}/{name}"
