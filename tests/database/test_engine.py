"""Connections that were cut while nobody used them."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine, text

from app.database import engine as engines
from app.database.engine import make_engine, reading
from app.domain.errors import Unavailable


@pytest.fixture
def single(engine: Engine) -> Iterator[Engine]:
    """Another engine on the same database, with one connection that has been used."""
    made = make_engine(engine.url.render_as_string(hide_password=False), pool_size=1)
    _backend(made)
    yield made
    made.dispose()


def _backend(engine: Engine) -> int:
    with reading(engine) as connection:
        return int(connection.execute(text("SELECT pg_backend_pid()")).scalar_one())


def _cut(engine: Engine, backend: int) -> None:
    """From another connection; gives back once it is gone."""
    with reading(engine) as connection:
        connection.execute(text("RESET ROLE"))
        cut = text("SELECT pg_terminate_backend(:backend, 10000)")
        assert connection.execute(cut, {"backend": backend}).scalar_one()


def test_one_that_was_cut_as_it_rested_is_replaced_unnoticed(
    engine: Engine, single: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engines, "REST_SECONDS", 0.0)
    before = _backend(single)
    _cut(engine, before)
    assert _backend(single) != before


def test_one_that_was_cut_in_the_midst_of_work_is_told_once(
    engine: Engine, single: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engines, "REST_SECONDS", 3600.0)
    before = _backend(single)
    _cut(engine, before)
    with pytest.raises(Unavailable):
        _backend(single)
    assert _backend(single) != before
