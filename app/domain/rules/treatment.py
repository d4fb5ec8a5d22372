"""Rules for what is done to reports."""

from collections.abc import Iterator
from datetime import date

from app.domain import events as e
from app.domain.assumptions import from_parameters
from app.domain.errors import NotAllowed
from app.domain.findings import Finding
from app.domain.rules.days import said_by
from app.domain.rules.reference import not_itself
from app.domain.rules.report import development_reported, likelihood


def report_assessed(body: e.ReportAssessed) -> Iterator[Finding]:
    if body.likelihood is not None:
        yield from likelihood(body.likelihood, "/body/likelihood")
    if body.credibility is None and body.likelihood is None and body.analytic_confidence is None:
        yield Finding(
            pointer="/body",
            detail="An assessment gives at least one of `credibility`, `likelihood` and `analytic_confidence`.",
        )


def report_corrected(body: e.ReportCorrected, today: date) -> Iterator[Finding]:
    yield from development_reported(body.replacement, "/body/replacement", today)
    if body.replacement.report != body.report:
        yield Finding(
            pointer="/body/replacement/report",
            detail=f"The replacement is the same report, {body.report:.80}, under the same id.",
        )


def report_retracted(body: e.ReportRetracted, today: date) -> Iterator[Finding]:
    yield from said_by(body.reported, "/body/reported", today)
    if body.reported is None and body.by != "recorder":
        yield Finding(
            pointer="/body/reported",
            detail=f"A withdrawal by the {body.by} has a day on which it was made known.",
        )
    yield from not_itself(body.report, body.evidence, "/body/evidence")


def reports_linked(body: e.ReportsLinked) -> Iterator[Finding]:
    yield from not_itself(body.from_, [body.to], "/body/to")


def forecast_resolved(body: e.ForecastResolved) -> Iterator[Finding]:
    yield from not_itself(body.report, body.evidence, "/body/evidence")


def assumptions_defined(body: e.AssumptionsDefined) -> Iterator[Finding]:
    """A whole set, or none: what is missing here would be missing from every estimate made under it."""
    try:
        from_parameters(body.name, body.parameters)
    except NotAllowed as refused:
        for fault in refused.faults:
            yield Finding(pointer=f"/body{fault.pointer}", detail=fault.detail)
