"""config.toml and the environment as frozen settings; an unknown key names its neighbour."""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Mapping
from datetime import time
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar

import msgspec

from bot import sealing
from bot.domain.zones import zone_names
from bot.judgement.limits import Limits

S = TypeVar("S", bound=msgspec.Struct)

Sections = Mapping[str, Mapping[str, Any]]

PREFIX = "ANIMATEUR_"
FROM_FILE = "_file"
"""What a variable ends with that names a file with the value, as a keeper of secrets hands it."""
LARGEST = 1_000_000


class ConfigError(Exception):
    """Says which key of which section is wrong, and what was probably meant."""


class BotSettings(msgspec.Struct, frozen=True, kw_only=True):
    """The installation's own settings, and what a new network starts with."""

    database: str = "sqlite:///animateur.db"
    prompts: str = ""
    network: str = "Our network"
    timezone: str = "Europe/London"
    country: str = "GB"
    speaks_from: str = "09:00"
    speaks_until: str = "17:00"
    nudges_a_week: Annotated[int, msgspec.Meta(ge=0, le=2)] = 2
    words_a_week: Annotated[int, msgspec.Meta(ge=0, le=1)] = 1
    share_of_a_channel: Annotated[float, msgspec.Meta(ge=0, le=0.15)] = 0.15
    home: str = ""
    log_level: Literal["debug", "info", "warning", "error"] = "info"

    @property
    def limits(self) -> Limits:
        """When, and how much, the bot may say without having been asked."""
        return Limits(
            opens=time.fromisoformat(self.speaks_from),
            closes=time.fromisoformat(self.speaks_until),
            nudges=self.nudges_a_week,
            words=self.words_a_week,
            share=self.share_of_a_channel,
        )

    def __post_init__(self) -> None:
        """Refuse a place or a time that no calendar knows, and hours that nobody works in."""
        if self.timezone not in zone_names():
            raise ValueError(f"timezone {self.timezone!r} is none; they are as Europe/London")
        if not (len(self.country) == 2 and self.country.isascii() and self.country.isupper()):
            raise ValueError(f"country {self.country!r} is none; they are as GB")
        widest, mine = Limits(), self.limits
        if not widest.opens <= mine.opens < mine.closes <= widest.closes:
            raise ValueError("speaks_from and speaks_until lie between 09:00 and 17:00, in order")


def load(path: Path | None, environment: Mapping[str, str]) -> Sections | None:
    """The sections of the file at *path*, or None without a file; the environment outranks it.

    ``ANIMATEUR_BOT_DATABASE`` is ``database`` of ``[bot]``; ``ANIMATEUR_SLACK_BOT_TOKEN_FILE`` is a
    file in which the ``bot_token`` of ``[slack]`` stands, for secrets that are encrypted where they
    are kept and opened for this process alone.

    Raises:
        ConfigError: the file can't be read as TOML, or one with a value can't be read.
    """
    sections: dict[str, dict[str, Any]] = {} if path is None else _open(path, environment)
    for variable, value in environment.items():
        if variable.startswith(PREFIX):
            name, _, key = variable.removeprefix(PREFIX).lower().partition("_")
            if key.endswith(FROM_FILE):
                key, value = key.removesuffix(FROM_FILE), _secret(Path(value))
                sections.setdefault(name, {})[key] = value
            elif key:
                sections.setdefault(name, {})[key] = _as_toml(value)
    return sections if path is not None or sections else None


def _open(path: Path, environment: Mapping[str, str]) -> dict[str, dict[str, Any]]:
    """What stands in the file, with what is sealed there made readable."""
    found = read(path)
    for name, values in found.items():
        for key, value in values.items():
            if isinstance(value, str) and value.startswith(sealing.SEALED):
                try:
                    values[key] = sealing.unseal(value, sealing.key_for(path, environment))
                except (sealing.SealError, OSError) as error:
                    why = error.strerror if isinstance(error, OSError) else error
                    raise ConfigError(f"{path}: {key} of [{name}] can't be read: {why}.") from None
    return found


def read(path: Path) -> dict[str, dict[str, Any]]:
    """What stands in the file, as it stands there.

    Raises:
        ConfigError: it can't be read as TOML.
    """
    try:
        if path.stat().st_size > LARGEST:
            raise ConfigError(f"{path} is larger than a megabyte: that is no config.toml.")
        found = tomllib.loads(path.read_bytes().decode("utf-8-sig"))
    except OSError as error:
        raise ConfigError(f"{path} can't be read: {error.strerror}.") from None
    except UnicodeDecodeError as error:
        raise ConfigError(f"{path} is not UTF-8 text, from byte {error.start} on.") from None
    except (ValueError, RecursionError) as error:
        raise ConfigError(f"{path} is not TOML: {str(error).rstrip('.')}.") from None
    for name, section in found.items():
        if not isinstance(section, dict):
            raise ConfigError(f"{path}: {name!r} stands outside any [section].")
    return found


def _secret(path: Path) -> str:
    """What stands in a file that has one value alone."""
    try:
        if path.stat().st_size > LARGEST:
            raise ConfigError(f"{path} is larger than a megabyte: that is no secret.")
        return path.read_text(encoding="utf-8-sig").strip()
    except OSError as error:
        raise ConfigError(f"{path} can't be read: {error.strerror}.") from None
    except UnicodeDecodeError:
        raise ConfigError(f"{path} is not UTF-8 text.") from None


def is_given(environment: Mapping[str, str], name: str, key: str) -> bool:
    """Whether the environment says what *key* of the section *name* is, or in which file."""
    variable = f"{PREFIX}{name}_{key}".upper()
    return variable in environment or variable + FROM_FILE.upper() in environment


def _as_toml(value: str) -> Any:
    """A variable's value, as it would be in the file; what is no TOML is a plain string."""
    try:
        return tomllib.loads(f"value = {value}")["value"]
    except (ValueError, RecursionError):
        return value


def section(cls: type[S], name: str, values: Mapping[str, Any]) -> S:
    """Read one section into its settings.

    Raises:
        ConfigError: a key is unknown, or a value is not of its type.
    """
    known = [field.name for field in msgspec.structs.fields(cls)]
    for key in values:
        if key not in known:
            raise ConfigError(f"[{name}] has no {key!r}{nearest(key, known)}")
    try:
        return msgspec.convert(dict(values), cls, strict=True)
    except msgspec.ValidationError as error:
        raise ConfigError(f"[{name}] {error}.") from None


def nearest(word: str, known: list[str]) -> str:
    """ "; did you mean 'this'?", or a full stop where nothing is near."""
    near = difflib.get_close_matches(word, known, 1)
    return f"; did you mean {near[0]!r}?" if near else f"; it has {', '.join(known)}."
