"""A worker as a process of its own, for tests that kill it: `python -m … URL REPLAY LEASE_SECONDS SIZE`."""

import os
import sys
import threading
from uuid import UUID

from app.database.engine import make_engine
from app.projections.replay.working import work


def main(url: str, replay: str, lease_seconds: str, size: str) -> None:
    work(
        make_engine(url),
        UUID(replay),
        f"worker {os.getpid()}",
        lease_seconds=int(lease_seconds),
        stopped=threading.Event(),
        size=int(size),
    )


if __name__ == "__main__":
    main(*sys.argv[1:])
