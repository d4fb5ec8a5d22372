"""Which statements on a key have a vote on a day, and why the others have none.

A pure function of the set of statements and links: nothing here depends on the order in which they arrived. A `View`
narrows what counts to what had been reported by a day; what the ledger held is narrowed before, by position.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from itertools import combinations

import msgspec

from app.domain.assumptions import Assumptions
from app.domain.case import EVERYTHING, Case, View, stands, withdrawn
from app.domain.echoes import Link, chain, echoes, gap_days, quantity_of, root, same_quantity
from app.domain.sources import Merged, count_independent, independence
from app.domain.statements import Statement

__all__ = [
    "EVERYTHING",
    "Case",
    "Left",
    "Selection",
    "View",
    "effective_digit",
    "groups_of",
    "select",
    "stands",
    "withdrawn",
]


class Left(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Why a statement has no vote; `by` is the report that stands in its way, where it is one."""

    statement: Statement
    why: str
    by: str | None = None


class Selection(msgspec.Struct, frozen=True, kw_only=True):
    """`votes` in their order, each with its effective digit.

    `heard` are the origins' last words before equal figures were taken as one.
    """

    votes: tuple[tuple[Statement, int], ...]
    heard: tuple[Statement, ...]
    left_out: tuple[Left, ...]


def select(case: Case, view: View, assumptions: Assumptions) -> Selection:
    """Echoes go first, then what was taken back, then the older words of each origin, then equal figures."""
    left: list[Left] = []
    seen = sorted((one for one in case.statements if view.has(one.reported_day, one.position)), key=_order)
    remaining = _drop(left, seen, "retracted", lambda one: withdrawn(one, view, by_origin=False))
    silent = [one for one in remaining if one.why is not None]
    left += [
        Left(statement=one, why="retracted" if withdrawn(one, view, by_origin=True) else one.why or "")
        for one in silent
    ]
    acting = _acting(case, view)
    standing = _standing(acting, case, view)
    misquoting = {link.from_ for link in standing if link.relation == "misquotes"}
    able = [one for one in remaining if one.why is None]
    able = _drop(left, able, "misquoted", lambda one: one.report in misquoting)
    able = _without_echoes(able, acting, view, assumptions, left)
    heard = _last_words(able, standing, case, view, left)
    votes = _one_per_figure(heard, case, view, assumptions, left)
    return Selection(
        votes=tuple((one, effective_digit(one, case, view)) for one in votes),
        heard=tuple(heard),
        left_out=tuple(left),
    )


def _order(statement: Statement) -> tuple[date, date, str, int]:
    return statement.order


def _drop(
    left: list[Left], among: Sequence[Statement], why: str, drops: Callable[[Statement], bool]
) -> list[Statement]:
    kept = []
    for one in among:
        if drops(one):
            left.append(Left(statement=one, why=why))
        else:
            kept.append(one)
    return kept


def _acting(case: Case, view: View) -> list[Link]:
    """Links both of whose reports are in the view and were not removed one by one: they tell echoes. What an origin
    took back is among them, because it has to take its echoes along.
    """

    def present(report: str) -> bool:
        return any(
            view.has(one.reported_day, one.position) and not withdrawn(one, view, by_origin=False)
            for one in case.linked.get(report, ())
        )

    return [link for link in case.links if present(link.from_) and present(link.to)]


def _standing(links: Iterable[Link], case: Case, view: View) -> list[Link]:
    """Links both of whose reports stand."""

    def standing(report: str) -> bool:
        return any(stands(one, view) for one in case.linked.get(report, ()))

    return [link for link in links if standing(link.from_) and standing(link.to)]


def _without_echoes(
    able: list[Statement], links: list[Link], view: View, assumptions: Assumptions, left: list[Left]
) -> list[Statement]:
    """Drop repeats, and with a statement that its origin took back all repeats of it."""
    repeated = echoes(able, links, assumptions)
    gone = {_first_said(one, repeated).report for one in able if withdrawn(one, view, by_origin=True)}
    kept = []
    for one in able:
        fallen = next((step.report for step in chain(one, repeated) if step.report in gone), None)
        if fallen is not None:
            by = fallen if fallen != one.report else None
            left.append(Left(statement=one, why="retracted", by=by))
        elif one in repeated:
            left.append(Left(statement=one, why="echo_of", by=root(one, repeated).report))
        else:
            kept.append(one)
    return kept


def _first_said(statement: Statement, repeated: Mapping[Statement, Statement]) -> Statement:
    """What the origin repeats as far as it is its own word: another origin's it cannot take back."""
    return [step for step in chain(statement, repeated) if step.origin == statement.origin][-1]


def _last_words(able: list[Statement], links: list[Link], case: Case, view: View, left: list[Left]) -> list[Statement]:
    """Per origin the last statement up to the day; origins that a link calls one have one last word."""
    due = _drop(left, able, "later", lambda one: not _is_due(one, view))
    newer = _superseded(due, links, case, view)
    left += [Left(statement=one, why="superseded", by=newer[one.report]) for one in due if one.report in newer]
    speaking = [one for one in due if one.report not in newer]
    same = _one_origin(due, links)
    last = {same.name(one.origin): one for one in speaking}
    heard = []
    for one in speaking:
        latest = last[same.name(one.origin)]
        if latest is one:
            heard.append(one)
        else:
            left.append(Left(statement=one, why="superseded", by=latest.report))
    return heard


def _one_origin(among: Iterable[Statement], links: Iterable[Link]) -> Merged:
    """Origins of which two reports, both among these, were linked as being of one origin."""
    origin = {one.report: one.origin for one in among}
    return Merged(
        (origin[link.from_], origin[link.to])
        for link in links
        if link.relation == "same_origin" and link.from_ in origin and link.to in origin
    )


def _superseded(due: list[Statement], links: list[Link], case: Case, view: View) -> dict[str, str]:
    """The reports that a newer one puts away from its own vote day on, with the newer; in a circle the latest stays."""
    newer: dict[str, list[Statement]] = {}
    for link in links:
        if link.relation == "supersedes":
            newer.setdefault(link.to, []).extend(one for one in case.linked.get(link.from_, ()) if _is_due(one, view))
    found: dict[str, str] = {}
    for report in dict.fromkeys(one.report for one in due):
        for other in sorted(newer.get(report, ()), key=_order, reverse=True):
            if report not in _followed(found, other.report):
                found[report] = other.report
                break
    return found


def _is_due(statement: Statement, view: View) -> bool:
    return statement.vote_day is not None and statement.vote_day <= view.day


def _followed(found: Mapping[str, str], report: str) -> set[str]:
    """The report, what puts it away, what puts that away, and so on."""
    steps = {report}
    while (report := found.get(report, "")) and report not in steps:
        steps.add(report)
    return steps


def _one_per_figure(
    heard: list[Statement], case: Case, view: View, assumptions: Assumptions, left: list[Left]
) -> list[Statement]:
    """Of two origins that state the same quantity within a week the earlier counts, unless they are independent."""
    kept: list[Statement] = []
    apart = _apart(case)
    like: dict[frozenset[int | str], list[Statement]] = {}
    for one in heard:
        alike = like.setdefault(quantity_of(one), [])
        earlier = next((other for other in alike if _same_figure(other, one, apart, case, view, assumptions)), None)
        if earlier is None:
            kept.append(one)
            alike.append(one)
        else:
            left.append(Left(statement=one, why="same_figure", by=earlier.report))
    return kept


def _apart(case: Case) -> set[frozenset[str]]:
    """The pairs of reports that an analyst found to be independent."""
    return {frozenset((link.from_, link.to)) for link in case.links if link.relation == "independent_of"}


def _same_figure(
    earlier: Statement, later: Statement, apart: set[frozenset[str]], case: Case, view: View, assumptions: Assumptions
) -> bool:
    if not same_quantity(earlier, later) or gap_days(earlier, later) > assumptions.same_figure_days:
        return False
    return frozenset((earlier.report, later.report)) not in apart and effective_digit(later, case, view) != 1


_ONE_GROUP = {"possibly_same_origin", "same_origin", "restates"}


def _ties(origin: Mapping[str, str], links: Iterable[Link]) -> list[tuple[str, str]]:
    """Origins that a link between two of these reports makes doubtful to be two."""
    return [
        (origin[link.from_], origin[link.to])
        for link in links
        if link.relation in _ONE_GROUP and link.from_ in origin and link.to in origin
    ]


def effective_digit(statement: Statement, case: Case, view: View) -> int:
    """The digit; 1, confirmed by others, counts as 2 until at least two independent origins are there to show it."""
    if statement.digit != 1:
        return statement.digit
    origin = {statement.report: statement.origin}
    for link in case.links:
        if link.relation == "corroborates" and statement.report in {link.from_, link.to}:
            both = (*case.linked.get(link.from_, ()), *case.linked.get(link.to, ()))
            origin |= {one.report: one.origin for one in both if stands(one, view)}
    groups = independence(origin.values(), _ties(origin, case.links), case.kin)
    return 1 if count_independent(groups) > 1 else 2


def groups_of(selection: Selection, case: Case, view: View, assumptions: Assumptions) -> list[list[str]]:
    """The origins heard, in groups that cannot be shown to be independent; their number is the least there may be.

    The greatest is the number of origins. An unstated origin alone makes no group of its own (`count_independent`).
    """
    origin = {one.report: one.origin for one in selection.heard}
    like: dict[frozenset[int | str], list[Statement]] = {}
    for one in selection.heard:
        like.setdefault(quantity_of(one), []).append(one)
    apart = _apart(case)
    figures = [
        (one.origin, other.origin)
        for alike in like.values()
        for one, other in combinations(alike, 2)
        if _same_figure(one, other, apart, case, view, assumptions)
    ]
    return independence(origin.values(), [*_ties(origin, case.links), *figures], case.kin)
