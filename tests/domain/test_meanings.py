"""Every code that an answer can bear has words."""

import ast
from pathlib import Path
from typing import get_args

import pytest

from app.domain import attribution, hierarchy, panel
from app.domain.meanings import CAUSES, FLAGS, LINES, REASONS, counted, in_units
from app.domain.revisions import Cause

DOMAIN = Path(__file__).resolve().parents[2] / "app" / "domain"


def texts(file: str) -> set[str]:
    tree = ast.parse((DOMAIN / file).read_text(encoding="utf-8"))
    return {node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)}


def yielded(file: str) -> set[str]:
    tree = ast.parse((DOMAIN / file).read_text(encoding="utf-8"))
    values = {node.value for node in ast.walk(tree) if isinstance(node, ast.Yield)}
    return {one.value for one in values if isinstance(one, ast.Constant) and isinstance(one.value, str)}


def test_every_flag_has_words() -> None:
    of_the_tree = {hierarchy.FROM_PARTS, hierarchy.BOUNDS_ONLY, hierarchy.PARTS_EXCEED_WHOLE}
    assert yielded("estimate.py") | of_the_tree == set(FLAGS)


def test_every_kind_of_line_has_words() -> None:
    constants = {name: value for name, value in vars(attribution).items() if name.isupper() and isinstance(value, str)}
    assert "MOVEMENT" in constants
    assert {*constants.values(), hierarchy.PLACES, panel.ARRIVALS} == set(LINES)


def test_every_cause_has_words() -> None:
    assert {*get_args(Cause), "time_passed"} == set(CAUSES)


def test_every_reason_of_the_selection_has_words() -> None:
    known = {"retracted", "misquoted", "echo_of", "later", "superseded", "same_figure"}
    assert known <= texts("hearing.py") | texts("selection.py")
    assert known <= set(REASONS)


def test_every_reason_that_keeps_a_quantity_from_counting_has_words() -> None:
    known = {"forecast", "planned", "conditional", "judgement", "denied", "movement", "ratio", "existence"}
    known |= {"comparison", "derived", "ambiguous_key", "unlikely", "unknown_word", "no_quantity", "undated"}
    assert known <= texts("statements.py") | texts("ways.py")
    assert known <= set(REASONS)


@pytest.mark.parametrize(
    ("value", "unit", "words"),
    [(1, "persons", "person"), (0, "persons", "persons"), (2, "persons", "persons"), (None, "persons", "persons")],
)
def test_one_of_a_unit_is_one(value: int | None, unit: str, words: str) -> None:
    assert in_units(value, unit) == words


def test_what_is_counted_is_one_or_several() -> None:
    assert [counted(value, "report") for value in (0, 1, 1200)] == ["0 reports", "1 report", "1,200 reports"]
