from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.events.report import ReportedActor, ReportedPlace
from app.domain.quantity import Quantity
from app.domain.topics import NAMED_MAX, topics_of
from tests.domain.building import body
from tests.domain.speaking import actors

KURSK, BORDER = (ReportedPlace(place=name, role="at") for name in ("kursk", "border"))
NOWHERE = ReportedPlace(place=None, role="to")
BOTH = actors(force="subject", neighbour="object")


def asked(kind: str, **changes: Any) -> list[str]:
    plain: dict[str, Any] = {"quantities": (), "places": (), "actors": actors(force="subject")}
    return [topic.name for topic in topics_of(body(kind=kind, **{**plain, **changes}))]


@pytest.mark.parametrize(
    ("kind", "said", "names"),
    [
        (
            "territorial_control",
            {"places": (KURSK, BORDER)},
            ["territorial_control@border", "territorial_control@kursk"],
        ),
        ("territorial_control", {}, ["territorial_control:force"]),
        ("command_and_control", {"actors": BOTH}, ["command_and_control:force,neighbour"]),
        ("diplomatic_contact", {"actors": BOTH, "places": (KURSK,)}, ["diplomatic_contact:force,neighbour"]),
        ("policy_signal", {"actors": BOTH, "places": (KURSK,)}, ["policy_signal:force>neighbour@kursk"]),
        ("military_operation", {"places": (KURSK, BORDER)}, ["military_operation:force@border,kursk"]),
        ("force_movement", {"places": (NOWHERE, KURSK)}, ["force_movement:force@kursk"]),
        ("capability", {"actors": BOTH, "places": (KURSK,)}, ["capability:force"]),
        ("assessment", {"actors": (), "places": (KURSK,)}, ["assessment@kursk"]),
        ("assessment", {"actors": ()}, ["assessment"]),
        (
            "materiel_transfer",
            {"actors": actors(maker="supplier", force="recipient")},
            ["materiel_transfer:maker>force"],
        ),
        (
            "training",
            {"actors": actors(force="participant", battalion="subject")},
            ["training:battalion", "training:force"],
        ),
    ],
)
def test_a_report_speaks_to_the_questions_that_its_own_words_put(
    kind: str, said: dict[str, Any], names: list[str]
) -> None:
    assert asked(kind, **said) == names


@pytest.mark.parametrize("kind", ["force_presence", "force_movement", "casualties", "materiel_transfer", "population"])
def test_what_a_figure_answers_is_no_topic(kind: str) -> None:
    assert asked(kind, quantities=(Quantity(measure="personnel", best=10),)) == []
    assert asked(kind) != []


def test_a_unit_that_is_named_is_a_topic_whatever_is_counted_of_it() -> None:
    some = Quantity(measure="units", basis="existence")
    assert asked("unit_identification", quantities=(some,)) == ["unit_identification:force"]


def test_the_order_in_which_names_stand_is_no_other_question() -> None:
    assert asked("command_and_control", actors=BOTH) == asked("command_and_control", actors=BOTH[::-1])


@given(st.lists(st.integers(0, 40), min_size=1, max_size=40, unique=True), st.integers(0, 40))
def test_a_long_name_is_cut_and_is_still_of_one_question_alone(numbers: list[int], other: int) -> None:
    def name(members: list[int]) -> str:
        named = tuple(ReportedActor(actor=f"{member:02}".ljust(80, "x"), role="participant") for member in members)
        (found,) = asked("diplomatic_contact", actors=named)
        return found

    assert len(name(numbers)) < 100 * (NAMED_MAX + 1)
    assert (name([*numbers, other]) == name(numbers)) is (other in numbers)
