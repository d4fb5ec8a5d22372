"""Forecasts at the terminal: the answer of the interface, and one that people can read."""

from tests.asking import RUSSIA, Asking
from tests.cli.conftest import Cli

HERE = ("--timeline", RUSSIA)


def test_the_answer_is_that_of_the_interface(ask: Cli, russia: Asking) -> None:
    over_http = russia.get("/forecasts", limit=100)
    told = ask.json("forecasts", *HERE)
    assert told == {name: over_http[name] for name in told}


def test_a_person_can_read_it_on_eighty_columns(ask: Cli) -> None:
    said = ask("forecasts", *HERE).stdout
    assert "Due: the day has passed" in said
    assert "Did not come" in said
    assert "too few" in said
    assert max(map(len, said.splitlines())) <= 80


def test_only_what_was_asked_for_is_told(ask: Cli) -> None:
    said = ask("forecasts", *HERE, "--state", "due", "--source", "new-york-times").stdout
    assert "A032" in said
    assert "A026" not in said


def test_a_source_that_is_not_there_brings_the_nearest(ask: Cli) -> None:
    assert "kr-nis" in ask.error("forecasts", *HERE, "--source", "kr-nsi", code=1)[1]


def test_where_there_is_nothing_it_says_so_and_what_would_be_shown(cli: Cli, timeline: str) -> None:
    said = " ".join(cli("forecasts", "--timeline", timeline).stdout.split())
    assert "Nothing was planned or foreseen here" in said
    assert said.endswith("would be shown.")


def test_where_nothing_is_as_asked_it_says_so(ask: Cli) -> None:
    assert "None is like that" in ask("forecasts", *HERE, "--state", "due", "--reported-by", "2024-01-01").stdout
