"""An estimate over time: a point a day, in real time or in retrospect."""

from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import pytest

from tests.asking import Asking

KEY = {"measure": "personnel", "actor": "kp-forces", "place": "ru"}


@pytest.fixture(scope="module")
def ask(seeded: Asking) -> Asking:
    return seeded.of("kp-in-russia-2024-25")


def points(ask: Asking, **asked: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = ask.get("/estimates/series", **KEY, **asked)["points"]
    return found


def test_each_day_says_in_real_time_what_could_be_said_on_it(ask: Asking) -> None:
    for point in points(ask, **{"from": "2024-10-20", "to": "2024-11-20", "step": "P7D"}):
        day = point["valid_at"]
        (item,) = ask.items("/estimates", **KEY, valid_at=day, reported_by=day)
        assert (point["low"], point["best"], point["high"], point["votes"]) == (
            item["low"],
            item["best"],
            item["high"],
            item["votes"],
        )
        assert item["mode"] == "realtime"


def test_in_retrospect_later_words_count_for_an_earlier_day(ask: Asking) -> None:
    (point,) = points(ask, **{"from": "2024-10-29", "to": "2024-10-29", "mode": "retrospect"})
    (item,) = ask.items("/estimates", **KEY, valid_at="2024-10-29")
    assert (item["mode"], point["best"]) == ("retrospect", item["best"])
    (then,) = points(ask, **{"from": "2024-10-29", "to": "2024-10-29"})
    assert then["best"] != point["best"]
    assert then["votes"] < point["votes"]


def test_days_follow_each_other_from_the_first_vote_to_the_horizon(ask: Asking) -> None:
    days = [date.fromisoformat(point["valid_at"]) for point in points(ask)]
    assert days == [days[0] + timedelta(days=number) for number in range(len(days))]
    assert days[-1].isoformat() == ask.get("")["horizon"]
    assert points(ask)[0]["votes"] >= 0


def test_a_point_at_every_change_leaves_out_the_days_between(ask: Asking) -> None:
    changes = points(ask, step="change")
    daily = {point["valid_at"]: point for point in points(ask)}
    assert 1 < len(changes) < len(daily)
    for point in changes:
        assert daily[point["valid_at"]] == point


def test_months_keep_their_day_as_far_as_they_have_it(ask: Asking) -> None:
    found = points(ask, **{"from": "2024-10-31", "to": "2025-03-05", "step": "P1M"})
    assert [point["valid_at"] for point in found] == [
        "2024-10-31",
        "2024-11-30",
        "2024-12-31",
        "2025-01-31",
        "2025-02-28",
        "2025-03-05",
    ]


def test_nothing_said_later_than_the_view_counts(ask: Asking) -> None:
    limited = points(ask, **{"from": "2024-12-01", "to": "2024-12-01", "reported_by": "2024-10-29"})
    (item,) = ask.items("/estimates", **KEY, valid_at="2024-12-01", reported_by="2024-10-29")
    assert limited[0]["best"] == item["best"]


@pytest.mark.parametrize(
    ("asked", "named"),
    [
        ({"from": "2024-12-01", "to": "2024-11-01"}, "from"),
        ({"from": "1900-01-01", "to": "2024-11-01"}, "10,000"),
        ({"from": "2024-12-32"}, "from"),
        ({"step": "P1Y"}, "step"),
        ({"mode": "both"}, "mode"),
        ({"valid_at": "2024-11-01"}, "valid_at"),
    ],
)
def test_what_gives_no_series_is_refused_and_named(ask: Asking, asked: dict[str, str], named: str) -> None:
    answer = ask.client.get("/v1/timelines/kp-in-russia-2024-25/estimates/series", params=KEY | asked)
    assert answer.status_code == 400
    assert named in answer.json()["detail"]


def test_the_choices_are_told_to_whoever_chose_otherwise(ask: Asking) -> None:
    [fault] = ask.get("/estimates/series", 400, **KEY, step="P2D")["errors"]
    assert fault == {"parameter": "step", "detail": "step is one of P1D, P7D, P1M, change, line"}


def test_a_first_day_after_the_newest_report_is_told_from_one_after_the_last_day(ask: Asking) -> None:
    later = {"from": "2031-01-01"}
    assert "newest report" in ask.get("/estimates/series", 400, **KEY, **later)["detail"]
    assert ask.get("/estimates/series", 400, **KEY, **later, to="2030-01-01")["detail"] == "from lies after to"


def test_a_key_without_votes_has_points_without_figures(ask: Asking) -> None:
    found = ask.get("/estimates/series", measure="wounded", actor="kp-forces", place="ua", **{"from": "2025-08-31"})
    assert [(point["best"], point["votes"]) for point in found["points"]] == [(None, 0)] * 3


def test_the_last_of_all_days_can_be_asked_for(ask: Asking) -> None:
    assert points(ask, **{"from": "9999-12-30", "to": "9999-12-31", "step": "P7D"})[-1]["valid_at"] == "9999-12-31"
    assert points(ask, **{"from": "9999-12-01", "to": "9999-12-31", "step": "P1M"})[-1]["valid_at"] == "9999-12-31"


def test_a_series_is_also_a_chart_with_every_report_of_its_key(ask: Asking) -> None:
    chart = ask.get("/estimates/series", **KEY, format="vega-lite")
    assert chart["datasets"]["points"] == ask.get("/estimates/series", **KEY)["points"]
    said = {one["report"] for one in ask.items("/developments", **KEY, limit=1000)}
    assert {one["report"] for one in chart["datasets"]["reports"]} == said


def test_a_chart_names_nothing_that_was_said_later(ask: Asking) -> None:
    chart = ask.get("/estimates/series", **KEY, format="vega-lite", reported_by="2024-10-29")
    assert max(one["day"] for one in chart["datasets"]["reports"]) == "2024-10-29"


def test_in_retrospect_a_mark_stands_on_the_day_that_it_speaks_of(ask: Asking) -> None:
    days = {}
    for mode in ("realtime", "retrospect"):
        chart = ask.get("/estimates/series", **KEY, format="vega-lite", mode=mode)
        days[mode] = next(one["day"] for one in chart["datasets"]["reports"] if one["report"] == "A038")
    assert days == {"realtime": "2024-10-29", "retrospect": "2024-10-28"}


@pytest.mark.parametrize(
    ("form", "media", "begins"), [("svg", "image/svg+xml", b"<svg"), ("png", "image/png", b"\x89PNG")]
)
def test_a_chart_is_a_picture(ask: Asking, form: str, media: str, begins: bytes) -> None:
    path = "/v1/timelines/kp-in-russia-2024-25/estimates/series"
    days = {"from": "2024-10-20", "to": "2024-11-10"}
    by_name = ask.client.get(path, params={**KEY, **days, "format": form})
    by_header = ask.client.get(path, params={**KEY, **days}, headers={"Accept": media})
    assert by_name.headers["content-type"].startswith(media)
    assert by_name.content.startswith(begins)
    assert by_name.content == by_header.content
    assert by_name.headers["etag"] == by_header.headers["etag"]


def test_another_form_is_refused_with_those_that_there_are(ask: Asking) -> None:
    told = ask.get("/estimates/series", 400, **KEY, format="gif")
    assert told["errors"] == [
        {"parameter": "format", "detail": "format is one of json, ndjson, csv, vega-lite, svg, png"}
    ]


@pytest.mark.parametrize(("mode", "off"), [("realtime", 0.01), ("retrospect", 0.05)])
def test_a_line_through_few_points_is_the_line_through_all(ask: Asking, mode: str, off: float) -> None:
    every = {one["valid_at"]: one for one in points(ask, mode=mode)}
    line = points(ask, mode=mode, step="line")
    assert len(line) < len(every) / 2
    assert all(one == every[one["valid_at"]] for one in line)
    for before, after in pairwise(line):
        first, last = date.fromisoformat(before["valid_at"]), date.fromisoformat(after["valid_at"])
        for days in range(1, (last - first).days):
            there = every[(first + timedelta(days)).isoformat()]
            between = before["best"] + (after["best"] - before["best"]) * days / (last - first).days
            assert there["best"] == pytest.approx(between, rel=off)


@pytest.mark.parametrize("timeline", ["kp-in-ukraine-article", "kp-in-russia-2024-25"])
def test_every_estimate_of_the_examples_can_be_drawn(seeded: Asking, timeline: str) -> None:
    asked = seeded.of(timeline)
    for item in asked.items("/estimates", limit=1000):
        key = {kind: item[kind] for kind in KEY}
        picture = seeded.client.get(
            f"/v1/timelines/{timeline}/estimates/series", params={**key, "format": "svg", "step": "change"}
        )
        assert picture.status_code == 200, key
        assert b"NaN" not in picture.content, key
