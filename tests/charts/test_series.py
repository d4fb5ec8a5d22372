"""The chart of an estimate: what it holds, and that it can be drawn without a network."""

from typing import Any

from app.charts.pictures import draw_png, draw_svg
from app.charts.series import specify_series
from tests.charts.test_marks import drawn

POINTS: list[dict[str, Any]] = [
    {"valid_at": "2024-10-29", "low": None, "best": None, "high": None, "votes": 0},
    {"valid_at": "2024-10-30", "low": 3, "best": 5, "high": 9, "votes": 1},
    {"valid_at": "2024-10-31", "low": 2, "best": 5, "high": 11, "votes": 1},
]


def specification(title: str = "Personnel", reports: list[dict[str, Any]] | None = None) -> dict[str, Any]:
    found = drawn("kr-nis") if reports is None else reports
    return specify_series(POINTS, found, title=title, subtitle="then", unit="persons", days=(None, None))


def test_it_holds_the_points_and_the_reports_as_they_are() -> None:
    made = specification()
    assert made["datasets"]["points"] == POINTS
    assert [mark["report"] for mark in made["datasets"]["reports"]] == ["R1"]


def test_it_is_drawn_with_its_title_and_its_legend() -> None:
    svg = draw_svg(specification())
    assert svg.startswith("<svg")
    assert "Personnel" in svg
    assert ">kr-nis<" in svg


def test_it_is_drawn_where_there_is_nothing() -> None:
    assert draw_svg(specification(reports=[])).startswith("<svg")
    assert draw_png(specification(reports=[])).startswith(b"\x89PNG")


def test_hostile_words_are_text_in_a_picture() -> None:
    hostile = "</text><script>alert(1)</script>"
    svg = draw_svg(specification(title=hostile))
    assert "<script" not in svg
    assert "&lt;script" in svg
