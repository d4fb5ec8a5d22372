"""The waterfall as a chart: a bar for each cause between two heights."""

from typing import Any

from app.charts.changes import specify_change
from app.charts.pictures import draw_png, draw_svg
from app.charts.waterfall import Row, rows
from tests.asking import Asking

KEY = {"measure": "personnel", "actor": "kp-forces", "place": "ru"}


def chart(found: list[Row]) -> dict[str, Any]:
    return specify_change(found, title="Personnel", subtitle="why", unit="persons")


def test_each_bar_begins_where_the_one_before_it_ended(russia: Asking) -> None:
    told = russia.get("/estimates/changes", **KEY, from_reported_by="2024-10-29", to_reported_by="2024-11-04")
    made = chart(rows(told))["datasets"]
    reached = told["before"]["best"]
    for row in made["rows"]:
        assert reached in {row["low"], row["high"]}
        reached += int(row["told"].replace(",", ""))
    assert reached == told["after"]["best"]
    assert [one["told"] for one in made["ends"]] == [f"{told[end]['best']:,}" for end in ("before", "after")]


def test_it_is_drawn_with_what_caused_it() -> None:
    found = Row(day="2024-10-30", what="new report", report="A045", source=None, reports=[], before=None, after=9)
    svg = draw_svg(chart([found]))
    assert "2024-10-30 new report A045" in svg
    assert "no estimate" in svg
    assert "+9" in svg


def test_it_is_drawn_where_nothing_moved() -> None:
    assert draw_png(chart([])).startswith(b"\x89PNG")


def test_it_is_handed_out_like_every_other_chart(russia: Asking) -> None:
    asked = {**KEY, "from_reported_by": "2024-10-29", "to_reported_by": "2024-11-04"}
    made = russia.get("/estimates/changes", **asked, format="vega-lite")
    assert made["datasets"] == chart(rows(russia.get("/estimates/changes", **asked)))["datasets"]
    assert russia.text("/estimates/changes", **asked, format="svg").startswith("<svg")
