"""Forecasts over HTTP: open, due or resolved on a day, and by whom how many came true."""

from typing import Any

import pytest
from sqlalchemy import Engine

from tests.api.conftest import Client
from tests.asking import Asking
from tests.projections.histories import Event, Ledger, report

PATH = "/forecasts"


def states(answer: Any) -> dict[str, str]:
    return {item["report"]: item["state"] for item in answer["items"]}


def origin(answer: Any, name: str) -> dict[str, Any]:
    [found] = [one for one in answer["by_origin"] if one["origin"] == name]
    return dict(found)


def foretold(name: str, occurred: str | None = "../2024-10-10", **given: Any) -> Event:
    kind, body = report(name, stance="forecast", **given)
    return kind, {**body, "occurred": occurred} if occurred else body


def ending(name: str, outcome: str, *evidence: str) -> Event:
    return "forecast_resolved.v1", {"report": name, "outcome": outcome, "by": "ann", "evidence": [*evidence]}


class Told:
    """A ledger with these events, asked over HTTP."""

    def __init__(self, engine: Engine, client: Client, *events: Event) -> None:
        self.ledger = Ledger(engine, events)
        self._client = client

    def get(self, **parameters: Any) -> Any:
        answer = self._client.get(f"/v1/timelines/{self.ledger.timeline}{PATH}", params=parameters)
        assert answer.status_code == 200, answer.text
        return answer.json()


def test_all_of_the_record_are_open_due_or_resolved(russia: Asking) -> None:
    found = russia.get(PATH, limit=100)
    told = states(found)
    assert len(told) == 18
    assert (told["A032"], told["A026"], told["A008"]) == ("due", "resolved", "open")
    assert [name for name, state in told.items() if state == "due"] == ["A032"]
    due = [item["due_by"] for item in found["items"]]
    assert due == sorted(due, key=lambda day: day or "9999")


def test_an_outcome_comes_with_its_evidence(russia: Asking) -> None:
    [item] = [one for one in russia.items(PATH, limit=100) if one["report"] == "A090"]
    assert (item["due_by"], item["outcome"]["outcome"]) == ("2025-04-15", "not_fulfilled")
    [evidence] = item["outcome"]["evidence"]
    assert (evidence["report"], evidence["status"]) == ("A113", "standing")
    assert item["outcome"]["resolved_on"] == evidence["reported"]


def test_nobody_could_tell_how_it_ended_before_the_evidence_was_said(russia: Asking) -> None:
    before, after = (russia.get(PATH, limit=100, reported_by=day) for day in ("2024-10-23", "2024-10-24"))
    assert (states(before)["A023"], states(after)["A023"]) == ("open", "resolved")
    assert "A029" not in str(before)
    assert russia.get("/developments/A023", reported_by="2024-10-23")["outcome"] is None
    assert russia.get("/developments/A023", reported_by="2024-10-24")["outcome"]["evidence"] == ["A029"]


def test_it_falls_due_on_the_day_after(russia: Asking) -> None:
    on, after = (russia.get(PATH, limit=100, valid_at=day) for day in ("2024-10-28", "2024-10-29"))
    assert (states(on)["A032"], states(after)["A032"]) == ("open", "due")
    assert "A039" not in states(on)  # said on the 29th


def test_the_article_plans_and_foresees_without_a_fact(article: Asking) -> None:
    found = article.get(PATH)
    assert set(states(found)) == {"SC07", "SC22", "SC24", "SC33", "SC46", "SC49", "SC50"}
    assert set(states(found).values()) == {"open"}
    assert {one["share"] for one in found["by_origin"]} == {None}
    [yoon] = [item for item in found["items"] if item["report"] == "SC24"]
    assert yoon["condition"] == "North Korea takes a larger part in the war"


def test_states_and_sources_narrow(russia: Asking) -> None:
    resolved = russia.items(PATH, state="resolved", limit=100)
    assert {item["state"] for item in resolved} == {"resolved"}
    several = russia.items(PATH, state=["resolved", "due"], limit=100)
    assert len(several) == len(resolved) + 1
    mine = russia.get(PATH, source="war-zone", limit=100)
    assert set(states(mine)) == {"A012", "A023"}
    assert [one["origin"] for one in mine["by_origin"]] == ["ua-hur"]


def test_a_service_that_says_the_same_again_foretold_it_once(russia: Asking) -> None:
    found = russia.get(PATH, limit=100)
    year = {item["report"]: item for item in found["items"] if item["report"] in {"A041", "A042"}}
    assert (year["A041"]["echo_of"], year["A042"]["echo_of"]) == ("A042", None)
    assert {item["outcome"]["outcome"] for item in year.values()} == {"fulfilled"}
    assert origin(found, "kr-nis")["fulfilled"] == 2
    assert origin(found, "kr-nis")["why"] == "fewer than 5 of them have met a fact (2)"


def test_what_was_taken_back_is_withdrawn_and_a_slip_of_ours_is_nothing(engine: Engine, client: Client) -> None:
    def back(name: str, by: str) -> Event:
        body = {"report": name, "by": by, "reason": "wrong"}
        return "report_retracted.v1", body if by == "recorder" else {**body, "reported": "2024-10-05"}

    reports = [foretold(name, None, source="dod") for name in ("R1", "R2", "R3")]
    told = Told(engine, client, *reports, back("R1", "origin"), back("R2", "recorder"))
    assert states(told.get()) == {"R3": "open"}
    assert (origin(told.get(), "dod")["open"], origin(told.get(), "dod")["withdrawn"]) == (1, 1)
    assert states(told.get(reported_by="2024-10-04")) == {"R1": "open", "R3": "open"}


def test_five_that_met_a_fact_give_a_share(engine: Engine, client: Client) -> None:
    names = [f"R{number}" for number in range(1, 7)]
    outcomes = ["fulfilled", "fulfilled", "fulfilled", "partly", "not_fulfilled", "lapsed"]
    told = Told(engine, client, *(foretold(name, None) for name in names), *map(ending, names, outcomes))
    assert origin(told.get(), "nis")["share"] == 0.6
    before = told.ledger.head - 2
    assert origin(told.get(known_at=f"position:{before}"), "nis")["share"] is None


def test_pages_follow_each_other(russia: Asking) -> None:
    whole = russia.items(PATH, limit=100)
    answer = russia.get(PATH, limit=7)
    found = answer["items"]
    while answer["has_more"]:
        answer = russia.get(PATH, limit=7, cursor=answer["next_cursor"])
        found += answer["items"]
    assert found == whole


@pytest.mark.parametrize(
    ("asked", "status", "code", "nearest"),
    [
        ({"state": "opne"}, 400, "malformed", "open"),
        ({"source": "kr-nsi"}, 404, "unknown-source", "kr-nis"),
        ({"stat": "open"}, 400, "unknown-parameter", "state"),
    ],
)
def test_a_wrong_name_brings_the_nearest(
    russia: Asking, asked: dict[str, str], status: int, code: str, nearest: str
) -> None:
    problem = russia.get(PATH, status, **asked)
    assert problem["code"] == code
    assert nearest in problem["hint"]
