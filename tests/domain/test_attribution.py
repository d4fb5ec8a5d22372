import math
from collections.abc import Iterable
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.assumptions import DEFAULT
from app.domain.attribution import Line, breakdown, change, round_to
from app.domain.errors import Broken
from app.domain.fusion import Figure, Panel, Vote
from tests.domain.fusing import fuse

DAY = date(2024, 11, 1)


def vote(report: str, day: int, grade: str, best: int) -> Vote:
    on = DAY + timedelta(days=day)
    return Vote(report=report, figure=Figure(best=best), letter=grade[0], digit=int(grade[1]), day=on, reported=on)


def read(votes: Iterable[Vote], day: int = 30, measure_class: str = "presence", *, total: bool = False) -> Panel | None:
    return fuse(
        list(votes),
        day=DAY + timedelta(days=day),
        measure_class=measure_class,
        running_total=total,
        assumptions=DEFAULT,
    )


def figures(panel: Panel | None) -> tuple[int, int, int]:
    return (panel.low_u, panel.best_u, panel.high_u) if panel else (0, 0, 0)


def sums(lines: list[Line]) -> tuple[int, int, int]:
    return sum(line.low for line in lines), sum(line.best for line in lines), sum(line.high for line in lines)


def flipped(lines: list[Line]) -> list[Line]:
    return [Line(kind=line.kind, report=line.report, low=-line.low, best=-line.best, high=-line.high) for line in lines]


SEOUL, WASHINGTON = vote("seoul", 1, "B2", 13000), vote("us", 3, "B2", 10000)


def test_no_votes_before_and_after_are_no_lines() -> None:
    assert change(None, None) == []


def test_a_standing_estimate_is_its_claims_and_the_shared_error() -> None:
    panel = read([SEOUL, WASHINGTON], 3)
    assert panel is not None
    lines = breakdown(panel)
    assert [(line.kind, line.report) for line in lines] == [
        ("claim", "seoul"),
        ("claim", "us"),
        ("shared error", None),
    ]
    assert sums(lines) == figures(panel)
    assert (lines[2].best, lines[2].low) == (0, -lines[2].high)
    assert lines[1].best > lines[0].best  # fresher, so a larger share


def test_a_new_lower_count_takes_from_the_best_what_it_gives_back_when_undone() -> None:
    before, after = read([SEOUL], 3), read([SEOUL, WASHINGTON], 3)
    lines = change(before, after)
    assert sums(lines) == tuple(new - old for old, new in zip(figures(before), figures(after), strict=True))
    assert next(line for line in lines if line.report == "us").best < 0
    assert change(after, before) == flipped(lines)


def test_a_key_that_opens_or_closes_is_its_standing_breakdown() -> None:
    panel = read([SEOUL], 3)
    assert panel is not None
    assert change(None, panel) == breakdown(panel)
    assert change(panel, None) == flipped(breakdown(panel))


def test_a_vote_of_zero_has_a_line_for_the_floor_at_zero() -> None:
    panel = read([vote("none", 0, "B2", 0)], 0)
    assert panel is not None
    floor = next(line for line in breakdown(panel) if line.kind == "zero floor")
    assert floor.low > 0
    assert (floor.best, floor.high) == (0, 0)
    assert sums(breakdown(panel))[0] == panel.low_u == 0


def test_votes_that_agree_too_well_have_a_line_for_the_floor_of_agreement() -> None:
    panel = read([vote(f"o{n}", 0, "C3", n) for n in (9000, 9500, 10000, 10500, 11000)], 1)
    assert panel is not None
    (line,) = (line for line in breakdown(panel) if line.kind == "agreement floor")
    assert line.best == 0
    assert line.low < 0 < line.high


def test_nothing_that_changed_leaves_no_line() -> None:
    panel = read([SEOUL, WASHINGTON])
    assert change(panel, panel) == []


@pytest.mark.parametrize(
    ("total", "parts", "whole"),
    [
        (0, [], []),
        (3, [1.0, 2.0], [1, 2]),
        (2, [0.5, 0.5, 0.5], [1, 1, 0]),
        (-2, [-0.5, -0.5, -0.5], [-1, -1, 0]),
        (1, [0.2, 0.7, 0.1], [0, 1, 0]),
        (0, [0.6, -0.6], [0, 0]),
        (1, [1.9, -1.4, 0.5], [2, -1, 0]),
        (-1, [-1.9, 1.4, -0.5], [-2, 1, 0]),
        (1, [0.0, 0.0], [1, 0]),
    ],
)
def test_what_rounding_lost_goes_to_those_that_lost_most(total: int, parts: list[float], whole: list[int]) -> None:
    assert round_to(total, parts) == whole


def test_a_total_that_is_none_of_the_parts_is_an_invariant_broken() -> None:
    with pytest.raises(Broken):
        round_to(5, [1.0, 1.0])


reals = st.floats(-1e9, 1e9)


@given(st.lists(reals, min_size=1, max_size=12), st.booleans())
def test_rounded_parts_sum_to_the_total_and_flip_with_their_signs(parts: list[float], up: bool) -> None:
    # two figures, each rounded, differ by less than one from the difference of what they were
    total = math.ceil(math.fsum(parts)) if up else math.floor(math.fsum(parts))
    whole = round_to(total, parts)
    assert sum(whole) == total
    assert all(abs(rounded - part) < 2 for rounded, part in zip(whole, parts, strict=True))
    assert round_to(-total, [-part for part in parts]) == [-rounded for rounded in whole]


figures_drawn = st.one_of(
    st.builds(Figure, best=st.integers(0, 20000)),
    st.builds(Figure, low=st.integers(0, 2**53 - 1)),
    st.builds(Figure, high=st.integers(0, 20000)),
    st.builds(Figure, word=st.sampled_from(sorted(DEFAULT.words))),
)
votes_drawn = st.builds(
    Vote,
    report=st.sampled_from([f"r{number}" for number in range(8)]),
    figure=figures_drawn,
    letter=st.sampled_from("ABCDEF"),
    digit=st.integers(1, 6),
    day=st.dates(date(2024, 9, 1), DAY),
    reported=st.just(DAY),
)


@st.composite
def states(draw: st.DrawFn) -> tuple[Panel | None, Panel | None]:
    """Two states of one key: some votes common to both, some with another grade or figure, some in one of the two."""
    lists = st.lists(votes_drawn, max_size=7, unique_by=lambda one: one.report)
    common = draw(lists)
    sides = [{one.report: one for one in [*common, *draw(lists)]} for _ in range(2)]
    measure_class = draw(st.sampled_from(["presence", "tally", "register"]))
    total = measure_class != "presence" and draw(st.booleans())
    before, after = (read(side.values(), draw(st.integers(0, 60)), measure_class, total=total) for side in sides)
    return before, after


@given(states())
def test_the_lines_of_a_change_sum_exactly_and_undoing_gives_back_what_doing_took(
    pair: tuple[Panel | None, Panel | None],
) -> None:
    before, after = pair
    lines = change(before, after)
    assert sums(lines) == tuple(new - old for old, new in zip(figures(before), figures(after), strict=True))
    assert change(after, before) == flipped(lines)
    assert all(line.low or line.best or line.high for line in lines)
    keys = [(line.kind, line.report) for line in lines]
    assert len(set(keys)) == len(keys)


@given(states())
def test_a_claim_alone_moves_the_best_but_for_a_rest(pair: tuple[Panel | None, Panel | None]) -> None:
    """The other lines are pure width: in best they hold at most a micro-unit that no claim could take."""
    others = [line for line in change(*pair) if line.kind != "claim"]
    assert all(abs(line.best) <= 1 for line in others)
