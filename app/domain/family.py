"""All places of one measure and one actor, read together: movements carry their votes, and their tree makes them fit.

Pure. A reading can lean on an earlier one of the same assumptions: what rests on the same things is not read anew.
"""

from collections.abc import Iterable, Mapping

import msgspec

from app.domain.assumptions import Assumptions
from app.domain.attribution import MOVEMENT, Line
from app.domain.case import Case, View
from app.domain.fusion import MICRO, to_scale
from app.domain.hierarchy import Fitted, Node, fit, node_of, reasons
from app.domain.movements import Movements, Traffic, movements_of
from app.domain.nesting import Nesting
from app.domain.nets import Touching, at_least, touching
from app.domain.panel import ARRIVALS, Evaluation, Figures, evaluate
from app.domain.selection import Left
from app.domain.statements import Key, Statement, Subject

__all__ = ["Family", "Readings", "read"]


class Family(msgspec.Struct, frozen=True, kw_only=True):
    """What the estimates of one subject rest on, as the ledger held it at one position.

    `cases` has by place everything that was said of it; a place that nobody spoke of has none.
    """

    subject: Subject
    running_total: bool
    cases: Mapping[str, Case]
    traffic: Traffic
    places: Nesting

    def case(self, place: str) -> Case:
        """What was said of the place, be it nothing."""
        found = self.cases.get(place)
        if found is not None:
            return found
        return Case(
            key=Key(measure=self.subject.measure, actor=self.subject.actor, place=place),
            statements=(),
            linked={},
            links=(),
            kin=self.traffic.kin,
            measure_class=self.traffic.measure_class,
            running_total=self.running_total,
        )

    @property
    def able(self) -> list[Statement]:
        """All that may have a vote on some day, and all that may count as a movement."""
        votes = [one for place in sorted(self.cases) for one in self.cases[place].statements if one.why is None]
        return [*votes, *(flow for flow in self.traffic.flows if flow.why is None)]

    def around(self, place: str) -> "Family":
        """Only what can tell on the place: itself, its tree, and every movement."""
        return self.in_tree(self.places.root_of(place))

    def in_tree(self, root: str) -> "Family":
        near = {place: case for place, case in self.cases.items() if self.places.root_of(place) == root}
        return msgspec.structs.replace(self, cases=near)

    @property
    def roots(self) -> set[str]:
        """The trees of which anything was said."""
        return {self.places.root_of(place) for place in self.cases}


class Readings(msgspec.Struct, frozen=True, kw_only=True):
    """A family read for a view: every place of it that was spoken of, and those asked for besides.

    `direct` are the readings from words on the very place, `final` those that fit each other.
    """

    family: Family
    view: View
    retrospect: bool
    movements: Movements
    touching: Mapping[str, Touching]
    direct: Mapping[str, Evaluation]
    final: Mapping[str, Evaluation]

    def at(self, place: str) -> Evaluation:
        """Raises KeyError for a place without votes that was not asked for."""
        return self.final[place]

    def left_out(self, place: str) -> list[Left]:
        """What was said of the place and has no vote, with what became of that which moved."""
        return [self.moved(left) for left in self.final[place].selection.left_out]

    def moved(self, left: Left) -> Left:
        """Why what moved is in no movement, where it is in none: movements never vote, so that is no reason to give."""
        one = left.statement
        if one.way is None or left.why != MOVEMENT:
            return left
        flow = next((other for other in self.movements.left_out if _is(other.statement, one)), None)
        return left if flow is None else msgspec.structs.replace(left, why=flow.why, by=flow.by)


def read(
    family: Family,
    view: View,
    assumptions: Assumptions,
    *,
    retrospect: bool = False,
    asked: Iterable[str] = (),
    like: Readings | None = None,
    movements: Movements | None = None,
) -> Readings:
    """`like` is a reading of the same subject, under the same assumptions: what rests on the same is taken from it.

    `movements` are those that count for the view, where they were told apart before.
    """
    if like is not None and not _comparable(like, family, view, retrospect=retrospect):
        like = None
    if movements is None:
        movements = _movements(family, view, assumptions, like)
    touched = _touched(family, movements, {*family.cases, *asked}, like)
    direct = {
        place: _direct(family, place, view, assumptions, retrospect=retrospect, touched=by, like=like)
        for place, by in touched.items()
    }
    if like is not None and like.movements is movements and _same(like.direct, direct):
        final = like.final
    else:
        final = _settled(family, view, movements, direct, assumptions)
    return Readings(
        family=family,
        view=view,
        retrospect=retrospect,
        movements=movements,
        touching=touched,
        direct=direct,
        final=final,
    )


def _comparable(like: Readings, family: Family, view: View, *, retrospect: bool) -> bool:
    return like.retrospect == retrospect and like.view.reported == view.reported and like.family.places is family.places


def _movements(family: Family, view: View, assumptions: Assumptions, like: Readings | None) -> Movements:
    if like is not None and (like.family.traffic is family.traffic or like.family.traffic == family.traffic):
        return like.movements
    return movements_of(family.traffic, view, assumptions)


def _touched(family: Family, movements: Movements, places: Iterable[str], like: Readings | None) -> dict[str, Touching]:
    """By place, in order of names; of places that the same movements touch, the very same answer as before."""
    touched = {}
    for place in sorted(places):
        before = like.touching.get(place) if like is not None else None
        if like is None or before is None or like.movements is not movements:
            found = touching(place, movements.found, family.places.lies_in)
            before = before if before == found else found
        touched[place] = before
    return touched


def _direct(
    family: Family,
    place: str,
    view: View,
    assumptions: Assumptions,
    *,
    retrospect: bool,
    touched: Touching,
    like: Readings | None,
) -> Evaluation:
    known = like.direct.get(place) if like is not None and _alike(like.family, family, place) else None
    if known is not None and like is not None and like.touching[place] is not touched:
        known = None
    if known is not None and known.view == view:
        return known
    return evaluate(
        family.case(place),
        view,
        assumptions,
        retrospect=retrospect,
        touched=touched,
        like=None if retrospect else known,
    )


def _alike(one: Family, other: Family, place: str) -> bool:
    return one.cases.get(place) is other.cases.get(place)


def _is(one: Statement, other: Statement) -> bool:
    return (one.report, one.ordinal) == (other.report, other.ordinal)


def _same(one: Mapping[str, Evaluation], other: Mapping[str, Evaluation]) -> bool:
    return one.keys() == other.keys() and all(other[place] is found for place, found in one.items())


def _settled(
    family: Family, view: View, movements: Movements, direct: Mapping[str, Evaluation], assumptions: Assumptions
) -> dict[str, Evaluation]:
    """The direct readings with what their trees make of them, and bounds where nobody spoke."""
    trees: dict[str, dict[str, Evaluation]] = {}
    for place, found in direct.items():
        trees.setdefault(family.places.root_of(place), {})[place] = found
    final: dict[str, Evaluation] = {}
    for tree in trees.values():
        final |= _fitted(family, tree, assumptions)
    if movements.found:
        silent = {place: found for place, found in final.items() if found.panel is None}
        final |= _bounded_below(family, view, movements, silent, assumptions)
    return final


def _fitted(family: Family, tree: Mapping[str, Evaluation], assumptions: Assumptions) -> dict[str, Evaluation]:
    """One tree. A place that alone has votes in it keeps its figures: there is nothing that they would have to fit."""
    voting = [place for place, found in tree.items() if found.panel is not None]
    if not voting or len(voting) == len(tree) == 1:
        return dict(tree)
    fitted = fit(_nodes(family.places, tree, assumptions), tree)
    final = {}
    for place, found in tree.items():
        own = fitted.get(place)
        if own is not None and [place] != voting:
            final[place] = _final(found, own, fitted)
        else:
            final[place] = msgspec.structs.replace(found, fitted=own)
    return final


def _nodes(places: Nesting, direct: Mapping[str, Evaluation], assumptions: Assumptions) -> list[Node]:
    """The tree of the places read, as far up as it goes."""
    names = {name for place in direct for name in places.line_of(place)}
    return [
        node_of(name, places.part_of.get(name), direct[name].panel if name in direct else None, assumptions)
        for name in sorted(names)
    ]


def _final(found: Evaluation, own: Fitted, fitted: Mapping[str, Fitted]) -> Evaluation:
    low, best, high = own.people
    figures = Figures(low=low, best=best, high=high, low_u=own.low_u, best_u=own.best_u, high_u=own.high_u)
    moved = own.line.low or own.line.best or own.line.high
    beside = (_told(own.line, fitted, own.place),) if moved else ()
    return msgspec.structs.replace(found, figures=figures, beside=beside, fitted=own)


def _bounded_below(
    family: Family, view: View, movements: Movements, silent: Mapping[str, Evaluation], assumptions: Assumptions
) -> dict[str, Evaluation]:
    """Places where nobody's word could be carried, with the net arrivals as the least there can be."""
    kappa = assumptions.classes[family.traffic.measure_class].kappa
    final = {}
    for place, found in silent.items():
        came = at_least(place, movements.found, part_of=family.places.lies_in, day=view.day, assumptions=assumptions)
        if came is not None and (found.figures is None or found.figures.best is None):
            figures, line = _bounded(found.figures, came, kappa)
            beside = (*found.beside, line) if line.low else found.beside
            final[place] = msgspec.structs.replace(found, figures=figures, beside=beside)
    return final


def _told(line: Line, fitted: Mapping[str, Fitted], place: str) -> Line:
    overlaps = reasons(fitted, place)
    if not overlaps:
        return line
    told = "; ".join(
        f"overlap of {round(one.people):,} between {one.whole} and {', '.join(one.parts)}" for one in overlaps
    )
    return msgspec.structs.replace(line, detail=told)


def _bounded(figures: Figures | None, came: float, kappa: float) -> tuple[Figures, Line]:
    """Bounds with the net arrivals as the least there can be.

    More of them than the tree leaves room for cannot all be there still, and how many are is not known: no bound then.
    """
    low, low_u = round(came), round(to_scale(came, kappa) * MICRO)
    if figures is None:
        bounded = Figures(low=low, best=None, high=None, low_u=low_u, best_u=None, high_u=None)
        return bounded, Line(kind=ARRIVALS, low=low_u, best=0, high=0)
    if low_u <= figures.low_u or (figures.high_u is not None and low_u > figures.high_u):
        return figures, Line(kind=ARRIVALS, low=0, best=0, high=0)
    raised = msgspec.structs.replace(figures, low=low, low_u=low_u)
    return raised, Line(kind=ARRIVALS, low=low_u - figures.low_u, best=0, high=0)
