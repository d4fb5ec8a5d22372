"""A change of an estimate as a table: before, the steps, their sum, after, and whether that adds up."""

import math
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

import msgspec

from app.cli.explanation import print_meanings
from app.cli.printing import number, print_heading, print_line, print_pairs, print_table, signed
from app.cli.words import CAUSES, in_words
from app.domain.attribution import Line
from app.domain.fusion import MICRO
from app.domain.meanings import counted, in_units
from app.domain.panel import Figures
from app.domain.statements import Key
from app.projections.asof import AsOf
from app.projections.estimates.audit import Change, Step

NUMBERS = ("best", "low", "high")


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """When a step happened, along the axis of the audit, and whose word or deed it was."""

    day: date | None
    who: str | None


def adds_up(change: Change) -> bool:
    """Whether the steps follow each other without a gap and their lines sum to the change, in whole micro-units."""
    reached = change.before
    for step in change.steps:
        if step.before != reached or not _lines_add_up(step):
            return False
        reached = step.after
    return reached == change.after


def print_change(
    change: Change, start: AsOf, end: AsOf, *, key: Key, unit: str, told: Mapping[int, Told], with_lines: bool
) -> None:
    print_line(f"{key.measure} ({unit}) of {key.actor} in {key.place}, {end.timeline}")
    print_line()
    ends = (("before", change.before, start), ("after", change.after, end))
    print_pairs((name, f"{_state(figures)}, {_view(found)}") for name, figures, found in ends)
    print_line()
    columns = ("day", "at", "what", "who", *NUMBERS)
    print_table(columns, _rows(change, told), right=("at", *NUMBERS), whole=("day",))
    print_line()
    print_line(_verdict(change, unit))
    if with_lines:
        for step in change.steps:
            _print_lines(step)
        print_meanings(line for step in change.steps for line in step.lines)


def _state(figures: Figures | None) -> str:
    if figures is None:
        return "no estimate"
    most = "unknown" if figures.high is None else f"{figures.high:,}"
    return f"{number(figures.best)} ({figures.low:,} to {most})"


def _view(found: AsOf) -> str:
    said = f"said by {found.reported_by}, " if found.reported_by else ""
    day = f"as of {found.valid_at}" if found.valid_at is not None else "before anything was reported"
    return f"{said}{day}, position {found.position}"


def _rows(change: Change, told: Mapping[int, Told]) -> Iterable[tuple[Any, ...]]:
    for step in change.steps:
        about = told.get(step.position or 0, Told(day=step.valid_at, who=None))
        what = f"{in_words(CAUSES, step.cause)} {step.report or ', '.join(step.reports)}".strip()
        if step.position is None and not step.reports:
            yield about.day, None, what, None, *_moves(step.before, step.after)
            continue
        yield from _passing(step, step.before, step.due)
        yield about.day, step.position, what, about.who, *_moves(step.due, step.moved)
        yield from _passing(step, step.moved, step.after)
    yield "sum", None, None, None, *_moves(change.before, change.after)


def _passing(step: Step, before: Figures | None, after: Figures | None) -> Iterable[tuple[Any, ...]]:
    """What the days did on the way to an event, or back from it: no report is to blame for that."""
    if before != after:
        yield step.valid_at, None, in_words(CAUSES, "time_passed"), None, *_moves(before, after)


def _moves(before: Figures | None, after: Figures | None) -> tuple[str, str, str]:
    """In whole units; no estimate counts as nothing here, so that the column adds up."""
    was, now = _whole(before), _whole(after)
    return signed(now[1] - was[1]), signed(now[0] - was[0]), signed(now[2] - was[2])


def _whole(figures: Figures | None) -> tuple[int, int, int]:
    return figures.people if figures is not None else (0, 0, 0)


def _verdict(change: Change, unit: str) -> str:
    if not adds_up(change):
        return "This does NOT add up: the projection is broken. `muster replay estimates` builds it anew."
    before, after = _whole(change.before)[1], _whole(change.after)[1]
    lines = sum(len(step.lines) for step in change.steps)
    sign, move = ("+" if after >= before else "-"), abs(after - before)
    sum_ = f"{before:,} {sign} {move:,} = {after:,} {in_units(after, unit)}"
    return f"Adds up: {sum_}, exact to the last of {counted(lines, 'line')}."


def _lines_add_up(step: Step) -> bool:
    was, now = _units(step.before), _units(step.after)
    sums = tuple(sum(end) for end in zip(*((one.low, one.best, one.high) for one in step.lines), strict=True))
    return (sums or (0, 0, 0)) == tuple(new - old for old, new in zip(was, now, strict=True))


def _units(figures: Figures | None) -> tuple[int, int, int]:
    return figures.units if figures is not None else (0, 0, 0)


def _print_lines(step: Step) -> None:
    at = f" at {step.position}" if step.position is not None else ""
    print_heading(f"{in_words(CAUSES, step.cause)} {step.report or step.source or ''}".strip() + at)
    print_lines(step.lines, step.before, step.after)


def print_lines(lines: Iterable[Line], before: Figures | None, after: Figures | None) -> None:
    """What each vote did, in millionths of the logarithmic scale, and for best in percent where there was something."""
    both = before is not None and after is not None
    rows = (
        (one.kind, one.report, _percent(one) if both else None, signed(one.best), signed(one.low), signed(one.high))
        for one in lines
    )
    print_table(("line", "report", "percent", *NUMBERS), rows, right=("percent", *NUMBERS))


def _percent(line: Line) -> str:
    return f"{math.expm1(line.best / MICRO):+.1%}"
