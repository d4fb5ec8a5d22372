"""Servers as processes of their own, for the tests of how they start and end."""

import http.client
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import msgspec
import psutil  # type: ignore[import-untyped]  # it ships no types
from sqlalchemy import Engine

from app.cli import bundled
from app.database import embedded
from app.database.engine import make_engine, reading
from app.ledger import log
from app.projections.runner import states
from app.seeding import SEEDS

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


def launch(home: Path, *arguments: str, log: Path | None = None, **environ: str) -> subprocess.Popen[str]:
    """Its complaints go to `log`, else to a pipe, which somebody has to empty: a full one stops who writes to it."""
    inherited = {name: value for name, value in os.environ.items() if name not in {"DATABASE_URL", "HOST"}}
    ours = {"PYTHONPATH": str(ROOT), "MUSTER_DATA_DIR": str(home), "PORT": "0"}
    command = [sys.executable, "-P", "-m", "app.cli.main", "up", *arguments]
    pipe = subprocess.PIPE
    with ExitStack() as stack:
        errors = pipe if log is None else stack.enter_context(log.open("ab"))
        return subprocess.Popen(command, env=inherited | ours | environ, stdout=pipe, stderr=errors, text=True)


@contextmanager
def up(home: Path, *, log: Path | None = None, **environ: str) -> Iterator[Up]:
    process = launch(home, "--json", log=log, **environ)
    try:
        assert process.stdout is not None
        said = [line := process.stdout.readline()]
        while line not in {"", "}\n"}:  # nothing at all: it has ended
            said.append(line := process.stdout.readline())
        yield Up(process=process, home=home, ready=json.loads("".join(said)))
    finally:
        process.kill()
        process.communicate()


def refused(home: Path, **environ: str) -> tuple[int, str]:
    """The exit code and what was said of a start that does not come about."""
    process = launch(home, log=None, **environ)
    said, complained = process.communicate(timeout=WAIT_SECONDS)
    assert said == ""
    assert "Traceback" not in complained
    return process.returncode, complained


def processes_of(home: Path) -> list[str]:
    """Everything that runs and knows the directory by name."""
    found = (process.info["cmdline"] or [] for process in psutil.process_iter(["cmdline"]))
    return [" ".join(command) for command in found if any(str(home) in word for word in command)]


@contextmanager
def connected(home: Path, *, pool_size: int = 1) -> Iterator[Engine]:
    """Beside whoever runs there; a server that nobody runs is stopped again."""
    server = embedded.start(home)
    engine = make_engine(bundled.app_url(server), pool_size=pool_size)
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


@contextmanager
def half_sent(running: Up, path: str, media: str, body: Any) -> Iterator[None]:
    """A request under way; text is only its beginning, JSON the whole of it."""
    sent = body.encode() if isinstance(body, str) else json.dumps(body).encode()
    length = len(sent) + (1000 if isinstance(body, str) else 0)
    head = {
        "Host": "localhost",
        "Authorization": f"Bearer {Path(running.ready['key_file']).read_text()}",
        "Content-Type": media,
        "Content-Length": str(length),
        "Expect": "100-continue",
    }
    lines = [
        f"POST /v1/timelines/{SEED}/{path} HTTP/1.1",
        *(f"{name}: {value}" for name, value in head.items()),
        "",
        "",
    ]
    host, port = running.ready["url"].removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=WAIT_SECONDS) as opened:
        opened.sendall("\r\n".join(lines).encode())
        assert opened.recv(100).startswith(b"HTTP/1.1 100")  # the handler has begun to read
        opened.sendall(sent)
        yield
