"""Why an estimate moved, as a waterfall: one row for each cause, whose moves sum to the change exactly.

Days that pass on the way to an event, or back from it, are rows of their own: no report is to blame for them.
"""

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from app.domain.meanings import CAUSES

Figures = Mapping[str, Any] | None


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """One move of the best estimate, from one height to another. None: there was no estimate."""

    day: str | None
    what: str
    report: str | None
    source: str | None
    reports: list[str]
    before: int | None
    after: int | None

    @property
    def best(self) -> int:
        """By how much; no estimate counts as nothing here, so that the column adds up."""
        return (self.after or 0) - (self.before or 0)


def rows(change: Mapping[str, Any]) -> list[Row]:
    """In order; days that only widen or narrow the interval are left out, since the best estimate stays."""
    found = [row for step in change["steps"] for row in _rows(step)]
    return [row for row in found if row.before != row.after or row.report or row.source]


def adds_up(change: Mapping[str, Any], found: list[Row]) -> bool:
    """Whether each row begins where the one before it ended, and the last ends where the change does."""
    reached = _best(change["before"])
    for row in found:
        if row.before != reached:
            return False
        reached = row.after
    return reached == _best(change["after"])


def _rows(step: Mapping[str, Any]) -> Iterator[Row]:
    if step["position"] is None:
        yield _row(step, step["before"], step["after"], what=CAUSES.get(step["cause"], step["cause"]))
        return
    yield from _passing(step, step["before"], step["due"])
    yield _row(step, step["due"], step["moved"], what=CAUSES.get(step["cause"], step["cause"]), named=True)
    yield from _passing(step, step["moved"], step["after"])


def _passing(step: Mapping[str, Any], before: Figures, after: Figures) -> Iterator[Row]:
    if before != after:
        yield _row(step, before, after, what=CAUSES["time_passed"])


def _row(step: Mapping[str, Any], before: Figures, after: Figures, *, what: str, named: bool = False) -> Row:
    return Row(
        day=step["valid_at"],
        what=what,
        report=step["report"] if named else None,
        source=step["source"] if named else None,
        reports=step["reports"] if step["position"] is None or named else [],
        before=_best(before),
        after=_best(after),
    )


def _best(figures: Figures) -> int | None:
    return None if figures is None else figures["best"]
