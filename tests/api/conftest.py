"""The application as it is served, over a database of the test's own, with one admin key and one empty timeline.

`client` asks as somebody without a key, `admin` as the holder of the admin key.
"""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import msgspec
import pytest
import uuid_utils
from litestar import Litestar
from litestar.testing import TestClient
from sqlalchemy import Engine

from app.api.app import create_app
from app.database.engine import writing
from app.ledger import keys, log
from app.settings import Settings

ADMIN = keys.write_key(b"admin-key-of-the-tests-32-bytes!")
READER = keys.write_key(b"reader-key-of-the-tests-32-byte!")
TIMELINE = "first"

Client = TestClient[Litestar]
Serve = Callable[..., AbstractContextManager[Client]]


def bearer(key: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {key}"}


@pytest.fixture
def serve(engine: Engine, tmp_path: Path) -> Serve:
    """Serves the application with settings that differ from the defaults as they are given."""
    with writing(engine) as connection:
        keys.create(connection, "tests", ADMIN, role="admin")
        log.create_timeline(connection, TIMELINE, title="First", description="")

    def serving(*, database: Engine = engine, **changed: object) -> AbstractContextManager[Client]:
        app = create_app(
            database,
            msgspec.structs.replace(Settings(), **{"signing_key": tmp_path / "checkpoint.key", **changed}),
            clock=lambda: datetime.now(UTC),
            new_id=lambda: UUID(bytes=uuid_utils.uuid7().bytes),
        )
        return TestClient(app, raise_server_exceptions=False)

    return serving


@pytest.fixture
def client(serve: Serve) -> Iterator[Client]:
    with serve() as made:
        yield made


@pytest.fixture
def admin(serve: Serve) -> Iterator[Client]:
    with serve() as made:
        made.headers.update(bearer(ADMIN))
        yield made
