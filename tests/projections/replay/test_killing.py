"""A replay whose workers are killed at random moments ends as one that nobody disturbs, and readers never notice.

`make torture` kills twenty (KILLS) and prints its numbers.
"""

import os
import random  # noqa: TID251 -- seeded: one seed is one run
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import Engine

from app.asgi import new_id
from app.database.engine import make_engine, reading, writing
from app.projections import runner
from app.projections.replay.asking import Asked, meant_by, start
from app.projections.replay.replays import OPEN, Replay, find
from tests.asking import RUSSIA, Asking
from tests.projections.replay.rows import rows_in
from tests.replaying import replayed

KILLS = int(os.environ.get("KILLS", "3"))
SEED = int(os.environ.get("SEED", "20241127"))
LEASE_SECONDS = 1
SIZE = max(2, 48 // KILLS)
"""Events in a range: few, so that a replay of a seed has many moments to be killed in."""
ALIVE_SECONDS_MAX = min(3.0, 12 / KILLS)
"""Counted from when a worker has taken the replay; the more are killed, the less each may get done."""
WAIT_SECONDS = 120.0


@pytest.mark.parametrize("timeline", [RUSSIA])
def test_killed_workers_change_nothing(seeded_afresh: Asking, timeline: str, tell: Callable[[str], None]) -> None:
    asking = seeded_afresh.of(timeline)
    url = asking.client.app.state.engine.url.render_as_string(hide_password=False)
    engine = make_engine(url)
    before = asking.get("/estimates?limit=5")
    chance = random.Random(SEED)  # noqa: S311 -- a seed is one run, and nothing here is a secret
    with writing(engine) as connection:
        replay = start(connection, timeline, new_id(), Asked(switch="never"))
    asked, reached, began = 0, [], time.monotonic()
    for _ in range(KILLS):
        with worker(url, replay) as process:
            alive = chance.uniform(0, ALIVE_SECONDS_MAX)
            until = time.monotonic() + WAIT_SECONDS
            while time.monotonic() < until:
                if until - time.monotonic() > alive and now(engine, replay).worker == f"worker {process.pid}":
                    until = time.monotonic() + alive
                assert asking.get("/estimates?limit=5") == before
                asked += 1
            process.kill()
        reached.append(now(engine, replay).position)
        if now(engine, replay).state not in OPEN:
            break  # it had come to its end before it was killed
    with worker(url, replay) as process:
        assert process.wait(WAIT_SECONDS) == 0
    ended = now(engine, replay)
    assert (ended.state, ended.reason, ended.position) == ("kept", None, ended.head)
    with reading(engine) as connection:
        built = meant_by(connection, timeline, ended.generations)
    undisturbed = replayed(engine, timeline)
    assert undisturbed.state == "switched"
    with reading(engine) as connection:
        assert rows_in(engine, built) == rows_in(engine, runner.active_generations(connection, timeline))
    engine.dispose()
    tell(
        f"R3  {len(reached)} workers of a replay killed (seed {SEED}) at positions {reached} of {ended.head}: equal to"
        f" an undisturbed one; {asked} answers meanwhile, all the same; {time.monotonic() - began:.0f} s"
    )


def worker(url: str, replay: Replay) -> "subprocess.Popen[bytes]":
    module = "tests.projections.replay.worker"
    return subprocess.Popen(
        [sys.executable, "-P", "-m", module, url, str(replay.replay), str(LEASE_SECONDS), str(SIZE)],
        env={**os.environ, "PYTHONPATH": str(Path.cwd())},
    )


def now(engine: Engine, replay: Replay) -> Replay:
    with reading(engine) as connection:
        (found,) = find(connection, replay.replay)
    return found
