"""The entry point for an ASGI server: `uvicorn app.asgi:create --factory`. Reads the environment and the clock.

It serves a database that is migrated already; `muster up` is what migrates, seeds and then serves.
"""

import os
from datetime import UTC, datetime
from uuid import UUID

import uuid_utils
from litestar import Litestar

from app import circles
from app.api import log
from app.api.app import create_app
from app.database.engine import make_engine
from app.domain.errors import Refused
from app.settings import read_settings


def create() -> Litestar:
    """Raises Refused, in one sentence, where the environment does not say enough."""
    circles.look_seldom()
    settings = read_settings(os.environ)
    log.configure(settings.log)
    if settings.embedded:
        raise Refused("DATABASE_URL is not set; `muster up` starts the bundled PostgreSQL and serves it.")
    return create_app(make_engine(settings.database_url), settings, clock=utc_now, new_id=new_id)


def utc_now() -> datetime:
    return datetime.now(UTC)


def new_id() -> UUID:
    """A UUIDv7: ids of one process sort as they were made."""
    return UUID(bytes=uuid_utils.uuid7().bytes)
