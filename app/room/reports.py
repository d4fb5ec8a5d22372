"""Reports: the list of developments, narrowed by whatever a reader asks for; and one of them whole."""

from collections.abc import Mapping
from typing import Annotated, Any, get_args

from litestar import Request, Response, get
from litestar.params import FromPath, QueryParameter

from app.domain.developments import Status
from app.domain.events.report import ReportKind, Stance
from app.domain.meanings import CAUSES, REASONS
from app.room.asking import Refused, ask, ask_one, of_timeline
from app.room.names import read_names
from app.room.templating import page

Text = Annotated[str | None, QueryParameter()]
PAGE = "40"
REVISIONS_MAX = "50"
_CHOICES = {"kind": get_args(ReportKind), "stance": get_args(Stance), "status": get_args(Status)}
_NOT_FOUND = 404


@get("/timelines/{timeline:str}/developments", include_in_schema=False)
async def show_developments(
    request: Request[Any, Any, Any],
    timeline: FromPath[str],
    text: Text = None,
    kind: Text = None,
    stance: Text = None,
    status: Text = None,
    echo: Text = None,
    contested: Text = None,
    measure: Text = None,
    origin: Text = None,
    source: Text = None,
    actor: Text = None,
    place: Text = None,
    within: Text = None,
    occurred_from: Text = None,
    occurred_to: Text = None,
    reported_by: Text = None,
    cursor: Text = None,
) -> Response[Any]:
    """By the first day on which it was so, else the day on which it was said."""
    given = {"text": text, "kind": kind, "stance": stance, "status": status, "echo": echo, "contested": contested}
    given |= {"measure": measure, "origin": origin, "source": source, "actor": actor, "place": place}
    given |= {"occurred_from": occurred_from, "occurred_to": occurred_to, "reported_by": reported_by}
    given |= {"within": within if place else None}
    asked = {name: value for name, value in given.items() if value}
    about, found = await ask(
        request,
        of_timeline(timeline),
        of_timeline(timeline, "/developments", **asked, cursor=cursor, limit=PAGE),
    )
    names = await read_names(request, timeline)
    values = {"timeline": about, "names": names, "found": found, "asked": asked, "choices": _CHOICES}
    return await page(request, "developments.html", {**values, "first": cursor is None, "as_of": found["as_of"]})


@get("/timelines/{timeline:str}/reports/{report:str}", include_in_schema=False)
async def show_report(
    request: Request[Any, Any, Any], timeline: FromPath[str], report: FromPath[str], reported_by: Text = None
) -> Response[Any]:
    """From publisher to origin, in its own words, with all that was done to it and what it did to estimates."""
    about, told, moved = await ask(
        request,
        of_timeline(timeline),
        of_timeline(timeline, f"/developments/{report}", reported_by=reported_by),
        of_timeline(timeline, "/revisions", report=report, limit=REVISIONS_MAX),
    )
    names = await read_names(request, timeline)
    values = {"timeline": about, "names": names, "told": told, "moved": moved["items"], "reported_by": reported_by}
    values |= {"document": await _read_document(request, timeline, told), "reasons": REASONS, "causes": CAUSES}
    values["as_of"] = told["as_of"]
    return await page(request, "report.html", values)


async def _read_document(
    request: Request[Any, Any, Any], timeline: str, told: Mapping[str, Any]
) -> dict[str, Any] | None:
    """None where the report names none."""
    name = told["provenance"].get("document")
    if name is None:
        return None
    try:
        found: dict[str, Any] = await ask_one(request, of_timeline(timeline, f"/documents/{name}"))
    except Refused as refusal:
        if refusal.status != _NOT_FOUND:
            raise
        return None
    return found


HANDLERS = [show_developments, show_report]
