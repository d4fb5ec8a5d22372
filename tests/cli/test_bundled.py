"""The bundled PostgreSQL is there for as long as somebody needs it."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from app.cli import bundled
from app.database import embedded
from app.domain.errors import Unavailable
from tests.cli.conftest import Cli


@pytest.fixture
def home() -> Iterator[Path]:
    """Not under pytest's own directory: as root, what lies above is opened for passing through."""
    directory = Path(tempfile.mkdtemp(prefix="muster-test-"))
    yield directory
    embedded.stop(directory)
    shutil.rmtree(directory)


def test_the_last_one_out_stops_what_a_command_started(home: Path) -> None:
    with ExitStack() as first:
        started = first.enter_context(bundled.borrowed(home))
        with ExitStack() as second:
            assert second.enter_context(bundled.borrowed(home)).pid == started.pid
            first.close()
            assert embedded.is_running(home)
        assert not embedded.is_running(home)


def test_one_that_was_started_to_stay_stays_until_it_is_stopped(home: Path) -> None:
    cli = Cli(MUSTER_DATA_DIR=str(home), DATABASE_URL="")
    assert cli.json("db", "start")["started_by_us"]
    with bundled.borrowed(home):
        said, _ = cli.error("db", "stop", code=3)
        assert "in use" in said
    assert embedded.is_running(home)
    assert cli.json("db", "stop") == {"stopped": True}
    assert cli.json("db", "stop") == {"stopped": False}
    assert not embedded.is_running(home)


def test_one_that_is_borrowed_can_be_kept(home: Path) -> None:
    with bundled.borrowed(home):
        bundled.keep(home)
    assert embedded.is_running(home)


def test_a_server_that_does_not_start_leaves_no_mark(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_: Path) -> None:
        raise Unavailable("no")

    monkeypatch.setattr(embedded, "start", fail)
    with pytest.raises(Unavailable), bundled.borrowed(home):
        pass
    assert (home / bundled.USERS).read_text() == ""


def test_the_database_is_made_once_and_used_by_a_role_that_may_not_change_it(home: Path) -> None:
    with bundled.borrowed(home) as server:
        assert bundled.migrated(server) == bundled.migrated(server)
        cli = Cli(MUSTER_DATA_DIR=str(home), DATABASE_URL="")
        found = {one["name"]: one["state"] for one in cli.json("doctor")}
    assert found["session"] == "ok"
    assert found["durability"] == "ok"


def test_a_reset_removes_the_database_and_nothing_else(home: Path) -> None:
    cli = Cli(MUSTER_DATA_DIR=str(home), DATABASE_URL="")
    with bundled.borrowed(home):
        cli("db", "reset", "--yes", code=3)
    (home / "admin.key").touch()
    cli("db", "reset", code=1, stdin="n\n")
    assert (home / "postgres").exists()
    assert cli.json("db", "reset", "--yes") == {"removed": True}
    assert not (home / "postgres").exists()
    assert (home / "admin.key").exists()
    assert cli.json("db", "reset", "--yes") == {"removed": False}


@pytest.mark.parametrize("what", ["start", "reset"])
def test_a_database_of_somebody_elses_is_not_ours_to_start_or_remove(what: str, tmp_path: Path) -> None:
    cli = Cli(MUSTER_DATA_DIR=str(tmp_path), DATABASE_URL="postgresql://elsewhere/muster")
    assert "DATABASE_URL" in cli.error("db", what, code=1)[0]
