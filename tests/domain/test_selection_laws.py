"""Laws of a selection: voices may be heard apart, and what did not change is not heard again."""

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from app.domain.assumptions import DEFAULT
from app.domain.developments import Development
from app.domain.echoes import Link
from app.domain.hearing import hear
from app.domain.selection import select
from app.domain.strands import Strand
from tests.domain.building import case_of, histories, links, view

days = st.integers(0, 45)


@given(histories(), links, days, days, st.none() | days, st.booleans(), st.data())
def test_a_selection_that_leans_on_an_earlier_one_equals_a_fresh_one(
    reports: list[Development],
    tied: list[Link],
    on: int,
    earlier: int,
    by: int | None,
    back: bool,
    data: st.DataObject,
) -> None:
    whole = case_of(reports, tied)
    kept = [one for one in whole.statements if data.draw(st.booleans())]
    some = msgspec.structs.replace(
        whole, statements=tuple(kept), links=tuple(tie for tie in whole.links if data.draw(st.booleans()))
    )
    cut = data.draw(st.just(by) | st.none() | days)
    like = select(some, view(earlier, cut), DEFAULT, retrospect=data.draw(st.booleans()))
    fresh = select(whole, view(on, by), DEFAULT, retrospect=back)
    assert select(whole, view(on, by), DEFAULT, retrospect=back, like=like) == fresh


@given(histories(), links, days, st.none() | days, st.booleans(), st.data())
def test_a_selection_that_follows_from_change_to_change_equals_a_fresh_one(
    reports: list[Development], tied: list[Link], on: int, by: int | None, back: bool, data: st.DataObject
) -> None:
    """The links stay: who comes, goes, or says something else, stirs his own voice alone."""
    whole, found = case_of(reports, tied), None
    otherwise = {one: msgspec.structs.replace(one, digit=1, retraction=None) for one in whole.statements}
    for _ in range(data.draw(st.integers(2, 4))):
        here = [one for one in whole.statements if data.draw(st.integers(0, 3))]
        said = tuple(one if data.draw(st.integers(0, 3)) else otherwise[one] for one in here)
        case = msgspec.structs.replace(whole, statements=said)
        found = select(case, view(on, by), DEFAULT, retrospect=back, like=found)
        assert found == select(case, view(on, by), DEFAULT, retrospect=back)


@given(histories(), links, days, st.none() | days, st.booleans())
def test_voices_heard_apart_say_what_they_say_in_one_room(
    reports: list[Development], tied: list[Link], on: int, by: int | None, back: bool
) -> None:
    case, seen = case_of(reports, tied), view(on, by)
    together = hear(Strand(case.statements, case.links, case.linked), seen, DEFAULT, retrospect=back)
    found = select(case, seen, DEFAULT, retrospect=back)
    assert list(found.heard) == [word.statement for word in sorted(together.words)]
    alike = [one for one in found.left_out if one.why == "same_figure"]
    silent = [one for one in found.left_out if one not in alike]
    assert silent == sorted(together.left, key=lambda one: one.statement.order)
