"""A panel as values: what each vote has in it, on one side of the day or on two."""

from datetime import timedelta

import pytest
from msgspec.structs import replace

from app.domain.assumptions import DEFAULT
from app.domain.attribution import breakdown
from app.domain.fusion import Figure, Panel, Vote
from tests.domain.building import day
from tests.domain.fusing import fuse


def vote(report: str, on: int, best: int = 10000) -> Vote:
    return Vote(report=report, figure=Figure(best=best), letter="B", digit=2, day=day(on), reported=day(on))


def panel(*votes: Vote, on: int = 3) -> Panel:
    found = fuse(votes, day=day(on), measure_class="presence", running_total=False, assumptions=DEFAULT)
    assert found is not None
    return found


def test_shares_come_in_key_order_with_the_age_of_each() -> None:
    found = panel(vote("new", 2), vote("old", 0))
    assert [(share.vote.report, share.age_days) for share in found.shares] == [("old", 3), ("new", 1)]
    assert [one.report for one in found.votes] == ["old", "new"]


def test_the_mean_age_goes_by_the_shares() -> None:
    found = panel(vote("new", 2), vote("old", 0))
    (side,) = found.sides
    assert side.mean_age_days == pytest.approx(sum(share.share * share.age_days for share in found.shares))


@pytest.mark.parametrize("on", [3, -500], ids=["before the day", "after it"])
def test_a_faded_vote_has_its_share_and_moves_no_figure(on: int) -> None:
    near, faded = (vote("near", 0), vote("faded", -400)) if on > 0 else (vote("near", -400), vote("faded", 0))
    faded = replace(faded, figure=Figure(best=900))
    both, alone = panel(near, faded, on=on), panel(near, on=on)
    shares = {share.vote.report: share for share in both.shares}
    assert 0 < shares["faded"].share < 1e-18
    assert shares["faded"].v == 0
    assert shares["near"].v == alone.shares[0].v
    assert both.units == alone.units
    assert breakdown(both) == breakdown(alone)


def test_a_side_that_weighs_nothing_has_no_age() -> None:
    (side,) = panel(vote("one", 0)).sides
    assert side.scaled(0.0).mean_age_days == float("inf")


def test_a_scaled_side_keeps_its_ages_and_gives_up_variance_by_the_square() -> None:
    (side,) = panel(vote("one", 0), vote("two", 1)).sides
    half = side.scaled(0.5)
    assert list(half.w) == pytest.approx([w / 2 for w in side.w])
    assert list(half.v) == pytest.approx([v / 4 for v in side.v])
    assert half.age_days == side.age_days


def test_units_are_the_ends_in_millionths() -> None:
    found = panel(vote("one", 0))
    assert found.units == tuple(round(end * 1_000_000) for end in found.ends)
    assert found.day - timedelta(days=3) == day(0)
