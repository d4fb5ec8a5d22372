"""Estimates as of any three times, read from versioned rows: one key, all keys, and what one event moved."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec
from sqlalchemy import ARRAY, BigInteger, Connection, any_, literal, select, tuple_

from app.database.kept import Kept
from app.database.many import among
from app.domain.attribution import TIME_PASSED, Line
from app.domain.errors import Fault, Unknown, nearest_hint
from app.domain.estimate import Estimate, estimate
from app.domain.family import Family, Readings, read
from app.domain.nesting import lying_in
from app.domain.panel import Figures
from app.domain.revisions import Revision
from app.domain.selection import View
from app.domain.statements import OUTSIDE, UNPLACED, Key, Statement, Subject
from app.projections.asof import AsOf
from app.projections.estimates.cases import (
    Grounds,
    Name,
    keep_families,
    known_since,
    read_grounds,
    read_statements,
)
from app.projections.generations import Generations, projection_of, rows_of
from app.projections.holding import reports_held
from app.projections.tables import projections, revisions, statements
from app.projections.versions import held_at

_REVISION = msgspec.json.Decoder(Revision)
_POSITIONS = ARRAY(BigInteger)


class World(msgspec.Struct, frozen=True, kw_only=True):
    """Which names there are at a position, and what lies in what."""

    grounds: Grounds

    @property
    def actors(self) -> Mapping[str, tuple[str, ...]]:
        return self.grounds.actors

    def parts(self, actor: str) -> set[str]:
        return lying_in(self.actors, actor)

    def within(self, place: str) -> frozenset[str]:
        return self.grounds.places.inside(place)


def read_world(connection: Connection, as_of: AsOf) -> World:
    return World(grounds=read_grounds(connection, as_of.generations, as_of.position))


_RESERVED = (UNPLACED, OUTSIDE)


def check_names(
    world: World, *, measure: str | None = None, actor: str | None = None, place: str | None = None
) -> None:
    """Raises Unknown, with the nearest names, for one that does not exist at the position."""
    asked = (
        ("measure", measure, world.grounds.measures),
        ("actor", actor, world.actors),
        ("place", place, world.grounds.places.lies_in),
    )
    for kind, name, known in asked:
        if name is not None and name not in known and not (kind == "place" and name in _RESERVED):
            detail = f"no {kind} {name}"
            faults = [Fault(parameter=kind, detail=detail)]
            raise Unknown(detail, code=f"unknown-{kind}", hint=nearest_hint(name, [*known]), faults=faults)


def read_estimate(connection: Connection, world: World, view: View, key: Key) -> Estimate:
    """One key, whether it has votes or not."""
    return read_estimates(connection, world, view, [key])[0]


def read_estimates(connection: Connection, world: World, view: View, keys: Sequence[Key]) -> list[Estimate]:
    """One for each key, in their order; every family among them is read once."""
    grounds = world.grounds
    subjects = {key.subject for key in keys}
    families, names = keep_families(connection, grounds, subjects), known_since(connection, grounds, subjects)
    trees: dict[tuple[Subject, str], set[str]] = {}
    for key in keys:
        trees.setdefault((key.subject, grounds.places.root_of(key.place)), set()).add(key.place)
    found = {
        (subject, root): _read_tree(connection, grounds, families[subject], names[subject], root, view, places)
        for (subject, root), places in trees.items()
    }
    near = {subject: Near(connection, world, family) for subject, family in families.items()}
    return [
        estimate(
            found[key.subject, grounds.places.root_of(key.place)],
            key.place,
            near[key.subject].of(key.place),
            grounds.assumptions,
        )
        for key in keys
    ]


_READINGS: Kept[Readings] = Kept(lambda engine: reports_held(engine) * 2 // 5)
"""In places: of so many reports as are held, as many places have readings again and again on other days."""


def _read_tree(
    connection: Connection, grounds: Grounds, family: Family, known: Name, root: str, view: View, places: set[str]
) -> Readings:
    """One tree of a family, from memory where it was read for the same view before; `known` names the family."""
    name = (*known, root, view)
    kept = _READINGS.find(connection, name)
    if kept is not None and places <= kept.direct.keys():
        return kept
    readings = read(family.in_tree(root), view, grounds.assumptions, retrospect=True, asked=places)
    return _READINGS.keep(connection, name, readings, weight=len(readings.direct))


class Near:
    """What is said of the measure on places within a key's, and of parts of its actor; the key itself left out."""

    def __init__(self, connection: Connection, world: World, family: Family) -> None:
        self._world = world
        subject = family.subject
        others = world.parts(subject.actor) - {subject.actor}
        self._of_parts: list[Statement] = []
        if others:
            of_parts = (statements.c.measure == subject.measure) & among(statements.c.actor, others)
            self._of_parts = read_statements(connection, world.grounds.generations, of_parts, at=world.grounds.position)
        self._cases = family.cases

    def of(self, place: str) -> list[Statement]:
        inside = self._world.within(place)
        here = [one for name in sorted(inside & self._cases.keys() - {place}) for one in self._cases[name].statements]
        return [*here, *(one for one in self._of_parts if one.key.place in inside)]


def keys_with_votes(
    connection: Connection,
    as_of: AsOf,
    *,
    names: Mapping[str, Iterable[str]],
    after: Key | None = None,
    limit: int,
) -> list[Key]:
    """Keys on which something may vote at the position, in order; `names` narrows measure, actor and place."""
    columns = (statements.c.measure, statements.c.actor, statements.c.place)
    query = (
        select(*columns)
        .where(
            rows_of(statements, as_of.generations),
            statements.c.may_vote,
            held_at(statements, as_of.position),
            *(statements.c[name].in_(sorted(set(wanted))) for name, wanted in names.items() if wanted),
        )
        .distinct()
        .order_by(*columns)
        .limit(limit)
    )
    if after is not None:
        query = query.where(tuple_(*columns) > tuple_(after.measure, after.actor, after.place))
    return [Key(measure=row.measure, actor=row.actor, place=row.place) for row in connection.execute(query)]


class Revised(msgspec.Struct, frozen=True, kw_only=True):
    """One stored revision with the event that caused it."""

    position: int
    event_id: str
    type: str
    cause: str
    report: str | None
    source: str | None
    key: Key
    revision: Revision

    @property
    def moves(self) -> bool:
        """Whether the event itself moved a figure."""
        return self.revision.due != self.revision.moved

    @property
    def lines(self) -> list[Line]:
        """What the event itself did, without the days before and after it: the way from `due` to `moved`."""
        return [line for line in self.revision.lines if line.kind != TIME_PASSED]


def read_revisions(
    connection: Connection,
    generations: Generations,
    *,
    after: int,
    upto: int,
    names: Mapping[str, Iterable[str]],
    after_key: Key | None = None,
    limit: int | None = None,
) -> list[Revised]:
    """Revisions with after < position ≤ upto in ledger order; `names` narrows any of the row's names.

    With `after_key`, those of position `after` on later keys come first.
    """
    keys = (revisions.c.measure, revisions.c.actor, revisions.c.place)
    beyond = revisions.c.position > after
    if after_key is not None:
        later = tuple_(*keys) > tuple_(after_key.measure, after_key.actor, after_key.place)
        beyond = beyond | ((revisions.c.position == after) & later)
    query = (
        select(revisions)
        .where(
            rows_of(revisions, generations),
            beyond,
            revisions.c.position <= upto,
            *(revisions.c[name].in_(sorted(set(wanted))) for name, wanted in names.items() if wanted),
        )
        .order_by(revisions.c.position, *keys)
        .limit(limit)
    )
    return [_revised(dict(row)) for row in connection.execute(query).mappings()]


def _revised(row: Mapping[str, Any]) -> Revised:
    return Revised(
        position=row["position"],
        event_id=str(row["event_id"]),
        type=row["type"],
        cause=row["cause"],
        report=row["report"],
        source=row["source"],
        key=Key(measure=row["measure"], actor=row["actor"], place=row["place"]),
        revision=_REVISION.decode(row["revision"]),
    )


def moved(connection: Connection, timeline: str, positions: Iterable[int]) -> dict[int, list[dict[str, Any]]]:
    """What the event at each position moved, as the active generation has it: {measure, actor, place, before, after},
    by key. That a share changed alone is no move.

    One statement, which needs no transaction around it: every event recorded asks for it.
    """
    found: dict[int, list[dict[str, Any]]] = {position: [] for position in positions}
    active = select(projections.c.generation).where(
        projections.c.timeline_id == timeline, projections.c.projection == projection_of(revisions)
    )
    query = (
        select(revisions)
        .where(
            revisions.c.timeline_id == timeline,
            revisions.c.generation == active.scalar_subquery(),
            revisions.c.position == any_(literal(list(found), _POSITIONS)),
        )
        .order_by(revisions.c.position, revisions.c.measure, revisions.c.actor, revisions.c.place)
    )
    for one in (_revised(dict(row)) for row in connection.execute(query).mappings()):
        if one.moves:
            before, after = people(one.revision.due), people(one.revision.moved)
            found[one.position].append({**msgspec.structs.asdict(one.key), "before": before, "after": after})
    return found


def people(figures: Figures | None) -> dict[str, int | None] | None:
    """A reading in whole units of the measure."""
    return {"low": figures.low, "best": figures.best, "high": figures.high} if figures is not None else None
