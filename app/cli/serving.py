"""The HTTP server in this process: its port, its life, and how it is told that it answers. Knows no setting."""

import asyncio
import errno
import http.client
import json
import logging
import socket
import sys
import threading
from collections.abc import Awaitable, Callable, Iterator, MutableMapping
from contextlib import contextmanager, suppress
from typing import Any
from weakref import WeakSet

import psycopg
import uvicorn
from sqlalchemy import Engine, event

from app.domain.errors import Malformed, Unavailable

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[..., Awaitable[None]]
"""As ASGI has them: frameworks and servers each type them in their own way."""

GRACE_SECONDS = 1.0
"""So long requests may go on after we were told to stop; then they are cut off."""
PARTING_SECONDS = 0.3
"""So long those that were cut off may take to notice; then nobody is waited for."""
SWITCH_SECONDS = 0.0005
"""So long a handler that computes may hold up the end: a tenth of what Python gives it otherwise."""
ASK_SECONDS = 0.05
ANSWER_SECONDS_MAX = 10
CANCEL_SECONDS_MAX = 0.5


@contextmanager
def bound(host: str, port: int) -> Iterator[socket.socket]:
    """The port is ours from here on; connections are taken later. Raises Unavailable when it cannot be ours."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host.strip("[]"), port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
    except socket.gaierror as error:
        raise Malformed(f"HOST is {host!r}, which is no address of this machine", code="setting") from error
    with socket.socket(family, kind, protocol) as opened:
        opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            opened.bind(address)
        except OSError as error:
            raise _no_port(error, host, port) from error
        yield opened


def _no_port(error: OSError, host: str, port: int) -> Unavailable | Malformed:
    if error.errno == errno.EADDRNOTAVAIL:
        return Malformed(f"HOST is {host!r}, which is no address of this machine", code="setting")
    what = "is in use" if error.errno == errno.EADDRINUSE else f"cannot be opened: {error.strerror}"
    other = port + 1 if port > 1024 else 8000  # noqa: PLR2004 -- those below are for root
    return Unavailable(f"port {port} on {host} {what}", hint=f"PORT={other} make run")


def url_of(opened: socket.socket) -> str:
    """Where to find it from this machine; a server for all addresses is found at the loopback one."""
    host, port = opened.getsockname()[:2]
    if host in {"0.0.0.0", "::"}:  # noqa: S104 -- compared, not bound
        host = "127.0.0.1" if host == "0.0.0.0" else "::1"  # noqa: S104
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def serve(
    app: Application,
    engine: Engine,
    opened: socket.socket,
    *,
    ready: Callable[[], None],
    waiting: Callable[[str], None],
) -> None:
    """Returns when a signal ended it, or raises what the signal's own handler raises.

    `ready` is called, from another thread, once `/readyz` answers 200; `waiting`, at most once, with why it does not.
    """
    in_use = _InUse(engine)
    config = uvicorn.Config(
        _Closing(app, in_use),
        access_log=False,
        http="httptools",
        lifespan="on",
        log_level="warning",
        server_header=False,
        ws="none",
    )
    ended = threading.Event()
    asking = threading.Thread(target=_ask, args=(url_of(opened), ready, waiting, ended))
    asking.daemon = True
    asking.start()
    host, port = opened.getsockname()[:2]
    try:
        _Server(config, in_use).run(sockets=[opened])
    except OSError as error:
        raise _no_port(error, host, port) from error
    finally:
        ended.set()


class _InUse:
    """The database connections that are in somebody's hands."""

    def __init__(self, engine: Engine) -> None:
        self._connections: WeakSet[psycopg.Connection[Any]] = WeakSet()
        event.listen(engine, "checkout", lambda connection, *_: self._connections.add(connection))
        event.listen(engine, "checkin", self._give_back)

    def _give_back(self, connection: psycopg.Connection[Any] | None, _record: object) -> None:
        """None: the connection broke while it was in use."""
        if connection is not None:
            self._connections.discard(connection)

    def call_off(self) -> None:
        """End the statements that run, all at once; those who wait for them get an error, and end too.

        Nobody waits for it: where many handlers compute, it takes its time.
        """
        for connection in list(self._connections):
            threading.Thread(target=_cancel, args=(connection,), name="cancel", daemon=True).start()


def _cancel(connection: psycopg.Connection[Any]) -> None:
    with suppress(psycopg.Error):
        connection.cancel_safe(timeout=CANCEL_SECONDS_MAX)


class _Server(uvicorn.Server):
    """After the time of grace nobody is waited for: no client who sends no more, no database, no handler that works."""

    def __init__(self, config: uvicorn.Config, in_use: _InUse) -> None:
        super().__init__(config)
        self._in_use = in_use

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        sys.setswitchinterval(SWITCH_SECONDS)
        loop = asyncio.get_running_loop()
        loop.call_later(GRACE_SECONDS, self._cut)
        loop.call_later(GRACE_SECONDS + PARTING_SECONDS, self._part)
        await super().shutdown(sockets)

    def _cut(self) -> None:
        for connection in list(self.server_state.connections):
            connection.transport.abort()
        self._in_use.call_off()

    def _part(self) -> None:
        """Whoever is still there is cancelled with the loop, and so is the application, which then waits for no thread.

        That is no failure that the log should have.
        """
        if self.server_state.connections or self.server_state.tasks:
            logging.getLogger("uvicorn.error").setLevel(logging.CRITICAL)
            self.force_exit = True


class _Closing:
    """Before the application waits for its threads, what they wait for in the database is called off."""

    def __init__(self, app: Application, in_use: _InUse) -> None:
        self._app = app
        self._in_use = in_use

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        async def heard() -> Message:
            message = await receive()
            if message["type"] == "lifespan.shutdown":
                self._in_use.call_off()
            return message

        await self._app(scope, heard if scope["type"] == "lifespan" else receive, send)


def _ask(
    url: str,
    ready: Callable[[], None],
    waiting: Callable[[str], None],
    ended: threading.Event,
) -> None:
    told = False
    while not ended.wait(ASK_SECONDS):
        status, reason = _readiness(url)
        if status == http.client.OK:
            ready()
            return
        if status is not None and not told:
            waiting(reason)
            told = True


def _readiness(url: str) -> tuple[int | None, str]:
    """The status of `/readyz`, None while nobody answers, and what it says is missing."""
    connection = http.client.HTTPConnection(url.removeprefix("http://"), timeout=ANSWER_SECONDS_MAX)
    try:
        connection.request("GET", "/readyz")
        answer = connection.getresponse()
        said = json.loads(answer.read())
        return answer.status, str(said.get("detail", ""))
    except (OSError, http.client.HTTPException, ValueError):
        return None, ""
    finally:
        connection.close()
