"""The reference for P2 and P4: the `eventsourcing` library on PostgreSQL, as it comes, with events of the same bodies.

The one module that imports it; no test does, so that the suite runs where only the product is installed. `save()` is
timed alone, for aggregates made before, with one event each: nothing but storing is in it. Its projection writes one
row and its tracking for each event in one transaction, the least that an exactly-once view can do.
"""

import threading
import time
from collections.abc import Sequence
from typing import Any
from uuid import uuid4

from eventsourcing.application import Application
from eventsourcing.domain import Aggregate, event
from eventsourcing.postgres import PostgresTrackingRecorder
from eventsourcing.projection import Projection, ProjectionRunner
from psycopg.sql import SQL, Identifier
from sqlalchemy import make_url

WAIT_SECONDS_MAX = 600


class Report(Aggregate):
    """One event, as a report is one."""

    @event("Told")
    def __init__(self, body: str) -> None:
        self.body = body


class Reports(Application[Any]):
    """Stores them."""


class View(PostgresTrackingRecorder):
    """One row for each event, with the tracking that makes it exactly once."""

    def __init__(self, datastore: Any, **kwargs: Any) -> None:
        super().__init__(datastore, **kwargs)
        table = (Identifier(self.datastore.schema), Identifier(f"{self.tracking_table_name}_rows"))
        self.sql_create_statements.append(
            SQL("CREATE TABLE IF NOT EXISTS {0}.{1} (report uuid PRIMARY KEY, bytes integer)").format(*table)
        )
        self._write = SQL("INSERT INTO {0}.{1} VALUES (%s, %s)").format(*table)

    def tell(self, report: Any, size: int, tracking: Any) -> None:
        with self.datastore.transaction(commit=True) as cursor:
            cursor.execute(self._write, (report, size), prepare=True)
            self._insert_tracking(cursor, tracking)


class Sizes(Projection[Any]):
    """Each report's size. It says itself when it is through: the runner's own `wait` would look only now and then."""

    last = 0
    through = threading.Event()

    def process_event(self, domain_event: Any, tracking: Any) -> None:
        self.view.tell(domain_event.originator_id, len(domain_event.body), tracking)
        if tracking.notification_id >= self.last:
            self.through.set()


def environment(url: str) -> dict[str, str]:
    address = make_url(url)
    return {
        "PERSISTENCE_MODULE": "eventsourcing.postgres",
        "POSTGRES_DBNAME": address.database or "",
        "POSTGRES_HOST": str(address.query["host"]),
        "POSTGRES_PORT": str(address.query["port"]),
        "POSTGRES_USER": address.username or "",
        "POSTGRES_PASSWORD": "",
    }


class Library:
    """An application with what was saved in it; close it before its database goes."""

    def __init__(self, url: str) -> None:
        self._environment = environment(url)
        self._reports = Reports(env=self._environment)
        self._saved = 0

    def save(self, bodies: Sequence[str]) -> float:
        """Saved a second."""
        told = [Report(body) for body in bodies]
        start = time.perf_counter()
        for one in told:
            self._reports.save(one)
        self._saved += len(told)
        return len(told) / (time.perf_counter() - start)

    def project(self) -> float:
        """All that was saved, projected from the beginning into a view of its own: events a second."""
        last, through = self._reports.recorder.max_notification_id(), threading.Event()
        sizes = type(f"Sizes{uuid4().hex[:8]}", (Sizes,), {"last": last, "through": through})
        start = time.perf_counter()
        with ProjectionRunner(
            application_class=Reports, projection_class=sizes, view_class=View, env=self._environment
        ):
            if not through.wait(WAIT_SECONDS_MAX):
                raise TimeoutError("the library's projection does not come to its end")
            return self._saved / (time.perf_counter() - start)

    def close(self) -> None:
        self._reports.close()
