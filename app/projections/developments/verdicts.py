"""What the other reports of a view make of a report: whether it repeats, was overtaken, is disputed, and counts.

The panels' own selection decides; links speak where no panel does. Everything is read for a set of reports at once.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

import msgspec
from sqlalchemy import Connection

from app.domain.developments import Development
from app.domain.echoes import Link
from app.domain.family import Family, Readings, read
from app.domain.independence import CONFIRMED, effective_digit
from app.domain.selection import Case, Left
from app.domain.statements import Key, Statement, Subject
from app.projections.asof import AsOf
from app.projections.estimates.cases import (
    Grounds,
    build_case,
    by_report,
    ends,
    keep_families,
    of_reports,
    read_grounds,
    read_statements,
)
from app.projections.registry import read_links

Place = tuple[str, int]
"""A statement's report and ordinal."""


class Count(msgspec.Struct, frozen=True, kw_only=True):
    """What one quantity does on its key: its share of the panel (0 to 1), or why it has none and whose word is in the
    way.
    """

    statement: Statement
    share: float | None
    why: str | None = None
    by: str | None = None


class Panels:
    """Every panel that some reports' quantities are on, read for one view, each family at most once.

    Without a horizon there is no day to look at and nothing that could vote: then the first of all days is as good.
    """

    def __init__(self, connection: Connection, asof: AsOf, reports: Iterable[str]) -> None:
        self.view = asof.view
        self.said = by_report(read_statements(connection, asof.generations, of_reports(reports), at=asof.position))
        every = [one for own in self.said.values() for one in own]
        grounds = read_grounds(connection, asof.generations, asof.position)
        families = keep_families(connection, grounds, {one.key.subject for one in every if one.key.subject.countable})
        self._assumptions = grounds.assumptions
        self._families: Mapping[Subject, Family] = families
        self._readings: dict[Subject, Readings] = {}
        self._left: dict[Subject, dict[Place, Left]] = {}
        self._confirming = _confirming(connection, grounds, {one.report for one in every if one.digit == CONFIRMED})

    def digit(self, report: str, given: int) -> int:
        """The digit that counts in the view."""
        return given if given != CONFIRMED else effective_digit(self.said[report][0], self._confirming, self.view)

    def left(self, one: Statement) -> Left | None:
        """Why the statement has no vote; None when it has one."""
        subject = one.key.subject
        if not subject.countable:
            return Left(statement=one, why=one.why or "no_quantity")
        if subject not in self._left:
            self._left[subject] = _left_out(self._reading(subject))
        if not one.key.countable and _place(one) not in self._left[subject]:
            return Left(statement=one, why=one.why or "ambiguous_key")
        return self._left[subject].get(_place(one))

    def counts(self, report: str) -> list[Count]:
        """One per quantity, in their order."""
        return [self._count(one) for one in self.said.get(report, ()) if one.key.measure]

    def _count(self, one: Statement) -> Count:
        left = self.left(one)
        if left is not None:
            return Count(statement=one, share=None, why=left.why, by=left.by)
        panel = self._reading(one.key.subject).at(one.key.place).panel
        shares = panel.shares if panel is not None else ()
        return Count(statement=one, share=next(given.share for given in shares if given.vote.report == one.report))

    def _reading(self, subject: Subject) -> Readings:
        if subject not in self._readings:
            self._readings[subject] = read(self._families[subject], self.view, self._assumptions, retrospect=True)
        return self._readings[subject]


def read_digits(connection: Connection, asof: AsOf, found: Mapping[str, Development]) -> dict[str, int]:
    """The digit that counts in the view, for each of some reports: as `Panels.digit` has it."""
    digits = {report: one.digit for report, one in found.items()}
    confirmed = [report for report, digit in digits.items() if digit == CONFIRMED]
    if confirmed:
        grounds = read_grounds(connection, asof.generations, asof.position)
        confirming = _confirming(connection, grounds, {*confirmed})
        said = read_statements(connection, asof.generations, of_reports(confirmed), at=asof.position)
        digits |= {one.report: effective_digit(one, confirming, asof.view) for one in said if one.ordinal == 0}
    return digits


def _left_out(readings: Readings) -> dict[Place, Left]:
    """Everything that was said of a subject and has no vote: on its places, and of movements."""
    found = {_place(left.statement): left for left in readings.moved.movements.left_out}
    for place in readings.direct:
        found |= {_place(left.statement): left for left in readings.left_out(place)}
    return found


def _confirming(connection: Connection, grounds: Grounds, reports: set[str]) -> Case:
    """What may confirm these reports, wherever it stands: the links that name them and what those link to."""
    links = read_links(connection, grounds.generations, reports, at=grounds.position) if reports else []
    linked = by_report(read_statements(connection, grounds.generations, of_reports(ends(links)), at=grounds.position))
    return build_case(Key(measure="", actor="", place=""), (), links, linked, None, grounds.kin)


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
