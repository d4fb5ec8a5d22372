"""What one voice has to say on a day, apart from what others say."""

from app.domain.assumptions import DEFAULT
from app.domain.hearing import Heard, hear
from app.domain.strands import tied_in, voices_of
from tests.domain.building import case_of, day, link, said, view

SEOUL = said("seoul", "kr-nis", 1, best=13000)
AGAIN = said("again", "kr-nis", 9, best=12000)


def heard(*reports: object, on: int, links: tuple[object, ...] = ()) -> Heard:
    case = case_of(reports, links)  # type: ignore[arg-type]
    [strand] = voices_of(case, tied_in(case)).values()
    return hear(strand, view(on), DEFAULT)


def words(found: Heard) -> list[str]:
    return [word.statement.report for word in found.words]


def why(found: Heard) -> dict[str, str]:
    return {one.statement.report: one.why for one in found.left}


def test_the_last_word_counts_and_puts_the_older_away() -> None:
    found = heard(SEOUL, AGAIN, on=10)
    assert (words(found), why(found)) == (["again"], {"seoul": "superseded"})
    assert found.settled == day(9)


def test_what_comes_after_the_day_is_not_heard_yet() -> None:
    found = heard(SEOUL, AGAIN, on=5)
    assert (words(found), why(found)) == (["seoul"], {"again": "later"})


def test_a_word_that_stands_alone_is_heard_as_among_others() -> None:
    taken_back = said("seoul", "kr-nis", 1, best=13000, retracted=("origin", 3))
    assert words(heard(SEOUL, on=1)) == ["seoul"]
    assert why(heard(SEOUL, on=0)) == {"seoul": "later"}
    assert why(heard(taken_back, on=5)) == {"seoul": "retracted"}


def test_tied_origins_have_one_word_under_one_name() -> None:
    other = said("us", "us-dod", 3, best=10000)
    found = heard(SEOUL, other, on=10, links=(link("same_origin", "us", "seoul"),))
    assert [(word.statement.report, word.origin) for word in found.words] == [("us", "kr-nis")]
