"""Nothing that grows with a timeline may wait for Python to look for circles."""

import gc
from collections.abc import Iterator

import pytest
from sqlalchemy import Engine

from app import circles
from app.projections import folds, runner
from tests.bench.filling import fill
from tests.bench.workload import workload

EVENTS = 300


@pytest.fixture(autouse=True)
def looking_as_before() -> Iterator[None]:
    before = gc.get_threshold()
    yield
    gc.set_threshold(*before)
    gc.enable()


def test_it_is_looked_for_them_seldom_once_asked() -> None:
    circles.look_seldom()
    assert gc.get_threshold()[0] == circles.AFTER


def test_what_projections_keep_in_memory_goes_without_a_look(engine: Engine) -> None:
    fill(engine, "t", workload(EVENTS))
    gc.disable()
    runner.catch_up(engine, "t")
    gc.collect()
    kept = len(gc.get_objects())
    del folds._OF[engine]  # noqa: SLF001 -- as when the process is done with a database
    gone = kept - len(gc.get_objects())
    assert gone > EVENTS
    assert gc.collect() < gone / 100
