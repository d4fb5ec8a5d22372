"""The list of the situation: its order, pages, filters and refusals."""

import pytest

from tests.asking import Asking


def names(ask: Asking, **parameters: str) -> list[str]:
    return [item["topic"] for item in ask.items("/situation", **parameters)]


def test_topics_come_by_name_page_by_page(article: Asking) -> None:
    every = names(article, limit="1000")
    assert every == sorted(every)
    page = article.get("/situation", limit="7")
    found = [item["topic"] for item in page["items"]]
    while page["has_more"]:
        page = article.get("/situation", limit="7", cursor=page["next_cursor"])
        found += [item["topic"] for item in page["items"]]
    assert found == every


def test_names_narrow(article: Asking) -> None:
    assert names(article, kind="territorial_control") == [
        "territorial_control@ru-kursk",
        "territorial_control@ua-ru-held",
    ]
    assert names(article, place="ru") == ["territorial_control@ru-kursk"]
    assert names(article, kind="training", actor="north-korea") == [
        "training:north-korean-forces",
        "training:xi-army-corps",
    ]
    assert names(article, kind="materiel_transfer", actor="russia") == ["materiel_transfer:china>russia"]
    assert article.get("/situation", kind=["training", "capability"])["items"] != []


def test_lines_are_the_items(article: Asking) -> None:
    assert article.text("/situation", format="ndjson").count("\n") == len(article.items("/situation"))


def test_before_anything_was_said_there_is_no_topic(article: Asking) -> None:
    assert names(article, reported_by="2024-01-01") == []
    assert names(article, valid_at="2024-01-01") == []


@pytest.mark.parametrize(
    ("parameter", "value", "status", "code", "hint"),
    [
        ("kind", "trainin", 400, "malformed", "training"),
        ("actor", "north-corea", 404, "unknown-actor", "north-korea"),
        ("place", "ru-kurks", 404, "unknown-place", "ru-kursk"),
        ("topic", "training:xi-army-corp", 404, "unknown-topic", "training:xi-army-corps"),
        ("topics", "x", 400, None, "topic"),
        ("valid_at", "yesterday", 400, "malformed", None),
    ],
)
def test_a_name_that_is_none_is_refused_with_the_nearest(
    article: Asking, parameter: str, value: str, status: int, code: str | None, hint: str | None
) -> None:
    problem = article.get("/situation", status, **{parameter: value})
    assert code is None or problem["code"] == code
    assert problem["errors"][0]["parameter"] == parameter
    assert hint is None or hint in problem["hint"]


def test_a_topic_is_not_named_before_anything_was_said_to_it(russia: Asking) -> None:
    name = "territorial_control@ru-kursk"
    problem = russia.get("/situation", 404, topic=name, reported_by="2024-12-31")
    assert problem["code"] == "unknown-topic"
