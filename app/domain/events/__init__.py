"""The event catalogue: sixteen types, their stored names, and the tolerant way to read what is stored.

A stored name is a stable string with a version. Fields are only ever added here, with a default; whatever else
changes gets a new name and an entry in `UPCASTERS`. Rules stand at the door (`checking`), never here: a stored event
is never unreadable.
"""

from collections.abc import Callable
from typing import Any

import msgspec

from app.domain.errors import Broken, nearest_hint
from app.domain.events.reference import (
    ActorDefined,
    DocumentCaptured,
    DocumentStatusChanged,
    MeasureDefined,
    PlaceDefined,
    SourceGraded,
    SourceRegistered,
    SourcesLinked,
)
from app.domain.events.report import DevelopmentReported
from app.domain.events.treatment import (
    AssumptionsDefined,
    ForecastResolved,
    LinkWithdrawn,
    ReportAssessed,
    ReportCorrected,
    ReportRetracted,
    ReportsLinked,
)

__all__ = [
    "TYPES",
    "TYPE_NAMES",
    "UPCASTERS",
    "ActorDefined",
    "AssumptionsDefined",
    "Body",
    "DevelopmentReported",
    "DocumentCaptured",
    "DocumentStatusChanged",
    "ForecastResolved",
    "LinkWithdrawn",
    "MeasureDefined",
    "PlaceDefined",
    "ReportAssessed",
    "ReportCorrected",
    "ReportRetracted",
    "ReportsLinked",
    "SourceGraded",
    "SourceRegistered",
    "SourcesLinked",
    "read_body",
]

Body = (
    SourceRegistered
    | SourceGraded
    | SourcesLinked
    | DocumentCaptured
    | DocumentStatusChanged
    | PlaceDefined
    | ActorDefined
    | MeasureDefined
    | DevelopmentReported
    | ReportAssessed
    | ReportCorrected
    | ReportRetracted
    | ReportsLinked
    | LinkWithdrawn
    | ForecastResolved
    | AssumptionsDefined
)

TYPES: dict[str, type[Body]] = {
    "source_registered.v1": SourceRegistered,
    "source_graded.v1": SourceGraded,
    "sources_linked.v1": SourcesLinked,
    "document_captured.v1": DocumentCaptured,
    "document_status_changed.v1": DocumentStatusChanged,
    "place_defined.v1": PlaceDefined,
    "actor_defined.v1": ActorDefined,
    "measure_defined.v1": MeasureDefined,
    "development_reported.v1": DevelopmentReported,
    "report_assessed.v1": ReportAssessed,
    "report_corrected.v1": ReportCorrected,
    "report_retracted.v1": ReportRetracted,
    "reports_linked.v1": ReportsLinked,
    "link_withdrawn.v1": LinkWithdrawn,
    "forecast_resolved.v1": ForecastResolved,
    "assumptions_defined.v1": AssumptionsDefined,
}
"""What may be appended today, by stored name."""

TYPE_NAMES: dict[type[Body], str] = {body: name for name, body in TYPES.items()}

UPCASTERS: dict[str, Callable[[Any], Body]] = {}
"""Older stored names: each turns the parsed JSON of its version into today's body. None is needed yet."""

_DECODERS: dict[str, msgspec.json.Decoder[Body]] = {name: msgspec.json.Decoder(body) for name, body in TYPES.items()}


def read_body(type: str, text: str | bytes) -> Body:  # noqa: A002 -- the envelope's own word
    """The body of a stored event: unknown fields are passed over, no rule is applied.

    Raises Broken when the type is not in the catalogue or the text has not its shape: the ledger holds what was never
    let in.
    """
    try:
        decoder = _DECODERS.get(type)
        if decoder is not None:
            return decoder.decode(text)
        if (upcast := UPCASTERS.get(type)) is not None:
            return upcast(msgspec.json.decode(text))
    except (msgspec.MsgspecError, ValueError) as fault:
        raise Broken(f"A stored {type} cannot be read: {fault}") from fault
    raise Broken(f"A stored event has the unknown type {type}.", hint=nearest_hint(type, TYPES))
