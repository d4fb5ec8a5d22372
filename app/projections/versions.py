"""Rows that change by closing one version and opening the next, and how to ask for those of one position.

A writer loads the current versions of the keys that it will touch, changes them in memory, and writes everything once.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    FromClause,
    Table,
    and_,
    bindparam,
    insert,
    or_,
    select,
    tuple_,
    update,
)

from app.projections.generations import Generations, rows_of, stamp

CHUNK = 1000
Values = Mapping[str, Any]


def held_at(table: FromClause, position: int) -> ColumnElement[bool]:
    """The rows that held right after `position` was applied."""
    return and_(table.c.position_from <= position, or_(table.c.position_to.is_(None), table.c.position_to > position))


class Versions:
    """The versions of one table's keys in one generation; what is put here is written by `flush`.

    `key` names the columns between generation and position. All rows of one `flush` go in one statement each for
    closing and opening.
    """

    def __init__(self, connection: Connection, table: Table, generations: Generations, key: tuple[str, ...]) -> None:
        self._connection = connection
        self._table = table
        self._generations = generations
        self._key = key
        self._current: dict[tuple[Any, ...], tuple[int, Values]] = {}
        self._closed: list[dict[str, Any]] = []
        self._opened: dict[tuple[Any, ...], dict[str, Any]] = {}

    def load(self, keys: Iterable[tuple[Any, ...]]) -> None:
        """Read the current versions of those keys that were not read or written yet."""
        wanted = sorted(set(keys) - self._current.keys())
        columns = [self._table.c[name] for name in self._key]
        for start in range(0, len(wanted), CHUNK):
            self.load_where(tuple_(*columns).in_(wanted[start : start + CHUNK]))

    def load_where(self, condition: ColumnElement[bool]) -> list[tuple[Any, ...]]:
        """Read the current versions that fit, written ones aside, and return their keys in order."""
        query = select(self._table).where(
            rows_of(self._table, self._generations), self._table.c.position_to.is_(None), condition
        )
        keys = []
        for row in self._connection.execute(query).mappings():
            key = tuple(row[name] for name in self._key)
            keys.append(key)
            self._current.setdefault(key, (row["position_from"], dict(row)))
        return sorted(keys)

    def get(self, key: tuple[Any, ...]) -> Values | None:
        """The current version; the key must have been loaded."""
        found = self._current.get(key)
        return found[1] if found is not None else None

    def put(self, key: tuple[Any, ...], position: int, values: Values) -> None:
        """Open a version at `position`, closing the one before; two within one position are one."""
        self.close(key, position)
        row = dict(zip(self._key, key, strict=True)) | dict(values)
        row |= {**stamp(self._table, self._generations), "position_from": position, "position_to": None}
        self._opened[(*key, position)] = row
        self._current[key] = (position, row)

    def close(self, key: tuple[Any, ...], position: int) -> None:
        """End the current version, if there is one, before `position`."""
        found = self._current.pop(key, None)
        if found is None:
            return
        since, _ = found
        own = self._opened.get((*key, since))
        if own is None:
            names = dict(zip((f"b_{name}" for name in self._key), key, strict=True))
            self._closed.append(names | {"b_from": since, "b_to": position})
        elif since == position:
            del self._opened[(*key, since)]
        else:
            own["position_to"] = position

    def flush(self) -> None:
        """Write what was put and closed since the last time."""
        if self._closed:
            keys = [self._table.c[name] == bindparam(f"b_{name}") for name in self._key]
            self._connection.execute(
                update(self._table)
                .where(
                    rows_of(self._table, self._generations),
                    *keys,
                    self._table.c.position_from == bindparam("b_from"),
                )
                .values(position_to=bindparam("b_to")),
                self._closed,
            )
        if self._opened:
            self._connection.execute(insert(self._table), list(self._opened.values()))
        self._closed, self._opened = [], {}
