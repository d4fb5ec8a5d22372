"""What the other reports of a view make of a report: whether it repeats, was overtaken, is disputed, and counts.

The panels' own selection decides; links speak where no panel does. Everything is read for a set of reports at once.
"""

from collections.abc import Iterable, Sequence
from datetime import date

import msgspec
from sqlalchemy import Connection

from app.domain.assumptions import DEFAULT
from app.domain.developments import Development
from app.domain.echoes import Link, echoes, root
from app.domain.panel import evaluate
from app.domain.selection import Case, Left, View, effective_digit, select, stands
from app.domain.statements import Key, Statement
from app.projections.asof import AsOf
from app.projections.estimates.cases import (
    build_case,
    by_report,
    ends,
    of_reports,
    on_keys,
    read_grounds,
    read_statements,
)
from app.projections.registry import read_links

Place = tuple[str, int]
"""A statement's report and ordinal."""


CONFIRMED = 1
"""The only digit that counts as it is given only where others bear it out."""


class Count(msgspec.Struct, frozen=True, kw_only=True):
    """What one quantity does on its key: its share of the panel (0 to 1), or why it has none and whose word is in the
    way.
    """

    statement: Statement
    share: float | None
    why: str | None = None
    by: str | None = None


class Panels:
    """Every panel that some reports' quantities are on, read for one view, each selected at most once.

    Without a horizon there is no day to look at and nothing that could vote: then the first of all days is as good.
    """

    def __init__(self, connection: Connection, asof: AsOf, reports: Iterable[str]) -> None:
        self.view = View(day=asof.valid_at or date.min, reported=asof.reported)
        self.said = by_report(read_statements(connection, asof.timeline, of_reports(reports), at=asof.position))
        # What states no quantity is on no panel; its case is read only where a digit has to be confirmed.
        keys = {one.key for own in self.said.values() for one in own if one.key.measure or one.digit == CONFIRMED}
        self._cases = read_cases(connection, asof, keys)
        self._left: dict[Key, dict[Place, Left]] = {}

    def digit(self, report: str, given: int) -> int:
        """The digit that counts in the view."""
        if given != CONFIRMED:
            return given
        return effective_digit(self.said[report][0], self._cases[self.said[report][0].key], self.view)

    def left(self, one: Statement) -> Left | None:
        """Why the statement has no vote; None when it has one."""
        if not one.key.measure:
            return Left(statement=one, why=one.why or "no_quantity")
        if one.key not in self._left:
            self._left[one.key] = _left_out(self._cases[one.key], self.view)
        return self._left[one.key].get((one.report, one.ordinal))

    def counts(self, report: str) -> list[Count]:
        """One per quantity, in their order."""
        return [self._count(one) for one in self.said.get(report, ()) if one.key.measure]

    def _count(self, one: Statement) -> Count:
        left = self.left(one)
        if left is not None:
            return Count(statement=one, share=None, why=left.why, by=left.by)
        panel = evaluate(self._cases[one.key], self.view, DEFAULT, retrospect=True).panel
        shares = panel.shares if panel is not None else ()
        return Count(statement=one, share=next(given.share for given in shares if given.vote.report == one.report))


def read_cases(connection: Connection, asof: AsOf, keys: Iterable[Key]) -> dict[Key, Case]:
    """The cases of many keys in a handful of queries."""
    wanted = set(keys)
    if not wanted:
        return {}
    grounds = read_grounds(connection, asof.timeline, asof.position)
    found = read_statements(connection, asof.timeline, on_keys(wanted), at=asof.position)
    links = read_links(connection, asof.timeline, (one.report for one in found), at=asof.position)
    linked = by_report(read_statements(connection, asof.timeline, of_reports(ends(links)), at=asof.position))
    order = {link: place for place, link in enumerate(links)}
    naming = links_by_report(links)
    on_key: dict[Key, list[Statement]] = {}
    for one in found:
        on_key.setdefault(one.key, []).append(one)
    return {
        key: build_case(
            key,
            own,
            sorted({link for one in own for link in naming.get(one.report, ())}, key=order.__getitem__),
            linked,
            grounds.measures.get(key.measure),
            grounds.kin,
        )
        for key, own in on_key.items()
    }


def links_by_report(links: Iterable[Link]) -> dict[str, list[Link]]:
    naming: dict[str, list[Link]] = {}
    for link in links:
        for report in {link.from_, link.to}:
            naming.setdefault(report, []).append(link)
    return naming


def _left_out(case: Case, view: View) -> dict[Place, Left]:
    """Every statement on a key that has no vote, those outside the view aside.

    Movements never vote, but repeats among them are told apart by the same rules.
    """
    found = {_place(left.statement): left for left in select(case, view, DEFAULT).left_out}
    moved = [left.statement for left in found.values() if left.why == "movement" and stands(left.statement, view)]
    moved.sort(key=lambda one: one.order)
    links = [link for link in case.links if all(_acts(case, view, end) for end in (link.from_, link.to))]
    repeated = echoes(moved, links, DEFAULT)
    for one in repeated:
        found[_place(one)] = Left(statement=one, why="echo_of", by=root(one, repeated).report)
    return found


def _acts(case: Case, view: View, report: str) -> bool:
    return any(stands(one, view) for one in case.linked.get(report, ()))


def _place(one: Statement) -> Place:
    return one.report, one.ordinal


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """`echo_of` and `superseded_by` only where the report has no vote of its own left."""

    echo_of: str | None
    superseded_by: str | None
    disputed: bool


def judge(report: Development, panels: Panels, acting: Sequence[tuple[Link, Development]]) -> Verdict:
    """`acting` are the links that name the report, each with the report at its other end, where both stand."""
    left = [panels.left(one) for one in panels.said.get(report.body.report, ())]
    silent = [one for one in left if one is not None]
    counts = len(silent) < len(left)
    own = report.body.report
    return Verdict(
        echo_of=None if counts else _by(silent, "echo_of") or _restated(own, acting),
        superseded_by=None if counts else _by(silent, "superseded") or _overtaken(own, acting, panels.view.day),
        disputed=_dissent(report) or any(_disputes(link, other) for link, other in acting),
    )


def _by(left: Iterable[Left], why: str) -> str | None:
    return next((one.by for one in left if one.why == why), None)


def _restated(report: str, acting: Iterable[tuple[Link, Development]]) -> str | None:
    return next((link.to for link, _ in acting if link.relation == "restates" and link.from_ == report), None)


def _overtaken(report: str, acting: Iterable[tuple[Link, Development]], day: date) -> str | None:
    """The newer report puts the older one away from its own vote day on."""
    newer = (
        other.body.report
        for link, other in acting
        if link.relation == "supersedes" and link.to == report and other.vote_day is not None and other.vote_day <= day
    )
    return next(newer, None)


def _disputes(link: Link, other: Development) -> bool:
    return link.relation == "contradicts" or (link.relation == "rival_of" and other.body.stance == "denied")


def _dissent(report: Development) -> bool:
    """Two assessors, of whom only the last one's word counts, gave different marks."""
    digits = {one.credibility for one in report.assessments if one.credibility is not None}
    words = {one.likelihood for one in report.assessments if one.likelihood is not None}
    return len(digits) > 1 or len(words) > 1
