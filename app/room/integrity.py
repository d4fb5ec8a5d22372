"""Integrity: what is signed of a timeline, and the page on which a reader's own browser checks an event against it."""

from typing import Annotated, Any

from litestar import Request, Response, get
from litestar.params import FromPath, QueryParameter

from app.room.asking import ask, of_timeline
from app.room.templating import page

Text = Annotated[str | None, QueryParameter()]


@get("/timelines/{timeline:str}/integrity", include_in_schema=False)
async def show_integrity(
    request: Request[Any, Any, Any], timeline: FromPath[str], position: Text = None
) -> Response[Any]:
    about, checkpoint = await ask(request, of_timeline(timeline), of_timeline(timeline, "/checkpoint", format="json"))
    values = {"timeline": about, "checkpoint": checkpoint, "position": position}
    return await page(request, "integrity.html", values)


HANDLERS = [show_integrity]
