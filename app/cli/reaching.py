"""The database for one command: the one that DATABASE_URL names, else the bundled one. Migrates nothing."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Engine, make_url, text
from sqlalchemy.exc import ArgumentError

from app.cli.bundled import app_url, borrowed
from app.cli.exits import first_line
from app.database.engine import make_engine, normalise, reading
from app.database.migrations import check_ours, check_server, newest_revision
from app.domain.errors import Malformed, Unavailable
from app.settings import Settings

HINT = "run `muster up` once"
HINT_AWAY = "is it running, and is DATABASE_URL right?"
POOL_SIZE = 4


@contextmanager
def reached(settings: Settings, *, checked: bool = True) -> Iterator[Engine]:
    """An engine on a database with the newest schema. Raises Unavailable when there is none, or an older one."""
    with url_of(settings) as url:
        engine = make_engine(url, pool_size=POOL_SIZE)
        try:
            if checked:
                check(engine, bundled=settings.embedded)
            yield engine
        finally:
            engine.dispose()


@contextmanager
def url_of(settings: Settings) -> Iterator[str]:
    """The bundled server runs as long as this is open."""
    if not settings.embedded:
        check_url("DATABASE_URL", settings.database_url)
        yield settings.database_url
        return
    if not (settings.data_dir / "postgres").exists():
        raise Unavailable(f"there is no database under {settings.data_dir} yet", hint=HINT)
    with borrowed(settings.data_dir) as server:
        yield app_url(server)


def check(engine: Engine, *, bundled: bool = False) -> None:
    """Raises Unavailable, with the reason, unless the database answers and has the newest schema."""
    try:
        with reading(engine) as connection:
            check_server(connection)
            check_ours(connection)
            made = connection.scalar(text("SELECT to_regclass('alembic_version')")) is not None
            revision = connection.scalar(text("SELECT version_num FROM alembic_version")) if made else None
    except Unavailable as error:
        if error.__cause__ is None:
            raise
        reason = first_line(error.__cause__)
        hint = HINT if bundled and "does not exist" in reason else HINT_AWAY
        raise Unavailable(f"the database cannot be reached: {reason}", hint=hint) from error
    if revision is None:
        raise Unavailable("the database holds no Muster yet", hint=HINT)
    if revision != newest_revision():
        raise Unavailable(
            f"the database's schema is at revision {revision}, this program's at {newest_revision()}", hint=HINT
        )


def check_url(name: str, url: str) -> None:
    """Raises Malformed for what is no address of a PostgreSQL database; the address may hold a password, so it is not
    repeated.
    """
    try:
        driver = make_url(normalise(url)).drivername
    except (ArgumentError, ValueError):
        driver = ""
    if not driver.startswith("postgresql"):
        raise Malformed(
            f"{name} is not the address of a PostgreSQL database",
            code="setting",
            hint="such as postgresql://name@localhost:5432/muster",
        )
