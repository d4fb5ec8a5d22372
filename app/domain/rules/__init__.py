"""What may be recorded: the rules of the catalogue that need the body and today's date, and no ledger.

One file per family of events. Each rule yields its findings and goes on, so that one refusal names all faults. The
body has its type already; a text may still be misspelled, so rules take no spelling for granted.
"""

from collections.abc import Iterator
from datetime import date
from typing import assert_never

from app.domain import events as e
from app.domain.findings import Finding
from app.domain.rules import reference, report, treatment


def findings(body: e.Body, today: date) -> Iterator[Finding]:
    """Every broken rule, in the order of the catalogue. `today` is the day of recording in UTC."""
    match body:
        case e.SourceRegistered():
            yield from reference.source_registered(body)
        case e.SourcesLinked():
            yield from reference.sources_linked(body)
        case e.DocumentCaptured():
            yield from reference.document_captured(body, today)
        case e.DocumentStatusChanged():
            yield from reference.document_status_changed(body, today)
        case e.PlaceDefined():
            yield from reference.place_defined(body)
        case e.ActorDefined():
            yield from reference.actor_defined(body)
        case e.MeasureDefined():
            yield from reference.measure_defined(body)
        case e.DevelopmentReported():
            yield from report.development_reported(body, "/body", today)
        case e.ReportAssessed():
            yield from treatment.report_assessed(body)
        case e.ReportCorrected():
            yield from treatment.report_corrected(body, today)
        case e.ReportRetracted():
            yield from treatment.report_retracted(body, today)
        case e.ReportsLinked():
            yield from treatment.reports_linked(body)
        case e.ForecastResolved():
            yield from treatment.forecast_resolved(body)
        case e.AssumptionsDefined():
            yield from treatment.assumptions_defined(body)
        case e.SourceGraded() | e.LinkWithdrawn():
            pass
        case _:
            assert_never(body)
