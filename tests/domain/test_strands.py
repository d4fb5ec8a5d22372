"""Strands: what has to be looked at together, and when a second look is not needed."""

import msgspec

from app.domain.case import Case
from app.domain.strands import Memory, Naming, Strand, tied_in, voices_of
from tests.domain.building import case_of, link, said

SEOUL = said("seoul", "kr-nis", 1, best=13000)
AGAIN = said("again", "kr-nis", 9, best=12000)
US = said("us", "us-dod", 3, best=10000)
KYIV = said("kyiv", "ua-hur", 4, best=11000)


def voices_in(case: Case) -> dict[str, Strand]:
    return voices_of(case, tied_in(case))


def names(strand: Strand) -> list[str]:
    return [one.report for one in strand.statements]


def test_each_origin_is_a_voice() -> None:
    voices = voices_in(case_of([SEOUL, US, AGAIN]))
    assert {name: names(one) for name, one in voices.items()} == {"kr-nis": ["seoul", "again"], "us-dod": ["us"]}


def test_origins_that_a_link_ties_are_one_voice_with_that_link() -> None:
    tie = link("supersedes", "us", "seoul")
    voices = voices_in(case_of([SEOUL, US, KYIV], [tie]))
    assert {name: names(one) for name, one in voices.items()} == {"kr-nis": ["seoul", "us"], "ua-hur": ["kyiv"]}
    assert voices["kr-nis"].links == (tie,)
    assert voices["kr-nis"].linked.keys() == {"seoul", "us"}
    assert voices["ua-hur"].links == ()


def test_links_between_reports_that_links_name_belong_to_a_strand() -> None:
    case = case_of([SEOUL, US, KYIV], [link("corroborates", "us", "seoul"), link("restates", "kyiv", "us")])
    own = [one for one in case.statements if one.report == "seoul"]
    assert Naming(case.links).strand(own, case.linked).links == case.links


def test_a_strand_is_made_as_another_of_the_very_same_things() -> None:
    case = case_of([SEOUL, US], [link("restates", "us", "seoul")])
    first, second = voices_in(case)["kr-nis"], voices_in(case)["kr-nis"]
    assert first is not second
    assert first.is_made_as(second)
    copied = msgspec.structs.replace(first, statements=tuple(map(msgspec.structs.replace, first.statements)))
    assert copied == first
    assert not copied.is_made_as(first)
    assert not msgspec.structs.replace(first, linked={"us": (), "seoul": ()}).is_made_as(first)


def test_a_memory_is_no_part_of_what_a_result_says() -> None:
    assert Memory(1) == Memory(2)
    assert Memory(1) != 1
    assert (repr(Memory(1)), hash(Memory(1))) == (repr(Memory(2)), hash(Memory(2)))
