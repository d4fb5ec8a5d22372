"""Sources at the terminal: the answer of the interface, and one that people can read."""

import pytest

from tests.asking import RUSSIA, Asking
from tests.cli.conftest import Cli

HERE = ("--timeline", RUSSIA)


def test_the_answers_are_those_of_the_interface(ask: Cli, russia: Asking) -> None:
    assert ask.json("sources", "kr-nis", *HERE) == russia.get("/sources/kr-nis")
    assert ask.json("sources", *HERE)["items"] == russia.items("/sources", limit=1000)


@pytest.mark.parametrize("source", ["kr-nis", "kbs", "ua-hur", "ua-otg-kharkiv"])
def test_a_person_can_read_a_record_on_eighty_columns(ask: Cli, source: str) -> None:
    said = ask("sources", source, *HERE).stdout
    assert "its own word" in said
    assert max(map(len, said.splitlines())) <= 80


def test_grades_are_told_with_reasons_and_by_whom(ask: Cli) -> None:
    said = " ".join(ask("sources", "ua-hur", *HERE).stdout.split())
    assert "C seed-curator" in said
    assert "borne out by" in said
    before = ask("sources", "ua-hur", *HERE, "--known-at", "position:200").stdout
    assert "borne out" not in before


def test_a_source_that_is_not_there_brings_the_nearest(ask: Cli) -> None:
    assert "kr-nis" in ask.error("sources", "kr-nsi", *HERE, code=1)[1]


def test_who_relays_whom_is_told_too(ask: Cli, russia: Asking) -> None:
    assert ask.json("sources", "--relays", *HERE)["items"] == russia.items("/relays", limit=1000)
    assert "war-zone" in ask("sources", "--relays", *HERE).stdout
    assert "leave SOURCE out" in " ".join(ask.error("sources", "kbs", "--relays", *HERE, code=2))
