"""Shapes are derived from the types, limits and formats included; explanations are in `test_checking`."""

import pytest

from app.domain.events import TYPES, DevelopmentReported, PlaceDefined, ReportRetracted
from app.domain.formats import FORMATS
from app.domain.limits import TEXT_CHARACTERS_MAX_BY_FIELD
from app.domain.shapes import Shape, fits, shape_of


def names_in(shape: Shape) -> set[str]:
    inner = [member.shape for member in shape.members.values() if member.shape is not None]
    return set(shape.members).union(*map(names_in, inner))


def test_every_format_and_limit_belongs_to_a_field_of_the_catalogue() -> None:
    known = set().union(*(names_in(shape_of(body)) for body in TYPES.values()))
    assert FORMATS.keys() | TEXT_CHARACTERS_MAX_BY_FIELD.keys() <= known


def test_fields_have_their_names_in_json() -> None:
    assert "class" in names_in(shape_of(DevelopmentReported))
    assert "class_" not in names_in(shape_of(DevelopmentReported))


@pytest.mark.parametrize(
    ("value", "good"),
    [
        ({"condition": "if talks fail, and not before"}, True),
        ({"condition": ["SC01", "SC02"]}, True),
        ({"condition": ["if talks fail"]}, False),
        ({"condition": "x" * 2001}, False),
        ({"about": ["SC01"] * 101}, False),
        ({"provenance": {"chain": [{"role": "publisher", "source": None}]}}, True),
        ({"provenance": {"chain": [{"role": "publisher", "source": "The Herald"}]}}, False),
        ({"quantities": [{"low": 2**53}]}, False),
    ],
)
def test_what_fits_a_report(value: dict[str, object], *, good: bool) -> None:
    assert fits(shape_of(DevelopmentReported), value) is good


def test_a_field_without_a_format_of_its_own_takes_the_one_of_its_name() -> None:
    assert not fits(shape_of(PlaceDefined), {"kind": "Vague region"})
    assert fits(shape_of(ReportRetracted), {"reported": "2024-10"})
    assert not fits(shape_of(ReportRetracted), {"reported": "in October"})
