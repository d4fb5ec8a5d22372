"""The estimate for one key: who votes, and what the votes come to. Pure; `selection` and `fusion` put together.

This is the direct estimate, from words on that very place. What other places make of it stands in `family`.
"""

import msgspec

from app.domain.assumptions import Assumptions
from app.domain.attribution import Line, breakdown, change
from app.domain.fusion import Panel, Vote, Weighed, aged, weigh
from app.domain.hierarchy import (
    PLACES,
    Parts,
    flags_of,
    line_of,
    parts_of,
    people_of,
    reasons,
    told,
    units_of,
)
from app.domain.nets import NOTHING_MOVED, Touching, carries
from app.domain.parts import Ends, Settled
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
    """A place read for a view. `panel` is None without votes; then there is no estimate of its own, never a zero.
    `weighed` are its votes where none lies after the day.

    `tree` has what the places around make of it, but where it `alone` was heard in its tree: then nothing has to fit.
    `arrivals` are bounds that rest on movements, with the line that says so.
    """

    place: str
    view: View
    kappa: float
    selection: Selection
    panel: Panel | None
    weighed: Weighed | None = None
    tree: Settled | None = None
    alone: bool = False
    arrivals: tuple[Figures, Line] | None = None

    @property
    def in_retrospect(self) -> bool:
        """Whether words after the day have a vote: what is now said of it, not what could be said then."""
        return any(one.vote_day is not None and one.vote_day > self.view.day for one, _ in self.selection.votes)

    @property
    def ends(self) -> Ends | None:
        """Low, best and high on the scale of y, before movements bound anything: equal ends are equal figures."""
        fitted = self.tree.ends(self.place) if self.tree is not None and not self.alone else None
        return fitted if fitted is not None or self.panel is None else self.panel.ends

    @property
    def figures(self) -> Figures | None:
        """The final ones: those of the panel, as far as other places leave them, or what movements alone bound."""
        return self.arrivals[0] if self.arrivals is not None else self.figures_said

    @property
    def figures_said(self) -> Figures | None:
        """What words come to, here and in the tree."""
        ends, kappa = self.ends, self.kappa
        if ends is None:
            return None
        (low, best, high), (low_u, best_u, high_u) = people_of(ends, kappa), units_of(ends)
        return Figures(low=low, best=best, high=high, low_u=low_u, best_u=best_u, high_u=high_u)

    @property
    def parts(self) -> Parts | None:
        """The whole against its parts, as far as any were heard of."""
        return parts_of(self.tree, self.place, self.kappa) if self.fits and self.tree is not None else None

    @property
    def flags(self) -> tuple[str, ...]:
        """What the tree gives a reader to know."""
        return flags_of(self.tree, self.place) if self.fits and self.tree is not None else ()

    @property
    def fits(self) -> bool:
        """Whether the tree leaves the place a figure or bounds."""
        return self.tree is not None and self.tree.ends(self.place) is not None

    @property
    def beside(self) -> tuple[Line, ...]:
        """A line for each thing that led from the panel to the final figures."""
        lines = (self._places, self.arrivals[1] if self.arrivals is not None else None)
        return tuple(line for line in lines if line is not None and line.moves)

    @property
    def _places(self) -> Line | None:
        if self.tree is None or self.alone or not self.fits:
            return None
        return told(line_of(self.tree, self.place), reasons(self.tree, self.place))

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
    touched: Touching = NOTHING_MOVED,
    like: Evaluation | None = None,
    heard: Evaluation | None = None,
    before: Evaluation | None = None,
) -> Evaluation:
    """In retrospect later votes count too; without any, the day is read just as in real time.

    `touched` are the movements that change the place: they carry the votes that are older. Three readings of the same
    place under the same assumptions save work, each known to share less with this one: `like` the case and the
    movements, in real time; `heard` the case; `before` whatever is still the same.
    """
    if like is not None and min(view.day, like.view.day) >= max(like.selection.settled, touched.over):
        return _grown_older(like, case, view, assumptions)
    if heard is not None and _hears_the_same(heard, view, retrospect=retrospect):
        selection = heard.selection
    else:
        last = before.selection if before is not None else None
        selection = select(case, view, assumptions, retrospect=retrospect, like=last)
    votes = [_vote(one, digit, view) for one, digit in selection.votes]
    carried = carries(votes, touched, day=view.day, assumptions=assumptions)
    sides = ([vote for vote in votes if vote.day <= view.day], [vote for vote in votes if vote.day > view.day])
    seen = assumptions.classes[case.measure_class]
    known = before.weighed.claims if before is not None and before.weighed is not None else ()
    earlier, later = (
        weigh(side, later=bool(at), seen=seen, assumptions=assumptions, carried=carried, known=known) if side else None
        for at, side in enumerate(sides)
    )
    panel = look_back(_aged(earlier, case, view, assumptions), _aged(later, case, view, assumptions), assumptions)
    weighed = earlier if later is None else None
    return Evaluation(
        place=case.key.place, view=view, kappa=seen.kappa, selection=selection, panel=panel, weighed=weighed
    )


def _hears_the_same(heard: Evaluation, view: View, *, retrospect: bool) -> bool:
    """Whether the same words count for the view as for that of the earlier reading."""
    return heard.view == view or (not retrospect and min(view.day, heard.view.day) >= heard.selection.settled)


def _grown_older(like: Evaluation, case: Case, view: View, assumptions: Assumptions) -> Evaluation:
    """The same votes, which no movement carries any further, on another day."""
    panel = _aged(like.weighed, case, view, assumptions)
    return Evaluation(
        place=like.place,
        view=view,
        kappa=like.kappa,
        selection=like.selection,
        panel=panel,
        weighed=like.weighed,
    )


def _aged(weighed: Weighed | None, case: Case, view: View, assumptions: Assumptions) -> Panel | None:
    if weighed is None:
        return None
    seen = assumptions.classes[case.measure_class]
    return aged(weighed, view.day, seen=seen, running_total=case.running_total, assumptions=assumptions)


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


def effect(before: Evaluation, after: Evaluation) -> list[Line]:
    """What led from one reading of a key to another of the same day; the lines sum to the difference of the figures."""
    lines = change(before.panel, after.panel)
    if before.tree is after.tree and before.arrivals is after.arrivals:
        return lines
    was, now = ({line.kind: line for line in read.beside} for read in (before, after))
    for kind in (PLACES, ARRIVALS):
        moved = _between(kind, was.get(kind), now.get(kind))
        if moved.moves:
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
