"""The registry of measures."""

from app.domain.measures import BUILT_IN
from tests.asking import Asking


def test_built_in_measures_stand_among_the_defined_ones(article: Asking) -> None:
    measures = article.items("/measures")
    names = [measure["measure"] for measure in measures]
    assert names == sorted(names)
    assert {measure["measure"] for measure in measures if measure["built_in"]} == set(BUILT_IN)
    assert {"containers", "units"} <= set(names)


def test_a_measure_says_how_it_is_counted(article: Asking) -> None:
    found = {measure["measure"]: measure for measure in article.items("/measures")}
    assert found["personnel"] == {
        "measure": "personnel",
        "name": "Personnel",
        "unit": "persons",
        "nature": "stock",
        "class": "presence",
        "built_in": True,
    }
    assert (found["containers"]["nature"], found["containers"]["class"]) == ("cumulative", "tally")


def test_before_the_first_event_there_are_the_built_in_ones(article: Asking) -> None:
    measures = article.items("/measures", known_at="position:0")
    assert [measure["measure"] for measure in measures] == sorted(BUILT_IN)


def test_a_page_continues_behind_the_last_name(article: Asking) -> None:
    first = article.get("/measures", limit=7)
    rest = article.get("/measures", limit=7, cursor=first["next_cursor"])
    assert first["items"] + rest["items"] == article.items("/measures")
