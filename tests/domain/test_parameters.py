import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.errors import Fault
from app.domain.limits import FAULTS_MAX
from app.domain.parameters import NONE, Range, Shape, Table, laid_over, leaves, plain, read, write

SHAPE: Shape = {
    "half": Range(0.1, 10),
    "days": Range(0, 30, whole=True),
    "rate": Range(0, 1, optional=True),
    "sizes": (Range(1, 1000, whole=True),),
    "words": Table({"centre": Range(1, 99)}),
}
GOOD = {"half": "5", "days": "7", "rate": NONE, "sizes": ["10", "1"], "words": {"a few": {"centre": "3.5"}}}


def faults_of(value: object) -> list[tuple[str | None, str]]:
    faults: list[Fault] = []
    read(value, SHAPE, "/p", faults)
    return [(fault.pointer, fault.detail) for fault in faults]


def test_strings_are_read_as_the_numbers_they_spell() -> None:
    faults: list[Fault] = []
    assert read(GOOD, SHAPE, "/p", faults) == {
        "half": 5.0,
        "days": 7,
        "rate": None,
        "sizes": [10, 1],
        "words": {"a few": {"centre": 3.5}},
    }
    assert faults == []


@pytest.mark.parametrize(
    "half", ["0", "10.5", "-1", "5e0", "05", ".5", "5.", " 5", "5\n", "\u0665", "nan", 5, 5.0, None, NONE]
)
def test_what_is_no_decimal_string_within_its_range_is_a_fault_that_states_the_range(half: object) -> None:
    assert faults_of(GOOD | {"half": half}) == [("/p/half", "must be a decimal number from 0.1 to 10, as a string")]


@pytest.mark.parametrize("days", ["7.0", "31", "1000000000000000"])
def test_a_whole_parameter_takes_integers_alone(days: str) -> None:
    assert faults_of(GOOD | {"days": days}) == [("/p/days", "must be an integer from 0 to 30, as a string")]


def test_an_optional_parameter_says_so() -> None:
    assert faults_of(GOOD | {"rate": "2"}) == [
        ("/p/rate", "must be a decimal number from 0 to 1, or none, as a string")
    ]


def test_every_fault_is_found_in_one_go_and_a_near_name_is_offered() -> None:
    given_names = {"hlaf": "5", "days": "x", "rate": "1", "sizes": ["10", "0"], "words": {"Few/er": {"centre": "3"}}}
    assert faults_of(given_names) == [
        ("/p/half", "is missing; must be a decimal number from 0.1 to 10, as a string"),
        ("/p/hlaf", "is no parameter; did you mean half?"),
        ("/p/days", "must be an integer from 0 to 30, as a string"),
        ("/p/sizes/1", "must be an integer from 1 to 1000, as a string"),
        ("/p/words/Few~1er", "must be in lower case, 60 letters at most"),
    ]


@pytest.mark.parametrize("value", [None, [], "5", 5])
def test_a_set_is_an_object(value: object) -> None:
    assert faults_of(value) == [("/p", "must be an object")]


@pytest.mark.parametrize("sizes", ["10", {"0": "10"}, ["1"] * 501])
def test_a_list_is_a_list_of_bearable_length(sizes: object) -> None:
    assert faults_of(GOOD | {"sizes": sizes}) == [("/p/sizes", "must be a list of at most 500 entries")]


def test_a_table_is_of_bearable_length() -> None:
    words = {f"word {number}": {"centre": "3"} for number in range(501)}
    assert faults_of(GOOD | {"words": words}) == [("/p/words", "must hold at most 500 words")]


@given(st.floats(min_value=1e-12, max_value=1e11) | st.integers(0, 10**11))
def test_a_number_written_plainly_reads_back_as_itself(number: float) -> None:
    text = plain(number)
    assert float(text) == number
    assert set(text) <= set("0123456789.")


def test_writing_keeps_objects_and_lists() -> None:
    assert write({"a": (1, 0.5), "b": {"c": None}}) == {"a": ["1", "0.5"], "b": {"c": NONE}}


def test_no_more_unknown_names_are_told_than_one_refusal_holds() -> None:
    assert len(faults_of(GOOD | {f"more {number}": "1" for number in range(1000)})) == FAULTS_MAX


def test_each_number_is_told_with_its_whole_name_and_its_range() -> None:
    assert [(leaf.name, leaf.value, leaf.range.span) for leaf in leaves(GOOD, SHAPE)] == [
        ("half", "5", "0.1 to 10"),
        ("days", "7", "0 to 30"),
        ("rate", NONE, "0 to 1, or none"),
        ("sizes.0", "10", "1 to 1000"),
        ("sizes.1", "1", "1 to 1000"),
        ("words.a few.centre", "3.5", "1 to 99"),
    ]


def test_what_is_not_there_is_passed_over() -> None:
    assert [leaf.name for leaf in leaves({"half": "5", "words": {"a few": {}}, "more": "1"}, SHAPE)] == ["half"]


@pytest.mark.parametrize(
    ("part", "laid"),
    [
        ({}, GOOD),
        ({"half": "6"}, GOOD | {"half": "6"}),
        ({"sizes": ["5"]}, GOOD | {"sizes": ["5"]}),
        ({"words": {"few": {"centre": "3"}}}, GOOD | {"words": {"a few": {"centre": "3.5"}, "few": {"centre": "3"}}}),
        ({"words": {"a few": {"centre": "4"}}}, GOOD | {"words": {"a few": {"centre": "4"}}}),
        ({"words": "x"}, GOOD | {"words": "x"}),
        ({"half": {"x": "1"}}, GOOD | {"half": {"x": "1"}}),
        (None, None),
    ],
)
def test_objects_are_merged_by_key_and_all_else_is_replaced(part: object, laid: object) -> None:
    assert laid_over(GOOD, part) == laid
