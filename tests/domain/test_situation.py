from collections.abc import Sequence

from app.domain.echoes import Link
from app.domain.situation import Answer, Situation, situation_of
from app.domain.sources import Merged
from app.domain.words import Word, set_scene
from tests.domain.building import day, link
from tests.domain.speaking import word

ABLE = word("able", "kr-nis", 1)
WEAK = word("weak", "us-dod", 2)
DOUBT = word("doubt", "uk-di", 3)
AGAINST = link("contradicts", "weak", "able")


def situation(words: Sequence[Word], *links: Link, beside: Sequence[Word] = (), kin: Merged | None = None) -> Situation:
    return situation_of(words, set_scene([*words, *beside], links, day(40)), kin or Merged())


def names(answers: Sequence[Answer]) -> list[list[str]]:
    return [[one.word.report for one in answer.words] for answer in answers]


def test_words_that_nothing_ties_together_are_answers_of_their_own() -> None:
    found = situation([ABLE, WEAK])
    assert names(found.standing) == [["weak"], ["able"]]
    assert not found.contested


def test_words_that_agree_are_one_answer_with_as_many_origins_as_can_be_shown() -> None:
    agree = link("corroborates", "weak", "doubt")
    (both,) = situation([WEAK, DOUBT], agree).standing
    assert (names([both]), both.least, both.most) == ([["doubt", "weak"]], 2, 2)
    (akin,) = situation([WEAK, DOUBT], agree, kin=Merged([("us-dod", "uk-di")])).standing
    assert (akin.least, akin.most) == (1, 2)


def test_of_answers_against_each_other_none_stands() -> None:
    found = situation([ABLE, WEAK, DOUBT], AGAINST, link("consistent_with", "weak", "doubt"))
    assert found.contested
    assert names(found.standing) == []
    assert names(found.rivals) == [["doubt", "weak"], ["able"]]  # two origins before one


def test_the_dissent_of_somebody_who_answers_something_else_counts_too() -> None:
    found = situation([ABLE], link("rival_of", "other", "able"), beside=[word("other", "us-dod")])
    assert names(found.rivals) == [["able"]]


def test_what_was_taken_back_superseded_or_not_said_yet_stands_against_nothing() -> None:
    gone = word("weak", "us-dod", 2, retracted="origin")
    assert names(situation([ABLE, gone], AGAINST).standing) == [["able"]]
    later = word("weak", "us-dod", 50)
    assert names(situation([ABLE, later], AGAINST).standing) == [["able"]]
    newer = link("supersedes", "doubt", "weak")
    assert names(situation([ABLE, WEAK, DOUBT], AGAINST, newer).standing) == [["doubt"], ["able"]]
    assert names(situation([ABLE], AGAINST, newer, beside=[WEAK, DOUBT]).standing) == [["able"]]


def test_a_denial_that_no_link_explains_stands_against_all_that_others_say() -> None:
    denied = word("no", "us-dod", 2, stance="denied")
    assert names(situation([ABLE, DOUBT, denied]).rivals) == [["doubt"], ["no"], ["able"]]
    explained = situation([ABLE, DOUBT, denied], link("contradicts", "no", "able"))
    assert (names(explained.standing), names(explained.rivals)) == ([["doubt"]], [["no"], ["able"]])
    assert names(situation([denied]).standing) == [["no"]]


def test_what_is_planned_foreseen_or_conditional_never_stands() -> None:
    words = [word(stance, stance=stance) for stance in ("planned", "forecast", "conditional")]
    found = situation([ABLE, *words])
    assert names(found.standing) == [["able"]]
    assert {one.word.report for one in found.expected} == {"planned", "forecast", "conditional"}


def test_what_speaks_for_a_word_and_against_it_stands_beside_it() -> None:
    ground, cause = word("ground", "us-dod"), word("cause", "us-dod")
    links = [link("supports", "ground", "able"), link("undercuts", "cause", "able"), link("see_also", "cause", "able")]
    (answer,) = situation([ABLE], *links, beside=[ground, cause]).standing
    (one,) = answer.words
    assert [(told.relation, told.word.report) for told in one.for_] == [("supports", "ground")]
    assert [(told.relation, told.word.report) for told in one.against] == [("undercuts", "cause")]


def test_a_ground_speaks_for_what_it_supports_and_not_the_other_way_round() -> None:
    (answer,) = situation([ABLE], link("supports", "able", "other"), beside=[word("other", "us-dod")]).standing
    assert (answer.words[0].for_, answer.words[0].against) == ((), ())


def test_a_tension_is_told_and_contests_nothing() -> None:
    found = situation([ABLE, WEAK], link("in_tension_with", "weak", "able"))
    assert not found.contested
    assert [one.against[0].word.report for answer in found.standing for one in answer.words] == ["able", "weak"]
