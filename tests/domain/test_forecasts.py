"""Forecasts: when one is due, which are the same, and what a tally may say."""

from collections.abc import Iterable
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.developments import Development, report, resolved
from app.domain.events.treatment import Outcome
from app.domain.forecasts import JUDGED_MIN, Ending, due_by, state_of, tallies, what_of
from app.domain.provenance import Provenance
from app.domain.quantity import Quantity
from app.domain.sources import Merged
from tests.domain.building import body, chain_of

TODAY = date(2024, 11, 10)
OUTCOMES: tuple[Outcome, ...] = ("fulfilled", "partly", "not_fulfilled", "lapsed")


def foretold(**changes: Any) -> Development:
    given = {"stance": "forecast", "reported": "2024-10-20", **changes}
    return resolved(report(1, body(**given)), letters={}, same=Merged(), document=None)


def ended(outcome: Outcome | None, *, origin: str = "nis", echo: bool = False) -> Ending:
    return Ending(origin=origin, state="resolved" if outcome else "open", outcome=outcome, echo=echo)


@pytest.mark.parametrize(
    ("occurred", "expected"),
    [
        ("../2024-12-31", date(2024, 12, 31)),
        ("2024-12", date(2024, 12, 31)),
        ("2024-10-20", date(2024, 10, 20)),
        ("2024-11-01/..", None),
        (None, None),
        ("2024-10-19", None),  # it had passed when it was said
    ],
)
def test_it_is_due_by_the_last_day_on_which_it_could_come_true(occurred: str | None, expected: date | None) -> None:
    assert due_by(foretold(occurred=occurred)) == expected


@pytest.mark.parametrize(
    ("due", "outcome", "expected"),
    [
        (None, None, "open"),
        (date(2024, 11, 11), None, "open"),
        (TODAY, None, "open"),
        (date(2024, 11, 9), None, "due"),
        (date(2024, 11, 9), "lapsed", "resolved"),
        (None, "fulfilled", "resolved"),
    ],
)
def test_a_forecast_is_open_due_or_resolved(due: date | None, outcome: Outcome | None, expected: str) -> None:
    assert state_of(due, outcome, TODAY) == expected


def test_the_same_figures_for_the_same_days_by_the_same_origin_are_the_same_forecast() -> None:
    year, other = "../2024-12-31", "../2025-01-31"
    first = what_of(foretold(report="R1", occurred=year))
    assert what_of(foretold(report="R2", occurred=year, reported="2024-10-22")) == first
    assert what_of(foretold(report="R2", occurred=other)) != first
    assert what_of(foretold(report="R2", occurred=year, quantities=(Quantity(measure="personnel", best=5),))) != first
    assert (
        what_of(foretold(report="R2", occurred=year, provenance=Provenance(chain=chain_of("herald", "dod")))) != first
    )


def test_what_gives_no_figure_or_no_day_is_like_no_other() -> None:
    for changes in ({"occurred": None}, {"occurred": "2024-12", "quantities": ()}):
        assert what_of(foretold(report="R1", **changes)) != what_of(foretold(report="R2", **changes))


def test_a_share_needs_five_that_met_a_fact() -> None:
    few: list[Outcome] = ["fulfilled"] * (JUDGED_MIN - 1)
    [told] = tallies(ended(one) for one in (*few, "lapsed"))
    assert (told.resolved, told.fulfilled, told.share) == (5, 4, None)
    assert told.why == "fewer than 5 of them have met a fact (4)"
    [told] = tallies(ended(one) for one in (*few, "lapsed", "partly"))
    assert (told.share, told.why) == (0.8, None)


def test_repeats_count_for_nobody_and_each_origin_for_itself() -> None:
    told = tallies([ended("fulfilled"), ended("fulfilled", echo=True), ended(None, origin="dod")])
    assert [(one.origin, one.open, one.fulfilled) for one in told] == [("dod", 1, 0), ("nis", 0, 1)]


ENDINGS = st.lists(
    st.builds(
        lambda origin, outcome, withdrawn: Ending(
            origin=origin, state=None if withdrawn else ended(outcome).state, outcome=outcome, echo=False
        ),
        st.sampled_from(["nis", "dod"]),
        st.none() | st.sampled_from(OUTCOMES),
        st.booleans(),
    )
)


def total(numbers: Iterable[int]) -> int:
    return sum(numbers)


@given(ENDINGS)
def test_every_forecast_is_in_one_count(endings: list[Ending]) -> None:
    told = tallies(endings)
    assert total(one.open + one.due + one.resolved + one.withdrawn for one in told) == len(endings)
    assert all(one.resolved == one.fulfilled + one.partly + one.not_fulfilled + one.lapsed for one in told)
    assert all((one.share is None) == (one.resolved - one.lapsed < JUDGED_MIN) for one in told)
    assert all((one.share is None) != (one.why is None) for one in told)
