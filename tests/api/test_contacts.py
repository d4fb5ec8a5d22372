"""Who dealt with whom, over HTTP: parties, how often, what was only planned, and what a briefing does not confirm."""

from typing import Any

from tests.asking import Asking


def between(ask: Asking, *by: str, to: str | None = None, **times: str) -> dict[str, Any]:
    (found,) = (
        item
        for item in ask.items("/contacts", **times)
        if item["by"] == [*by] and item["to"] == ([to] if to is not None else [])
    )
    return found


def test_who_met_briefed_and_pressed_whom(article: Asking) -> None:
    found = [(item["by"], item["manner"], item["to"]) for item in article.items("/contacts")]
    assert found == [
        (["south-korea"], "briefed", ["nato"]),
        (["south-korea", "united-states"], "met", []),
        (["ukraine", "united-states"], "met", []),
        (["united-states"], "pressed", ["china"]),
    ]


def test_persons_are_named_beside_the_countries_that_they_speak_for(article: Asking) -> None:
    item = between(article, "ukraine", "united-states")
    assert item["actors"] == ["andriy-yermak", "antony-blinken", "jake-sullivan", "us-gov"]


def test_a_step_of_a_pressure_is_no_second_one(article: Asking) -> None:
    item = between(article, "united-states", to="china")
    assert [word["report"] for word in item["told"]] == ["SC26", "SC25"]
    assert item["times"] == {"min": 1, "max": 1}
    assert {one["report"] for one in item["told"][1]["against"]} == {"SC28"}


def test_a_briefing_confirms_nothing_of_the_account_that_was_told(article: Asking) -> None:
    item = between(article, "south-korea", to="nato")
    assert [(one["relation"], one["report"]) for one in item["accounts"]] == [("same_origin", "SC35")]
    both = article.get("/independence", report=["SC21", "SC35"])
    assert both["min"] == 1
    counted = article.get("/estimates/explain", measure="personnel", actor="north-korean-forces", place="ru")
    assert "SC21" not in {one["report"] for one in counted["contributions"]}


def test_a_journey_that_was_only_announced_is_no_contact_yet(russia: Asking) -> None:
    item = between(russia, "north-korea", "russia")
    assert [word["report"] for word in item["told"]] == ["A120"]
    assert [word["report"] for word in item["planned"]] == ["A119"]
    assert (item["times"], item["first_day"], item["last_day"]) == ({"min": 1, "max": 1}, "2024-10-24", "2024-10-24")
    earlier = between(russia, "north-korea", "russia", reported_by="2024-10-29")
    assert (earlier["told"], earlier["times"]) == ([], {"min": 0, "max": 0})
    assert (earlier["first_day"], earlier["last_day"]) == (None, None)


def test_actors_narrow_and_pages_go_on(article: Asking) -> None:
    assert [item["to"] for item in article.items("/contacts", actor="nato")] == [["nato"]]
    assert len(article.items("/contacts", actor="united-states")) == 3
    page = article.get("/contacts", limit="3")
    (last,) = article.items("/contacts", limit="3", cursor=page["next_cursor"])
    assert last["to"] == ["china"]


def test_an_actor_that_is_none_brings_the_nearest(article: Asking) -> None:
    problem = article.get("/contacts", 404, actor="south-corea")
    assert (problem["code"], problem["errors"][0]["parameter"]) == ("unknown-actor", "actor")
    assert "south-korea" in problem["hint"]
