"""The brief: what changed between two days of reported time, as a page or as JSON."""

from datetime import date
from typing import Annotated, Any, Literal
from urllib.parse import urlencode

import msgspec
from litestar import Request, Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath, QueryParameter
from sqlalchemy import Connection, Engine

from app.api import forecasts
from app.api.asof import KnownAt, as_of, parse_day, question
from app.api.brief_page import page_of
from app.api.estimates import show_figures
from app.api.lists import JSON
from app.api.narrowing import malformed
from app.api.problems import unacceptable
from app.api.tags import negotiated, rest_on
from app.database.engine import reading
from app.domain.brief import Moved
from app.domain.pages import in_markdown, in_text
from app.projections.asof import AsOf, resolve
from app.projections.brief import Brief, read_brief

MARKDOWN = "text/markdown"
TEXT = "text/plain"
_MEDIA = {"json": JSON, "markdown": MARKDOWN, "text": TEXT}

Since = Annotated[str, QueryParameter(description="What had been said by the end of this day (UTC) is not new.")]
Until = Annotated[
    str | None, QueryParameter(description="The last day of which anything is told; else all that was said.")
]
Format = Annotated[
    Literal["json", "markdown", "text"] | None, QueryParameter(description="Goes before the header Accept.")
]


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """The two ends, resolved."""

    since: date
    until: date | None
    start: AsOf
    end: AsOf


@get("/v1/timelines/{timeline:str}/brief", sync_to_thread=True, pages=(MARKDOWN, TEXT))
def show_brief(
    request: Request[Any, Any, Any],
    timeline: FromPath[str],
    engine: NamedDependency[Engine],
    since: Since,
    until: Until = None,
    known_at: KnownAt = None,
    format: Format = None,  # noqa: A002 -- the parameter's own name
) -> Response[Any]:
    """New developments with their repeats folded, estimates that moved and why, what was taken back, which disputes
    opened or closed, what came due.

    An estimate is read on the day of the newest report by either end, as `/estimates/changes` along `reported_by` does;
    its causes, the others and the time that passed come to its change. What we ourselves correct, grade or link has no
    day in reported time: both ends count it.
    """
    form = _form(request, format)
    with reading(engine) as connection:
        asked = ask(connection, timeline, since, until, known_at)
        rest_on(request, asked.end)
        brief = read_brief(connection, asked.start, asked.end, since=asked.since, until=asked.until)
    if form == "json":
        return Response(show(brief, asked), media_type=JSON)
    write = in_markdown if form == "markdown" else in_text
    return Response(write(page_of(brief)), media_type=_MEDIA[form])


def ask(connection: Connection, timeline: str, since: str, until: str | None, known_at: str | None) -> Asked:
    """Raises Malformed, with the name of the parameter, for days that cannot be."""
    first, last = parse_day("since", since), parse_day("until", until)
    if first is None or first == date.max:
        raise malformed("since", "since is a day with another one after it")
    if last is not None and first > last:
        raise malformed("since", f"since lies after until, {last}", "give an earlier since or a later until")
    ends = (question(None, day, known_at) for day in (since, until))
    start, end = (resolve(connection, timeline, one, projection="estimates") for one in ends)
    return Asked(since=first, until=last, start=start, end=end)


def _form(request: Request[Any, Any, Any], format: str | None) -> str:  # noqa: A002 -- as above
    best = _MEDIA.get(format) if format else request.accept.best_match([*_MEDIA.values()])
    if best is None:
        raise unacceptable([*_MEDIA.values()])
    form = next(form for form, media in _MEDIA.items() if media == best)
    negotiated(request, "" if form == "json" else form)
    return form


def show(brief: Brief, asked: Asked) -> dict[str, Any]:
    return {
        "as_of": as_of(asked.end),
        "since": brief.since,
        "until": brief.until,
        "title": brief.names.timeline,
        "reports": brief.reports,
        "origins": brief.origins,
        "estimates": [_show_moved(one, asked) for one in brief.moves.moved],
        "estimates_besides": brief.moves.besides,
        "estimates_aged": brief.moves.aged,
        "developments": [{"topic": one.topic, "items": one.told} for one in brief.topics],
        "repeats": [{"report": one.report, "echo_of": one.echo_of} for one in brief.older],
        "taken_back": brief.taken_back,
        "questions": {"opened": brief.opened, "closed": brief.closed},
        "forecasts": {
            "resolved": [forecasts.show(one) for one in brief.resolved],
            "fell_due": [forecasts.show(one) for one in brief.fell_due],
            "made": [forecasts.show(one) for one in brief.foretold],
        },
    }


def _show_moved(one: Moved, asked: Asked) -> dict[str, Any]:
    key = msgspec.structs.asdict(one.key)
    ends = {"from_reported_by": asked.since, "to_reported_by": asked.until, "known_at": asked.end.known_at}
    query = urlencode(key | {name: value for name, value in ends.items() if value is not None})
    return {
        **key,
        "unit": one.unit,
        "before": show_figures(one.before),
        "after": show_figures(one.after),
        "change": one.change,
        "votes": one.votes,
        "flags": one.flags,
        "causes": one.causes,
        "others": {"count": one.others_count, "best": one.others},
        "time_passed": one.time_passed,
        "links": {"changes": f"/v1/timelines/{asked.end.timeline}/estimates/changes?{query}"},
    }


HANDLERS = [show_brief]
