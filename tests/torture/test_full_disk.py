"""The disk is full: what cannot be kept is answered 503 and not half kept; once there is room it goes on by itself.

The disk is a small file system in memory with all of the data directory on it, the server's own log too. It is
filled to the last byte by somebody else's file, and that is removed again. Mounting takes root.
"""

import os
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from app.database import embedded
from tests.cli.processes import connected
from tests.torture.effort import effort
from tests.torture.reckoning import kept, reckon
from tests.torture.serving import served

DISK_BYTES = 192 * 1024**2
PIECE_BYTES = 64 * 1024
TIMES = effort(1, 5)
REFUSED_EACH = 20
CLIENTS = 4


def test_what_was_acknowledged_survives_a_full_disk(tell: Callable[[str], None]) -> None:
    if os.geteuid() != 0:
        pytest.skip("a small disk can be mounted by root alone")
    began = time.monotonic()
    with small_disk() as disk, served(disk) as server:
        load = server.load("t", clients=CLIENTS)
        with load.running():
            for _ in range(TIMES):
                more = len(load.acknowledged) + CLIENTS
                load.wait(lambda: len(load.acknowledged) > more)  # noqa: B023 -- as below
                with filled(disk):
                    least = load.again["503"] + REFUSED_EACH
                    load.wait(lambda: load.again["503"] >= least)  # noqa: B023 -- asked in this turn alone
                    assert load.again["503"] >= least
        assert load.faults == []
        with connected(server.home, pool_size=4) as engine:
            events = reckon(engine, "t", load.acknowledged)
    tell(
        f"R2  disk full {TIMES} times: {kept(len(load.acknowledged), events)};"
        f" {load.again['503']:,} answered 503 and sent again; {time.monotonic() - began:.0f} s"
    )


@contextmanager
def small_disk() -> Iterator[Path]:
    """Nobody needs to reach it by a long path, and nothing stays of it."""
    at = Path(tempfile.mkdtemp(prefix="muster-test-"))
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={DISK_BYTES},mode=711", "muster", str(at)], check=True)
    try:
        yield at
    finally:
        embedded.stop(at)
        subprocess.run(["umount", str(at)], check=True)
        at.rmdir()


@contextmanager
def filled(disk: Path) -> Iterator[None]:
    """To the last byte."""
    ballast = disk / "ballast"
    with ballast.open("wb", buffering=0) as file:
        try:
            while True:
                file.write(bytes(PIECE_BYTES))
        except OSError:
            pass
    try:
        yield
    finally:
        ballast.unlink()
