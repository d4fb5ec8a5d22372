"""How far what is said can be shown to come from more than one: ties among origins, and the digit that needs two.

A pure function of the statements and links of a case; which statements are heard is decided in `selection`.
"""

from collections.abc import Iterable, Mapping, Sequence
from itertools import combinations

from app.domain.assumptions import Assumptions
from app.domain.case import Case, View, stands
from app.domain.echoes import Link, gap_days, quantity_of, same_quantity
from app.domain.sources import count_independent, independence
from app.domain.statements import Statement

CONFIRMED = 1
"""The only digit that counts as it is given only where others bear it out, and so rests on who is related to whom."""

ONE_GROUP = {"possibly_same_origin", "same_origin", "restates"}  # links whose ends confirm each other in nothing


def apart_in(case: Case) -> set[frozenset[str]]:
    """The pairs of reports that an analyst found to be independent."""
    return {frozenset((link.from_, link.to)) for link in case.links if link.relation == "independent_of"}


def same_figure(
    earlier: Statement, later: Statement, apart: set[frozenset[str]], case: Case, view: View, assumptions: Assumptions
) -> bool:
    if gap_days(earlier, later) > assumptions.same_figure_days or not same_quantity(earlier, later):
        return False
    return frozenset((earlier.report, later.report)) not in apart and effective_digit(later, case, view) != 1


def _ties(origin: Mapping[str, str], links: Iterable[Link]) -> list[tuple[str, str]]:
    """Origins that a link between two of these reports makes doubtful to be two."""
    return [
        (origin[link.from_], origin[link.to])
        for link in links
        if link.relation in ONE_GROUP and link.from_ in origin and link.to in origin
    ]


def effective_digit(statement: Statement, case: Case, view: View) -> int:
    """The digit; 1, confirmed by others, counts as 2 until at least two independent origins are there to show it."""
    if statement.digit != CONFIRMED:
        return statement.digit
    origin = {statement.report: statement.origin}
    for link in case.links:
        if link.relation == "corroborates" and statement.report in {link.from_, link.to}:
            both = (*case.linked.get(link.from_, ()), *case.linked.get(link.to, ()))
            origin |= {one.report: one.origin for one in both if stands(one, view)}
    groups = independence(origin.values(), _ties(origin, case.links), case.kin)
    return 1 if count_independent(groups) > 1 else 2


def groups_of(heard: Sequence[Statement], case: Case, view: View, assumptions: Assumptions) -> list[list[str]]:
    """The origins heard, in groups that cannot be shown to be independent; their number is the least there may be.

    The greatest is the number of origins. An unstated origin alone makes no group of its own (`count_independent`).
    """
    origin = {one.report: one.origin for one in heard}
    like: dict[frozenset[int | str], list[Statement]] = {}
    for one in heard:
        like.setdefault(quantity_of(one), []).append(one)
    apart = apart_in(case)
    figures = [
        (one.origin, other.origin)
        for alike in like.values()
        for one, other in combinations(alike, 2)
        if same_figure(one, other, apart, case, view, assumptions)
    ]
    return independence(origin.values(), [*_ties(origin, case.links), *figures], case.kin)
