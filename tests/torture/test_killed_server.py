"""The server is killed with SIGKILL while clients record: they lose nothing, and nothing is there twice.

`make torture` kills a hundred times. Each round has a timeline of its own, on the one bundled PostgreSQL of all rounds.
"""

import random
import time
from collections import Counter
from collections.abc import Callable

from tests.cli.processes import connected, new_home
from tests.torture.effort import SEED, effort
from tests.torture.reckoning import kept, reckon
from tests.torture.serving import served

KILLS = effort(1, 100)
CLIENTS = 4
ALIVE_SECONDS_MAX = 1.5


def test_what_was_acknowledged_survives_every_kill(tell: Callable[[str], None]) -> None:
    chance = random.Random(SEED)
    began, again, acknowledged, events = time.monotonic(), Counter[str](), 0, 0
    with new_home() as home, served(home) as server:
        for kill in range(1, KILLS + 1):
            load = server.load(f"t{kill}", clients=CLIENTS)
            with load.running():
                time.sleep(chance.uniform(0, ALIVE_SECONDS_MAX))
                server.kill()
                server.start_again()
            assert load.faults == []
            with connected(home, pool_size=4) as engine:
                events += reckon(engine, f"t{kill}", load.acknowledged)
            acknowledged, again = acknowledged + len(load.acknowledged), again + load.again
    told = ", ".join(f"{times:,} {why}" for why, times in again.most_common())
    tell(
        f"R2  server killed {KILLS} times (seed {SEED}): {kept(acknowledged, events)}, each time;"
        f" sent again: {told}; {time.monotonic() - began:.0f} s"
    )
    assert acknowledged > KILLS
