"""The calls that say things in Slack, each made once; what goes wrong becomes a DeliveryError.

A message's name is "<channel>/<ts>" by Slack's own ids. A post to a person goes to their id: with
`chat:write` alone it arrives in the app's Messages tab, and no other permission is needed
(https://docs.slack.dev/reference/methods/chat.postMessage).
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from msgspec.structs import replace
from slack_sdk import WebClient

from bot.domain.events import to_micros
from bot.domain.ids import Address, MemberId, workspace_of
from bot.domain.posts import Form, Home, Post
from bot.platforms.markdown import Names
from bot.platforms.slack.blocks import Message, to_home, to_message
from bot.platforms.slack.forms import to_view
from bot.platforms.slack.manifest import EVENT_TYPE
from bot.platforms.slack.pictures import attach, send
from bot.platforms.slack.proposing import with_own_words
from bot.platforms.slack.refusals import Refusal, again, once, outlasting
from bot.ports import DeliveryError

PAGE = 200  # messages of a history; Slack may give fewer
MOST_PAGES = 50
PATIENCE = (0.5, 1.0, 2.0)  # seconds until a picture that was sent can be shown

NOT_HERE = ("channel_not_found", "not_in_channel", "user_not_in_channel", "is_archived")
"""Where the bot has no voice, although somebody gave it a command there."""

GONE = "message_not_found"
UNREADY = ("invalid_blocks", "invalid_blocks_format")

_NAME = re.compile(r"([A-Z0-9]+)/(\d+\.\d+)")


T = TypeVar("T")


def nobody(_: str) -> str:
    """The names of those who know none."""
    return ""


@dataclass(kw_only=True)
class Calls:
    """Says things by *client*: as `Platform` says, and in one workspace ("slack:T1").

    `site` is the workspace's address on the web, for links to messages.
    """

    client: WebClient
    workspace: str
    names: Names = nobody
    site: str = ""

    @outlasting
    def post(self, post: Post, *, key: str) -> str:
        """Say *post* and return its name; a file that goes with it follows below.

        What is only for one person is whispered where they asked; where the bot has no voice, it
        is said to them alone.

        Raises:
            DeliveryError: Slack refused it, or didn't answer.
        """
        if post.attachment is None:
            return self._post(post, key)
        message = self._post(replace(post, to=post.only_for or post.to, only_for=None), key)
        attach(self.client, post.attachment, message=message)
        return message

    def _post(self, post: Post, key: str) -> str:
        where = self._raw(post.to)
        if post.only_for is None:
            return self._drawn(post, lambda message: self._said(where, message, key))
        person = self._raw(post.only_for)
        try:
            if _is_channel(where):
                return self._drawn(post, lambda drawn: self._whispered(where, person, drawn))
            if not _is_person(where):
                return self._drawn(post, lambda drawn: self._said(where, drawn, key))
        except Refusal as refusal:
            if refusal.word not in NOT_HERE:
                raise
        return self._drawn(post, lambda drawn: self._said(person, drawn, key))

    @outlasting
    def update(self, message: str, post: Post) -> None:
        """Put *post* in the place of the earlier *message*; it keeps its key.

        Raises:
            DeliveryError: as for `post`; a lost answer does no harm.
        """
        channel, ts = _place(message)
        self._raw(post.to)

        def put(drawn: Message) -> None:
            blocks = [block.to_dict() for block in drawn.blocks]
            again(
                lambda: self.client.chat_update(
                    channel=channel, ts=ts, text=drawn.text, blocks=blocks
                )
            )

        self._drawn(post, put)

    @outlasting
    def delete(self, message: str, to: Address) -> None:
        """Take the earlier *message* back, which was said to *to*; it may be gone already.

        Raises:
            DeliveryError: as for `update`.
        """
        channel, ts = _place(message)
        self._raw(to)
        try:
            again(lambda: self.client.chat_delete(channel=channel, ts=ts))
        except Refusal as refusal:
            if refusal.word != GONE:
                raise

    @outlasting
    def show(self, home: Home) -> None:
        """Put *home* in the place of what the member saw on the bot's own page.

        Raises:
            DeliveryError: as for `update`.
        """
        person = self._raw(home.member)
        view = to_home(home, self.names, site=self.site).to_dict()
        again(lambda: self.client.views_publish(user_id=person, view=view))

    @outlasting
    def open(self, form: Form, *, member: MemberId, trigger: str) -> None:
        """Show *form* to *member*. *trigger* is Slack's own, and the channel after a space.

        Raises:
            DeliveryError: as for `post`.
        """
        person = self._raw(member)
        permit, _, channel = trigger.partition(" ")
        form = with_own_words(self.client, form, person)
        view = to_view(form, channel=channel).to_dict()
        once(lambda: self.client.views_open(trigger_id=permit, view=view))

    @outlasting
    def find(self, to: Address, *, key: str, since: datetime) -> str | None:
        """The name of the post made for *key* since then, or None where there is none.

        Raises:
            DeliveryError: nobody can tell, as in a talk between two, which the bot may not read.
        """
        where = self._raw(to)
        if not _is_channel(where):
            raise DeliveryError("I may not read what was said to one person, not even by myself.")
        micros = to_micros(since)
        oldest = f"{micros // 1_000_000}.{micros % 1_000_000:06}"
        cursor: str | None = None
        for _ in range(MOST_PAGES):
            page = self._page(where, oldest, cursor)
            for message in _dicts(page.get("messages")):
                if _key(message) == key and isinstance(ts := message.get("ts"), str):
                    return f"{where}/{ts}"
            cursor = _text(_dict(page.get("response_metadata")).get("next_cursor"))
            if not page.get("has_more"):
                return None
            if not cursor:
                break
        raise DeliveryError("There is more in that channel than I could look through.")

    def _drawn(self, post: Post, speak: Callable[[Message], T]) -> T:
        """Speak *post*, with its picture as soon as that can be shown, else with its words."""
        file = send(self.client, post.image) if post.image is not None else ""
        for pause in PATIENCE if file else ():
            try:
                return speak(to_message(post, self.names, site=self.site, file=file))
            except Refusal as refusal:  # https://github.com/slackapi/python-slack-sdk/issues/1521
                if refusal.word not in UNREADY:
                    raise
                time.sleep(pause)
        return speak(to_message(post, self.names, site=self.site))

    def _said(self, where: str, drawn: Message, key: str) -> str:
        blocks = [block.to_dict() for block in drawn.blocks]
        answer = once(
            lambda: self.client.chat_postMessage(
                channel=where,
                text=drawn.text,
                blocks=blocks,
                metadata={"event_type": EVENT_TYPE, "event_payload": {"key": key}},
                unfurl_links=False,
                unfurl_media=False,
            )
        )
        return _named(answer, "ts", where)

    def _whispered(self, where: str, person: str, drawn: Message) -> str:
        blocks = [block.to_dict() for block in drawn.blocks]
        answer = once(
            lambda: self.client.chat_postEphemeral(
                channel=where, user=person, text=drawn.text, blocks=blocks
            )
        )
        return _named(answer, "message_ts", where)

    def _page(self, where: str, oldest: str, cursor: str | None) -> Mapping[str, object]:
        return again(
            lambda: self.client.conversations_history(
                channel=where,
                oldest=oldest,
                inclusive=True,
                include_all_metadata=True,
                limit=PAGE,
                cursor=cursor or None,
            )
        )

    def _raw(self, address: Address) -> str:
        """Slack's own id of somebody or some place here.

        Raises:
            DeliveryError: they are elsewhere.
        """
        if workspace_of(address) != self.workspace:
            raise DeliveryError(f"I have no voice in {workspace_of(address)}.")
        return address.partition("/")[2]


def _named(answer: Mapping[str, object], ts: str, where: str) -> str:
    """The name of what was said just now."""
    if not (moment := _text(answer.get(ts))):
        raise DeliveryError("Slack took it and didn't say as what.", may_have_arrived=True)
    return f"{_text(answer.get('channel')) or where}/{moment}"


def _place(message: str) -> tuple[str, str]:
    """The channel and the ts of a message's name."""
    if (found := _NAME.fullmatch(message)) is None:
        raise DeliveryError("That is no message in Slack.")
    return found[1], found[2]


def _is_channel(raw: str) -> bool:
    return raw[:1] in ("C", "G")


def _is_person(raw: str) -> bool:
    return raw[:1] in ("U", "W")


def _key(message: Mapping[str, object]) -> str | None:
    """The occasion that a post of ours was made for."""
    metadata = _dict(message.get("metadata"))
    if metadata.get("event_type") != EVENT_TYPE:
        return None
    return _text(_dict(metadata.get("event_payload")).get("key"))


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _dict(value: object) -> Mapping[str, object]:
    return value if isinstance(value, dict) else {}


def _dicts(value: object) -> list[Mapping[str, object]]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []
