"""Developments: what stands of every report, version by version, and what was done to it.

Rests on the registry for grades, same sources and documents; a change of any of these rewrites the reports that it
touches, at its own position.
"""

from collections.abc import Iterable, Sequence
from typing import Any

import msgspec
from sqlalchemy import Connection, insert, true

from app.domain import developments as domain
from app.domain import events as e
from app.domain.dates import parse_edtf
from app.domain.developments import Development
from app.domain.sources import Merged, Sources, hops
from app.projections.generations import Generations, stamp
from app.projections.projection import Event, Projection
from app.projections.registry import read_definitions, read_sources, was_same_as
from app.projections.tables import developments, report_history
from app.projections.versions import Versions

_JSON = msgspec.json.Encoder()


def apply(connection: Connection, generations: Generations, events: Sequence[Event]) -> None:
    rows = Versions(connection, developments, generations, ("report",))
    rows.load((report,) for event in events if (report := _report_of(event.body)) is not None)
    surroundings = _Surroundings(connection, generations, events)
    history: list[dict[str, Any]] = []
    for event in events:
        _apply_one(connection, generations, event, rows, surroundings)
        history += _history(generations, event)
    rows.flush()
    if history:
        connection.execute(insert(report_history), history)


class _Surroundings:
    """What the ledger says of sources and documents, as of the event being applied.

    Read once for the batch; read anew after an event that changes any of it.
    """

    def __init__(self, connection: Connection, generations: Generations, events: Sequence[Event]) -> None:
        self._connection = connection
        self._generations = generations
        self._named = {document for event in events if (document := _document_of(event.body)) is not None}
        self.read(events[0].position - 1 if events else 0)

    def read(self, position: int) -> None:
        sources: Sources = read_sources(self._connection, self._generations, at=position)
        self._letters = sources.letters
        self._same: Merged = sources.same()
        self._documents = read_definitions(
            self._connection, self._generations, "document", e.DocumentCaptured, at=position, names=self._named
        )

    def document(self, name: str, position: int) -> e.DocumentCaptured | None:
        if name not in self._named:
            self._named.add(name)
            self._documents |= read_definitions(
                self._connection, self._generations, "document", e.DocumentCaptured, at=position, names=[name]
            )
        return self._documents.get(name)

    def resolve(self, development: Development, position: int) -> Development:
        name = development.body.provenance.document
        return domain.resolved(
            development,
            letters=self._letters,
            same=self._same,
            document=self.document(name, position) if name is not None else None,
        )


def _apply_one(
    connection: Connection, generations: Generations, event: Event, rows: Versions, surroundings: _Surroundings
) -> None:
    body, position = event.body, event.position
    match body:
        case e.DevelopmentReported():
            changed = domain.report(position, body)
        case e.ReportCorrected():
            changed = domain.correct(_current(rows, body.report), position, body.replacement)
        case e.ReportAssessed():
            changed = domain.assess(_current(rows, body.report), body)
        case e.ReportRetracted():
            changed = domain.retract(_current(rows, body.report), position, body)
        case e.ForecastResolved():
            changed = domain.resolve_outcome(_current(rows, body.report), body)
        case _:
            surroundings.read(position)
            for report in _touched(connection, generations, rows, body):
                _write(rows, surroundings.resolve(_current(rows, report), position), position)
            return
    _write(rows, surroundings.resolve(changed, position), position)


def _touched(connection: Connection, generations: Generations, rows: Versions, body: e.Body) -> list[str]:
    """The reports whose origin, grade or days an event may change; all waiting rows are written first."""
    match body:
        case e.SourceGraded():
            condition = developments.c.sources.contains([body.source])
        case e.SourcesLinked(relation="same_as"):
            condition = _EVERYTHING
        case e.LinkWithdrawn() if was_same_as(connection, generations, body.link):
            condition = _EVERYTHING
        case e.DocumentCaptured() | e.DocumentStatusChanged():
            condition = developments.c.document == body.document
        case _:
            return []
    rows.flush()
    return [report for (report,) in rows.load_where(condition)]


# Rare, and able to merge or part any two origins.
_EVERYTHING = true()


def _current(rows: Versions, report: str) -> Development:
    row = rows.get((report,))
    if row is None:
        raise LookupError(f"no report {report}")
    return msgspec.json.decode(row["development"], type=Development)


def _write(rows: Versions, development: Development, position: int) -> None:
    """Open a new version where something differs."""
    text = _JSON.encode(development).decode()
    before = rows.get((development.body.report,))
    if before is None or before["development"] != text:
        rows.put((development.body.report,), position, _columns(development, text))


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
        "document": body.provenance.document,
        "sources": list(hops(body)),
        "measures": _distinct(quantity.measure for quantity in body.quantities),
        "places": _distinct(place.place for place in body.places if place.place is not None),
        "actors": _distinct(actor.actor for actor in body.actors),
        "words": " ".join(filter(None, (body.summary, body.provenance.wording, body.provenance.reading))),
        "development": text,
    }


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


def _history(generations: Generations, event: Event) -> list[dict[str, Any]]:
    """What was done to a report; a retraction with its own day, since it counts only from then on."""
    body = event.body
    if not isinstance(body, e.ReportCorrected | e.ReportAssessed | e.ReportRetracted | e.ForecastResolved):
        return []
    day = parse_edtf(body.reported).last if isinstance(body, e.ReportRetracted) and body.reported else None
    row = {
        **stamp(report_history, generations),
        "report": body.report,
        "position": event.position,
        "type": event.recorded.type,
        "by": getattr(body, "by", None) or event.recorded.recorded_by,
        "reason": getattr(body, "reason", None),
        "day": day,
    }
    return [row]


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
    apply=apply,
)
