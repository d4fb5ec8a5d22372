"""Nobody changes the ledger: not the application, not the owner, not a superuser who plays replica."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError

from app.database.engine import make_engine, writing
from app.ledger import log
from tests.ledger.drafts import draft

CHANGES = ("UPDATE events SET body = '{}'", "DELETE FROM events", "TRUNCATE events CASCADE")
INSERT = """
INSERT INTO events (timeline_id, position, event_id, type, recorded_at, recorded_by, body, leaf)
SELECT timeline_id, position + 1, gen_random_uuid(), type, recorded_at, recorded_by, body, leaf FROM events
"""


@pytest.fixture
def migrating(engine: Engine, database: str) -> Iterator[Engine]:
    """The role that migrated, a superuser here; the ledger has one event."""
    with writing(engine) as connection:
        log.create_timeline(connection, "t", title="T", description="")
        log.append(connection, "t", [draft(1)], recorded_by="key:test")
    made = make_engine(database, step_down=False)
    yield made
    made.dispose()


@pytest.mark.parametrize("change", [*CHANGES, INSERT])
def test_the_application_role_has_no_right_to(engine: Engine, migrating: Engine, change: str) -> None:
    with writing(engine) as connection:
        assert connection.scalar(text("SELECT current_user")) == "muster_app"
    with pytest.raises(DBAPIError, match="permission denied"), writing(engine) as connection:
        connection.execute(text(change))
    unchanged(migrating)


@pytest.mark.parametrize("change", CHANGES)
def test_the_owner_is_refused(migrating: Engine, change: str) -> None:
    with pytest.raises(DBAPIError, match="append-only"), writing(migrating) as connection:
        connection.exec_driver_sql(f"SET LOCAL ROLE muster_owner; {change}")
    unchanged(migrating)


@pytest.mark.parametrize("change", CHANGES)
def test_replica_mode_is_refused(migrating: Engine, change: str) -> None:
    with pytest.raises(DBAPIError, match="append-only"), writing(migrating) as connection:
        connection.exec_driver_sql(f"SET LOCAL session_replication_role = replica; {change}")
    unchanged(migrating)


def test_the_application_role_may_not_call_what_the_owner_keeps_for_itself(engine: Engine) -> None:
    with writing(engine) as connection:
        mine = connection.execute(
            text(
                "SELECT has_function_privilege('append_events(text, json, text, bigint)', 'EXECUTE'),"
                " has_function_privilege(min(oid), 'EXECUTE'),"
                " has_function_privilege('refuse_change()', 'EXECUTE'),"
                " has_table_privilege('heads', 'UPDATE'), has_table_privilege('names', 'INSERT')"
                " FROM pg_proc WHERE proname = 'append_event'"
            )
        ).one()
    assert tuple(mine) == (True, True, False, False, False)


def unchanged(migrating: Engine) -> None:
    with writing(migrating) as connection:
        assert connection.scalars(text("SELECT body FROM events")).all() == ['{"n":"1"}']
