"""Nothing is left of who was erased, not even in the bytes of the file; the others are."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from threading import Thread

import pytest
from sqlalchemy import Engine, select, text
from sqlalchemy.engine import make_url

from bot import outbox
from bot.domain.events import Batch, MemberJoined, MessageEdited, PersonSeen, to_micros
from bot.domain.ids import MemberId
from bot.domain.posts import Post
from bot.inbox import accept
from bot.storage import holdings, traces
from bot.storage.activity import DELETED, Message, Reaction
from bot.storage.base import Sessions
from bot.storage.delivery import HandledAct, Incoming, Outgoing
from bot.storage.places import Person, Presence
from bot.storage.record import Uncounted
from bot.storage.schema import metadata
from tests.town import MONDAY, Town

WORDS = b"the word of zebedee alone"


@pytest.fixture
def town(engine: Engine) -> Town:
    """A town on this test's own engine."""
    return Town(engine)


def erase(town: Town, name: str) -> None:
    """Let go of all that is held of *name*."""
    with town.sessions.begin() as session:
        holdings.erase(session, MemberId(f"fake:T1/U-{name}"), now=town.now)


def queue(town: Town, to: str, key: str, words: str = "A word") -> None:
    """Queue a post for tomorrow."""
    with town.sessions.begin() as session:
        outbox.enqueue(
            session,
            outbox.Saying(post=Post(to=MemberId(to), text=words)),
            key=key,
            network_id=None,
            due_at=town.now + timedelta(days=1),
            expires_at=town.now + timedelta(days=2),
        )


def live(town: Town, name: str) -> None:
    """*name* does everything that leaves a trace."""
    ref = town.person(name)
    town.joins(name)
    town.lead(name)
    first = town.says(name, "Could somebody help?")
    town.says("bob", thread=first)
    town.reacts(name, town.says("bob"))
    town.reacts("bob", first)
    town.types(name, f"/tend why {WORDS.decode()}")
    town.types(name, "/net mydata export")
    queue(town, ref, f"energy.alert/1/2026-03-03/{ref}")
    queue(town, "fake:T1/C-general", "digest/1", f"Thanks to [Somebody](to:{ref})")
    with town.sessions.begin() as session:
        session.add(HandledAct(key=f"welcomed/{ref}", at=town.now))
    joined = MemberJoined(channel=town.place("general"), member=ref, at=1)
    accept(town.sessions, [joined], now=town.now)
    with town.sessions.begin() as session:
        for row in session.scalars(select(Incoming)):
            row.error = "ValueError"


def in_tables(sessions: Sessions, what: str) -> list[str]:
    """The columns of all tables in which *what* stands."""
    with sessions.begin() as session:
        return [
            f"{table.name}.{column.name}"
            for table in metadata.sorted_tables
            for column in table.columns
            for (value,) in session.execute(select(column))
            if what in (value.decode(errors="replace") if isinstance(value, bytes) else str(value))
        ]


def test_whom_something_was_said_to_is_forgotten_with_them(town: Town) -> None:
    queue(town, town.person("zebedee"), "a word")
    town.passes(days=1)
    town.ticks()
    assert in_tables(town.sessions, "zebedee") == ["people.ref", "outbox.recipient"]
    erase(town, "zebedee")
    assert in_tables(town.sessions, "zebedee") == []


@pytest.mark.both_databases
def test_no_table_holds_the_id_or_the_name_of_who_was_erased(town: Town) -> None:
    live(town, "zebedee")
    assert {
        "people.ref",
        "outbox.key",
        "outbox.recipient",
        "outbox.payload",
        "inbox.payload",
        "handled_acts.key",
    } == {*in_tables(town.sessions, "fake:T1/U-zebedee")}
    assert in_tables(town.sessions, "Zebedee") == ["people.name"]
    erase(town, "zebedee")
    for trace in ("zebedee", "Zebedee", WORDS.decode()):
        assert in_tables(town.sessions, trace) == []
    assert in_tables(town.sessions, "fake:T1/U-bob") == ["people.ref"]
    with town.sessions.begin() as session:
        (person,) = session.scalars(select(Person))
        assert {row.author_id for row in session.scalars(select(Message))} == {None, person.id}


def test_no_byte_of_the_file_holds_who_was_erased(town: Town, engine: Engine) -> None:
    if engine.dialect.name != "sqlite":
        pytest.skip("PostgreSQL keeps what was erased until it is vacuumed")
    path = make_url(str(engine.url)).database
    assert path is not None

    def holds(what: bytes) -> bool:
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
        files = [Path(f"{path}{suffix}") for suffix in ("", "-wal")]
        return any(what in file.read_bytes() for file in files if file.exists())

    for name in ("bob", "zebedee", "carol"):
        live(town, name)
    town.recounts(*(town.message("zebedee", hours=-hour) for hour in range(400)))
    assert all(map(holds, (b"U-zebedee", b"Zebedee", WORDS)))
    town.types("zebedee", "/net mydata delete")
    town.presses("zebedee", "Delete everything")
    with town.sessions.begin() as session:
        session.execute(text("DELETE FROM sense_notes"))  # those of others say the same
    assert not any(map(holds, (b"U-zebedee", b"Zebedee", WORDS)))
    assert holds(b"U-bob")
    assert holds(b"Carol")


@pytest.mark.both_databases
def test_others_answers_stand_and_marks_on_what_went_go(town: Town) -> None:
    first = town.says("ada")
    answer = town.says("bob", thread=first)
    town.reacts("bob", first)
    town.reacts("ada", answer)
    town.reacts("carol", answer)
    erase(town, "ada")
    with town.sessions.begin() as session:
        root, kept = session.scalars(select(Message).order_by(Message.ts))
        assert (root.ts, root.author_id, root.flags, root.length) == (first, None, DELETED, 0)
        assert (kept.ts, kept.thread, kept.flags) == (answer, first, 0)
        (mark,) = session.scalars(select(Reaction))
        assert session.get_one(Person, mark.person_id).name == "Carol"


@pytest.mark.both_databases
def test_the_past_does_not_bring_anybody_back_in_whatever_way_it_is_told(town: Town) -> None:
    ada, place = town.person("ada"), town.place("general")
    past = town.message("ada", hours=-1)
    old = town.says("bob", hours=-2)
    town.tells(past)
    erase(town, "ada")
    town.passes(hours=1)
    edited = MessageEdited(channel=place, ts=past.ts, edited=past.ts + 9, length=9)
    joined = MemberJoined(channel=place, member=ada, at=past.ts)
    town.recounts(PersonSeen(member=ada, name="Ada"), past, edited, joined)
    town.reacts("ada", old)
    with town.sessions.begin() as session:
        assert [person.name for person in session.scalars(select(Person))] == ["Bob"]
        assert session.scalars(select(Reaction)).all() == []
        assert session.scalars(select(Presence)).all() == []
        row = session.get_one(Message, (1, past.ts))
        assert (row.author_id, row.flags, row.length) == (None, DELETED, 0)


def test_who_comes_back_is_met_afresh(town: Town) -> None:
    ada = town.person("ada")
    seen = PersonSeen(member=ada, name="Ada Anew", timezone="Asia/Tokyo")
    erase(town, "ada")
    town.tells(seen)
    with town.sessions.begin() as session:
        assert session.scalars(select(Person)).all() == []
    town.passes(hours=1)
    town.app.receive(Batch(events=(seen, town.message("ada"))))
    town.joins("ada")
    town.reacts("ada", town.says("bob"))
    with town.sessions.begin() as session:
        person = session.scalars(select(Person).where(Person.ref == ada)).one()
        held = holdings.held(session, person)
    assert (held.name, held.timezone) == ("Ada Anew", "Asia/Tokyo")
    assert (len(held.messages), len(held.channels), len(held.reactions)) == (1, 1, 1)
    assert held.counted_since == MONDAY


def test_what_counts_begins_at_the_very_instant(town: Town) -> None:
    town.person("ada")
    erase(town, "ada")
    town.tells(town.message("ada", at=MONDAY - timedelta(microseconds=1)))
    town.tells(town.message("ada", at=MONDAY))
    with town.sessions.begin() as session:
        (row,) = session.scalars(select(Message))
        assert row.ts == to_micros(MONDAY)


def test_somebody_whose_id_only_begins_alike_keeps_everything(town: Town) -> None:
    for name in ("ada", "adam", "ada-marie"):
        queue(town, f"fake:T1/U-{name}", f"hello/{name}", f"for [{name}](to:fake:T1/U-{name})")
        with town.sessions.begin() as session:
            session.add(HandledAct(key=f"welcomed/fake:T1/U-{name}/1", at=town.now))
    with town.sessions.begin() as session:
        assert traces.occasions(session, MemberId("fake:T1/U-ada")) == [
            "hello/ada",
            "welcomed/fake:T1/U-ada/1",
        ]
    erase(town, "ada")
    with town.sessions.begin() as session:
        assert session.scalars(select(Outgoing.key).order_by(Outgoing.key)).all() == [
            "hello/ada-marie",
            "hello/adam",
        ]
        assert len(session.scalars(select(HandledAct)).all()) == 2


@pytest.mark.parametrize(
    ("ref", "written"),
    [
        pytest.param('fake:T1/"q"', None, id="with quotes, which JSON escapes"),
        pytest.param("fake:T1/a (b)", "[A](to:fake:T1/a%20%28b%29)", id="in a mention"),
        pytest.param("fake:T1/a_b", "fake:T1/a\\_b", id="as plain text, made harmless"),
        pytest.param("fake:T1/Siân", "Siân is [Siân](to:fake:T1/Siân)", id="with an accent"),
    ],
)
def test_an_id_is_found_however_it_is_written(town: Town, ref: str, written: str | None) -> None:
    queue(town, ref if written is None else "fake:T1/C-general", "1", written or "A word")
    queue(town, "fake:T1/C-general", "2", "A word for everybody")
    with town.sessions.begin() as session:
        assert traces.occasions(session, MemberId(ref)) == ["1"]


def test_what_waits_to_be_handled_waits_on(town: Town) -> None:
    accept(town.sessions, [town.message("ada", hours=-1), town.message("ada", hours=1)], now=MONDAY)
    erase(town, "ada")
    assert town.app.work() == 2
    with town.sessions.begin() as session:
        (row,) = session.scalars(select(Message))
        assert row.ts == to_micros(MONDAY + timedelta(hours=1))


@pytest.mark.both_databases
def test_a_choice_is_kept_as_a_mark_that_names_nobody(town: Town) -> None:
    ada = town.person("ada")
    with town.sessions.begin() as session:
        holdings.stop_counting(session, ada)
        holdings.stop_counting(session, ada)
        assert holdings.is_uncounted(session, ada)
        assert session.scalars(select(Person)).one().is_uncounted
        holdings.count_again(session, ada, now=MONDAY)
        assert not holdings.is_uncounted(session, ada)
        assert not session.scalars(select(Person)).one().is_uncounted
        (mark,) = session.scalars(select(Uncounted))
        assert mark.until == to_micros(MONDAY)
        assert len(mark.key) == 64
        assert "U-ada" not in mark.key  # its own letters may come about by chance


def test_somebody_who_was_never_met_can_choose_and_be_erased(town: Town) -> None:
    ghost = MemberId("fake:T1/U-ghost")
    with town.sessions.begin() as session:
        holdings.stop_counting(session, ghost)
        holdings.erase(session, ghost, now=MONDAY)
        assert holdings.is_uncounted(session, ghost)
        holdings.count_again(session, ghost, now=MONDAY)
        assert not holdings.is_uncounted(session, ghost)
        assert session.scalars(select(Person)).all() == []


@pytest.mark.both_databases
def test_what_another_process_keeps_meanwhile_goes_too(town: Town) -> None:
    message = town.message("ada")
    erasing = Thread(target=erase, args=(town, "ada"))
    with town.sessions.begin() as session:
        town.app.recorder.record(session, [message], now=MONDAY)
        erasing.start()
        erasing.join(0.2)
        assert erasing.is_alive(), "it waits for what is being kept"
    erasing.join(30)
    with town.sessions.begin() as session:
        assert [row.author_id for row in session.scalars(select(Message))] == [None]
        assert session.scalars(select(Person)).all() == []
