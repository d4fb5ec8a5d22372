"""The registry of places, as a list and as a tree."""

from tests.seeded import ARTICLE, RUSSIA, Answer, Ask, load_seeds, serve_seeds  # noqa: F401 -- the last two: fixtures


def all_of(branches: list[Answer]) -> list[Answer]:
    return [one for branch in branches for one in (branch, *all_of(branch["parts"]))]


def test_places_come_by_name_with_their_codes(ask: Ask) -> None:
    places = {place["place"]: place for place in ask(f"{ARTICLE}/places")["items"]}
    assert list(places) == sorted(places)
    assert len(places) == 16
    assert places["ru-kursk"]["part_of"] == "ru"
    assert places["ru-kursk"]["codes"] == {"iso3166": None, "iso3166_2": "RU-KRS", "geonames": None}
    assert (places["front-lines"]["part_of"], places["front-lines"]["lon"]) == (None, None)


def test_the_tree_holds_every_place_once(ask: Ask) -> None:
    listed = [place["place"] for place in ask(f"{RUSSIA}/places", limit=1000)["items"]]
    assert sorted(one["place"] for one in all_of(ask(f"{RUSSIA}/places/tree")["roots"])) == listed


def test_parts_are_nested_and_vague_regions_stand_apart(ask: Ask) -> None:
    roots = {root["place"]: root for root in ask(f"{RUSSIA}/places/tree")["roots"]}
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


def test_the_tree_is_that_of_its_position(ask: Ask) -> None:
    answer = ask(f"{ARTICLE}/places/tree", known_at="position:13")
    assert [root["place"] for root in answer["roots"]] == ["ua"]
    assert answer["as_of"]["position"] == 13
