"""What every test may ask for: a PostgreSQL server, and a fresh database on it, already migrated.

The server is the one that DATABASE_URL names (its role has to be a superuser, or one that may create databases and
roles), else the bundled one, made for this session alone. A fresh database is a clone of a template that is
migrated once a session; all names carry the session's mark, so that several sessions may share a server.

The application is imported where it is needed: the tests of the domain start without a database's weight.
"""
# ruff: noqa: PLC0415  # see the last sentence above

import os
import secrets
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import pytest
from hypothesis import settings
from sqlalchemy import Connection, Engine, NullPool, create_engine, make_url

settings.register_profile("quick", deadline=None, max_examples=50)
settings.register_profile("ci", deadline=None, max_examples=100, derandomize=True, print_blob=True)
settings.load_profile("ci" if os.environ.get("CI") else "quick")

MARK = f"muster_test_{secrets.token_hex(4)}"
_numbers = count(1)


@pytest.fixture(scope="session")
def server_url() -> Iterator[str]:
    """A role that may create databases and roles, in a database that no test writes to."""
    from app.database.engine import normalise

    if url := os.environ.get("DATABASE_URL"):
        yield normalise(url)
        return
    with _bundled_server() as url:
        yield url


@pytest.fixture(scope="session")
def template(server_url: str) -> Iterator[str]:
    """The name of a migrated database. Nobody may connect to it: it could not be cloned meanwhile."""
    from app.database.migrations import migrate

    with new_database(server_url, "template", template="template0") as url:
        migrate(url)
        yield str(make_url(url).database)


@pytest.fixture
def database(server_url: str, template: str) -> Iterator[str]:
    """The URL of a database of this test's own: migrated, empty, gone afterwards."""
    with new_database(server_url, str(next(_numbers)), template=template) as url:
        yield url


@pytest.fixture
def engine(database: str) -> Iterator[Engine]:
    """The application's own engine on `database`: as the application's role, with its limits."""
    from app.database.engine import make_engine

    made = make_engine(database)
    yield made
    made.dispose()


@contextmanager
def _bundled_server() -> Iterator[str]:
    """Its data need not outlive the session, so it does not wait for the disk."""
    from app.database import embedded

    directory = Path(tempfile.mkdtemp(prefix="muster-test-"))
    try:
        url = embedded.start(directory).url_for(embedded.SUPERUSER, "postgres")
        with _administration(url) as connection:
            connection.exec_driver_sql("ALTER SYSTEM SET fsync = off")
            connection.exec_driver_sql("SELECT pg_reload_conf()")
        yield url
    finally:
        embedded.stop(directory)
        shutil.rmtree(directory)


@contextmanager
def new_database(server_url: str, name: str, *, template: str) -> Iterator[str]:
    """The URL of a clone of `template`, dropped with all its connections at the end."""
    name = f"{MARK}_{name}"
    with _administration(server_url) as connection:
        connection.exec_driver_sql(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    try:
        yield make_url(server_url).set(database=name).render_as_string(hide_password=False)
    finally:
        with _administration(server_url) as connection:
            connection.exec_driver_sql(f'DROP DATABASE "{name}" WITH (FORCE)')


@contextmanager
def _administration(url: str) -> Iterator[Connection]:
    with create_engine(url, isolation_level="AUTOCOMMIT", poolclass=NullPool).connect() as connection:
        yield connection
