"""Slack as a platform: it listens in threads of its own, and says what it is asked to."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from threading import Lock

from aiohttp import ClientError
from slack_sdk.errors import SlackApiError

from bot.config import ConfigError
from bot.domain.ids import Address, MemberId
from bot.domain.posts import Form, Home, Post
from bot.domain.topics import TopicsIn, none_followed
from bot.platforms.slack.asking import Asker, Stopped, Wait, patience
from bot.platforms.slack.backfill import Backfill
from bot.platforms.slack.directory import (
    NOTHING,
    Directory,
    Memory,
    Recall,
    nothing_read,
    who_am_i,
)
from bot.platforms.slack.door import Door
from bot.platforms.slack.enquiries import PATIENCE, Enquiries
from bot.platforms.slack.http import Requests
from bot.platforms.slack.line import Line, Pace
from bot.platforms.slack.listening import Coverage
from bot.platforms.slack.me import Me
from bot.platforms.slack.reception import Reception
from bot.platforms.slack.refusals import SOON, Refusal, again, outlasting, to_delivery_error
from bot.platforms.slack.serving import Serving, Way, nobody_cares
from bot.platforms.slack.settings import SlackSettings
from bot.platforms.slack.socket import SocketMode
from bot.platforms.slack.web import Calls
from bot.platforms.slack.wire import to_client
from bot.ports import Check, Clock, DeliveryError, Receive, nothing_wrong


class Slack:
    """A workspace, by the settings of ``[slack]``.

    *recall* tells how far the directory has been read: the position of the bookmark that was last
    received with a source's name; *memory*, what came of all that was received. *lost* is called,
    in a thread of its own, should it hear nothing any more though it wasn't stopped.
    """

    name = "slack"

    def __init__(
        self,
        settings: SlackSettings,
        *,
        clock: Clock,
        recall: Recall = nothing_read,
        memory: Memory = NOTHING,
        pace: Pace | None = None,
        lost: Callable[[], None] = nobody_cares,
    ) -> None:
        self.settings = settings
        self.clock = clock
        self.recall = recall
        self.memory = memory
        self.pace = pace or Pace()
        self.lost = lost
        self.client = to_client(settings.bot_token, settings.api)
        self.port: int | None = None  # where requests are served, once it has started so
        self._introducing = Lock()
        self._introduced: tuple[Me, Calls] | None = None
        self.serving: Serving | None = None
        self._enquiries: Enquiries | None = None

    @property
    def is_running(self) -> bool:
        """Whether it passes on what happens."""
        return self.serving is not None

    @property
    def shares_out(self) -> bool:
        """Slack shares what happens out among the connections of an app in Socket Mode."""
        return self.settings.mode == "socket"

    @property
    def identity(self) -> str:
        """As whom the bot speaks here; empty until it knows."""
        return "" if self._introduced is None else _identity(self._introduced[0])

    # What comes in

    def start(
        self, receive: Receive, check: Check = nothing_wrong, topics: TopicsIn = none_followed
    ) -> None:
        """Begin to pass on what happens; return once Slack can reach us.

        Raises:
            ConfigError: Slack doesn't accept a token, or a token is missing.
            DeliveryError: Slack can't be reached, or stumbles.
            OSError: there is somebody else at the port, where requests are served.
        """
        needed = "app_token" if self.settings.mode == "socket" else "signing_secret"
        for name in ("bot_token", needed):
            if not getattr(self.settings, name):
                raise ConfigError(f"[slack] has no {name}.")
        try:
            me, _ = self._introduction()
            me.about = partial(topics, me.workspace)
            self._enquiries = Enquiries(self._enquiries_of(me, receive))
            self._enquiries.prepare()
            self.serving = Serving(lambda: self._build(me, receive, check), lost=self.lost)
            self.serving.start()
        except (Refusal, SlackApiError) as refusal:
            self.stop()
            raise _final(refusal) from None
        except Stopped as early:
            self.stop()
            raise _too_soon(early) from None
        except (OSError, ClientError) as error:
            self.stop()
            if self.settings.mode == "http" and not isinstance(error, TimeoutError):
                raise  # it is about our own port
            why = type(error).__name__
            raise DeliveryError(f"Slack can't be reached ({why}).", retry_in=SOON) from None
        except BaseException:
            self.stop()
            raise
        self._enquiries.start()

    def stop(self) -> None:
        """Pass nothing on from here; what came in is finished first."""
        serving, self.serving = self.serving, None
        enquiries, self._enquiries = self._enquiries, None
        if enquiries is not None:
            enquiries.stop()
        if serving is not None:
            serving.stop()

    def _enquiries_of(
        self, me: Me, receive: Receive
    ) -> Callable[[Wait], tuple[Directory, Backfill]]:
        def make(wait: Wait) -> tuple[Directory, Backfill]:
            client = to_client(self.settings.bot_token, self.settings.api)
            asker, clock, recall = Asker(client, wait=wait), self.clock, self.recall
            days = self.settings.backfill_days
            directory = Directory(
                asker, me, receive, clock=clock, recall=recall, memory=self.memory
            )
            return directory, Backfill(asker, me, receive, days=days, clock=clock, recall=recall)

        return make

    def _build(self, me: Me, receive: Receive, check: Check) -> tuple[Door, Way]:
        assert self._enquiries is not None
        door = Door(receive)
        coverage = Coverage(me.workspace, door)
        reception = Reception(door, me, check=check, ask=self._enquiries.ask, clock=self.clock)
        if self.settings.mode == "socket":

            def lay() -> Line:
                return Line(self.settings, reception, clock=self.clock, pace=self.pace)

            return door, SocketMode(lay, coverage, self.pace)
        requests = Requests(
            self.settings, reception, coverage, is_there=self._is_there, clock=self.clock
        )
        self.port = requests.listener.port
        return door, requests

    async def _is_there(self) -> bool:
        try:
            await asyncio.to_thread(again, self.client.auth_test)
        except DeliveryError:
            return False
        return True

    def _introduction(self) -> tuple[Me, Calls]:
        """Who the bot is in the workspace, and how it speaks there; Slack is asked once.

        Raises:
            DeliveryError: it doesn't say.
        """
        with self._introducing:
            if self._introduced is None:
                site = str(again(self.client.auth_test).get("url") or "")
                me = self._me()
                calls = Calls(client=self.client, workspace=me.workspace, site=site)
                self._introduced = me, calls
            return self._introduced

    def _me(self) -> Me:
        """Who the bot is; it is asked for by whoever must be able to stop soon.

        Raises:
            DeliveryError: Slack doesn't say now.
        """
        asker = Asker(self.client, wait=patience(PATIENCE))
        try:
            return who_am_i(asker, private_channels=self.settings.private_channels)
        except Stopped as early:
            raise _too_soon(early) from None

    @property
    @outlasting
    def _calls(self) -> Calls:
        return self._introduction()[1]

    # What is said

    def post(self, post: Post, *, key: str) -> str:
        """Say *post* and return its name, "<channel>/<ts>".

        Raises:
            DeliveryError: Slack refused it, or didn't answer.
        """
        return self._calls.post(post, key=key)

    def update(self, message: str, post: Post) -> None:
        """Put *post* in the place of the earlier *message*.

        Raises:
            DeliveryError: as for `post`.
        """
        self._calls.update(message, post)

    def delete(self, message: str, to: Address) -> None:
        """Take the earlier *message* back, which was said to *to*.

        Raises:
            DeliveryError: as for `post`; one that is gone already is no error.
        """
        self._calls.delete(message, to)

    def show(self, home: Home) -> None:
        """Put *home* in the place of what the member saw on the bot's own page.

        Raises:
            DeliveryError: as for `post`.
        """
        self._calls.show(home)

    def open(self, form: Form, *, member: MemberId, trigger: str) -> None:
        """Show *form* to *member*, by the permit that came with what they did.

        Raises:
            DeliveryError: as for `post`.
        """
        self._calls.open(form, member=member, trigger=trigger)

    def find(self, to: Address, *, key: str, since: datetime) -> str | None:
        """The name of the post made for *key* since then, or None where there is none.

        Raises:
            DeliveryError: Slack can't tell.
        """
        return self._calls.find(to, key=key, since=since)


def _too_soon(early: Stopped) -> DeliveryError:
    """What it means for a start that Slack would answer only later than it can wait."""
    return DeliveryError("Slack stumbles.", retry_in=max(SOON, timedelta(seconds=early.seconds)))


def _final(refusal: Refusal | SlackApiError) -> DeliveryError | ConfigError:
    """What a refusal means for a start: whether patience helps, or only other settings do."""
    error = refusal if isinstance(refusal, Refusal) else to_delivery_error(refusal)
    if error.retry_in is not None:
        return error
    if error.may_have_arrived:
        return DeliveryError(str(error), retry_in=SOON)
    if isinstance(refusal, Refusal):
        return ConfigError(f"[slack] {refusal}")
    word = refusal.response.get("error", "no answer")
    return ConfigError(
        f"[slack] Slack refuses the app_token ({word}): look at it with animateur check."
    )


def _identity(me: Me) -> str:
    return f"{me.team}/{me.user}"
