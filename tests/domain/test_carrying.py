import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.assumptions import DEFAULT
from app.domain.carrying import Carry, carry

R = 0.04


def test_a_vote_is_carried_by_the_net_and_gains_its_error_on_the_new_scale() -> None:
    count, r = carry(10000, R, 50, Carry(net=3000, variance=1050**2), DEFAULT)
    assert (count, r) == pytest.approx((13000, R + (1050 / 13050) ** 2))


def test_more_left_than_there_were_leaves_none_and_an_error_that_is_capped() -> None:
    count, r = carry(1000, R, 50, Carry(net=-5000, variance=1750**2), DEFAULT)
    assert (count, r) == pytest.approx((0, R + 2.25))


def test_what_left_below_the_cap_adds_what_it_is() -> None:
    assert carry(10, R, 50, Carry(net=-20, variance=7.0**2), DEFAULT)[1] == pytest.approx(R + (7 / 50) ** 2)


@given(st.floats(0, 2.0**53), st.floats(1e-9, 1e3), st.sampled_from((1.0, 50.0)))
def test_nothing_moved_changes_no_bit(centre: float, r: float, kappa: float) -> None:
    assert carry(centre, r, kappa, Carry(net=0.0, variance=0.0), DEFAULT) == (centre, r)
    assert carry(centre, r, kappa, Carry(net=-0.0, variance=0.0), DEFAULT) == (centre, r)


@given(st.floats(0, 2.0**53), st.floats(-(2.0**60), 2.0**60), st.floats(0, 2.0**110), st.sampled_from((1.0, 50.0)))
def test_no_vote_is_carried_below_zero_nor_widened_beyond_the_cap(
    centre: float, net: float, variance: float, kappa: float
) -> None:
    count, r = carry(centre, R, kappa, Carry(net=net, variance=variance), DEFAULT)
    assert count >= 0
    assert R <= r <= R + DEFAULT.flow_variance_cap
