"""Which mark a report becomes, and whose colour it has."""

from datetime import date
from typing import Any

import pytest

from app.charts.marks import COLOURS, OTHERS, OTHERS_COLOUR, SHAPES, marks, palette, shape_of, speaker

DAY = date(2024, 10, 30)


def development(origin: str = "kr-nis", *, measure: str = "personnel", **quantity: Any) -> dict[str, Any]:
    return {
        "report": "R1",
        "summary": "Something.",
        "stance": "asserted",
        "provenance": {
            "chain": [{"source": "yonhap", "role": "publisher"}, {"descriptor": "officials", "role": "speaker"}]
        },
        "quantities": [{"measure": measure, **quantity}],
        "origin": origin,
        "effective_grade": "B2",
        "status": "standing",
        "echo_of": None,
    }


def drawn(*origins: str) -> list[dict[str, Any]]:
    shown = [(development(origin, best=5), DAY) for origin in origins]
    return marks(shown, measure="personnel", nature="stock", names={"yonhap": "Yonhap"})


@pytest.mark.parametrize(
    ("quantity", "shape"),
    [
        ({"best": 3000}, "point"),
        ({"best": 0}, "point"),
        ({"low": 8000, "best": 9000, "high": 10000}, "range"),
        ({"low": 8000, "high": 10000}, "range"),
        ({"high": 12000}, "up to"),
        ({"low": 11000}, "at least"),
        ({"low": 0}, "at least"),
        ({"wording": "troops", "basis": "existence"}, "no figure"),
        ({"best": 1500, "nature": "flow"}, "no figure"),
    ],
)
def test_a_statement_has_the_shape_of_what_it_says(quantity: dict[str, Any], shape: str) -> None:
    assert shape_of(quantity, "stock") == shape
    assert shape in SHAPES


def test_what_moves_is_a_height_where_movements_are_counted() -> None:
    assert shape_of({"best": 1500, "nature": "flow"}, "flow") == "point"


def test_other_measures_and_undated_reports_have_no_mark() -> None:
    shown = [(development(measure="killed", best=5), DAY), (development(best=5), None)]
    assert marks(shown, measure="personnel", nature="stock", names={}) == []


def test_a_mark_says_who_printed_whose_word() -> None:
    [mark] = drawn("kr-nis")
    assert (mark["chain"], mark["day"], mark["at"]) == ("Yonhap → officials", "2024-10-30", 5)


def test_the_most_talkative_origins_have_colours_of_their_own_and_the_rest_share_one() -> None:
    many = [f"origin-{number}" for number in range(len(COLOURS) + 2)]
    legend = palette(drawn(*many, "origin-8", "origin-8"))
    assert next(iter(legend)) == "origin-8"
    assert list(legend.items())[-1] == (OTHERS, OTHERS_COLOUR)
    assert len(set(legend.values())) == len(legend) == len(COLOURS) + 1


def test_one_origin_too_many_is_named_all_the_same() -> None:
    legend = palette(drawn(*(f"origin-{number}" for number in range(len(COLOURS) + 1))))
    assert OTHERS not in legend
    assert OTHERS_COLOUR in legend.values()


def test_who_is_not_named_is_told_by_who_names_him() -> None:
    names = {"yonhap": "Yonhap"}
    assert speaker("unstated@yonhap:two officials", names) == "two officials (unnamed, by Yonhap)"
    assert speaker("unstated@yonhap", names) == "unnamed (unnamed, by Yonhap)"
    assert speaker("unstated@", names) == "unnamed (unnamed, by nobody)"
