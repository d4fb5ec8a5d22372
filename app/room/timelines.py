"""Where a reader comes in: the timelines that he may see."""

from typing import Any

from litestar import Request, Response, get

from app.room.asking import Asked, ask_one
from app.room.templating import page


@get("/", include_in_schema=False)
async def show_timelines(request: Request[Any, Any, Any]) -> Response[Any]:
    answer = await ask_one(request, Asked("/v1/timelines", {"limit": "1000"}))
    return await page(request, "timelines.html", {"timelines": answer["items"]})


HANDLERS = [show_timelines]
