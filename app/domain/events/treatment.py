"""What is done to reports: judged, corrected, taken back, tied together, resolved. Never: changed.

Corrections, a recorder's retractions, assessments, links and assumptions are our own judgement and say who and why.
"""

from typing import Any, Literal

import msgspec

from app.domain.events.report import DevelopmentReported
from app.domain.grading import AnalyticConfidence, Credibility, Likelihood

RetractedBy = Literal["origin", "publisher", "recorder"]
Outcome = Literal["fulfilled", "partly", "not_fulfilled", "lapsed"]
ReportRelation = Literal[
    "restates",
    "corroborates",
    "contradicts",
    "rival_of",
    "same_origin",
    "possibly_same_origin",
    "independent_of",
    "same_movement",
    "possibly_same_as",
    "overlaps_quantity",
    "supersedes",
    "fulfils",
    "supports",
    "undercuts",
    "explains",
    "elaborates",
    "depends_on",
    "responds_to",
    "consistent_with",
    "in_tension_with",
    "misquotes",
    "see_also",
]


class ReportAssessed(msgspec.Struct, frozen=True, kw_only=True, gc=False, omit_defaults=True):
    """The later one by the same `by` replaces; another's stands beside it as dissent."""

    report: str
    by: str
    reason: str
    credibility: Credibility | None = None
    likelihood: Likelihood | None = None
    analytic_confidence: AnalyticConfidence | None = None


class ReportCorrected(msgspec.Struct, frozen=True, kw_only=True, gc=False, omit_defaults=True):
    """Our record was wrong. A source that changes its own figure makes a new report, never this."""

    report: str
    replacement: DevelopmentReported
    reason: str


class ReportRetracted(msgspec.Struct, frozen=True, kw_only=True, gc=False, omit_defaults=True):
    """`by` origin takes the origin's echoes along; publisher and recorder remove this one report.

    `reported` (EDTF) is the day of the withdrawal and needed unless the recorder withdraws.
    """

    report: str
    by: RetractedBy
    reason: str
    reported: str | None = None
    evidence: tuple[str, ...] = ()


class ReportsLinked(msgspec.Struct, frozen=True, kw_only=True, gc=False, omit_defaults=True, rename={"from_": "from"}):
    from_: str
    to: str
    relation: ReportRelation
    by: str
    reason: str


class LinkWithdrawn(msgspec.Struct, frozen=True, kw_only=True, gc=False, omit_defaults=True):
    """`link` is the event id of a `reports_linked` or `sources_linked`."""

    link: str
    reason: str


class ForecastResolved(msgspec.Struct, frozen=True, kw_only=True, gc=False, omit_defaults=True):
    report: str
    outcome: Outcome
    by: str
    evidence: tuple[str, ...] = ()


class AssumptionsDefined(msgspec.Struct, frozen=True, kw_only=True, gc=False, omit_defaults=True):
    """`parameters` is a whole set: every number in it a decimal string, in tables of any shape."""

    name: str
    parameters: dict[str, Any]
    reason: str
    by: str
