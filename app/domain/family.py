"""All places of one measure and one actor, read together: movements carry their votes, and their tree makes them fit.

Pure. A reading can lean on an earlier one of the same assumptions: what rests on the same things is not read anew.
"""

from collections.abc import Iterable, Mapping

import msgspec

from app.domain.assumptions import Assumptions
from app.domain.attribution import MOVEMENT, Line
from app.domain.case import Case, View
from app.domain.hierarchy import standing_of
from app.domain.movements import movements_of
from app.domain.nesting import Nesting
from app.domain.nets import Moved, Touching, at_least, moved_of
from app.domain.panel import ARRIVALS, Evaluation, Figures, evaluate
from app.domain.parts import Settled, settle, shape_of
from app.domain.selection import Left
from app.domain.statements import Key, Statement, Subject
from app.domain.streams import Traffic
from app.domain.wording import MICRO, to_scale

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

    `direct` are the readings from words on the very place, `trees` by place what its tree makes of them, where more
    than one place of it was heard. `bounds` has the places where nobody's word could be carried, with what came there.
    """

    family: Family
    view: View
    retrospect: bool
    moved: Moved
    touching: Mapping[str, Touching]
    direct: Mapping[str, Evaluation]
    trees: Mapping[str, "Tree"]
    bounds: Mapping[str, tuple[Figures, Line]]

    def at(self, place: str) -> Evaluation:
        """The final reading. Raises KeyError for a place without votes that was not asked for."""
        found, tree, arrivals = self.direct[place], self.trees.get(place), self.bounds.get(place)
        if tree is None and arrivals is None:
            return found
        settled = tree.settled if tree is not None else None
        alone = tree is not None and tree.heard == (place,)
        return msgspec.structs.replace(found, tree=settled, alone=alone, arrivals=arrivals)

    @property
    def final(self) -> dict[str, Evaluation]:
        """All of them, in order of names."""
        return {place: self.at(place) for place in self.direct}

    def left_out(self, place: str) -> list[Left]:
        """What was said of the place and has no vote, with what became of that which moved."""
        return [self.what_moved(left) for left in self.direct[place].selection.left_out]

    def what_moved(self, left: Left) -> Left:
        """Why what moved is in no movement, where it is in none: movements never vote, so that is no reason to give."""
        one = left.statement
        if one.way is None or left.why != MOVEMENT:
            return left
        flow = next((other for other in self.moved.movements.left_out if _is(other.statement, one)), None)
        return left if flow is None else msgspec.structs.replace(left, why=flow.why, by=flow.by)


class Tree(msgspec.Struct, frozen=True):
    """The places of one tree fitted to each other; `heard` are those with votes, in order, `asked` all of them."""

    heard: tuple[str, ...]
    asked: tuple[str, ...]
    settled: Settled


def read(
    family: Family,
    view: View,
    assumptions: Assumptions,
    *,
    retrospect: bool = False,
    asked: Iterable[str] = (),
    like: Readings | None = None,
    moved: Moved | None = None,
) -> Readings:
    """`like` is a reading of the same subject, under the same assumptions: what rests on the same is taken from it.

    `moved` are the movements that count for the view, where they were told apart before.
    """
    if like is not None and not _comparable(like, family, view, retrospect=retrospect):
        like = None
    if moved is None:
        moved = _moved(family, view, assumptions, like)
    touched = _touched(moved, {*family.cases, *asked}, like)
    direct = {
        place: _direct(family, place, view, assumptions, retrospect=retrospect, touched=by, like=like)
        for place, by in touched.items()
    }
    if like is not None and like.moved is moved and _same(like.direct, direct):
        trees, bounds = like.trees, like.bounds
    else:
        trees = _fitted(family.places, direct, assumptions, like.trees if like is not None else {})
        bounds = _bounded_below(family, view, touched, direct, trees, assumptions) if moved.movements.found else {}
    return Readings(
        family=family,
        view=view,
        retrospect=retrospect,
        moved=moved,
        touching=touched,
        direct=direct,
        trees=trees,
        bounds=bounds,
    )


def _comparable(like: Readings, family: Family, view: View, *, retrospect: bool) -> bool:
    return (
        (like.retrospect, like.view.reported) == (retrospect, view.reported)
        and like.family.places is family.places
        and like.family.traffic.measure_class == family.traffic.measure_class
    )


def _moved(family: Family, view: View, assumptions: Assumptions, like: Readings | None) -> Moved:
    if like is not None and (like.family.traffic is family.traffic or like.family.traffic == family.traffic):
        return like.moved
    before = like.moved if like is not None else None
    movements = movements_of(family.traffic, view, assumptions, like=before.movements if before is not None else None)
    return moved_of(movements, family.places.lies_in, like=before)


def _touched(moved: Moved, places: set[str], like: Readings | None) -> Mapping[str, Touching]:
    """By place, in order of names; of places that the same movements touch, the very same answer as before."""
    if like is not None and like.moved is moved and like.touching.keys() == places:
        return like.touching
    known = like.touching if like is not None else {}
    touched = {place: moved.touching(place) for place in sorted(places)}
    return {place: known[place] if known.get(place) == own else own for place, own in touched.items()}


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
    before = like.direct.get(place) if like is not None else None
    heard = before if like is not None and _alike(like.family, family, place) else None
    known = heard if like is not None and like.touching.get(place) is touched else None
    if known is not None and known.view == view:
        return known
    return evaluate(
        family.case(place),
        view,
        assumptions,
        retrospect=retrospect,
        touched=touched,
        like=None if retrospect else known,
        heard=heard,
        before=before,
    )


def _alike(one: Family, other: Family, place: str) -> bool:
    return one.cases.get(place) is other.cases.get(place)


def _is(one: Statement, other: Statement) -> bool:
    return (one.report, one.ordinal) == (other.report, other.ordinal)


def _same(one: Mapping[str, Evaluation], other: Mapping[str, Evaluation]) -> bool:
    return one.keys() == other.keys() and all(other[place] is found for place, found in one.items())


def _fitted(
    places: Nesting, direct: Mapping[str, Evaluation], assumptions: Assumptions, like: Mapping[str, Tree]
) -> dict[str, Tree]:
    """What their trees make of the direct readings, by place. A place that alone was heard and alone is asked for has
    nothing that it would have to fit, and no tree.
    """
    together: dict[str, list[str]] = {}
    for place in direct:
        together.setdefault(places.root_of(place), []).append(place)
    trees: dict[str, Tree] = {}
    for asked in together.values():
        standing = {
            place: standing_of(panel, assumptions) for place in asked if (panel := direct[place].panel) is not None
        }
        if not standing or len(standing) == len(asked) == 1:
            continue
        before = like.get(asked[0])
        known = before.settled.shape if before is not None and before.asked == tuple(asked) else None
        shape = known or shape_of(_parents(places, asked))
        settled = settle(shape, [standing.get(place) for place in shape.places])
        trees |= dict.fromkeys(asked, Tree(tuple(standing), tuple(asked), settled))
    return trees


def _parents(places: Nesting, asked: Iterable[str]) -> dict[str, str | None]:
    """The tree of these places, as far up as it goes."""
    return {name: places.part_of.get(name) for place in asked for name in places.line_of(place)}


def _bounded_below(
    family: Family,
    view: View,
    touched: Mapping[str, Touching],
    direct: Mapping[str, Evaluation],
    trees: Mapping[str, Tree],
    assumptions: Assumptions,
) -> dict[str, tuple[Figures, Line]]:
    """Places where nobody's word could be carried, with the net arrivals as the least there can be."""
    kappa = assumptions.classes[family.traffic.measure_class].kappa
    bounds = {}
    for place, found in direct.items():
        if found.panel is not None:
            continue
        came = at_least(touched[place], day=view.day, assumptions=assumptions)
        tree = trees.get(place)
        own = msgspec.structs.replace(found, tree=tree.settled).figures if tree is not None else None
        if came is not None and (own is None or own.best is None):
            bounds[place] = _bounded(own, came, kappa)
    return bounds


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
