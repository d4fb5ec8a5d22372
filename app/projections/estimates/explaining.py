"""One estimate taken apart: what each vote gives it, what its parts come to, and what was left out and why."""

from collections.abc import Iterable, Sequence

import msgspec
from sqlalchemy import Connection, select

from app.domain.attribution import CLAIM, Line
from app.domain.estimate import Estimate, estimate
from app.domain.family import Readings, read
from app.domain.fusion import Share, to_count
from app.domain.selection import Left, View, stands
from app.domain.statements import Key, Statement
from app.projections.estimates.cases import by_report, keep_families, of_reports, read_statements
from app.projections.estimates.reading import Near, World
from app.projections.generations import rows_of
from app.projections.tables import developments, statements
from app.projections.versions import held_at

LEFT_OUT_MAX = 1000


class Contribution(msgspec.Struct, frozen=True, kw_only=True):
    """One vote. Effects are whole micro-units of the scale and sum, with the other lines, to the figures.

    `carried` is what movements between its day and the one asked for added to what was said, in units of the measure.
    """

    report: str
    origin: str
    grade: str
    vote_day: str
    age_days: int
    share: float
    carried: int
    low_effect: int
    best_effect: int
    high_effect: int


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """A place directly within that has an estimate."""

    place: str
    best: int


class Parts(msgspec.Struct, frozen=True, kw_only=True):
    """The whole against the sum of its direct parts, in the figures that fit each other; None: nobody spoke of one.

    The `gap` is elsewhere in the whole; parts never hold more than it.
    """

    whole: int | None
    sum_of_parts: int | None
    gap: int | None
    places: tuple[Part, ...]


class LeftOut(msgspec.Struct, frozen=True, kw_only=True):
    """A report about this place and actor, or within them, without a vote; `by` is the report in its way."""

    report: str
    why: str
    by: str | None = None


class Explanation(msgspec.Struct, frozen=True, kw_only=True):
    estimate: Estimate
    contributions: tuple[Contribution, ...]
    lines: tuple[Line, ...]
    parts: Parts
    left_out: tuple[LeftOut, ...]
    left_out_truncated: bool


def explain(connection: Connection, world: World, view: View, key: Key) -> Explanation:
    """Takes apart what `read_estimate` answers for the same view."""
    places = [key.place, *world.grounds.places.parts_of(key.place)]
    family = keep_families(connection, world.grounds, [key.subject])[key.subject]
    readings = read(family, view, world.grounds.assumptions, retrospect=True, asked=places)
    found = estimate(readings, key.place, Near(connection, world, family).of(key.place), world.grounds.assumptions)
    lines = found.evaluation.lines
    left = _left_out(connection, world, readings, found)
    return Explanation(
        estimate=found,
        contributions=tuple(_contributions(found, lines)),
        lines=tuple(line for line in lines if line.kind != CLAIM),
        parts=_parts(readings, places),
        left_out=tuple(left[:LEFT_OUT_MAX]),
        left_out_truncated=len(left) > LEFT_OUT_MAX,
    )


def _contributions(found: Estimate, lines: Iterable[Line]) -> Iterable[Contribution]:
    """The heaviest share first."""
    panel = found.evaluation.panel
    if panel is None:
        return
    effects = {line.report: line for line in lines if line.kind == CLAIM}
    said = {one.report: (one, digit) for one, digit in found.evaluation.selection.votes}
    shares = sorted(panel.shares, key=lambda share: (-share.share, share.vote.order))
    for share in shares:
        one, digit = said[share.vote.report]
        line = effects.get(one.report)
        yield Contribution(
            report=one.report,
            origin=one.origin,
            grade=f"{one.letter}{digit}",
            vote_day=share.vote.day.isoformat(),
            age_days=share.age_days,
            share=round(share.share, 6),
            carried=_carried(share, panel.kappa),
            low_effect=line.low if line is not None else 0,
            best_effect=line.best if line is not None else 0,
            high_effect=line.high if line is not None else 0,
        )


def _carried(share: Share, kappa: float) -> int:
    return round(to_count(share.y, kappa) - to_count(share.y - share.carried, kappa))


def _parts(readings: Readings, places: Sequence[str]) -> Parts:
    place, *within = places
    found = [(part, figures.best) for part in within if (figures := readings.at(part).figures) is not None]
    parts = tuple(Part(place=part, best=best) for part, best in found if best is not None)
    own = readings.at(place)
    if own.parts is None:
        return Parts(whole=own.figures.best if own.figures else None, sum_of_parts=None, gap=None, places=parts)
    whole, total, gap = own.parts.people
    return Parts(whole=whole, sum_of_parts=total, gap=gap, places=parts)


def _left_out(connection: Connection, world: World, readings: Readings, found: Estimate) -> list[LeftOut]:
    """Every report in the view whose actor and place are these or lie within them, and that has no vote here."""
    key, view = found.key, readings.view
    voting = {one.report for one, _ in found.evaluation.selection.votes}
    here = {left.statement.report: left for left in readings.left_out(key.place)}
    near = [report for report in _reports_near(connection, world, key) if report not in voting]
    said = by_report(_read(connection, world, [*near, *here]))
    left = [
        LeftOut(report=report, why=here[report].why, by=here[report].by)
        if report in here
        else _elsewhere(report, said[report], key, readings)
        for report in sorted({*near, *here})
        if report not in voting and said.get(report) and _in_view(said[report], view)
    ]
    gone = _corrected_away(connection, world, key, {*voting, *here})
    now = by_report(_read(connection, world, gone))
    moved = {report for report in gone if _in_view(now.get(report, ()), view)}
    left = [one for one in left if one.report not in moved]
    return sorted([*left, *(LeftOut(report=one, why="corrected") for one in moved)], key=lambda one: one.report)


def _read(connection: Connection, world: World, reports: Iterable[str]) -> list[Statement]:
    return read_statements(connection, world.grounds.generations, of_reports(reports), at=world.grounds.position)


def _in_view(said: Iterable[Statement], view: View) -> bool:
    return any(view.has(one.reported_day, one.position) for one in said)


def _elsewhere(report: str, said: tuple[Statement, ...], key: Key, readings: Readings) -> LeftOut:
    """Why a report that is not on the key does not count for it, from what was done to it to what it speaks of."""
    if not any(stands(one, readings.view) for one in said):
        return LeftOut(report=report, why="retracted")
    counted = [one for one in said if one.key.measure == key.measure]
    if not counted:
        why = said[0].why if not said[0].key.measure else None
        return LeftOut(report=report, why=why or "other_measure")
    one = counted[0]
    if one.why is not None:
        left = Left(statement=one, why=one.why)
        left = readings.what_moved(left) if one.key.subject == key.subject else left
        return LeftOut(report=report, why=left.why, by=left.by)
    return LeftOut(report=report, why="unit_part" if one.key.actor != key.actor else "other_place")


def _reports_near(connection: Connection, world: World, key: Key) -> list[str]:
    query = (
        select(developments.c.report)
        .where(
            rows_of(developments, world.grounds.generations),
            held_at(developments, world.grounds.position),
            developments.c.actors.overlap(sorted(world.parts(key.actor))),
            developments.c.places.overlap(sorted(world.within(key.place))),
        )
        .order_by(developments.c.report)
    )
    return list(connection.scalars(query))


def _corrected_away(connection: Connection, world: World, key: Key, present: set[str]) -> set[str]:
    """Reports that once spoke of the key and, since a correction, no longer do."""
    query = select(statements.c.report).where(
        rows_of(statements, world.grounds.generations),
        statements.c.measure == key.measure,
        statements.c.actor == key.actor,
        statements.c.place == key.place,
        statements.c.position_to <= world.grounds.position,
    )
    return set(connection.scalars(query.distinct())) - present
