"""Which estimates moved between two days of reporting, and the reports that moved them most."""

import msgspec
from sqlalchemy import Connection

from app.domain.brief import Cause, Moved, best_of, distance, main_causes
from app.domain.developments import Development
from app.domain.estimate import Estimate
from app.domain.panel import Figures
from app.domain.statements import Key
from app.projections.asof import AsOf
from app.projections.developments.view import read_seen
from app.projections.estimates.audit import Change, changed_between_reported_days
from app.projections.estimates.reading import World, keys_with_votes, read_estimates, read_world

KEYS_MAX = 1000
MOVED_MAX = 12
"""So many estimates, those that moved furthest, are taken apart; the others are counted."""


class Moves(msgspec.Struct, frozen=True, kw_only=True):
    """Those that reports moved furthest, what most votes are on first.

    `besides` counts those that are not taken apart, `aged` those that nothing but the days moved.
    """

    moved: tuple[Moved, ...]
    besides: int
    aged: int


def read_moves(connection: Connection, start: AsOf, end: AsOf) -> Moves:
    """`start` and `end` are the same question, but for what had been said by two days."""
    world = read_world(connection, end)
    keys = keys_with_votes(connection, end, names={}, limit=KEYS_MAX)
    before = read_estimates(connection, world, start.view, keys)
    after = read_estimates(connection, world, end.view, keys)
    ends = {
        now.key: (was, now)
        for was, now in zip(before, after, strict=True)
        if was.figures != now.figures and (_has_votes(was) or _has_votes(now))
    }
    ranked = sorted(ends, key=lambda key: (-distance(*(one.figures for one in ends[key])), key))
    found: list[Moved] = []
    aged = besides = 0
    for key in ranked:
        if len(found) == MOVED_MAX:
            besides += 1
            continue
        change = changed_between_reported_days(connection, key, start, end)
        if all(step.position is None for step in change.steps):
            aged += 1
            continue
        now = ends[key][1]
        votes = len(now.evaluation.selection.votes)
        found.append(_taken_apart(connection, key, change, world, end, votes=votes, flags=now.flags))
    found.sort(key=lambda one: -one.votes)
    return Moves(moved=tuple(found), besides=besides, aged=aged)


def _has_votes(one: Estimate) -> bool:
    """What may vote at all is asked of the database; whether it does is a matter of the view."""
    return one.evaluation.panel is not None


def _taken_apart(
    connection: Connection, key: Key, change: Change, world: World, end: AsOf, *, votes: int, flags: tuple[str, ...]
) -> Moved:
    steps = [step for step in change.steps if step.position is not None]
    said = read_seen(connection, end, {step.report for step in steps if step.report is not None})
    causes = [
        _cause(step.cause, step.report, said.get(step.report or ""), best_of(step.moved) - best_of(step.due))
        for step in steps
    ]
    named, others, count = main_causes(causes, appeared=not (_known(change.before) and _known(change.after)))
    whole = best_of(change.after) - best_of(change.before)
    return Moved(
        key=key,
        unit=world.grounds.measures[key.measure].unit,
        before=change.before,
        after=change.after,
        votes=votes,
        flags=flags,
        causes=named,
        others=others,
        others_count=count,
        time_passed=whole - sum(one.best for one in causes),
    )


def _known(figures: Figures | None) -> bool:
    """Bounds alone are no estimate."""
    return figures is not None and figures.best is not None


def _cause(cause: str, report: str | None, said: Development | None, best: int) -> Cause:
    return Cause(
        cause=cause,
        report=report,
        origin=said.origin if said is not None else None,
        day=said.reported_day if said is not None else None,
        best=best,
    )
