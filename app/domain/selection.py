"""Which statements on a key have a vote on a day, and why the others have none.

A pure function of the set of statements and links: nothing here depends on the order in which they arrived. A `View`
narrows what counts to what had been reported by a day; what the ledger held is narrowed before, by position.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date

import msgspec

from app.domain.assumptions import Assumptions
from app.domain.case import EVERYTHING, Case, View, stands, withdrawn
from app.domain.echoes import Link, chain, echoes, quantity_of, root
from app.domain.independence import apart_in, effective_digit, same_figure
from app.domain.sources import Merged
from app.domain.statements import Statement

__all__ = ["EVERYTHING", "Case", "Left", "Selection", "View", "select", "stands", "withdrawn"]


class Left(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Why a statement has no vote; `by` is the report that stands in its way, where it is one."""

    statement: Statement
    why: str
    by: str | None = None


class Selection(msgspec.Struct, frozen=True, kw_only=True):
    """`votes` in their order, each with its effective digit.

    `heard` are the origins' last words before equal figures were taken as one; in retrospect an origin has one on
    either side of the day. Read in real time, every day from `settled` on has the same selection.
    """

    votes: tuple[tuple[Statement, int], ...]
    heard: tuple[Statement, ...]
    left_out: tuple[Left, ...]
    settled: date


def select(case: Case, view: View, assumptions: Assumptions, *, retrospect: bool = False) -> Selection:
    """Echoes go first, then what was taken back, then the older words of each origin, then equal figures.

    In retrospect the first words after the day are heard too, if they were reported in the view.
    """
    left: list[Left] = []
    able, links = _able(case, view, assumptions, left)
    if not retrospect and able and _day(able[-1]) > view.day:
        able = _drop(left, able, "later", lambda one: _day(one) > view.day)
    same = _one_origin(able, links)
    heard = _words(able, links, same, case, view, left)
    votes = _one_per_figure(heard, same, case, view, assumptions, left)
    return Selection(
        votes=tuple((one, effective_digit(one, case, view)) for one in votes),
        heard=tuple(heard),
        left_out=tuple(left),
        settled=_settled(case),
    )


def _settled(case: Case) -> date:
    """The last day on which anything that was said begins to count, or a newer report to put an older one away."""
    said = (*case.statements, *(one for found in case.linked.values() for one in found))
    return max(map(_day, said), default=date.min)


def _able(case: Case, view: View, assumptions: Assumptions, left: list[Left]) -> tuple[list[Statement], list[Link]]:
    """What may vote on some day, in order, and the links that stand."""
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
    if misquoting:
        able = _drop(left, able, "misquoted", lambda one: one.report in misquoting)
    return _without_echoes(able, acting, view, assumptions, left), standing


def _order(statement: Statement) -> tuple[date, date, str, int]:
    return statement.order


def _day(statement: Statement) -> date:
    """The vote day, which all that may vote have."""
    return statement.vote_day or date.min


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
    if not repeated and not gone:
        return able
    kept = []
    for one in able:
        fallen = next((step.report for step in chain(one, repeated) if step.report in gone), None)
        if fallen is not None:
            left.append(Left(statement=one, why="retracted", by=None if fallen == one.report else fallen))
        elif one in repeated:
            left.append(Left(statement=one, why="echo_of", by=root(one, repeated).report))
        else:
            kept.append(one)
    return kept


def _first_said(statement: Statement, repeated: Mapping[Statement, Statement]) -> Statement:
    """What the origin repeats as far as it is its own word: another origin's it cannot take back."""
    return [step for step in chain(statement, repeated) if step.origin == statement.origin][-1]


def _words(
    able: list[Statement], links: list[Link], same: Merged, case: Case, view: View, left: list[Left]
) -> list[Statement]:
    """Per origin its last word up to the day, and the first one after it, as far as those are among the able.

    The first word after the day is the origin's vote on the first day on which it has one: of several words of that
    day the last in order, just as when that day itself is read.
    """
    newer = _superseded(able, links, case, view)
    left += [Left(statement=one, why="superseded", by=newer[one.report]) for one in able if one.report in newer]
    speaking = [one for one in able if one.report not in newer]
    words: dict[tuple[bool, str], Statement] = {}
    for one in speaking:
        place = (_day(one) > view.day, same.name(one.origin))
        if place not in words or _day(one) <= max(view.day, _day(words[place])):
            words[place] = one
    heard = []
    for one in speaking:
        word = words[_day(one) > view.day, same.name(one.origin)]
        if word is one:
            heard.append(one)
        else:
            left.append(Left(statement=one, why="superseded" if one.order < word.order else "later", by=word.report))
    return heard


def _one_origin(among: Iterable[Statement], links: Iterable[Link]) -> Merged:
    """Origins of which two reports, both among these, were linked as being of one origin: they have one word."""
    origin = {one.report: one.origin for one in among}
    return Merged(
        (origin[link.from_], origin[link.to])
        for link in links
        if link.relation == "same_origin" and link.from_ in origin and link.to in origin
    )


def _superseded(able: list[Statement], links: list[Link], case: Case, view: View) -> dict[str, str]:
    """The reports that a newer one puts away on the day read, with the newer; words after it, on their own day."""
    older = {link.to for link in links if link.relation == "supersedes"}
    days = {one.report: max(view.day, _day(one)) for one in able if one.report in older}
    put_away = {on: _put_away(able, links, case, on) for on in sorted(set(days.values()))}
    return {report: put_away[on][report] for report, on in days.items() if report in put_away[on]}


def _put_away(able: list[Statement], links: list[Link], case: Case, on: date) -> dict[str, str]:
    """A newer report puts an older one away from its own vote day on; in a circle the latest stays."""
    newer: dict[str, list[Statement]] = {}
    for link in links:
        if link.relation == "supersedes":
            said = (one for one in case.linked.get(link.from_, ()) if one.vote_day is not None and one.vote_day <= on)
            newer.setdefault(link.to, []).extend(said)
    found: dict[str, str] = {}
    for report in dict.fromkeys(one.report for one in able if _day(one) <= on):
        for other in sorted(newer.get(report, ()), key=_order, reverse=True):
            if report not in _followed(found, other.report):
                found[report] = other.report
                break
    return found


def _followed(found: Mapping[str, str], report: str) -> set[str]:
    """The report, what puts it away, what puts that away, and so on."""
    steps = {report}
    while (report := found.get(report, "")) and report not in steps:
        steps.add(report)
    return steps


def _one_per_figure(
    heard: list[Statement], same: Merged, case: Case, view: View, assumptions: Assumptions, left: list[Left]
) -> list[Statement]:
    """Of two origins that state the same quantity within a week the earlier counts, unless they are independent.

    What one origin says on either side of the day may well be the same.
    """
    kept: list[Statement] = []
    apart = apart_in(case)
    like: dict[frozenset[int | str], list[Statement]] = {}
    for one in heard:
        alike = like.setdefault(quantity_of(one), [])
        others = (other for other in alike if same.name(other.origin) != same.name(one.origin))
        earlier = next((other for other in others if same_figure(other, one, apart, case, view, assumptions)), None)
        if earlier is None:
            kept.append(one)
            alike.append(one)
        else:
            left.append(Left(statement=one, why="same_figure", by=earlier.report))
    return kept
