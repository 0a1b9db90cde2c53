"""What the bot may say: posts, buttons and forms, which each platform draws in its own way."""

from __future__ import annotations

from msgspec import Struct

from bot.domain.appointments import Appointment
from bot.domain.charts import RunChart
from bot.domain.ids import Address, MemberId


class Button(Struct, frozen=True, kw_only=True):
    """A thing to press; `action` is "<feature>.<name>" and `value` what it is about."""

    label: str
    action: str
    value: str = ""
    is_primary: bool = False


class Image(Struct, frozen=True, kw_only=True):
    """A picture: the chart that a platform draws when it shows it, and the same in words."""

    chart: RunChart
    alt: str


class Attachment(Struct, frozen=True, kw_only=True):
    """A file that goes with a post, for calendars: the platform writes it when it is said.

    What only fades away in a channel can hold no file: it is said to that one person alone.
    """

    name: str
    appointment: Appointment


class Post(Struct, frozen=True, kw_only=True):
    """Something to say, in a small Markdown: **bold**, *italic*, `code`, lists, quotes, links.

    `only_for` makes it visible to that one person, in the place where they asked.
    """

    to: Address
    text: str
    buttons: tuple[Button, ...] = ()
    image: Image | None = None
    attachment: Attachment | None = None
    only_for: MemberId | None = None


class Field(Struct, frozen=True, kw_only=True):
    """One question of a form: a choice where there are `options`, else a line or several.

    The form's prompt gives it its label and hint. Where it has no `value`, it begins with what the
    one who is asked wrote themselves in the message `of` ("<channel>/<microseconds>"), if the
    platform can tell; nothing of that goes through here.
    """

    name: str
    label: str = ""
    hint: str = ""
    value: str = ""
    options: tuple[str, ...] = ()
    is_required: bool = False
    is_long: bool = False
    of: str = ""


class Form(Struct, frozen=True, kw_only=True):
    """Questions to ask one person: `name` is "<feature>.<name>", `context` comes back with it.

    `text` stands above the questions, in the same small Markdown as a post.
    """

    name: str
    title: str
    fields: tuple[Field, ...]
    submit: str
    context: str = ""
    text: str = ""


class Home(Struct, frozen=True, kw_only=True):
    """The bot's own page, as `member` alone sees it: one part below the other."""

    member: MemberId
    parts: tuple[Post, ...]
