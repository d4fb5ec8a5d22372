"""Whether the process lives, whether it can answer, and what it is made of. No key is needed for any of it."""

import platform
import tomllib
from functools import cache
from typing import Any

from litestar import Request, get
from litestar.di import NamedDependency
from sqlalchemy import Connection, Engine, text

from app.database.engine import reading
from app.database.migrations import ROOT, newest_revision
from app.domain.assumptions import DEFAULT
from app.domain.errors import Fault, Unavailable
from app.projections.lag import Lag, lags
from app.settings import Settings

LAG_EVENTS_MAX = 1000
LAG_SECONDS_MAX = 60
LAGS_MAX = 1000
REASONS_MAX = 20
UNNAMED = "a projection is stuck or far behind"


@get("/healthz", sync_to_thread=False, opt={"access": "public"})
def is_alive() -> dict[str, str]:
    """200 as long as the process answers at all."""
    return {"status": "alive"}


@get("/readyz", sync_to_thread=True, opt={"access": "public"})
def is_ready(request: Request[Any, Any, Any], engine: NamedDependency[Engine]) -> dict[str, str]:
    """200 when everything that answers rest on is in order, else 503 with each reason.

    Where reading takes a key, nobody without one hears which timelines there are, or what an event did to a projection.
    """
    settings: Settings = request.app.state.settings
    with reading(engine) as connection:
        reasons = _reasons(connection, named=settings.read == "open")
    if reasons:
        faults = [Fault(detail=reason) for reason in reasons]
        raise Unavailable(reasons[0], code="not-ready", hint="`muster status` says more", faults=faults)
    return {"status": "ready"}


@get("/version", sync_to_thread=True, opt={"access": "public"})
def show_version(engine: NamedDependency[Engine]) -> dict[str, Any]:
    """Names and versions; `revision` is the schema's."""
    with reading(engine) as connection:
        postgresql = connection.scalar(text("SHOW server_version"))
        revision = _revision(connection)
    return {
        "name": "muster",
        "version": program_version(),
        "revision": revision,
        "python": platform.python_version(),
        "postgresql": postgresql,
        "assumptions": DEFAULT.name,
    }


@cache
def program_version() -> str:
    with (ROOT / "pyproject.toml").open("rb") as file:
        return str(tomllib.load(file)["project"]["version"])


def _reasons(connection: Connection, *, named: bool) -> list[str]:
    revision, newest = _revision(connection), newest_revision()
    if revision != newest:
        return [f"the database's schema is at revision {revision}, this program's at {newest}"]
    reasons = [reason for lag in lags(connection, most=LAGS_MAX) if (reason := _reason(lag)) is not None]
    return reasons[:REASONS_MAX] if named or not reasons else [UNNAMED]


def _reason(lag: Lag) -> str | None:
    where = f"projection {lag.projection} of {lag.timeline}"
    if lag.stuck_position is not None:
        return f"{where} is stuck at position {lag.stuck_position}: {lag.stuck_reason}"
    if lag.events > LAG_EVENTS_MAX:
        return f"{where} is {lag.events} events behind"
    if lag.seconds > LAG_SECONDS_MAX:
        return f"{where} is {lag.events} events behind, and has been for {lag.seconds:.0f} seconds"
    return None


def _revision(connection: Connection) -> str | None:
    """None where nothing was migrated yet."""
    if connection.scalar(text("SELECT to_regclass('alembic_version')")) is None:
        return None
    found: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
    return found


HANDLERS = [is_alive, is_ready, show_version]
