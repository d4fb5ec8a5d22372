"""The rules that let the same migrations run on one machine and on many, held against the live catalogue."""

import pytest
from sqlalchemy import Connection, Engine, inspect, text

from app.database.engine import reading
from app.ledger.tables import METADATA
from app.projections import tables as _projections  # noqa: F401 -- fills METADATA

NOT_BY_TIMELINE = {"keys", "alembic_version"}
"""Of the installation as a whole; on many machines they are copied to each."""


def rows(engine: Engine, query: str) -> list[tuple[object, ...]]:
    with reading(engine) as connection:
        return [tuple(row) for row in connection.execute(text(query))]


def test_the_timeline_leads_every_key(engine: Engine) -> None:
    keys = rows(
        engine,
        """
        SELECT c.conrelid::regclass::text, c.conname, a.attname
        FROM pg_constraint c JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1]
        WHERE c.contype IN ('p', 'u', 'f') AND c.connamespace = 'public'::regnamespace
        """,
    )
    assert {str(table) for table, _, _ in keys} >= {"events", "names", "heads", "statements", "revisions"}
    assert [key for key in keys if key[2] != "timeline_id" and key[0] not in NOT_BY_TIMELINE] == []


def test_the_timeline_leads_every_unique_index(engine: Engine) -> None:
    indexes = rows(
        engine,
        """
        SELECT i.indrelid::regclass::text, i.indexrelid::regclass::text, a.attname
        FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid
        JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[0]
        WHERE i.indisunique AND c.relnamespace = 'public'::regnamespace
        """,
    )
    assert [index for index in indexes if index[2] != "timeline_id" and index[0] not in NOT_BY_TIMELINE] == []


@pytest.mark.parametrize(
    ("what", "query"),
    [
        ("sequences", "SELECT relname FROM pg_class WHERE relkind = 'S' AND relnamespace = 'public'::regnamespace"),
        ("identity columns", "SELECT attname FROM pg_attribute WHERE attidentity <> '' AND attrelid > 16384"),
        ("extensions", "SELECT extname FROM pg_extension WHERE extname <> 'plpgsql'"),
        ("exclusion constraints", "SELECT conname FROM pg_constraint WHERE contype = 'x'"),
        (
            "functions in SQL",
            (
                "SELECT proname FROM pg_proc p JOIN pg_language l ON l.oid = p.prolang"
                " WHERE pronamespace = 'public'::regnamespace AND lanname = 'sql'"
            ),
        ),
        (
            "notifications, advisory locks or skipped locks in functions",
            (
                "SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace"
                " AND prosrc ~* '(notify|advisory|skip locked)'"
            ),
        ),
        ("deletes that set null", "SELECT conname FROM pg_constraint WHERE confdeltype = 'n'"),
    ],
)
def test_there_are_no(engine: Engine, what: str, query: str) -> None:
    assert rows(engine, query) == [], what


def test_definer_functions_have_a_fixed_search_path(engine: Engine) -> None:
    found = rows(
        engine, "SELECT proname, proconfig::text FROM pg_proc WHERE prosecdef AND pronamespace = 'public'::regnamespace"
    )
    assert {name for name, _ in found} == {
        *("append_event", "append_events", "create_timeline", "keep_subtrees", "analyze_new_tables")
    }
    assert all("search_path=pg_catalog" in str(config) for _, config in found)


def test_every_table_belongs_to_the_owner_role(engine: Engine) -> None:
    owners = rows(engine, "SELECT DISTINCT tableowner FROM pg_tables WHERE schemaname = 'public'")
    assert owners == [("muster_owner",)]


def test_the_tables_that_queries_name_are_those_that_migrations_make(engine: Engine) -> None:
    with reading(engine) as connection:
        live = {name: _columns(connection, name) for name in inspect(connection).get_table_names()}
    live.pop("alembic_version")
    named = {
        table.name: {column.name: bool(column.nullable) for column in table.columns}
        for table in METADATA.tables.values()
    }
    assert named == live


def _columns(connection: Connection, table: str) -> dict[str, bool]:
    return {column["name"]: column["nullable"] for column in inspect(connection).get_columns(table)}
