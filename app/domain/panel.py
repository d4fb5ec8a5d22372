"""The estimate for one key: who votes, and what the votes come to. Pure; `selection` and `fusion` put together."""

import msgspec

from app.domain.assumptions import Assumptions
from app.domain.attribution import Line
from app.domain.fusion import Panel, Vote, fuse
from app.domain.selection import Case, Selection, View, select


class Figures(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One reading of an estimate: people in whole units, and the same ends in whole micro-units of y (`…_u`)."""

    low: int
    best: int
    high: int
    low_u: int
    best_u: int
    high_u: int


class Evaluation(msgspec.Struct, frozen=True, kw_only=True):
    """A case read for a view. `panel` is None without votes; then there is no estimate, which is never zero."""

    view: View
    selection: Selection
    panel: Panel | None

    @property
    def figures(self) -> Figures | None:
        if self.panel is None:
            return None
        low, best, high = self.panel.people
        return Figures(
            low=low,
            best=best,
            high=high,
            low_u=self.panel.low_u,
            best_u=self.panel.best_u,
            high_u=self.panel.high_u,
        )


def evaluate(case: Case, view: View, assumptions: Assumptions) -> Evaluation:
    selection = select(case, view, assumptions)
    votes = [
        Vote(
            report=one.report,
            figure=one.figure,
            letter=one.letter,
            digit=digit,
            likelihood=one.likelihood,
            day=one.vote_day or view.day,
            reported=one.reported_day or view.day,
        )
        for one, digit in selection.votes
    ]
    panel = fuse(
        votes,
        day=view.day,
        measure_class=case.measure_class,
        running_total=case.running_total,
        assumptions=assumptions,
    )
    return Evaluation(view=view, selection=selection, panel=panel)


def difference(before: Figures | None, after: Figures | None, kind: str) -> Line:
    """One line for the whole way from one reading to another; no reading is nothing at all."""
    was, now = _units(before), _units(after)
    return Line(kind=kind, low=now[0] - was[0], best=now[1] - was[1], high=now[2] - was[2])


def _units(figures: Figures | None) -> tuple[int, int, int]:
    return (figures.low_u, figures.best_u, figures.high_u) if figures is not None else (0, 0, 0)
