"""P6, P7 and P8: the product's own server, in a process of its own, asked by eight clients that wait for each answer.

P6 is a whole POST: checked, let in, appended, projected, what it moved read back and answered; beside it what P1
measures with eight writers on one timeline, the append alone. P7 reads the estimate of one key after another, in no
order and none twice before all were asked, beside an endpoint of the same server that selects 1; what the server keeps
in memory it may use, so the second key of a tree is cheaper than the first. P8 is the same two against a small timeline
in the same database; each is a cost, so less is better. The small timeline grows by the posts of each round.

A server that has just started reads of each key once what was said of it. What is measured is one that runs: before the
first row it takes as many posts as will be measured, on either timeline.

On a machine of two processors the clients and PostgreSQL take what the server leaves.
"""

import http.client
import secrets
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import cycle, islice
from random import Random
from urllib.parse import urlencode

from sqlalchemy import Engine

from app.database.engine import make_engine, writing
from app.ledger import keys
from app.projections import runner
from app.recording import Given
from tests.bench.appending import appending, reports
from tests.bench.crew import Crew, Requests
from tests.bench.filling import fill, line
from tests.bench.rows import Row, interleaved
from tests.bench.served import PATH
from tests.bench.server import ROOT, Server
from tests.bench.sizes import Sizes
from tests.bench.workload import Key, keys_of, names, workload

START_SECONDS_MAX = 60
LONGER = 4
"""A round of P6 has so many times the posts of one of P8: right after a round of appends the disk is still busy."""


class Timeline:
    """A timeline of so many events behind a server, and what is sent to it."""

    def __init__(self, engine: Engine, name: str, events: int, posts: int) -> None:
        self.name = name
        told = workload(events + posts * 2)
        defined = sum(1 for _ in names())
        self.half = defined + events // 2
        """The names come first, and nothing can be asked before them."""
        fill(engine, name, islice(told, defined + events))
        runner.catch_up(engine, name)
        self._coming = iter([one for one in told if one.type == "development_reported.v1"][:posts])

    def coming(self, many: int) -> list[Given]:
        """Reports that it has not got yet."""
        return list(islice(self._coming, many))


class Served:
    """The server's address, and rounds of requests to it."""

    def __init__(self, url: str, key: str, crew: Crew, sizes: Sizes) -> None:
        self._url, self._key, self._crew, self._sizes = url, key, crew, sizes
        self._keys: list[Key] = keys_of()
        Random("keys").shuffle(self._keys)

    def posts(self, timeline: Timeline, *, times: int = 1) -> Callable[[], float]:
        """Rounds of so many times the posts of a round."""
        path, holding = f"/v1/timelines/{timeline.name}/events", b'"projected":true'

        def one_round() -> float:
            raw = [self._post(path, line(one)) for one in timeline.coming(times * self._sizes.posts)]
            return self._rate([Requests(self._url, share, 201, holding) for share in self._shares(raw)])

        return one_round

    def estimates(self, timeline: Timeline, *, half: bool = False) -> Callable[[], float]:
        """As of now, or as of the position in the middle of its history."""
        known = {"known_at": f"position:{timeline.half}"} if half else {}
        asked = [{"measure": measure, "actor": actor, "place": place} | known for measure, actor, place in self._keys]
        return self.gets([f"/v1/timelines/{timeline.name}/estimates?{urlencode(one)}" for one in asked])

    def gets(self, paths: Sequence[str]) -> Callable[[], float]:
        coming = cycle([_get(path) for path in paths])

        def one_round() -> float:
            raw = list(islice(coming, self._sizes.requests))
            return self._rate([Requests(self._url, share, 200) for share in self._shares(raw)])

        return one_round

    def _rate(self, works: Sequence[Requests]) -> float:
        return self._crew.rate(works)

    def _shares(self, raw: list[bytes]) -> list[list[bytes]]:
        return [raw[member :: self._crew.size] for member in range(self._crew.size)]

    def _post(self, path: str, body: bytes) -> bytes:
        head = f"POST {path} HTTP/1.1\r\nHost: bench\r\nAuthorization: Bearer {self._key}\r\n"
        return f"{head}Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body


def measure(server: Server, sizes: Sizes, crew: Crew) -> Iterator[Row]:
    with server.database() as url, server.database() as other:
        engine, key = make_engine(url), keys.write_key(secrets.token_bytes(keys.SECRET_BYTES))
        with writing(engine) as connection:
            keys.create(connection, "bench", key, role="admin")
        posts = sizes.posts * sizes.rounds
        large = Timeline(engine, "large", sizes.events, (2 + LONGER) * posts)
        small = Timeline(engine, "small", sizes.small, 2 * posts)
        with _serving(url) as address:
            served = Served(address, key, crew, sizes)
            for timeline in (large, small):
                _warm_up(served.posts(timeline), sizes.rounds)
            yield _p6(served, large, other, sizes, crew)
            yield from _p7(served, large, sizes)
            yield from _p8(served, large, small, sizes)
        engine.dispose()


def _warm_up(one_round: Callable[[], float], rounds: int) -> None:
    for _ in range(rounds):
        one_round()


def _p6(served: Served, large: Timeline, other: str, sizes: Sizes, crew: Crew) -> Row:
    told = reports(sizes.appends * sizes.rounds)
    pairs = interleaved(sizes.rounds, served.posts(large, times=LONGER), appending(other, "beside", told, sizes, crew))
    work = "POST a report, projected and answered, 8 clients"
    return Row(name="P6", work=work, unit="/s", asked=0.12, aim=0.25).with_rounds(pairs)


def _p7(served: Served, large: Timeline, sizes: Sizes) -> Iterator[Row]:
    one = served.gets([PATH])
    pairs = interleaved(sizes.rounds, served.estimates(large), one)
    work = "current estimate over HTTP, beside select 1"
    yield Row(name="P7", work=work, unit="/s", asked=0.5, aim=0.7).with_rounds(pairs)
    pairs = interleaved(sizes.rounds, served.estimates(large, half=True), one)
    work = "the same as of half the history"
    yield Row(name="P7", work=work, unit="/s", asked=0.25, aim=0.4).with_rounds(pairs)


def _p8(served: Served, large: Timeline, small: Timeline, sizes: Sizes) -> Iterator[Row]:
    against = f"{sizes.events:,} events beside {sizes.small:,}"
    for what, asked in (
        (f"cost of a POST, {against}", served.posts),
        (f"cost of a current estimate, {against}", served.estimates),
        (f"cost of one as of half, {against}", lambda timeline: served.estimates(timeline, half=True)),
    ):
        pairs = interleaved(sizes.rounds, _milliseconds(asked(large)), _milliseconds(asked(small)))
        yield Row(name="P8", work=what, unit="ms", asked=1.5, aim=1.2, most=True).with_rounds(pairs)


def _milliseconds(rate: Callable[[], float]) -> Callable[[], float]:
    return lambda: 1000 / rate()


def _get(path: str) -> bytes:
    return f"GET {path} HTTP/1.1\r\nHost: bench\r\n\r\n".encode()


@contextmanager
def _serving(url: str) -> Iterator[str]:
    port = _free_port()
    command = [sys.executable, "-m", "tests.bench.served", url, str(port)]
    quiet = subprocess.DEVNULL
    with subprocess.Popen(command, cwd=ROOT, stdin=quiet, stdout=quiet, stderr=quiet) as process:
        try:
            _await_ready(process, port)
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()


def _free_port() -> int:
    with socket.socket() as tried:
        tried.bind(("127.0.0.1", 0))
        return int(tried.getsockname()[1])


def _await_ready(process: subprocess.Popen[bytes], port: int) -> None:
    until = time.monotonic() + START_SECONDS_MAX
    while time.monotonic() < until and process.poll() is None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        try:
            connection.request("GET", "/readyz")
            if connection.getresponse().status == http.client.OK:
                return
        except OSError:
            time.sleep(0.1)
        finally:
            connection.close()
    raise RuntimeError("the server that is to be measured does not become ready")
