"""The estimate for one key: who votes, and what the votes come to. Pure; `selection` and `fusion` put together."""

import msgspec

from app.domain.assumptions import Assumptions
from app.domain.attribution import Line
from app.domain.fusion import Panel, Vote, fuse
from app.domain.retrospect import look_back
from app.domain.selection import Case, Selection, View, select
from app.domain.statements import Statement


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
    def in_retrospect(self) -> bool:
        """Whether words after the day have a vote: what is now said of it, not what could be said then."""
        return any(one.vote_day is not None and one.vote_day > self.view.day for one, _ in self.selection.votes)

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


def evaluate(case: Case, view: View, assumptions: Assumptions, *, retrospect: bool = False) -> Evaluation:
    """In retrospect later votes count too; without any, the day is read just as in real time."""
    selection = select(case, view, assumptions, retrospect=retrospect)
    votes = [_vote(one, digit, view) for one, digit in selection.votes]
    earlier, later = (
        fuse(
            side,
            day=view.day,
            measure_class=case.measure_class,
            running_total=case.running_total,
            assumptions=assumptions,
        )
        for side in ([vote for vote in votes if vote.day <= view.day], [vote for vote in votes if vote.day > view.day])
    )
    return Evaluation(view=view, selection=selection, panel=look_back(earlier, later, assumptions))


def _vote(statement: Statement, digit: int, view: View) -> Vote:
    return Vote(
        report=statement.report,
        figure=statement.figure,
        letter=statement.letter,
        digit=digit,
        likelihood=statement.likelihood,
        day=statement.vote_day or view.day,
        reported=statement.reported_day or view.day,
    )


def difference(before: Figures | None, after: Figures | None, kind: str) -> Line:
    """One line for the whole way from one reading to another; no reading is nothing at all."""
    was, now = _units(before), _units(after)
    return Line(kind=kind, low=now[0] - was[0], best=now[1] - was[1], high=now[2] - was[2])


def _units(figures: Figures | None) -> tuple[int, int, int]:
    return (figures.low_u, figures.best_u, figures.high_u) if figures is not None else (0, 0, 0)
