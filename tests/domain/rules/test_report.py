"""Rules for a report."""

from datetime import date
from typing import Any

import msgspec
import pytest

from app.domain.events import DevelopmentReported
from app.domain.findings import Finding
from app.domain.grading import LEXICONS
from app.domain.rules.report import development_reported

TODAY = date(2024, 11, 5)
PUBLISHER = {"role": "publisher", "source": "herald"}


def findings(**fields: Any) -> list[Finding]:
    raw = {
        "report": "R1",
        "kind": "force_presence",
        "stance": "asserted",
        "summary": "About 10,000 are there.",
        "provenance": {"chain": [PUBLISHER]},
    }
    body = msgspec.convert(raw | fields, DevelopmentReported)
    return list(development_reported(body, "/body", TODAY))


def broken(**fields: Any) -> list[str]:
    return [finding.pointer for finding in findings(**fields)]


def test_a_small_report_breaks_no_rule() -> None:
    assert broken() == []


def test_a_chain_begins_with_a_publisher_that_is_a_source() -> None:
    at = "/body/provenance/chain"
    assert broken(provenance={"chain": []}) == [at]
    assert broken(provenance={"chain": [{"role": "relay", "source": "wire"}, PUBLISHER]}) == [f"{at}/0/role"]
    assert broken(provenance={"chain": [{"role": "publisher"}]}) == [f"{at}/0/source"]
    assert broken(provenance={"chain": [PUBLISHER, {"role": "attributed", "source": None}]}) == []


@pytest.mark.parametrize(
    ("locator", "at"),
    [
        ({}, [""]),
        ({"paragraph": 1}, []),
        ({"paragraph": 1, "sentence": 2}, []),
        ({"sentence": 2}, ["/paragraph"]),
        ({"paragraph": 0, "sentence": 0}, ["/paragraph", "/sentence"]),
        ({"start": 0, "end": 1}, []),
        ({"start": 5, "end": 5}, [""]),
        ({"start": 5}, [""]),
        ({"start": -1, "end": 5}, [""]),
        ({"paragraph": 1, "start": 0, "end": 5}, [""]),
    ],
)
def test_a_locator_is_one_of_two_kinds_and_whole(locator: dict[str, int], at: list[str]) -> None:
    found = broken(provenance={"chain": [PUBLISHER], "locator": locator})
    assert found == [f"/body/provenance/locator{pointer}" for pointer in at]


@pytest.mark.parametrize(
    ("place", "role", "allowed"),
    [
        ("ru", "at", True),
        (None, "from", True),
        (None, "to", True),
        (None, "at", False),
        ("outside", "from", True),
        ("outside", "to", True),
        ("outside", "at", False),
        ("unplaced", "at", False),
        ("unplaced", "to", False),
    ],
)
def test_only_the_ends_of_a_movement_are_unknown_or_outside(place: str | None, role: str, *, allowed: bool) -> None:
    assert broken(places=[{"place": place, "role": role}]) == ([] if allowed else ["/body/places/0/place"])


@pytest.mark.parametrize(
    ("reported", "allowed"),
    [
        ("2024-11-05", True),
        ("2024-11-06", True),
        ("2024-11-07", False),
        ("2024-10", True),
        ("2024-11", False),
        ("../2024-11-06", True),
        ("2024-11-01/..", False),
        ("2024-11-01/", False),
        ("202X", False),
    ],
)
def test_a_report_was_made_by_the_day_after_recording(reported: str, *, allowed: bool) -> None:
    found = findings(reported=reported)
    assert [finding.pointer for finding in found] == ([] if allowed else ["/body/reported"])
    assert all("close the interval" in (finding.hint or "") for finding in found)


def test_what_is_reported_may_lie_ahead() -> None:
    assert broken(stance="planned", occurred="2025/..") == []


def test_a_conditional_statement_has_its_condition() -> None:
    assert broken(stance="conditional") == ["/body/condition"]
    assert broken(stance="conditional", condition=[]) == ["/body/condition"]
    assert broken(stance="conditional", condition="if talks fail") == []
    assert broken(stance="conditional", condition=["R2"]) == []


def test_a_report_does_not_rest_on_itself() -> None:
    quantity = {"measure": "killed", "best": 3, "basis": "derived", "inputs": ["R0", "R1"]}
    assert broken(about=["R1"], quantities=[quantity], stance="conditional", condition=["R1"]) == [
        "/body/quantities/0/inputs/1",
        "/body/condition/0",
        "/body/about/0",
    ]


@pytest.mark.parametrize("lexicon", sorted(LEXICONS))
def test_a_likelihood_is_a_term_of_its_lexicon(lexicon: str) -> None:
    at = "/body/confidence/likelihood/term"
    for other, terms in LEXICONS.items():
        for term in terms:
            found = broken(confidence={"likelihood": {"term": term, "lexicon": lexicon}})
            assert (found == []) == (other == lexicon or term in LEXICONS[lexicon])  # type: ignore[index]
    assert broken(confidence={"likelihood": {"term": "Likely", "lexicon": lexicon}}) == [at]


def test_the_rules_of_quantities_apply_to_each() -> None:
    good, bad = {"measure": "killed", "best": 3}, {"measure": "killed"}
    assert broken(quantities=[good, bad]) == ["/body/quantities/1"]
