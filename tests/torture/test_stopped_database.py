"""PostgreSQL is stopped with `immediate` under the server, again and again: it answers 503 and comes back by itself.

`make torture` stops it twenty times. Nobody starts anything: the server does.
"""

import http.client
import os
import random
import signal
import threading
import time
from collections import Counter
from collections.abc import Callable

from tests.cli.processes import connected, new_home
from tests.torture.effort import SEED, effort
from tests.torture.load import PATIENCE_SECONDS, PAUSE_SECONDS, asking_at
from tests.torture.reckoning import kept, reckon
from tests.torture.serving import Served, served

STOPS = effort(1, 20)
CLIENTS = 4
UP_SECONDS_MAX = 3.0
TIMELINE = "t"


def test_what_was_acknowledged_survives_every_stop_of_the_database(tell: Callable[[str], None]) -> None:
    chance = random.Random(SEED)
    began, away = time.monotonic(), []
    with new_home() as home, served(home) as server:
        load = server.load(TIMELINE, clients=CLIENTS)
        with reading_beside(server) as read, load.running():
            for _ in range(STOPS):
                time.sleep(chance.uniform(0, UP_SECONDS_MAX))
                away.append(stopped_once(server))
        assert load.faults == []
        assert load.again["503"] > 0
        assert set(read) <= {"200", "503 with Retry-After"}
        with connected(home, pool_size=4) as engine:
            events = reckon(engine, TIMELINE, load.acknowledged)
    told = ", ".join(f"{times:,} x {what}" for what, times in read.most_common())
    tell(
        f"R2  PostgreSQL stopped {STOPS} times with `immediate` (seed {SEED}): {kept(len(load.acknowledged), events)};"
        f" back by itself within {max(away):.1f} s, {load.again['503']:,} posts answered 503 and sent again,"
        f" reads {told}; {time.monotonic() - began:.0f} s"
    )


def stopped_once(server: Served) -> float:
    """Seconds until the server is ready again."""
    began, ask, stopped = time.monotonic(), asking_at(lambda: server.url), postmaster_of(server)
    assert stopped is not None
    os.kill(stopped, signal.SIGQUIT)
    while postmaster_of(server) in {None, stopped} or ask("GET", "/readyz", None, {})[0] != http.client.OK:
        assert time.monotonic() - began < PATIENCE_SECONDS
        time.sleep(PAUSE_SECONDS)
    return time.monotonic() - began


def postmaster_of(server: Served) -> int | None:
    """The process that PostgreSQL's own file names; asking `embedded` would start one."""
    try:
        return int((server.home / "postgres" / "postmaster.pid").read_text(encoding="utf-8").split("\n")[0])
    except (FileNotFoundError, ValueError):
        return None


class reading_beside:  # noqa: N801 -- used as a phrase
    """Somebody who only reads, all the while; how often he was answered what."""

    def __init__(self, server: Served) -> None:
        self._ask, self._ended = asking_at(lambda: server.url), threading.Event()
        self._thread = threading.Thread(target=self._read)
        self._answers = Counter[str]()

    def __enter__(self) -> Counter[str]:
        self._thread.start()
        return self._answers

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join()

    def _read(self) -> None:
        while not self._ended.wait(PAUSE_SECONDS):
            try:
                status, headers, _ = self._ask("GET", f"/v1/timelines/{TIMELINE}/estimates", None, {})
                self._answers[f"{status}{' with Retry-After' if 'retry-after' in headers else ''}"] += 1
            except (OSError, http.client.HTTPException) as error:
                self._answers[type(error).__name__] += 1
