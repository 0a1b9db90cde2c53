"""What may be said: each kind of utterance, whom it reaches, and what a platform is asked to do."""

from __future__ import annotations

import msgspec
from msgspec import Struct

from bot.domain.ids import Address, MemberId
from bot.domain.posts import Form, Home, Post


class Saying(Struct, frozen=True, kw_only=True, tag="say"):
    """A new post."""

    post: Post


class Changing(Struct, frozen=True, kw_only=True, tag="update"):
    """A post in the place of the earlier `message`."""

    message: str
    post: Post


class Removing(Struct, frozen=True, kw_only=True, tag="delete"):
    """Nothing in the place of the earlier `message`, which was said to `to`."""

    message: str
    to: Address


class Showing(Struct, frozen=True, kw_only=True, tag="show"):
    """The bot's own page, as one member sees it."""

    home: Home


class Asking(Struct, frozen=True, kw_only=True, tag="ask"):
    """A form for one person; where it can't be opened in time, `otherwise` is said instead."""

    form: Form
    member: MemberId
    trigger: str
    otherwise: Post | None = None


Utterance = Saying | Changing | Removing | Showing | Asking
decoder: msgspec.json.Decoder[Utterance] = msgspec.json.Decoder(Utterance)

# by the method that the platform is asked for
REPEATABLE = ("update", "delete", "show")
PRIVATE = ("whisper", "open", "show")
FINDABLE = "post"
"""What does no harm twice, what one person alone sees, and what a platform can find again."""


def method_of(utterance: Utterance) -> str:
    """What the platform is asked to do; a post that one person alone sees is a whisper."""
    match utterance:
        case Saying(post=post):
            return FINDABLE if post.only_for is None else "whisper"
        case Changing():
            return "update"
        case Removing():
            return "delete"
        case Showing():
            return "show"
        case Asking():
            return "open"


def recipient_of(utterance: Utterance) -> Address:
    """Who hears it: a channel, or one person."""
    match utterance:
        case Saying(post=post) | Changing(post=post):
            return post.only_for or post.to
        case Removing(to=to):
            return to
        case Showing(home=home):
            return home.member
        case Asking(member=member):
            return member


def replaced_by(utterance: Utterance) -> str | None:
    """What it takes the place of: an earlier message, or a member's page."""
    match utterance:
        case Changing(message=message) | Removing(message=message):
            return message or None
        case Showing(home=home):
            return home.member
        case _:
            return None
