"""Eight months of reports: the estimate moves, the audit says which report moved it, and the past stays as it was."""

from typing import Any

import pytest

from tests.asking import Asking

TIMELINE = "kp-in-russia-2024-25"
KEY = {"measure": "personnel", "actor": "kp-forces", "place": "ru"}


@pytest.fixture(scope="module")
def ask(seeded: Asking) -> Asking:
    return seeded.of(TIMELINE)


@pytest.fixture
def own(seeded_afresh: Asking) -> Asking:
    """The timeline for this test alone, to record in."""
    return seeded_afresh.of(TIMELINE)


def estimate(ask: Asking, **times: str) -> dict[str, Any]:
    (item,) = ask.items("/estimates", **KEY, **times)
    return item


BESIDE = {"places", "time passed"}
"""What moves an estimate without a word about the place itself."""


def adds_up(change: dict[str, Any]) -> None:
    """Every step leads from the one before, and its lines to the last micro-unit."""
    reached = change["before"]
    for step in change["steps"]:
        assert step["before"] == reached
        for end in ("low", "best", "high"):
            moved = value(step["after"], end) - value(step["before"], end)
            assert sum(line[end] for line in step["lines"]) == moved
        reached = step["after"]
    assert reached == change["after"]


def value(figures: dict[str, int] | None, end: str) -> int:
    return figures[f"{end}_u"] or 0 if figures is not None else 0


def test_what_could_be_said_in_october_is_not_what_could_be_said_in_december(ask: Asking) -> None:
    october, december = (estimate(ask, reported_by=day) for day in ("2024-10-29", "2024-12-01"))
    assert october["votes"]
    assert december["votes"]
    assert None not in (october["low"], october["best"], december["low"], december["best"])
    assert (october["low"], october["best"], october["high"]) != (december["low"], december["best"], december["high"])


def test_the_audit_names_the_reports_that_made_the_difference_and_adds_up(ask: Asking) -> None:
    change = ask.get("/estimates/changes", **KEY, from_reported_by="2024-10-29", to_reported_by="2024-12-01")
    adds_up(change)
    october, december = (estimate(ask, reported_by=day) for day in ("2024-10-29", "2024-12-01"))
    for end in ("low", "best", "high"):
        assert (change["before"][end], change["after"][end]) == (october[end], december[end])
    causes = {step["report"] for step in change["steps"] if step["cause"] == "new_report"}
    assert {"A048", "A057", "A067"} <= causes
    counted = {line["report"] for step in change["steps"] for line in step["lines"] if line["report"]}
    elsewhere = {step["report"] for step in change["steps"] if {line["kind"] for line in step["lines"]} <= BESIDE}
    assert causes <= counted | elsewhere


def test_the_audit_along_the_ledger_adds_up_too(ask: Asking) -> None:
    position = ask.get("")["head"]["position"]
    for start in (0, position // 2, position - 1):
        change = ask.get("/estimates/changes", **KEY, from_known_at=f"position:{start}")
        adds_up(change)
        assert change["after"]["best"] == estimate(ask)["best"]


def test_ten_outlets_that_repeat_one_agency_confirm_nothing(ask: Asking) -> None:
    for copy in ("A016", "A017", "A018"):
        assert ask.get(f"/developments/{copy}")["echo_of"] == "A013"


def test_a_report_that_its_origin_takes_back_takes_its_echoes_along_and_leaves_the_past_alone(own: Asking) -> None:
    told = report("X1", chain=["kr-nis"], best=12500)
    own.tell("development_reported", **told)
    echo = own.tell("development_reported", **report("X2", chain=["afp", "kr-nis"], best=12500))
    position = f"position:{echo['position']}"
    before = own.text("/estimates", **KEY, known_at=position)
    assert own.get("/developments/X2")["echo_of"] == "X1"

    moved = own.tell(
        "report_retracted", report="X1", by="origin", reported="2025-10-02", reason="The figure was a mistake."
    )["moved"]

    assert "ru" in [one["place"] for one in moved]
    after = estimate(own)
    assert not {"X1", "X2"} & {rival["report"] for rival in after["rivals"]}
    explained = own.get("/estimates/explain", **KEY)
    assert {"report": "X2", "why": "retracted", "by": "X1"} in explained["left_out"]
    assert {one["report"]: one["why"] for one in explained["left_out"]}.items() >= {
        "X1": "retracted",
        "X2": "retracted",
    }.items()
    assert own.get(f"/events/{echo['position'] - 1}")["body"]["report"] == "X1"
    assert own.text("/estimates", **KEY, known_at=position) == before


def test_a_retraction_counts_from_the_day_on_which_it_was_made(own: Asking) -> None:
    own.tell("development_reported", **report("X1", chain=["kr-nis"], best=12500))
    own.tell("report_retracted", report="X1", by="origin", reported="2025-10-09", reason="A mistake.")
    assert "X1" in {rival["report"] for rival in estimate(own, reported_by="2025-10-08")["rivals"]}
    assert "X1" not in {rival["report"] for rival in estimate(own, reported_by="2025-10-09")["rivals"]}


def test_a_second_outlet_with_the_same_words_of_the_same_source_is_no_second_confirmation(own: Asking) -> None:
    own.tell("development_reported", **report("X1", chain=["kr-nis"], best=12500))
    before = estimate(own)
    receipt = own.tell("development_reported", **report("X2", chain=["afp", "kr-nis"], best=12500))
    assert receipt["moved"] == []
    after = estimate(own)
    for field in ("low", "best", "high", "votes", "independent_origins"):
        assert after[field] == before[field]


def test_a_revised_figure_takes_the_place_of_its_origins_older_one(own: Asking) -> None:
    own.tell("development_reported", **report("X1", chain=["kr-nis"], best=13000))
    position = own.get("")["head"]["position"]
    own.tell("development_reported", **report("X2", chain=["kr-nis"], best=10900, day="2025-10-03"))
    explained = own.get("/estimates/explain", **KEY)
    assert {"report": "X1", "why": "superseded", "by": "X2"} in explained["left_out"]
    then = own.get("/estimates/explain", **KEY, known_at=f"position:{position}")
    assert "X1" in {one["report"] for one in then["contributions"]}
    (step,) = [
        one
        for one in own.get("/estimates/changes", **KEY, from_known_at=f"position:{position}")["steps"]
        if one["cause"] != "time_passed"
    ]
    assert step["report"] == "X2"


def report(name: str, *, chain: list[str], best: int, day: str = "2025-10-01") -> dict[str, Any]:
    roles = ["publisher", *["attributed"] * (len(chain) - 1)]
    return {
        "report": name,
        "kind": "force_presence",
        "stance": "asserted",
        "summary": "A later count of the force in Russia.",
        "provenance": {"chain": [{"role": role, "source": source} for role, source in zip(roles, chain, strict=True)]},
        "quantities": [{"measure": "personnel", "best": best}],
        "places": [{"place": "ru", "role": "at"}],
        "actors": [{"actor": "kp-forces", "role": "subject"}],
        "reported": day,
    }


def test_a_report_that_only_takes_anothers_place_is_a_step_though_no_figure_moves(own: Asking) -> None:
    own.tell("development_reported", **report("X1", chain=["kr-nis"], best=12500))
    position = own.get("")["head"]["position"]
    receipt = own.tell("development_reported", **report("X2", chain=["kr-nis"], best=12500))
    assert receipt["moved"] == []
    change = own.get("/estimates/changes", **KEY, from_known_at=f"position:{position}")
    adds_up(change)
    (step,) = [one for one in change["steps"] if one["cause"] != "time_passed"]
    assert (step["report"], step["before"]) == ("X2", step["after"])
    assert {line["report"] for line in step["lines"] if line["kind"] == "claim"} == {"X1", "X2"}
