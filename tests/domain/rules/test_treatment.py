"""Rules for what is done to reports."""

from datetime import date
from typing import Any

import msgspec
import pytest

from app.domain.assumptions import DEFAULT, to_parameters
from app.domain.events import TYPES
from app.domain.rules import findings

TODAY = date(2024, 11, 5)
JUDGED = {"by": "analyst", "reason": "read again"}
REPORT = {
    "report": "R1",
    "kind": "force_presence",
    "stance": "asserted",
    "summary": "About 10,000 are there.",
    "provenance": {"chain": [{"role": "publisher", "source": "herald"}]},
}


def broken(name: str, /, *parts: dict[str, Any], **fields: Any) -> list[str]:
    raw = {key: value for part in (*parts, fields) for key, value in part.items()}
    return [finding.pointer for finding in findings(msgspec.convert(raw, TYPES[name]), TODAY)]


def test_an_assessment_says_something() -> None:
    assert broken("report_assessed.v1", JUDGED, report="R1") == ["/body"]
    assert broken("report_assessed.v1", JUDGED, report="R1", analytic_confidence="low") == []


def test_an_assessed_likelihood_is_a_term_of_its_lexicon() -> None:
    term = {"term": "realistic possibility", "lexicon": "icd203"}
    assert broken("report_assessed.v1", JUDGED, report="R1", likelihood=term) == ["/body/likelihood/term"]


def test_a_replacement_is_the_same_report() -> None:
    assert broken("report_corrected.v1", report="R1", replacement=REPORT, reason="misread") == []
    assert broken("report_corrected.v1", report="R2", replacement=REPORT, reason="misread") == [
        "/body/replacement/report"
    ]


def test_a_replacement_keeps_the_rules_of_reports() -> None:
    replacement = REPORT | {"reported": "2025", "quantities": [{"measure": "killed"}]}
    assert broken("report_corrected.v1", report="R1", replacement=replacement, reason="misread") == [
        "/body/replacement/quantities/0",
        "/body/replacement/reported",
    ]


@pytest.mark.parametrize("by", ["origin", "publisher"])
def test_a_withdrawal_by_those_who_said_it_has_its_day(by: str) -> None:
    assert broken("report_retracted.v1", report="R1", by=by, reason="withdrawn") == ["/body/reported"]
    assert broken("report_retracted.v1", report="R1", by=by, reason="withdrawn", reported="2024-11-06") == []
    assert broken("report_retracted.v1", report="R1", by=by, reason="withdrawn", reported="2024-11-07") == [
        "/body/reported"
    ]


def test_a_withdrawal_by_the_recorder_needs_no_day() -> None:
    assert broken("report_retracted.v1", report="R1", by="recorder", reason="entered twice") == []


@pytest.mark.parametrize(
    ("name", "fields"),
    [
        ("report_retracted.v1", {"by": "recorder", "reason": "entered twice"}),
        ("forecast_resolved.v1", {"by": "analyst", "outcome": "fulfilled"}),
    ],
)
def test_a_report_is_no_evidence_on_itself(name: str, fields: dict[str, Any]) -> None:
    assert broken(name, fields, report="R1", evidence=["R2", "R1"]) == ["/body/evidence/1"]


def test_a_report_is_linked_to_another() -> None:
    link = JUDGED | {"from": "R1", "relation": "rival_of"}
    assert broken("reports_linked.v1", link, to="R1") == ["/body/to"]
    assert broken("reports_linked.v1", link, to="R2") == []


def test_assumptions_are_a_whole_set_in_decimal_strings() -> None:
    whole = to_parameters(DEFAULT)
    assert broken("assumptions_defined.v1", JUDGED, name="other.v1", parameters=whole) == []
    found = broken("assumptions_defined.v1", JUDGED, name="other.v1", parameters=whole | {"half_life_days": 5})
    assert found == ["/body/parameters/half_life_days"]
    assert broken("assumptions_defined.v1", JUDGED, name="other.v1", parameters={})
