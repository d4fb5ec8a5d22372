"""Votes on the scale, and estimates whose votes movements carry. The rest is held in `test_fusion`."""

from collections.abc import Mapping, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.assumptions import DEFAULT
from app.domain.attribution import Line, breakdown, change
from app.domain.carrying import Carry
from app.domain.claims import claims_of, middle_of
from app.domain.fusion import Figure, Panel, Vote, to_scale
from tests.domain.building import day
from tests.domain.fusing import fuse

ARRIVED = Carry(net=3000.0, variance=(0.35 * 3000) ** 2)


def vote(report: str, on: int, grade: str = "B2", *, best: int | None = None, high: int | None = None) -> Vote:
    said = day(on)
    return Vote(
        report=report,
        figure=Figure(best=best, high=high),
        letter=grade[0],
        digit=int(grade[1]),
        day=said,
        reported=said,
    )


OLD, NEW = vote("old", 0, best=10000), vote("new", 3, best=12500)


def read(
    votes: Sequence[Vote], carried: Mapping[str, Carry] | None = None, on: int = 5, seen: str = "presence"
) -> Panel | None:
    return fuse(
        votes,
        day=day(on),
        measure_class=seen,
        running_total=seen == "tally",
        assumptions=DEFAULT,
        carried=carried,
    )


def panel_of(votes: Sequence[Vote], carried: Mapping[str, Carry] | None = None) -> Panel:
    found = read(votes, carried)
    assert found is not None
    return found


def units(panel: Panel | None) -> tuple[int, int, int]:
    return (panel.low_u, panel.best_u, panel.high_u) if panel else (0, 0, 0)


def sums(lines: Sequence[Line]) -> tuple[int, int, int]:
    return sum(line.low for line in lines), sum(line.best for line in lines), sum(line.high for line in lines)


def moved_by(lines: Sequence[Line]) -> Line | None:
    return next((line for line in lines if line.kind == "movement"), None)


def test_a_claim_is_carried_on_the_scale_with_both_its_sides() -> None:
    presence = DEFAULT.classes["presence"]
    bound = vote("bound", 0, high=10000)
    (said,) = claims_of([bound], day(5), presence, DEFAULT, {})
    (moved,) = claims_of([bound], day(5), presence, DEFAULT, {"bound": ARRIVED})
    centre = 10000 * 0.9048374180359595  # "up to": a tenth below, on the scale
    assert moved.y == pytest.approx(to_scale(centre + 3000, 50))
    assert moved.carried == moved.y - said.y > 0
    added = ARRIVED.variance / (centre + 3050) ** 2
    assert (moved.r_below - said.r_below, moved.r_above - said.r_above) == pytest.approx((added, added))
    assert middle_of([moved]) == moved.y


def test_an_old_count_is_read_with_what_came_since() -> None:
    still, carried = panel_of([OLD]), panel_of([OLD], {"old": ARRIVED})
    assert (still.people[1], carried.people[1]) == (10000, 13000)
    assert carried.variance > still.variance
    assert carried.shares[0].age_days == 5  # it ages as before


def test_a_movement_larger_than_the_stock_leaves_none() -> None:
    gone = panel_of([OLD], {"old": Carry(net=-20000.0, variance=7000.0**2)})
    assert gone.people[:2] == (0, 0)
    assert gone.high > 0
    assert sums(breakdown(gone)) == units(gone)


def test_a_running_total_is_carried_in_the_same_way() -> None:
    total = read([vote("t", 0, best=100)], {"t": Carry(net=50.0, variance=17.5**2)}, seen="tally")
    assert total is not None
    assert total.people[1] == 150
    assert total.h_low < total.h


def test_the_same_votes_once_carried_differ_by_what_moved() -> None:
    before, after = panel_of([OLD, NEW]), panel_of([OLD, NEW], {"old": ARRIVED})
    lines = change(before, after)
    line = moved_by(lines)
    assert line is not None
    share = after.shares[0]
    assert line.best == pytest.approx(1e6 * share.share * (share.y - to_scale(10000, 50)), abs=1)
    assert (line.low, line.high, line.report) == (line.best, line.best, None)
    assert [line.kind for line in lines] == ["claim", "claim", "movement", "shared error"][: len(lines)]
    assert sums(lines) == tuple(new - old for old, new in zip(units(before), units(after), strict=True))


def test_a_standing_estimate_has_a_line_for_what_moved() -> None:
    panel = panel_of([OLD, NEW], {"old": ARRIVED})
    line = moved_by(breakdown(panel))
    assert line is not None
    assert line.best > 0
    assert moved_by(breakdown(panel_of([OLD, NEW]))) is None


votes_drawn = st.builds(
    vote,
    st.sampled_from([f"r{at}" for at in range(6)]),
    st.integers(-40, 5),
    st.sampled_from(("A1", "B2", "C3", "F6")),
    best=st.integers(0, 20000),
)
carries_drawn = st.dictionaries(
    st.sampled_from([f"r{at}" for at in range(6)]),
    st.builds(Carry, net=st.floats(-3e4, 3e4), variance=st.floats(0, 1e9)),
)
panels = st.lists(votes_drawn, max_size=6, unique_by=lambda one: one.report)


@given(panels, panels, carries_drawn, carries_drawn, st.integers(5, 40), st.sampled_from(("presence", "tally")))
def test_lines_sum_exactly_with_what_moved_and_undoing_gives_back_what_doing_took(
    was: list[Vote], now: list[Vote], old: dict[str, Carry], new: dict[str, Carry], on: int, seen: str
) -> None:
    before, after = read(was, old, 5, seen), read(now, new, on, seen)
    lines = change(before, after)
    assert sums(lines) == tuple(late - early for early, late in zip(units(before), units(after), strict=True))
    back = [Line(kind=one.kind, report=one.report, low=-one.low, best=-one.best, high=-one.high) for one in lines]
    assert change(after, before) == back


@given(panels, panels, st.sampled_from(("presence", "tally")))
def test_nothing_moved_changes_no_bit_of_estimate_or_lines(was: list[Vote], now: list[Vote], seen: str) -> None:
    nothing = {f"r{at}": Carry(net=0.0, variance=0.0) for at in range(6)}
    before, after = read(was, None, 5, seen), read(now, None, 9, seen)
    assert (read(was, nothing, 5, seen), read(now, {}, 9, seen)) == (before, after)
    assert change(read(was, nothing, 5, seen), read(now, nothing, 9, seen)) == change(before, after)


@given(panels.flatmap(lambda votes: st.tuples(st.just(votes), st.permutations(votes))), carries_drawn)
def test_the_order_of_arrival_changes_no_bit_of_what_is_carried(
    orders: tuple[list[Vote], list[Vote]], carried: dict[str, Carry]
) -> None:
    first, second = (read(votes, carried) for votes in orders)
    assert first == second
