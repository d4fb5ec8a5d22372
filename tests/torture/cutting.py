"""A wire between the program and PostgreSQL that can be cut in the middle of an append: before PostgreSQL has heard of
it, or after it has done it and before it could say so.
"""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Literal

Cut = Literal["before", "after"]
PIECE_BYTES = 65536


class Wire:
    """Listens on loopback and passes on to a Unix socket; `when` says of each piece sent whether to cut there."""

    def __init__(self, socket_path: str, when: Callable[[bytes], Cut | None]) -> None:
        self._path, self._when = socket_path, when
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listening.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        self._listening.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                near, _ = self._listening.accept()
                far = socket.socket(socket.AF_UNIX)
                far.connect(self._path)
                ended = threading.Event()  # set: what comes back is kept from the program
                threading.Thread(target=self._there, args=(near, far, ended), daemon=True).start()
                threading.Thread(target=self._back, args=(near, far, ended), daemon=True).start()

    def _there(self, near: socket.socket, far: socket.socket, ended: threading.Event) -> None:
        with suppress(OSError):
            while piece := near.recv(PIECE_BYTES):
                cut = self._when(piece)
                if cut == "before":
                    break
                if cut == "after":
                    ended.set()
                far.sendall(piece)
        if not ended.is_set():
            _end(near, far)

    def _back(self, near: socket.socket, far: socket.socket, ended: threading.Event) -> None:
        with suppress(OSError):
            while piece := far.recv(PIECE_BYTES):
                if ended.is_set():
                    break
                near.sendall(piece)
        _end(near, far)


def _end(*sockets: socket.socket) -> None:
    for one in sockets:
        with suppress(OSError):
            one.shutdown(socket.SHUT_RDWR)
        one.close()


@contextmanager
def wire(socket_path: str, when: Callable[[bytes], Cut | None]) -> Iterator[Wire]:
    made = Wire(socket_path, when)
    try:
        yield made
    finally:
        made.close()
