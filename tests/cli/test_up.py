"""`muster up` as a process of its own: how it starts and what it serves."""

import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from app.cli import bundled, greeting
from app.cli.first_key import FirstKey, Standing, mode_of
from app.database import embedded
from app.database.engine import make_engine, writing
from app.seeding import SEEDS
from app.settings import Settings
from tests.cli.conftest import Cli
from tests.cli.processes import SEED, SOURCE, WAIT_SECONDS, Up, heads, new_home, refused, up
from tests.databases import Databases


@pytest.fixture(scope="module")
def served() -> Iterator[Up]:
    with new_home() as home, up(home) as running:
        yield running


def test_it_is_ready_when_it_says_so(served: Up) -> None:
    assert served.ask("GET", "/readyz") == (200, {"status": "ready"})
    assert served.ready["timelines"] == sorted(one.timeline for one in SEEDS)
    assert {one["timeline"] for one in served.ready["seeded"]} == {one.timeline for one in SEEDS}


def test_what_it_says_begins_with_the_page_to_open(tmp_path: Path) -> None:
    key = FirstKey(file=tmp_path / "admin.key", standing=Standing.KNOWN, text=None)
    told = greeting._lines(Settings(), "http://127.0.0.1:1", key, [], [])  # noqa: SLF001 -- without a process of its own
    assert next(line for line in told[1:] if line).split(maxsplit=2) == ["Reading", "room", "http://127.0.0.1:1/"]


def test_the_key_is_alone_in_a_file_of_its_owners_and_records(served: Up) -> None:
    file = Path(served.ready["key_file"])
    assert (file, mode_of(file)) == (served.home / "admin.key", 0o600)
    path = f"/v1/timelines/{SEED}/events"
    assert served.ask("POST", path, SOURCE)[0] == 401
    status, answer = served.ask("POST", path, SOURCE, Authorization=f"Bearer {file.read_text()}")
    assert (status, answer["projected"]) == (201, True)


def test_it_never_runs_as_a_superuser(served: Up) -> None:
    with bundled.borrowed(served.home) as server:
        engine = create_engine(server.url_for(embedded.SUPERUSER, bundled.DATABASE))
        with engine.connect() as connection:
            users = text("SELECT DISTINCT usename FROM pg_stat_activity WHERE application_name = 'muster'")
            assert set(connection.scalars(users)) == {"muster_app"}
        engine.dispose()


def test_other_commands_work_beside_it(served: Up) -> None:
    cli = Cli(MUSTER_DATA_DIR=str(served.home), DATABASE_URL="")
    assert len(cli.json("status")["timelines"]) == len(SEEDS)
    assert "in use" in cli.error("db", "stop", code=3)[0]


def test_a_postgresql_that_dies_under_it_is_started_again(served: Up) -> None:
    before = heads(served.home)
    os.kill(embedded.start(served.home).pid, signal.SIGQUIT)
    until = time.monotonic() + WAIT_SECONDS
    while served.ask("GET", "/readyz")[0] != 200 or not embedded.is_running(served.home):
        assert time.monotonic() < until
        time.sleep(0.1)
    assert heads(served.home) == before


def test_a_second_one_on_its_port_is_told_of_another_and_appends_nothing(served: Up) -> None:
    before = heads(served.home)
    port = served.ready["url"].rpartition(":")[2]
    code, said = refused(served.home, PORT=port)
    assert code == 3
    assert f"port {port} on 127.0.0.1 is in use" in said
    assert f"PORT={int(port) + 1} make run" in said
    assert heads(served.home) == before


def test_a_second_one_on_its_data_directory_is_told_of_it(served: Up) -> None:
    code, said = refused(served.home)
    assert code == 3
    assert f"process {served.process.pid}" in said


def test_a_port_in_use_changes_nothing(served: Up, tmp_path: Path) -> None:
    home = tmp_path / "never"
    assert refused(home, PORT=served.ready["url"].rpartition(":")[2])[0] == 3
    assert not home.exists()


def test_it_serves_a_database_that_is_named_and_seeds_it_only_when_asked(databases: Databases, tmp_path: Path) -> None:
    with databases.new() as url, up(tmp_path / "home", DATABASE_URL=url) as running:
        assert running.ask("GET", "/readyz")[0] == 200
        assert running.ready["timelines"] == []
        assert running.stop(signal.SIGINT) == 0
        assert not (tmp_path / "home" / "postgres").exists()
        engine = make_engine(url, pool_size=1)
        with writing(engine) as connection:
            assert connection.scalar(text("SELECT count(*) FROM timelines")) == 0
        engine.dispose()


def test_a_foreign_database_is_left_alone(databases: Databases, tmp_path: Path) -> None:
    with databases.new() as url:
        engine = create_engine(url)
        with engine.begin() as connection:
            connection.execute(text("CREATE TABLE invoices (id int)"))
        code, said = refused(tmp_path, DATABASE_URL=url)
        assert code == 1
        assert "invoices" in said
        with engine.begin() as connection:
            tables = text("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'")
            assert connection.scalar(tables) == 1
        engine.dispose()


@pytest.mark.parametrize(
    ("environ", "code", "said"),
    [
        ({"DATABASE_URL": "postgresql://nobody@127.0.0.1:1/nothing"}, 3, "cannot be reached"),
        ({"PORT": "many"}, 2, "PORT is 'many'"),
        ({"HOST": "203.0.113.1"}, 2, "HOST is '203.0.113.1'"),
        ({"MUSTER_DATA_DIR": "/dev/null/home"}, 3, "data directory"),
    ],
)
def test_what_cannot_start_says_why_in_a_sentence(
    environ: dict[str, str], code: int, said: str, tmp_path: Path
) -> None:
    told = refused(tmp_path, **environ)
    assert told[0] == code
    assert told[1].startswith("Error: ")
    assert said in told[1]
