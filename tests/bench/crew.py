"""Several clients at once, each a process of its own: threads would wait for each other in Python, not for the server.

All begin together, after each has connected and made ready what it sends. A crew's figure is how many things it did a
second, from the first one's start to the last one's end.
"""

import multiprocessing
import socket
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from multiprocessing.connection import Connection
from multiprocessing.synchronize import Barrier
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlsplit

import msgspec

from tests.bench.server import connected


class Statements(msgspec.Struct, frozen=True):
    """One statement for each of `given`, each committed by itself."""

    url: str
    sql: str
    given: Sequence[Sequence[Any]]


class Requests(msgspec.Struct, frozen=True):
    """HTTP requests on one connection, in the bytes in which they go out.

    Another status than wanted is an error, and an answer that does not hold `holding`.
    """

    url: str
    raw: Sequence[bytes]
    status: int
    holding: bytes = b""


Work = Statements | Requests


class Crew:
    """So many processes, kept for the whole run."""

    def __init__(self, size: int) -> None:
        context = multiprocessing.get_context("spawn")
        self.size = size
        self._barrier = context.Barrier(size)
        self._members = []
        for _ in range(size):
            ours, theirs = context.Pipe()
            process = context.Process(target=_serve, args=(theirs, self._barrier), daemon=True)
            process.start()
            self._members.append((process, ours))

    def rate(self, works: Sequence[Work]) -> float:
        """One piece of work for each member."""
        for (_, pipe), work in zip(self._members, works, strict=True):
            pipe.send(work)
        ends = [pipe.recv() for _, pipe in self._members]
        failed = [end for end in ends if isinstance(end, str)]
        if failed:
            raise RuntimeError(failed[0])
        done = sum(len(work.given if isinstance(work, Statements) else work.raw) for work in works)
        return float(done / (max(end for _, end in ends) - min(start for start, _ in ends)))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for process, pipe in self._members:
            pipe.close()
            process.join(5)
            process.terminate()


def _serve(pipe: Connection, barrier: Barrier) -> None:
    while True:
        try:
            work: Work = pipe.recv()
        except (EOFError, KeyboardInterrupt):
            return
        try:
            pipe.send(_do(work, barrier))
        except Exception as error:  # noqa: BLE001 -- whatever it is, the one who asked has to hear of it
            pipe.send(f"{type(error).__name__}: {error}")


def _do(work: Work, barrier: Barrier) -> tuple[float, float]:
    with ExitStack() as stack:
        one = _statement(work, stack) if isinstance(work, Statements) else _request(work, stack)
        given: Sequence[Any] = work.given if isinstance(work, Statements) else work.raw
        barrier.wait(60)
        start = time.perf_counter()
        for each in given:
            one(each)
        return start, time.perf_counter()


def _statement(work: Statements, stack: ExitStack) -> Callable[[Sequence[Any]], None]:
    connection = stack.enter_context(connected(work.url))
    connection.prepare_threshold = 0
    sql = work.sql.encode()

    def one(given: Sequence[Any]) -> None:
        connection.execute(sql, given)

    return one


def _request(work: Requests, stack: ExitStack) -> Callable[[bytes], None]:
    """By hand: a client's library would take as long as the server, and on the same processors."""
    address = urlsplit(work.url)
    wire = stack.enter_context(socket.create_connection((address.hostname, address.port), timeout=60))
    wire.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    wanted = f"HTTP/1.1 {work.status} ".encode()

    def one(raw: bytes) -> None:
        wire.sendall(raw)
        answer = b""
        while b"\r\n\r\n" not in answer:
            answer += _more(wire)
        head, _, body = answer.partition(b"\r\n\r\n")
        length = int(head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0])
        while len(body) < length:
            body += _more(wire)
        if not answer.startswith(wanted) or work.holding not in body:
            raise RuntimeError((answer + body)[:1000].decode(errors="replace"))

    return one


def _more(wire: socket.socket) -> bytes:
    piece = wire.recv(65_536)
    if not piece:
        raise RuntimeError("the server hung up")
    return piece
