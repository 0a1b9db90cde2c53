"""What people do with the app: commands, buttons, forms, shortcuts, its home, showing it out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from tests.standin import replying
from tests.standin.forms import fill, press, validate
from tests.standin.office import Answer
from tests.standin.payloads import message_json, view_json
from tests.standin.places import Places
from tests.standin.reading import read_view
from tests.standin.rules import elements_of
from tests.standin.talking import Where, Which, Who
from tests.standin.world import Channel, Ephemeral, Json, Message, Person, View


class Hands(Places):
    """The verbs of use. Each waits until the app has acknowledged, or three seconds."""

    def _common(self, person: Person) -> Json:
        team = self.world.team
        return {
            "token": self.app.verification_token,
            "api_app_id": self.app.id,
            "team": {"id": team.id, "domain": team.domain},
            "enterprise": None,
            "is_enterprise_install": False,
            "user": {
                "id": person.id,
                "username": person.name,
                "name": person.name,
                "team_id": person.team.id,
            },
        }

    def _place(self, channel: Channel) -> Json:
        name = {"im": "directmessage", "private": "privategroup"}.get(channel.kind, channel.name)
        return {"id": channel.id, "name": name}

    def types(self, who: Who, command: str, text: str, where: Where) -> Answer:
        """Somebody types a slash command in a channel.

        Raises:
            KeyError: the app has no such command.
        """
        with self.world.lock:
            if self.app.commands is not None and command not in self.app.commands:
                raise KeyError(f"the app has no command {command}")
            if not self.app.may("commands"):
                raise KeyError("the app wasn't granted the scope commands")
            person, channel = self.world.person(who), self.world.channel(where)
            place = self._place(channel)
            payload = {
                "token": self.app.verification_token,
                "team_id": self.world.team.id,
                "team_domain": self.world.team.domain,
                "channel_id": place["id"],
                "channel_name": place["name"],
                "user_id": person.id,
                "user_name": person.name,
                "command": command,
                "text": text,
                "api_app_id": self.app.id,
                "is_enterprise_install": "false",
                "response_url": self.make_response_url(person, channel),
                "trigger_id": self.make_trigger(person),
            }
        answer = self.ask("slash_commands", payload)
        self._say_at_once(answer, person, channel)
        return answer

    def _say_at_once(self, answer: Answer, person: Person, channel: Channel) -> None:
        """An acknowledgement may itself be an answer that only the asker sees."""
        body = {"text": answer.body} if isinstance(answer.body, str) else answer.body
        if answer.ok and body and (body.get("text") or body.get("blocks")):
            self.answers_to(body, person, channel)

    def answers_to(self, body: Json, person: Person, channel: Channel) -> None:
        """Show what the app answered (see `replying`)."""
        with self.world.lock:
            replying.show(self, body, person, channel)

    def presses(
        self, who: Who, where: Which | Ephemeral | View, label: str, value: object = None
    ) -> Answer:
        """Somebody presses the button of that label (or action id), or chooses *value* in a menu.

        *where* is a message, an ephemeral one, a modal or home page.

        Raises:
            KeyError: there is no such button where they can see it.
        """
        with self.world.lock:
            person = self.world.person(who)
            thing = where if isinstance(where, Ephemeral | View) else self._pressable(where, person)
            blocks = thing.payload["blocks"] if isinstance(thing, View) else thing.blocks
            block, element = find_element(blocks or [], label)
            action = press(block, element, value, self.world.next_ts())
            payload: Json = {"type": "block_actions"} | self._common(person)
            payload |= {"trigger_id": self.make_trigger(person), "actions": [action]}
            payload |= self._around(thing, person)
        return self.ask("interactive", payload)

    def _pressable(self, which: Which, person: Person) -> Message | Ephemeral:
        if isinstance(which, str):
            ts = which.rpartition("/")[2]
            for shown in self.world.ephemerals:
                if shown.ts == ts and shown.user is person:
                    return shown
        message = self.message(which)
        if person not in message.channel.members:
            raise KeyError(f"{person.name} can't see {message.ts}")
        return message

    def _around(self, thing: Message | Ephemeral | View, person: Person) -> Json:
        if isinstance(thing, View):
            shown = view_json(thing, world=self.world, app=self.app.bot)
            return {"view": shown, "container": {"type": "view", "view_id": thing.id}}
        container: Json = {
            "type": "message",
            "message_ts": thing.ts,
            "channel_id": thing.channel.id,
            "is_ephemeral": isinstance(thing, Ephemeral),
        }
        if thing.thread_ts:
            container["thread_ts"] = thing.thread_ts
        around: Json = {
            "container": container,
            "channel": self._place(thing.channel),
            "response_url": self.make_response_url(person, thing.channel, thing),
            "state": {"values": {}},
        }
        return around if isinstance(thing, Ephemeral) else around | {"message": message_json(thing)}

    def modal(self, who: Who) -> View | None:
        """The modal that *who* has before them."""
        stack = self.world.modals.get(self.world.person(who).id, [])
        return stack[-1] if stack else None

    def submits(self, who: Who, values: Mapping[str, object] | None = None) -> Answer:
        """Somebody fills in the modal before them and sends it; the answer has its field errors.

        *values* by a field's label, block id or action id.

        Raises:
            KeyError: there is no modal, or no such field.
            ValueError: Slack itself wouldn't let it be sent so (a required field is empty, a
                choice is not offered).
        """
        with self.world.lock:
            person, view = self.world.person(who), self.modal(who)
            if view is None:
                raise KeyError(f"{person.name} has no form before them")
            fill(view, values or {})
            validate(view)
            payload: Json = {"type": "view_submission"} | self._common(person)
            payload |= {
                "trigger_id": self.make_trigger(person),
                "view": view_json(view, world=self.world, app=self.app.bot),
                "response_urls": [],
            }
        answer = self.ask("interactive", payload)
        if answer.ok:
            with self.world.lock:
                self._after_submission(person, view, answer.body)
        return answer

    def _after_submission(self, person: Person, view: View, body: object) -> None:
        replying.react_to_response(self, person, view, body)

    def closes(self, who: Who) -> Answer | None:
        """Somebody closes the modal before them; the app hears of it where it asked to."""
        with self.world.lock:
            person, view = self.world.person(who), self.modal(who)
            if view is None:
                raise KeyError(f"{person.name} has no form before them")
            self.world.modals[person.id].pop()
            payload: Json = {"type": "view_closed"} | self._common(person)
            shown = view_json(view, world=self.world, app=self.app.bot)
            payload |= {"view": shown, "is_cleared": False}
        return self.ask("interactive", payload) if view.payload.get("notify_on_close") else None

    def uses_shortcut(self, who: Who, callback_id: str, on: Which | None = None) -> Answer:
        """Somebody chooses a shortcut, from a message's menu or the global one.

        Raises:
            KeyError: the app has no such shortcut, or they can't see the message.
        """
        with self.world.lock:
            if self.app.shortcuts is not None and callback_id not in self.app.shortcuts:
                raise KeyError(f"the app has no shortcut {callback_id}")
            self.app.may("commands")
            person = self.world.person(who)
            payload: Json = {"type": "shortcut"} | self._common(person)
            payload |= {
                "callback_id": callback_id,
                "trigger_id": self.make_trigger(person),
                "action_ts": self.world.next_ts(),
            }
            if on is not None:
                message = self.message(on)
                if person not in message.channel.members:
                    raise KeyError(f"{person.name} can't see {message.ts}")
                payload |= {
                    "type": "message_action",
                    "message_ts": message.ts,
                    "channel": self._place(message.channel),
                    "message": message_json(message),
                    "response_url": self.make_response_url(person, message.channel, message),
                }
        return self.ask("interactive", payload)

    def opens_home(self, who: Who, tab: str = "home") -> list[str]:
        """Somebody looks at the app's page; what they read there now, before any answer to it."""
        with self.world.lock:
            person = self.world.person(who)
            channel = self.world.direct(person, self.app.bot)
            event: Json = {
                "type": "app_home_opened",
                "user": person.id,
                "channel": channel.id,
                "tab": tab,
            }
            home = self.world.homes.get(person.id)
            if home and tab == "home":
                event["view"] = view_json(home, world=self.world, app=self.app.bot)
            self.tell(event)
        return self.home_of(who)

    def home_of(self, who: Who) -> list[str]:
        """What stands on *who*'s page, block by block."""
        home = self.world.homes.get(self.world.person(who).id)
        return [part for part in read_view(self.world, home.payload).parts if part] if home else []

    def home(self, who: Who) -> View | None:
        """The page itself, to press on."""
        return self.world.homes.get(self.world.person(who).id)

    def uninstalls(self) -> None:
        """The workspace shows the app out: its tokens die, and it hears of it once."""
        with self.world.lock:
            self.app.is_installed = False
            self.tell({"type": "app_uninstalled"})
            self.tell({"type": "tokens_revoked", "tokens": {"oauth": [], "bot": [self.app.bot.id]}})

    def installs_again(self) -> None:
        """The workspace takes the app back."""
        self.app.is_installed, self.app.is_revoked = True, False

    def revokes(self) -> None:
        """The app's token is revoked."""
        with self.world.lock:
            self.app.is_revoked = True
            self.tell({"type": "tokens_revoked", "tokens": {"oauth": [], "bot": [self.app.bot.id]}})

    def rate_limits_the_app(self, minute: int | None = None) -> None:
        """Slack says that it withheld events of that minute (seconds since 1970)."""
        with self.world.lock:
            now = int(self.world.now())
            self.tell_outside(
                {
                    "token": self.app.verification_token,
                    "type": "app_rate_limited",
                    "team_id": self.world.team.id,
                    "minute_rate_limited": minute if minute is not None else now - now % 60,
                    "api_app_id": self.app.id,
                }
            )


def find_element(blocks: list[Json], label: str) -> tuple[Json, Json]:
    """The block and element of that label or action id.

    Raises:
        KeyError: there is none.
    """
    for block, element in _all_elements(blocks):
        text = element.get("text")
        shown = text.get("text") if isinstance(text, dict) else None
        if label in (shown, element.get("action_id")):
            return block, element
    offered = [e.get("action_id", "") for _, e in _all_elements(blocks)]
    raise KeyError(f"there is nothing called {label!r} to press, only {offered}")


def _all_elements(blocks: list[Json]) -> Iterator[tuple[Json, Json]]:
    for block in blocks:
        for element in elements_of(block):
            yield block, element
