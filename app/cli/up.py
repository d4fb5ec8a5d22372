"""`muster up`: everything that a server needs, in order, then the server; and on the way back everything undone."""

import fcntl
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from socket import socket

import rich_click as click
from sqlalchemy import Engine

from app.api.app import create_app
from app.api.log import configure as configure_log
from app.cli import bundled, reaching, serving
from app.cli.entropy import new_id, new_key, now, today
from app.cli.exits import Exit
from app.cli.first_key import FirstKey, first_key
from app.cli.greeting import greet
from app.cli.options import as_json, settings
from app.cli.printing import notice
from app.cli.stopping import Stopped
from app.database.engine import make_engine, reading
from app.database.migrations import migrate
from app.domain.errors import Unavailable
from app.ledger import log
from app.projections import runner
from app.seeding import Seeded, seed
from app.settings import Settings

LOCK = "up.lock"


@click.command()
@as_json
def up(*, as_json: bool) -> None:
    """Start everything and serve until Ctrl-C.

    Starts the bundled PostgreSQL unless DATABASE_URL names a database, brings the schema up to date, loads the seed
    timelines into an empty bundled database, and serves HTTP on HOST and PORT (127.0.0.1, 8000).
    """
    chosen = settings()
    configure_log(chosen.log, sys.stderr)
    try:
        with serving.bound(chosen.host, chosen.port) as opened, _alone(chosen.data_dir), _database(chosen) as url:
            _run(chosen, url, opened, as_json=as_json)
    except Stopped:
        notice("\nMuster has stopped.")
    _leave()


def _leave() -> None:
    """All is closed. Python would still wait for handlers that work for nobody, then take itself apart for seconds."""
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(Exit.DONE)


def _run(chosen: Settings, url: str, opened: socket, *, as_json: bool) -> None:
    engine = make_engine(url)
    try:
        reaching.check(engine)
        app = create_app(engine, chosen, clock=now, new_id=new_id)
        key, seeded, timelines = _prepare(engine, chosen)
        serving.serve(
            app,
            engine,
            opened,
            ready=lambda: greet(chosen, serving.url_of(opened), key, seeded, timelines, as_json=as_json),
            waiting=lambda reason: click.echo(f"Not ready yet: {reason}", err=True),
        )
    finally:
        engine.dispose()


def _prepare(engine: Engine, chosen: Settings) -> tuple[FirstKey, list[Seeded], list[str]]:
    key = first_key(engine, chosen.key_file, new_key)
    notice("Looking at the seeds and the projections ...")
    seeded = seed(engine, chosen, today=today(), new_id=new_id)
    runner.catch_up_all(engine, retry_stuck=True)
    with reading(engine) as connection:
        return key, seeded, log.timeline_ids(connection)


@contextmanager
def _database(chosen: Settings) -> Iterator[str]:
    """The URL of a database with the newest schema, for a role that is no superuser where that is in our hands."""
    if not chosen.embedded:
        reaching.check_url("DATABASE_URL", chosen.database_url)
        reaching.check_url("MUSTER_MIGRATE_URL", chosen.migrate_url)
        _migrate(chosen.migrate_url)
        yield chosen.database_url
        return
    notice("Starting the bundled PostgreSQL ...")
    with bundled.borrowed(chosen.data_dir) as server:
        url = bundled.migrated(server)
        with bundled.watched(chosen.data_dir):
            yield url


def _migrate(url: str) -> None:
    try:
        migrate(url)
    except Unavailable as error:
        raise Unavailable(error.detail, hint=error.hint or reaching.HINT_AWAY) from error


@contextmanager
def _alone(data_dir: Path) -> Iterator[None]:
    """Raises Unavailable while another server uses the data directory. The kernel frees the lock when we die."""
    try:
        data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock = (data_dir / LOCK).open("a+", encoding="ascii")
    except OSError as error:
        raise Unavailable(f"the data directory {data_dir} cannot be used: {error.strerror}") from error
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            raise Unavailable(
                f"another `muster up` (process {lock.read().strip()}) runs on the data directory {data_dir}",
                hint="stop it, or name another directory with MUSTER_DATA_DIR",
            ) from None
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        yield
