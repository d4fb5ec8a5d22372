"""Which name an event introduces, which names it needs, and which containment it asserts.

The ledger keeps introduced names and checks needed ones in the append's own transaction; here is only who says what.
"""

from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from typing import Literal, assert_never
from uuid import UUID

import msgspec

from app.domain import events as e
from app.domain.assumptions import DEFAULT
from app.domain.findings import below
from app.domain.measures import BUILT_IN

NameKind = Literal["source", "document", "place", "actor", "measure", "report", "retraction", "link", "assumptions"]
ContainerKind = Literal["source", "place", "actor"]
NameRule = Literal["new", "any", "absent"]
"""new: refused when taken; any: taken or not; absent: nothing is introduced, and it is refused when it is there.

No kind has both `new` and `any`: of many events the append claims them apart.
"""

UNPLACED = "unplaced"
OUTSIDE = "outside"
RESERVED_PLACES = frozenset({UNPLACED, OUTSIDE})
"""Where no place was said, and what lies out of the tree: they exist everywhere and are never defined."""

SHIPPED_NAMES: frozenset[tuple[NameKind, str]] = frozenset({("assumptions", DEFAULT.name)})
"""Taken in every timeline from the start, by nothing that stands in its ledger."""


class Introduced(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """`pointer` says where in the event the name stands, for the refusal."""

    kind: NameKind
    name: str
    rule: NameRule
    pointer: str


class Needed(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """`kind` and `name` of something that has to exist before the event; `pointer` as in Introduced."""

    kind: NameKind
    name: str
    pointer: str


class Edge(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """`child` lies in `parent`, as `field` says. A later definition of the child replaces all its edges."""

    kind: ContainerKind
    child: str
    parent: str
    field: Literal["part_of", "within"]


def introduced(body: e.Body, event_id: UUID | str) -> Introduced | None:
    """The one name that the event puts into the ledger's names, if it puts any, and under which rule."""

    def one(kind: NameKind, name: str, rule: NameRule, pointer: str) -> Introduced:
        return Introduced(kind=kind, name=name, rule=rule, pointer=pointer)

    match body:
        case e.DevelopmentReported():
            return one("report", body.report, "new", "/body/report")
        case e.AssumptionsDefined():
            return one("assumptions", body.name, "new", "/body/name")
        case e.SourceRegistered():
            return one("source", body.source, "any", "/body/source")
        case e.DocumentCaptured():
            return one("document", body.document, "any", "/body/document")
        case e.PlaceDefined():
            return one("place", body.place, "any", "/body/place")
        case e.ActorDefined():
            return one("actor", body.actor, "any", "/body/actor")
        case e.MeasureDefined():
            return one("measure", body.measure, "any", "/body/measure")
        case e.ReportsLinked() | e.SourcesLinked():
            return one("link", str(event_id), "any", "/event_id")
        case e.ReportRetracted():
            return one("retraction", body.report, "any", "/body/report")
        case e.ReportCorrected():
            return one("retraction", body.report, "absent", "/body/report")
        case e.SourceGraded() | e.DocumentStatusChanged() | e.ReportAssessed():
            return None
        case e.LinkWithdrawn() | e.ForecastResolved():
            return None
    assert_never(body)


def needed(body: e.Body) -> list[Needed]:
    """Every name that must exist before the event, in the order of the body."""
    match body:
        case e.DevelopmentReported():
            return _needed_by_report(body, "/body")
        case e.SourceRegistered():
            overlaps = _each("source", body.may_overlap, "/body/may_overlap")
            return [*_optional("source", body.part_of, "/body/part_of"), *overlaps]
        case e.SourceGraded():
            return [_need("source", body.source, "/body/source")]
        case e.SourcesLinked():
            return [_need("source", body.from_, "/body/from"), _need("source", body.to, "/body/to")]
        case e.DocumentCaptured():
            return [_need("source", body.publisher, "/body/publisher")]
        case e.DocumentStatusChanged():
            return [_need("document", body.document, "/body/document")]
        case e.PlaceDefined():
            regions = _each("place", body.within, "/body/within")
            return [*_optional("place", body.part_of, "/body/part_of"), *regions]
        case e.ActorDefined():
            return _optional("actor", body.part_of, "/body/part_of")
        case e.MeasureDefined() | e.AssumptionsDefined():
            return []
        case e.ReportAssessed():
            return [_need("report", body.report, "/body/report")]
        case e.ReportCorrected():
            inner = _needed_by_report(body.replacement, "/body/replacement")
            return [_need("report", body.report, "/body/report"), *inner]
        case e.ReportRetracted() | e.ForecastResolved():
            evidence = _each("report", body.evidence, "/body/evidence")
            return [_need("report", body.report, "/body/report"), *evidence]
        case e.ReportsLinked():
            return [_need("report", body.from_, "/body/from"), _need("report", body.to, "/body/to")]
        case e.LinkWithdrawn():
            return [_need("link", body.link, "/body/link")]
    assert_never(body)


def _needed_by_report(body: e.DevelopmentReported, at: str) -> list[Needed]:
    needs = _optional("document", body.provenance.document, f"{at}/provenance/document")
    for index, hop in enumerate(body.provenance.chain):
        if hop.source is not None:
            needs.append(_need("source", hop.source, f"{at}/provenance/chain/{index}/source"))
    for index, quantity in enumerate(body.quantities):
        here = f"{at}/quantities/{index}"
        needs += _measure(quantity.measure, f"{here}/measure")
        if quantity.per is not None:
            needs += _measure(quantity.per.measure, f"{here}/per/measure")
        needs += _each("report", quantity.inputs, f"{here}/inputs")
    for index, place in enumerate(body.places):
        if place.place is not None and place.place not in RESERVED_PLACES:
            needs.append(_need("place", place.place, f"{at}/places/{index}/place"))
    for index, actor in enumerate(body.actors):
        needs.append(_need("actor", actor.actor, f"{at}/actors/{index}/actor"))
    needs += _optional("document", body.occurred_anchor, f"{at}/occurred_anchor")
    if isinstance(body.condition, tuple):
        needs += _each("report", body.condition, f"{at}/condition")
    needs += _each("report", body.about, f"{at}/about")
    return needs


def _need(kind: NameKind, name: str, pointer: str) -> Needed:
    return Needed(kind=kind, name=name, pointer=pointer)


def _optional(kind: NameKind, name: str | None, pointer: str) -> list[Needed]:
    return [] if name is None else [_need(kind, name, pointer)]


def _each(kind: NameKind, names: Iterable[str], pointer: str) -> list[Needed]:
    return [_need(kind, name, below(pointer, index)) for index, name in enumerate(names)]


def _measure(name: str, pointer: str) -> list[Needed]:
    return [] if name in BUILT_IN else [_need("measure", name, pointer)]


def container_defined(body: e.Body) -> tuple[ContainerKind, str] | None:
    """What an event defines of those that can lie in each other; None for all other events."""
    match body:
        case e.PlaceDefined():
            return "place", body.place
        case e.ActorDefined():
            return "actor", body.actor
        case e.SourceRegistered():
            return "source", body.source
        case _:
            return None


def parents(body: e.Body) -> list[Edge]:
    """The containment that a definition asserts; empty for all other events."""
    match body:
        case e.PlaceDefined():
            regions = (Edge(kind="place", child=body.place, parent=region, field="within") for region in body.within)
            return [*_edge("place", body.place, body.part_of), *regions]
        case e.ActorDefined():
            return _edge("actor", body.actor, body.part_of)
        case e.SourceRegistered():
            return _edge("source", body.source, body.part_of)
        case _:
            return []


def _edge(kind: ContainerKind, child: str, parent: str | None) -> list[Edge]:
    return [] if parent is None else [Edge(kind=kind, child=child, parent=parent, field="part_of")]


def find_cycle(edges: Mapping[str, AbstractSet[str]], start: str) -> list[str] | None:
    """The shortest way along `edges` (child to parents) from `start` back to it: [start, …, start], else None.

    A definition can only close a cycle through what it defines, so asking for that name is enough. Among ways of one
    length the first by name is taken. O(names and edges).
    """
    came_from: dict[str, str] = {}
    layer = [start]
    while layer:
        following: list[str] = []
        for child in layer:
            for parent in sorted(edges.get(child, ())):
                if parent == start:
                    return [*_way(came_from, start, child), start]
                if parent not in came_from:
                    came_from[parent] = child
                    following.append(parent)
        layer = following
    return None


def _way(came_from: Mapping[str, str], start: str, end: str) -> list[str]:
    way = [end]
    while way[-1] != start:
        way.append(came_from[way[-1]])
    return way[::-1]
