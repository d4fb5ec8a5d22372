"""The registry of places, as a list and as a tree."""

from typing import Any

from tests.asking import Asking


def all_of(branches: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [one for branch in branches for one in (branch, *all_of(branch["parts"]))]


def test_places_come_by_name_with_their_codes(article: Asking) -> None:
    places = {place["place"]: place for place in article.items("/places")}
    assert list(places) == sorted(places)
    assert len(places) == 16
    assert places["ru-kursk"]["part_of"] == "ru"
    assert places["ru-kursk"]["codes"] == {"iso3166": None, "iso3166_2": "RU-KRS", "geonames": None}
    assert (places["front-lines"]["part_of"], places["front-lines"]["lon"]) == (None, None)


def test_the_tree_holds_every_place_once(russia: Asking) -> None:
    listed = [place["place"] for place in russia.items("/places", limit=1000)]
    assert sorted(one["place"] for one in all_of(russia.get("/places/tree")["roots"])) == listed


def test_parts_are_nested_and_vague_regions_stand_apart(russia: Asking) -> None:
    roots = {root["place"]: root for root in russia.get("/places/tree")["roots"]}
    far_east = next(part for part in roots["ru"]["parts"] if part["place"] == "ru-far-east")
    assert [part["place"] for part in far_east["parts"]] == ["vladivostok"]
    assert roots["ru-west"]["within"] == ["ru"]
    assert roots["front-line-area"] | {"name": "", "kind": ""} == {
        "place": "front-line-area",
        "name": "",
        "kind": "",
        "within": [],
        "parts": [],
    }


def test_the_tree_is_that_of_its_position(article: Asking) -> None:
    answer = article.get("/places/tree", known_at="position:13")
    assert [root["place"] for root in answer["roots"]] == ["ua"]
    assert answer["as_of"]["position"] == 13
