"""What the terminal says of numbers and codes."""

import pytest

from app.cli.words import REASONS, between, in_words


@pytest.mark.parametrize(
    ("low", "high", "words"),
    [(0, 12000, "0 to 12,000"), (1500, None, "at least 1,500"), (None, 0, "at most 0"), (None, None, "-")],
)
def test_an_end_that_nobody_knows_is_not_shown_as_a_number(low: int | None, high: int | None, words: str) -> None:
    assert between(low, high) == words


def test_a_code_without_words_is_still_readable() -> None:
    assert in_words(REASONS, "something_new") == "something new"
