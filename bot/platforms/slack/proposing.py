"""Begins a form with what somebody wrote themselves: fetched as it opens, and kept nowhere."""

from __future__ import annotations

import html
import re

from msgspec.structs import replace
from slack_sdk import WebClient

from bot.domain.ids import ts_of
from bot.domain.posts import Field, Form
from bot.platforms.slack.refusals import once
from bot.platforms.slack.wire import to_client
from bot.ports import DeliveryError

HURRY = 1  # second: the permit to open the form lasts for three
LONGEST = 300  # characters: a sentence or two
SHORTEST = 60  # of a sentence that may end it

_SIGN = re.compile(r"<([^<>|]*)(?:\|([^<>]*))?>")
_SENTENCE_END = re.compile(r"[.!?…](?=\s)|[。！？]")


def with_own_words(client: WebClient, form: Form, person: str) -> Form:
    """*form*, with what *person* wrote in a message where a field is to begin with that.

    Nobody else's words are shown to them so, and a form opens without where Slack won't tell,
    or takes its time.
    """
    if not any(field.of for field in form.fields):
        return form
    hasty = to_client(client.token or "", client.base_url, reading=HURRY, longest=HURRY)
    return replace(form, fields=tuple(_begun(hasty, field, person) for field in form.fields))


def _begun(client: WebClient, field: Field, person: str) -> Field:
    where, _, _ = field.of.rpartition("/")
    micros = ts_of(field.of)
    if field.value or not micros:
        return field
    ts = f"{micros // 1_000_000}.{micros % 1_000_000:06}"
    channel = where.rpartition("/")[2]
    try:
        told = once(lambda: client.conversations_replies(channel=channel, ts=ts, limit=1))
    except DeliveryError:
        return field
    found = told.get("messages")
    for message in found if isinstance(found, list) else ():
        if isinstance(message, dict) and (message.get("ts"), message.get("user")) == (ts, person):
            return replace(field, value=in_a_line(str(message.get("text") or "")))
    return field


def in_a_line(text: str) -> str:
    """What *text*, as Slack has it, reads like: in a line, and no more than a sentence or two."""
    line = " ".join(html.unescape(_SIGN.sub(_read, text)).replace("*", "").split())
    if len(line) <= LONGEST:
        return line
    ends = [found.end() for found in _SENTENCE_END.finditer(line, 0, LONGEST)]
    if ends and ends[-1] >= SHORTEST:
        return line[: ends[-1]]
    return line[: LONGEST - 1].rpartition(" ")[0] + "…"


def _read(sign: re.Match[str]) -> str:
    """A link by its words, or else its address; nobody's and no channel's id."""
    target, words = sign[1], sign[2]
    return words or ("" if target[:1] in "@#!" else target)
