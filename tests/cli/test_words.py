"""Every code that an answer can bear has words."""

import ast
from pathlib import Path
from typing import get_args

from app.cli.words import CAUSES, FLAGS, REASONS, in_words
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
    assert yielded("estimate.py") <= set(FLAGS)


def test_every_cause_has_words() -> None:
    assert {*get_args(Cause), "time_passed"} == set(CAUSES)


def test_every_reason_of_the_selection_has_words() -> None:
    known = {"retracted", "misquoted", "echo_of", "later", "superseded", "same_figure"}
    assert known <= texts("selection.py")
    assert known <= set(REASONS)


def test_a_code_without_words_is_still_readable() -> None:
    assert in_words(REASONS, "something_new") == "something new"
