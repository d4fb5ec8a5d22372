"""What if, at the terminal."""

import pytest

from app.domain.assumptions import DEFAULT
from tests.asking import RUSSIA
from tests.cli.conftest import Cli

WHAT_IF = ("what-if", "--timeline", RUSSIA)


def widest(said: str) -> int:
    return max(map(len, said.splitlines()))


@pytest.mark.parametrize(
    "options",
    [
        ("--exclude-source", "kr-nis", "--lines"),
        ("--exclude-report", "A057", "--exclude-report", "A067", "--lines"),
        ("--regrade", "us-dod=E", "--regrade", "kr-nis=A"),
        ("--set", "half_life_days=10", "--set", "grains=10,5,1", "--lines"),
        ("--exclude-source", "kr-nis", "--set", "classes.presence.kappa=9", "--reported-by", "2024-11-01"),
    ],
)
def test_moves_fit_a_terminal_with_nothing_broken(ask: Cli, options: tuple[str, ...]) -> None:
    said = ask(*WHAT_IF, *options).stdout
    assert "would move." in said
    assert widest(said) <= 80
    assert "\N{REPLACEMENT CHARACTER}" not in said


def test_a_key_stands_beside_what_it_would_be(ask: Cli) -> None:
    options = ("--exclude-report", "A057")
    said = ask(*WHAT_IF, *options).stdout
    [one] = [move for move in ask.json(*WHAT_IF, *options)["items"] if move["place"] == "ru"]
    row = next(line for line in said.splitlines() if line.startswith("personnel kp-forces ru "))
    best = [f"{one['standing']['best']:,}", f"{one['hypothetical']['best']:,}", f"{one['difference']['best']:+,}"]
    assert row.split()[3:] == best
    assert f"{one['standing']['low']:,} to {one['standing']['high']:,}" in said
    assert "Supposed: no report A057." in said


def test_lines_say_which_vote_does_it_where_that_can_be_said(ask: Cli) -> None:
    assert "claim     A057" in ask(*WHAT_IF, "--exclude-report", "A057", "--lines").stdout
    assert "no single one's" in ask(*WHAT_IF, "--set", "z=2", "--lines").stdout


def test_numbers_go_by_their_whole_names(ask: Cli) -> None:
    given = ("--set", "classes.tally.kappa=2", "--set", "classes.tally.error=0.5", "--assumptions", DEFAULT.name)
    assert ask.json(*WHAT_IF, *given)["assumptions"] == f"{DEFAULT.name} (overridden)"
    assert ask.json(*WHAT_IF, "--set", "classes.tally.kappa=1")["items"] == []


def test_without_a_supposition_nothing_moves(ask: Cli) -> None:
    assert "Nothing is supposed" in ask(*WHAT_IF).stdout
    assert ask.json(*WHAT_IF)["items"] == []


@pytest.mark.parametrize(
    ("options", "code", "said"),
    [
        (("--exclude-source", "kr-niss"), 1, "kr-nis"),
        (("--exclude-report", "A0577"), 1, "A057"),
        (("--regrade", "kr-nis=G"), 1, "A, B, C, D, E, F"),
        (("--regrade", "kr-nis"), 2, "such as --regrade kr-nis=A"),
        (("--set", "half_live_days=3"), 1, "half_life_days"),
        (("--set", "=3"), 2, "such as --set half_life_days=10"),
        (("--set", "z=2", "--set", "z.low=3"), 2, "z is a number already"),
        (("--assumptions", "origin-panel.v2"), 1, DEFAULT.name),
        (("--valid-at", "today"), 2, "valid_at is a day"),
    ],
)
def test_a_mistake_is_told_with_what_to_do(ask: Cli, options: tuple[str, ...], code: int, said: str) -> None:
    assert said in "\n".join(ask.error(*WHAT_IF, *options, code=code))
