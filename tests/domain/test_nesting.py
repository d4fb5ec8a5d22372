from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.nesting import lying_in
from tests.domain.families import NESTING, nesting


def test_a_line_leads_from_a_place_to_the_root_of_its_tree() -> None:
    assert NESTING.line_of("vladivostok") == ["vladivostok", "ru-east", "ru"]
    assert NESTING.line_of("ru") == ["ru"]
    assert NESTING.line_of("nowhere") == ["nowhere"]


def test_parts_are_direct_ones_in_order_of_names() -> None:
    assert NESTING.parts_of("ru") == ["ru-east", "ru-kursk"]
    assert NESTING.parts_of("vladivostok") == []


def test_a_region_within_a_place_lies_in_it_and_is_no_part_of_it() -> None:
    found = nesting(within={"border": ("ru", "ru-kursk"), "ru-kursk": ("border-lands",)})
    assert "border" not in found.part_of
    assert found.line_of("border") == ["border"]
    assert found.parts_of("ru") == ["ru-east", "ru-kursk"]
    assert found.lies_in["border"] == ("ru", "ru-kursk")
    assert found.lies_in["ru-kursk"] == ("ru", "border-lands")
    assert found.inside("border-lands") == {"border-lands", "ru-kursk", "border"}


def test_inside_a_place_are_all_that_lie_in_it_at_any_depth_and_itself() -> None:
    assert NESTING.inside("ru") == {"ru", "ru-kursk", "ru-east", "vladivostok"}
    assert NESTING.inside("ru-east") == {"ru-east", "vladivostok"}
    assert NESTING.inside("nowhere") == {"nowhere"}


@pytest.mark.parametrize(
    ("parts", "tree"),
    [
        ({"a": "a"}, {}),
        ({"a": "b", "b": "a"}, {}),
        ({"a": "b", "b": "c", "c": "a"}, {}),
        ({"a": "b", "b": "a", "c": "a", "d": "c"}, {"c": "a", "d": "c"}),
        ({"a": "b", "b": "a", "c": "d"}, {"c": "d"}),
    ],
)
def test_places_of_a_circle_are_parts_of_nothing_and_what_hangs_on_them_stays(
    parts: dict[str, str], tree: dict[str, str]
) -> None:
    for order in (parts, dict(reversed(parts.items()))):
        assert nesting(order).part_of == tree


names = st.sampled_from("abcdefg")


@given(st.dictionaries(names, names))
def test_every_line_ends_whatever_is_part_of_what(parts: dict[str, str]) -> None:
    found = nesting(parts)
    for place, above in parts.items():
        line = found.line_of(place)
        assert len(line) == len(set(line))
        circling = place in _above(parts, above)
        assert found.part_of.get(place) == (None if circling else above)


def _above(parts: Mapping[str, str], place: str) -> set[str]:
    """The place and all that it is part of, as far as steps lead."""
    passed: set[str] = set()
    while place not in passed:
        passed.add(place)
        place = parts.get(place, place)
    return passed


@given(st.dictionaries(names, st.lists(names, max_size=3).map(tuple)))
def test_what_lies_in_what_lies_in_a_place_lies_in_it_too(within: dict[str, tuple[str, ...]]) -> None:
    for place in "abcdefg":
        inside = lying_in(within, place)
        assert place in inside
        assert {inner for inner, outer in within.items() if inside & {*outer}} <= inside
