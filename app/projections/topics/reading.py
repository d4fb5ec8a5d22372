"""The situation as of any three times: topic by topic, what stands, its rivals, what is to come and the past."""

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Connection, Select, and_, func, or_, select

from app.database.many import among
from app.domain.errors import Fault, Unknown, nearest_hint
from app.domain.situation import Situation, situation_of
from app.domain.topics import Topic
from app.projections.asof import AsOf
from app.projections.developments.view import in_view
from app.projections.developments.words import read_scene
from app.projections.estimates.reading import World, check_names, read_world
from app.projections.generations import rows_of
from app.projections.tables import developments, topics
from app.projections.versions import held_at

COMPARED_MAX = 5000
"""With how many topics a name that is none is compared."""

SHOWN_MAX = 200
"""How many characters of such a name are looked at and repeated."""


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """Values of one name are alternatives, different names narrow each other; empty: any.

    An actor takes along what is part of it, a place what lies in it.
    """

    topics: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    actors: tuple[str, ...] = ()
    places: tuple[str, ...] = ()


class Item(msgspec.Struct, frozen=True, kw_only=True):
    """One question and what is said to it."""

    topic: Topic
    name: str
    situation: Situation


def read_situation(
    connection: Connection, asof: AsOf, asked: Asked, *, after: str = "", limit: int | None = None
) -> list[Item]:
    """Topics that fit, by name, from the first behind `after`. Raises Unknown, with the nearest, for another name."""
    world = read_world(connection, asof)
    _check(connection, asof, world, asked)
    members = _read_members(connection, asof, _fitting(asof, world, asked, after).limit(limit))
    scene = read_scene(connection, asof, {report for _, reports in members.values() for report in reports})
    return [
        Item(
            topic=topic,
            name=name,
            situation=situation_of(
                [scene.words[report] for report in reports if report in scene.words], scene, world.grounds.kin
            ),
        )
        for name, (topic, reports) in members.items()
    ]


def _fitting(asof: AsOf, world: World, asked: Asked, after: str) -> Select[Any]:
    """The names of topics to which something was said, about a day that has come, in order."""
    query = select(topics.c.topic).where(_said(asof), topics.c.topic > after).distinct().order_by(topics.c.topic)
    if asked.topics:
        query = query.where(among(topics.c.topic, asked.topics))
    if asked.kinds:
        query = query.where(among(topics.c.kind, asked.kinds))
    if asked.actors:
        parts = sorted({part for actor in asked.actors for part in world.parts(actor)})
        query = query.where(or_(topics.c.actors.overlap(parts), topics.c.towards.overlap(parts)))
    if asked.places:
        query = query.where(topics.c.places.overlap(sorted({one for at in asked.places for one in world.within(at)})))
    return query


def _said(asof: AsOf) -> ColumnElement[bool]:
    columns = developments.c
    came = or_(columns.reported_day.is_(None), func.least(columns.occurred_last, columns.reported_day) <= asof.view.day)
    return and_(
        rows_of(topics, asof.generations),
        held_at(topics, asof.position),
        topics.c.report == columns.report,
        in_view(developments, asof),
        came,
    )


def _read_members(connection: Connection, asof: AsOf, names: Select[Any]) -> Mapping[str, tuple[Topic, list[str]]]:
    query = (
        select(topics)
        .where(
            rows_of(topics, asof.generations),
            held_at(topics, asof.position),
            among(topics.c.topic, connection.scalars(names)),
        )
        .order_by(topics.c.topic, topics.c.report)
    )
    found: dict[str, tuple[Topic, list[str]]] = {}
    for row in connection.execute(query):
        if row.topic not in found:
            named = {name: tuple(getattr(row, name)) for name in ("actors", "towards", "places")}
            found[row.topic] = Topic(kind=row.kind, **named), []
        found[row.topic][1].append(row.report)
    return found


def _check(connection: Connection, asof: AsOf, world: World, asked: Asked) -> None:
    for actor in asked.actors:
        check_names(world, actor=actor)
    for place in asked.places:
        check_names(world, place=place)
    for name in asked.topics:
        if not _read_names(connection, asof, topics.c.topic == name):
            detail = f"no topic {name[:SHOWN_MAX]} in this view"
            hint = nearest_hint(name[:SHOWN_MAX], _read_names(connection, asof, topics.c.topic != name))
            raise Unknown(detail, code="unknown-topic", hint=hint, faults=[Fault(parameter="topic", detail=detail)])


def _read_names(connection: Connection, asof: AsOf, where: ColumnElement[bool]) -> Iterable[str]:
    query = select(topics.c.topic).where(_said(asof), where).distinct().order_by(topics.c.topic)
    return list(connection.scalars(query.limit(COMPARED_MAX)))
