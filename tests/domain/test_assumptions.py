import json

import msgspec
import pytest

from app.domain.assumptions import DEFAULT, SHIPPED, explained, from_parameters, overridden, to_parameters
from app.domain.errors import NotAllowed
from app.domain.formats import SLUG
from app.domain.grading import LEXICONS


def test_a_set_written_out_and_read_back_is_the_same() -> None:
    stored = json.loads(json.dumps(to_parameters(DEFAULT)))
    assert from_parameters(DEFAULT.name, stored) == DEFAULT


def test_another_set_differs_in_what_was_changed_alone() -> None:
    changed = to_parameters(DEFAULT) | {"half_life_days": "9.25"}
    assert from_parameters("slow.v1", changed) == msgspec.structs.replace(DEFAULT, name="slow.v1", half_life_days=9.25)


def test_every_field_but_the_name_is_a_parameter() -> None:
    assert set(to_parameters(DEFAULT)) == set(DEFAULT.__struct_fields__) - {"name"}


def test_a_half_life_of_zero_is_refused_with_its_range() -> None:
    with pytest.raises(NotAllowed) as refused:
        from_parameters("x", to_parameters(DEFAULT) | {"half_life_days": "0"})
    (fault,) = refused.value.faults
    assert fault.pointer == "/parameters/half_life_days"
    assert "from 0.1 to 3650" in fault.detail


def test_unknown_missing_and_wrong_parameters_are_named_together() -> None:
    parameters = to_parameters(DEFAULT) | {"letters": {"A": "0.1", "G": "0.2"}, "half_life": "5"}
    del parameters["z"]
    with pytest.raises(NotAllowed) as refused:
        from_parameters("x", parameters)
    assert [fault.pointer for fault in refused.value.faults] == [
        "/parameters/z",
        "/parameters/half_life",
        *(f"/parameters/letters/{letter}" for letter in "BCDEF"),
        "/parameters/letters/G",
    ]


def test_the_shipped_set_is_written_as_an_event_would_write_it() -> None:
    assert to_parameters(DEFAULT) == SHIPPED.parameters


def test_a_part_of_a_set_is_laid_over_the_whole() -> None:
    asked = {"half_life_days": "9", "letters": {"A": "0.1"}, "words": {"dozens": {"centre": "40"}}}
    found = overridden(DEFAULT, asked)
    assert (found.half_life_days, found.words["dozens"].centre, found.words["dozens"].spread) == (9.0, 40, 0.6)
    assert found.letters == {**DEFAULT.letters, "A": 0.1}
    assert (
        msgspec.structs.replace(
            found, name=DEFAULT.name, half_life_days=5.0, letters=DEFAULT.letters, words=DEFAULT.words
        )
        == DEFAULT
    )


@pytest.mark.parametrize("part", [{}, {"z": "1.645"}, to_parameters(DEFAULT)])
def test_what_replaces_nothing_leaves_the_very_set(part: object) -> None:
    assert overridden(DEFAULT, part) == DEFAULT


def test_a_set_that_was_overridden_has_a_name_that_no_event_can_register() -> None:
    name = overridden(DEFAULT, {"z": "2"}).name
    assert DEFAULT.name in name
    assert not SLUG.accepts(name)


@pytest.mark.parametrize(
    ("part", "pointer", "detail"),
    [
        ({"half_life_days": "0"}, "/half_life_days", "must be a decimal number from 0.1 to 3650, as a string"),
        ({"half_life_days": 9}, "/half_life_days", "must be a decimal number from 0.1 to 3650, as a string"),
        ({"letters": {"B": "3.1"}}, "/letters/B", "must be a decimal number from 0.01 to 3, as a string"),
        ({"classes": {"tally": {"kappa": 0.5}}}, "/classes/tally/kappa", "must be a decimal number from 0.1 to 10000"),
        (
            {"classes": {"tally": {"q_total": "none"}}},
            "/classes/tally/q_total",
            "must be a decimal number from 0 to 1, as",
        ),
        ({"grains": ["0"]}, "/grains/0", "must be an integer from 1 to 1000000000, as a string"),
        ({"words": {"few": {"centre": "3"}}}, "/words/few/spread", "is missing; must be a decimal number from 0.01"),
        ({"half_lief": "5"}, "/half_lief", "is no parameter; did you mean half_life_days"),
        ({"letters": "mild"}, "/letters", "must be an object"),
        ([], "", "must be an object"),
    ],
)
def test_a_part_that_does_not_fit_is_refused_with_its_place_and_range(part: object, pointer: str, detail: str) -> None:
    with pytest.raises(NotAllowed) as refused:
        overridden(DEFAULT, part)
    (fault,) = refused.value.faults
    assert fault.pointer == f"/assumptions{pointer}"
    assert fault.detail.startswith(detail)


def test_each_number_of_the_shipped_set_is_explained_and_within_its_range() -> None:
    found = explained(SHIPPED.parameters)
    assert len({leaf.name for leaf in found}) == len(found)
    for leaf in found:
        allowed = leaf.range
        assert allowed.optional if leaf.value == "none" else allowed.low <= float(leaf.value) <= allowed.high


def test_the_two_ladders_put_cannot_be_judged_in_the_middle() -> None:
    assert DEFAULT.letters == {"A": 0.12, "B": 0.2, "C": 0.3, "D": 0.5, "E": 0.8, "F": 0.5}
    assert DEFAULT.digits == {"1": 0.8, "2": 0.95, "3": 1.2, "4": 1.6, "5": 2.2, "6": 1.3}


def test_the_classes_are_those_of_the_shipped_set() -> None:
    assert {name: msgspec.structs.astuple(seen) for name, seen in DEFAULT.classes.items()} == {
        "presence": (50, 1, 0.25, 0.02, None),
        "tally": (1, 1, 0.25, 0.02, 0.02),
        "register": (1, 0.2, 0.05, 0.002, 0.01),
    }


@pytest.mark.parametrize(
    ("term", "factor"),
    [
        (None, 1.0),
        ("almost certain", 1.0),
        ("very likely", 1.1),
        ("highly probable", 1.1),
        ("likely", 1.3),
        ("probable", 1.3),
        ("roughly even chance", 1.7),
        ("unlikely", None),
        ("remote", None),
        ("probably not", None),
        ("highly likely", 1.0),
        ("a word of nobody's list", 1.0),
    ],
)
def test_a_likelihood_widens_the_error_or_takes_the_vote(term: str | None, factor: float | None) -> None:
    assert DEFAULT.likelihood_factor(term) == factor


def test_each_listed_word_is_in_a_lexicon_and_below_even_none_votes() -> None:
    assert set(DEFAULT.likelihood) <= {term for terms in LEXICONS.values() for term in terms}
    evens = {"icd203": "roughly even chance", "phia": "realistic possibility", "kent": "chances about even"}
    for lexicon, terms in LEXICONS.items():
        even = terms.index(evens[lexicon])
        votes = [DEFAULT.likelihood_factor(term) is not None for term in terms]
        assert votes == [False] * even + [True] * (len(terms) - even)
