"""An estimate over time with the reports behind it, as one Vega-Lite specification.

Whatever draws it, the server, a notebook or the page, draws this. Source: Vega-Lite 5, https://vega.github.io/vega-lite.
The words of reports stand in its data alone, which is text to everybody.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from app.charts.marks import CROSS, SHAPES, palette

SCHEMA = "https://vega.github.io/schema/vega-lite/v5.json"
INK, BAND, GRID, PAPER = "#1a1a1a", "#c9c4b8", "#e4e0d7", "#ffffff"
FONT = "Arial, Liberation Sans, Helvetica, sans-serif"
WIDTH, HEIGHT = 760, 340
LANE = -12
"""Where reports without a figure stand: so many pixels above the plot, in a lane of their own."""

Layer = dict[str, Any]
_X = {"field": "valid_at", "type": "temporal", "title": None, "scale": {"type": "utc"}}
_TOLD = ("speaker", "wording", "chain", "grade", "stance", "reported", "occurred", "report")


def specify_series(
    points: Sequence[Mapping[str, Any]],
    reports: Sequence[Mapping[str, Any]],
    *,
    title: str,
    subtitle: str,
    unit: str,
    days: tuple[date | None, date | None],
) -> dict[str, Any]:
    """`points` as the interface gives them, `reports` as marks. `days` are the axis's ends, where they are fixed."""
    legend = palette(reports)
    alone = sum(point["best"] is not None for point in points) == 1
    return {
        "$schema": SCHEMA,
        "title": {"text": title, "subtitle": subtitle, "anchor": "start", "offset": 24},
        "description": f"{title}. {subtitle}",
        "width": WIDTH,
        "height": HEIGHT,
        "background": PAPER,
        "datasets": {"points": list(points), "reports": list(reports)},
        "usermeta": {"unit": unit, "shapes": SHAPES, "cross": CROSS, "palette": legend},
        "layer": [*_estimate(unit, days, alone=alone), *(_reports(legend) if reports else ())],
        "config": CONFIG,
    }


def _estimate(unit: str, days: tuple[date | None, date | None], *, alone: bool) -> list[Layer]:
    """The band, and in it the line."""
    known = [None if day is None else {"expr": f"utc({day.year}, {day.month - 1}, {day.day})"} for day in days]
    bounds = dict(zip(("domainMin", "domainMax"), known, strict=True))
    scale = {"type": "utc", **{name: bound for name, bound in bounds.items() if bound is not None}}
    x = {**_X, "scale": scale, "axis": {"format": "%-d %b %Y", "labelOverlap": True, "tickCount": 7}}
    height = {"type": "quantitative", "scale": {"zero": True, "nice": True}}
    y = {"field": "low", "title": unit, "axis": {"format": ",d"}, **height}
    told = [
        {"field": "valid_at", "type": "temporal"},
        *({"field": name, "format": ","} for name in ("best", "low", "high")),
    ]
    # A day by itself has no area: its interval is a bar.
    band = {"type": "rule", "strokeWidth": 20} if alone else {"type": "area"}
    return [
        {
            "data": {"name": "points"},
            "mark": {**band, "color": BAND, "opacity": 0.55},
            "encoding": {"x": x, "y": y, "y2": {"field": "high"}},
        },
        {
            "data": {"name": "points"},
            "mark": {"type": "tick", "orient": "horizontal", "size": 20, "color": INK, "thickness": 2}
            if alone
            else _LINE,
            "encoding": {"x": x, "y": {**y, "field": "best"}, "tooltip": told},
        },
    ]


def _reports(legend: Mapping[str, str]) -> list[Layer]:
    colour = {
        "field": "legend",
        "type": "nominal",
        "scale": {"domain": list(legend), "range": list(legend.values())},
        "legend": _LEGEND,
    }
    x = {**_X, "field": "day"}
    said = {"x": x, "color": colour, "opacity": _when("datum.stance === 'asserted'", 1, 0.45)}
    shape = {"field": "shape", "type": "nominal", "legend": None, "scale": _scale(SHAPES)}
    tooltip = [{"field": name, "type": "nominal"} for name in _TOLD]
    fill = _when("datum.echo_of === null", 1, 0)
    y = {"field": "at", "type": "quantitative"}
    return [
        _layer("datum.shape === 'range'", {"type": "rule", "strokeWidth": 2.5}, said | _span() | {"tooltip": tooltip}),
        _layer(
            "isValid(datum.at)",
            {"type": "point", "size": 80, "strokeWidth": 1.6, "filled": False},
            said | {"y": y, "shape": shape, "fill": colour, "fillOpacity": fill, "tooltip": tooltip},
        ),
        _layer(
            "!isValid(datum.at) && datum.shape !== 'range'",
            {"type": "point", "size": 60, "strokeWidth": 1, "filled": False, "clip": False},
            said | {"y": {"value": LANE}, "shape": shape, "fill": colour, "fillOpacity": fill, "tooltip": tooltip},
        ),
        _layer(
            "datum.status === 'retracted'",
            {"type": "point", "shape": CROSS, "size": 110, "strokeWidth": 2, "color": INK},
            {"x": x, "y": y},
        ),
    ]


def _layer(test: str, mark: dict[str, Any], encoding: dict[str, Any]) -> Layer:
    """Reports that a test of ours lets through; none of their own text ever becomes part of it."""
    return {"data": {"name": "reports"}, "transform": [{"filter": test}], "mark": mark, "encoding": encoding}


def _span() -> dict[str, Any]:
    return {"y": {"field": "low", "type": "quantitative"}, "y2": {"field": "high"}}


def _scale(pairs: Mapping[str, str]) -> dict[str, list[str]]:
    return {"domain": list(pairs), "range": list(pairs.values())}


def _when(test: str, then: float, otherwise: float) -> dict[str, Any]:
    return {"condition": {"test": test, "value": then}, "value": otherwise}


_LINE = {"type": "line", "color": INK, "strokeWidth": 2}

# Wider apart than it needs here: whoever opens an SVG has other fonts than it was measured with.
_LEGEND = {
    "title": None,
    "orient": "bottom",
    "columns": 2,
    "columnPadding": 56,
    "symbolType": "circle",
    "labelLimit": 300,
}

CONFIG = {
    "font": FONT,
    "view": {"stroke": None},
    "title": {"fontSize": 15, "subtitleFontSize": 12, "subtitleColor": "#555", "color": INK},
    "axis": {
        "gridColor": GRID,
        "domainColor": "#999",
        "tickColor": "#999",
        "labelColor": "#444",
        "titleColor": "#444",
        "labelFontSize": 11,
        "titleFontSize": 11,
        "titleFontWeight": "normal",
    },
    "axisX": {"grid": False},
    "legend": {"labelFontSize": 11, "labelColor": "#333"},
}
