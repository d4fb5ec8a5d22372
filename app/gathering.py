"""What several requests hand in at one moment is recorded together: one look, one append, one round of projecting.

One request at a time records for a timeline, and takes along all who wait behind it: a transaction and the statements
around it cost several times what one event adds to them. Who was just answered tends to come again at once, so a round
waits a moment for as many as the last one had. Nobody gets another's outcome: where several cannot go together, each
goes on its own.
"""

from collections import deque
from collections.abc import Iterator, Sequence
from datetime import date
from itertools import groupby
from threading import Condition, Lock
from typing import Any
from weakref import WeakKeyDictionary, WeakValueDictionary

import msgspec
from sqlalchemy import Engine

from app.database.engine import speaking
from app.domain.errors import MusterError, Refused
from app.ledger.door import Candidate
from app.ledger.log import Receipt
from app.projections.estimates.reading import moved
from app.recording import Given, candidate, project, record_candidates

TOGETHER_MAX = 50
"""So many events at most are recorded in one go, so that nobody waits long for what others hand in."""
COMPANY_SECONDS = 0.02
"""So long at most a round waits for those who may come again: less than a round of its own would take them."""
QUEUES_HELD_MAX = 64
"""So many timelines, of those that were recorded for last, are remembered with the company that they had."""


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """`moved` is what the event moved; None while the projections have not come to it."""

    receipt: Receipt
    moved: Sequence[dict[str, Any]] | None

    @property
    def projected(self) -> bool:
        return self.moved is not None


class _Handed:
    """One event in the queue, with what became of it."""

    def __init__(self, candidate: Candidate, recorded_by: str, expected: int | None) -> None:
        self.candidate = candidate
        self.recorded_by = recorded_by
        self.expected = expected
        self.settled = False
        self.outcome: Outcome | None = None
        self.error: Exception | None = None

    @property
    def company(self) -> tuple[str, int | None]:
        """Those with the same can go in one append. Who expects a position goes first of its own, and so alone."""
        return self.recorded_by, id(self) if self.expected is not None else None


class _Queue:
    """Who waits to record for one timeline. One of them at most records, for all whom he has taken along."""

    def __init__(self) -> None:
        self._changed = Condition()
        self._waiting: list[_Handed] = []
        self._recording = False
        self._company = 0

    def __len__(self) -> int:
        return len(self._waiting)

    def join(self, handed: _Handed) -> None:
        with self._changed:
            self._waiting.append(handed)
            self._changed.notify_all()

    def take(self, own: _Handed) -> list[_Handed]:
        """Whom the caller is to settle and then to `part` with, once it is his turn; nobody once his own is settled."""
        with self._changed:
            self._changed.wait_for(lambda: own.settled or not self._recording)
            if own.settled:
                return []
            self._recording = True
            self._changed.wait_for(lambda: len(self._waiting) >= self._company, COMPANY_SECONDS)
            taken, self._waiting = self._waiting[:TOGETHER_MAX], self._waiting[TOGETHER_MAX:]
        return taken

    def part(self, taken: Sequence[_Handed]) -> None:
        """These are settled; with those who came meanwhile they are as many as may be there next time."""
        with self._changed:
            self._company = min(len(taken) + len(self._waiting), TOGETHER_MAX)
            self._recording = False
            self._changed.notify_all()


class _Queues:
    """Those of one database: as long as anybody stands in them, and the last few, which know their company."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._by_timeline: WeakValueDictionary[str, _Queue] = WeakValueDictionary()
        self._lately: deque[_Queue] = deque(maxlen=QUEUES_HELD_MAX)

    def of(self, timeline: str) -> _Queue:
        with self._lock:
            queue = self._by_timeline.setdefault(timeline, _Queue())
            self._lately.append(queue)
        return queue


_OF: WeakKeyDictionary[Engine, _Queues] = WeakKeyDictionary()


def hand_in(
    engine: Engine, timeline: str, given: Given, *, recorded_by: str, today: date, expected: int | None = None
) -> Outcome:
    """Record and project one event, together with those who come at the same moment.

    Raises what `recording.record` raises for this event alone.
    """
    handed = _Handed(candidate(given, today=today), recorded_by, expected)
    queue = _queue(engine, timeline)
    queue.join(handed)
    while taken := queue.take(handed):
        try:
            _settle(engine, timeline, taken)
        finally:
            queue.part(taken)
    if handed.error is not None:
        raise handed.error
    if handed.outcome is None:
        raise RuntimeError("an event was settled without an outcome")
    return handed.outcome


def waiting(engine: Engine, timeline: str) -> int:
    """How many events stand in the queue of this process, besides those that are being recorded."""
    return len(_queue(engine, timeline))


def _queue(engine: Engine, timeline: str) -> _Queue:
    return _OF.setdefault(engine, _Queues()).of(timeline)


def _settle(engine: Engine, timeline: str, taken: Sequence[_Handed]) -> None:
    """Every one of them gets its outcome or its error, whatever happens."""
    try:
        receipts: list[tuple[_Handed, Receipt]] = []
        for _, company in groupby(taken, key=lambda one: one.company):
            receipts += _append(engine, timeline, list(company))
        if receipts:
            effects = _project(engine, timeline, [receipt.position for _, receipt in receipts])
            for handed, receipt in receipts:
                handed.outcome = Outcome(receipt=receipt, moved=effects.get(receipt.position))
    except Exception as error:  # noqa: BLE001 -- raised again by each who waits for it
        for handed in taken:
            handed.error = handed.error or error
    finally:
        for handed in taken:
            handed.settled = True


def _append(engine: Engine, timeline: str, company: Sequence[_Handed]) -> Iterator[tuple[_Handed, Receipt]]:
    first = company[0]
    try:
        receipts = record_candidates(
            engine,
            timeline,
            [one.candidate for one in company],
            recorded_by=first.recorded_by,
            expected=first.expected,
        )
    except MusterError as error:
        if len(company) == 1 or not isinstance(error, Refused):
            for one in company:
                one.error = error
            return
        for one in company:
            yield from _append(engine, timeline, [one])
        return
    yield from zip(company, receipts, strict=True)


def _project(engine: Engine, timeline: str, positions: Sequence[int]) -> dict[int, list[dict[str, Any]]]:
    """What each of these moved; nothing where the projections did not come that far."""
    if not project(engine, timeline, max(positions)):
        return {}
    with speaking(engine) as connection:
        return moved(connection, timeline, positions)
