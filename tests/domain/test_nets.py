import math
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.assumptions import DEFAULT
from app.domain.carrying import Carry
from app.domain.fusion import Figure, Vote
from app.domain.movements import Movement
from app.domain.nets import Around, Net, at_least, carries, net, range_of, sign_at, touching
from tests.domain.building import day
from tests.domain.fusing import fuse
from tests.domain.moving import PARTS, found_movements, movement, ways

ARRIVED = movement(3000, 4)


def net_of(place: str, movements: Sequence[Movement], first: int = 0, last: int = 60) -> Net:
    return net(place, movements, part_of=PARTS, first=day(first), last=day(last), assumptions=DEFAULT)


def carried(movements: Sequence[Movement], said: int, read: int, place: str = "ru") -> Carry | None:
    on = day(said)
    vote = Vote(report="v", figure=Figure(best=10000), letter="B", digit=2, day=on, reported=on)
    return carries([vote], touching(place, movements, PARTS), day=day(read), assumptions=DEFAULT).get("v")


@pytest.mark.parametrize(
    ("way", "wanted"),
    [
        # from and to, and what they do to: the whole, a part of it, a part of that, and its sister
        (("outside", "ru"), {"ru": 1, "ru-kursk": 0}),
        (("outside", "vladivostok"), {"ru": 1, "ru-east": 1, "vladivostok": 1, "ru-kursk": 0}),
        (("kp-north", "ru-kursk"), {"kp": -1, "kp-north": -1, "ru": 1, "ru-kursk": 1}),
        (("ru-kursk", "outside"), {"ru": -1, "ru-kursk": -1}),
        (("vladivostok", "ru-kursk"), {"ru": 0, "ru-east": -1, "vladivostok": -1, "ru-kursk": 1}),
        (("ru-east", "vladivostok"), {"ru": 0, "ru-east": 0, "vladivostok": 1}),
        (("ru", "ru-kursk"), {"ru": 0, "ru-kursk": 1}),
        (("ru", "ru"), {"ru": 0}),
        ((None, "ru-kursk"), {"ru": 0, "ru-kursk": 1}),
        (("vladivostok", None), {"ru": 0, "ru-east": 0, "vladivostok": -1}),
        ((None, None), {"ru": 0, "outside": 0}),
        (("outside", "unplaced"), {"unplaced": 1, "ru": 0}),
        (("ua", "pl"), {"ru": 0, "ua": -1, "pl": 1}),
    ],
)
def test_a_place_gains_what_comes_and_loses_what_leaves(
    way: tuple[str | None, str | None], wanted: dict[str, int]
) -> None:
    moved = movement(1, 0, way)
    assert {place: sign_at(place, moved, Around(PARTS)) for place in wanted} == wanted


def test_a_vague_region_lies_in_all_that_it_is_within() -> None:
    flown = movement(7000, 3, ("vladivostok", "ru-border"))
    above = {"vladivostok": ("ru-east",), "ru-east": ("ru",), "ru-border": ("ru-west", "ru"), "ru-west": ("ru",)}
    assert {place: sign_at(place, flown, Around(above)) for place in ("ru", "ru-west", "ru-east")} == {
        "ru": 0,
        "ru-west": 1,
        "ru-east": -1,
    }
    assert sign_at("ru", flown, Around({"vladivostok": "ru-east", "ru-east": "ru"})) == -1


def test_the_net_is_what_came_less_what_left_with_the_errors_of_both() -> None:
    half = 1.645 * math.hypot(0.35 * 3000, 0.35 * 1000)
    left = movement(1000, 9, ("ru", "kp"))
    found = net_of("ru", [ARRIVED, left])
    assert (found.low, found.best, found.high) == pytest.approx((2000 - half, 2000, 2000 + half))
    assert net_of("ru", [left]).high < 0


def test_what_moves_inside_adds_no_error_either() -> None:
    assert net_of("ru", [movement(5000, 3, ("vladivostok", "ru-kursk"))]) == Net(low=0, best=0, high=0)


@pytest.mark.parametrize(
    ("first", "last", "part"), [(0, 60, 1.0), (10, 19, 1.0), (10, 14, 0.5), (19, 40, 0.1), (0, 9, 0), (20, 30, 0)]
)
def test_a_movement_over_a_period_counts_for_its_days_within(first: int, last: int, part: float) -> None:
    assert net_of("ru", [movement(1000, (10, 19))], first, last).best == pytest.approx(1000 * part)


def test_a_movement_alone_is_not_below_none() -> None:
    found = range_of(ARRIVED, DEFAULT)
    assert (found.low, found.best, found.high) == pytest.approx((1272.75, 3000, 4727.25))


def test_where_nobody_voted_there_are_at_least_the_net_arrivals_and_no_estimate() -> None:
    def bound(movements: Sequence[Movement], on: int = 9) -> float | None:
        return at_least(touching("ru", movements, PARTS), day=day(on), assumptions=DEFAULT)

    assert bound([ARRIVED]) == 3000
    assert bound([ARRIVED, movement(1000, 6, ("ru", "kp"))]) == 2000
    assert bound([ARRIVED], 3) is None
    assert bound([movement(1000, 6, ("ru", "kp"))]) is None
    read = carries([], touching("ru", [ARRIVED], PARTS), day=day(9), assumptions=DEFAULT)
    assert read == {}
    nothing = fuse(
        [], day=day(9), measure_class="presence", running_total=False, assumptions=DEFAULT, carried={"v": ARRIVAL}
    )
    assert nothing is None


def came(net: float) -> Carry:
    """What one movement of so many does, with its error of 35 %."""
    return Carry(net=net, variance=0.35**2 * net**2)


ARRIVAL = came(3000.0)


@pytest.mark.parametrize(("said", "read", "carries_it"), [(3, 4, True), (4, 9, False), (3, 3, False), (0, 60, True)])
def test_a_movement_carries_what_was_said_before_it_and_a_later_stock_contains_it(
    said: int, read: int, carries_it: bool
) -> None:
    assert carried([ARRIVED], said, read) == (ARRIVAL if carries_it else None)


def test_of_a_movement_under_way_the_part_after_the_vote_carries_it() -> None:
    under_way = [movement(1000, (0, 9), ("kp", "ru"))]
    assert carried(under_way, 4, 60) == came(500.0)
    assert carried(under_way, 4, 5) == came(100.0)


def test_a_later_word_is_carried_back() -> None:
    assert carried([ARRIVED], 9, 3) == came(-3000.0)
    assert carried([ARRIVED], 9, 4) is None  # what had moved by the day is in both


def test_movements_that_cancel_out_still_add_their_errors() -> None:
    back = movement(3000, 5, ("ru", "outside"))
    assert carried([ARRIVED, back], 0, 9) == Carry(net=0.0, variance=2 * ARRIVAL.variance)


def test_the_last_day_of_the_calendar_is_no_trouble() -> None:
    end = (day(0).max - day(0)).days
    assert carried([ARRIVED], end, end) is None
    assert net_of("ru", [ARRIVED], (day(0).min - day(0)).days, end).best == 3000


LEAVES = ("ru-kursk", "vladivostok")
known = st.sampled_from((*LEAVES, "kp-north", "outside"))


@given(st.lists(st.builds(movement, st.floats(0, 1e5), st.integers(0, 30), st.tuples(known, known)), max_size=8))
def test_a_whole_gains_what_its_parts_gain(movements: list[Movement]) -> None:
    parts = sum(net_of(leaf, movements).best for leaf in LEAVES)
    assert net_of("ru", movements).best == pytest.approx(parts, abs=1e-6)
    assert net_of("ru-east", movements) == net_of("vladivostok", movements)


@given(ways, st.sampled_from(("ru", "ru-east", "vladivostok", "kp")))
def test_a_movement_back_undoes_its_effect(way: Any, place: str) -> None:
    there, back = movement(1, 0, way), movement(1, 0, way[::-1])
    assert sign_at(place, there, Around(PARTS)) == -sign_at(place, back, Around(PARTS))


@given(found_movements, st.integers(-5, 50), st.integers(0, 60))
def test_movements_come_to_what_they_move_day_by_day(movements: list[Movement], said: int, days: int) -> None:
    until = day(said + days)
    net = variance = 0.0
    for one in movements:
        own = [one.first_day + timedelta(days=at) for at in range((one.last_day - one.first_day).days + 1)]
        moved = one.best * sum(day(said) < on <= until for on in own) / len(own)
        sign = sign_at("ru", one, Around(PARTS))
        net += sign * moved
        variance += (0.35 * sign * moved) ** 2
    found = carried(movements, said, said + days) or Carry(net=0.0, variance=0.0)
    assert found.net == pytest.approx(net, abs=1e-6)
    assert found.variance == pytest.approx(variance, abs=1e-6)


@given(found_movements, st.integers(-5, 50), st.integers(0, 20), st.integers(0, 20))
def test_the_days_between_add_up_and_come_back(movements: list[Movement], first: int, one: int, two: int) -> None:
    def moved(said: int, read: int) -> float:
        found = carried(movements, said, read)
        return found.net if found is not None else 0.0

    middle, last = first + one, first + one + two
    assert moved(first, middle) + moved(middle, last) == pytest.approx(moved(first, last), abs=1e-6)
    assert moved(last, first) == -moved(first, last)
    assert net_of("ru", movements, first + 1, last).best == moved(first, last)
