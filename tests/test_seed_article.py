"""What a right reading of the one article must say, and must never say, asked as a reader would ask."""

from typing import Any

import pytest

from tests.asking import Asking

TIMELINE = "kp-in-ukraine-article"
FORCES = "north-korean-forces"


@pytest.fixture(scope="module")
def ask(seeded: Asking) -> Asking:
    return seeded.of(TIMELINE)


def presence(ask: Asking, place: str, **times: str) -> dict[str, Any]:
    (item,) = ask.items("/estimates", measure="personnel", actor=FORCES, place=place, **times)
    return item


def reports(item: dict[str, Any]) -> set[str]:
    return {rival["report"] for rival in item["rivals"]}


def test_in_ukraine_there_is_a_small_number_by_one_origin_that_nobody_corroborates(ask: Asking) -> None:
    item = presence(ask, "ua")
    assert item["envelope"] == {"low": 1, "high": None}
    assert reports(item) == {"SC02", "SC04"}
    assert item["independent_origins"] == {"min": 1, "max": 1}
    assert item["votes"] == 1
    assert "from_words" in item["flags"]


def test_the_unattributed_report_of_deployment_speaks_of_held_territory_and_has_no_number(ask: Asking) -> None:
    item = presence(ask, "ua-ru-held")
    assert item["envelope"] == {"low": 1, "high": None}
    assert (item["best"], item["flags"]) == (None, ["bounds_only"])
    assert reports(item) == {"SC02"}
    assert item["rivals"][0]["origin"].startswith("unstated@pub")


def test_in_eastern_russia_ten_thousand_is_an_upper_bound_and_never_the_best_estimate(ask: Asking) -> None:
    item = presence(ask, "ru-east")
    assert item["envelope"] == {"low": None, "high": 10000}
    assert item["best"] < 10000
    (rival,) = item["rivals"]
    assert (rival["report"], rival["low"], rival["best"], rival["high"]) == ("SC05", None, None, 10000)


def test_in_russia_the_rivals_stand_side_by_side_and_the_estimate_is_contested(ask: Asking) -> None:
    item = presence(ask, "ru")
    assert reports(item) == {"SC35", "SC36", "SC37", "SC05"}
    assert "contested" in item["flags"]
    by_report = {rival["report"]: rival for rival in item["rivals"]}
    assert (by_report["SC35"]["origin"], by_report["SC35"]["best"]) == ("rok-intel", 13000)
    for report in ("SC36", "SC37"):
        assert (by_report[report]["high"], by_report[report]["high_exclusive"]) == (13000, True)
        assert by_report[report]["why"] == "comparison"
    assert by_report["SC05"]["place"] == "ru-east"


def test_thirteen_thousand_is_averaged_with_no_bound(ask: Asking) -> None:
    item = presence(ask, "ru")
    assert (item["votes"], item["best"]) == (1, 13000)
    assert item["envelope"] == {"low": 13000, "high": 13000}


def test_nobody_is_present_in_kursk(ask: Asking) -> None:
    item = presence(ask, "ru-kursk")
    assert (item["low"], item["best"], item["votes"]) == (0, None, 0)
    assert item["flags"] == ["bounds_only"]
    assert item["high"] == presence(ask, "ru")["high"] - presence(ask, "ru-east")["low"]
    assert item["rivals"] == []
    assert item["envelope"] == {"low": None, "high": None}
    explained = ask.get("/estimates/explain", measure="personnel", actor=FORCES, place="ru-kursk")
    assert {"report": "SC14", "why": "judgement", "by": None} in explained["left_out"]


def test_what_is_only_expected_at_the_front_counts_for_nothing_now(ask: Asking) -> None:
    item = presence(ask, "front-lines")
    assert (item["best"], item["rivals"], item["flags"]) == (None, [], ["no_claims"])
    explained = ask.get("/estimates/explain", measure="personnel", actor=FORCES, place="front-lines")
    assert {"report": "SC07", "why": "forecast", "by": None} in explained["left_out"]


def test_nothing_is_ever_added_up_to_twenty_three_thousand(ask: Asking) -> None:
    for item in ask.items("/estimates"):
        assert 23000 not in (item["low"], item["best"], item["high"], *item["envelope"].values())


def test_containers_and_rounds_are_two_measures(ask: Asking) -> None:
    found = {item["measure"]: item for item in ask.items("/estimates", actor="north-korea", place="ru")}
    assert {"containers", "artillery-rounds"} <= found.keys()
    assert found["containers"]["best"] == 11000
    assert found["artillery-rounds"]["best"] == 2_000_000


def test_planned_interpreters_are_not_assigned_ones(ask: Asking) -> None:
    assert ask.items("/developments", report="SC33")[0]["stance"] == "planned"
    planned = {quantity["measure"] for quantity in ask.items("/developments", report="SC33")[0]["quantities"]}
    assert planned
    assert not planned & {item["measure"] for item in ask.items("/estimates")}


def test_every_grade_that_the_article_does_not_give_is_left_unknown(ask: Asking) -> None:
    grades = {rival["grade"] for item in ask.items("/estimates") for rival in item["rivals"]}
    assert grades == {"F6"}


def test_the_briefing_of_allies_confirms_no_south_korean_figure(ask: Asking) -> None:
    explained = ask.get("/estimates/explain", measure="personnel", actor=FORCES, place="ru")
    assert {one["report"] for one in explained["contributions"]} == {"SC35"}
    assert explained["independent_origins"] == {"min": 1, "max": 1}


def test_the_american_and_the_british_comparison_do_not_contradict_each_other(ask: Asking) -> None:
    links = [link for link in ask.get("/developments/SC36")["links"] if {link["from"], link["to"]} == {"SC36", "SC37"}]
    assert {link["relation"] for link in links} <= {"possibly_same_origin"}


def test_the_flat_statement_that_rests_on_a_hedged_one_has_no_vote(ask: Asking) -> None:
    counted = {
        one["report"]
        for item in ask.items("/estimates")
        for one in ask.get("/estimates/explain", measure=item["measure"], actor=item["actor"], place=item["place"])[
            "contributions"
        ]
    }
    assert "SC48" not in counted


def test_all_fifty_developments_are_there(ask: Asking) -> None:
    found = ask.items("/developments", limit="1000")
    assert sorted(item["report"] for item in found) == [f"SC{number:02}" for number in range(1, 51)]
