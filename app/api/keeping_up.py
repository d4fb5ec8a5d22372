"""The thread that keeps the projections at the ledger's head, whoever appended: at start, then once a second."""

import threading
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import structlog
from litestar import Litestar
from sqlalchemy import Engine

from app.projections import runner

PAUSE_SECONDS = 1.0
STOP_SECONDS_MAX = 2.0
_LOG = structlog.get_logger()


@asynccontextmanager
async def keeping_up(app: Litestar) -> AsyncGenerator[None, None]:
    """The thread lives as long as the application. A long pass is not waited for: it ends with the process; nor is any
    where the application is cut short.
    """
    ended = threading.Event()
    thread = threading.Thread(target=_run, args=(app.state.engine, ended), name="keeping-up", daemon=True)
    thread.start()
    patience_seconds = 0.0
    try:
        yield
        patience_seconds = STOP_SECONDS_MAX
    finally:
        ended.set()
        thread.join(patience_seconds)


def _run(engine: Engine, ended: threading.Event) -> None:
    """A projection that was stuck before the start is tried once more: the program may be a newer one."""
    retry_stuck, failing = True, False
    while not ended.is_set():
        try:
            runner.catch_up_all(engine, retry_stuck=retry_stuck)
            retry_stuck = False
            if failing:
                _LOG.info("keeping up again")
            failing = False
        except Exception as error:  # noqa: BLE001 -- whatever it is, the next pass may do better; each failure is told once
            if not failing and not ended.is_set():
                _LOG.warning("cannot keep up", reason=str(error).split("\n", 1)[0])
            failing = True
        ended.wait(PAUSE_SECONDS)
