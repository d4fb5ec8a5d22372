"""What holds for every family: readings that lean on each other, exact lines, wholes and parts, order, echoes."""

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from app.domain.assumptions import DEFAULT
from app.domain.attribution import Line, breakdown
from app.domain.developments import Development
from app.domain.echoes import Link
from app.domain.family import read
from app.domain.nesting import Nesting
from app.domain.panel import Evaluation, effect
from tests.domain.building import links, said, view
from tests.domain.families import PLACES, family_of, histories, keeping, nestings, people, read_all, reports_called
from tests.domain.moving import moved

ROOT = Path(__file__).parents[2]

days = st.integers(0, 25)
limits = st.none() | st.integers(0, 25)


@st.composite
def changed(draw: st.DrawFn) -> tuple[list[Development], list[Development]]:
    """A history, and the same with one report more, fewer, or other."""
    before = draw(histories())
    at = draw(st.integers(0, len(before)))
    other = draw(st.none() | reports_called(f"r{at}"))
    after = [*before[:at], *([other] if other is not None else []), *before[at + 1 :]]
    return before, after


@given(changed(), links, nestings, nestings | st.none(), days, st.tuples(st.integers(-1, 1), limits), st.booleans())
def test_a_reading_that_leans_on_an_earlier_one_equals_a_fresh_one_to_the_bit(
    pair: tuple[list[Development], list[Development]],
    tied: list[Link],
    was: Nesting,
    now: Nesting | None,
    on: int,
    then: tuple[int, int | None],
    back: bool,
) -> None:
    before, after = pair
    step, by = then
    first = read(family_of(before, tied, places=was), view(on, by), DEFAULT, retrospect=back, asked=PLACES)
    family = keeping(first.family, family_of(after, tied, places=now or was))
    for seen in (view(on, by), view(max(0, on + step)), view(max(0, on + step), by)):
        fresh = read(family, seen, DEFAULT, retrospect=back, asked=PLACES)
        first = read(family, seen, DEFAULT, retrospect=back, asked=PLACES, like=first)
        assert first == fresh


@given(changed(), links, nestings, days, limits, st.booleans())
def test_the_lines_between_two_readings_sum_exactly_and_flip_when_undone(
    pair: tuple[list[Development], list[Development]],
    tied: list[Link],
    places: Nesting,
    on: int,
    by: int | None,
    back: bool,
) -> None:
    was, now = (
        read_all(reports, on, *tied, reported_by=by, retrospect=back, asked=PLACES, places=places) for reports in pair
    )
    for place in PLACES:
        moved_by = effect(was.at(place), now.at(place))
        gap = [after - before for before, after in zip(units(was.at(place)), units(now.at(place)), strict=True)]
        assert sums(moved_by) == gap
        undone = effect(now.at(place), was.at(place))
        assert {(line.kind, line.report): (-line.low, -line.best, -line.high) for line in undone} == {
            (line.kind, line.report): (line.low, line.best, line.high) for line in moved_by
        }


@given(histories(), links, nestings, days, st.booleans())
def test_the_lines_of_a_standing_estimate_sum_to_its_figures(
    reports: list[Development], tied: list[Link], places: Nesting, on: int, back: bool
) -> None:
    for found in read_all(reports, on, *tied, retrospect=back, asked=PLACES, places=places).final.values():
        assert sums(found.lines) == list(units(found))
        own = breakdown(found.panel) if found.panel is not None else []
        assert found.lines == [*own, *found.beside]


@given(histories(), links, nestings, days, st.booleans())
def test_low_best_and_high_are_in_this_order(
    reports: list[Development], tied: list[Link], places: Nesting, on: int, back: bool
) -> None:
    for found in read_all(reports, on, *tied, retrospect=back, asked=PLACES, places=places).final.values():
        if found.figures is not None:
            for ends in (people(found), (found.figures.low_u, found.figures.best_u, found.figures.high_u)):
                known = [end for end in ends if end is not None]
                assert sorted((0, *known)) == [0, *known]


@given(histories(), links, nestings, days, st.booleans())
def test_parts_hold_no_more_than_their_whole(
    reports: list[Development], tied: list[Link], places: Nesting, on: int, back: bool
) -> None:
    found = read_all(reports, on, *tied, retrospect=back, asked=PLACES, places=places)
    for whole in PLACES:
        fitted, parts = found.at(whole).figures, [found.at(part) for part in places.parts_of(whole)]
        bests = [part.figures.best for part in parts if part.figures is not None and part.figures.best is not None]
        if not bests:
            continue
        assert fitted is not None
        assert fitted.best is not None
        assert sum(bests) <= fitted.best + (len(bests) + 1) / 2
        for part in parts:
            if part.figures is None:  # where nobody spoke of the whole, there is no most for a part
                continue
            assert (part.figures.best_u or 0) <= (fitted.best_u or 0) + 1
            assert (part.figures.high_u or 0) <= (fitted.high_u or 0) + 1
        lows = [part.figures.low for part in parts if part.figures is not None and part.figures.best is not None]
        assert sum(lows) <= fitted.low + (len(lows) + 1) / 2


@given(histories(), links, nestings, days, limits, st.booleans(), st.data())
def test_the_order_of_arrival_changes_no_bit(
    reports: list[Development],
    tied: list[Link],
    places: Nesting,
    on: int,
    by: int | None,
    back: bool,
    data: st.DataObject,
) -> None:
    shuffled, retied = data.draw(st.permutations(reports)), data.draw(st.permutations(tied))
    one, other = (
        read_all(given_, on, *ties, reported_by=by, retrospect=back, asked=PLACES, places=places)
        for given_, ties in ((reports, tied), (shuffled, retied))
    )
    assert (one.direct, one.final, one.moved) == (other.direct, other.final, other.moved)


@given(histories(), links, nestings, days, st.sampled_from(PLACES))
def test_only_a_places_own_tree_and_the_movements_tell_on_it(
    reports: list[Development], tied: list[Link], places: Nesting, on: int, place: str
) -> None:
    family = family_of(reports, tied, places=places)
    whole, near_by = (read(one, view(on), DEFAULT, asked=[place]) for one in (family, family.around(place)))
    assert near_by.at(place) == whole.at(place)


@given(histories(), links, days)
def test_a_relay_of_what_its_origin_printed_changes_nothing_on_its_day(
    reports: list[Development], tied: list[Link], on: int
) -> None:
    heard = [*reports, said("own", "a", 10, at="ru-kursk", best=7654)]
    flow = moved("flow", "a", 9, way=("outside", "ru-east"), best=4321)
    heard.append(flow)
    crowd = [
        said("e1", "a", 12, via="herald", at="ru-kursk", best=7654),
        moved("e2", "a", 9, via="herald", way=("outside", "ru-east"), best=4321),
    ]
    before, after = (read_all(given_, on, *tied, asked=PLACES) for given_ in (heard, [*heard, *crowd]))
    assert {place: found.figures for place, found in before.final.items()} == {
        place: after.at(place).figures for place in before.final
    }


_SAY = """
from tests.domain.building import link, said
from tests.domain.families import PLACES, read_all
from tests.domain.moving import moved
reports = [said(f"r{n}", "abc"[n % 3], n % 7, via=(None, "h")[n % 2], grade="B1", at=PLACES[n % 5],
                best=(9000, 10000, 13000)[n % 3]) for n in range(24)]
reports += [moved(f"m{n}", "abc"[n % 3], n % 7, way=(PLACES[n % 5], PLACES[n % 4]), best=500 + n) for n in range(9)]
links = [link(("restates", "corroborates", "same_movement", "same_origin")[n % 4], f"r{n}", f"r{n // 2}")
         for n in range(1, 20)]
for back in (False, True):
    found = read_all(reports, 5, *links, retrospect=back, asked=PLACES)
    print([(place, one.panel.m.hex(), one.panel.h.hex(), one.figures, one.beside) for place, one in found.final.items()
           if one.panel is not None], found.moved)
"""


def test_two_runs_with_other_hash_seeds_agree_to_the_bit() -> None:
    told = [
        subprocess.run(
            [sys.executable, "-c", _SAY],
            env={**os.environ, "PYTHONHASHSEED": seed},
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    ]
    assert "overlap of" in told[0]
    assert told[0] == told[1]


def units(found: Evaluation) -> tuple[int, int, int]:
    return found.figures.units if found.figures is not None else (0, 0, 0)


def sums(lines: Sequence[Line]) -> list[int]:
    return [sum(line.low for line in lines), sum(line.best for line in lines), sum(line.high for line in lines)]
