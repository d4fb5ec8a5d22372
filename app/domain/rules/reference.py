"""Rules for sources, documents, places, actors and measures."""

from collections.abc import Iterable, Iterator
from datetime import date

from app.domain import events as e
from app.domain.findings import Finding, below
from app.domain.names import RESERVED_PLACES
from app.domain.rules.days import said_by

_DEGREES_MAX = {"lon": 180, "lat": 90}


def source_registered(body: e.SourceRegistered) -> Iterator[Finding]:
    yield from not_itself(body.source, [body.part_of], "/body/part_of")
    yield from not_itself(body.source, body.may_overlap, "/body/may_overlap")


def sources_linked(body: e.SourcesLinked) -> Iterator[Finding]:
    yield from not_itself(body.from_, [body.to], "/body/to")


def document_captured(body: e.DocumentCaptured, today: date) -> Iterator[Finding]:
    yield from said_by(body.published, "/body/published", today)
    if body.published is None and body.published_basis in ("stated", "inferred"):
        yield Finding(
            pointer="/body/published_basis",
            detail=f"The day of publication is {body.published_basis}, so `published` has to say which it is.",
        )


def document_status_changed(body: e.DocumentStatusChanged, today: date) -> Iterator[Finding]:
    yield from said_by(body.published, "/body/published", today)


def place_defined(body: e.PlaceDefined) -> Iterator[Finding]:
    for pointer, name in _places_named(body):
        if name in RESERVED_PLACES:
            yield Finding(pointer=pointer, detail=f"The name {name} is reserved: it is in every timeline already.")
    yield from not_itself(body.place, [body.part_of], "/body/part_of")
    yield from not_itself(body.place, body.within, "/body/within")
    if (body.lon is None) != (body.lat is None):
        absent = "lon" if body.lon is None else "lat"
        yield Finding(pointer=f"/body/{absent}", detail="A point has both `lon` and `lat`.")
    yield from _in_range("lon", body.lon)
    yield from _in_range("lat", body.lat)


def actor_defined(body: e.ActorDefined) -> Iterator[Finding]:
    yield from not_itself(body.actor, [body.part_of], "/body/part_of")


def measure_defined(body: e.MeasureDefined) -> Iterator[Finding]:
    if body.nature == "cumulative" and body.class_ == "presence":
        yield Finding(
            pointer="/body/class",
            detail="A cumulative measure is a tally or a register; presence is for what comes and goes.",
        )


def not_itself(name: str, others: Iterable[str | None], pointer: str) -> Iterator[Finding]:
    """Refuses `name` among `others`; `pointer` is to the field that holds them."""
    many = isinstance(others, tuple)
    for index, other in enumerate(others):
        if other == name:
            yield Finding(
                pointer=below(pointer, index) if many else pointer,
                detail=f"This names {name} itself; another one is needed.",
            )


def _places_named(body: e.PlaceDefined) -> Iterator[tuple[str, str | None]]:
    yield "/body/place", body.place
    yield "/body/part_of", body.part_of
    for index, region in enumerate(body.within):
        yield below("/body/within", index), region


def _in_range(field: str, degrees: str | None) -> Iterator[Finding]:
    most = _DEGREES_MAX[field]
    try:
        fits = degrees is None or abs(float(degrees)) <= most
    except ValueError:
        return  # misspelled: said elsewhere
    if not fits:
        yield Finding(pointer=f"/body/{field}", detail=f"Degrees of `{field}` run from -{most} to {most}.")
