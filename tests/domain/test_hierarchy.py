import math
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.assumptions import DEFAULT
from app.domain.attribution import Line
from app.domain.fusion import Figure, Panel, Vote
from app.domain.hierarchy import age_days, reasons, standing_of
from tests.domain.fusing import fuse
from tests.domain.trees import Fitted, Node, fit, node_of, settled

DAY = date(2024, 11, 1)


def vote(report: str, day: int, grade: str, **figure: Any) -> Vote:
    on = DAY + timedelta(days=day)
    return Vote(report=report, figure=Figure(**figure), letter=grade[0], digit=int(grade[1]), day=on, reported=on)


def read(*votes: Vote, day: int = 4) -> Panel:
    panel = fuse(
        votes,
        day=DAY + timedelta(days=day),
        measure_class="presence",
        running_total=False,
        assumptions=DEFAULT,
    )
    assert panel is not None
    return panel


def said(best: int, day: int = 4, grade: str = "B2") -> Panel:
    return read(vote("one", day, grade, best=best), day=max(day, 4))


def tree(**places: tuple[str | None, Panel | None]) -> dict[str, Fitted]:
    return fit(node_of(place, parent, panel) for place, (parent, panel) in places.items())


def people(fitted: Fitted) -> tuple[float, float | None, float]:
    return (fitted.low, fitted.best, fitted.high)


def near(*figures: float) -> object:
    """Equal to within the half of the last of three digits."""
    return pytest.approx(figures, rel=0.005)


def line(low: int, best: int, high: int) -> Line:
    return Line(kind="places", low=low, best=best, high=high)


NOTHING = line(0, 0, 0)
RUSSIA = read(vote("seoul", 1, "B2", best=13000), vote("us", 3, "B2", best=10000))
EAST = read(vote("officials", 0, "B2", high=10000))
KURSK = said(8000)


TROOPS = (node_of("ru", None, RUSSIA), node_of("east", "ru", EAST), node_of("kursk", "ru", KURSK))


def troops() -> dict[str, Fitted]:
    return fit(TROOPS)


def test_troops_in_two_parts_of_a_country_that_was_said_to_hold_fewer() -> None:
    fitted = troops()
    assert people(fitted["ru"]) == near(7880, 13700, 23700)
    assert people(fitted["east"]) == near(2870, 6250, 19300)
    assert people(fitted["kursk"]) == near(4400, 7430, 13500)
    assert fitted["ru"].overlap is not None
    assert round(fitted["ru"].overlap.people) == 5845


def test_an_overlap_is_flagged_at_the_whole_and_named_at_each_place_that_it_moved() -> None:
    fitted = troops()
    assert fitted["ru"].flags == ("parts_exceed_whole",)
    assert fitted["east"].flags == fitted["kursk"].flags == ()
    overlap = fitted["ru"].overlap
    assert overlap is not None
    assert (overlap.whole, overlap.parts) == ("ru", ("east", "kursk"))
    assert [reasons(settled(TROOPS), place) for place in fitted] == [(overlap,)] * 3


def test_parts_that_were_cut_leave_no_gap_in_their_whole() -> None:
    parts = troops()["ru"].parts
    assert parts is not None
    assert parts.gap == pytest.approx(0, abs=1e-6)
    assert parts.people == (13673, 13673, 0)


def test_what_a_whole_holds_beyond_its_parts_is_elsewhere_and_moves_nothing() -> None:
    fitted = tree(ru=(None, said(12000)), kursk=("ru", said(8000)))
    assert fitted["ru"].parts is not None
    assert fitted["ru"].parts.people == (12000, 8000, 4000)
    assert [(one.flags, one.overlap, one.cut_by, one.line.best) for one in fitted.values()] == [((), None, None, 0)] * 2


def test_the_lines_lead_from_the_direct_to_the_final_figures() -> None:
    for place, panel in (("ru", RUSSIA), ("east", EAST), ("kursk", KURSK)):
        one = troops()[place]
        assert one.units[1] is not None
        assert one.line == line(
            one.units[0] - panel.units[0], one.units[1] - panel.units[1], one.units[2] - panel.units[2]
        )


def test_a_raised_place_moves_whole_and_a_cut_place_keeps_its_high() -> None:
    fitted = troops()
    raised, cut = fitted["ru"].line, fitted["kursk"].line
    assert raised.best > 0
    assert raised.low == pytest.approx(raised.best, abs=2)
    assert raised.high == pytest.approx(raised.best, abs=2)
    assert cut.best < 0
    assert cut.low == pytest.approx(cut.best, abs=2)
    assert cut.high == 0


def test_without_votes_anywhere_there_is_nothing() -> None:
    assert tree(ru=(None, None), kursk=("ru", None)) == {}


def test_a_whole_without_votes_is_the_sum_of_its_parts() -> None:
    fitted = tree(ru=(None, None), east=("ru", said(9000)), kursk=("ru", said(8000)))
    whole = fitted["ru"]
    assert whole.best == pytest.approx(17000)
    assert whole.flags == ("from_parts",)
    assert whole.line == line(whole.units[0], whole.units[1] or 0, whole.units[2])
    # two errors of which neither is the other's: narrower than the sums of the ends
    assert fitted["east"].low + fitted["kursk"].low < whole.low < 17000 < whole.high
    assert whole.high < fitted["east"].high + fitted["kursk"].high


def test_a_whole_of_one_part_has_that_parts_interval() -> None:
    fitted = tree(ru=(None, None), kursk=("ru", KURSK))
    assert people(fitted["ru"]) == pytest.approx(people(fitted["kursk"]))


def test_a_part_without_votes_has_bounds_and_no_best() -> None:
    fitted = tree(ru=(None, said(12000)), kursk=("ru", said(8000)), east=("ru", None), sea=("east", None))
    left = fitted["ru"].high - fitted["kursk"].low
    for place in ("east", "sea"):
        assert (fitted[place].low, fitted[place].best, fitted[place].units[1]) == (0, None, None)
        assert fitted[place].high == pytest.approx(left)
        assert fitted[place].flags == ("bounds_only",)
        assert fitted[place].line == line(0, 0, fitted[place].units[2])
        assert fitted[place].people == (0, None, round(fitted[place].high))


def test_a_stale_part_gives_way_to_a_fresh_whole_and_a_stale_whole_to_fresh_parts() -> None:
    fresh, stale = said(1000, day=60), read(vote("one", 0, "B2", best=3000), day=60)
    cut = tree(ru=(None, fresh), kursk=("ru", stale))
    assert cut["ru"].best == pytest.approx(1000, rel=0.01)
    old, new = read(vote("one", 0, "B2", best=1000), day=60), said(3000, day=60)
    raised = tree(ru=(None, old), kursk=("ru", new))
    assert raised["kursk"].best == pytest.approx(3000, rel=0.01)


def test_a_part_at_zero_gives_nothing_and_its_sibling_gives_for_both() -> None:
    fitted = tree(ru=(None, said(100)), none=("ru", said(0)), some=("ru", said(400)))
    assert fitted["none"].best == 0
    assert fitted["none"].cut_by is None
    assert fitted["some"].best == pytest.approx(fitted["ru"].best)


def test_overlaps_of_ten_year_old_votes_still_come_to_numbers() -> None:
    old = [read(vote("one", 0, "F6", best=10**12), day=20_000), read(vote("two", 20_000, "F6", best=3), day=20_000)]
    fitted = tree(ru=(None, old[1]), kursk=("ru", old[0]), east=("ru", old[1]))
    assert all(math.isfinite(figure) for one in fitted.values() for figure in (one.low, one.best or 0, one.high))
    assert fitted["kursk"].best == pytest.approx(0, abs=1)


def test_a_vote_of_ten_years_under_a_half_life_of_hours_still_has_a_number() -> None:
    hasty = msgspec.structs.replace(DEFAULT, half_life_days=0.1)
    standing = standing_of(read(vote("one", 0, "B2", best=10**15), day=3650), hasty)
    assert math.isfinite(500 * standing.weight(10**16))


def test_the_age_is_the_votes_by_share_and_at_most_ten_years() -> None:
    assert age_days(KURSK, DEFAULT) == 0
    assert 1 < age_days(RUSSIA, DEFAULT) < 3
    assert age_days(RUSSIA, DEFAULT) == pytest.approx(sum(one.share * one.age_days for one in RUSSIA.shares))
    assert age_days(read(vote("one", 0, "B2", best=1), day=9000), DEFAULT) == 3650


def test_of_two_sides_of_a_past_day_the_age_is_the_nearer_ones() -> None:
    (earlier,), (later,) = EAST.sides, said(8000, day=7).sides
    later = msgspec.structs.replace(later, age_days=3)
    both = msgspec.structs.replace(EAST, sides=(earlier.scaled(0.5), later.scaled(0.5)))
    assert age_days(both, DEFAULT) == pytest.approx(3)


def test_an_overlap_two_levels_up_is_a_reason_too() -> None:
    places = {"ru": (None, 100), "kursk": ("ru", 300), "town": ("kursk", 500)}
    fitted = settled(node_of(place, whole, said(best)) for place, (whole, best) in places.items())
    assert [one.whole for one in reasons(fitted, "town")] == ["kursk", "ru"]
    assert [one.whole for one in reasons(fitted, "ru")] == ["ru"]
    assert reasons(fitted, "elsewhere") == ()


NAMES = tuple("abcdefgh")
panels = st.builds(
    lambda best, day, letter: said(best, day, f"{letter}3"),
    st.one_of(st.integers(0, 20), st.integers(0, 10**7)),
    st.integers(-4000, 4),
    st.sampled_from("ABCDEF"),
)


@st.composite
def forests(draw: st.DrawFn) -> list[Node]:
    """Each place lies in one with an earlier name, or in none."""
    nodes = []
    for at, name in enumerate(NAMES[: draw(st.integers(1, len(NAMES)))]):
        parent = draw(st.sampled_from([None, *NAMES[:at]]))
        nodes.append(node_of(name, parent, draw(st.none() | panels)))
    return nodes


def parts_of(nodes: Iterable[Node], fitted: Mapping[str, Fitted], whole: str) -> list[Fitted]:
    return [fitted[node.place] for node in nodes if node.parent == whole and node.place in fitted]


@given(forests())
def test_parts_never_exceed_their_whole(nodes: list[Node]) -> None:
    fitted = fit(nodes)
    for place, whole in fitted.items():
        parts = parts_of(nodes, fitted, place)
        room = 1e-9 * (1 + whole.high)
        if whole.best is not None:
            assert sum(part.best or 0 for part in parts) <= whole.best + room
        lows = sum(part.low for part in parts)
        assert lows <= whole.low + room
        # where nobody spoke of the whole, there is no most for a part that nobody spoke of either
        bounded = [part for part in parts if "from_parts" not in whole.flags or "bounds_only" not in part.flags]
        assert all(part.high <= whole.high - (lows - part.low) + room for part in bounded)


@given(forests())
def test_low_is_not_above_best_nor_best_above_high(nodes: list[Node]) -> None:
    for one in fit(nodes).values():
        assert 0 <= one.low <= (one.low if one.best is None else one.best) <= one.high
        assert 0 <= one.units[0] <= (one.units[0] if one.units[1] is None else one.units[1]) <= one.units[2]


@given(forests(), st.randoms(use_true_random=False))
def test_the_order_of_the_nodes_does_not_matter(nodes: list[Node], random: Any) -> None:
    shuffled = list(nodes)
    random.shuffle(shuffled)
    assert fit(shuffled) == fit(nodes)


@given(forests())
def test_lines_are_final_minus_direct(nodes: list[Node]) -> None:
    fitted = fit(nodes)
    for node in nodes:
        one = fitted.get(node.place)
        if one is None:
            assert node.direct is None
            continue
        was = [round(y * 1_000_000) for y in node.direct.ends] if node.direct else [0, 0, 0]
        now = (one.units[0], one.units[1] or 0, one.units[2])
        assert (one.line.low, one.line.best, one.line.high) == tuple(
            new - old for old, new in zip(was, now, strict=True)
        )


@given(forests())
def test_without_an_overlap_no_best_moves(nodes: list[Node]) -> None:
    fitted = fit(nodes)
    if all(one.overlap is None for one in fitted.values()):
        assert all(fitted[node.place].line.best == 0 for node in nodes if node.direct is not None)


@given(st.lists(panels, min_size=1, max_size=4))
def test_places_in_no_tree_keep_their_direct_figures_to_the_bit(alone: list[Panel]) -> None:
    fitted = fit(node_of(name, None, panel) for name, panel in zip(NAMES, alone, strict=False))
    for one, panel in zip(fitted.values(), alone, strict=True):
        assert people(one) == (panel.low, panel.best, panel.high)
        assert (one.line, one.people) == (NOTHING, panel.people)


@given(forests())
def test_places_without_votes_change_no_other(nodes: list[Node]) -> None:
    fitted = fit([*nodes, *(Node(place=f"{node.place}-z", parent=node.place) for node in nodes)])
    for place, one in fit(nodes).items():
        assert (fitted[place].people, fitted[place].line) == (one.people, one.line)
