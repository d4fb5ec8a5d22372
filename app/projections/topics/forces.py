"""Forces as of any three times: every force and unit under the one that it is part of, and what was said of it."""

from collections.abc import Iterable, Mapping

import msgspec
from sqlalchemy import Connection

from app.domain.events import ActorDefined
from app.domain.events.report import ReportKind
from app.projections.asof import AsOf
from app.projections.estimates.reading import check_names, read_world
from app.projections.registry import read_definitions
from app.projections.topics.reading import Asked, Item, read_situation

SAID: Mapping[str, ReportKind] = {
    "composition": "unit_identification",
    "training": "training",
    "quality": "capability",
    "employment": "military_operation",
    "command": "command_and_control",
}
"""What is asked of a force, and the kind of report that tells of it."""


FORCES = ("force", "unit")

Path = tuple[str, ...]
"""The forces from the topmost down to one."""


class Force(msgspec.Struct, frozen=True, kw_only=True):
    """`path` leads to it; `units` are those directly below; `said` has what was said, under the names of `SAID`."""

    actor: ActorDefined
    path: Path
    units: tuple[str, ...]
    said: Mapping[str, tuple[Item, ...]]


def read_forces(
    connection: Connection, asof: AsOf, *, actors: Iterable[str] = (), after: Path = (), limit: int | None = None
) -> list[Force]:
    """Each right behind the one that it is part of, from the first behind `after`; all, or these and their parts.

    Raises Unknown, with the nearest, for an actor that is not there.
    """
    world = read_world(connection, asof)
    wanted = set()
    for actor in actors:
        check_names(world, actor=actor)
        wanted |= world.parts(actor)
    defined = read_definitions(connection, asof.generations, "actor", ActorDefined, at=asof.position)
    forces = {name: actor for name, actor in defined.items() if actor.kind in FORCES}
    paths = sorted(_path(name, forces) for name in forces if not wanted or name in wanted)
    page = [path for path in paths if path > after][:limit]
    said = _read_said(connection, asof, {path[-1] for path in page})
    return [
        Force(
            actor=forces[path[-1]],
            path=path,
            units=tuple(name for name, actor in forces.items() if actor.part_of == path[-1]),
            said={name: tuple(said.get((kind, path[-1]), ())) for name, kind in SAID.items()},
        )
        for path in page
    ]


def _path(name: str, forces: Mapping[str, ActorDefined]) -> Path:
    path = [name]
    while (above := forces[path[0]].part_of) is not None and above in forces and above not in path:
        path.insert(0, above)
    return tuple(path)


def _read_said(connection: Connection, asof: AsOf, names: Iterable[str]) -> dict[tuple[ReportKind, str], list[Item]]:
    """By kind and by whom the question names."""
    asked = Asked(kinds=tuple(SAID.values()), actors=tuple(sorted(names)))
    found: dict[tuple[ReportKind, str], list[Item]] = {}
    for item in read_situation(connection, asof, asked) if asked.actors else ():
        for actor in item.topic.actors:
            found.setdefault((item.topic.kind, actor), []).append(item)
    return found
