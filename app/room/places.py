"""Places: the tree along which totals run, and on each branch what its parts come to against the whole."""

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Any

from litestar import Request, Response, get
from litestar.params import FromPath, QueryParameter

from app.domain.hierarchy import PARTS_EXCEED_WHOLE
from app.room.asking import ask, of_timeline
from app.room.names import read_names
from app.room.templating import page

Text = Annotated[str | None, QueryParameter()]
Branch = Mapping[str, Any]
ESTIMATES_MAX = "500"


@get("/timelines/{timeline:str}/places", include_in_schema=False)
async def show_places(
    request: Request[Any, Any, Any],
    timeline: FromPath[str],
    measure: Text = None,
    actor: Text = None,
    reported_by: Text = None,
) -> Response[Any]:
    """Without a measure and an actor, those with the most places."""
    reported_by = reported_by or None
    about, tree, every = await ask(
        request,
        of_timeline(timeline),
        of_timeline(timeline, "/places/tree"),
        of_timeline(timeline, "/estimates", reported_by=reported_by, limit=ESTIMATES_MAX),
    )
    pairs = list(dict.fromkeys((item["measure"], item["actor"]) for item in every["items"]))
    chosen = (measure, actor) if measure and actor else max(pairs, key=_often(every["items"]), default=("", ""))
    here = {item["place"]: item for item in every["items"] if (item["measure"], item["actor"]) == chosen}
    wholes = [place for place in _wholes(tree["roots"], here) if place not in here] + list(here)
    asked = {"measure": chosen[0], "actor": chosen[1], "reported_by": reported_by}
    told = await ask(
        request, *(of_timeline(timeline, "/estimates/explain", **asked, place=place) for place in dict.fromkeys(wholes))
    )
    values = {"timeline": about, "names": await read_names(request, timeline), "tree": tree["roots"], "pairs": pairs}
    values |= {"chosen": chosen, "estimates": {one["place"]: one for one in told}, "reported_by": reported_by}
    values |= {
        "as_of": every["as_of"],
        "exceeded": PARTS_EXCEED_WHOLE,
        "more_within": _more_within(tree["roots"], told),
    }
    return await page(request, "places.html", values)


def _more_within(roots: Sequence[Branch], estimates: Sequence[Mapping[str, Any]]) -> dict[str, list[str]]:
    """By place, those that are said to lie within it and yet have more: along parts alone are they made to fit."""
    best = {one["place"]: one["best"] for one in estimates if one["best"] is not None}
    found: dict[str, list[str]] = {}
    for branch in _every(roots):
        for outer in branch["within"]:
            if best.get(branch["place"], 0) > best.get(outer, math.inf):
                found.setdefault(outer, []).append(branch["place"])
    return found


def _every(branches: Sequence[Branch]) -> Iterator[Branch]:
    for branch in branches:
        yield branch
        yield from _every(branch["parts"] or [])


def _often(items: Sequence[Mapping[str, Any]]) -> Any:
    return lambda pair: sum((item["measure"], item["actor"]) == pair for item in items)


def _wholes(branches: Sequence[Branch], here: Mapping[str, Any]) -> Iterator[str]:
    """Places in whose parts something was counted."""
    for branch in branches:
        parts = branch["parts"] or []
        inner = list(_wholes(parts, here))
        yield from inner
        if inner or any(part["place"] in here for part in parts):
            yield branch["place"]


HANDLERS = [show_places]
