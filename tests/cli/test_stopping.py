"""`muster up` when it is stopped or killed, at whatever moment."""

import signal
import time
from contextlib import ExitStack
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import create_engine, text

from app.cli import bundled
from app.database import embedded
from app.recording import Given, record
from tests.cli.processes import (
    SEED,
    SOURCE,
    WAIT_SECONDS,
    connected,
    half_sent,
    heads,
    lags,
    launch,
    new_home,
    processes_of,
    up,
)
from tests.conftest import TODAY


def record_unprojected(home: Path) -> None:
    """What a process leaves that is killed between appending and projecting."""
    given = Given(type=str(SOURCE["type"]), body=SOURCE["body"], event_id=UUID(int=7))
    with connected(home) as engine:
        record(engine, SEED, [given], recorded_by="key:test", today=TODAY)


def test_it_survives_being_killed_and_leaves_nothing_behind_when_it_is_stopped() -> None:
    with new_home() as home:
        with up(home) as first:
            first.stop(signal.SIGKILL)
        assert embedded.is_running(home)
        before = heads(home)
        record_unprojected(home)
        assert lags(home) == {0, 1}
        with up(home) as second:
            assert second.ready["seeded"] == []
            assert second.ready["key"] == "known"
            assert lags(home) == {0}
            assert second.stop() == 0
        assert processes_of(home) == []
        assert heads(home) == {**before, SEED: before[SEED] + 1}


def test_nobody_is_waited_for_when_it_is_stopped() -> None:
    """A client who sends no more, and a request that waits for a lock, would otherwise hold it for ever."""
    with new_home() as home, up(home) as running, ExitStack() as stack:
        server = embedded.start(home)
        engine = create_engine(server.url_for(embedded.SUPERUSER, bundled.DATABASE))
        holder = stack.enter_context(engine.connect())
        holder.execute(text("SELECT * FROM heads FOR UPDATE"))
        for path, media, body in (("imports", "application/x-ndjson", "{"), ("events", "application/json", SOURCE)):
            stack.enter_context(half_sent(running, path, media, body))
        assert running.stop() == 0
        holder.invalidate()
        engine.dispose()
        assert processes_of(home) == []


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_it_can_be_stopped_while_it_starts(how: signal.Signals) -> None:
    with new_home() as home:
        process = launch(home)
        while process.poll() is None and not (home / bundled.USERS).exists():
            time.sleep(0.01)
        process.send_signal(how)
        _, complained = process.communicate(timeout=WAIT_SECONDS)
        assert (process.returncode, complained) == (0, "")
        assert processes_of(home) == []
