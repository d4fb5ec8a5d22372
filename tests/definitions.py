"""Every name of the strategies' world, defined: after these events a ledger may take whatever `bodies()` draws."""

from typing import Any
from uuid import UUID

from tests.strategies import ACTORS, DOCUMENTS, LINKS, PLACES, REGIONS, REPORTS, SOURCES

Event = dict[str, Any]


def report(name: str) -> Event:
    body = {
        "report": name,
        "kind": "force_presence",
        "stance": "asserted",
        "summary": "a statement",
        "provenance": {"chain": [{"role": "publisher", "source": "herald"}]},
        "quantities": [{"measure": "personnel", "best": 5}],
        "places": [{"place": "ru", "role": "at"}],
        "actors": [{"actor": "kp-forces", "role": "subject"}],
        "reported": "2024-10-30",
    }
    return {"type": "development_reported.v1", "body": body}


def _document(name: str) -> Event:
    body = {"document": name, "publisher": "herald", "published": "2024-10-28", "published_basis": "stated"}
    return {"type": "document_captured.v1", "body": body}


def _link(event_id: str) -> Event:
    body = {"from": REPORTS[0], "to": REPORTS[1], "relation": "supports", "by": "ann", "reason": "read together"}
    return {"type": "reports_linked.v1", "body": body, "event_id": event_id}


def _containers() -> Event:
    body = {"measure": "containers", "name": "Containers", "unit": "containers", "nature": "cumulative"}
    return {"type": "measure_defined.v1", "body": body}


DEFINITIONS: tuple[Event, ...] = (
    *({"type": "source_registered.v1", "body": {"source": one, "name": one, "kind": "outlet"}} for one in SOURCES),
    *({"type": "place_defined.v1", "body": {"place": one, "name": one, "kind": "area"}} for one in PLACES + REGIONS),
    *({"type": "actor_defined.v1", "body": {"actor": one, "name": one, "kind": "force"}} for one in ACTORS),
    *map(_document, DOCUMENTS),
    _containers(),
)
"""None of it is a report."""
REPORTED: tuple[Event, ...] = (*map(report, REPORTS[:6]), *map(_link, LINKS))
"""The reports that others may rest on, and the links that may be withdrawn."""


def event_id_of(event: Event) -> UUID | None:
    return UUID(event["event_id"]) if "event_id" in event else None
