"""What every estimate would be if some reports were not there, some sources were graded otherwise, or the numbers
behind it all were others. Reads alone: what is supposed is worked out beside what stands and kept nowhere.
"""

from collections.abc import Iterator, Mapping, Sequence

import msgspec
from sqlalchemy import ColumnElement, Connection, select

from app.database.many import among
from app.domain.assumptions import Assumptions
from app.domain.attribution import Line
from app.domain.developments import Development
from app.domain.estimate import estimate
from app.domain.family import Family, Readings, read
from app.domain.panel import Figures, effect
from app.domain.statements import Key, Statement, Subject, statements_of
from app.domain.supposition import Supposition, silenced, supposed
from app.projections.asof import AsOf
from app.projections.estimates.cases import (
    Grounds,
    Said,
    build_families,
    ends,
    of_reports,
    read_grounds,
    read_said,
)
from app.projections.estimates.comparing import best_y, differs, is_estimated
from app.projections.generations import rows_of
from app.projections.registry import read_links, read_sources
from app.projections.tables import developments, statements
from app.projections.versions import held_at

SUBJECTS_AT_ONCE = 20
REPORTS_AT_ONCE = 1000
_DEVELOPMENT = msgspec.json.Decoder(Development)

Remade = Mapping[str, tuple[Statement, ...]]
"""What reports would say, by report; nothing for one left out. One that is not in it says what it says."""


class Move(msgspec.Struct, frozen=True, kw_only=True):
    """One key whose figures would be others; no reading is None. `flags` are those of the hypothetical one, as far as
    they follow from what is said of the actor itself. `shift` is how far best moves on the standing scale, on which
    nothing is known of it lies at 0.

    `lines` lead from the one to the other and sum to the difference. They are None where the two were read under
    different assumptions: what a vote did cannot be told there from what the numbers did to every vote.
    """

    key: Key
    unit: str
    standing: Figures | None
    hypothetical: Figures | None
    shift: float
    flags: tuple[str, ...]
    lines: tuple[Line, ...] | None


class Supposed(msgspec.Struct, frozen=True, kw_only=True):
    """`assumptions` names the set that the hypothesis was read under. The largest moves of best come first.

    `keys_read` counts the keys that the supposition reaches and that have an estimate in one reading at least.
    """

    assumptions: str
    keys_read: int
    moves: tuple[Move, ...]


def suppose(connection: Connection, as_of: AsOf, supposition: Supposition, assumptions: Assumptions) -> Supposed:
    """Read every key as it stands and as it would, both for the view's day.

    The day does not follow the supposition: where it was left to the timeline it is the horizon as it stands, even
    when the newest report is among those left out. Under the same numbers only what the supposition touches is read.
    """
    world = _World(connection, as_of, supposition, assumptions)
    subjects = world.subjects()
    moves: list[Move] = []
    keys_read = 0
    for start in range(0, len(subjects), SUBJECTS_AT_ONCE):
        for standing, hypothetical in world.read(subjects[start : start + SUBJECTS_AT_ONCE]):
            known = [place for place in standing.final if is_estimated(place, standing, hypothetical)]
            keys_read += len(known)
            moves += [
                world.move(place, standing, hypothetical) for place in known if differs(place, standing, hypothetical)
            ]
    moves.sort(key=lambda one: (-abs(one.shift), one.key))
    return Supposed(assumptions=assumptions.name, keys_read=keys_read, moves=tuple(moves))


class _World:
    """The timeline at the view's position, as it stands and as it would."""

    def __init__(self, connection: Connection, as_of: AsOf, supposition: Supposition, assumptions: Assumptions) -> None:
        self._connection = connection
        self._view = as_of.view
        self._grounds: Grounds = read_grounds(connection, as_of.generations, as_of.position)
        self._sources = read_sources(connection, as_of.generations, at=as_of.position)
        self._supposition = supposition
        self._assumptions = assumptions
        self._standing = self._grounds.assumptions
        self._same = msgspec.structs.replace(assumptions, name=self._standing.name) == self._standing
        self._touched: Remade = self._remade_of_touched() if self._same else {}

    def subjects(self) -> list[Subject]:
        """Under other numbers all there are; else those that a touched report speaks of, or one linked with it."""
        columns = (statements.c.measure, statements.c.actor)
        query = select(*columns).where(
            rows_of(statements, self._grounds.generations), held_at(statements, self._grounds.position)
        )
        if self._same:
            links = read_links(self._connection, self._grounds.generations, self._touched, at=self._grounds.position)
            query = query.where(of_reports({*self._touched, *ends(links)}))
        found = {Subject(measure=row.measure, actor=row.actor) for row in self._connection.execute(query.distinct())}
        return sorted(subject for subject in found if subject.countable)

    def read(self, subjects: Sequence[Subject]) -> Iterator[tuple[Readings, Readings]]:
        """Each subject's family, every place that either reading knows, as it stands and as it would."""
        grounds = self._grounds
        said = read_said(self._connection, grounds.generations, subjects, at=grounds.position)
        remade = self._touched
        if not self._same:
            remade = self._remade(
                among(developments.c.report, {one.report for one in said.statements} | {*said.linked})
            )
        standing = build_families(self._grounds, subjects, said)
        otherwise = build_families(self._grounds, subjects, _otherwise(said, remade))
        for subject in subjects:
            spoken_of = {*standing[subject].cases, *otherwise[subject].cases}
            asked = {whole for place in spoken_of for whole in self._grounds.places.line_of(place)}
            yield (
                self._reading(standing[subject], self._standing, asked),
                self._reading(otherwise[subject], self._assumptions, asked),
            )

    def move(self, place: str, standing: Readings, hypothetical: Readings) -> Move:
        was, now = standing.at(place), hypothetical.at(place)
        subject = standing.family.subject
        inside = sorted(self._grounds.places.inside(place) & hypothetical.family.cases.keys() - {place})
        near = [one for name in inside for one in hypothetical.family.cases[name].statements]
        return Move(
            key=Key(measure=subject.measure, actor=subject.actor, place=place),
            unit=self._grounds.measures[subject.measure].unit,
            standing=was.figures,
            hypothetical=now.figures,
            shift=best_y(hypothetical, place, self._assumptions) - best_y(standing, place, self._standing),
            flags=estimate(hypothetical, place, near, self._assumptions).flags,
            lines=tuple(effect(was, now)) if self._same else None,
        )

    def _reading(self, family: Family, assumptions: Assumptions, asked: set[str]) -> Readings:
        return read(family, self._view, assumptions, retrospect=True, asked=asked)

    def _remade_of_touched(self) -> dict[str, tuple[Statement, ...]]:
        """The reports that the supposition names, and those of the sources that it names: apart, each by its index."""
        named = silenced(self._supposition, self._sources) | self._supposition.letters.keys()
        found = self._remade(among(developments.c.report, self._supposition.reports))
        return found | self._remade(developments.c.sources.overlap(sorted(named)))

    def _remade(self, where: ColumnElement[bool]) -> dict[str, tuple[Statement, ...]]:
        """What these reports would say, so far as that can differ."""
        query = select(developments.c.development).where(
            rows_of(developments, self._grounds.generations), held_at(developments, self._grounds.position), where
        )
        rows = self._connection.execute(query, execution_options={"yield_per": REPORTS_AT_ONCE})
        found: dict[str, tuple[Statement, ...]] = {}
        for texts in rows.scalars().partitions():
            stand = {one.body.report: one for one in map(_DEVELOPMENT.decode, texts)}
            for report, new in supposed(stand.values(), self._supposition, self._sources).items():
                if new is None:
                    found[report] = ()
                elif not self._same or new is not stand[report]:
                    found[report] = statements_of(new, self._grounds.measures, self._assumptions)
        return found


def _otherwise(said: Said, remade: Remade) -> Said:
    """What would be said. A link to a report that is left out is left out with it."""
    gone = {report for report, own in remade.items() if not own}
    return Said(
        statements=[
            remade[one.report][one.ordinal] if one.report in remade else one
            for one in said.statements
            if one.report not in gone
        ],
        links=[link for link in said.links if gone.isdisjoint((link.from_, link.to))],
        linked={report: remade.get(report, own) for report, own in said.linked.items() if report not in gone},
    )
