"""The thread that keeps projections at the ledger's head."""

import threading

import pytest
from sqlalchemy import Engine
from structlog.testing import capture_logs

from app.api import keeping_up
from app.domain.errors import Unavailable
from app.projections import runner
from tests.api.conftest import Serve

WAIT_SECONDS = 30


class Passes:
    """Stands in for the runner; some passes fail."""

    def __init__(self, *, failing: int, wanted: int) -> None:
        self.asked: list[bool] = []
        self.enough = threading.Event()
        self._failing = failing
        self._wanted = wanted

    def __call__(self, _: Engine, *, retry_stuck: bool = False) -> None:
        self.asked.append(retry_stuck)
        if len(self.asked) >= self._wanted:
            self.enough.set()
        if len(self.asked) <= self._failing:
            raise Unavailable("the database cannot be reached")


@pytest.fixture(autouse=True)
def hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keeping_up, "PAUSE_SECONDS", 0.01)


def test_stuck_projections_are_tried_again_once(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    passes = Passes(failing=0, wanted=3)
    monkeypatch.setattr(runner, "catch_up_all", passes)
    with serve():
        assert passes.enough.wait(WAIT_SECONDS)
    assert passes.asked[:3] == [True, False, False]


def test_an_outage_is_survived_and_told_once(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    passes = Passes(failing=3, wanted=6)
    monkeypatch.setattr(runner, "catch_up_all", passes)
    with capture_logs() as logs, serve():
        assert passes.enough.wait(WAIT_SECONDS)
    assert passes.asked[:5] == [True, True, True, True, False]
    assert [entry["event"] for entry in logs] == ["cannot keep up", "keeping up again"]


def test_it_ends_with_the_application(serve: Serve) -> None:
    before = set(threading.enumerate())  # another test's application may be up meanwhile
    with serve():
        assert "keeping-up" in {thread.name for thread in set(threading.enumerate()) - before}
    assert "keeping-up" not in {thread.name for thread in set(threading.enumerate()) - before}
