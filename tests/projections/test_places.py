"""The tree of places, and what lies in one."""

from hypothesis import given
from hypothesis import strategies as st

from app.domain.events import PlaceDefined
from app.projections.places import DEPTH_MAX, Branch, grow, with_inner


def place(name: str, part_of: str | None = None, *within: str) -> PlaceDefined:
    return PlaceDefined(place=name, name=name, kind="adm1", part_of=part_of, within=within)


def chain(length: int) -> dict[str, PlaceDefined]:
    names = [f"p{number:04}" for number in range(length)]
    return {name: place(name, names[number - 1] if number else None) for number, name in enumerate(names)}


def names(branches: tuple[Branch, ...]) -> list[str]:
    return [name for branch in branches for name in (branch.place.place, *names(branch.parts or ()))]


def test_a_region_that_is_part_of_nothing_is_a_root() -> None:
    tree = grow({"ru": place("ru"), "east": place("east", None, "ru"), "kursk": place("kursk", "ru")})
    assert [branch.place.place for branch in tree] == ["east", "ru"]
    assert [branch.place.place for branch in tree[1].parts or ()] == ["kursk"]


@given(st.lists(st.integers(min_value=0, max_value=30), max_size=30))
def test_every_place_stands_in_the_tree_once(parents: list[int]) -> None:
    places = {
        f"p{number}": place(f"p{number}", f"p{parent}" if parent < number else None)
        for number, parent in enumerate(parents)
    }
    assert sorted(names(grow(places))) == sorted(places)


def test_a_tree_is_shown_to_a_depth_and_says_where_it_goes_on() -> None:
    branches: tuple[Branch, ...] | None = grow(chain(DEPTH_MAX + 2))
    for _ in range(DEPTH_MAX):
        assert branches is not None
        branches = branches[0].parts
    assert branches is None
    assert len(names(grow(chain(DEPTH_MAX)))) == DEPTH_MAX


def test_parts_and_vague_regions_lie_in_a_place_at_any_depth() -> None:
    places = {
        "ru": place("ru"),
        "kursk": place("kursk", "ru"),
        "town": place("town", None, "kursk"),
        "ua": place("ua"),
    }
    assert with_inner(places, ["ru"]) == {"ru", "kursk", "town"}
    assert with_inner(places, ["ua", "nowhere"]) == {"ua", "nowhere"}
