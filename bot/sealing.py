"""Secrets at rest: sealed in the settings, with a key that lies in a file of its own."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

SEALED = "sealed:"
VARIABLE = "ANIMATEUR_KEY"
FILE = "animateur.key"


class SealError(Exception):
    """A value can't be read: the key is missing, or is another."""


def key_for(config: Path, environment: Mapping[str, str]) -> str:
    """The key of the settings at *config*: the environment's, or of the file beside it; or "".

    Raises:
        OSError: the file can't be read.
    """
    beside = config.resolve().parent / FILE
    if VARIABLE in environment:
        return environment[VARIABLE].strip()
    return beside.read_text("ascii", "replace").strip() if beside.exists() else ""


def make_key(config: Path) -> str:
    """A new key, kept beside *config* for its owner alone.

    Raises:
        OSError: it can't be written, or there is one.
    """
    from cryptography.fernet import Fernet  # takes a while, and is seldom needed: here and below

    key = Fernet.generate_key().decode()
    beside = config.resolve().parent / FILE
    handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(f"{key}\n")
    return key


def seal(value: str, key: str) -> str:
    """*value* so that nobody can read it without *key* (AES-128-CBC and HMAC: Fernet).

    Raises:
        SealError: that is no key.
    """
    from cryptography.fernet import Fernet

    try:
        return SEALED + Fernet(key).encrypt(value.encode()).decode()
    except ValueError:
        raise SealError("that is no key") from None


def unseal(value: str, key: str) -> str:
    """What was sealed; *value* itself where it wasn't.

    Raises:
        SealError: it was sealed with another key, or isn't whole.
    """
    if not value.startswith(SEALED):
        return value
    from cryptography.fernet import Fernet, InvalidToken

    if not key:
        raise SealError(f"its key isn't here: put {FILE} beside it again, or set {VARIABLE}")
    try:
        return Fernet(key).decrypt(value.removeprefix(SEALED)).decode()
    except (ValueError, InvalidToken):
        raise SealError(f"it was sealed with another key than that of {FILE}") from None
