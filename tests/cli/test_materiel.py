"""Materiel at the terminal: the answer of the interface, and one that people can read."""

from typing import Any

import pytest

from tests.asking import ARTICLE, RUSSIA, Asking
from tests.cli.conftest import Cli


def without_links(item: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in item.items() if name != "links"}


def test_the_answer_is_that_of_the_interface(ask: Cli, russia: Asking) -> None:
    over_http = russia.get("/materiel")
    told = ask.json("materiel", "--timeline", RUSSIA)
    assert told["items"] == [without_links(item) for item in over_http["items"]]
    assert told["without_amount"] == over_http["without_amount"]


@pytest.mark.parametrize("timeline", [ARTICLE, RUSSIA])
def test_a_person_can_read_it_on_eighty_columns(ask: Cli, timeline: str) -> None:
    said = ask("materiel", "--timeline", timeline).stdout
    assert max(map(len, said.splitlines())) <= 80


def test_what_must_not_be_added_is_said_once_and_with_each_estimate(ask: Cli) -> None:
    said = ask("materiel", "--timeline", ARTICLE).stdout
    assert said.count("never add") == 1
    alone = ask("estimate", "containers", "north-korea", "ru", "--timeline", ARTICLE).stdout
    assert "never add artillery-rounds" in " ".join(alone.split())


def test_where_there_is_nothing_it_says_so_and_what_would_be_shown(cli: Cli, timeline: str) -> None:
    said = " ".join(cli("materiel", "--timeline", timeline).stdout.split())
    assert "Nothing was handed over here" in said
    assert said.endswith("would be shown.")
