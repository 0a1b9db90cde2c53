"""Who and where in the terminal's own little workspace: names become addresses, and back."""

from __future__ import annotations

import difflib
import re
import unicodedata

from bot.domain.ids import ChannelId, MemberId

WORKSPACE = "console:here"
_BOT = "@animateur"
BOT = MemberId(f"{WORKSPACE}/{_BOT}")

LONGEST_NAME = 60  # characters

_HIDDEN = ("Cc", "Cf", "Cs", "Zl", "Zp")


class NoName(ValueError):
    """Says what is wrong with a name."""


def harmless(text: str) -> str:
    """*text* without anything that steers a terminal, hides, or turns the direction of writing."""
    return "".join(
        character
        if character == "\n" or unicodedata.category(character) not in _HIDDEN
        else "    "
        if character == "\t"
        else ""
        for character in text.replace("\r\n", "\n")
    )


def tidy(name: str) -> str:
    """*name* as it is shown: harmless, on one line, and not endless."""
    return " ".join(harmless(name).split()).lstrip("@#")[:LONGEST_NAME].strip()


def capital(name: str) -> str:
    """*name* as one writes a person's, where it was typed without any capital."""
    words = tidy(name).split(" ")
    return " ".join(f"{word[:1].upper()}{word[1:]}" if word.islower() else word for word in words)


def _slug(name: str) -> str:
    """The part of an address that a name makes; the same for "Siân" however it is composed."""
    folded = unicodedata.normalize("NFKC", tidy(name)).casefold()
    return re.sub(r"[^\w]+", "-", folded).strip("-_")


def member_id(name: str, workspace: str = WORKSPACE) -> MemberId:
    """The address of the person called *name* in *workspace*.

    Raises:
        NoName: there is no letter or digit in it, or it is the bot's own.
    """
    slug = _slug(name)
    if not slug:
        raise NoName("A name needs at least one letter or digit.")
    if f"@{slug}" == _BOT:
        raise NoName("That is the bot's own name. Choose another.")
    return MemberId(f"{workspace}/@{slug}")


def channel_id(name: str, workspace: str = WORKSPACE) -> ChannelId:
    """The address of the channel called *name* in *workspace*.

    Raises:
        NoName: there is no letter or digit in it.
    """
    slug = _slug(name)
    if not slug:
        raise NoName("A channel's name needs at least one letter or digit, as in #frailty.")
    return ChannelId(f"{workspace}/#{slug}")


class Directory:
    """The people and channels that this workspace has, in the order in which they came.

    Somebody is found by their name, wherever their address comes from: the demo gives its own.
    """

    def __init__(self) -> None:
        self.workspace = WORKSPACE
        self.people: dict[MemberId, str] = {}
        self.channels: dict[ChannelId, str] = {}

    @property
    def bot(self) -> MemberId:
        """The bot's own address."""
        return MemberId(f"{self.workspace}/{_BOT}")

    def member(self, name: str) -> MemberId:
        """The address of the person called *name*, who may be new.

        Raises:
            NoName: there is no letter or digit in it, or it is the bot's own.
        """
        address = member_id(name, self.workspace)
        alike = (each for each, known in self.people.items() if _slug(known) == _slug(name))
        return address if address in self.people else next(alike, address)

    def channel(self, name: str) -> ChannelId:
        """The address of the channel called *name*, which may be new.

        Raises:
            NoName: there is no letter or digit in it.
        """
        address = channel_id(name, self.workspace)
        alike = (each for each, known in self.channels.items() if _slug(known) == _slug(name))
        return address if address in self.channels else next(alike, address)

    def names(self, address: str) -> str:
        """What people call *address*: "@Amina", "#frailty", or "" where nobody knows it."""
        if address == self.bot:
            return "@Animateur"
        if (person := self.people.get(MemberId(address))) is not None:
            return f"@{person}"
        if (channel := self.channels.get(ChannelId(address))) is not None:
            return f"#{channel}"
        return ""

    def person(self, address: str) -> str:
        """A person's bare name."""
        return self.names(address).removeprefix("@") or "somebody"

    def nearest_person(self, name: str) -> str | None:
        """The person whose name looks most like *name*, if any does."""
        known = {person.casefold(): person for person in self.people.values()}
        near = difflib.get_close_matches(tidy(name).casefold(), known, 1, cutoff=0.75)
        return known[near[0]] if near else None
