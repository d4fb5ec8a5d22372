"""What an estimate for one key rests on, and how much of it a view lets count. No rule of voting stands here."""

from collections.abc import Mapping
from datetime import date

import msgspec

from app.domain.echoes import Link
from app.domain.sources import Merged
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
