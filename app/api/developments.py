"""Developments: the timeline of reports, narrowed and as of any of the three times; and one of them whole."""

from typing import Any

import msgspec
from litestar import Request, Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath
from sqlalchemy import Connection, Engine

from app.api.asof import KnownAt, ReportedBy, ValidAt, as_of, instant_text, question
from app.api.lists import Cursor, Format, Limit, listing, page
from app.api.narrowing import NARROWED, Flag, malformed, parse_flag
from app.api.sources import show_link
from app.api.tags import rest_on
from app.database.engine import reading
from app.domain.developments import Development
from app.domain.sheet import under
from app.domain.statements import AMBIGUOUS
from app.projections.asof import AsOf, resolve
from app.projections.defined import check_defined, check_origins, check_reports
from app.projections.developments.filters import After, Filters
from app.projections.developments.reading import Item, read_one, read_page
from app.projections.developments.verdicts import Count
from app.projections.places import read_places, with_inner

COLUMNS = (
    *("report", "kind", "stance", "status", "summary", "occurred", "reported", "origin", "effective_grade"),
    *("quantities", "places", "actors", "condition", "about", "occurred_wording", "occurred_anchor"),
    *under("provenance", ("document", "wording", "reading", "hedges", "chain", "locator")),
    *under("confidence", ("credibility", "reliability", "likelihood", "analytic_confidence")),
    *(
        "position",
        "event_id",
        "recorded_at",
        "reported_day",
        "corrected_by",
        "superseded_by",
        "echo_of",
        "disputed",
        "links",
        "history",
    ),
)


@get("/v1/timelines/{timeline:str}/developments", sync_to_thread=True, dependencies=NARROWED, columns=COLUMNS)
def list_developments(
    request: Request[Any, Any, Any],
    timeline: FromPath[str],
    engine: NamedDependency[Engine],
    filters: NamedDependency[Filters],
    within: Flag = None,
    valid_at: ValidAt = None,
    reported_by: ReportedBy = None,
    known_at: KnownAt = None,
    cursor: Cursor = None,
    limit: Limit = None,
    format: Format = None,  # noqa: A002 -- the parameter's own name
) -> Response[Any]:
    """By the first day on which it was so, else the day on which it was said; those without a day last.

    Different names narrow each other. Without `valid_at` all are listed, else those whose first possible day is not
    later. A `source` may stand anywhere in the chain; `within=true` takes along what lies in a place.
    """
    asked = listing(request, cursor=cursor, limit=limit, format=format, shape=After)
    inner = parse_flag("within", within)
    if inner is not None and not filters.place:
        raise malformed("within", "within says how a place is meant and needs one beside it")
    times = question(valid_at, reported_by, known_at)
    filters = msgspec.structs.replace(filters, possible=times.valid_at)
    with reading(engine) as connection:
        asof = rest_on(request, resolve(connection, timeline, times, projection="developments"))
        _check_names(connection, asof, filters)
        if inner:
            filters = _with_inner(connection, asof, filters)
        found = read_page(connection, asof, filters, after=asked.after, limit=asked.limit + 1)
    return page(asked, found, key=lambda item: item.place, show=show, top={"as_of": as_of(asof)})


@get("/v1/timelines/{timeline:str}/developments/{report:str}", sync_to_thread=True)
def show_development(
    request: Request[Any, Any, Any],
    timeline: FromPath[str],
    report: FromPath[str],
    engine: NamedDependency[Engine],
    valid_at: ValidAt = None,
    reported_by: ReportedBy = None,
    known_at: KnownAt = None,
) -> dict[str, Any]:
    """The whole of a development: by whom it was judged, and what each of its quantities counts for and why.

    `share` is the percentage in the panel of the day asked for. 404 where it was not said or not held yet.
    """
    with reading(engine) as connection:
        times = question(valid_at, reported_by, known_at)
        asof = rest_on(request, resolve(connection, timeline, times, projection="developments"))
        item, counts = read_one(connection, asof, report)
    outcome = item.outcome
    return {
        "as_of": as_of(asof),
        **show(item),
        "confidence": _show_confidence(item),
        "outcome": outcome and {"outcome": outcome.outcome, "by": outcome.by, "evidence": outcome.evidence},
        "counts": [_show_count(count) for count in counts],
    }


def _check_names(connection: Connection, asof: AsOf, filters: Filters) -> None:
    """Raises Unknown, with the nearest: a misspelt name would answer that nothing was ever said."""
    for kind in ("measure", "source", "actor", "place"):
        check_defined(connection, asof, kind, getattr(filters, kind))
    check_origins(connection, asof, filters.origin)
    check_reports(connection, asof, filters.report)


def _with_inner(connection: Connection, asof: AsOf, filters: Filters) -> Filters:
    inner = with_inner(read_places(connection, asof), filters.place)
    return msgspec.structs.replace(filters, place=tuple(sorted(inner)))


def show(item: Item) -> dict[str, Any]:
    """The body's own fields as they were recorded, and beside them what follows from the rest of the view.

    `reported_day` is the last day that its own date admits, else that of its document; null where neither has one.
    """
    development, verdict = item.development, item.verdict
    corrected = development.written > development.position
    return {
        **msgspec.to_builtins(item.body),
        "position": development.position,
        "event_id": item.event_id,
        "recorded_at": instant_text(item.recorded_at),
        "status": item.status,
        "reported_day": development.reported_day,
        "origin": development.origin,
        "effective_grade": f"{development.letter}{item.digit}",
        "corrected_by": development.written if corrected else None,
        "superseded_by": verdict.superseded_by,
        "echo_of": verdict.echo_of,
        "disputed": verdict.disputed,
        "links": [show_link(link) for link in item.links],
        "history": [
            {"position": done.position, "type": done.type, "by": done.by, "reason": done.reason}
            for done in item.history
        ],
    }


def _show_confidence(item: Item) -> dict[str, Any]:
    development = item.development
    return {
        "given": item.body.confidence,
        "assessments": [
            {
                "by": one.by,
                "credibility": one.credibility,
                "likelihood": one.likelihood,
                "analytic_confidence": one.analytic_confidence,
                "reason": one.reason,
            }
            for one in development.assessments
        ],
        "effective": {
            "reliability": development.letter,
            "credibility": item.digit,
            "likelihood": development.likelihood,
            "analytic_confidence": _analytic_confidence(development),
        },
    }


def _analytic_confidence(development: Development) -> str | None:
    """The last standing assessment's, else the report's own."""
    own = development.body.confidence
    judged = (one.analytic_confidence for one in reversed(development.assessments) if one.analytic_confidence)
    return next(judged, own.analytic_confidence if own is not None else None)


def _show_count(count: Count) -> dict[str, Any]:
    """What could be meant by several names is not named; `why` says so."""
    key = count.statement.key
    return {
        "measure": key.measure,
        "actor": None if key.actor == AMBIGUOUS else key.actor,
        "place": None if key.place == AMBIGUOUS else key.place,
        "counts": count.why is None,
        "share": None if count.share is None else round(100 * count.share, 1),
        "why": count.why,
        "by": count.by,
    }


HANDLERS = [list_developments, show_development]
