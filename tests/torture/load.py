"""Clients that record without a pause and do not give up: what was not answered is sent again, as the same request.

A client trusts nothing but an answer. Every request has an `Idempotency-Key` of its own; a refused connection, one that
breaks off and 503 are reasons to send it again, and anything else that is not 201 is a fault.
"""

import http.client
import json
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import msgspec

from tests.projections.ledgers import SOURCES, WORLD, report

PAUSE_SECONDS = 0.05
ANSWER_SECONDS_MAX = 60
PATIENCE_SECONDS = 240.0

Asked = tuple[int, dict[str, str], Any]
Ask = Callable[[str, str, Any, dict[str, str]], Asked]
"""Method, path, body and headers; gives status, headers in lower case and what was said. Raises OSError or
HTTPException where there is no answer."""


class Acknowledged(msgspec.Struct, frozen=True):
    """What a client was told of one of its requests."""

    position: int
    event_id: str
    summary: str


class Load:
    """Some clients on one timeline, each in a thread of its own."""

    def __init__(self, ask: Ask, key: str, timeline: str, *, clients: int) -> None:
        self._ask, self._key, self._timeline = ask, key, timeline
        self._stopped = threading.Event()
        self._threads = [threading.Thread(target=self._write, args=(number,)) for number in range(clients)]
        self.acknowledged: list[Acknowledged] = []
        self.faults: list[str] = []
        self.again: Counter[str] = Counter()
        """Why requests were sent again."""

    def prepare(self) -> None:
        """Make the timeline, with a small world in it."""
        self._until_answered("POST", "/v1/timelines", {"timeline": self._timeline, "title": "Load"}, {201, 409})
        for number, (name, body) in enumerate(WORLD):
            self._record({"type": name, "body": body}, f"world-{number}")

    @contextmanager
    def running(self) -> Iterator[None]:
        """Until the end, or until they are stopped."""
        for thread in self._threads:
            thread.start()
        try:
            yield
        finally:
            self.stop()

    def stop(self) -> None:
        """Returns once each client has the answer that it waited for."""
        self._stopped.set()
        for thread in self._threads:
            thread.join()

    def wait(self, enough: Callable[[], bool]) -> None:
        """Until it is enough, or something went wrong."""
        until = time.monotonic() + PATIENCE_SECONDS
        while not enough() and not self.faults and time.monotonic() < until:
            time.sleep(PAUSE_SECONDS)

    def _write(self, client: int) -> None:
        number = 0
        try:
            while not self._stopped.is_set() and not self.faults:
                number += 1
                text = f"{client}-{number}"
                _, body = report(text, source=SOURCES[(client + number) % len(SOURCES)], figure={"best": 1000 * number})
                del body["report"]  # named by its event: no rule of the ledger could tell a second one
                told = self._record({"type": "development_reported.v1", "body": {**body, "summary": text}}, text)
                self.acknowledged.append(Acknowledged(told["position"], told["event_id"], text))
        except Exception as error:  # noqa: BLE001 -- a thread's failure is heard where it is waited for
            self.faults.append(f"client {client}: {error!r}")

    def _record(self, event: Any, text: str) -> Any:
        return self._until_answered(
            "POST", f"/v1/timelines/{self._timeline}/events", event, {201}, **{"Idempotency-Key": text}
        )

    def _until_answered(self, method: str, path: str, body: Any, good: set[int], **more: str) -> Any:
        headers = {"Authorization": f"Bearer {self._key}", "Content-Type": "application/json", **more}
        until = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < until:
            try:
                status, answered, said = self._ask(method, path, body, headers)
            except (OSError, http.client.HTTPException) as error:
                self.again[type(error).__name__] += 1
                time.sleep(PAUSE_SECONDS)
                continue
            if status in good:
                return said
            if status != 503 or "retry-after" not in answered:
                raise AssertionError(f"{method} {path}: {status} {answered} {said}")
            self.again["503"] += 1
            time.sleep(PAUSE_SECONDS)
        raise AssertionError(f"{method} {path}: not answered within {PATIENCE_SECONDS:.0f} s")


def asking_at(where: Callable[[], str]) -> Ask:
    """Over HTTP, each request on a connection of its own, to wherever the server is by then."""

    def ask(method: str, path: str, body: Any, headers: dict[str, str]) -> Asked:
        connection = http.client.HTTPConnection(where().removeprefix("http://"), timeout=ANSWER_SECONDS_MAX)
        try:
            connection.request(method, path, json.dumps(body), headers)
            answer = connection.getresponse()
            told = json.loads(answer.read())
            return answer.status, {name.lower(): value for name, value in answer.getheaders()}, told
        finally:
            connection.close()

    return ask
