"""What stands of one report: its words, what was done to it, and what follows for its origin, grade and days.

`Development` is one version; the functions make the next one. No clock, no ledger: the caller hands in what the
ledger says of sources and documents at that position.
"""

from collections.abc import Mapping
from datetime import date
from typing import Literal

import msgspec

from app.domain.dates import Edtf, parse_edtf
from app.domain.events import (
    DevelopmentReported,
    DocumentCaptured,
    ForecastResolved,
    ReportAssessed,
    ReportRetracted,
)
from app.domain.grading import Likelihood
from app.domain.sources import Merged, hops, letter_of, origin_of, publisher_of

Status = Literal["standing", "corrected", "retracted"]
CANNOT_BE_JUDGED = 6


class Retraction(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """The first retraction of a report; later ones are recorded and do nothing. `day` is None for a recorder's."""

    by: Literal["origin", "publisher", "recorder"]
    day: date | None
    position: int


class Development(msgspec.Struct, frozen=True, kw_only=True):
    """One version of a report. `position` is of the event that reported it, `written` of the one that wrote `body`.

    `assessments` are the standing ones, one per assessor, the last given last. Days are None when nothing gives them;
    an open or unknown end of `occurred` leaves its day None.
    """

    position: int
    written: int
    body: DevelopmentReported
    assessments: tuple[ReportAssessed, ...] = ()
    retraction: Retraction | None = None
    outcome: ForecastResolved | None = None
    origin: str = ""
    publisher: str = ""
    letter: str = "F"
    reported_text: str | None = None
    reported_first: date | None = None
    reported_day: date | None = None
    occurred_first: date | None = None
    occurred_last: date | None = None

    @property
    def status(self) -> Status:
        if self.retraction is not None:
            return "retracted"
        return "corrected" if self.written > self.position else "standing"

    @property
    def digit(self) -> int:
        """The last standing assessment's, else the report's own, else 6."""
        for assessment in reversed(self.assessments):
            if assessment.credibility is not None:
                return assessment.credibility
        own = self.body.confidence
        return own.credibility if own is not None and own.credibility is not None else CANNOT_BE_JUDGED

    @property
    def likelihood(self) -> Likelihood | None:
        """The last standing assessment's, else the report's own."""
        for assessment in reversed(self.assessments):
            if assessment.likelihood is not None:
                return assessment.likelihood
        return self.body.confidence.likelihood if self.body.confidence is not None else None

    @property
    def grade(self) -> str:
        return f"{self.letter}{self.digit}"

    @property
    def vote_day(self) -> date | None:
        """The last day of `occurred`, never later than the reported day, which stands in for an open or absent one."""
        if self.reported_day is None or self.occurred_last is None:
            return self.reported_day
        return min(self.occurred_last, self.reported_day)


def report(position: int, body: DevelopmentReported) -> Development:
    """The first version, not yet resolved."""
    return Development(position=position, written=position, body=body)


def correct(development: Development, position: int, replacement: DevelopmentReported) -> Development:
    return msgspec.structs.replace(development, written=position, body=replacement)


def assess(development: Development, assessment: ReportAssessed) -> Development:
    others = tuple(given for given in development.assessments if given.by != assessment.by)
    return msgspec.structs.replace(development, assessments=(*others, assessment))


def retract(development: Development, position: int, body: ReportRetracted) -> Development:
    if development.retraction is not None:
        return development
    day = parse_edtf(body.reported).last if body.reported is not None else None
    return msgspec.structs.replace(development, retraction=Retraction(by=body.by, day=day, position=position))


def resolve_outcome(development: Development, body: ForecastResolved) -> Development:
    return msgspec.structs.replace(development, outcome=body)


def resolved(
    development: Development, *, letters: Mapping[str, str], same: Merged, document: DocumentCaptured | None
) -> Development:
    """The same version with origin, grade and days as they follow from sources and document."""
    body = development.body
    reported_text = body.reported or (document.published if document is not None else None)
    reported = _days(reported_text)
    occurred = _days(body.occurred)
    return msgspec.structs.replace(
        development,
        origin=origin_of(body.provenance.chain, same),
        publisher=publisher_of(body.provenance.chain, same),
        letter=letter_of(body, letters),
        reported_text=reported_text,
        reported_first=reported.first if reported else None,
        reported_day=reported.last if reported else None,
        occurred_first=occurred.first if occurred else None,
        occurred_last=occurred.last if occurred else None,
    )


def depends_on(body: DevelopmentReported) -> tuple[tuple[str, ...], str | None]:
    """The sources and the document whose own changes can change this report."""
    return hops(body), body.provenance.document


def _days(text: str | None) -> Edtf | None:
    return parse_edtf(text) if text is not None else None
