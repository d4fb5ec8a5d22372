"""Whether the names by which a question is narrowed are there: of one that never was, an empty answer misleads."""

from collections.abc import Collection, Mapping, Sequence

from sqlalchemy import Connection, select

from app.domain.errors import Fault, Unknown, nearest_hint
from app.domain.measures import BUILT_IN
from app.domain.names import RESERVED_PLACES
from app.domain.sources import is_unstated
from app.projections.asof import AsOf
from app.projections.developments.reading import unknown_report
from app.projections.developments.view import read_seen
from app.projections.generations import rows_of
from app.projections.tables import definitions
from app.projections.versions import held_at

SHOWN_MAX = 80
_BESIDE: Mapping[str, Collection[str]] = {"measure": BUILT_IN, "place": RESERVED_PLACES}


def check_defined(connection: Connection, asof: AsOf, kind: str, names: Sequence[str], *, parameter: str = "") -> None:
    """Raises Unknown, with the nearest, for a name that no event had defined by the position."""
    wanted = [name for name in names if name not in _BESIDE.get(kind, ())]
    if not wanted:
        return
    query = select(definitions.c.name).where(
        rows_of(definitions, asof.generations), definitions.c.kind == kind, held_at(definitions, asof.position)
    )
    found = set(connection.scalars(query.where(definitions.c.name.in_(wanted))))
    for name in wanted:
        if name not in found:
            detail = f"no {kind} {name[:SHOWN_MAX]}"
            near = nearest_hint(name[:SHOWN_MAX], [*_BESIDE.get(kind, ()), *connection.scalars(query)])
            faults = [Fault(parameter=parameter or kind, detail=detail)]
            raise Unknown(detail, code=f"unknown-{kind}", hint=near, faults=faults)


def check_origins(connection: Connection, asof: AsOf, origins: Sequence[str]) -> None:
    """Whoever is not named was never registered either."""
    named = [one for one in origins if not is_unstated(one)]
    check_defined(connection, asof, "source", named, parameter="origin")


def check_reports(connection: Connection, asof: AsOf, reports: Sequence[str]) -> None:
    """Raises Unknown, with the nearest, for a report that is not in the view."""
    seen = read_seen(connection, asof, reports) if reports else {}
    for report in reports:
        if report not in seen:
            detail = f"no report {report[:SHOWN_MAX]} in this view"
            raise unknown_report(connection, asof, report, faults=[Fault(parameter="report", detail=detail)])
