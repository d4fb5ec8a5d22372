"""Arrangements over HTTP: ratios, what they imply, and that nobody takes that for presence."""

from typing import Any

import pytest
from sqlalchemy import Engine

from tests.api.conftest import Client
from tests.asking import Asking
from tests.projections.histories import Event, Ledger, report

PATH = "/arrangements"
RATIO: Event = (
    "measure_defined.v1",
    {"measure": "interpreters", "name": "Interpreters", "unit": "persons", "nature": "ratio", "class": "tally"},
)


def ratio(name: str = "A1", **given: Any) -> Event:
    kind, body = report(name, stance="planned", source="hur")
    quantity = {"measure": "interpreters", "best": 1, "per": {"measure": "personnel", "amount": 30}}
    return kind, {**body, "quantities": [quantity], **given}


def implied(engine: Engine, client: Client, *events: Event, **parameters: Any) -> list[dict[str, Any]]:
    ledger = Ledger(engine, [RATIO, *events])
    answer = client.get(f"/v1/timelines/{ledger.timeline}{PATH}", params=parameters)
    [item] = answer.json()["items"]
    found: list[dict[str, Any]] = item["implied"]
    return found


def test_a_plan_implies_what_it_comes_to_for_the_estimate(article: Asking) -> None:
    found = {item["measure"]: item for item in article.items(PATH) if item["report"] == "SC33"}
    comes_to = {measure: item["implied"][0]["best"] for measure, item in found.items()}
    assert comes_to == {"interpreters-per-soldiers": 434, "officers-per-soldiers": 1300}
    for item in found.values():
        assert (item["stance"], item["basis"], item["actor"]) == ("planned", "derived", "north-korean-forces")
        assert [one["place"] for one in item["implied"]] == ["ru", "ua"]  # and no part of Russia beside Russia
        assert item["implied"][0]["of"]["best"] == 13000


def test_planned_interpreters_are_never_assigned_ones(article: Asking) -> None:
    for measure in ("interpreters-per-soldiers", "officers-per-soldiers"):
        assert article.items("/estimates", measure=measure) == []
        [alone] = article.items("/estimates", measure=measure, actor="north-korean-forces", place="ru")
        assert (alone["best"], alone["flags"]) == (None, ["no_claims"])
    assert "SC33" not in str(article.items("/estimates", measure="personnel", limit=100))


def test_a_share_without_a_number_implies_nothing_and_says_why(article: Asking) -> None:
    [item] = [one for one in article.items(PATH) if one["report"] == "SC12"]
    [nothing] = item["implied"]
    assert (nothing["best"], nothing["why"]) == (None, "no_number")


def test_it_follows_the_estimate_of_the_day(russia: Asking) -> None:
    def of(**times: str) -> tuple[int, int]:
        [one] = russia.items(PATH, measure="officers-per-soldiers", **times)[0]["implied"]
        return one["of"]["best"], one["best"]

    then = {"measure": "personnel", "actor": "kp-forces", "place": "ru-kursk", "reported_by": "2024-10-29"}
    base, best = of(reported_by="2024-10-29")
    assert base == russia.items("/estimates", **then)[0]["best"]
    assert best == -(-base * 3 // 30)
    assert of(reported_by="2024-12-01") != (base, best)
    assert russia.items(PATH, reported_by="2024-10-28") == []


def test_without_an_estimate_there_is_nothing_and_the_reason(engine: Engine, client: Client) -> None:
    [nothing] = implied(engine, client, ratio())
    assert (nothing["of"]["best"], nothing["best"], nothing["why"]) == (None, None, "no_estimate")


def test_the_report_says_for_which_place(engine: Engine, client: Client) -> None:
    numbers = [report("R1"), report("R2", place="kursk", figure={"best": 3000}, source="dod")]
    [kursk] = implied(engine, client, *numbers, ratio(places=[{"place": "kursk", "role": "at"}]))
    assert (kursk["place"], kursk["of"]["best"], kursk["best"]) == ("kursk", 3000, 100)
    [widest] = implied(engine, client, *numbers, ratio(places=[]))
    assert widest["place"] == "ru"


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"actors": []}, "no_actor"),
        ({"places": [{"place": "ru", "role": "at"}, {"place": "kursk", "role": "at"}]}, "ambiguous_place"),
    ],
)
def test_what_is_left_open_implies_nothing(engine: Engine, client: Client, changed: dict[str, Any], why: str) -> None:
    [nothing] = implied(engine, client, report("R1"), ratio(**changed))
    assert (nothing["best"], nothing["why"]) == (None, why)


def test_what_was_taken_back_is_no_arrangement(engine: Engine, client: Client) -> None:
    back = ("report_retracted.v1", {"report": "A1", "by": "recorder", "reason": "misread"})
    ledger = Ledger(engine, [RATIO, report("R1"), ratio(), back])
    assert client.get(f"/v1/timelines/{ledger.timeline}{PATH}").json()["items"] == []


def test_a_rate_of_losses_is_none_either(russia: Asking) -> None:
    assert {item["report"] for item in russia.items(PATH)} == {"A047"}
    assert russia.items(PATH, measure="casualties") == []


def test_a_wrong_name_brings_the_nearest(russia: Asking) -> None:
    problem = russia.get(PATH, 404, actor="kp-force")
    assert (problem["code"], "kp-forces" in problem["hint"]) == ("unknown-actor", True)
    assert russia.get(PATH, 404, measure="oficers-per-soldiers")["code"] == "unknown-measure"
