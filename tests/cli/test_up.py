"""`muster up` as a process of its own: how it starts, what it serves, how it ends."""

import http.client
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec
import psutil  # type: ignore[import-untyped]  # it ships no types
import pytest
from sqlalchemy import Engine, create_engine, text

from app.cli import bundled
from app.cli.first_key import mode_of
from app.database import embedded
from app.database.engine import make_engine, reading, writing
from app.ledger import log
from app.projections.runner import states
from app.recording import Given, record
from app.seeding import SEEDS
from tests.cli.conftest import Cli
from tests.conftest import new_database
from tests.seeded import TODAY

ROOT = Path(__file__).resolve().parents[2]
WAIT_SECONDS = 120
SEED = SEEDS[0].timeline
SOURCE = {"type": "source_registered.v1", "body": {"source": "a-source", "name": "A source", "kind": "outlet"}}


class Up(msgspec.Struct, kw_only=True):
    """A server that has said where it is; `ready` is what it said."""

    process: subprocess.Popen[str]
    home: Path
    ready: dict[str, Any]

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> tuple[int, Any]:
        connection = http.client.HTTPConnection(self.ready["url"].removeprefix("http://"), timeout=WAIT_SECONDS)
        connection.request(method, path, json.dumps(body), {"Content-Type": "application/json", **headers})
        answer = connection.getresponse()
        told = json.loads(answer.read())
        connection.close()
        return answer.status, told

    def stop(self, how: signal.Signals = signal.SIGTERM) -> int:
        self.process.send_signal(how)
        return self.process.wait(WAIT_SECONDS)


def launch(home: Path, *arguments: str, **environ: str) -> subprocess.Popen[str]:
    inherited = {name: value for name, value in os.environ.items() if name not in {"DATABASE_URL", "HOST"}}
    ours = {"PYTHONPATH": str(ROOT), "MUSTER_DATA_DIR": str(home), "PORT": "0"}
    command = [sys.executable, "-P", "-m", "app.cli.main", "up", *arguments]
    pipe = subprocess.PIPE
    return subprocess.Popen(command, env=inherited | ours | environ, stdout=pipe, stderr=pipe, text=True)


@contextmanager
def up(home: Path, **environ: str) -> Iterator[Up]:
    process = launch(home, "--json", **environ)
    try:
        assert process.stdout is not None
        said = "".join(iter(process.stdout.readline, "}\n")) + "}" if process.poll() is None else ""
        yield Up(process=process, home=home, ready=json.loads(said))
    finally:
        process.kill()
        process.communicate()


def refused(home: Path, **environ: str) -> tuple[int, str]:
    """The exit code and what was said of a start that does not come about."""
    process = launch(home, **environ)
    said, complained = process.communicate(timeout=WAIT_SECONDS)
    assert said == ""
    assert "Traceback" not in complained
    return process.returncode, complained


def processes_of(home: Path) -> list[str]:
    """Everything that runs and knows the directory by name."""
    found = (process.info["cmdline"] or [] for process in psutil.process_iter(["cmdline"]))
    return [" ".join(command) for command in found if any(str(home) in word for word in command)]


@contextmanager
def connected(home: Path) -> Iterator[Engine]:
    """Beside whoever runs there; a server that nobody runs is stopped again."""
    server = embedded.start(home)
    engine = make_engine(bundled.app_url(server), pool_size=1)
    try:
        yield engine
    finally:
        engine.dispose()
        if server.started_by_us:
            embedded.stop(home)


def heads(home: Path) -> dict[str, int]:
    with connected(home) as engine, reading(engine) as connection:
        return {name: log.head(connection, name).position for name in log.timeline_ids(connection)}


def lags(home: Path) -> set[int]:
    with connected(home) as engine, reading(engine) as connection:
        return {one.lag_events for name in log.timeline_ids(connection) for one in states(connection, name)}


@contextmanager
def new_home() -> Iterator[Path]:
    """Not under pytest's own directory: as root, what lies above is opened for passing through."""
    home = Path(tempfile.mkdtemp(prefix="muster-test-"))
    try:
        yield home
    finally:
        embedded.stop(home)
        shutil.rmtree(home)


@pytest.fixture(scope="module")
def served() -> Iterator[Up]:
    with new_home() as home, up(home) as running:
        yield running


def test_it_is_ready_when_it_says_so(served: Up) -> None:
    assert served.ask("GET", "/readyz") == (200, {"status": "ready"})
    assert served.ready["timelines"] == sorted(one.timeline for one in SEEDS)
    assert {one["timeline"] for one in served.ready["seeded"]} == {one.timeline for one in SEEDS}


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


def test_it_survives_being_killed_and_leaves_nothing_behind_when_it_is_stopped() -> None:
    with new_home() as home:
        with up(home) as first:
            first.stop(signal.SIGKILL)
        assert embedded.is_running(home)
        before = heads(home)
        record_unprojected(home)
        assert lags(home) == {0, 1}
        with up(home) as second:
            assert second.ready["seeded"] == []
            assert second.ready["key"] == "known"
            assert lags(home) == {0}
            assert second.stop() == 0
            assert second.process.stderr is not None
            assert "Traceback" not in second.process.stderr.read()
        assert processes_of(home) == []
        assert heads(home) == {**before, SEED: before[SEED] + 1}


def record_unprojected(home: Path) -> None:
    """What a process leaves that is killed between appending and projecting."""
    given = Given(type=str(SOURCE["type"]), body=SOURCE["body"], event_id=UUID(int=7))
    with connected(home) as engine:
        record(engine, SEED, [given], recorded_by="key:test", today=TODAY)


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_it_can_be_stopped_while_it_starts(how: signal.Signals) -> None:
    with new_home() as home:
        process = launch(home)
        while process.poll() is None and not (home / bundled.USERS).exists():
            time.sleep(0.01)
        process.send_signal(how)
        _, complained = process.communicate(timeout=WAIT_SECONDS)
        assert (process.returncode, complained) == (0, "")
        assert processes_of(home) == []


def test_it_serves_a_database_that_is_named_and_seeds_it_only_when_asked(server_url: str, tmp_path: Path) -> None:
    with (
        new_database(server_url, "named", template="template0") as url,
        up(tmp_path / "home", DATABASE_URL=url) as running,
    ):
        assert running.ask("GET", "/readyz")[0] == 200
        assert running.ready["timelines"] == []
        assert running.stop(signal.SIGINT) == 0
        assert not (tmp_path / "home" / "postgres").exists()
        engine = make_engine(url, pool_size=1)
        with writing(engine) as connection:
            assert connection.scalar(text("SELECT count(*) FROM timelines")) == 0
        engine.dispose()


def test_a_foreign_database_is_left_alone(server_url: str, tmp_path: Path) -> None:
    with new_database(server_url, "foreign", template="template0") as url:
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
