"""What a list of developments may be narrowed by, and the order in which it comes.

Values of one name are alternatives, different names narrow each other. Ranges of days are half-open.
"""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select

from app.database.many import among
from app.projections.asof import AsOf
from app.projections.developments.view import in_view, status
from app.projections.generations import rows_of
from app.projections.tables import developments, links


class Span(msgspec.Struct, frozen=True, kw_only=True):
    """[since, until); None: no bound."""

    since: date | None = None
    until: date | None = None


class Filters(msgspec.Struct, frozen=True, kw_only=True):
    """`place` are all places asked for, those that lie in them included.

    The database does not know of `echo`, nor by itself what is `contested`.

    `possible` keeps those whose first possible day is not later. All words of a `text` have to occur, in any case.
    """

    report: tuple[str, ...] = ()
    kind: tuple[str, ...] = ()
    stance: tuple[str, ...] = ()
    status: tuple[str, ...] = ()
    echo: bool | None = None
    contested: bool | None = None
    measure: tuple[str, ...] = ()
    source: tuple[str, ...] = ()
    origin: tuple[str, ...] = ()
    place: tuple[str, ...] = ()
    actor: tuple[str, ...] = ()
    occurred: Span = Span()
    reported: Span = Span()
    text: tuple[str, ...] = ()
    possible: date | None = None


class After(msgspec.Struct, frozen=True, kw_only=True):
    """The place of a report in the order: by day, those without one last, then by report."""

    day: date | None
    report: str


def matching(asof: AsOf, filters: Filters, after: After | None, contested: Iterable[str] = ()) -> Select[Any]:
    """The versions in the view that fit everything but `echo`, in order. `contested` are the reports that are."""
    query = (
        select(developments.c.report, developments.c.sort_day, developments.c.development)
        .where(in_view(developments, asof), *_conditions(asof, filters, contested))
        .order_by(developments.c.sort_day.nulls_last(), developments.c.report)
    )
    return query if after is None else query.where(_follows(after))


def _follows(after: After) -> ColumnElement[bool]:
    day, report = developments.c.sort_day, developments.c.report
    if after.day is None:
        return and_(day.is_(None), report > after.report)
    return or_(day > after.day, and_(day == after.day, report > after.report), day.is_(None))


def _conditions(asof: AsOf, filters: Filters, contested: Iterable[str]) -> Iterator[ColumnElement[bool]]:
    columns = developments.c
    for name in ("report", "kind", "stance", "origin"):
        if wanted := getattr(filters, name):
            yield columns[name].in_(wanted)
    for name in ("measure", "source", "place", "actor"):
        if wanted := getattr(filters, name):
            yield columns[f"{name}s"].overlap(list(wanted))
    if filters.status:
        yield status(developments, asof).in_(filters.status)
    if filters.contested is not None:
        found = among(columns.report, contested)
        yield found if filters.contested else ~found
    if filters.echo:
        yield _may_repeat(asof)
    if filters.text:
        yield or_(*(_has_words(text) for text in filters.text))
    yield from _days(filters)


def _days(filters: Filters) -> Iterator[ColumnElement[bool]]:
    columns = developments.c
    # An open start lies before everything; an open end closes with the day on which it was said.
    dated = or_(columns.occurred_first.is_not(None), columns.occurred_last.is_not(None))
    occurred, reported = filters.occurred, filters.reported
    if occurred.since is not None:
        last = func.coalesce(columns.occurred_last, columns.reported_day, date.max)
        yield and_(dated, last >= occurred.since)
    if occurred.until is not None:
        yield and_(dated, func.coalesce(columns.occurred_first, date.min) < occurred.until)
    if reported.since is not None:
        yield columns.reported_day >= reported.since
    if reported.until is not None:
        yield func.coalesce(columns.reported_first, columns.reported_day) < reported.until
    if filters.possible is not None:
        yield func.coalesce(columns.occurred_first, columns.reported_first) <= filters.possible


def _has_words(text: str) -> ColumnElement[bool]:
    return and_(*(developments.c.words.icontains(word, autoescape=True) for word in text.split()))


def _may_repeat(asof: AsOf) -> ColumnElement[bool]:
    """Only who passes something on, or is linked as a restatement, can be an echo."""
    restated = select(links.c.link).where(
        rows_of(links, asof.generations), links.c["from"] == developments.c.report, links.c.relation == "restates"
    )
    relayed = or_(func.cardinality(developments.c.sources) > 1, developments.c.origin.startswith("unstated@"))
    return or_(relayed, exists(restated))
