"""What is defined and judged: sources with their grades, documents, places, actors, measures, assumptions, links.

The first projection; the others rest on it. A definition's rows are its versions; a status change that dates a document
better makes a new version of the document too.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Literal, TypeVar
from uuid import UUID

import msgspec
from sqlalchemy import ColumnElement, CompoundSelect, Connection, select, union

from app.database.many import among
from app.domain import events as e
from app.domain.echoes import Link
from app.domain.measures import BUILT_IN, Measure, measure_of
from app.domain.sources import Sources
from app.projections.generations import Generations, rows_of
from app.projections.projection import Event, Fold, Projection
from app.projections.tables import definitions, links
from app.projections.versions import Versions, held_at

Kind = Literal["source", "grade", "document", "document_status", "place", "actor", "measure", "assumptions"]
B = TypeVar("B", bound=e.Body)

_DEFINES: dict[type, Kind] = {
    e.SourceRegistered: "source",
    e.SourceGraded: "grade",
    e.DocumentCaptured: "document",
    e.PlaceDefined: "place",
    e.ActorDefined: "actor",
    e.MeasureDefined: "measure",
    e.AssumptionsDefined: "assumptions",
}


def defined_name(body: e.Body) -> tuple[Kind, str] | None:
    """Which definition an event writes; None for an event that defines nothing."""
    match body:
        case e.SourceRegistered() | e.SourceGraded():
            return _DEFINES[type(body)], body.source
        case e.DocumentCaptured() | e.DocumentStatusChanged():
            return "document", body.document
        case e.PlaceDefined():
            return "place", body.place
        case e.ActorDefined():
            return "actor", body.actor
        case e.MeasureDefined():
            return "measure", body.measure
        case e.AssumptionsDefined():
            return "assumptions", body.name
        case _:
            return None


def _written(body: e.Body) -> list[tuple[Kind, str]]:
    name = defined_name(body)
    if isinstance(body, e.DocumentStatusChanged):
        return [("document", body.document), ("document_status", body.document)]
    return [name] if name is not None else []


class Registry(Fold):
    """One generation while events are applied: nothing is kept in memory."""

    def __init__(self, generations: Generations) -> None:
        self._generations = generations

    @property
    def size(self) -> int:
        return 0

    def apply(self, connection: Connection, events: Sequence[Event]) -> None:
        defined = Versions(definitions, self._generations, ("kind", "name"))
        linked = Versions(links, self._generations, ("link",))
        names = {name for event in events for name in _written(event.body)}
        rows = defined.load_keys(connection, names, definitions.c.body)
        documents = {row.name: row.body for row in rows if row.kind == "document"}
        withdrawn = {(UUID(event.body.link),) for event in events if isinstance(event.body, e.LinkWithdrawn)}
        linked.load_keys(connection, withdrawn)
        for event in events:
            _apply_one(event, defined, linked, documents)
        defined.flush(connection)
        linked.flush(connection)


def _apply_one(event: Event, defined: Versions, linked: Versions, documents: dict[str, str]) -> None:
    """`documents` has the bodies of those that the batch touches, as they stand."""
    body, position = event.body, event.position
    match body:
        case e.DocumentStatusChanged():
            defined.put(("document_status", body.document), position, {"body": _text(body)})
            if body.document in documents and body.published is not None:
                document = msgspec.json.decode(documents[body.document], type=e.DocumentCaptured)
                dated = documents[body.document] = _text(msgspec.structs.replace(document, published=body.published))
                defined.put(("document", body.document), position, {"body": dated})
        case e.ReportsLinked() | e.SourcesLinked():
            linked.put((event.recorded.event_id,), position, _link_row(body))
        case e.LinkWithdrawn():
            linked.close((UUID(body.link),), position)
        case _:
            name = defined_name(body)
            if name is not None:
                text = _text(body)
                defined.put(name, position, {"body": text})
                if isinstance(body, e.DocumentCaptured):
                    documents[body.document] = text


def _link_row(body: e.ReportsLinked | e.SourcesLinked) -> dict[str, str]:
    return {
        "between": "reports" if isinstance(body, e.ReportsLinked) else "sources",
        "from": body.from_,
        "to": body.to,
        "relation": body.relation,
        "by": body.by,
        "reason": body.reason,
    }


def _text(body: msgspec.Struct) -> str:
    return msgspec.json.encode(body).decode()


PROJECTION = Projection(
    name="registry",
    handles=frozenset(
        {
            "source_registered.v1",
            "source_graded.v1",
            "sources_linked.v1",
            "document_captured.v1",
            "document_status_changed.v1",
            "place_defined.v1",
            "actor_defined.v1",
            "measure_defined.v1",
            "assumptions_defined.v1",
            "reports_linked.v1",
            "link_withdrawn.v1",
        }
    ),
    rests_on=(),
    tables=(definitions, links),
    begin=Registry,
)


def read_definitions(
    connection: Connection,
    generations: Generations,
    kind: Kind,
    shape: type[B],
    *,
    at: int,
    names: Iterable[str] | None = None,
    after: str = "",
    limit: int | None = None,
) -> dict[str, B]:
    """Definitions of one kind as they held at a position, by name in order.

    `names` narrows them; `after` and `limit` take a page.
    """
    query = (
        select(definitions.c.name, definitions.c.body)
        .where(rows_of(definitions, generations), definitions.c.kind == kind, held_at(definitions, at))
        .where(definitions.c.name > after)
        .order_by(definitions.c.name)
        .limit(limit)
    )
    if names is not None:
        query = query.where(among(definitions.c.name, names))
    return {row.name: msgspec.json.decode(row.body, type=shape) for row in connection.execute(query)}


_DEFINED_UNTIL = """
SELECT greatest(
    (SELECT max(position_from) FROM definitions WHERE definitions.timeline_id = %(timeline)s
     AND definitions.generation = %(generation)s AND position_from <= %(at)s
     AND kind IN ('source', 'place', 'actor', 'measure')),
    (SELECT max(position_from) FROM links WHERE links.timeline_id = %(timeline)s AND links.generation = %(generation)s
     AND between = 'sources' AND position_from <= %(at)s),
    (SELECT max(position_to) FROM links WHERE links.timeline_id = %(timeline)s AND links.generation = %(generation)s
     AND between = 'sources' AND position_to <= %(at)s))
"""


def defined_until(connection: Connection, generations: Generations, at: int) -> int:
    """The last position up to another one that changed sources, places, actors or measures; 0 before the first."""
    given = {"timeline": generations.timeline, "generation": generations.numbers["registry"], "at": at}
    return connection.exec_driver_sql(_DEFINED_UNTIL, given).scalar_one() or 0


def read_measures(connection: Connection, generations: Generations, *, at: int) -> dict[str, Measure]:
    """Every measure that could be used at a position, the built-in ones among them."""
    defined = read_definitions(connection, generations, "measure", e.MeasureDefined, at=at)
    return dict(sorted({**BUILT_IN, **{name: measure_of(body) for name, body in defined.items()}}.items()))


def read_sources(connection: Connection, generations: Generations, *, at: int) -> Sources:
    grades = read_definitions(connection, generations, "grade", e.SourceGraded, at=at)
    return Sources(
        registered=read_definitions(connection, generations, "source", e.SourceRegistered, at=at),
        letters={name: grade.reliability for name, grade in grades.items()},
        links=tuple(read_source_links(connection, generations, at=at).values()),
    )


def read_source_links(connection: Connection, generations: Generations, *, at: int) -> dict[str, e.SourcesLinked]:
    """The links among sources that held at a position, by their ids in ledger order."""
    query = (
        select(links)
        .where(rows_of(links, generations), links.c.between == "sources", held_at(links, at))
        .order_by(links.c.position_from)
    )
    return {
        str(row["link"]): e.SourcesLinked(
            from_=row["from"], to=row["to"], relation=row["relation"], reason=row["reason"], by=row["by"]
        )
        for row in connection.execute(query).mappings()
    }


def read_links(connection: Connection, generations: Generations, reports: Iterable[str], *, at: int) -> list[Link]:
    """The links among reports that name any of these, as they held at a position, in ledger order."""
    query = select_naming(generations, reports, held_at(links, at)).order_by("position_from")
    return [link_of(row) for row in connection.execute(query).mappings()]


def select_naming(generations: Generations, reports: Iterable[str], *where: ColumnElement[bool]) -> CompoundSelect[Any]:
    """Every row of a link among reports that names any of these; by either end apart, which has an index for each."""
    wanted = set(reports)
    return union(
        *(
            select(links).where(
                rows_of(links, generations), links.c.between == "reports", among(links.c[end], wanted), *where
            )
            for end in ("from", "to")
        )
    )


def link_of(row: Mapping[Any, Any]) -> Link:
    """A link among reports by its row."""
    return Link(link=str(row["link"]), from_=row["from"], to=row["to"], relation=row["relation"], by=row["by"])


def was_same_as(connection: Connection, generations: Generations, link: str) -> bool:
    """Whether a link, standing or withdrawn, made two sources one."""
    found = select(links.c.link).where(
        rows_of(links, generations),
        links.c.link == link,
        links.c.between == "sources",
        links.c.relation == "same_as",
    )
    return connection.execute(found).first() is not None
