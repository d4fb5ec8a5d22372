"""Sources: who says what, how they are graded and why, and of whom they cannot be shown independent."""

from typing import Annotated, Any

from litestar import Request, Response, get
from litestar.params import FromPath, QueryParameter

from app.room.asking import ask, of_timeline
from app.room.names import read_names
from app.room.templating import page

Text = Annotated[str | None, QueryParameter()]
REPORTS_MAX = "200"


@get("/timelines/{timeline:str}/sources", include_in_schema=False)
async def show_sources(request: Request[Any, Any, Any], timeline: FromPath[str]) -> Response[Any]:
    (about,) = await ask(request, of_timeline(timeline))
    names = await read_names(request, timeline)
    return await page(request, "sources.html", {"timeline": about, "names": names})


@get("/timelines/{timeline:str}/sources/{source:str}", include_in_schema=False)
async def show_source(request: Request[Any, Any, Any], timeline: FromPath[str], source: FromPath[str]) -> Response[Any]:
    about, told, as_origin = await ask(
        request,
        of_timeline(timeline),
        of_timeline(timeline, f"/sources/{source}"),
        of_timeline(timeline, "/developments", origin=source, limit=REPORTS_MAX),
    )
    names = await read_names(request, timeline)
    values = {"timeline": about, "names": names, "told": told, "said": as_origin["items"]}
    return await page(request, "source.html", values)


HANDLERS = [show_sources, show_source]
