"""Estimates over HTTP: shapes, three times, refusals that name what is wrong."""

import itertools
from typing import Any

import pytest

from tests.asking import Asking

TIMELINE = "/v1/timelines/kp-in-russia-2024-25"
KEY = {"measure": "personnel", "actor": "kp-forces", "place": "ru"}


@pytest.fixture(scope="module")
def ask(seeded: Asking) -> Asking:
    return seeded.of("kp-in-russia-2024-25")


def problem(ask: Asking, path: str, status: int, **parameters: Any) -> dict[str, Any]:
    answer = ask.client.get(TIMELINE + path, params=parameters)
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"].startswith("application/problem+json")
    found: dict[str, Any] = answer.json()
    return found


def test_an_answer_says_once_what_it_rests_on(ask: Asking) -> None:
    found = ask.get("/estimates", **KEY, reported_by="2024-12-01")
    assert found["as_of"].keys() == {"valid_at", "reported_by", "known_at", "position", "assumptions", "generation"}
    assert found["as_of"]["assumptions"] == "origin-panel.v1"
    assert (found["as_of"]["reported_by"], found["as_of"]["known_at"]) == ("2024-12-01", None)
    assert found["as_of"]["valid_at"] <= "2024-12-01"


def test_an_estimate_has_its_interval_its_votes_and_links_to_its_grounds(ask: Asking) -> None:
    (item,) = ask.items("/estimates", **KEY)
    assert item["low"] <= item["best"] <= item["high"]
    assert (item["unit"], item["level"]) == ("persons", 0.9)
    for name in ("explain", "series", "revisions", "movements"):
        assert ask.client.get(item["links"][name]).status_code == 200


def test_every_key_with_votes_is_listed_once_across_pages(ask: Asking) -> None:
    whole = [(item["measure"], item["actor"], item["place"]) for item in ask.items("/estimates", limit=1000)]
    assert whole == sorted(set(whole))
    paged, cursor = [], None
    while True:
        page = ask.get("/estimates", limit=3, **({"cursor": cursor} if cursor else {}))
        paged += [(item["measure"], item["actor"], item["place"]) for item in page["items"]]
        cursor = page["next_cursor"]
        if not page["has_more"]:
            break
    assert paged == whole


def test_several_names_of_one_kind_mean_any_of_them(ask: Asking) -> None:
    found = {item["measure"] for item in ask.items("/estimates", measure=["killed", "containers"])}
    assert found == {"killed", "containers"}


def test_a_key_without_votes_is_answered_with_nulls_and_a_flag(ask: Asking) -> None:
    (item,) = ask.items("/estimates", measure="wounded", actor="kp-forces", place="ru")
    assert (item["low"], item["best"], item["high"], item["flags"]) == (None, None, None, ["no_claims"])


@pytest.mark.parametrize(
    ("name", "given", "near"),
    [("measure", "personel", "personnel"), ("actor", "kp-force", "kp-forces"), ("place", "ru-krusk", "ru-kursk")],
)
def test_an_unknown_name_is_404_with_the_nearest(ask: Asking, name: str, given: str, near: str) -> None:
    found = problem(ask, "/estimates", 404, **{**KEY, name: given})
    assert found["code"] == f"unknown-{name}"
    assert near in found["hint"]


def test_an_unknown_timeline_is_404_with_the_nearest(ask: Asking) -> None:
    answer = ask.client.get("/v1/timelines/kp-in-russia/estimates")
    assert answer.status_code == 404
    assert "kp-in-russia-2024-25" in answer.json()["hint"]


@pytest.mark.parametrize(
    "parameters",
    [
        {"valid_at": "2024-13-01"},
        {"valid_at": "20241101"},
        {"reported_by": "2024-11-01T00:00:00Z"},
        {"reported_by": "null"},
        {"known_at": "2024-11-01T00:00:00"},
        {"known_at": "1730419200"},
        {"known_at": "position:-1"},
        {"known_at": "position:9999999"},
        {"known_at": "2199-01-01T00:00:00Z"},
        {"valid_on": "2024-11-01"},
    ],
)
def test_a_time_that_cannot_be_read_or_lies_ahead_is_400_and_named(ask: Asking, parameters: dict[str, str]) -> None:
    found = problem(ask, "/estimates", 400, **KEY, **parameters)
    assert next(iter(parameters)) in found["detail"]


def test_an_explanation_adds_up_to_the_estimate(ask: Asking) -> None:
    found = ask.get("/estimates/explain", **KEY)
    assert found["left_out"]
    assert sum(one["share"] for one in found["contributions"]) == pytest.approx(1, abs=1e-5)
    for end in ("low", "best", "high"):
        effects = sum(one[f"{end}_effect"] for one in found["contributions"])
        assert effects + sum(line[end] for line in found["lines"]) == found["figures"][f"{end}_u"]


def test_an_explanation_sets_the_parts_against_the_whole(ask: Asking) -> None:
    parts = ask.get("/estimates/explain", **KEY)["parts"]
    assert parts["gap"] == parts["whole"] - parts["sum_of_parts"]
    assert {part["place"] for part in parts["places"]} >= {"ru-kursk", "ru-far-east"}


def test_nothing_outside_the_view_is_named(ask: Asking) -> None:
    text = ask.text("/estimates/explain", **KEY, reported_by="2024-10-29")
    for later in ("A048", "A057", "A067", "A068"):
        assert later not in text


@pytest.mark.parametrize(
    ("parameters", "named"),
    [
        ({}, "from_known_at"),
        ({"from_known_at": "position:9", "from_reported_by": "2024-11-01"}, "from_known_at"),
        ({"from_known_at": "position:9", "to_known_at": "position:5"}, "from_known_at"),
        ({"from_reported_by": "2024-12-01", "to_reported_by": "2024-11-01"}, "from_reported_by"),
        ({"from_known_at": "position:9", "known_at": "position:10"}, "known_at"),
        ({"from_reported_by": "2024-11-01", "reported_by": "2024-12-01"}, "reported_by"),
    ],
)
def test_a_change_needs_one_axis_with_its_ends_in_order(ask: Asking, parameters: dict[str, str], named: str) -> None:
    found = problem(ask, "/estimates/changes", 400, **KEY, **parameters)
    assert found["errors"][0]["parameter"] == named


def test_a_change_can_be_asked_for_one_day_in_the_world(ask: Asking) -> None:
    change = ask.get("/estimates/changes", **KEY, from_known_at="position:0", valid_at="2024-11-10")
    assert (change["from"]["valid_at"], change["to"]["valid_at"]) == ("2024-11-10", "2024-11-10")
    assert change["before"] is None
    assert change["steps"][-1]["after"] == change["after"]


def test_the_revisions_are_the_standing_log_in_ledger_order(ask: Asking) -> None:
    rows = ask.items("/revisions", **KEY, limit=1000)
    assert [row["position"] for row in rows] == sorted(row["position"] for row in rows)
    for row, following in itertools.pairwise(rows):
        assert following["before"] == row["after"]


def test_revisions_are_narrowed_by_cause_and_source_and_paged(ask: Asking) -> None:
    graded = ask.items("/revisions", cause="re_grading")
    assert graded
    assert {row["type"] for row in graded} == {"source_graded.v1"}
    assert ask.items("/revisions", source=graded[0]["source"], cause="re_grading")
    whole = ask.items("/revisions", limit=1000)
    first = ask.get("/revisions", limit=7)
    second = ask.get("/revisions", limit=7, cursor=first["next_cursor"])
    assert first["items"] + second["items"] == whole[:14]


def test_a_cause_that_there_is_not_is_refused_with_those_that_there_are(ask: Asking) -> None:
    found = problem(ask, "/revisions", 400, cause="regrading")
    assert "re_grading" in found["hint"]
    assert found["errors"][0]["parameter"] == "cause"


def test_revisions_after_known_at_are_not_told(ask: Asking) -> None:
    rows = ask.items("/revisions", limit=1000)
    middle = rows[len(rows) // 2]["position"]
    told = ask.items("/revisions", limit=1000, known_at=f"position:{middle}")
    assert told == [row for row in rows if row["position"] <= middle]
