"""From any earlier shape of the tables to this one, whatever happens on the way."""

from __future__ import annotations

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine, inspect, select, text

from bot.storage.base import connect, sessions_of
from bot.storage.finding import is_of_model
from bot.storage.record import Installation
from bot.storage.schema import SchemaError, latest, metadata, migrate, take_steps, version
from tests.conftest import Databases
from tests.nursery import MOMENT, Nursery

pytestmark = pytest.mark.both_databases


def test_models_and_migrations_agree(empty_database: str) -> None:
    engine = connect(empty_database)
    take_steps(engine)
    with engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_type": False, "include_name": is_of_model}
        )
        assert compare_metadata(context, metadata) == []
    assert version(engine) == latest()
    engine.dispose()


def test_a_new_database_is_what_the_steps_would_have_made_of_it(
    engine: Engine, empty_database: str
) -> None:
    stepped = connect(empty_database)
    take_steps(stepped)
    assert shape(engine) == shape(stepped)
    stepped.dispose()


def shape(engine: Engine) -> dict[str, object]:
    """Every table's columns, keys and indexes, as the database tells them."""
    look = inspect(engine)
    return {
        table: [
            {
                each["name"]: (str(each["type"]), each["nullable"])
                for each in look.get_columns(table)
            },
            look.get_pk_constraint(table)["constrained_columns"],
            sorted(map(repr, look.get_foreign_keys(table))),
            sorted(repr(each["column_names"]) for each in look.get_unique_constraints(table)),
            sorted(map(repr, look.get_indexes(table))),
            look.get_table_options(table),
        ]
        for table in look.get_table_names()
    }


def test_an_empty_database_is_brought_up_to_date_and_then_left_alone(empty_database: str) -> None:
    engine = connect(empty_database)
    assert version(engine) is None
    migrate(engine, now=MOMENT)
    assert version(engine) == latest()
    secret = secrets_of(engine)
    assert len(secret) == 1
    migrate(engine, now=MOMENT)
    assert secrets_of(engine) == secret
    engine.dispose()


def secrets_of(engine: Engine) -> list[bytes]:
    """The secrets of an installation: there is one."""
    with sessions_of(engine).begin() as session:
        return list(session.scalars(select(Installation.secret)))


def test_a_database_of_a_later_version_is_refused(engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(SchemaError, match="made by a later version: install that one"):
        migrate(engine, now=MOMENT)


def test_a_process_killed_in_the_middle_of_a_step_leaves_a_database_that_starts(
    databases: Databases, nursery: Nursery
) -> None:
    for dies_at in range(4, 70, 22):
        url = databases.empty()
        (code,) = nursery.lives("migration", url=url, dies_at=dies_at)
        assert code in (-9, 0)
        assert nursery.lives("migration", url=url) == [0]
        engine = connect(url)
        assert version(engine) == latest()
        assert {*inspect(engine).get_table_names()} >= set(metadata.tables)
        engine.dispose()
        databases.drop(url)


def test_two_processes_that_start_at_once_both_start(
    databases: Databases, nursery: Nursery
) -> None:
    url = databases.empty()
    assert nursery.lives("migration", url=url, twins=2) == [0, 0]
    engine = connect(url)
    assert len(secrets_of(engine)) == 1
    engine.dispose()
    databases.drop(url)


def test_there_is_no_place_for_anybody_s_words_or_for_marks_on_people(engine: Engine) -> None:
    columns = {
        (table, column["name"])
        for table in inspect(engine).get_table_names()
        for column in inspect(engine).get_columns(table)
    }
    banned = ("score", "rank", "target", "points", "streak", "badge", "sentiment")
    assert [each for each in columns if any(word in "".join(each) for word in banned)] == []
    texts = {each for each in columns if each[1] in ("text", "body", "content", "words")}
    handed_over = {
        ("asks", "words"),
        ("flag_agreements", "words"),
        ("flags", "words"),
        ("introductions", "words"),
        ("lessons", "words"),
        ("nudges", "words"),
        ("offers", "words"),
        ("questions", "words"),
        ("review_pieces", "words"),
        ("upshots", "words"),
        ("response_watches", "words"),
        ("tries", "words"),
        ("wanted", "words"),
    }
    assert texts == {("sense_notes", "text"), *handed_over}, (
        "what people hand over by an act; never a message"
    )
    assert {name for table, name in columns if table == "messages"} == {
        "channel_id", "ts", "author_id", "thread", "length", "worth", "flags", "edited",
    }  # fmt: skip
