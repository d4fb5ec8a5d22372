"""The bundled PostgreSQL for as long as commands need it: the last one out stops it.

Every command that uses it holds a shared lock on `DATA_DIR/postgres.users`. A command that finds no server running
writes there that the server is only borrowed; whoever leaves last stops a borrowed one. A command that was killed
leaves its lock to nobody and its server to the next. `muster db start` takes the mark away: that server stays.
"""

import fcntl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import structlog
from sqlalchemy import NullPool, create_engine, text

from app.database import embedded
from app.database.embedded import SUPERUSER, Embedded
from app.database.migrations import migrate
from app.database.roles import APP
from app.domain.errors import Unavailable

DATABASE = "muster"
USERS = "postgres.users"
WATCH_SECONDS = 1.0
_LOG = structlog.get_logger()
BORROWED = "borrowed: the last command to leave stops the server\n"


@contextmanager
def borrowed(data_dir: Path) -> Iterator[Embedded]:
    """A server that takes connections. Raises Unavailable when there can be none."""
    with _users(data_dir) as users:
        fcntl.flock(users, fcntl.LOCK_SH)
        try:
            if not embedded.is_running(data_dir):
                _mark(users, BORROWED)
            yield embedded.start(data_dir)
        finally:
            if _alone(users) and _marked(users):
                embedded.stop(data_dir)
                _mark(users, "")


@contextmanager
def watched(data_dir: Path) -> Iterator[None]:
    """Start the server again when it dies: who serves for days cannot ask somebody to look after it."""
    done = threading.Event()

    def watch() -> None:
        while not done.wait(WATCH_SECONDS):
            try:
                if not embedded.is_running(data_dir):
                    _LOG.warning("the bundled PostgreSQL has ended and is started again")
                    embedded.start(data_dir)
            except Unavailable as error:
                _LOG.error("the bundled PostgreSQL does not start", reason=error.detail)

    watcher = threading.Thread(target=watch, name="watching-postgresql", daemon=True)
    watcher.start()
    try:
        yield
    finally:
        done.set()
        watcher.join()


def keep(data_dir: Path) -> Embedded:
    """Start the server where none runs, and let it stay."""
    with _users(data_dir) as users:
        fcntl.flock(users, fcntl.LOCK_SH)
        server = embedded.start(data_dir)
        _mark(users, "")
        return server


@contextmanager
def stopped(data_dir: Path) -> Iterator[bool]:
    """No server runs, and none can be started; gives whether one was stopped for it.

    Raises Unavailable while a command uses it.
    """
    with _users(data_dir) as users:
        if not _alone(users):
            raise Unavailable(
                "the bundled PostgreSQL is in use by another command of Muster",
                hint="stop that one first: Ctrl-C where it runs",
            )
        was_running = embedded.stop(data_dir)
        _mark(users, "")
        yield was_running


def migrated(server: Embedded) -> str:
    """The URL that the program uses: on Muster's own database, newest schema, as the role that may change nothing."""
    with create_engine(
        server.url_for(SUPERUSER, "postgres"), isolation_level="AUTOCOMMIT", poolclass=NullPool
    ).connect() as connection:
        there = text("SELECT 1 FROM pg_database WHERE datname = :name")
        if connection.scalar(there, {"name": DATABASE}) is None:
            connection.exec_driver_sql(f"CREATE DATABASE {DATABASE}")
        migrate(server.url_for(SUPERUSER, DATABASE))
        connection.exec_driver_sql(f"ALTER ROLE {APP} LOGIN")
    return app_url(server)


def app_url(server: Embedded) -> str:
    return server.url_for(APP, DATABASE)


@contextmanager
def _users(data_dir: Path) -> Iterator[IO[str]]:
    try:
        data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        users = (data_dir / USERS).open("a+", encoding="utf-8")
    except OSError as error:
        raise Unavailable(f"the data directory {data_dir} cannot be used: {error.strerror}") from error
    with users:
        yield users


def _alone(users: IO[str]) -> bool:
    """Whether nobody else holds the lock; then we hold it against everybody."""
    try:
        fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _mark(users: IO[str], mark: str) -> None:
    users.seek(0)
    users.truncate()
    users.write(mark)
    users.flush()


def _marked(users: IO[str]) -> bool:
    users.seek(0)
    return bool(users.read())
