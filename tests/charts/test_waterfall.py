"""The waterfall of a change: rows that follow each other, and sum to it."""

from typing import Any

from app.charts.waterfall import adds_up, rows
from tests.asking import Asking

KEY = {"measure": "personnel", "actor": "kp-forces", "place": "ru"}


def change(russia: Asking, **asked: str) -> dict[str, Any]:
    found: dict[str, Any] = russia.get("/estimates/changes", **KEY, **asked)
    return found


def test_the_rows_sum_to_the_change(russia: Asking) -> None:
    told = change(russia, from_reported_by="2024-10-29", to_reported_by="2024-11-04")
    found = rows(told)
    assert adds_up(told, found)
    assert sum(row.best for row in found) == told["after"]["best"] - told["before"]["best"] != 0
    assert {row.report for row in found} >= {"A045", "A048", "A052", "A055", "A057", "A058"}


def test_a_first_estimate_comes_from_nothing(russia: Asking) -> None:
    told = change(russia, from_reported_by="2024-10-01", to_reported_by="2024-10-29")
    found = rows(told)
    assert told["before"] is None
    assert adds_up(told, found)
    assert found[0].before is None
    assert sum(row.best for row in found) == told["after"]["best"]


def test_a_gap_between_rows_is_told(russia: Asking) -> None:
    told = change(russia, from_reported_by="2024-10-29", to_reported_by="2024-11-04")
    assert not adds_up(told, rows(told)[1:])
    assert not adds_up(told, rows(told)[:-1])


def test_days_that_leave_the_best_estimate_alone_are_no_rows(russia: Asking) -> None:
    told = change(russia, from_reported_by="2024-10-29", to_reported_by="2024-11-04")
    assert all(row.best or row.report for row in rows(told))
