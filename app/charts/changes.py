"""A change of an estimate as a waterfall: a bar for each cause, from the height before it to the one after."""

from collections.abc import Sequence
from typing import Any

from app.charts.series import CONFIG, INK, PAPER, SCHEMA
from app.charts.waterfall import Row

UP, DOWN, STANDS = "#00674a", "#a13a00", "#57534b"
BAR_PIXELS = 24
WIDTH = 560


def specify_change(found: Sequence[Row], *, title: str, subtitle: str, unit: str) -> dict[str, Any]:
    """The rows in their order; where they begin and where they end stand before and after them."""
    rows = [_row(place, row) for place, row in enumerate(found)]
    ends = [_end("before", -1, found[0].before), _end("after", len(found), found[-1].after)] if found else []
    field = {"field": "place", "type": "ordinal", "axis": None}
    x = {"field": "low", "type": "quantitative", "title": unit, "axis": {"format": ",d"}, "scale": {"zero": False}}
    label = {"type": "text", "align": "right", "x": -8, "baseline": "middle", "color": INK, "limit": 220}
    return {
        "$schema": SCHEMA,
        "title": {"text": title, "subtitle": subtitle, "anchor": "start", "offset": 16},
        "description": f"{title}. {subtitle}",
        "width": WIDTH,
        "height": {"step": BAR_PIXELS},
        "padding": {"left": 5, "right": 60, "top": 5, "bottom": 5},
        "background": PAPER,
        "datasets": {"rows": rows, "ends": ends},
        "layer": [
            _marks("rows", {"type": "bar", "height": BAR_PIXELS // 2}, field, x2="high", x=x),
            _marks("ends", {"type": "tick", "thickness": 3, "size": BAR_PIXELS - 6}, field, x=x),
            *(_text(name, label, field) for name in ("rows", "ends")),
            *(_value(name, field, x) for name in ("rows", "ends")),
        ],
        "config": CONFIG,
    }


def _marks(name: str, mark: dict[str, Any], y: dict[str, Any], *, x: dict[str, Any], x2: str | None = None) -> Any:
    colour = {"field": "colour", "type": "nominal", "scale": None}
    across = {"x2": {"field": x2}} if x2 else {}
    return {"data": {"name": name}, "mark": mark, "encoding": {"y": y, "x": x, **across, "color": colour}}


def _text(name: str, mark: dict[str, Any], y: dict[str, Any]) -> Any:
    text = {"field": "label", "type": "nominal"}
    return {"data": {"name": name}, "mark": mark, "encoding": {"y": y, "text": text}}


def _value(name: str, y: dict[str, Any], x: dict[str, Any]) -> Any:
    """The move in figures, right of its bar."""
    mark = {"type": "text", "align": "left", "dx": 6, "baseline": "middle", "color": INK}
    text = {"field": "told", "type": "nominal"}
    return {"data": {"name": name}, "mark": mark, "encoding": {"y": y, "x": {**x, "field": "high"}, "text": text}}


def _row(place: int, row: Row) -> dict[str, Any]:
    before, after = row.before or 0, row.after or 0
    causes = [row.report, *row.reports] if row.report not in row.reports else row.reports
    return {
        "place": place,
        "label": " ".join(filter(None, (row.day, row.what, row.source, *causes))),
        "low": min(before, after),
        "high": max(before, after),
        "told": f"{row.best:+,}",
        "colour": UP if row.best > 0 else DOWN,
    }


def _end(label: str, place: int, height: int | None) -> dict[str, Any]:
    told = "no estimate" if height is None else f"{height:,}"
    return {"place": place, "label": label, "low": height or 0, "high": height or 0, "told": told, "colour": STANDS}
