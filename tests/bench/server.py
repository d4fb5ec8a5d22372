"""The PostgreSQL that is measured: the bundled one, with its own durable settings, for this run alone.

Every commit waits for the disk, as in `make run`. Its directory lies in `.data`, on the disk where the product's own
database would be, and is removed at the end; a memory file system would measure nothing that anybody relies on.
"""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy import make_url

from app.database import embedded
from app.database.migrations import migrate

ROOT = Path(__file__).resolve().parents[2]


class Server:
    """Makes databases, each migrated and empty."""

    def __init__(self, running: embedded.Embedded, directory: Path) -> None:
        self._running = running
        self._numbers = count(1)
        self.directory = directory
        """For files that have to outlive a round."""

    @contextmanager
    def database(self) -> Iterator[str]:
        """Its URL, as the superuser; it is dropped at the end, so that no row is measured beside another's rest."""
        name = f"bench_{next(self._numbers)}"
        self._tell(f'CREATE DATABASE "{name}"')
        try:
            url = self._running.url_for(embedded.SUPERUSER, name)
            migrate(url)
            yield url
        finally:
            self._tell(f'DROP DATABASE "{name}" WITH (FORCE)')

    def _tell(self, statement: str) -> None:
        with connected(self._running.url_for(embedded.SUPERUSER, "postgres")) as connection:
            connection.execute(statement.encode())


@contextmanager
def durable_server() -> Iterator[Server]:
    (ROOT / ".data").mkdir(mode=0o700, exist_ok=True)
    directory = Path(tempfile.mkdtemp(prefix="bench-", dir=ROOT / ".data"))
    try:
        running = embedded.start(directory)
        for setting in ("fsync", "synchronous_commit", "full_page_writes"):
            with connected(running.url_for(embedded.SUPERUSER, "postgres")) as connection:
                found = connection.execute(f"SHOW {setting}".encode()).fetchone()
            if found != ("on",):
                raise RuntimeError(f"{setting} is not on: nothing that is measured would be durable")
        yield Server(running, directory)
    finally:
        embedded.stop(directory)
        shutil.rmtree(directory)


def connected(url: str) -> psycopg.Connection[tuple[Any, ...]]:
    """Straight to the driver, each statement a transaction of its own."""
    plain = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    return psycopg.connect(plain, autocommit=True)
