from typing import Any

import pytest

from app.domain.assumptions import DEFAULT
from app.domain.events.report import ActorRole, PlaceRole, ReportedActor, ReportedPlace
from app.domain.fusion import Figure
from app.domain.grading import Confidence, Likelihood
from app.domain.measures import Measure
from app.domain.quantity import Nature, Per, Quantity
from app.domain.statements import AMBIGUOUS, Key, Statement, key_of, statements_of
from tests.domain.building import ACTOR, MEASURES, body, development, said, statements


def stated(measures: dict[str, Measure] | None = None, **changes: Any) -> Statement:
    (one,) = statements_of(development(body(**changes)), measures or MEASURES, DEFAULT)
    return one


def quantified(**quantity: Any) -> Statement:
    return stated(quantities=(Quantity(**{"measure": "personnel", **quantity}),))


def actors(*given: tuple[str, ActorRole]) -> tuple[ReportedActor, ...]:
    return tuple(ReportedActor(actor=actor, role=role) for actor, role in given)


def places(*given: tuple[str | None, PlaceRole]) -> tuple[ReportedPlace, ...]:
    return tuple(ReportedPlace(place=place, role=role) for place, role in given)


def test_an_asserted_number_of_persons_at_a_place_votes() -> None:
    one = stated()
    assert (one.key, one.why) == (Key(measure="personnel", actor=ACTOR, place="ru"), None)
    assert one.figure == Figure(best=10000)
    assert one.order == (one.vote_day, one.reported_day, "R1", 0)


@pytest.mark.parametrize(
    ("given", "actor"),
    [
        ([("a", "subject")], "a"),
        ([("a", "subject"), ("a", "subject")], "a"),
        ([("a", "subject"), ("b", "supplier"), ("c", "object")], "a"),
        ([("b", "supplier"), ("c", "recipient")], "b"),
        ([("a", "subject"), ("b", "subject")], AMBIGUOUS),
        ([("a", "supplier"), ("b", "supplier")], AMBIGUOUS),
        ([("a", "subject"), ("b", "subject"), ("c", "supplier")], AMBIGUOUS),
        ([("c", "object"), ("d", "participant"), ("e", "opponent"), ("f", "recipient")], AMBIGUOUS),
        ([], AMBIGUOUS),
    ],
)
def test_the_actor_is_the_one_subject_else_the_one_supplier(given: list[tuple[str, ActorRole]], actor: str) -> None:
    one = stated(actors=actors(*given))
    assert one.key.actor == actor
    assert one.why == ("ambiguous_key" if actor == AMBIGUOUS else None)


@pytest.mark.parametrize(
    ("given", "stock", "total"),
    [
        ([("ru", "at")], "ru", "ru"),
        ([], "unplaced", "unplaced"),
        ([("ru", "to")], "unplaced", "ru"),
        ([("kp", "from"), ("ru", "to")], "unplaced", "ru"),
        ([("ua", "at"), ("ru", "to")], "ua", "ua"),
        ([(None, "to")], "unplaced", "unplaced"),
        ([("outside", "to")], "unplaced", "outside"),
        ([("ru", "at"), ("ru", "at")], "ru", "ru"),
        ([("ru", "at"), ("ua", "at")], AMBIGUOUS, AMBIGUOUS),
        ([("ru", "to"), ("ua", "to")], "unplaced", AMBIGUOUS),
    ],
)
def test_the_place_is_where_it_is_and_of_what_was_brought_where_to(
    given: list[tuple[str | None, PlaceRole]], stock: str, total: str
) -> None:
    report = body(places=places(*given))
    assert key_of(report, "personnel", running_total=False).place == stock
    assert key_of(report, "delivered", running_total=True).place == total


def test_no_name_that_can_be_given_means_several() -> None:
    one = stated(actors=actors(("ambiguous", "subject")), places=places(("ambiguous", "at")))
    assert one.why is None


def test_the_kind_of_report_decides_nothing() -> None:
    assert stated(kind="diplomatic_contact").why is None


@pytest.mark.parametrize("stance", ["forecast", "planned", "conditional", "judgement", "denied"])
def test_only_what_is_asserted_votes(stance: str) -> None:
    one = stated(stance=stance)
    assert (one.why, one.stance) == (stance, stance)


@pytest.mark.parametrize(
    ("quantity", "why"),
    [
        ({"best": 0}, None),
        ({"high": 10000}, None),
        ({"low": 10000, "low_exclusive": True, "basis": "bound"}, None),
        ({"low": 8000, "high": 10000, "basis": "stated"}, None),
        ({"basis": "vague_word", "wording": "several hundred"}, None),
        ({"basis": "vague_word", "wording": " Several Hundred "}, None),
        ({"basis": "vague_word", "wording": "a great many"}, "unknown_word"),
        ({"basis": "vague_word", "wording": "a great many", "low": 1000}, "unknown_word"),
        ({"basis": "vague_word", "wording": "a great many", "best": 1000}, None),
        ({"wording": "fewer than before"}, "no_quantity"),
        ({"basis": "existence"}, "existence"),
        ({"low": 1, "basis": "existence"}, "existence"),
        ({"high": 10000, "high_exclusive": True, "basis": "comparison"}, "comparison"),
        ({"best": 300, "basis": "derived", "inputs": ("R2",)}, "derived"),
        ({"best": 10, "nature": "ratio", "per": Per(measure="days", amount=1)}, "ratio"),
        ({"best": 10, "per": Per(measure="days", amount=1)}, "ratio"),
        ({"best": 1500, "nature": "flow"}, "movement"),
        ({"best": 1500, "nature": "cumulative"}, "other_measure"),
    ],
)
def test_a_number_or_a_known_word_for_what_is_there_votes(quantity: dict[str, Any], why: str | None) -> None:
    assert quantified(**quantity).why == why


def test_a_report_that_counts_nothing_says_so_in_one_statement() -> None:
    one = stated(quantities=())
    assert (one.why, one.key.measure, one.ordinal) == ("no_quantity", "", 0)


def test_each_quantity_is_a_statement_of_its_own() -> None:
    both = (Quantity(measure="personnel", best=10000), Quantity(measure="killed", best=100))
    found = statements_of(development(body(quantities=both)), MEASURES, DEFAULT)
    assert [(one.ordinal, one.key.measure, one.running_total) for one in found] == [
        (0, "personnel", False),
        (1, "killed", True),
    ]


@pytest.mark.parametrize(
    ("nature", "own", "why"),
    [
        ("cumulative", None, None),
        ("cumulative", "flow", "movement"),
        ("cumulative", "stock", "other_measure"),
        ("flow", None, "movement"),
        ("flow", "stock", "other_measure"),
        ("ratio", None, "ratio"),
        ("stock", None, None),
        ("stock", "stock", None),
    ],
)
def test_what_is_counted_has_to_be_what_the_measure_counts(nature: Nature, own: Nature | None, why: str | None) -> None:
    counted = Measure(measure="shells", name="Shells", unit="pieces", nature=nature, class_="tally")
    one = stated({"shells": counted}, quantities=(Quantity(measure="shells", best=5, nature=own),))
    assert one.why == why


@pytest.mark.parametrize(
    ("term", "lexicon", "factor", "why"),
    [
        ("almost certain", "icd203", 1.0, None),
        ("very likely", "icd203", 1.1, None),
        ("probable", "kent", 1.3, None),
        ("roughly even chance", "icd203", 1.7, None),
        ("realistic possibility", "phia", 1.0, None),
        ("unlikely", "phia", 1.0, "unlikely"),
        ("remote", "icd203", 1.0, "unlikely"),
    ],
)
def test_a_likelihood_widens_the_error_and_below_even_there_is_no_vote(
    term: str, lexicon: Any, factor: float, why: str | None
) -> None:
    one = stated(confidence=Confidence(likelihood=Likelihood(term=term, lexicon=lexicon)))
    assert (one.likelihood, one.why) == (factor, why)


def test_what_nobody_dated_has_no_vote() -> None:
    one = stated(reported=None)
    assert (one.why, one.vote_day) == ("undated", None)


def test_the_first_reason_is_what_was_meant_and_the_last_what_is_missing() -> None:
    number = Quantity(measure="personnel", best=5, nature="flow", basis="derived", inputs=("R2",))
    assert stated(stance="planned", reported=None, quantities=(number,)).why == "planned"
    assert stated(reported=None, quantities=(number,)).why == "movement"
    assert stated(reported=None, quantities=(Quantity(measure="personnel", basis="existence"),)).why == "existence"


def test_a_statement_carries_the_grade_and_the_origin_of_its_report() -> None:
    (one,) = statements([said("R1", "kr-nis", via="herald", grade="C3", position=7, best=5)])
    assert (one.letter, one.digit, one.origin, one.publisher, one.position) == ("C", 3, "kr-nis", "herald", 7)
    assert one.relays


def test_who_prints_its_own_word_relays_nothing() -> None:
    (own,) = statements([said("R1", "kr-nis", best=5)])
    (unstated,) = statements([said("R2", None, via="herald", best=5)])
    assert not own.relays
    assert unstated.relays
