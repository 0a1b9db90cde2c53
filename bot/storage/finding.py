"""Find again what people handed over: the full-text search of SQLite or PostgreSQL.

The words are made plain here, so that both databases keep and look for the same ones: in small
letters, without accents, a sign of Chinese or Japanese at a time. SQLite has them in FTS5
(https://sqlite.org/fts5.html), PostgreSQL in a tsvector; triggers see to it that what goes from
the table goes from FTS5's files too, at once.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import NamedTuple

from sqlalchemy import (
    Connection,
    Dialect,
    ForeignKey,
    Text,
    UniqueConstraint,
    delete,
    event,
    select,
)
from sqlalchemy.orm import Mapped, Session, mapped_column
from sqlalchemy.types import TypeDecorator, TypeEngine

from bot.domain.typed import LONGEST
from bot.storage.base import Base, Instant, fetch_rows, insert_into, is_postgres, marks
from bot.storage.places import Network

SHADOW = "finding_words"
"""What each database has beside the table bears this name, or one that begins so."""

MOST = 2000
"""Words of a text that it is found by."""
ASKED = 12
"""Words of a question that are looked for."""
LENGTH = 64
"""Characters of a word; what is longer is a word's beginning."""

_COMMON = """
a about an and are as at be by can did do doe for from had have how i if in is it not of on or our
s so t that the their they thi to wa we what when where which who why will with you
"""
COMMON = frozenset(_COMMON.split())
"""Words that say nothing of what somebody looks for, unless all of a text's words are asked for."""


class Terms(TypeDecorator[str]):
    """Words made plain: a tsvector, or text where there is none."""

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[str]:
        """The type that *dialect* has for it."""
        if dialect.name != "postgresql":
            return dialect.type_descriptor(Text())
        from sqlalchemy.dialects.postgresql import TSVECTOR  # 4 MiB that SQLite has no use for

        return dialect.type_descriptor(TSVECTOR())


class Finding(Base):
    """A text that can be found: what it is by `kind` and `number`, and its words made plain.

    `channel_id` is the channel whose members alone may find it, None where the whole network may.
    `told_at` is when it was first shown to others.
    """

    __tablename__ = "findings"
    __table_args__ = (UniqueConstraint("network_id", "kind", "number"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    network_id: Mapped[int] = mapped_column(ForeignKey("networks.id"))
    kind: Mapped[str]
    number: Mapped[int]
    channel_id: Mapped[int | None] = mapped_column(ForeignKey("channels.id"))
    told_at: Mapped[datetime] = mapped_column(Instant)
    terms: Mapped[str] = mapped_column(Terms)


SQLITE = (
    f"CREATE VIRTUAL TABLE {SHADOW} USING fts5("
    "terms, content='findings', content_rowid='id', tokenize='ascii')",
    f"""CREATE TRIGGER finding_kept AFTER INSERT ON findings BEGIN
        INSERT INTO {SHADOW} (rowid, terms) VALUES (new.id, new.terms);
    END""",
    # FTS5 only marks what was deleted; "optimize" writes it anew without
    f"""CREATE TRIGGER finding_gone AFTER DELETE ON findings BEGIN
        INSERT INTO {SHADOW} ({SHADOW}, rowid, terms) VALUES ('delete', old.id, old.terms);
        INSERT INTO {SHADOW} ({SHADOW}) VALUES ('optimize');
    END""",
)
POSTGRES = f"CREATE INDEX {SHADOW} ON findings USING gin (terms)"


@event.listens_for(Finding.__table__, "after_create")
def make_index(table: object, connection: Connection, **_: object) -> None:
    """Make what each database needs beside the table."""
    for statement in SQLITE if connection.dialect.name == "sqlite" else (POSTGRES,):
        connection.exec_driver_sql(statement)


def drop_index(connection: Connection) -> None:
    """Drop what SQLite has beside the table."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql(f"DROP TABLE {SHADOW}")


def is_of_model(name: str | None, kind: str, _: object) -> bool:
    """Whether Alembic is to compare what is called *name*: no part of either database's index."""
    return name is None or not name.startswith(SHADOW)


# Words


def words_of(text: str) -> list[str]:
    """The words of *text*, made plain: small letters, no accents, of letters and figures alone."""
    found: list[str] = []
    letters: list[str] = []
    for sign in unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold()):
        if unicodedata.combining(sign):
            continue
        if _stands_alone(sign):
            _end_word(letters, found)
            found.append(sign)
        elif sign.isalnum():
            letters.append(sign)
        else:
            _end_word(letters, found)
    _end_word(letters, found)
    return found


def _end_word(letters: list[str], found: list[str]) -> None:
    if letters:
        found.append(_singular("".join(letters))[:LENGTH])
        letters.clear()


def _singular(word: str) -> str:
    """*word* without what makes an English one a plural (Harman 1991, doi:10.1002/asi.4630420103).

    Words of three letters stay as they are.
    """
    if len(word) <= 3 or not word.isascii():
        return word
    if word.endswith("ies") and not word.endswith(("eies", "aies")):
        return f"{word[:-3]}y"
    is_plural = word.endswith("s") and not word.endswith(("us", "ss", "aes", "ees", "oes"))
    return word[:-1] if is_plural else word


def _stands_alone(sign: str) -> bool:
    """Whether *sign* is of a script that leaves no blanks between words."""
    return (
        "\u3040" <= sign <= "\u30ff"
        or "\u3400" <= sign <= "\u9fff"
        or "\u0e00" <= sign <= "\u0eff"
        or "\U00020000" <= sign <= "\U0003ffff"
    ) and sign.isalnum()


# Keeping


def keep(
    session: Session,
    network: Network,
    kind: str,
    number: int,
    text: str,
    *,
    now: datetime,
    channel: int | None = None,
) -> None:
    """Let *text* be found as *kind* *number*, in the place of what was kept under that name.

    *channel* is the channel whose members alone may find it; without it everybody may.
    """
    drop(session, network, kind, number)
    words = list(islice(words_of(text), MOST))
    row = {
        "network_id": network.id,
        "kind": kind,
        "number": number,
        "channel_id": channel,
        "told_at": now,
        "terms": _vector(words) if is_postgres(session) else " ".join(words),
    }
    session.execute(insert_into(session, Finding), [row])


def _vector(words: Sequence[str]) -> str:
    """*words* as PostgreSQL writes a tsvector, each with its places."""
    places: dict[str, list[int]] = {}
    for place, word in enumerate(words, 1):
        places.setdefault(word, []).append(place)
    return " ".join(f"'{word}':{','.join(map(str, found[:255]))}" for word, found in places.items())


def drop(session: Session, network: Network, kind: str, number: int) -> None:
    """Let nobody find *kind* *number* any more; no byte of its words stays."""
    session.execute(
        delete(Finding)
        .where(Finding.network_id == network.id, Finding.kind == kind, Finding.number == number)
        .execution_options(synchronize_session=False)
    )


# Finding


class Hit(NamedTuple):
    """Something that was found: what it is, and when others were first shown it."""

    kind: str
    number: int
    told_at: datetime


@dataclass(frozen=True, kw_only=True)
class View:
    """What somebody may find: what is of these *channels*, and, or not, what is everybody's."""

    channels: Collection[int]
    sees_all: bool = True


def find(session: Session, network: Network, words: str, at_most: int, *, view: View) -> list[Hit]:
    """What has all the *words* that somebody typed, best first, of equals the newest.

    The last word may be the beginning of one. Where nothing has them all, what has some of them.
    """
    asked = words_of(words[:LONGEST])[-ASKED:]
    found = _find(session, network, asked, "&", at_most, view) if asked else []
    some = [word for word in asked if word not in COMMON]
    if found or len(asked) == 1 or not some:
        return found
    return _find(session, network, some, "|", at_most, view)


def _find(
    session: Session, network: Network, asked: Sequence[str], joint: str, at_most: int, view: View
) -> list[Hit]:
    """Where the best is what a database ranks first: by bm25, the less the better, or by ts_rank.

    The words are letters and figures alone, and in quotes nothing is an operator in either syntax.
    """
    if is_postgres(session):
        query = f" {joint} ".join(f"'{word}'" for word in asked) + ":*"
        found = "findings f, (SELECT CAST(? AS tsquery) AS q) AS asked WHERE f.terms @@ asked.q"
        best = "round(CAST(-ts_rank(f.terms, asked.q, 1) AS numeric), 6)"
    else:
        query = _OF_FTS5[joint].join(f'"{word}"' for word in asked) + "*"
        found = f"{SHADOW} JOIN findings f ON f.id = {SHADOW}.rowid WHERE {SHADOW} MATCH ?"
        best = f"round(bm25({SHADOW}), 6)"
    channels = sorted(view.channels) or [0]  # no channel bears that number
    rows = fetch_rows(
        session,
        f"SELECT f.kind, f.number, f.id FROM {found} AND f.network_id = ? "
        f"AND ((f.channel_id IS NULL AND ? = 1) OR f.channel_id IN ({marks(channels)})) "
        f"ORDER BY {best}, f.told_at DESC, f.kind, f.number LIMIT ?",
        (query, network.id, int(view.sees_all), *channels, at_most),
    )
    told = _told_at(session, [number for _, _, number in rows])
    return [Hit(kind, number, told[key]) for kind, number, key in rows]


_OF_FTS5 = {"&": " AND ", "|": " OR "}


def _told_at(session: Session, keys: Collection[int]) -> dict[int, datetime]:
    rows = session.execute(select(Finding.id, Finding.told_at).where(Finding.id.in_(keys)))
    return dict(rows.all())
