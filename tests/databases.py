"""A run's PostgreSQL server and the databases on it: one server for all processes of the run, and of each database
that is made for all only one.

The server is the one that DATABASE_URL names (its role has to be a superuser, or one that may create databases and
roles), else the bundled one, made for this run alone. A run has a directory. All names of its databases carry the
directory's, so that several runs may share a server, and all that it starts lives below it, so that it can be found.
"""

import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import cached_property
from itertools import count
from pathlib import Path

import psutil  # type: ignore[import-untyped]  # it ships no types
from sqlalchemy import Engine, create_engine, make_url

from app.database import embedded
from app.database.engine import normalise

# Its data need not outlive the run, so it does not wait for the disk; and what it may fill of memory is bounded.
THROWAWAY = ("fsync = off", "max_wal_size = '256MB'")


class Databases:
    """As one process of the run makes them; `process` is its name."""

    def __init__(self, run: Path, process: str) -> None:
        self._run = run
        self._home = run / "server"
        self._mark = run.name.replace("-", "_")
        self._names = (f"{self._mark}_{process}_{number}" for number in count(1))
        self._left: list[str] = []

    @contextmanager
    def new(self, *, template: str = "template0") -> Iterator[str]:
        """The URL of a clone of `template`.

        It is dropped before the next one is made or at the end: PostgreSQL waits a tenth of a second where it meets
        a session that is about to end.
        """
        self._drop_left()
        name = next(self._names)
        self._tell(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        try:
            yield self._url(name)
        finally:
            self._left.append(name)

    def once(self, name: str, fill: Callable[[str], object], *, template: str = "template0") -> str:
        """The name of a database that the first process to ask makes and fills, for all of the run to clone.

        Nobody may connect to it: it could not be cloned meanwhile. It has its name only once it is whole.
        """
        whole = f"{self._mark}_{name}"
        with self._alone(name):
            if whole not in self._existing():
                with self.new(template=template) as url:
                    fill(url)
                    self._tell(f'ALTER DATABASE "{make_url(url).database}" RENAME TO "{whole}"')
        return whole

    def close(self) -> None:
        """This process needs no more."""
        self._drop_left()
        self._server.dispose()

    def clear(self) -> None:
        """Leave nothing of the run behind, not even what a killed process left: for its last process.

        What the run started knows its directory as the place for temporary files; only servers forget where they
        came from, and are found by the file that they keep.
        """
        for process in psutil.process_iter(["environ"]):
            if (process.info["environ"] or {}).get("TMPDIR") == str(self._run):
                with suppress(psutil.NoSuchProcess):
                    process.kill()
                    process.wait()
        if os.environ.get("DATABASE_URL") and self._home.exists():
            self._left = self._existing()
            self.close()
        for file in self._run.rglob("postmaster.pid"):
            embedded.stop(file.parent.parent)

    @cached_property
    def _server(self) -> Engine:
        """As a role that may create databases and roles, in a database that no test writes to."""
        self._home.mkdir(exist_ok=True)
        if given := os.environ.get("DATABASE_URL"):
            return create_engine(normalise(given), isolation_level="AUTOCOMMIT")
        server = embedded.start(self._home)
        engine = create_engine(server.url_for(embedded.SUPERUSER, "postgres"), isolation_level="AUTOCOMMIT")
        if server.started_by_us:
            with engine.connect() as connection:
                for setting in THROWAWAY:
                    connection.exec_driver_sql(f"ALTER SYSTEM SET {setting}")
                connection.exec_driver_sql("SELECT pg_reload_conf()")
        return engine

    def _url(self, name: str) -> str:
        return self._server.url.set(database=name).render_as_string(hide_password=False)

    def _tell(self, statement: str) -> None:
        with self._server.connect() as connection:
            connection.exec_driver_sql(statement)

    def _existing(self) -> list[str]:
        with self._server.connect() as connection:
            names = connection.exec_driver_sql("SELECT datname FROM pg_database").scalars()
            return [name for name in names if name.startswith(f"{self._mark}_")]

    def _drop_left(self) -> None:
        while self._left:
            self._tell(f'DROP DATABASE IF EXISTS "{self._left.pop()}" WITH (FORCE)')

    @contextmanager
    def _alone(self, name: str) -> Iterator[None]:
        """The kernel frees the lock when its holder dies."""
        with (self._run / f"{name}.lock").open("w") as handle:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield
