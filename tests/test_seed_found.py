"""Each of the article's fifty developments is found in a view in which a reader would look for it."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.asking import Asking

NUMBERS = {"SC02", "SC04", "SC05", "SC35", "SC36", "SC37", "SC42", "SC43"}
DELIVERED = {"SC42", "SC43"}
NOT_YET = {"SC07"}
CONTACTS = {"SC18", "SC19", "SC21", "SC25", "SC26"}
FORCES = {"SC06", "SC08", "SC09", "SC12", "SC13", "SC14", "SC30", "SC31", "SC32", "SC33", "SC38", "SC39", "SC11"}
HELD = {"SC03", "SC15", "SC16"}
POLICIES = {"SC22", "SC23", "SC24", "SC49"}
JUDGED = {"SC01", "SC10", "SC17", "SC27", "SC28", "SC34", "SC41", "SC44", "SC45", "SC46", "SC47", "SC48", "SC50"}
BACKGROUND = {"SC20", "SC40"}
SUPPLIED = {"SC29"}


def named(told: Any) -> Iterator[str]:
    """The report of every object in an answer that stands for one."""
    if isinstance(told, dict):
        if isinstance(told.get("report"), str):
            yield told["report"]
        for value in told.values():
            yield from named(value)
    elif isinstance(told, list):
        for value in told:
            yield from named(value)


def spoken(items: list[dict[str, Any]]) -> set[str]:
    """The reports that speak to these topics, and not those that only bear on them."""
    found = set()
    for item in items:
        for answer in (*item["standing"], *item["rivals"]):
            found |= {word["report"] for word in answer["words"]}
        found |= {word["report"] for word in item["expected"]}
    return found


@pytest.mark.parametrize(
    ("kind", "reports"),
    [
        ("territorial_control", HELD),
        ("policy_signal", POLICIES),
        ("assessment", JUDGED),
        ("background_fact", BACKGROUND),
        ("materiel_transfer", SUPPLIED),
        ("diplomatic_contact", CONTACTS),
    ],
)
def test_in_the_situation(article: Asking, kind: str, reports: set[str]) -> None:
    assert spoken(article.items("/situation", kind=kind, limit="1000")) == reports


def test_among_the_contacts(article: Asking) -> None:
    told = {word["report"] for item in article.items("/contacts") for word in item["told"]}
    assert told == CONTACTS


def test_among_the_forces(article: Asking) -> None:
    asked = ("composition", "training", "quality", "employment", "command")
    assert spoken([one for item in article.items("/forces") for name in asked for one in item[name]]) == FORCES


def test_among_the_numbers(article: Asking) -> None:
    assert set(named(article.items("/estimates", limit="1000"))) >= NUMBERS


def test_among_the_plans_and_forecasts(article: Asking) -> None:
    assert {item["report"] for item in article.items("/forecasts", limit="1000")} >= NOT_YET


def test_among_what_was_handed_over(article: Asking) -> None:
    told = article.get("/materiel")
    assert {report for item in told["items"] for report in item["reports"]} == DELIVERED
    assert set(named(told)) >= SUPPLIED


def test_among_the_arrangements(article: Asking) -> None:
    assert "SC33" in set(named(article.items("/arrangements")))


def test_nothing_is_left_over() -> None:
    views = (NUMBERS, NOT_YET, CONTACTS, FORCES, HELD, POLICIES, JUDGED, BACKGROUND, SUPPLIED)
    assert sorted(report for view in views for report in view) == [f"SC{number:02}" for number in range(1, 51)]
