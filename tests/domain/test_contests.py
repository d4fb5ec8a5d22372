from collections.abc import Sequence

from app.domain.contests import Contest, Tie, contests_of
from app.domain.words import Word
from tests.domain.building import day, link
from tests.domain.speaking import word

ABLE, WEAK, DOUBT = word("able", "kr-nis", 1), word("weak", "us-dod", 3), word("doubt", "uk-di", 5)
AGAINST = Tie(link=link("contradicts", "weak", "able"), made=10)


def contests(words: Sequence[Word], *ties: Tie, on: int = 40) -> list[Contest]:
    return contests_of(words, ties, day(on))


def one(words: Sequence[Word], *ties: Tie, on: int = 40) -> Contest:
    (found,) = contests(words, *ties, on=on)
    return found


def test_a_set_is_open_from_the_day_on_which_the_second_was_said() -> None:
    found = one([ABLE, WEAK], AGAINST)
    assert (found.state, found.opened, found.settled) == ("open", day(3), None)
    assert [word.report for word in found.words] == ["able", "weak"]


def test_before_the_second_was_said_there_is_no_set() -> None:
    assert contests([ABLE, WEAK], AGAINST, on=2) == []
    assert contests([ABLE], AGAINST) == []


def test_disputes_that_share_a_report_are_one_set_and_others_are_others() -> None:
    more = Tie(link=link("rival_of", "doubt", "able"), made=11)
    assert [word.report for word in one([ABLE, WEAK, DOUBT], AGAINST, more).words] == ["able", "weak", "doubt"]
    apart = Tie(link=link("rival_of", "x", "doubt"), made=11)
    assert len(contests([ABLE, WEAK, DOUBT, word("x")], AGAINST, apart)) == 2


def test_who_takes_his_side_back_settles_it() -> None:
    gone = word("weak", "us-dod", 3, retracted="origin")
    found = one([ABLE, gone], AGAINST)
    assert found.state == "settled"
    assert found.settled is not None
    assert (found.settled.how, found.settled.report, found.settled.position) == ("retracted", "weak", 2)
    assert found.settled.day == day(3)


def test_a_newer_word_settles_it_from_its_own_day_on() -> None:
    newer = Tie(link=link("supersedes", "doubt", "weak"), made=12)
    found = one([ABLE, WEAK, DOUBT], AGAINST, newer)
    assert found.settled is not None
    assert (found.settled.how, found.settled.report, found.settled.by_report) == ("superseded", "weak", "doubt")
    assert (found.settled.position, found.settled.day) == (12, day(5))
    assert one([ABLE, WEAK, DOUBT], AGAINST, newer, on=4).state == "open"


def test_a_newer_word_that_was_taken_back_settles_nothing() -> None:
    newer = Tie(link=link("supersedes", "doubt", "weak"), made=12)
    gone = word("doubt", "uk-di", 5, retracted="recorder")
    assert one([ABLE, WEAK, gone], AGAINST, newer).state == "open"


def test_a_link_that_was_withdrawn_settles_it() -> None:
    withdrawn = Tie(link=AGAINST.link, made=10, withdrawn=20)
    found = one([ABLE, WEAK], withdrawn)
    assert found.settled is not None
    assert (found.settled.how, found.settled.position, found.settled.report) == ("withdrawn", 20, None)


def test_what_misquotes_its_source_disputes_nothing() -> None:
    misquoting = Tie(link=link("misquotes", "weak", "doubt"), made=12)
    found = one([ABLE, WEAK, DOUBT], AGAINST, misquoting)
    assert found.settled is not None
    assert (found.settled.how, found.settled.report, found.settled.by_report) == ("misquoted", "weak", "doubt")


def test_the_first_end_is_the_one_that_counts_and_a_set_ends_with_its_last_dispute() -> None:
    ended = Tie(link=AGAINST.link, made=10, withdrawn=20)
    newer = Tie(link=link("supersedes", "doubt", "weak"), made=15)
    found = one([ABLE, WEAK, DOUBT], ended, newer)
    assert found.settled is not None
    assert found.settled.how == "superseded"
    still = Tie(link=link("contradicts", "doubt", "able"), made=16)
    both = one([ABLE, WEAK, DOUBT], ended, newer, still)
    assert (both.state, both.settled, len(both.open)) == ("open", None, 1)
    assert both.opened == day(5)
    closed = Tie(link=still.link, made=16, withdrawn=30)
    last = one([ABLE, WEAK, DOUBT], ended, newer, closed).settled
    assert last is not None
    assert last.position == 30
