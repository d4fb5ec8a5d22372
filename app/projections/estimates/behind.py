"""Which events are behind the difference of a key between two generations: those that they let move it differently."""

import msgspec
from sqlalchemy import Connection

from app.domain.panel import Figures
from app.domain.statements import Key
from app.projections.estimates.reading import Revised, read_revisions
from app.projections.generations import Generations

EVENTS_MAX = 3
_UNITS = tuple[int, int, int]


class Behind(msgspec.Struct, frozen=True, kw_only=True):
    """An event and what it did to the key in each generation: low, best and high, in micro-units of the scale."""

    position: int
    event_id: str
    type: str
    cause: str
    report: str | None
    source: str | None
    standing: _UNITS
    replayed: _UNITS


def events_behind(
    connection: Connection, key: Key, standing: Generations, replayed: Generations, position: int
) -> list[Behind]:
    """The few events whose revisions of the key differ most in what they did to best, by the position."""
    names = {name: [value] for name, value in msgspec.structs.asdict(key).items()}
    was, now = (
        {one.position: one for one in read_revisions(connection, meant, after=0, upto=position, names=names)}
        for meant in (standing, replayed)
    )
    found = []
    for at in was.keys() | now.keys():
        one = was.get(at) or now[at]
        before, after = _effect(was.get(at)), _effect(now.get(at))
        if before != after:
            found.append(
                Behind(
                    position=at,
                    event_id=one.event_id,
                    type=one.type,
                    cause=one.cause,
                    report=one.report,
                    source=one.source,
                    standing=before,
                    replayed=after,
                )
            )
    found.sort(key=lambda one: (-abs(one.replayed[1] - one.standing[1]), one.position))
    return found[:EVENTS_MAX]


def _effect(one: Revised | None) -> _UNITS:
    """What the event did, without the days before and after it."""
    if one is None:
        return (0, 0, 0)
    due, moved = (_units(figures) for figures in (one.revision.due, one.revision.moved))
    return (moved[0] - due[0], moved[1] - due[1], moved[2] - due[2])


def _units(figures: Figures | None) -> _UNITS:
    return figures.units if figures is not None else (0, 0, 0)
