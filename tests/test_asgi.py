"""The entry point for an ASGI server."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
import structlog
from litestar.testing import TestClient

from app import asgi
from app.domain.errors import Refused


@pytest.fixture(autouse=True)
def logging_as_before() -> Iterator[None]:
    before = structlog.get_config()
    yield
    structlog.configure(**before)


def test_it_serves_the_database_that_the_environment_names(database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", database)
    app = asgi.create()
    with TestClient(app) as client:
        assert client.get("/readyz").status_code == 200
    app.state.engine.dispose()


def test_it_says_how_to_start_without_a_database(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    with pytest.raises(Refused, match="muster up"):
        asgi.create()


def test_its_clock_is_in_utc_and_its_ids_sort_as_they_were_made() -> None:
    assert asgi.utc_now().utcoffset() == timedelta(0)
    ids = [asgi.new_id() for _ in range(100)]
    assert ids == sorted(ids)
    assert {one.version for one in ids} == {7}
