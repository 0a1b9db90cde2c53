"""What a person can read: words as Slack shows them, live mentions and links told apart."""

from __future__ import annotations

import re
from dataclasses import dataclass

from tests.standin.world import Ephemeral, Json, Message, World

CONTROL = re.compile(r"<([^<>]*)>")
BARE_LINK = re.compile(
    r"(?:https?://|www\.)[^\s<>|`]+"
    r"|(?<![\w.@-])(?:[\w.+-]+@)?(?:[\w-]+\.)+(?:com|org|net|io|uk|co|dev|app|ai|info|md|py|sh)\b",
    re.IGNORECASE,
)
"""What Slack makes a link of unasked, bare domains and mail addresses too."""

BARE_NAME = re.compile(r"(?<!\w)@(here|channel|everyone)\b")
"""What may ring in an `mrkdwn` object that isn't `verbatim` ("certain mentions")."""

CODE = re.compile(r"```.*?```|`[^`\n]+`", re.DOTALL)
MARKDOWN_LINK = re.compile(r"\[([^\]]*)\]\(([^)\s]+)[^)]*\)")


@dataclass(frozen=True, kw_only=True)
class Reading:
    """One message as one person has it before them.

    `mentions` are ids, and "here", "channel" or "everyone"; `links` are addresses; both are
    counted wherever they'd be alive, mentions also in the text that a notification shows.
    `buttons` are the labels of what can be pressed.
    """

    channel: str
    ts: str
    author: str
    text: str
    mentions: tuple[str, ...]
    links: tuple[str, ...]
    buttons: tuple[str, ...] = ()
    thread_ts: str | None = None
    key: str | None = None
    is_ephemeral: bool = False
    fallback: str = ""


class Rendering:
    """Collects words, mentions and links, piece by piece."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.parts: list[str] = []
        self.mentions: list[str] = []
        self.links: list[str] = []
        self.buttons: list[str] = []

    def mrkdwn(self, text: str, *, is_verbatim: bool = False, names: bool = False) -> str:
        """Slack's own markup, read; bare *names* may ring, bare addresses unless verbatim."""
        if names and not is_verbatim:
            self.mentions += BARE_NAME.findall(CODE.sub("", CONTROL.sub("", text)))
        pieces, last = [], 0
        for found in CONTROL.finditer(text):
            pieces.append(self._words(text[last : found.start()], is_verbatim))
            pieces.append(self._control(found[1]))
            last = found.end()
        return "".join([*pieces, self._words(text[last:], is_verbatim)])

    def _words(self, text: str, is_verbatim: bool) -> str:
        shown = text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
        if not is_verbatim:
            self.links += BARE_LINK.findall(CODE.sub("", shown))
        return shown

    def _control(self, inside: str) -> str:
        target, _, label = inside.partition("|")
        if target.startswith("@"):
            self.mentions.append(target[1:])
            person = self.world.people.get(target[1:])
            return f"@{person.display_name or person.real_name}" if person else f"@{target[1:]}"
        if target.startswith("#"):
            channel = self.world.channels.get(target[1:])
            return f"#{channel.name}" if channel else "#unknown"
        if target.startswith("!date^"):
            return label
        if target.startswith("!"):
            self.mentions.append(target[1:].partition("^")[2] or target[1:])
            return f"@{target[1:].partition('^')[0]}"
        self.links.append(target)
        return label or target

    def markdown(self, text: str) -> str:
        """Ordinary Markdown, as in a `markdown` block."""
        self.links += [target for _, target in MARKDOWN_LINK.findall(text)]
        return self.mrkdwn(MARKDOWN_LINK.sub(lambda found: found[1], text))

    def text_object(self, text: Json | None) -> str:
        """A text object: `plain_text` is dead, `mrkdwn` alive."""
        if not text:
            return ""
        if text.get("type") == "plain_text":
            return str(text.get("text", ""))
        is_verbatim = bool(text.get("verbatim"))
        return self.mrkdwn(text.get("text", ""), is_verbatim=is_verbatim, names=True)

    def block(self, block: Json) -> None:
        """Read one block."""
        match block.get("type"):
            case "section":
                self.parts.append(self.text_object(block.get("text")))
                self.parts += [self.text_object(one) for one in block.get("fields") or []]
                self.element(block.get("accessory") or {})
            case "header":
                self.parts.append(self.text_object(block.get("text")))
            case "context" | "actions":
                for element in block.get("elements", []):
                    self.element(element)
            case "markdown":
                self.parts.append(self.markdown(block.get("text", "")))
            case "image":
                self.parts.append(f"[{block.get('alt_text', '')}]")
            case "input":
                self.parts.append(self.text_object(block.get("label")))
                self.parts.append(self.text_object(block.get("hint")))
            case "rich_text":
                self.parts.append("".join(self.rich(block)))

    def element(self, element: Json) -> None:
        """Read what stands in a block."""
        kind = element.get("type", "")
        if kind in ("mrkdwn", "plain_text"):
            self.parts.append(self.text_object(element))
        elif kind == "image":
            self.parts.append(f"[{element.get('alt_text', '')}]")
        elif kind == "button":
            self.buttons.append(element["text"]["text"])
            if element.get("url"):
                self.links.append(element["url"])

    def rich(self, element: Json) -> list[str]:
        """Read a rich text element and what is in it."""
        match element.get("type"):
            case "text":
                return [element.get("text", "")]
            case "link":
                self.links.append(element.get("url", ""))
                return [element.get("text") or element.get("url", "")]
            case "user":
                return [self._control(f"@{element.get('user_id', '')}")]
            case "usergroup":
                return [self._control(f"!subteam^{element.get('usergroup_id', '')}")]
            case "broadcast":
                return [self._control(f"!{element.get('range', '')}")]
            case "channel":
                return [self._control(f"#{element.get('channel_id', '')}")]
            case "emoji":
                return [f":{element.get('name', '')}:"]
        inside = [word for one in element.get("elements", []) for word in self.rich(one)]
        return [*inside, "\n"] if str(element.get("type", "")).startswith("rich_text_") else inside


def rendered(world: World, text: str, blocks: list[Json] | None) -> Rendering:
    """Text and blocks, read; where there are blocks, the text is what a notification shows."""
    seen = Rendering(world)
    fallback = seen.mrkdwn(text)
    if blocks:  # a notification's text: mentions may still ring, links can't be pressed
        seen.links.clear()
    for block in blocks or []:
        seen.block(block)
    if not blocks:
        seen.parts = [fallback]
    return seen


def read_message(world: World, message: Message) -> Reading:
    """A message as whoever is in its channel reads it."""
    is_typed = not message.user.is_bot
    seen = rendered(world, message.text, None if is_typed else message.blocks)
    for attachment in message.attachments or []:
        seen.parts += [seen.mrkdwn(str(attachment.get(n, ""))) for n in ("pretext", "text")]
    return Reading(
        channel=message.channel.id,
        ts=message.ts,
        author=message.user.id,
        text="\n".join(part for part in seen.parts if part).strip(),
        mentions=tuple(seen.mentions),
        links=tuple(seen.links),
        buttons=tuple(seen.buttons),
        thread_ts=message.thread_ts,
        key=message.key,
        fallback=message.text,
    )


def read_ephemeral(world: World, shown: Ephemeral, author: str) -> Reading:
    """What only one person sees, as they read it."""
    seen = rendered(world, shown.text, shown.blocks)
    return Reading(
        channel=shown.channel.id,
        ts=shown.ts,
        author=author,
        text="\n".join(part for part in seen.parts if part).strip(),
        mentions=tuple(seen.mentions),
        links=tuple(seen.links),
        buttons=tuple(seen.buttons),
        thread_ts=shown.thread_ts,
        is_ephemeral=True,
        fallback=shown.text,
    )


def read_view(world: World, payload: Json) -> Rendering:
    """A view's blocks, read."""
    return rendered(world, "", payload.get("blocks", []) or [{"type": "divider"}])
