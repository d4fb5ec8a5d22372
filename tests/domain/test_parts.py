from collections.abc import Sequence
from itertools import pairwise

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.errors import Broken
from app.domain.parts import Standing, to_people
from app.domain.wording import to_scale
from tests.domain.trees import Fitted, Node, fit

KAPPA = 50.0


def about(best: float, sd: float = 0.3, stale: float = 1.0, kappa: float = KAPPA) -> Standing:
    return Standing(
        kappa=kappa,
        z=1.645,
        m=to_scale(best, kappa),
        best=to_people(to_scale(best, kappa), kappa),
        h=1.645 * sd,
        h_low=1.645 * sd,
        variance=sd**2,
        variance_low=sd**2,
        stale=stale,
    )


def settled(*nodes: tuple[str, str | None, Standing | None]) -> dict[str, Fitted]:
    return fit(Node(place=place, parent=parent, direct=direct) for place, parent, direct in nodes)


def least(whole: float, parts: Sequence[float], weights: Sequence[float]) -> list[float]:
    """The whole and its parts at the foot of the perpendicular, by its definition; `weights` begin with the whole's."""
    overlap = sum(parts) - whole
    each = overlap / sum(weights)
    return [whole + each * weights[0], *(part - each * weight for part, weight in zip(parts, weights[1:], strict=True))]


def squares(moved: Sequence[float], weights: Sequence[float]) -> float:
    return sum(by**2 / weight for by, weight in zip(moved, weights, strict=True))


def test_whole_and_parts_meet_in_proportion_to_their_variances() -> None:
    tree = settled(("w", None, about(1000)), ("a", "w", about(900)), ("b", "w", about(700)))
    weights = [1050 * 1650 * 0.09, 950**2 * 0.09, 750**2 * 0.09]
    found = [tree[place].best_fitted for place in "wab"]
    assert found == pytest.approx(least(1000, [900, 700], weights))
    assert found[0] == pytest.approx(found[1] + found[2])


@given(st.floats(-300, 300), st.floats(-300, 300))
def test_no_other_fitting_figures_lie_nearer(aside: float, more: float) -> None:
    weights = [1050 * 1650 * 0.09, 950**2 * 0.09, 750**2 * 0.09]
    tree = settled(("w", None, about(1000)), ("a", "w", about(900)), ("b", "w", about(700)))
    said = (1000.0, 900.0, 700.0)
    found = [tree[place].best_fitted for place in "wab"]
    other = [found[0] + aside + abs(more), found[1] + aside, found[2]]  # its parts do not exceed it either
    near = squares([new - old for old, new in zip(said, found, strict=True)], weights)
    far = squares([new - old for old, new in zip(said, other, strict=True)], weights)
    assert near <= far + 1e-9


def test_an_exact_sum_moves_nothing_whatever_its_last_bits() -> None:
    tree = settled(("w", None, about(0.3)), ("a", "w", about(0.1)), ("b", "w", about(0.2)))
    assert [(branch.overlap, branch.cut_by) for branch in tree.values()] == [(None, None)] * 3
    assert all(branch.best_fitted == branch.standing.best for branch in tree.values() if branch.standing)


def test_a_tree_that_was_made_to_fit_stays_as_it_is() -> None:
    tree = settled(("w", None, about(1000)), ("a", "w", about(900)), ("b", "w", about(700)))
    again = settled(*((place, "w" if place != "w" else None, about(tree[place].best_fitted)) for place in "wab"))
    assert [again[place].best_fitted for place in "wab"] == pytest.approx(
        [tree[place].best_fitted for place in "wab"], rel=1e-12
    )
    assert all(branch.overlap is None for branch in again.values())


def test_a_part_that_is_less_certain_gives_more() -> None:
    tree = settled(("w", None, about(1000)), ("a", "w", about(800, sd=0.2)), ("b", "w", about(800, sd=0.6)))
    assert 800 - tree["b"].best_fitted == pytest.approx(9 * (800 - tree["a"].best_fitted))


def test_a_part_that_would_fall_below_zero_stops_there_and_its_siblings_give_the_rest() -> None:
    tree = settled(
        ("w", None, about(1000, sd=0.1)),
        ("a", "w", about(20, stale=1e6)),
        ("b", "w", about(900)),
        ("c", "w", about(500)),
    )
    assert tree["a"].best_fitted == 0
    assert tree["b"].best_fitted + tree["c"].best_fitted == pytest.approx(tree["w"].best_fitted)
    assert tree["b"].best_fitted < 900
    # those that go on giving give by their weights
    assert (900 - tree["b"].best_fitted) / 950**2 == pytest.approx((500 - tree["c"].best_fitted) / 550**2)


def test_a_whole_that_parts_raised_speaks_above_for_both() -> None:
    own = 350 * 550 * 0.09
    parts = 550**2 * 0.09
    tree = settled(("top", None, about(100)), ("w", "top", about(300)), ("a", "w", about(500)))
    assert tree["w"].weight == pytest.approx(own * parts / (own + parts))
    raised = 300 + 200 * own / (own + parts)
    weights = [150 * (raised + 50) * 0.09, own * parts / (own + parts)]
    top, whole = least(100, [raised], weights)
    assert tree["top"].best_fitted == pytest.approx(top)
    assert tree["w"].best_fitted == pytest.approx(whole)
    assert tree["a"].best_fitted == pytest.approx(whole)


def test_a_whole_whose_parts_fit_weighs_by_its_own_size() -> None:
    with_parts = settled(("w", None, about(300)), ("a", "w", about(10)), ("b", "w", None))
    assert with_parts["w"].weight == settled(("w", None, about(300)))["w"].weight == pytest.approx(350**2 * 0.09)


def test_a_cut_from_above_reaches_parts_that_fitted_their_own_whole() -> None:
    tree = settled(("top", None, about(100, sd=0.01)), ("w", "top", about(900)), ("a", "w", about(800)))
    assert tree["w"].overlap is None
    assert (tree["w"].cut_by, tree["a"].cut_by) == ("top", "w")
    assert tree["a"].best_fitted == pytest.approx(tree["w"].best_fitted)


def test_the_sum_of_parts_is_as_fresh_as_the_freshest_and_varies_as_all() -> None:
    tree = settled(("w", None, None), ("a", "w", about(450, stale=4)), ("b", "w", about(200, sd=0.4, stale=2)))
    whole = tree["w"].standing
    assert whole is not None
    assert whole.stale == 2
    assert whole.variance == pytest.approx((500**2 * 0.09 + 250**2 * 0.16) / 700**2)


def test_the_sum_of_running_totals_ages_upward_only_like_its_parts() -> None:
    sure = [msgspec.structs.replace(about(best), variance_low=0.01, h_low=0.1645) for best in (450, 200)]
    whole = settled(("w", None, None), ("a", "w", sure[0]), ("b", "w", sure[1]))["w"].standing
    assert whole is not None
    assert whole.h == pytest.approx(3 * whole.h_low)
    assert whole.variance == pytest.approx(9 * whole.variance_low)


def test_the_lows_of_parts_raise_the_low_of_their_whole() -> None:
    tree = settled(("w", None, about(1000, sd=0.9)), ("a", "w", about(900, sd=0.05)))
    assert tree["w"].ends[0] == pytest.approx(tree["a"].ends[0])
    assert tree["w"].best_fitted == pytest.approx(1000)


def test_the_low_of_a_place_raised_from_zero_lies_below_its_best() -> None:
    tree = settled(("w", None, about(0, sd=1)), ("a", "w", about(60, sd=0.5)))
    assert tree["w"].best_fitted > 0
    assert tree["w"].ends[0] < (tree["w"].ends[1] or 0)


def test_nodes_in_any_depth_settle() -> None:
    deep = 3000
    nodes = [(f"{at:04}", f"{at - 1:04}" if at else None, about(100 + at)) for at in range(deep)]
    tree = settled(*nodes)
    bests = [branch.best_fitted for branch in tree.values()]
    assert all(inner <= outer * (1 + 1e-9) for outer, inner in pairwise(bests))


@pytest.mark.parametrize(
    "nodes",
    [
        [("a", "b", None), ("b", "a", about(1))],
        [("a", "a", about(1))],
        [("a", None, about(1)), ("b", None, about(1, kappa=1.0))],
    ],
    ids=["circle", "itself", "two classes"],
)
def test_what_is_no_tree_of_one_class_is_refused(nodes: list[tuple[str, str | None, Standing | None]]) -> None:
    with pytest.raises(Broken):
        settled(*nodes)
