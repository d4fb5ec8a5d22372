import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.events import SourceRegistered, SourcesLinked
from app.domain.events.reference import SourceRelation
from app.domain.grading import Confidence
from app.domain.provenance import Hop, Provenance
from app.domain.sources import (
    Merged,
    Sources,
    count_independent,
    hops,
    independence,
    is_unstated,
    letter_of,
    origin_of,
    publisher_of,
)
from tests.domain.building import body, chain_of

NOBODY_MERGED = Merged()


def tie(relation: SourceRelation, one: str, other: str) -> SourcesLinked:
    return SourcesLinked(from_=one, to=other, relation=relation, reason="", by="analyst")


def registered(source: str, part_of: str | None = None, may_overlap: tuple[str, ...] = ()) -> SourceRegistered:
    return SourceRegistered(source=source, name=source, kind="official", part_of=part_of, may_overlap=may_overlap)


def test_the_last_of_the_chain_is_the_origin_and_the_first_the_publisher() -> None:
    chain = chain_of("herald", "wire", "kr-nis")
    assert origin_of(chain, NOBODY_MERGED) == "kr-nis"
    assert publisher_of(chain, NOBODY_MERGED) == "herald"


def test_a_publisher_alone_speaks_for_itself() -> None:
    assert origin_of(chain_of("herald"), NOBODY_MERGED) == "herald"


@pytest.mark.parametrize(
    ("chain", "origin"),
    [
        (chain_of("herald", None), "unstated@herald"),
        (chain_of("herald", "wire", None), "unstated@wire"),
        (chain_of("herald", "wire", None, None), "unstated@wire"),
        (chain_of("herald", None, descriptor="a US official"), "unstated@herald:a US official"),
        (chain_of(None), "unstated@"),
    ],
)
def test_an_unstated_origin_is_named_after_the_last_who_is_known(chain: tuple[Hop, ...], origin: str) -> None:
    found = origin_of(chain, NOBODY_MERGED)
    assert found == origin
    assert is_unstated(found)
    assert not is_unstated("unstated-source")


def test_an_unstated_hop_before_a_known_one_does_not_matter() -> None:
    assert origin_of(chain_of("herald", None, "kr-nis"), NOBODY_MERGED) == "kr-nis"


def test_unstated_hops_with_other_descriptors_are_other_origins() -> None:
    one, other = (origin_of(chain_of("herald", None, descriptor=who), NOBODY_MERGED) for who in ("a minister", "a spy"))
    assert one != other


def test_sources_that_are_the_same_go_by_the_smallest_name_everywhere() -> None:
    same = Sources(links=(tie("same_as", "nis", "kr-nis"), tie("same_as", "kcia", "nis"))).same()
    assert {same.name(name) for name in ("nis", "kr-nis", "kcia")} == {"kcia"}
    assert origin_of(chain_of("herald", "nis"), same) == "kcia"
    assert origin_of(chain_of("nis", None), same) == "unstated@kcia"
    assert publisher_of(chain_of("nis", "herald"), same) == "kcia"


@pytest.mark.parametrize("relation", ["part_of", "may_overlap", "relays", "independent_of"])
def test_nothing_but_sameness_makes_two_sources_one_origin(relation: SourceRelation) -> None:
    assert Sources(links=(tie(relation, "a", "b"),)).same().name("b") == "b"


def test_each_hop_counts_once_and_the_unstated_not_at_all() -> None:
    assert hops(body(provenance=Provenance(chain=chain_of("herald", None, "wire", "herald")))) == ("herald", "wire")


@pytest.mark.parametrize(
    ("letters", "letter"),
    [
        ({}, "F"),
        ({"herald": "A"}, "A"),
        ({"herald": "A", "kr-nis": "C"}, "C"),
        ({"herald": "E", "kr-nis": "A"}, "E"),
        ({"herald": "F", "kr-nis": "B"}, "B"),
        ({"herald": "F"}, "F"),
        ({"elsewhere": "E"}, "F"),
    ],
)
def test_the_letter_is_the_worst_of_the_chain_and_f_neither_weakens_nor_helps(
    letters: dict[str, str], letter: str
) -> None:
    assert letter_of(body(provenance=Provenance(chain=chain_of("herald", "kr-nis"))), letters) == letter


def test_a_report_with_a_letter_of_its_own_needs_none_of_the_chain() -> None:
    own = body(confidence=Confidence(reliability="F"))
    assert letter_of(own, {"kr-nis": "A"}) == "F"


def test_a_report_whose_confidence_names_no_letter_takes_the_chains() -> None:
    assert letter_of(body(confidence=Confidence(credibility=2)), {"kr-nis": "A"}) == "A"


def test_parts_overlaps_and_samenesses_are_kin_at_any_distance() -> None:
    kin = Sources(
        registered={"a": registered("a", part_of="b"), "b": registered("b", may_overlap=("c",))},
        links=(tie("same_as", "c", "d"), tie("part_of", "e", "d"), tie("may_overlap", "f", "e")),
    ).kin()
    assert {kin.name(name) for name in "abcdef"} == {"a"}
    assert kin.name("g") == "g"


def test_relaying_makes_no_kin() -> None:
    assert Sources(links=(tie("relays", "a", "b"),)).kin().name("b") == "b"


def test_declared_independence_undoes_a_tie_between_the_two_alone() -> None:
    apart = tie("independent_of", "b", "a")
    assert Sources(links=(tie("may_overlap", "a", "b"), apart)).kin().name("b") == "b"
    through = (tie("may_overlap", "a", "c"), tie("may_overlap", "c", "b"), apart)
    assert Sources(links=through).kin().name("b") == "a"


def test_origins_are_grouped_by_kin_and_by_ties() -> None:
    groups = independence(["d", "a", "b", "c", "a"], [("d", "b")], Merged([("a", "c")]))
    assert groups == [["a", "c"], ["b", "d"]]
    assert count_independent(groups) == 2


@pytest.mark.parametrize(
    ("origins", "least"),
    [
        ([], 0),
        (["a"], 1),
        (["a", "b"], 2),
        (["unstated@a"], 1),
        (["unstated@a", "b"], 1),
        (["unstated@a", "unstated@b"], 1),
        (["unstated@a", "a", "b"], 2),
    ],
)
def test_an_unstated_origin_adds_nothing_unless_there_is_no_other(origins: list[str], least: int) -> None:
    assert count_independent(independence(origins, (), NOBODY_MERGED)) == least


Pair = tuple[str, str]
pairs: st.SearchStrategy[list[Pair]] = st.lists(
    st.tuples(st.sampled_from("abcdefg"), st.sampled_from("abcdefg")), max_size=8
)


@given(pairs.flatmap(lambda ties: st.tuples(st.just(ties), st.permutations(ties))))
def test_neither_the_order_nor_the_direction_of_ties_matters(both: tuple[list[Pair], list[Pair]]) -> None:
    one, two = Merged(both[0]), Merged((second, first) for first, second in both[1])
    assert [one.name(name) for name in "abcdefg"] == [two.name(name) for name in "abcdefg"]


@given(pairs)
def test_a_group_is_named_by_its_smallest_member(ties: list[Pair]) -> None:
    merged = Merged(ties)
    for one, other in ties:
        assert merged.name(one) == merged.name(other) <= min(one, other)
    assert all(merged.name(merged.name(name)) == merged.name(name) for name in "abcdefg")
