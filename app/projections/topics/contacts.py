"""Contacts as of any three times: all that was said of who met, briefed or pressed whom."""

from collections.abc import Iterable

from sqlalchemy import Connection, select

from app.domain.contacts import Contact, contacts_of
from app.projections.asof import AsOf
from app.projections.developments.view import in_view
from app.projections.developments.words import read_scene
from app.projections.estimates.reading import check_names, read_world
from app.projections.tables import developments

KIND = "diplomatic_contact"


def read_contacts(connection: Connection, asof: AsOf, *, actors: Iterable[str] = ()) -> list[Contact]:
    """By their parties; those alone in which one of these actors, or one that is part of it, is named.

    Raises Unknown, with the nearest, for an actor that is not there.
    """
    world = read_world(connection, asof)
    wanted = set()
    for actor in actors:
        check_names(world, actor=actor)
        wanted |= world.parts(actor)
    query = select(developments.c.report).where(in_view(developments, asof), developments.c.kind == KIND)
    reports = set(connection.scalars(query.order_by(developments.c.report)))
    scene = read_scene(connection, asof, reports)
    belongs = {actor: above[0] for actor, above in world.actors.items() if above}
    said = [word for report, word in scene.words.items() if report in reports]
    found = contacts_of(said, scene, belongs)
    return [one for one in found if not wanted or wanted & {*one.actors, *one.parties.by, *one.parties.to}]
