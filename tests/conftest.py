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
import signal
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings
from sqlalchemy import Connection, Engine, NullPool, create_engine, make_url

if TYPE_CHECKING:
    from tests.asking import Asking

settings.register_profile("quick", deadline=None, max_examples=50)
settings.register_profile("ci", deadline=None, max_examples=100, derandomize=True, print_blob=True)
settings.load_profile("ci" if os.environ.get("CI") else "quick")

TODAY = date(2026, 1, 1)
signal.signal(signal.SIGTERM, signal.default_int_handler)  # ends like Ctrl-C: nothing is left running

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


@pytest.fixture(scope="session")
def seeded_template(server_url: str, template: str) -> Iterator[str]:
    """The name of a database that holds both seed timelines, projected. Nobody may connect to it either."""
    from uuid import uuid4

    from app.database.engine import make_engine
    from app.seeding import seed
    from app.settings import read_settings

    with new_database(server_url, "seeds", template=template) as url:
        engine = make_engine(url)
        seed(engine, read_settings({"MUSTER_SEED": "always"}), today=TODAY, new_id=uuid4)
        engine.dispose()
        yield str(make_url(url).database)


@pytest.fixture(scope="module")
def seeded(server_url: str, seeded_template: str) -> Iterator["Asking"]:
    """Both seed timelines behind the HTTP interface, for tests that only ask."""
    with _served(server_url, str(next(_numbers)), seeded_template) as asking:
        yield asking


@pytest.fixture
def seeded_afresh(server_url: str, seeded_template: str) -> Iterator["Asking"]:
    """The same for one test that also records."""
    with _served(server_url, str(next(_numbers)), seeded_template) as asking:
        yield asking


@contextmanager
def _served(server_url: str, name: str, template: str) -> Iterator["Asking"]:
    from datetime import UTC, datetime
    from uuid import uuid4

    from litestar.testing import TestClient

    from app.api.app import create_app
    from app.database.engine import make_engine, writing
    from app.ledger import keys
    from app.settings import read_settings
    from tests.asking import Asking

    with new_database(server_url, name, template=template) as url:
        engine = make_engine(url)
        key = keys.write_key(secrets.token_bytes(keys.SECRET_BYTES))
        with writing(engine) as connection:
            keys.create(connection, "test", key, role="admin")
        app = create_app(engine, read_settings({}), clock=lambda: datetime.now(UTC), new_id=uuid4)
        with TestClient(app) as client:
            yield Asking(client, key)
        engine.dispose()


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
