"""The estimate for one key: who votes, and what the votes come to. Pure; `selection` and `fusion` put together.

This is the direct estimate, from words on that very place. What other places make of it stands in `family`.
"""

import msgspec
from msgspec.structs import replace

from app.domain.assumptions import Assumptions
from app.domain.attribution import Line, breakdown, change
from app.domain.fusion import Panel, Vote, fuse, older
from app.domain.hierarchy import PLACES, Fitted
from app.domain.nets import Touching, carries
from app.domain.retrospect import look_back
from app.domain.selection import Case, Selection, View, select
from app.domain.statements import Statement

ARRIVALS = "net arrivals"
"""The kind of line that says what movements alone leave as a bound, where nobody's word could be carried."""


class Figures(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One reading of an estimate: people in whole units, and the same ends in whole micro-units of y (`…_u`).

    Bounds alone have no best, and those that movements leave have no high.
    """

    low: int
    best: int | None
    high: int | None
    low_u: int
    best_u: int | None
    high_u: int | None

    @property
    def units(self) -> tuple[int, int, int]:
        """Low, best and high in micro-units, as lines sum to them: what is not known is nothing."""
        return self.low_u, self.best_u or 0, self.high_u or 0

    @property
    def people(self) -> tuple[int, int, int]:
        """The same in whole units of the measure."""
        return self.low, self.best or 0, self.high or 0


class Evaluation(msgspec.Struct, frozen=True, kw_only=True):
    """A key read for a view. `panel` is None without votes; then there is no estimate of its own, which is never zero.

    `figures` are final: those of the panel, as far as other places leave them; `beside` has a line for each thing
    that led from the one to the other, and `fitted` the place in its tree.
    """

    view: View
    selection: Selection
    panel: Panel | None
    figures: Figures | None
    beside: tuple[Line, ...] = ()
    fitted: Fitted | None = None

    @property
    def in_retrospect(self) -> bool:
        """Whether words after the day have a vote: what is now said of it, not what could be said then."""
        return any(one.vote_day is not None and one.vote_day > self.view.day for one, _ in self.selection.votes)

    @property
    def lines(self) -> list[Line]:
        """What the figures are made of, to the last micro-unit."""
        return [*(breakdown(self.panel) if self.panel is not None else ()), *self.beside]


def evaluate(
    case: Case,
    view: View,
    assumptions: Assumptions,
    *,
    retrospect: bool = False,
    touched: Touching = (),
    like: Evaluation | None = None,
) -> Evaluation:
    """In retrospect later votes count too; without any, the day is read just as in real time.

    `touched` are the movements that change the place: they carry the votes that are older. `like` is a reading of the
    same case and movements in real time on another day: what cannot have changed since is taken from it.
    """
    if like is not None and min(view.day, like.view.day) >= like.selection.settled:
        selection = like.selection
    else:
        like, selection = None, select(case, view, assumptions, retrospect=retrospect)
    votes = [_vote(one, digit, view) for one, digit in selection.votes]
    carried = carries(votes, touched, day=view.day, assumptions=assumptions)
    if like is not None and carried == carries(votes, touched, day=like.view.day, assumptions=assumptions):
        aged = _aged(like, case, view, assumptions)
        if aged is not None:
            return aged
    earlier, later = (
        fuse(
            side,
            day=view.day,
            measure_class=case.measure_class,
            running_total=case.running_total,
            assumptions=assumptions,
            carried=carried,
        )
        for side in ([vote for vote in votes if vote.day <= view.day], [vote for vote in votes if vote.day > view.day])
    )
    panel = look_back(earlier, later, assumptions)
    return Evaluation(view=view, selection=selection, panel=panel, figures=_figures(panel))


def _aged(like: Evaluation, case: Case, view: View, assumptions: Assumptions) -> Evaluation | None:
    """The reading on a later day, where no vote has changed and none grows less certain with age any more."""
    if like.panel is None:
        return None
    panel = older(
        like.panel,
        view.day,
        measure_class=case.measure_class,
        running_total=case.running_total,
        assumptions=assumptions,
    )
    return replace(like, view=view, panel=panel) if panel is not None else None


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


def _figures(panel: Panel | None) -> Figures | None:
    if panel is None:
        return None
    low, best, high = panel.people
    return Figures(low=low, best=best, high=high, low_u=panel.low_u, best_u=panel.best_u, high_u=panel.high_u)


def effect(before: Evaluation, after: Evaluation) -> list[Line]:
    """What led from one reading of a key to another of the same day; the lines sum to the difference of the figures."""
    lines = change(before.panel, after.panel)
    was, now = ({line.kind: line for line in read.beside} for read in (before, after))
    for kind in (PLACES, ARRIVALS):
        moved = _between(kind, was.get(kind), now.get(kind))
        if moved.low or moved.best or moved.high:
            lines.append(moved)
    return lines


def _between(kind: str, was: Line | None, now: Line | None) -> Line:
    ends = [
        (getattr(now, end) if now is not None else 0) - (getattr(was, end) if was is not None else 0)
        for end in ("low", "best", "high")
    ]
    told = [line.detail for line in (now, was) if line is not None and line.detail]
    return Line(kind=kind, low=ends[0], best=ends[1], high=ends[2], detail=told[0] if told else msgspec.UNSET)


def difference(before: Figures | None, after: Figures | None, kind: str) -> Line:
    """One line for the whole way from one reading to another; no reading is nothing at all."""
    was, now = (figures.units if figures is not None else (0, 0, 0) for figures in (before, after))
    return Line(kind=kind, low=now[0] - was[0], best=now[1] - was[1], high=now[2] - was[2])
