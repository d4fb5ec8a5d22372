"""What was handed over: the estimates of all that reports of transfers count, and the transfers without an amount."""

import msgspec
from sqlalchemy import Connection

from app.domain.estimate import Estimate
from app.domain.statements import Key
from app.projections.asof import AsOf
from app.projections.developments.filters import Filters
from app.projections.developments.reading import Item, read_all
from app.projections.estimates.cases import of_reports, read_statements
from app.projections.estimates.reading import World, read_estimates

TRANSFERS = Filters(kind=("materiel_transfer",), status=("standing", "corrected"))


class Transfer(msgspec.Struct, frozen=True, kw_only=True):
    """One measure of what one supplier handed over in one place, and the reports of transfers that count it."""

    estimate: Estimate
    reports: tuple[str, ...]


class Materiel(msgspec.Struct, frozen=True, kw_only=True):
    """`transfers` by key. They are of different measures, or of places that may lie in each other: never a sum."""

    transfers: tuple[Transfer, ...]
    without_amount: tuple[Item, ...]


def read_materiel(connection: Connection, asof: AsOf, world: World) -> Materiel:
    items = {one.body.report: one for one in read_all(connection, asof, TRANSFERS)}
    said = read_statements(connection, asof.generations, of_reports(items), at=asof.position)
    counting: dict[Key, set[str]] = {}
    for one in said:
        if one.key.countable:
            counting.setdefault(one.key, set()).add(one.report)
    keys = sorted(counting)
    read = read_estimates(connection, world, asof.view, keys) if keys else []
    counted = {report for reports in counting.values() for report in reports}
    return Materiel(
        transfers=tuple(Transfer(estimate=one, reports=tuple(sorted(counting[one.key]))) for one in read),
        without_amount=tuple(one for report, one in items.items() if report not in counted),
    )
