"""Notes that people make of conversations: a draft, a post, and what is left of it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import BigInteger, ForeignKey, Index, bindparam, delete, func, or_, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from bot.domain.ids import ChannelId
from bot.domain.notes import NoteState
from bot.storage import finding
from bot.storage.activity import DELETED, Message
from bot.storage.base import Base, Instant, change_if, clear_out
from bot.storage.places import Channel, Network, Person

KIND = "note"
"""As what a note is found."""
DRAFTED = timedelta(days=30)
"""How long a draft is held that is not shared."""


class Note(Base):
    """What somebody made of the conversation that begins at `thread` of `channel_id`.

    `title`, `learned` and `puzzle` are its author's own words, and there only until it is
    withdrawn. `is_named`: with their name. `revision` counts how often it could not be posted. It
    goes when its author is erased.
    """

    __tablename__ = "notes"
    __table_args__ = (
        Index("notes_by_thread", "channel_id", "thread"),
        {"sqlite_autoincrement": True},  # occasions bear its number, also once it is gone
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    network_id: Mapped[int] = mapped_column(ForeignKey("networks.id"))
    channel_id: Mapped[int] = mapped_column(ForeignKey("channels.id"))
    thread: Mapped[int] = mapped_column(BigInteger)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), index=True)
    state: Mapped[str] = mapped_column(default=NoteState.DRAFT.value)
    title: Mapped[str] = mapped_column(default="")
    learned: Mapped[str] = mapped_column(default="")
    puzzle: Mapped[str] = mapped_column(default="")
    is_named: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime] = mapped_column(Instant)
    shared_at: Mapped[datetime | None] = mapped_column(Instant)
    revision: Mapped[int] = mapped_column(default=0)

    @property
    def key(self) -> str:
        """The occasion of its post."""
        return f"{KIND}/{self.id}/{self.revision}"


# Where it came from


class Source(NamedTuple):
    """A conversation: its channel, its first message, and whether that is there still."""

    channel: int
    name: str
    address: ChannelId
    thread: int
    is_there: bool


def source_at(session: Session, channel: Channel, ts: int) -> Source | None:
    """The conversation that the message of *ts* is in; None where nothing is known of it."""
    message = session.get(Message, (channel.id, ts), populate_existing=True)
    first = ts if message is None or message.thread is None else message.thread
    found = _source(session, channel, first)
    is_known = session.scalar(
        select(func.count())
        .select_from(Message)
        .where(
            Message.channel_id == channel.id,
            or_(Message.ts == first, Message.thread == first),
            Message.flags.bitwise_and(DELETED) == 0,
        )
    )
    return found if is_known else None


def source_of(session: Session, note: Note) -> Source:
    """The conversation that *note* was made of."""
    channel = session.get_one(Channel, note.channel_id, populate_existing=True)
    return _source(session, channel, note.thread)


def _source(session: Session, channel: Channel, first: int) -> Source:
    message = session.get(Message, (channel.id, first), populate_existing=True)
    is_gone = message is not None and bool(message.flags & DELETED)
    return Source(channel.id, channel.name, ChannelId(channel.ref), first, not is_gone)


# From a draft to a note


def keep(session: Session, note: Note) -> Note:
    """Keep a draft; it has its number then."""
    session.add(note)
    session.flush()
    return note


def draft_of(session: Session, person: Person, source: Source) -> Note | None:
    """The draft that *person* made of a conversation already, if there is one."""
    return session.scalars(
        select(Note)
        .where(
            Note.person_id == person.id,
            Note.channel_id == source.channel,
            Note.thread == source.thread,
            Note.state == NoteState.DRAFT.value,
        )
        .order_by(Note.id)
    ).first()


def numbered(session: Session, network: Network, number: int) -> Note | None:
    """One of the network's notes, as it is by now."""
    return session.scalars(
        select(Note)
        .where(Note.network_id == network.id, Note.id == number)
        .execution_options(populate_existing=True)
    ).first()


def keyed(session: Session, network: Network, key: str) -> Note | None:
    """The note that is posted under *key*, or None."""
    head, _, rest = key.partition("/")
    number, _, _ = rest.partition("/")
    if head != KIND or not number.isdecimal():
        return None
    found = numbered(session, network, int(number))
    return found if found is not None and found.key == key else None


def reword(session: Session, network: Network, note: Note, **words: object) -> bool:
    """Put other words in the place of a note's; False where it was withdrawn."""
    done = change_if(session, note, Note.state != NoteState.WITHDRAWN.value, **words)
    if done and note.state == NoteState.SHARED:
        _index(session, network, note)
    return done


def share(session: Session, network: Network, note: Note, *, now: datetime) -> bool:
    """Let others see it from now on; False where they do already, or it was withdrawn."""
    is_draft = Note.state == NoteState.DRAFT.value
    done = change_if(session, note, is_draft, state=NoteState.SHARED.value, shared_at=now)
    if done:
        _index(session, network, note)
    return done


def unshare(session: Session, network: Network, note: Note) -> None:
    """It could not be posted: it is a draft again, and may be posted another time."""
    is_shared = Note.state == NoteState.SHARED.value
    before = {"state": NoteState.DRAFT.value, "shared_at": None, "revision": Note.revision + 1}
    if change_if(session, note, is_shared, **before):
        finding.drop(session, network, KIND, note.id)


def _index(session: Session, network: Network, note: Note) -> None:
    text = "\n".join((note.title, note.title, note.learned, note.puzzle))
    at = note.shared_at or note.created_at
    finding.keep(session, network, KIND, note.id, text, now=at, channel=note.channel_id)


def withdraw(session: Session, network: Network, note: Note) -> bool:
    """Delete its words; False where they were, or it was never shared."""
    is_shared = Note.state == NoteState.SHARED.value
    gone: dict[str, object] = {"title": "", "learned": "", "puzzle": "", "is_named": False}
    done = change_if(session, note, is_shared, state=NoteState.WITHDRAWN.value, **gone)
    if done:
        finding.drop(session, network, KIND, note.id)
    return done


def let_go(session: Session, note: Note) -> bool:
    """Forget a draft; False where it was shared."""
    done = session.execute(
        delete(Note)
        .where(Note.id == note.id, Note.state == NoteState.DRAFT.value)
        .returning(Note.id)
        .execution_options(synchronize_session=False)
    ).first()
    session.expire_all()
    return done is not None


_OLD = delete(Note).where(
    Note.network_id == bindparam("network"),
    Note.state != NoteState.SHARED.value,
    func.coalesce(Note.shared_at, Note.created_at) < bindparam("before"),
)


def let_old_go(session: Session, network: Network, *, now: datetime) -> None:
    """Let go of drafts that were not shared, and of what stayed of those that were withdrawn."""
    clear_out(session, _OLD, network=network.id, before=now - DRAFTED)


def newest(
    session: Session, network: Network, channels: Collection[int], *, at_most: int
) -> Sequence[Note]:
    """The newest notes of *channels* that were shared."""
    return session.scalars(
        select(Note)
        .where(
            Note.network_id == network.id,
            Note.channel_id.in_(sorted(channels)),
            Note.state == NoteState.SHARED.value,
        )
        .order_by(Note.shared_at.desc(), Note.id.desc())
        .limit(at_most)
    ).all()


# What is held of somebody


def of_person(session: Session, person: Person) -> Sequence[Note]:
    """The notes that *person* made, oldest first."""
    return session.scalars(select(Note).where(Note.person_id == person.id).order_by(Note.id)).all()


def forget(session: Session, person: Person) -> None:
    """Let go of *person*'s notes."""
    for note in of_person(session, person):
        network = session.get_one(Network, note.network_id)
        finding.drop(session, network, KIND, note.id)
        session.delete(note)
    session.flush()
    session.expire_all()


def hand_over(session: Session, old: int, new: int) -> None:
    """What was made in the channel *old* was made in *new*, which is the same one."""
    for table in (Note, finding.Finding):
        session.execute(
            update(table)
            .where(table.channel_id == old)
            .values(channel_id=new)
            .execution_options(synchronize_session=False)
        )
