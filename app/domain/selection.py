"""Which statements on a key have a vote on a day, and why the others have none.

A pure function of the set of statements and links: nothing here depends on the order in which they arrived. A `View`
narrows what counts to what had been reported by a day; what the ledger held is narrowed before, by position.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

import msgspec

from app.domain.assumptions import Assumptions
from app.domain.echoes import Link, echoes, gap_days, root, same_quantity
from app.domain.sources import Merged, count_independent, independence
from app.domain.statements import Key, Statement

EVERYTHING = 2**63 - 1
"""A position after all others."""


class View(msgspec.Struct, frozen=True, kw_only=True):
    """The day asked for, and the last (reported day, position) that counts; None: no limit."""

    day: date
    reported: tuple[date, int] | None = None

    def has(self, day: date | None, position: int) -> bool:
        """Whether what was reported on `day` and recorded at `position` counts. Undated things count without limit."""
        return self.reported is None or (day is not None and (day, position) <= self.reported)


class Case(msgspec.Struct, frozen=True, kw_only=True):
    """All that an estimate for one key rests on, as the ledger held it at one position.

    `statements` are those on the key; `linked` has the statements, on any key, of every report that a link names.
    """

    key: Key
    statements: tuple[Statement, ...]
    linked: Mapping[str, tuple[Statement, ...]]
    links: tuple[Link, ...]
    kin: Merged
    measure_class: str
    running_total: bool


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


def withdrawn(statement: Statement, view: View, *, by_origin: bool) -> bool:
    """Whether it was taken back: by its origin, or else by its publisher or by us (cut by position alone)."""
    retraction = statement.retraction
    if retraction is None or (retraction.by == "origin") != by_origin:
        return False
    return retraction.by == "recorder" or view.has(retraction.day, retraction.position)


def stands(statement: Statement, view: View) -> bool:
    """Whether the statement is in the view and nobody took it back in it."""
    return view.has(statement.reported_day, statement.position) and not (
        withdrawn(statement, view, by_origin=True) or withdrawn(statement, view, by_origin=False)
    )


def select(case: Case, view: View, assumptions: Assumptions) -> Selection:
    """Echoes go first, then what was taken back, then the older words of each origin, then equal figures."""
    left: list[Left] = []
    seen = sorted((one for one in case.statements if view.has(one.reported_day, one.position)), key=_order)
    remaining = _drop(left, seen, "retracted", [one for one in seen if withdrawn(one, view, by_origin=False)])
    links = _acting(case, view)
    silent = [one for one in remaining if one.why is not None]
    left += [Left(statement=one, why=_taken_back(one, view) or one.why or "") for one in silent]
    able = [one for one in remaining if one.why is None]
    misquoting = {link.from_ for link in links if link.relation == "misquotes"}
    able = _drop(left, able, "misquoted", [one for one in able if one.report in misquoting])
    able = _without_echoes(able, links, view, assumptions, left)
    heard = _last_words(able, _standing_links(links, case, view), case, view, left)
    votes = _one_per_figure(heard, case, view, assumptions, left)
    return Selection(
        votes=tuple((one, effective_digit(one, case, view)) for one in votes),
        heard=tuple(heard),
        left_out=tuple(left),
    )


def _order(statement: Statement) -> tuple[date, date, str, int]:
    return statement.order


def _drop(left: list[Left], among: Sequence[Statement], why: str, dropped: Sequence[Statement]) -> list[Statement]:
    left += [Left(statement=one, why=why) for one in dropped]
    return [one for one in among if one not in dropped]


def _taken_back(statement: Statement, view: View) -> str | None:
    return "retracted" if withdrawn(statement, view, by_origin=True) else None


def _linked(case: Case, report: str) -> tuple[Statement, ...]:
    return case.linked.get(report, ())


def _acting(case: Case, view: View) -> list[Link]:
    """Links both of whose reports are in the view and were not removed one by one; an origin's retraction comes later,
    because it has to take the echoes along.
    """

    def present(report: str) -> bool:
        return any(
            view.has(one.reported_day, one.position) and not withdrawn(one, view, by_origin=False)
            for one in _linked(case, report)
        )

    return [link for link in case.links if present(link.from_) and present(link.to)]


def _standing_links(links: Iterable[Link], case: Case, view: View) -> list[Link]:
    def standing(report: str) -> bool:
        return any(stands(one, view) for one in _linked(case, report))

    return [link for link in links if standing(link.from_) and standing(link.to)]


def _without_echoes(
    able: list[Statement], links: list[Link], view: View, assumptions: Assumptions, left: list[Left]
) -> list[Statement]:
    """Drop repeats, and with a statement that its origin took back all repeats of it."""
    repeated = echoes(able, links, assumptions)
    gone = {root(one, repeated).report for one in able if withdrawn(one, view, by_origin=True)}
    kept = []
    for one in able:
        if root(one, repeated).report in gone:
            left.append(Left(statement=one, why="retracted"))
        elif one in repeated:
            left.append(Left(statement=one, why="echo_of", by=root(one, repeated).report))
        else:
            kept.append(one)
    return kept


def _last_words(able: list[Statement], links: list[Link], case: Case, view: View, left: list[Left]) -> list[Statement]:
    """Per origin the last statement up to the day; origins that a link calls one have one last word."""
    due = _drop(left, able, "later", [one for one in able if one.vote_day is None or one.vote_day > view.day])
    superseded = {
        link.to: link.from_ for link in links if link.relation == "supersedes" and _in_force(link, case, view)
    }
    left += [
        Left(statement=one, why="superseded", by=superseded[one.report]) for one in due if one.report in superseded
    ]
    last = {one.origin: one for one in due if one.report not in superseded}
    heard = sorted(last.values(), key=_order)
    left += [
        Left(statement=one, why="superseded", by=last[one.origin].report)
        for one in due
        if one.report not in superseded and last[one.origin] is not one
    ]
    shared = Merged((link.from_, link.to) for link in links if link.relation == "same_origin")
    latest = {shared.name(one.report): one for one in heard}
    left += [
        Left(statement=one, why="superseded", by=latest[shared.name(one.report)].report)
        for one in heard
        if latest[shared.name(one.report)] is not one
    ]
    return [one for one in heard if latest[shared.name(one.report)] is one]


def _in_force(link: Link, case: Case, view: View) -> bool:
    """A newer statement puts the older one away from its own vote day on."""
    return any(one.vote_day is not None and one.vote_day <= view.day for one in _linked(case, link.from_))


def _one_per_figure(
    heard: list[Statement], case: Case, view: View, assumptions: Assumptions, left: list[Left]
) -> list[Statement]:
    """Of two origins that state the same quantity within a week the earlier counts, unless they are independent."""
    kept: list[Statement] = []
    for one in heard:
        earlier = next((other for other in kept if _same_figure(other, one, case, view, assumptions)), None)
        if earlier is None:
            kept.append(one)
        else:
            left.append(Left(statement=one, why="same_figure", by=earlier.report))
    return kept


def _same_figure(earlier: Statement, later: Statement, case: Case, view: View, assumptions: Assumptions) -> bool:
    if not same_quantity(earlier, later) or gap_days(earlier, later) > assumptions.same_figure_days:
        return False
    pair = {earlier.report, later.report}
    apart = any(link.relation == "independent_of" and {link.from_, link.to} == pair for link in case.links)
    return not apart and effective_digit(later, case, view) != 1


def effective_digit(statement: Statement, case: Case, view: View) -> int:
    """The digit; 1, confirmed by others, counts as 2 until at least two independent origins are there to show it."""
    if statement.digit != 1:
        return statement.digit
    linked = {
        other
        for link in case.links
        if link.relation == "corroborates" and statement.report in {link.from_, link.to}
        for other in (link.from_, link.to)
    }
    origins = {one.origin for report in linked for one in _linked(case, report) if stands(one, view)}
    groups = independence({statement.origin, *origins}, (), case.kin)
    return 1 if count_independent(groups) > 1 else 2


_ONE_GROUP = {"possibly_same_origin", "same_origin", "restates"}


def groups_of(selection: Selection, case: Case, view: View, assumptions: Assumptions) -> list[list[str]]:
    """The origins heard, in groups that cannot be shown to be independent; their number is the least there may be.

    The greatest is the number of origins. An unstated origin alone makes no group of its own (`count_independent`).
    """
    heard = selection.heard
    origin = {one.report: one.origin for one in heard}
    ties = [
        (origin[link.from_], origin[link.to])
        for link in case.links
        if link.relation in _ONE_GROUP and link.from_ in origin and link.to in origin
    ]
    ties += [
        (one.origin, other.origin)
        for place, one in enumerate(heard)
        for other in heard[place + 1 :]
        if _same_figure(one, other, case, view, assumptions)
    ]
    return independence(origin.values(), ties, case.kin)
