"""Engines and the kinds of transaction that the program opens.

Sessions run as `muster_app` where that role can be taken, in UTC, with limits on waiting: nothing here waits for ever.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic
from typing import Any

import psycopg
from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DBAPIError, InvalidatePoolError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.pool import ConnectionPoolEntry

from app.database.roles import APP
from app.domain.errors import Unavailable

POOL_SIZE = 16
POOL_WAIT_SECONDS = 10
CONNECT_SECONDS = 5
REST_SECONDS = 1.0
STATEMENT_SECONDS = 600

# Classes of SQLSTATE that speak of the server and not of the statement: connection, rollback by the server, resources,
# locks, intervention, system. Source: PostgreSQL manual, appendix A. No state at all: the connection never came about.
_AWAY = {"08", "40", "53", "55", "57", "58"}

# A superuser or the migrating role steps down; who already is the application role, or may not become it, stays.
_STEP_DOWN = f"""
DO $$ BEGIN
    IF session_user <> '{APP}' AND EXISTS (SELECT 1 FROM pg_roles WHERE rolname = '{APP}') THEN
        SET SESSION ROLE {APP};
    END IF;
EXCEPTION WHEN insufficient_privilege THEN NULL;
END $$
"""


# Said as the transaction begins, so that it costs no statement of its own.
_SNAPSHOT: dict[str, Any] = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}


def normalise(url: str) -> str:
    """Accept `postgres://` and `postgresql://` alike and name the driver."""
    for scheme in ("postgres://", "postgresql://"):
        if url.startswith(scheme):
            return "postgresql+psycopg://" + url.removeprefix(scheme)
    return url


def make_engine(url: str, *, step_down: bool = True, pool_size: int = POOL_SIZE) -> Engine:
    """An engine for PostgreSQL; `step_down=False` keeps the role of the URL (for migrations)."""
    engine = create_engine(
        make_url(normalise(url)),
        pool_size=pool_size,
        max_overflow=0,
        pool_timeout=POOL_WAIT_SECONDS,
        pool_use_lifo=True,  # the one used last has its statements prepared
        hide_parameters=True,  # an error would bear what somebody sent into the log
        connect_args={"connect_timeout": CONNECT_SECONDS, "application_name": "muster"},
    )

    @event.listens_for(engine, "connect")
    def prepare(connection: psycopg.Connection[Any], _record: object) -> None:
        connection.autocommit = True
        connection.execute("SET timezone = 'UTC'")
        # Short statements, many of them: compiling one takes a thousand times longer than running it.
        connection.execute("SET jit = off")
        connection.execute(f"SET statement_timeout = '{STATEMENT_SECONDS}s'")
        if step_down:
            connection.execute(_STEP_DOWN)
        connection.autocommit = False

    _look_after(engine)
    return engine


def _look_after(engine: Engine) -> None:
    """Ask a connection that has rested whether it is still there; where it is not, it is replaced unnoticed.

    SQLAlchemy's own `pool_pre_ping` asks each time, which is up to a message in four.
    """

    @event.listens_for(engine, "checkin")
    def rest(_connection: object, record: ConnectionPoolEntry) -> None:
        record.info["rests_since"] = monotonic()

    @event.listens_for(engine, "checkout")
    def wake(connection: DBAPIConnection, record: ConnectionPoolEntry, _proxy: object) -> None:
        since = record.info.get("rests_since")
        if since is None or monotonic() - since < REST_SECONDS:
            return
        try:
            engine.dialect.do_ping(connection)
        except psycopg.Error as error:
            raise InvalidatePoolError from error


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """One transaction, READ COMMITTED; committed at the end, rolled back on any error."""
    with _reachable(), engine.begin() as connection:
        yield connection


@contextmanager
def speaking(engine: Engine) -> Iterator[Connection]:
    """No transaction: each statement is one of its own, so that none has to be begun and ended on the wire."""
    with _reachable(), engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        yield connection


@contextmanager
def rehearsing(engine: Engine) -> Iterator[Connection]:
    """One transaction as in `writing` that is never committed, however it ends: nothing of it stays."""
    with _reachable(), engine.connect() as connection:
        yield connection


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """One read-only snapshot: everything read in it fits together.

    It is committed, though nothing was written: on a rollback the driver forgets every statement that it has prepared.
    """
    with _reachable(), engine.connect().execution_options(**_SNAPSHOT) as connection:
        yield connection
        connection.commit()


@contextmanager
def _reachable() -> Iterator[None]:
    """Turn "the database is away" in any of its forms into `Unavailable`; everything else passes."""
    try:
        yield
    except PoolTimeoutError as error:
        raise Unavailable("all database connections are busy", hint="try again in a moment") from error
    except DBAPIError as error:
        if error.connection_invalidated or (getattr(error.orig, "sqlstate", None) or "08")[:2] in _AWAY:
            raise Unavailable("the database cannot be reached", hint="try again in a moment") from error
        raise
