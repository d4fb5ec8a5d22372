"""The standing audit log: every change of every estimate in ledger order, with its event and its lines."""

from collections.abc import Mapping
from typing import Annotated, Any, get_args

from litestar import Request, Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath, QueryParameter
from sqlalchemy import Connection, Engine

from app.api.asof import KnownAt, as_of, question
from app.api.estimates import FIGURES, Names, show_figures
from app.api.lists import Cursor, Format, Limit, listing, page
from app.api.tags import rest_on
from app.database.engine import reading
from app.domain.errors import Fault, Malformed
from app.domain.revisions import Cause
from app.domain.sheet import under
from app.domain.statements import Key
from app.projections.asof import AsOf, resolve
from app.projections.defined import check_defined, check_reports
from app.projections.estimates.reading import Revised, read_revisions

CAUSES: tuple[str, ...] = get_args(Cause)
Causes = Annotated[list[str] | None, QueryParameter(description="Such as new_report, retraction or re_grading.")]

COLUMNS = (
    *("position", "event_id", "type", "cause", "measure", "actor", "place", "report", "source"),
    *("day_before", "day", "day_after"),
    *(column for state in ("before", "due", "moved", "after") for column in under(state, FIGURES)),
    "lines",
)


@get("/v1/timelines/{timeline:str}/revisions", sync_to_thread=True, columns=COLUMNS)
def list_revisions(
    request: Request[Any, Any, Any],
    timeline: FromPath[str],
    engine: NamedDependency[Engine],
    measure: Names = None,
    actor: Names = None,
    place: Names = None,
    cause: Causes = None,
    source: Names = None,
    report: Names = None,
    known_at: KnownAt = None,
    cursor: Cursor = None,
    limit: Limit = None,
    format: Format = None,  # noqa: A002 -- the parameter's own name
) -> Response[Any]:
    """The revisions up to `known_at`; a name that no revision bears gives an empty list, one that is none 404."""
    asked = listing(request, cursor=cursor, limit=limit, format=format, shape=tuple[int, str, str, str])
    _refuse_unknown(cause or [])
    named = {"measure": measure, "actor": actor, "place": place, "cause": cause, "source": source, "report": report}
    position, *key = asked.after if asked.after is not None else (0,)
    with reading(engine) as connection:
        found = rest_on(request, resolve(connection, timeline, question(known_at=known_at), projection="estimates"))
        _refuse_undefined(connection, found, named)
        rows = read_revisions(
            connection,
            found.generations,
            after=position,
            after_key=Key(*key) if key else None,
            upto=found.position,
            names={name: wanted or [] for name, wanted in named.items()},
            limit=asked.limit + 1,
        )
    return page(
        asked,
        rows,
        key=lambda row: (row.position, row.key.measure, row.key.actor, row.key.place),
        show=show_revision,
        top={"as_of": as_of(found)},
    )


def _refuse_unknown(causes: list[str]) -> None:
    """A misspelt cause would answer that nothing was ever moved by it."""
    for one in causes:
        if one not in CAUSES:
            detail = f"there is no cause {one[:80]}"
            raise Malformed(
                detail, hint=f"it is one of {', '.join(CAUSES)}", faults=[Fault(parameter="cause", detail=detail)]
            )


def _refuse_undefined(connection: Connection, found: AsOf, named: Mapping[str, list[str] | None]) -> None:
    for kind in ("measure", "actor", "place", "source"):
        check_defined(connection, found, kind, named[kind] or [])
    check_reports(connection, found, named["report"] or [])


def show_revision(row: Revised) -> dict[str, Any]:
    """`due` and `moved` are read on `day`, before and after the event; the lines lead from `before` to `after`."""
    revision = row.revision
    return {
        "position": row.position,
        "event_id": row.event_id,
        "type": row.type,
        "cause": row.cause,
        "measure": row.key.measure,
        "actor": row.key.actor,
        "place": row.key.place,
        "report": row.report,
        "source": row.source,
        "day_before": revision.day_before,
        "day": revision.day,
        "day_after": revision.day_after,
        "before": show_figures(revision.before),
        "due": show_figures(revision.due),
        "moved": show_figures(revision.moved),
        "after": show_figures(revision.after),
        "lines": revision.lines,
    }


HANDLERS = [list_revisions]
