from datetime import date
from typing import Any

import pytest

from app.domain.assumptions import DEFAULT
from app.domain.developments import (
    Development,
    assess,
    correct,
    depends_on,
    report,
    resolve_outcome,
    resolved,
    retract,
)
from app.domain.events import DocumentCaptured, ForecastResolved, ReportAssessed, ReportRetracted
from app.domain.grading import Confidence, Likelihood
from app.domain.provenance import Provenance
from app.domain.quantity import Quantity
from app.domain.sources import Merged
from app.domain.statements import statements_of
from tests.domain.building import MEASURES, body, chain_of, development

PRINTED = DocumentCaptured(document="herald-1", publisher="herald", published="2024-11-05")


def dated(document: DocumentCaptured | None = None, **changes: Any) -> Development:
    return resolved(report(1, body(**changes)), letters={}, same=Merged(), document=document)


def assessment(by: str, credibility: Any = None, term: str | None = None) -> ReportAssessed:
    likelihood = Likelihood(term=term, lexicon="icd203") if term else None
    return ReportAssessed(report="R1", by=by, reason="", credibility=credibility, likelihood=likelihood)


@pytest.mark.parametrize(
    ("reported", "first", "last"),
    [
        ("2024-11-03", date(2024, 11, 3), date(2024, 11, 3)),
        ("2024-11", date(2024, 11, 1), date(2024, 11, 30)),
        ("2024-11-03?", date(2024, 11, 3), date(2024, 11, 3)),
        ("2024-10-28/2024-11-02", date(2024, 10, 28), date(2024, 11, 2)),
    ],
)
def test_a_report_is_dated_by_the_last_day_of_its_saying(reported: str, first: date, last: date) -> None:
    found = dated(PRINTED, reported=reported)
    assert (found.reported_first, found.reported_day, found.vote_day) == (first, last, last)


def test_a_report_without_a_day_of_saying_takes_its_documents() -> None:
    found = dated(PRINTED, reported=None)
    assert (found.reported_text, found.reported_day) == ("2024-11-05", date(2024, 11, 5))


def test_nothing_dates_a_report_of_an_undated_document() -> None:
    undated = DocumentCaptured(document="herald-1", publisher="herald")
    assert dated(undated, reported=None).vote_day is None
    assert dated(None, reported=None, occurred="2024-10-01").vote_day is None


@pytest.mark.parametrize(
    ("occurred", "votes"),
    [
        (None, date(2024, 11, 3)),
        ("2024-10-28", date(2024, 10, 28)),
        ("2024-10", date(2024, 10, 31)),
        ("2024-10-28~", date(2024, 10, 28)),
        ("../2024-10-28", date(2024, 10, 28)),
        ("2024-10-28/..", date(2024, 11, 3)),
        ("2024-10-28/", date(2024, 11, 3)),
        ("2024-11", date(2024, 11, 3)),
        ("2025-06-01", date(2024, 11, 3)),
    ],
)
def test_a_vote_is_of_the_last_day_that_can_be_meant_and_never_later_than_its_saying(
    occurred: str | None, votes: date
) -> None:
    assert dated(reported="2024-11-03", occurred=occurred).vote_day == votes


def test_a_report_is_resolved_from_chain_sources_and_document() -> None:
    written = body(provenance=Provenance(chain=chain_of("herald", "nis"), document="herald-1"))
    found = resolved(report(1, written), letters={"nis": "C"}, same=Merged([("nis", "kr-nis")]), document=PRINTED)
    assert (found.origin, found.publisher, found.letter) == ("kr-nis", "herald", "C")
    assert depends_on(written) == (("herald", "nis"), "herald-1")


def test_an_ungraded_report_is_f6() -> None:
    assert dated().grade == "F6"


def test_a_report_may_bring_its_own_grade() -> None:
    assert dated(confidence=Confidence(reliability="B", credibility=1)).grade == "B1"


def test_the_last_assessment_decides_whoever_made_it() -> None:
    given = dated(confidence=Confidence(credibility=2))
    anna, both = (
        assess(given, assessment("anna", 3)),
        assess(assess(given, assessment("anna", 3)), assessment("ben", 5)),
    )
    assert (given.digit, anna.digit, both.digit) == (2, 3, 5)
    again = assess(both, assessment("anna", 1))
    assert (again.digit, [one.by for one in again.assessments]) == (1, ["ben", "anna"])


def test_an_assessment_speaks_only_of_what_it_names() -> None:
    found = assess(assess(dated(), assessment("anna", 3)), assessment("ben", None, "likely"))
    assert found.digit == 3
    assert found.likelihood is not None
    assert found.likelihood.term == "likely"


def test_without_an_assessment_the_likelihood_is_the_reports() -> None:
    own = Likelihood(term="very likely", lexicon="icd203")
    assert dated().likelihood is None
    assert dated(confidence=Confidence(likelihood=own)).likelihood == own


def test_a_correction_keeps_the_place_in_the_ledger_and_replaces_the_words() -> None:
    found = correct(assess(report(1, body()), assessment("anna", 3)), 9, body(summary="Corrected."))
    assert (found.position, found.written, found.status, found.body.summary) == (1, 9, "corrected", "Corrected.")
    assert found.digit == 3


def test_a_correction_can_move_a_report_to_another_key() -> None:
    before = development(body())
    replacement = body(quantities=(Quantity(measure="captured", best=2),), places=())
    after = correct(before, 2, replacement)
    keys = [statements_of(one, MEASURES, DEFAULT)[0].key for one in (before, after)]
    assert [(key.measure, key.place) for key in keys] == [("personnel", "ru"), ("captured", "unplaced")]


def test_the_first_retraction_holds() -> None:
    first = ReportRetracted(report="R1", by="publisher", reason="", reported="2024-11")
    second = ReportRetracted(report="R1", by="origin", reason="", reported="2024-12-01")
    found = retract(retract(dated(), 5, first), 6, second)
    assert found.status == "retracted"
    assert found.retraction is not None
    assert (found.retraction.by, found.retraction.day, found.retraction.position) == (
        "publisher",
        date(2024, 11, 30),
        5,
    )


def test_a_recorders_retraction_needs_no_day() -> None:
    found = retract(dated(), 5, ReportRetracted(report="R1", by="recorder", reason=""))
    assert found.retraction is not None
    assert found.retraction.day is None


def test_a_resolved_forecast_still_stands() -> None:
    outcome = ForecastResolved(report="R1", outcome="lapsed", by="analyst")
    found = resolve_outcome(dated(stance="forecast"), outcome)
    assert (found.outcome, found.status) == (outcome, "standing")
