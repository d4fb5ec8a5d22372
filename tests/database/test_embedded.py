"""The real server, started and stopped for real; nothing here is imitated."""

import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import psutil  # type: ignore[import-untyped]  # it ships no types
import pytest
from sqlalchemy import NullPool, create_engine

from app.database import embedded
from app.domain.errors import Unavailable

ROOT = Path(__file__).resolve().parents[2]
LAUNCHER = """
import signal, sys
from pathlib import Path
from app.database import embedded
signal.signal(signal.SIGINT, signal.SIG_DFL)  # a shell's background job ignores it
print(embedded.start(Path(sys.argv[1])).pid, flush=True)
signal.pause()
"""


@pytest.fixture
def bare() -> Iterator[Path]:
    """A data directory yet to be made. Its path is short: pytest's own would be too long for a socket."""
    with tempfile.TemporaryDirectory(prefix="muster-test-") as name:
        yield Path(name) / "data"
        embedded.stop(Path(name) / "data")


@pytest.fixture(scope="module")
def made() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="muster-test-") as name:
        embedded.start(Path(name))
        yield Path(name)
        embedded.stop(Path(name))


@pytest.fixture
def data_dir(made: Path) -> Iterator[Path]:
    """A data directory whose server has run before and is stopped; shared, so a test leaves it whole."""
    embedded.stop(made)
    yield made
    embedded.stop(made)


@pytest.fixture
def copy(data_dir: Path, bare: Path) -> Path:
    """Such a directory to spoil."""
    subprocess.run(["cp", "-a", data_dir, bare], check=True)
    return bare


def ask(server: embedded.Embedded, query: str) -> object:
    engine = create_engine(server.url_for(embedded.SUPERUSER, "postgres"), poolclass=NullPool)
    with engine.begin() as connection:
        result = connection.exec_driver_sql(query)
        return result.scalar() if result.returns_rows else None


def servers_of(data_dir: Path) -> list[int]:
    """Every living process that has to do with this directory."""
    processes = psutil.process_iter(["pid", "cmdline"])
    return [p.pid for p in processes if str(data_dir.resolve()) in " ".join(p.info["cmdline"] or [])]


@contextmanager
def launch(data_dir: Path) -> Iterator[subprocess.Popen[str]]:
    """Another process that starts the server and then waits, as `muster up` does, in a terminal of its own."""
    with subprocess.Popen(
        [sys.executable, "-c", LAUNCHER, data_dir],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as launcher:
        try:
            yield launcher
        finally:
            launcher.kill()


def read_line(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


def test_a_new_bareectory_gets_a_server_that_answers(bare: Path) -> None:
    server = embedded.start(bare)
    assert server.started_by_us
    assert ask(server, "SHOW server_version") == server.version
    assert psutil.pid_exists(server.pid)
    assert embedded.is_running(bare)


def test_a_second_start_finds_the_first(data_dir: Path) -> None:
    first, second = embedded.start(data_dir), embedded.start(data_dir)
    assert (second.pid, second.started_by_us) == (first.pid, False)
    assert second.url_for("a", "b") == first.url_for("a", "b")


def test_a_stop_leaves_nothing_running_and_the_data_in_place(data_dir: Path) -> None:
    ask(embedded.start(data_dir), "CREATE TABLE kept AS SELECT 7 AS number")
    assert embedded.stop(data_dir)
    assert servers_of(data_dir) == []
    assert not embedded.is_running(data_dir)
    assert ask(embedded.start(data_dir), "SELECT number FROM kept") == 7


def test_a_stop_ends_connections_that_are_still_open(data_dir: Path) -> None:
    server = embedded.start(data_dir)
    with create_engine(server.url_for(embedded.SUPERUSER, "postgres")).connect() as connection:
        connection.exec_driver_sql("SELECT 1")
        assert embedded.stop(data_dir)
        connection.invalidate()
    assert servers_of(data_dir) == []


@pytest.mark.parametrize("directory", ["bare", "data_dir"])
def test_a_stop_where_nothing_runs_says_so(directory: str, request: pytest.FixtureRequest) -> None:
    path = request.getfixturevalue(directory)
    assert not embedded.stop(path)
    assert not embedded.is_running(path)


def test_the_server_outlives_a_killed_launcher_and_is_found_again(data_dir: Path) -> None:
    with launch(data_dir) as launcher:
        pid = int(read_line(launcher))
    server = embedded.start(data_dir)
    assert (server.pid, server.started_by_us) == (pid, False)
    assert embedded.stop(data_dir)
    assert servers_of(data_dir) == []


def test_a_ctrl_c_in_the_launchers_terminal_does_not_reach_the_server(data_dir: Path) -> None:
    with launch(data_dir) as launcher:
        pid = int(read_line(launcher))
        os.killpg(launcher.pid, signal.SIGINT)
        launcher.wait()
    assert os.getsid(pid) != launcher.pid
    assert ask(embedded.start(data_dir), "SELECT pg_postmaster_start_time() IS NOT NULL") is True
    assert embedded.start(data_dir).pid == pid


def test_a_launcher_that_ends_by_itself_does_not_take_the_server_along(data_dir: Path) -> None:
    command = LAUNCHER.replace("signal.pause()", "")
    subprocess.run([sys.executable, "-c", command, data_dir], cwd=ROOT, check=True, capture_output=True)
    assert not embedded.start(data_dir).started_by_us


def test_processes_that_start_at_once_share_one_server(bare: Path) -> None:
    with launch(bare) as one, launch(bare) as two, launch(bare) as three:
        pids = {read_line(launcher) for launcher in (one, two, three)}
    assert pids == {str(embedded.start(bare).pid)}


def test_threads_that_start_at_once_agree_on_who_started_it(bare: Path) -> None:
    with ThreadPoolExecutor(4) as pool:
        servers = list(pool.map(embedded.start, [bare] * 4))
    assert sum(server.started_by_us for server in servers) == 1


def test_a_server_killed_outright_is_started_again_with_what_it_had_committed(data_dir: Path) -> None:
    server = embedded.start(data_dir)
    ask(server, "CREATE TABLE committed AS SELECT 7 AS number")
    psutil.Process(server.pid).kill()
    again = embedded.start(data_dir)
    assert again.started_by_us
    assert ask(again, "SELECT number FROM committed") == 7


@pytest.mark.parametrize(
    "content", ["", "no number\n", f"{os.getpid()}\n/elsewhere\n"], ids=["empty", "no number", "another's number"]
)
def test_a_stale_pid_file_misleads_nobody(data_dir: Path, content: str) -> None:
    (data_dir / "postgres" / "postmaster.pid").write_text(content)
    assert not embedded.is_running(data_dir)
    assert not embedded.stop(data_dir)
    assert embedded.start(data_dir).started_by_us


def test_what_a_killed_initdb_left_is_cleared_away(bare: Path) -> None:
    (bare / "postgres.new-killed").mkdir(parents=True)
    (bare / "postgres.new-killed" / "PG_VERSION").write_text("18\n")
    assert embedded.start(bare).started_by_us
    assert [path.name for path in bare.iterdir()] == ["postgres"]


@pytest.mark.parametrize("name", ["a" * 120, "one, two", "a 'b' \"c\" $HOME `d` ü +%"])
def test_any_path_will_do(bare: Path, name: str) -> None:
    server = embedded.start(bare / name)
    assert ask(server, "SELECT 1") == 1
    assert embedded.stop(bare / name)
    assert server.socket_dir.parent == bare / name or not server.socket_dir.exists()


def test_the_environment_of_another_postgresql_does_not_matter(data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {"PGPORT": "1", "PGDATA": "/nowhere", "PGHOST": "nowhere", "PGUSER": "nobody"}.items():
        monkeypatch.setenv(name, value)
    assert ask(embedded.start(data_dir), "SELECT current_user") == embedded.SUPERUSER


@pytest.fixture
def server(data_dir: Path) -> embedded.Embedded:
    return embedded.start(data_dir)


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("fsync", "on"),
        ("full_page_writes", "on"),
        ("synchronous_commit", "on"),
        ("listen_addresses", ""),
        ("server_encoding", "UTF8"),
        ("TimeZone", "UTC"),
    ],
)
def test_the_server_is_durable_local_and_the_same_everywhere(
    server: embedded.Embedded, setting: str, value: str
) -> None:
    assert ask(server, f"SELECT current_setting('{setting}')") == value


def test_the_cluster_sorts_by_bytes(server: embedded.Embedded) -> None:
    assert ask(server, "SELECT datcollate || datctype FROM pg_database WHERE datname = 'template1'") == "CC"


def test_only_its_owner_comes_near_the_socket(server: embedded.Embedded) -> None:
    assert server.socket_dir.stat().st_mode & 0o777 == 0o700


def test_a_cluster_of_another_postgresql_is_refused_by_name(copy: Path) -> None:
    (copy / "postgres" / "PG_VERSION").write_text("17\n")
    with pytest.raises(Unavailable, match=r"made by PostgreSQL 17, and the bundled one is 18\."):
        embedded.start(copy)


def test_a_server_that_cannot_start_says_why_and_leaves_nothing(copy: Path) -> None:
    with (copy / "postgres" / "postgresql.conf").open("a") as conf:
        conf.write("shared_buffers = 'much'\n")
    with pytest.raises(Unavailable, match=r"does not start: .*server\.log"):
        embedded.start(copy)
    assert servers_of(copy) == []


def test_a_bareectory_that_is_a_file_is_refused(bare: Path) -> None:
    bare.write_text("")
    with pytest.raises(Unavailable, match="cannot use the data directory"):
        embedded.start(bare)
    bare.unlink()
