"""The life cycle of the bundled PostgreSQL: make a cluster, start it, find it, stop it. Knows no SQL and no table.

The server is a process of its own, in a session of its own: no signal to our process group reaches it, and
nothing stops it at our exit. Whoever was told `started_by_us` stops it; `stop` does so from anywhere. One data
directory has one server: starting and stopping hold a lock on that directory, which dies with its holder.

What lies where. `DATA_DIR/postgres` is the cluster (UTF8, locale C, PostgreSQL's own durable settings). In it are
the server's log since its last start, `server.log`, the log of the start before, `server.log.1`, and its only
door, a Unix socket; no TCP port is opened. A socket whose path would be too long lies in a private directory
under the system's temporary one instead.

Who may connect. Whoever can open the socket connects as any role, the superuser `postgres` included, without a
password. The directory is its owner's alone (mode 0700), so that is the user who runs Muster, and root.

As root the server runs as another user, and every directory above the cluster is opened for passing through;
`bundle` says how.
"""

import fcntl
import os
import shlex
import shutil
import signal
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import msgspec
import psutil  # type: ignore[import-untyped]  # it ships no types
from sqlalchemy.engine import URL

from app.database import bundle
from app.domain.errors import Unavailable

SUPERUSER = "postgres"
LOG = "server.log"
PORT = 5432
"""No port is opened: the number is only part of the socket's name."""
SOCKET = f".s.PGSQL.{PORT}"
SOCKET_PATH_BYTES_MAX = 103
"""Source: `sun_path` in <sys/un.h>, 104 bytes with the final NUL on macOS and 108 on Linux."""
ORPHANS = "pre-existing shared memory block"
"""Source: src/backend/port/sysv_shmem.c of PostgreSQL: the memory of a killed server is still in use."""
START_SECONDS_MAX = 120
"""Recovery after a crash is part of a start."""
STOP_SECONDS_MAX = 30
"""After this the server is told to leave at once, and recovers at its next start."""


class Embedded(msgspec.Struct, frozen=True, kw_only=True):
    """A server that takes connections. `started_by_us`: this very call started it, so its caller stops it."""

    socket_dir: Path
    pid: int
    version: str
    started_by_us: bool

    def url_for(self, user: str, database: str) -> str:
        """A URL for SQLAlchemy. The port is said so that no PGPORT in the environment decides."""
        query = {"host": str(self.socket_dir), "port": str(PORT)}
        return URL.create("postgresql+psycopg", username=user, database=database, query=query).render_as_string()


class Postmaster(msgspec.Struct, frozen=True, kw_only=True):
    """What `postmaster.pid` says; `status` is starting, ready or stopping."""

    pid: int
    socket_dir: Path
    status: str


def start(data_dir: Path) -> Embedded:
    """Returns once the server takes connections; starts it, and makes its cluster, where needed.

    Raises Unavailable, in one sentence with its cause, when that cannot be done.
    """
    with _explained(data_dir):
        data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        with _alone(data_dir):
            return _start(_cluster_of(data_dir))


def stop(data_dir: Path) -> bool:
    """Stops the server whoever started it, with all its connections; False when none was running."""
    with _explained(data_dir):
        if not _cluster_of(data_dir).exists():
            return False
        with _alone(data_dir):
            return _halt(_cluster_of(data_dir))


def is_running(data_dir: Path) -> bool:
    """Whether a server of this data directory is alive, even if it is still starting or stopping."""
    with _explained(data_dir):
        return _postmaster(_cluster_of(data_dir)) is not None


def _cluster_of(data_dir: Path) -> Path:
    return data_dir.resolve() / "postgres"


@contextmanager
def _explained(data_dir: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        reason = f"{error.strerror or error} ({error.filename})" if error.filename else str(error)
        msg = f"The bundled PostgreSQL cannot use the data directory {data_dir}: {reason}."
        raise Unavailable(msg) from error


@contextmanager
def _alone(data_dir: Path) -> Iterator[None]:
    """Waits for whoever else starts or stops here. The kernel frees the lock when its holder dies."""
    handle = os.open(data_dir, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def _start(cluster: Path) -> Embedded:
    version = bundle.run("postgres", "--version", cluster=cluster).split()[-1]
    running = _settled(cluster)
    if running is None:
        if not cluster.exists():
            _make(cluster)
        _check_major(cluster, version)
        _launch(cluster)
    ready = running or _postmaster(cluster)
    if ready is None:
        raise Unavailable(f"The bundled PostgreSQL started and died; its log is {cluster / LOG}.")
    return Embedded(socket_dir=ready.socket_dir, pid=ready.pid, version=version, started_by_us=running is None)


def _settled(cluster: Path) -> Postmaster | None:
    """The server once it is ready or gone: an interrupted start or stop may have left it in between."""
    deadline = time.monotonic() + START_SECONDS_MAX
    while (postmaster := _postmaster(cluster)) and postmaster.status != "ready":
        if time.monotonic() > deadline:
            raise Unavailable(f"The bundled PostgreSQL (process {postmaster.pid}) does not become ready.")
        time.sleep(0.05)
    return postmaster


def _postmaster(cluster: Path) -> Postmaster | None:
    """None when no server lives, be it that `postmaster.pid` is stale and its number another process's now.

    Source: src/include/utils/pidfile.h of PostgreSQL, which fixes the lines of that file.
    """
    try:
        lines = (cluster / "postmaster.pid").read_text(encoding="utf-8", errors="surrogateescape").splitlines()
    except FileNotFoundError:
        return None
    pid = int(lines[0]) if lines and lines[0].isdigit() else None
    if pid is None or not _is_server(pid, cluster):
        return None
    [socket_dir], [status] = lines[4:5] or [""], lines[7:8] or ["starting"]
    return Postmaster(pid=pid, socket_dir=Path(socket_dir), status=status.strip())


def _is_server(pid: int, cluster: Path) -> bool:
    try:
        program, *arguments = psutil.Process(pid).cmdline() or [""]
    except psutil.Error:
        return False
    return Path(program).name == "postgres" and str(cluster) in arguments


def _make(cluster: Path) -> None:
    """Under another name first: a killed initdb leaves what looks like a cluster and is none."""
    for remnant in cluster.parent.glob(f"{cluster.name}.new-*"):
        shutil.rmtree(remnant, ignore_errors=True)
    new = bundle.private_directory(cluster, prefix=f"{cluster.name}.new-", parent=cluster.parent)
    settings = ("-c", "timezone=UTC", "-c", "log_timezone=UTC")
    bundle.run("initdb", "-U", SUPERUSER, "-A", "trust", "-E", "UTF8", "--no-locale", *settings, cluster=new)
    new.rename(cluster)


def _check_major(cluster: Path, version: str) -> None:
    made_by = (cluster / "PG_VERSION").read_text(encoding="ascii").strip()
    if made_by != version.partition(".")[0]:
        raise Unavailable(
            f"{cluster} was made by PostgreSQL {made_by}, and the bundled one is {version}.",
            hint="export with the release that made it, restore with this one",
        )


def _launch(cluster: Path) -> None:
    """Waits for orphans first: processes of a killed server leave by themselves, but not at once."""
    deadline = time.monotonic() + STOP_SECONDS_MAX
    while True:
        _clear(cluster)
        try:
            return _launch_once(cluster)
        except Unavailable:
            if ORPHANS not in _last_words(cluster) or time.monotonic() > deadline:
                raise
            time.sleep(0.1)


def _clear(cluster: Path) -> None:
    """No server lives and we hold the lock: what names one is stale, and PostgreSQL would heed it."""
    for name in ("postmaster.pid", SOCKET, f"{SOCKET}.lock"):
        (cluster / name).unlink(missing_ok=True)
    if (cluster / LOG).exists():
        (cluster / LOG).replace(cluster / f"{LOG}.1")


def _launch_once(cluster: Path) -> None:
    """Whatever interrupts us, no server stays behind that nobody knows of."""
    socket_dir = _socket_dir(cluster)
    options = shlex.join(["-D", str(cluster), "-k", str(socket_dir), "-p", str(PORT), "-h", ""])
    wait = ("-w", "-t", str(START_SECONDS_MAX))
    try:
        bundle.run("pg_ctl", "start", *wait, "-l", LOG, "-o", options, cluster=cluster)
    except BaseException as error:
        _halt(cluster)
        _forget(socket_dir, cluster)
        if not isinstance(error, Unavailable):
            raise
        msg = f"The bundled PostgreSQL does not start: {_last_words(cluster)}; its log is {cluster / LOG}."
        raise Unavailable(msg) from error


def _last_words(cluster: Path) -> str:
    """The server's newest reason to give up, which pg_ctl does not repeat."""
    log = (cluster / LOG).read_text(encoding="utf-8", errors="replace") if (cluster / LOG).exists() else ""
    fatal = [line.partition("FATAL:")[2].strip() for line in log.splitlines() if "FATAL:" in line]
    return fatal[-1] if fatal else "it gave no reason"


def _halt(cluster: Path) -> bool:
    """Ends all connections. The lock is held, so the process is still the one that the file names."""
    postmaster = _postmaster(cluster)
    if postmaster is None:
        return False
    for how in (signal.SIGINT, signal.SIGQUIT):  # fast shutdown; then immediate, after which a start recovers
        with suppress(ProcessLookupError):
            os.kill(postmaster.pid, how)
        if _is_gone(postmaster.pid, cluster):
            break
    else:
        raise Unavailable(f"The bundled PostgreSQL (process {postmaster.pid}) does not stop.")
    _forget(postmaster.socket_dir, cluster)
    return True


def _is_gone(pid: int, cluster: Path) -> bool:
    """Waits for it. A zombie counts as gone: whoever inherited it may be slow to bury it."""
    deadline = time.monotonic() + STOP_SECONDS_MAX
    while _is_server(pid, cluster) and time.monotonic() < deadline:
        time.sleep(0.02)
    return not _is_server(pid, cluster)


def _socket_dir(cluster: Path) -> Path:
    """The cluster itself, unless the path is too long, or has a comma, by which PostgreSQL separates paths."""
    socket = str(cluster / SOCKET)
    if len(os.fsencode(socket)) <= SOCKET_PATH_BYTES_MAX and "," not in socket:
        return cluster
    return bundle.private_directory(cluster, prefix="muster-", parent=Path(tempfile.gettempdir()))


def _forget(socket_dir: Path, cluster: Path) -> None:
    """Removes a directory made for the socket alone; one that holds anything else stays."""
    if socket_dir != cluster:
        for name in (SOCKET, f"{SOCKET}.lock"):
            (socket_dir / name).unlink(missing_ok=True)
        with suppress(OSError):
            socket_dir.rmdir()
