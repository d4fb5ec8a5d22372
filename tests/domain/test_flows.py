from typing import Any

import msgspec
import pytest

from app.domain.assumptions import DEFAULT
from app.domain.events.report import PlaceRole, ReportedPlace
from app.domain.flows import flows_in
from app.domain.fusion import Figure
from app.domain.grading import Confidence, Likelihood
from app.domain.quantity import Per, Quantity
from app.domain.statements import AMBIGUOUS, statements_of
from app.domain.ways import ends_of
from tests.domain.building import ACTOR, body, day, development
from tests.domain.moving import KINDS, flow, moved


def places(*given: tuple[str | None, PlaceRole]) -> tuple[ReportedPlace, ...]:
    return tuple(ReportedPlace(place=place, role=role) for place, role in given)


def test_a_flow_says_how_many_went_where_and_when_by_whose_word() -> None:
    one = flow(moved("m", "kr-nis", 9, via="herald", occurred=(1, 6), movement="ships", best=1500))
    assert (one.report, one.ordinal, one.key.measure, one.key.actor) == ("m", 0, "personnel", ACTOR)
    assert (one.ends, one.figure, one.movement) == (("kp", "ru"), Figure(best=1500), "ships")
    assert (one.days, one.reported_day) == ((day(1), day(6)), day(9))
    assert (one.origin, one.publisher, one.letter, one.digit) == ("kr-nis", "herald", "B", 2)
    assert one.why is None


def test_only_what_moved_is_a_flow_and_keeps_its_ordinal() -> None:
    both = body(quantities=(Quantity(measure="personnel", best=9), Quantity(measure="sorties", best=4)))
    (one,) = flows_in(statements_of(development(both), KINDS, DEFAULT))
    assert (one.key.measure, one.ordinal) == ("sorties", 1)
    assert flows_in(statements_of(development(body(quantities=())), KINDS, DEFAULT)) == ()


def test_what_has_its_flow_has_no_vote() -> None:
    report = moved("m", "kr-nis", best=1500)
    assert [one.why for one in statements_of(report, KINDS, DEFAULT)] == ["movement"]


def test_without_a_day_of_its_own_a_movement_is_dated_by_its_report() -> None:
    assert flow(moved("m", "a", 9, best=1)).days == (day(9), day(9))


@pytest.mark.parametrize(
    ("occurred", "first", "last"),
    [("2024-10-28/2024-11-20", -4, 9), ("../2024-11-03", 2, 2), ("2024-11-20", 9, 9), ("2024-11-03/..", 2, 9)],
)
def test_a_movement_ends_by_the_day_it_is_told_and_an_open_start_is_its_end(
    occurred: str, first: int, last: int
) -> None:
    one = flow(moved("m", "a", 9, changes={"occurred": occurred}, best=1))
    assert one.days == (day(first), day(last))


@pytest.mark.parametrize(
    ("given", "stock", "total"),
    [
        ((("kp", "from"), ("ru", "to")), ("kp", "ru"), ("outside", "ru")),
        (((None, "from"), ("ru", "to")), (None, "ru"), ("outside", "ru")),
        ((("outside", "to"), ("ru", "from")), ("ru", "outside"), ("outside", "outside")),
        ((("ru", "at"),), (None, None), ("outside", "ru")),
        ((), (None, None), ("outside", "unplaced")),
        ((("ru", "to"), ("ru", "to"), (None, "to")), (None, "ru"), ("outside", "ru")),
        ((("ru", "to"), ("ua", "to")), (None, AMBIGUOUS), ("outside", AMBIGUOUS)),
    ],
)
def test_a_stock_moves_between_its_ends_and_a_total_grows_at_its_place(
    given: tuple[tuple[str | None, PlaceRole], ...], stock: Any, total: Any
) -> None:
    report = body(places=places(*given))
    assert ends_of(report, "personnel", running_total=False) == stock
    assert ends_of(report, "killed", running_total=True) == total


def test_a_thousand_more_of_a_running_total_is_a_movement_to_its_place() -> None:
    one = flow(moved("m", "a", measure="killed", changes={"places": places(("ru-kursk", "at"))}, best=1000))
    assert (one.ends, one.why) == (("outside", "ru-kursk"), None)


def likely(term: str) -> dict[str, Any]:
    return {"confidence": Confidence(likelihood=Likelihood(term=term, lexicon="icd203"))}


@pytest.mark.parametrize(
    ("why", "report"),
    [
        ("planned", moved("m", "a", changes={"stance": "planned"}, best=1)),
        ("judgement", moved("m", "a", changes={"stance": "judgement"}, best=1)),
        ("denied", moved("m", "a", changes={"stance": "denied"}, best=1)),
        ("other_measure", moved("m", "a", measure="share", best=1)),
        ("ratio", moved("m", "a", per=Per(measure="days", amount=1), best=1)),
        ("derived", moved("m", "a", basis="derived", best=1)),
        ("existence", moved("m", "a", basis="existence")),
        ("ambiguous_key", moved("m", "a", changes={"actors": ()}, best=1)),
        ("ambiguous_key", moved("m", "a", changes={"places": places(("ru", "to"), ("ua", "to"))}, best=1)),
        ("unlikely", moved("m", "a", changes=likely("unlikely"), best=1)),
        ("no_quantity", moved("m", "a")),
        ("unknown_word", moved("m", "a", basis="vague_word", wording="a great many")),
        (None, moved("m", "a", basis="vague_word", wording="Several hundred")),
        (None, moved("m", "a", changes=likely("roughly even chance"), best=1)),
        (None, moved("m", "a", best=0)),
        (None, moved("m", "a", measure="sorties", best=1)),
        # neither end is known: a movement, though one that changes no place
        (None, moved("m", "a", way=(None, None), best=1)),
    ],
)
def test_a_flow_counts_or_says_why_not(why: str | None, report: Any) -> None:
    assert flow(report).why == why


def test_an_undated_flow_does_not_count() -> None:
    undated = msgspec.structs.replace(moved("m", "a", best=1), reported_day=None)
    assert (flow(undated).why, flow(undated).way.first_day) == ("undated", None)


def test_a_likelihood_is_kept_as_a_factor_on_the_error() -> None:
    assert flow(moved("m", "a", changes=likely("likely"), best=1)).likelihood == 1.3
