"""Bring a database to the newest schema, or say in one sentence why that is not done."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text
from sqlalchemy.exc import OperationalError, ProgrammingError

from app.database.engine import make_engine
from app.database.roles import ensure_roles
from app.domain.errors import Refused, Unavailable

ROOT = Path(__file__).resolve().parents[2]
OLDEST_POSTGRESQL = 15

_TABLES = """
SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p', 'v', 'm') AND n.nspname NOT IN ('pg_catalog', 'information_schema')
  AND n.nspname NOT LIKE 'pg_toast%' AND n.nspname NOT LIKE 'pg_temp%'
  AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e')
ORDER BY c.relname
"""


def migrate(url: str) -> str:
    """Migrate to the newest revision in one transaction and return it.

    Raises `Unavailable` when the server cannot be reached or is too old, `Refused` when the database holds something
    that is not ours; in each case nothing was changed.
    """
    engine = make_engine(url, step_down=False, pool_size=1)
    try:
        with engine.begin() as connection:
            check_server(connection)
            check_ours(connection)
            # Two starts at once: the second waits here and then finds nothing left to do.
            connection.execute(text("SELECT pg_advisory_xact_lock(hashtext('muster migration'))"))
            ensure_roles(connection)
            command.upgrade(_config(connection), "head")
        return newest_revision()
    except ProgrammingError as error:
        raise Refused(f"the database role may not migrate: {_first_line(error)}") from error
    except OperationalError as error:
        raise Unavailable(f"the database cannot be reached: {_first_line(error)}") from error
    finally:
        engine.dispose()


def newest_revision() -> str:
    return ScriptDirectory.from_config(_config(None)).get_current_head() or ""


def check_server(connection: Connection) -> None:
    version = int(connection.scalar(text("SHOW server_version_num")) or 0) // 10_000
    if version < OLDEST_POSTGRESQL:
        raise Unavailable(
            f"PostgreSQL {version} is too old: Muster needs {OLDEST_POSTGRESQL} or newer",
            hint="point DATABASE_URL at a newer server, or unset it for the embedded one",
        )


def check_ours(connection: Connection) -> None:
    """Refuse a database that holds tables of somebody else's, or a schema newer than this program."""
    tables = set(connection.scalars(text(_TABLES)))
    if "alembic_version" not in tables:
        if tables:
            raise Refused(
                f"the database is not empty and not Muster's (it has {', '.join(sorted(tables)[:3])})",
                hint="point DATABASE_URL at an empty database",
            )
        return
    revision = connection.scalar(text("SELECT version_num FROM alembic_version"))
    known = {script.revision for script in ScriptDirectory.from_config(_config(None)).walk_revisions()}
    if revision is not None and revision not in known:
        raise Refused(
            f"the database is at revision {revision}, which this version of Muster does not know",
            hint="it belongs to another program or to a newer Muster",
        )


def _config(connection: Connection | None) -> Config:
    config = Config(toml_file=str(ROOT / "pyproject.toml"))
    config.attributes["connection"] = connection
    return config


def _first_line(error: Exception) -> str:
    return str(error.__cause__ or error).strip().splitlines()[0]
