"""The thread that carries out the replays which were asked of a server, and goes on with those that one left behind."""

import os
import platform
import threading
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import structlog
from litestar import Litestar
from sqlalchemy import Engine

from app.projections.replay.working import work_once
from app.projections.tables import replays

PAUSE_SECONDS = 1.0
STOP_SECONDS_MAX = 2.0
_LOG = structlog.get_logger()


@asynccontextmanager
async def replaying(app: Litestar) -> AsyncGenerator[None, None]:
    """The thread lives as long as the application: it gives its replay back after the range that it is at.

    One that takes longer, or whose application is cut short, is not waited for: what it had not committed is lost, and
    its lease lapses.
    """
    stopped = threading.Event()
    given = (app.state.engine, app.state.settings.lease_seconds, stopped)
    thread = threading.Thread(target=_run, args=given, name="replaying", daemon=True)
    thread.start()
    patience_seconds = 0.0
    try:
        yield
        patience_seconds = STOP_SECONDS_MAX
    finally:
        stopped.set()
        thread.join(patience_seconds)


def _run(engine: Engine, lease_seconds: int, stopped: threading.Event) -> None:
    worker, failing = worker_name(), False
    while not stopped.is_set():
        try:
            if work_once(engine, worker, replays.c.served, lease_seconds=lease_seconds, stopped=stopped):
                continue
            failing = False
        except Exception as error:  # noqa: BLE001 -- the lease lapses, and the next pass takes it up; each failure is told once
            if not failing and not stopped.is_set():
                _LOG.warning("cannot replay", reason=str(error).split("\n", 1)[0])
            failing = True
        stopped.wait(PAUSE_SECONDS)


def worker_name() -> str:
    """Who is at work, for people."""
    return f"{platform.node()}:{os.getpid()}"
