"""Contested: sets of reports that are set against each other, open or settled, by whom and since when."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

from litestar import Request, Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath, QueryParameter
from sqlalchemy import Engine

from app.api.asof import KnownAt, ReportedBy, ValidAt, as_of, question
from app.api.lists import Cursor, Format, Limit, listing, page
from app.api.narrowing import among
from app.api.sources import show_link
from app.api.tags import rest_on
from app.api.words import show_word
from app.database.engine import reading
from app.domain.contests import Contest, Dispute, Settlement
from app.domain.sheet import under
from app.projections.asof import resolve
from app.projections.defined import check_reports
from app.projections.developments.contests import Ending, read_contests, read_endings

STATES = ("open", "settled")
States = Annotated[
    list[str] | None, QueryParameter(name="state", description="open or settled; both when it is left out.")
]
Reports = Annotated[
    list[str] | None, QueryParameter(name="report", description="A report of the set, or several for any of them.")
]


COLUMNS = (
    *("state", "opened"),
    *under("settled", ("how", "report", "by_report", "by", "reason", "day", "position")),
    *("reports", "disputes"),
)


@get("/v1/timelines/{timeline:str}/contested", sync_to_thread=True, columns=COLUMNS)
def list_contested(
    request: Request[Any, Any, Any],
    timeline: FromPath[str],
    engine: NamedDependency[Engine],
    wanted: States = None,
    report: Reports = None,
    valid_at: ValidAt = None,
    reported_by: ReportedBy = None,
    known_at: KnownAt = None,
    cursor: Cursor = None,
    limit: Limit = None,
    format: Format = None,  # noqa: A002 -- the parameter's own name
) -> Response[Any]:
    """By the day of a set's first report. Disputes that share a report are one set, which is open while one of them is.

    A dispute is a link `contradicts` or `rival_of`. It is settled where either report is taken back or superseded, or
    the link withdrawn, by the event at `position`; a correction alone settles nothing. `day` is null where the ending
    is our own judgement, which has no day of saying.
    """
    asked = listing(request, cursor=cursor, limit=limit, format=format, shape=tuple[str, str])
    states = among("state", wanted, STATES)
    with reading(engine) as connection:
        times = question(valid_at, reported_by, known_at)
        found = rest_on(request, resolve(connection, timeline, times, projection="developments"))
        check_reports(connection, found, report or [])
        items = [item for item in read_contests(connection, found) if is_asked(item, states, report or ())]
        left = [item for item in items if asked.after is None or item.order > asked.after][: asked.limit + 1]
        endings = read_endings(connection, found, left)
    return page(
        asked, left, key=lambda item: item.order, show=lambda item: show(item, endings), top={"as_of": as_of(found)}
    )


def is_asked(item: Contest, states: Sequence[str], reports: Sequence[str]) -> bool:
    """Of none any is meant."""
    return item.state in (states or STATES) and (not reports or any(word.report in reports for word in item.words))


def show(item: Contest, endings: Mapping[int, Ending]) -> dict[str, Any]:
    return {
        "state": item.state,
        "opened": item.opened,
        "settled": item.settled and _settlement(item.settled, endings),
        "reports": [show_word(word) for word in item.words],
        "disputes": [_dispute(dispute, endings) for dispute in item.disputes],
    }


def _dispute(dispute: Dispute, endings: Mapping[int, Ending]) -> dict[str, Any]:
    return {
        **show_link(dispute.tie.link),
        "position": dispute.tie.made,
        "state": "open" if dispute.settled is None else "settled",
        "opened": dispute.opened,
        "settled": dispute.settled and _settlement(dispute.settled, endings),
    }


def _settlement(ended: Settlement, endings: Mapping[int, Ending]) -> dict[str, Any]:
    ending = endings[ended.position]
    return {
        "how": ended.how,
        "report": ended.report,
        "by_report": ended.by_report,
        "by": ending.by,
        "reason": ending.reason,
        "day": ended.day,
        "position": ended.position,
    }


HANDLERS = [list_contested]
