"""Developments: what stands of every report, version by version, and what was done to it.

Rests on the registry for grades, same sources and documents; a change of any of these rewrites the reports that it
touches, at its own position.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Connection, and_, func, select, true

from app.database.bulk import insert_rows
from app.domain import developments as domain
from app.domain import events as e
from app.domain.dates import parse_edtf
from app.domain.developments import Development
from app.domain.sources import hops
from app.projections.developments.surroundings import Surroundings
from app.projections.generations import Generations, rows_of, stamp
from app.projections.projection import Event, Fold, Projection
from app.projections.registry import was_same_as
from app.projections.tables import developments, report_history
from app.projections.versions import Versions

_ENCODE = msgspec.json.Encoder().encode
_DECODE = msgspec.json.Decoder(Development).decode
FOLLOWED_MAX = 10_000
"""So many versions that grades make are in memory at once, or as many as one grade makes."""


class Developments(Fold):
    """One generation while events are applied. Of the reports only those of the batch are in memory."""

    def __init__(self, generations: Generations) -> None:
        self._generations = generations
        self._surroundings: Surroundings | None = None
        self._bearing: Counter[str] | None = None

    @property
    def size(self) -> int:
        return 0

    def apply(self, connection: Connection, events: Sequence[Event]) -> None:
        if not events:
            return
        if self._surroundings is None:
            self._surroundings = Surroundings(connection, self._generations, events[0].position - 1)
        known = self._surroundings
        known.begin(connection, filter(None, (_document_of(event.body) for event in events)))
        for part in self._parts_of(connection, events):
            batch = _Batch(connection, self._generations)
            batch.follow(_graded(part))
            batch.load({report for event in part if (report := _report_of(event.body)) is not None})
            for event in part:
                _apply_one(event, batch, known)
            batch.flush()

    def _parts_of(self, connection: Connection, events: Sequence[Event]) -> Iterator[Sequence[Event]]:
        """The events in their order, in parts whose grades so few reports bear that all their versions fit into memory.

        How many bear the letter of a source is counted where it first matters, and from then on added to: a report that
        no longer does is not taken off, so it is so many at most.
        """
        if self._bearing is None and sum(isinstance(event.body, e.SourceGraded) for event in events) > 1:
            self._bearing = _count_bearing(connection, self._generations)
        bearing = self._bearing
        if bearing is None:
            yield events
            return
        bearing.update(source for event in events for source in _borne_by(event.body))
        start = many = 0
        for at, event in enumerate(events):
            own = bearing[event.body.source] if isinstance(event.body, e.SourceGraded) else 0
            if at > start and many + own > FOLLOWED_MAX:
                yield events[start:at]
                start, many = at, 0
            many += own
        yield events[start:]


def _graded(events: Iterable[Event]) -> set[str]:
    """The sources that are graded."""
    return {event.body.source for event in events if isinstance(event.body, e.SourceGraded)}


def _count_bearing(connection: Connection, generations: Generations) -> Counter[str]:
    """By source how many reports bear its letter, and none of their own."""
    current = rows_of(developments, generations), developments.c.position_to.is_(None), ~developments.c.own_letter
    hops_ = select(func.unnest(developments.c.sources).label("hop")).where(*current).subquery()
    query = select(hops_.c.hop, func.count().label("reports")).group_by(hops_.c.hop)
    return Counter({row.hop: row.reports for row in connection.execute(query)})


def _borne_by(body: e.Body) -> tuple[str, ...]:
    """The sources whose letters the report bears that the event makes or replaces."""
    told = body.replacement if isinstance(body, e.ReportCorrected) else body
    if not isinstance(told, e.DevelopmentReported) or has_letter(told):
        return ()
    return hops(told)


def _bearing(sources: Iterable[str]) -> ColumnElement[bool]:
    return and_(developments.c.sources.overlap(sorted(sources)), ~developments.c.own_letter)


class _Batch:
    """The reports that a batch of events touches, as they stand after the last event applied."""

    def __init__(self, connection: Connection, generations: Generations) -> None:
        self.connection = connection
        self.generations = generations
        self._rows = Versions(developments, generations, ("report",))
        self._texts: dict[str, str | bytes] = {}
        self._history: list[dict[str, Any]] = []
        self._graded_by: dict[str, set[str]] = {}
        self._noted: dict[str, list[str]] = {}  # the same the other way round

    def load(self, reports: Iterable[str]) -> None:
        for row in self._rows.load_keys(self.connection, ((report,) for report in reports), developments.c.development):
            self._texts[row.report] = row.development

    def follow(self, sources: set[str]) -> None:
        """Know at any time which reports bear the letters of these sources, and none of their own."""
        self._graded_by = {source: set() for source in sources}
        if sources:
            for report in self.load_where(_bearing(sources)):
                self._note(report, self.get(report))

    def graded_by(self, source: str) -> list[str]:
        """The reports that bear the letter of a source that is followed, in order."""
        return sorted(self._graded_by[source])

    def _note(self, report: str, development: Development) -> None:
        for source in self._noted.pop(report, ()):
            self._graded_by[source].discard(report)
        if not has_letter(development.body):
            self._noted[report] = [source for source in hops(development.body) if source in self._graded_by]
            for source in self._noted[report]:
                self._graded_by[source].add(report)

    def load_where(self, condition: ColumnElement[bool]) -> list[str]:
        """The reports that fit, those written in this batch among them, in order."""
        self._rows.flush(self.connection)
        rows = self._rows.load(self.connection, condition, developments.c.development)
        self._texts |= {row.report: row.development for row in rows}
        return [row.report for row in rows]

    def get(self, report: str) -> Development:
        """Raises LookupError for one that is not there: the door lets nothing in that speaks of it."""
        if report not in self._texts:
            raise LookupError(f"no report {report}")
        return _DECODE(self._texts[report])

    def put(self, development: Development, position: int) -> None:
        """Open a new version where something differs."""
        text, report = _ENCODE(development).decode(), development.body.report
        if self._texts.get(report) != text:
            self._texts[report] = text
            if self._graded_by:
                self._note(report, development)
            self._rows.put((report,), position, _columns(development, text))

    def tell(self, event: Event) -> None:
        """What was done to a report; a retraction with its own day, since it counts only from then on."""
        body = event.body
        if not isinstance(body, e.ReportCorrected | e.ReportAssessed | e.ReportRetracted | e.ForecastResolved):
            return
        day = parse_edtf(body.reported).last if isinstance(body, e.ReportRetracted) and body.reported else None
        self._history.append(
            {
                **stamp(report_history, self.generations),
                "report": body.report,
                "position": event.position,
                "type": event.recorded.type,
                "by": getattr(body, "by", None) or event.recorded.recorded_by,
                "reason": getattr(body, "reason", None),
                "day": day,
            }
        )

    def flush(self) -> None:
        self._rows.flush(self.connection)
        insert_rows(self.connection, report_history, self._history)


def _apply_one(event: Event, batch: _Batch, known: Surroundings) -> None:
    body, position = event.body, event.position
    match body:
        case e.DevelopmentReported():
            changed = domain.report(position, body)
        case e.ReportCorrected():
            changed = domain.correct(batch.get(body.report), position, body.replacement)
        case e.ReportAssessed():
            changed = domain.assess(batch.get(body.report), body)
        case e.ReportRetracted():
            changed = domain.retract(batch.get(body.report), position, body)
        case e.ForecastResolved():
            changed = domain.resolve_outcome(batch.get(body.report), body)
        case _:
            touched = _touched(body, batch, known)
            known.learn(body, position)
            for report in touched:
                batch.put(known.resolve(batch.get(report), position), position)
            return
    batch.put(known.resolve(changed, position), position)
    batch.tell(event)


def _touched(body: e.Body, batch: _Batch, known: Surroundings) -> list[str]:
    """The reports whose origin, grade or days an event may change; `known` is as of before it."""
    match body:
        case e.SourceGraded():
            return batch.graded_by(body.source) if known.letter(body.source) != body.reliability else []
        case e.SourcesLinked(relation="same_as"):
            return batch.load_where(_EVERYTHING)
        case e.LinkWithdrawn() if was_same_as(batch.connection, batch.generations, body.link):
            return batch.load_where(_EVERYTHING)
        case e.DocumentCaptured() | e.DocumentStatusChanged():
            return batch.load_where(developments.c.document == body.document)
        case _:
            return []


# Rare, and able to merge or part any two origins.
_EVERYTHING = true()


def _columns(development: Development, text: str) -> dict[str, Any]:
    body = development.body
    return {
        "sort_day": development.occurred_first or development.reported_day,
        "reported_first": development.reported_first,
        "reported_day": development.reported_day,
        "occurred_first": development.occurred_first,
        "occurred_last": development.occurred_last,
        "kind": body.kind,
        "stance": body.stance,
        "origin": development.origin,
        "own_letter": has_letter(body),
        "document": body.provenance.document,
        "sources": list(hops(body)),
        "measures": _distinct([quantity.measure for quantity in body.quantities]),
        "places": _distinct([place.place for place in body.places if place.place is not None]),
        "actors": _distinct([actor.actor for actor in body.actors]),
        "words": " ".join(filter(None, (body.summary, body.provenance.wording, body.provenance.reading))),
        "development": text,
    }


def has_letter(body: e.DevelopmentReported) -> bool:
    """Whether the report has a letter of its own, which no grade of its sources changes."""
    return body.confidence is not None and body.confidence.reliability is not None


def _distinct(names: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(names))


def _report_of(body: e.Body) -> str | None:
    return None if isinstance(body, e.DevelopmentReported) else getattr(body, "report", None)


def _document_of(body: e.Body) -> str | None:
    match body:
        case e.DevelopmentReported():
            return body.provenance.document
        case e.ReportCorrected():
            return body.replacement.provenance.document
        case _:
            return None


PROJECTION = Projection(
    name="developments",
    handles=frozenset(
        {
            "development_reported.v1",
            "report_corrected.v1",
            "report_assessed.v1",
            "report_retracted.v1",
            "forecast_resolved.v1",
            "source_graded.v1",
            "sources_linked.v1",
            "link_withdrawn.v1",
            "document_captured.v1",
            "document_status_changed.v1",
        }
    ),
    rests_on=("registry",),
    tables=(developments, report_history),
    begin=Developments,
)
