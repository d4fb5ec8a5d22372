import math

import pytest

from app.domain.assumptions import DEFAULT
from app.domain.errors import Broken
from app.domain.wording import COUNT_MAX, Figure, can_count, grain, read_figure, to_count, to_scale, variances

E = math.exp(0.1)


@pytest.mark.parametrize(
    ("figure", "centre", "below", "above"),
    [
        (Figure(best=13000), 13000, 1000 / (12**0.5 * 13000), 1000 / (12**0.5 * 13000)),
        (Figure(best=10500), 10500, 500 / (12**0.5 * 10500), 500 / (12**0.5 * 10500)),
        (Figure(best=2), 2, 1 / (12**0.5 * 2), 1 / (12**0.5 * 2)),
        (Figure(best=83), 83, 1 / (12**0.5 * 83), 1 / (12**0.5 * 83)),
        (Figure(low=2000, high=8000), 4000, math.log(4) / 3.29, math.log(4) / 3.29),
        (Figure(low=0, high=400), 20, math.log(400) / 3.29, math.log(400) / 3.29),
        (Figure(low=600, high=600), 600, 100 / (12**0.5 * 600), 100 / (12**0.5 * 600)),
        (Figure(low=0, high=1), 1, 1 / 12**0.5, 1 / 12**0.5),
        (Figure(low=0, high=0), 0, 0, 0),
        (Figure(low=500, best=1000, high=3000), 1000, math.log(2) / 1.645, math.log(3) / 1.645),
        (Figure(low=0, best=1000, high=3000), 1000, math.log(1000) / 1.645, math.log(3) / 1.645),
        (Figure(low=0, best=0, high=3000), 0, 0, 0),
        (Figure(low=500, best=1000), 1000, math.log(2) / 1.645, 1 / 12**0.5),
        (Figure(best=1000, high=3000), 1000, 1 / 12**0.5, math.log(3) / 1.645),
        (Figure(high=10000), 10000 / E, 0.3, 0.2),
        (Figure(low=10000), 10000 * E, 0.2, 0.3),
        (Figure(best=0), 0, 0, 0),
        (Figure(word="several hundred"), 500, 0.45, 0.45),
        (Figure(word="a handful", low=3), 8, 0.8, 0.8),
        (Figure(word="thousands", low=3000, high=12000), 12000 / E, 0.3, 0.2),
    ],
)
def test_each_wording_has_its_centre_and_two_sides(figure: Figure, centre: float, below: float, above: float) -> None:
    reading = read_figure(figure, 1.0, DEFAULT)
    assert (reading.centre, reading.below, reading.above) == pytest.approx((centre, below, above), rel=1e-12)


def test_a_bound_is_shifted_and_widened_by_the_error_of_its_class() -> None:
    reading = read_figure(Figure(high=10000), 0.2, DEFAULT)
    assert (reading.centre, reading.below, reading.above) == pytest.approx((10000 * math.exp(-0.02), 0.06, 0.04))


@pytest.mark.parametrize(
    ("figure", "counts"),
    [
        (Figure(), False),
        (Figure(best=0), True),
        (Figure(low=5), True),
        (Figure(high=5), True),
        (Figure(word="dozens"), True),
        (Figure(word="a horde"), False),
        (Figure(word="a horde", low=1000), False),
        (Figure(word="a horde", best=1000), True),
    ],
)
def test_a_number_or_a_known_word_can_count(figure: Figure, counts: bool) -> None:
    assert can_count(figure, DEFAULT) is counts


@pytest.mark.parametrize("figure", [Figure(), Figure(word="a horde"), Figure(word="a horde", low=7)])
def test_a_figure_that_cannot_count_cannot_be_read(figure: Figure) -> None:
    with pytest.raises(Broken):
        read_figure(figure, 1.0, DEFAULT)


@pytest.mark.parametrize(
    ("count", "size"),
    [(13000, 1000), (10500, 500), (700, 100), (150, 50), (70, 10), (85, 5), (83, 1), (1, 1), (10_095_054, 1)],
)
def test_the_grain_is_the_largest_that_divides(count: int, size: int) -> None:
    assert grain(count, DEFAULT) == size


def test_every_word_of_the_table_has_its_centre_and_spread() -> None:
    table = {word: (entry.centre, entry.spread) for word, entry in DEFAULT.words.items()}
    assert table == {
        "a handful": (8, 0.8),
        "a small number": (70, 1.5),
        "dozens": (50, 0.6),
        "scores": (60, 0.6),
        "hundreds": (400, 0.6),
        "several hundred": (500, 0.45),
        "more than a thousand": (1400, 0.4),
        "thousands": (4000, 0.65),
        "several thousand": (5000, 0.5),
        "tens of thousands": (30000, 0.5),
    }


def test_the_scale_has_a_way_back_and_an_upper_end() -> None:
    assert to_scale(0, 50) == 0
    assert to_count(to_scale(13000, 50), 50) == pytest.approx(13000)
    assert to_count(1e9, 50) == COUNT_MAX


def test_near_zero_a_variance_is_that_of_a_count_and_far_up_that_of_a_proportion() -> None:
    none = read_figure(Figure(best=0), 1.0, DEFAULT)
    many = read_figure(Figure(high=10**9), 1.0, DEFAULT)
    assert variances(none, 0.4, 50) == (1, 1)
    assert variances(many, 0.4, 50) == pytest.approx((0.4**2 + 0.3**2, 0.4**2 + 0.2**2), rel=1e-5)
