"""The room itself: one estimate over time, who says what, and why it moved.

Everything on it follows from its address. The table works without scripts; they draw the chart and move the day.
"""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

import msgspec
from litestar import Request, Response, get
from litestar.params import FromPath, QueryParameter

from app.charts.waterfall import adds_up, rows
from app.domain.meanings import FLAGS, REASONS
from app.domain.names import UNPLACED
from app.room.asking import Asked, ask, ask_one, of_timeline
from app.room.names import Names, read_names
from app.room.templating import page

Text = Annotated[str | None, QueryParameter()]
Shown = dict[str, Any]
REPORTS_MAX = "1000"
ESTIMATES_MAX = "500"


class Asking(msgspec.Struct, frozen=True, kw_only=True):
    """What the address says. `since` and `until` are the days between which a move is to be explained."""

    timeline: str
    measure: str | None
    actor: str | None
    place: str | None
    reported_by: str | None
    mode: str | None
    since: str | None
    until: str | None

    @property
    def key(self) -> dict[str, str | None]:
        return {"measure": self.measure, "actor": self.actor, "place": self.place}

    @property
    def whole(self) -> bool:
        return None not in self.key.values()

    @property
    def view(self) -> dict[str, str | None]:
        """The key and the day, as addresses bear them."""
        return {**self.key, "reported_by": self.reported_by}


@get("/timelines/{timeline:str}", include_in_schema=False)
async def show_estimate(
    request: Request[Any, Any, Any],
    timeline: FromPath[str],
    measure: Text = None,
    actor: Text = None,
    place: Text = None,
    reported_by: Text = None,
    mode: Text = None,
    since: Text = None,
    until: Text = None,
) -> Response[Any]:
    """Without a whole key, the one that most is said of."""
    given = {"measure": measure, "actor": actor, "place": place, "reported_by": reported_by or None}
    asking = Asking(timeline=timeline, **given, mode=mode or None, since=since or None, until=until or None)
    about, every = await ask(request, of_timeline(timeline), _every(asking))
    names = await read_names(request, timeline)
    frame = {"timeline": about, "names": names, "every": every["items"], "flags": FLAGS, "as_of": every["as_of"]}
    if not asking.whole:
        fullest = _fullest(asking, every["items"])
        if fullest is None:
            return await page(request, "estimate_none.html", {**frame, "asking": asking})
        asking = msgspec.structs.replace(asking, **{kind: value or fullest[kind] for kind, value in asking.key.items()})
    return await page(request, "estimate.html", {**frame, **await _read(request, asking, names)})


def _fullest(asking: Asking, items: Sequence[Shown]) -> Shown | None:
    """The one that most is said of, among those that have what is named; of all, where none has it."""
    named = {kind: value for kind, value in asking.key.items() if value}
    fitting = [item for item in items if all(item[kind] == value for kind, value in named.items())]
    return max(fitting or items, key=lambda item: (len(item["rivals"]), item["votes"]), default=None)


def _every(asking: Asking) -> Asked:
    return of_timeline(asking.timeline, "/estimates", reported_by=asking.reported_by, limit=ESTIMATES_MAX)


async def _read(request: Request[Any, Any, Any], asking: Asking, names: Names) -> Shown:
    """The estimate, its reports, and the change that was asked about."""
    timeline = asking.timeline
    estimate, *told = await ask(
        request,
        of_timeline(timeline, "/estimates/explain", **asking.view),
        *(_said(asking, by) for by in dict.fromkeys((None, asking.reported_by))),
    )
    said = [[one for one in answer["items"] if _fits(asking, one)] for answer in told]
    shares = {one["report"]: one for one in estimate["contributions"]}
    days = sorted(one["reported_day"] for one in said[0] if one["reported_day"])
    return {
        "asking": asking,
        "estimate": estimate,
        "shares": shares,
        "voices": _votes_first(estimate["rivals"], shares),
        "why_not": {one["report"]: REASONS.get(one["why"], one["why"]) for one in estimate["left_out"]},
        "reports": _with_parts(said[-1], estimate),
        "days": days,
        "series": of_timeline(timeline, "/estimates/series", **asking.view, mode=asking.mode, step="line"),
        "why": await _read_change(request, asking),
        "title": f"{names.measure(asking.measure or '')}: {names.actor(asking.actor or '')}",
    }


def _votes_first(rivals: Sequence[Shown], shares: Mapping[str, Any]) -> list[Shown]:
    """Whoever has a vote, then the others; of each the one who spoke last first."""
    newest_first = sorted(rivals, key=lambda one: (one["reported"] or "", one["report"]), reverse=True)
    return sorted(newest_first, key=lambda one: one["report"] not in shares)


def _said(asking: Asking, by: str | None) -> Asked:
    """What had been said by a day of exactly this. What has no place cannot be asked for by place."""
    place = None if asking.place == UNPLACED else asking.place
    key = {**asking.key, "place": place}
    return of_timeline(asking.timeline, "/developments", **key, reported_by=by, limit=REPORTS_MAX)


def _fits(asking: Asking, development: Shown) -> bool:
    return asking.place != UNPLACED or not development.get("places")


async def _read_change(request: Request[Any, Any, Any], asking: Asking) -> Shown | None:
    """None where nobody asked."""
    if asking.since is None:
        return None
    ends = {"from_reported_by": asking.since, "to_reported_by": asking.until}
    asked = of_timeline(asking.timeline, "/estimates/changes", **asking.key, **ends)
    change = await ask_one(request, asked)
    found = rows(change)
    heights = [end or 0 for row in found for end in (row.before, row.after)] or [0]
    scale = {"floor": min(heights), "height": max(heights) - min(heights) or 1}
    return {**change, "rows": found, "adds_up": adds_up(change, found), **scale, "asked": asked}


def _with_parts(items: Sequence[Shown], estimate: Mapping[str, Any]) -> list[Shown]:
    """Each report with its share of the vote, or with why it has none."""
    shares = {one["report"]: one["share"] for one in estimate["contributions"]}
    left_out = {one["report"]: one for one in estimate["left_out"]}
    shown = []
    for item in items:
        out = left_out.get(item["report"])
        why = None if out is None else REASONS.get(out["why"], out["why"])
        shown.append({**item, "share": shares.get(item["report"]), "why": why, "by": out and out["by"]})
    return sorted(shown, key=lambda one: (one["reported_day"] or "", one["report"]), reverse=True)


HANDLERS = [show_estimate]
