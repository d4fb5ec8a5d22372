"""Forces over HTTP: units under those that they are part of, and what was said of each."""

from typing import Any

from tests.asking import Asking


def force(ask: Asking, name: str, **times: str) -> dict[str, Any]:
    return next(item for item in ask.items("/forces", **times) if item["actor"] == name)


def standing(item: dict[str, Any], of: str) -> list[str]:
    return [word["report"] for one in item[of] for answer in one["standing"] for word in answer["words"]]


def test_each_unit_comes_behind_the_force_that_it_is_part_of(article: Asking) -> None:
    assert [item["actor"] for item in article.items("/forces")] == [
        "north-korean-forces",
        "urban-warfare-troops",
        "xi-army-corps",
        "russian-forces",
        "ukrainian-forces",
    ]
    parent = force(article, "north-korean-forces")
    assert (parent["part_of"], parent["units"]) == ("north-korea", ["urban-warfare-troops", "xi-army-corps"])
    assert force(article, "xi-army-corps")["part_of"] == "north-korean-forces"


def test_what_was_said_of_a_unit_stands_with_it(article: Asking) -> None:
    corps = force(article, "xi-army-corps")
    assert (standing(corps, "composition"), standing(corps, "training")) == (["SC08"], ["SC09"])
    assert (corps["quality"], corps["employment"], corps["command"]) == ([], [], [])
    (quality,) = force(article, "north-korean-forces")["quality"]
    assert quality["contested"]


def test_including_some_unit_is_not_being_mostly_such(article: Asking) -> None:
    said = force(article, "north-korean-forces")["composition"]
    words = {word["report"]: word for one in said for answer in one["standing"] for word in answer["words"]}
    assert [(one["relation"], one["report"]) for one in words["SC12"]["against"]] == [("in_tension_with", "SC38")]
    assert words["SC12"]["wording"] != words["SC38"]["wording"]


def test_a_force_is_there_as_it_was_defined_and_says_nothing_before_anything_was_said(article: Asking) -> None:
    assert article.items("/forces", known_at="position:5") == []
    assert standing(force(article, "xi-army-corps", reported_by="2024-01-01"), "training") == []


def test_actors_narrow_with_all_their_parts_and_pages_go_on(article: Asking) -> None:
    assert [item["actor"] for item in article.items("/forces", actor="russia")] == ["russian-forces"]
    assert len(article.items("/forces", actor="north-korea")) == 3
    page = article.get("/forces", limit="2")
    rest = article.items("/forces", cursor=page["next_cursor"])
    assert [item["actor"] for item in rest] == ["xi-army-corps", "russian-forces", "ukrainian-forces"]
    assert "xi-army-corps" in article.get("/forces", 404, actor="xi-army-corp")["hint"]
