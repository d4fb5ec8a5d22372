"""Where there is nothing, that is said, with what would make it something; no table is left empty."""

import pytest

from tests.cli.conftest import Cli


@pytest.mark.parametrize(
    ("arguments", "makes"),
    [
        (("materiel",), "materiel_transfer"),
        (("arrangements",), "ratio"),
        (("forecasts",), "planned, forecast or conditional"),
        (("sources",), "source_registered"),
        (("sources", "--relays"), "chain"),
        (("replay", "list"), "`muster replay` does it"),
    ],
)
def test_nothing_is_said_with_what_would_make_it_something(
    cli: Cli, timeline: str, arguments: tuple[str, ...], makes: str
) -> None:
    said = cli(*arguments, "--timeline", timeline).stdout
    assert makes in " ".join(said.split())
    assert "\N{BOX DRAWINGS LIGHT HORIZONTAL}" not in said


def test_without_a_key_it_says_how_to_make_one(cli: Cli) -> None:
    assert "`muster key create` makes one" in cli("key", "list").stdout
