"""What is counted and timed in this process, and the page on which Prometheus finds it, beside what the database tells.

Every label has few values: a route is a template, never a path; a method or a code that is not ours is "other"; of
timelines only so many are told. No key, no address and no name of a report is a label.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from time import perf_counter
from typing import Any

from litestar import Request, Response, get
from prometheus_client import CollectorRegistry, Counter, Histogram, Info, ProcessCollector, disable_created_metrics
from prometheus_client.exposition import choose_encoder
from sqlalchemy import Engine

from app.api.codes import PAGES
from app.api.gauges import Gauges
from app.api.health import program_version

METHODS = frozenset({"GET", "HEAD", "POST", "OPTIONS"})
OTHER = "other"
NOWHERE = "none"
"""The route of a request that leads nowhere."""

# A series more for each, which says when the process began.
disable_created_metrics()  # type: ignore[no-untyped-call]  # it declares none

_BUCKETS_SECONDS = (0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)


class Metrics:
    """Those of one application, in a registry of its own: several in one process do not count for each other."""

    def __init__(self, engine: Engine) -> None:
        self.registry = CollectorRegistry()
        own: dict[str, Any] = {"registry": self.registry}
        timed: dict[str, Any] = {**own, "buckets": _BUCKETS_SECONDS}
        what = "Requests that were answered."
        self._requests = Counter("muster_requests", what, ["method", "route", "status"], **own)
        what = "From a request's head to the end of its answer."
        self._seconds = Histogram("muster_request_seconds", what, ["method", "route"], **timed)
        what = "Requests that were refused or failed, by the problem that they were answered with."
        self._refusals = Counter("muster_refusals", what, ["code"], **own)
        self._appends = Histogram("muster_append_seconds", "Recording one event, until it is safe.", **timed)
        Info("muster", "The program.", **own).info({"version": program_version()})
        self.registry.register(Gauges(engine))
        ProcessCollector(**own)

    def answered(self, method: str, route: str | None, status: int, seconds: float) -> None:
        labels = method if method in METHODS else OTHER, route or NOWHERE
        self._requests.labels(*labels, str(status)).inc()
        self._seconds.labels(*labels).observe(seconds)

    def refused(self, code: str) -> None:
        self._refusals.labels(code if code in PAGES else OTHER).inc()

    @contextmanager
    def appending(self) -> Iterator[None]:
        """What is refused meanwhile is not counted: it appended nothing."""
        started = perf_counter()
        yield
        self._appends.observe(perf_counter() - started)


# Who reads everything may read this, and so a key for some timelines may not: it tells of all of them.
@get("/metrics", sync_to_thread=True, include_in_schema=False, opt={"access": "read", "whole": True})
def show_metrics(request: Request[Any, Any, Any]) -> Response[bytes]:
    """In the form that the asker reads: Prometheus's own, or OpenMetrics."""
    metrics: Metrics = request.app.state.metrics
    encode, media_type = choose_encoder(request.headers.get("accept", ""))
    return Response(encode(metrics.registry), media_type=media_type)


HANDLERS = [show_metrics]
