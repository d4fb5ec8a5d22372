"""The registry of measures."""

from app.domain.measures import BUILT_IN
from tests.seeded import ARTICLE, Ask, load_seeds, serve_seeds  # noqa: F401 -- the last two: fixtures


def test_built_in_measures_stand_among_the_defined_ones(ask: Ask) -> None:
    measures = ask(f"{ARTICLE}/measures")["items"]
    names = [measure["measure"] for measure in measures]
    assert names == sorted(names)
    assert {measure["measure"] for measure in measures if measure["built_in"]} == set(BUILT_IN)
    assert {"containers", "units"} <= set(names)


def test_a_measure_says_how_it_is_counted(ask: Ask) -> None:
    found = {measure["measure"]: measure for measure in ask(f"{ARTICLE}/measures")["items"]}
    assert found["personnel"] == {
        "measure": "personnel",
        "name": "Personnel",
        "unit": "persons",
        "nature": "stock",
        "class": "presence",
        "built_in": True,
    }
    assert (found["containers"]["nature"], found["containers"]["class"]) == ("cumulative", "tally")


def test_before_the_first_event_there_are_the_built_in_ones(ask: Ask) -> None:
    measures = ask(f"{ARTICLE}/measures", known_at="position:0")["items"]
    assert [measure["measure"] for measure in measures] == sorted(BUILT_IN)


def test_a_page_continues_behind_the_last_name(ask: Ask) -> None:
    first = ask(f"{ARTICLE}/measures", limit=7)
    rest = ask(f"{ARTICLE}/measures", limit=7, cursor=first["next_cursor"])
    assert first["items"] + rest["items"] == ask(f"{ARTICLE}/measures")["items"]
