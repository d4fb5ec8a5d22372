"""Sets of assumptions at the terminal."""

import json
from typing import Any

from app.domain.assumptions import DEFAULT, SHIPPED, explained, to_parameters
from tests.cli.conftest import Cli


def register(cli: Cli, name: str, **changed: Any) -> None:
    body = {"name": name, "parameters": to_parameters(DEFAULT) | changed, "reason": "tried out", "by": "ann"}
    cli("record", "-", stdin=json.dumps({"type": "assumptions_defined.v1", "body": body}))


def widest(said: str) -> int:
    return max(map(len, said.splitlines()))


def rows(said: str) -> dict[str, list[str]]:
    """By the parameter's name, which is set apart from the rest by two blanks at least."""
    found = (line.rstrip().partition("  ") for line in said.splitlines())
    return {name: rest.split() for name, _, rest in found}


def test_the_shipped_set_is_shown_number_by_number_with_ranges_and_sources(cli: Cli, timeline: str) -> None:
    said = cli("assumptions", DEFAULT.name).stdout
    numbers, sources = said.split("\nSources\n")
    found = rows(numbers)
    assert found["half_life_days"] == ["5", "0.1", "to", "3650", "1"]
    assert {leaf.name for leaf in explained(SHIPPED.parameters)} <= found.keys()
    assert all(f"{place:<4}{name}:" in sources for place, name in enumerate(SHIPPED.sources, 1))
    assert widest(said) <= 80


def test_a_registered_set_is_compared_with_the_shipped_one(cli: Cli, timeline: str) -> None:
    register(cli, "slow.v1", half_life_days="9", words={"some dozens": {"centre": "40", "spread": "0.6"}})
    said = cli("assumptions", "slow.v1").stdout
    found = rows(said)
    assert "By ann, at position 1." in said
    assert found["half_life_days"] == ["9", "0.1", "to", "3650", "5"]
    assert found["z"] == ["1.645", "0.5", "to", "4", "same"]
    assert found["words.some dozens.centre"] == ["40", "1", "to", "1000000000", "-"]
    assert found["words.dozens.centre"] == ["-", "1", "to", "1000000000", "50"]


def test_the_longest_word_breaks_and_no_number_does(cli: Cli, timeline: str) -> None:
    word = " ".join(["many"] * 12)
    register(cli, "wordy.v1", words={word: {"centre": "999999999", "spread": "0.6"}})
    said = cli("assumptions", "wordy.v1").stdout
    assert "999999999" in said
    assert widest(said) <= 80


def test_all_sets_are_listed(cli: Cli, timeline: str) -> None:
    register(cli, "slow.v1")
    said = cli("assumptions").stdout
    assert [line.split()[0] for line in said.splitlines()[2:] if not line.startswith(" ")] == [DEFAULT.name, "slow.v1"]
    assert [one["name"] for one in cli.json("assumptions")["items"]] == [DEFAULT.name, "slow.v1"]
    assert len(cli.json("assumptions", "--known-at", "position:0")["items"]) == 1


def test_one_set_for_machines_is_that_of_the_interface(cli: Cli, timeline: str) -> None:
    shown = cli.json("assumptions", DEFAULT.name)
    assert shown["parameters"] == SHIPPED.parameters
    assert shown["as_of"]["position"] == 0


def test_an_unknown_set_is_a_problem_with_the_nearest(cli: Cli, timeline: str) -> None:
    said, hint = cli.error("assumptions", "origin-panel.v2", code=1)
    assert "origin-panel.v2" in said
    assert DEFAULT.name in hint
