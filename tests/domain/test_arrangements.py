"""Arrangements: what a ratio comes to, and of whom it is."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.arrangements import Amount, implied, is_arrangement, where, whose
from app.domain.events.report import ActorRole, ReportedActor, ReportedPlace
from app.domain.keys import AMBIGUOUS
from app.domain.quantity import Per, Quantity
from tests.domain.building import body

COUNTS = st.integers(0, 10**9)


def ratio(amount: int = 30, measure: str = "personnel", **figures: Any) -> Quantity:
    return Quantity(measure="interpreters", per=Per(measure=measure, amount=amount), **figures)


def actors(*pairs: tuple[ActorRole, str]) -> tuple[ReportedActor, ...]:
    return tuple(ReportedActor(role=role, actor=actor) for role, actor in pairs)


@pytest.mark.parametrize(
    ("of", "base", "expected"), [(1, 10_000, 334), (3, 10_000, 1_000), (1, 13_000, 434), (3, 13_000, 1_300), (1, 0, 0)]
)
def test_people_come_whole_and_a_group_that_is_begun_needs_its_own(of: int, base: int, expected: int) -> None:
    assert implied(ratio(best=of), Amount(best=base)).best == expected


def test_an_end_that_nobody_gave_stays_open() -> None:
    base = Amount(low=300, best=600, high=900)
    assert implied(ratio(best=2), base) == Amount(low=20, best=40, high=60)
    assert implied(ratio(high=3), base) == Amount(low=None, best=None, high=90)
    assert implied(ratio(low=1, best=2), base) == Amount(low=10, best=40, high=60)
    assert implied(ratio(best=2), Amount(low=300)) == Amount(low=20, best=None, high=None)
    assert implied(ratio(), base) == Amount()


def test_what_is_no_ratio_implies_nothing() -> None:
    with pytest.raises(ValueError, match="no ratio"):
        implied(Quantity(measure="personnel", best=5), Amount(best=5))


@given(st.tuples(COUNTS, COUNTS, COUNTS).map(sorted), st.tuples(COUNTS, COUNTS, COUNTS).map(sorted), st.integers(1, 99))
def test_what_follows_keeps_its_order_and_is_never_less_than_the_ratio(
    base: list[int], of: list[int], amount: int
) -> None:
    found = implied(ratio(amount, low=of[0], best=of[1], high=of[2]), Amount(low=base[0], best=base[1], high=base[2]))
    assert found.low is not None
    assert found.best is not None
    assert found.high is not None
    assert found.low <= found.best <= found.high
    assert 0 <= found.best * amount - base[1] * of[1] < amount


def test_a_rate_is_no_arrangement() -> None:
    assert is_arrangement(ratio(best=1), "ratio")
    assert not is_arrangement(ratio(1, "days", best=92), "ratio")
    assert not is_arrangement(ratio(best=1), "stock")
    assert not is_arrangement(Quantity(measure="share", best=5), "ratio")


def test_it_is_of_those_for_whom_it_is_arranged() -> None:
    assert whose(body(actors=actors(("subject", "russians"), ("recipient", "koreans")))) == "koreans"
    assert whose(body(actors=actors(("subject", "russians"), ("object", "koreans")))) == "koreans"
    assert whose(body(actors=actors(("subject", "koreans"), ("participant", "russians")))) == "koreans"
    assert whose(body(actors=actors(("recipient", "koreans"), ("recipient", "russians")))) == AMBIGUOUS
    assert whose(body(actors=())) is None


def test_it_holds_where_it_is_said_to() -> None:
    places = (ReportedPlace(role="at", place="ru"), ReportedPlace(role="to", place="ua"), ReportedPlace(role="from"))
    assert where(body(places=places)) == ("ru",)
