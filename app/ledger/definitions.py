"""What the ledger itself says of measures and containment: the door asks here, never a projection."""

from collections.abc import Iterable, Mapping

from sqlalchemy import Connection, bindparam, select

from app.domain import events as e
from app.domain.measures import BUILT_IN, Measure, measure_of
from app.domain.names import ContainerKind, Edge, container_defined, parents
from app.ledger.tables import events

_DEFINED_BY: dict[ContainerKind, str] = {
    "place": "place_defined.v1",
    "actor": "actor_defined.v1",
    "source": "source_registered.v1",
}


def measures_of(definitions: Iterable[str]) -> dict[str, Measure]:
    """Every measure as these bodies define it in their order, the built-in ones among them."""
    found = dict(BUILT_IN)
    for text in definitions:
        body = e.read_body("measure_defined.v1", text)
        if isinstance(body, e.MeasureDefined):
            found[body.measure] = measure_of(body)
    return found


def read_parents(connection: Connection, timeline: str, kind: ContainerKind) -> dict[str, set[str]]:
    """Each name's containers as defined at the head."""
    above: dict[str, set[str]] = {}
    for body in _read(connection, timeline, _DEFINED_BY[kind]):
        defined = container_defined(body)
        if defined is not None:
            replace_parents(above, defined[1], parents(body))
    return above


def replace_parents(above: dict[str, set[str]], child: str, edges: list[Edge]) -> None:
    """A later definition replaces all that an earlier one said."""
    above[child] = {edge.parent for edge in edges}


def _read(connection: Connection, timeline: str, stored_type: str) -> list[e.Body]:
    query = (
        select(events.c.body)
        # the literal type lets the planner use the partial index of definitions
        .where(events.c.timeline_id == timeline, events.c.type == bindparam("type", stored_type, literal_execute=True))
        .order_by(events.c.position)
    )
    return [e.read_body(stored_type, text) for text in connection.scalars(query)]


Parents = Mapping[str, set[str]]
