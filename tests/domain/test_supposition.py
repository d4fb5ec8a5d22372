"""What would stand of reports if some were not there and some sources were graded otherwise."""

from typing import Any

from app.domain.developments import Development, report, resolved
from app.domain.events import SourceRegistered, SourcesLinked
from app.domain.grading import Confidence
from app.domain.provenance import Provenance
from app.domain.sources import Merged, Sources
from app.domain.supposition import Supposition, silenced, supposed
from tests.domain.building import body, chain_of

NAMES = ("herald", "wire", "nis", "hur")
SOURCES = Sources(
    registered={name: SourceRegistered(source=name, name=name, kind="outlet") for name in NAMES},
    letters={"herald": "C", "nis": "B"},
)


def through(name: str, *chain: str | None, **changes: Any) -> Development:
    made = body(report=name, provenance=Provenance(chain=chain_of(*chain)), **changes)
    return resolved(report(1, made), letters=SOURCES.letters, same=Merged(), document=None)


def suppose(*developments: Development, **otherwise: Any) -> dict[str, Development | None]:
    return supposed(developments, Supposition(**otherwise), SOURCES)


def test_a_source_takes_along_what_it_said_and_what_it_passed_on() -> None:
    reports = (through("R1", "herald", "nis"), through("R2", "nis"), through("R3", "nis", "hur"), through("R4", "wire"))
    found = suppose(*reports, sources=frozenset({"nis"}))
    assert found == {"R1": None, "R2": None, "R3": None, "R4": reports[-1]}


def test_a_source_is_left_out_under_each_of_its_names() -> None:
    link = SourcesLinked(from_="nis", to="hur", relation="same_as", reason="", by="ann")
    apart = SourcesLinked(from_="nis", to="wire", relation="may_overlap", reason="", by="ann")
    merged = Sources(registered=SOURCES.registered, links=(link, apart))
    assert silenced(Supposition(sources=frozenset({"hur"})), merged) == {"hur", "nis"}


def test_a_report_is_left_out_by_its_name_alone() -> None:
    one, other = through("R1", "nis"), through("R2", "nis")
    assert suppose(one, other, reports=frozenset({"R1"})) == {"R1": None, "R2": other}


def test_another_grade_counts_with_those_of_the_rest_of_the_chain() -> None:
    def letter(given: str) -> str:
        found = suppose(through("R1", "herald", "nis"), letters={"nis": given})["R1"]
        assert found
        return found.letter

    assert [letter(given) for given in "ABCDEF"] == ["C", "C", "C", "D", "E", "C"]


def test_a_report_that_was_graded_itself_keeps_its_letter() -> None:
    own = through("R1", "nis", confidence=Confidence(reliability="A"))
    assert suppose(own, letters={"nis": "E"})["R1"] is own


def test_what_nothing_is_supposed_of_is_the_very_same() -> None:
    one = through("R1", "herald", "nis")
    assert suppose(one)["R1"] is one
    assert suppose(one, letters={"nis": "B", "hur": "E"})["R1"] is one
