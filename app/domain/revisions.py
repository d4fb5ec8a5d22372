"""One change of an estimate: the states it went through and the lines that account for it.

An event moves an estimate on one day: the later of the horizons before and after it. What the days alone did, from the
previous revision to that day, and back where the event lowers the horizon, are lines of their own, so that everything
telescopes and undoing a report costs exactly what it gave.
"""

from datetime import date
from typing import Literal

import msgspec

from app.domain import events as e
from app.domain.attribution import TIME_PASSED, Line
from app.domain.panel import Evaluation, Figures, difference, effect

Cause = Literal[
    "new_report", "correction", "retraction", "re_grading", "assessment", "link", "document_date", "definition"
]


class Revision(msgspec.Struct, frozen=True, kw_only=True):
    """Four readings on the way: what the previous revision left, and the votes as they were and as they became.

    `before` was read on `day_before`, `due` and `moved` on `day`, `after` on `day_after`. The lines sum to
    `after` minus `before`. `votes` are those behind `after`: without any it has what follows from other places, or
    is None.
    """

    day_before: date | None
    day: date
    day_after: date
    before: Figures | None
    due: Figures | None
    moved: Figures | None
    after: Figures | None
    votes: int
    lines: tuple[Line, ...]


def revise(
    previous: tuple[date, Figures | None] | None, due: Evaluation, moved: Evaluation, after: Evaluation
) -> Revision | None:
    """The revision that leads from the previous one's last reading to `after`; None when the event moves nothing.

    `due` and `moved` are read on one day, before and after the event. Without a previous revision nothing has passed.
    An event that only puts one report in another's place moves shares and no figure: that is a revision too.
    """
    shifted, was, now = effect(due, moved), due.figures, moved.figures
    if not shifted and was == now:
        return None
    reached = now if after is moved else after.figures
    day_before, before = previous if previous is not None else (None, was)
    lines = [difference(before, was, TIME_PASSED), *shifted, difference(now, reached, TIME_PASSED)]
    return Revision(
        day_before=day_before,
        day=moved.view.day,
        day_after=after.view.day,
        before=before,
        due=was,
        moved=now,
        after=reached,
        votes=len(after.selection.votes),
        lines=tuple(line for line in lines if line.moves),
    )


def cause_of(body: e.Body) -> Cause:
    """What kind of event moved the estimate."""
    match body:
        case e.DevelopmentReported():
            return "new_report"
        case e.ReportCorrected():
            return "correction"
        case e.ReportRetracted():
            return "retraction"
        case e.SourceGraded():
            return "re_grading"
        case e.ReportAssessed():
            return "assessment"
        case e.ReportsLinked() | e.SourcesLinked() | e.LinkWithdrawn():
            return "link"
        case e.DocumentCaptured() | e.DocumentStatusChanged():
            return "document_date"
        case _:
            return "definition"


def named_report(body: e.Body) -> str | None:
    """The report that the event is about, where it is about one."""
    match body:
        case e.ReportsLinked():
            return body.from_
        case _:
            return getattr(body, "report", None)


def named_source(body: e.Body) -> str | None:
    """The source that the event is about, where it is about one and not about a report."""
    match body:
        case e.SourcesLinked():
            return body.from_
        case _:
            return getattr(body, "source", None)
