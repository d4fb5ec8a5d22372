"""Arrangements at the terminal: the answer of the interface, and one that people can read."""

import pytest

from tests.asking import ARTICLE, RUSSIA, Asking
from tests.cli.conftest import Cli


def test_the_answer_is_that_of_the_interface(ask: Cli, article: Asking) -> None:
    over_http = article.get("/arrangements")
    told = ask.json("arrangements", "--timeline", ARTICLE)
    assert told == {name: over_http[name] for name in told}


@pytest.mark.parametrize("timeline", [ARTICLE, RUSSIA])
def test_a_person_can_read_it_on_eighty_columns(ask: Cli, timeline: str) -> None:
    said = ask("arrangements", "--timeline", timeline).stdout
    assert "none of them is counted as being there" in " ".join(said.split())
    assert max(map(len, said.splitlines())) <= 80


def test_where_there_is_nothing_it_says_so_and_what_would_be_shown(cli: Cli, timeline: str) -> None:
    said = " ".join(cli("arrangements", "--timeline", timeline).stdout.split())
    assert "Nobody told so many for so many here" in said
    assert said.endswith("would be shown.")
