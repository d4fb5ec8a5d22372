"""The situation: what stands where no number answers, with its rivals; what is disputed; and what is to come."""

from typing import Annotated, Any

from litestar import Request, Response, get
from litestar.params import FromPath, QueryParameter

from app.domain.meanings import OUTCOMES, STANCES
from app.room.asking import ask, of_timeline
from app.room.names import read_names
from app.room.templating import page

Text = Annotated[str | None, QueryParameter()]
TOPICS_MAX = "200"


@get("/timelines/{timeline:str}/situation", include_in_schema=False)
async def show_situation(
    request: Request[Any, Any, Any], timeline: FromPath[str], reported_by: Text = None
) -> Response[Any]:
    by = reported_by or None
    about, topics, disputes, forecasts = await ask(
        request,
        of_timeline(timeline),
        of_timeline(timeline, "/situation", reported_by=by, limit=TOPICS_MAX),
        of_timeline(timeline, "/contested", reported_by=by, limit=TOPICS_MAX),
        of_timeline(timeline, "/forecasts", reported_by=by, limit=TOPICS_MAX),
    )
    values = {"timeline": about, "names": await read_names(request, timeline), "reported_by": by}
    values |= {"as_of": topics["as_of"], "topics": topics, "disputes": disputes, "forecasts": forecasts}
    return await page(request, "situation.html", {**values, "stances": STANCES, "outcomes": OUTCOMES})


HANDLERS = [show_situation]
