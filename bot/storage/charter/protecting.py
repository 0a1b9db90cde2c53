"""The database itself refuses to change a charter's history, or to delete it while it lives."""

from __future__ import annotations

from sqlalchemy import Connection, event, select
from sqlalchemy.orm import Session

from bot.storage.base import Base, insert_missing
from bot.storage.charter.table import CharterAcknowledgement, CharterClosing
from bot.storage.places import Network

_REFUSAL = "the history of a charter stays as it is"

SQLITE = tuple(
    statement
    for table in ("charter_versions", "charter_acknowledgements")
    for statement in (
        f"CREATE TRIGGER {table}_unchanged BEFORE UPDATE ON {table} "
        f"BEGIN SELECT RAISE(ABORT, '{_REFUSAL}'); END",
        f"CREATE TRIGGER {table}_undeleted BEFORE DELETE ON {table} "
        "WHEN NOT EXISTS (SELECT 1 FROM charter_closings WHERE network_id = OLD.network_id) "
        f"BEGIN SELECT RAISE(ABORT, '{_REFUSAL}'); END",
        # INSERT OR REPLACE deletes without asking the trigger above
        f"CREATE TRIGGER {table}_unreplaced BEFORE INSERT ON {table} "
        f"WHEN EXISTS (SELECT 1 FROM {table} WHERE id = NEW.id "
        "OR network_id = NEW.network_id AND number = NEW.number) "
        f"BEGIN SELECT RAISE(ABORT, '{_REFUSAL}'); END",
    )
)
POSTGRES = (
    f"""CREATE OR REPLACE FUNCTION charter_stays() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        IF TG_OP = 'DELETE' THEN
            IF EXISTS (SELECT 1 FROM charter_closings WHERE network_id = OLD.network_id) THEN
                RETURN OLD;
            END IF;
        END IF;
        RAISE EXCEPTION '{_REFUSAL}';
    END $$""",
    *(
        f"CREATE TRIGGER {table}_stays BEFORE {act} EXECUTE FUNCTION charter_stays()"
        for name in ("charter_versions", "charter_acknowledgements")
        for table, act in (
            (f"{name}_rows", f"UPDATE OR DELETE ON {name} FOR EACH ROW"),
            (f"{name}_whole", f"TRUNCATE ON {name} FOR EACH STATEMENT"),
        )
    ),
)

for _table in ("charter_versions", "charter_acknowledgements"):
    # so that closings are made before, and let go of after, what they let go
    Base.metadata.tables[_table].add_is_dependent_on(Base.metadata.tables["charter_closings"])


@event.listens_for(CharterAcknowledgement.__table__, "after_create")
def protect(table: object, connection: Connection, **_: object) -> None:
    """Let the database itself refuse to change or delete the history."""
    for statement in SQLITE if connection.dialect.name == "sqlite" else POSTGRES:
        connection.exec_driver_sql(statement)


def unprotect(connection: Connection) -> None:
    """Drop what PostgreSQL has beside the tables, once these are gone."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("DROP FUNCTION charter_stays()")


def close(session: Session, workspace: str) -> None:
    """Let the history of *workspace*'s networks be deleted in this transaction: they are closed."""
    closed = select(Network.id).where(Network.workspace == workspace)
    rows = [{"network_id": number} for number in session.scalars(closed)]
    if rows:
        session.execute(insert_missing(session, CharterClosing), rows)
