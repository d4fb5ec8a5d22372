"""How many independent origins there are behind some reports, or among some sources, at least and at most."""

from collections.abc import Sequence

import msgspec
from sqlalchemy import Connection

from app.domain.case import stands
from app.domain.independence import ONE_GROUP
from app.domain.sources import Sources, count_independent, independence
from app.projections.asof import AsOf
from app.projections.developments.reading import unknown_report
from app.projections.estimates.cases import by_report, of_reports, read_statements
from app.projections.registry import read_links, read_sources


class Independent(msgspec.Struct, frozen=True, kw_only=True):
    """`groups` are the origins that cannot be shown to be independent of each other, each in order of names."""

    min: int
    max: int
    groups: tuple[tuple[str, ...], ...]


def independence_of_sources(sources: Sources, names: Sequence[str]) -> Independent:
    """Of what sources say on their own; names for one source are one."""
    same = sources.same()
    origins = [same.name(name) for name in names]
    groups = independence(origins, (), sources.kin())
    return Independent(
        min=count_independent(groups), max=len(set(origins)), groups=tuple(tuple(group) for group in groups)
    )


def read_independence(connection: Connection, as_of: AsOf, reports: Sequence[str]) -> Independent:
    """Raises Unknown, with the nearest, for a report that is not in the view. What was taken back adds no origin."""
    generations, at = as_of.generations, as_of.position
    said = by_report(read_statements(connection, generations, of_reports(reports), at=at))
    for report in reports:
        if not any(as_of.view.has(one.reported_day, one.position) for one in said.get(report, ())):
            raise unknown_report(connection, as_of, report)
    origin = {name: found[0].origin for name, found in said.items() if any(stands(one, as_of.view) for one in found)}
    ties = [
        (origin[link.from_], origin[link.to])
        for link in read_links(connection, generations, origin, at=at)
        if link.relation in ONE_GROUP and link.from_ in origin and link.to in origin
    ]
    groups = independence(origin.values(), ties, read_sources(connection, generations, at=at).kin())
    return Independent(
        min=count_independent(groups), max=len(set(origin.values())), groups=tuple(tuple(group) for group in groups)
    )
