from collections.abc import Sequence

import pytest

from app.domain.echoes import Link
from app.domain.words import Word, set_scene, sort_out
from tests.domain.building import day, link
from tests.domain.speaking import ABLE, HELD, word


def sorted_out(
    words: Sequence[Word], *links: Link, on: int = 40, beside: Sequence[Word] = ()
) -> tuple[list[str], dict[str, tuple[str, str | None]]]:
    """The reports that count, and of the others why not and which stands in the way."""
    left, past = sort_out(words, set_scene([*words, *beside], links, day(on)))
    return [one.report for one in left], {one.word.report: (one.why, one.by) for one in past}


def test_the_newest_word_comes_first() -> None:
    assert sorted_out([word("a", on=1), word("b", on=3), word("c", on=2)]) == (["b", "c", "a"], {})


def test_what_is_about_a_later_day_has_not_come_yet() -> None:
    assert sorted_out([word("a", on=1), word("b", on=3)], on=2) == (["a"], {})


def test_of_what_is_one_at_a_time_an_origins_last_day_counts() -> None:
    words = [word("a", on=1, kind=HELD), word("b", on=3, kind=HELD), word("c", on=3, kind=HELD)]
    assert sorted_out(words) == (["c", "b"], {"a": ("superseded", "c")})
    assert sorted_out([word(name, on=on, kind=ABLE) for name, on in (("a", 1), ("b", 3))]) == (["b", "a"], {})


def test_another_origins_word_puts_nothing_away() -> None:
    assert sorted_out([word("a", "kr-nis", 1, kind=HELD), word("b", "us-dod", 3, kind=HELD)]) == (["b", "a"], {})


def test_two_origins_that_are_one_have_one_last_day() -> None:
    words = [word("a", "kr-nis", 1, kind=HELD), word("b", "us-dod", 3, kind=HELD)]
    assert sorted_out(words, link("same_origin", "b", "a")) == (["b"], {"a": ("superseded", "b")})


def test_a_plan_and_a_fact_do_not_put_each_other_away() -> None:
    words = [word("a", on=1, kind=HELD), word("b", on=3, kind=HELD, stance="planned")]
    assert sorted_out(words) == (["b", "a"], {})


def test_what_is_taken_back_brings_the_earlier_word_back() -> None:
    earlier = word("a", on=1, kind=HELD)
    assert sorted_out([earlier, word("b", on=3, kind=HELD)])[0] == ["b"]
    later = word("b", on=3, kind=HELD, retracted="origin")
    assert sorted_out([earlier, later]) == (["a"], {"b": ("retracted", None)})


@pytest.mark.parametrize(("by", "left"), [("origin", []), ("publisher", ["b"]), ("recorder", ["b"])])
def test_an_origin_takes_its_repeats_along(by: str, left: list[str]) -> None:
    words = [word("a", retracted=by), word("b", on=2, via="herald")]  # type: ignore[arg-type]
    assert sorted_out(words, link("restates", "b", "a"))[0] == left


def test_nobody_takes_back_what_another_said_on_his_own() -> None:
    words = [word("a", "kr-nis", retracted="origin"), word("b", "us-dod", 2)]
    assert sorted_out(words, link("restates", "b", "a"))[0] == ["b"]


def test_a_repeat_is_past_and_names_the_first_of_its_line() -> None:
    words = [word("a"), word("b", "us-dod", 1), word("c", "us-dod", 2)]
    links = [link("restates", "b", "a"), link("restates", "c", "b")]
    assert sorted_out(words, *links) == (["a"], {"b": ("echo_of", "a"), "c": ("echo_of", "a")})


def test_in_a_circle_of_repeats_the_earliest_stays_and_of_supersessions_the_latest() -> None:
    words = [word("a"), word("b", "us-dod", 1)]
    assert sorted_out(words, link("restates", "b", "a"), link("restates", "a", "b"))[0] == ["a"]
    assert sorted_out(words, link("supersedes", "b", "a"), link("supersedes", "a", "b"))[0] == ["b"]


def test_what_repeats_a_word_to_another_question_stands() -> None:
    assert sorted_out([word("a")], link("restates", "a", "x"), beside=[word("x", "us-dod")]) == (["a"], {})


def test_a_newer_word_to_another_question_supersedes_from_its_day_on() -> None:
    newer = word("x", "us-dod", 5)
    assert sorted_out([word("a")], link("supersedes", "x", "a"), beside=[newer]) == ([], {"a": ("superseded", "x")})
    assert sorted_out([word("a")], link("supersedes", "x", "a"), beside=[newer], on=4) == (["a"], {})
    gone = word("x", "us-dod", 5, retracted="recorder")
    assert sorted_out([word("a")], link("supersedes", "x", "a"), beside=[gone]) == (["a"], {})


def test_who_misquotes_says_nothing() -> None:
    said = sorted_out([word("a"), word("b", via="herald", on=1)], link("misquotes", "b", "a"))
    assert said == (["a"], {"b": ("misquoted", "a")})


def test_a_forecast_that_was_resolved_is_past_and_says_how_it_ended() -> None:
    words = [word("a", stance="forecast", outcome=("lapsed",)), word("b", stance="planned")]
    assert sorted_out(words) == (["b"], {"a": ("lapsed", None)})


def test_an_outcome_counts_from_the_day_of_its_evidence_on() -> None:
    foreseen = word("a", stance="forecast", outcome=("partly", "fact"))
    fact = word("fact", "us-dod", 5)
    assert sorted_out([foreseen], beside=[fact]) == ([], {"a": ("partly", "fact")})
    assert sorted_out([foreseen], beside=[fact], on=4) == (["a"], {})
    assert sorted_out([foreseen]) == (["a"], {})


def test_the_first_reason_is_the_one_that_is_told() -> None:
    words = [word("a", on=1, kind=HELD, retracted="recorder"), word("b", on=3, kind=HELD)]
    assert sorted_out(words, link("supersedes", "b", "a"))[1] == {"a": ("retracted", None)}
