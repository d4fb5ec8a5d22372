"""Rows that change by closing one version and opening the next, and how to ask for those of one position.

A writer reads the current versions of the keys that it will touch, keeps what it needs of them, and writes everything
once.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, FromClause, Row, Table, and_, or_, select, tuple_

from app.database.bulk import insert_rows, update_rows
from app.projections.generations import Generations, rows_of, stamp

CHUNK = 1000
Values = Mapping[str, Any]


def held_at(table: FromClause, position: int) -> ColumnElement[bool]:
    """The rows that held right after `position` was applied."""
    return and_(table.c.position_from <= position, or_(table.c.position_to.is_(None), table.c.position_to > position))


class Versions:
    """The versions of one table's keys in one generation; what is put here is written by `flush`.

    `key` names the columns between generation and position. Of a current version only its beginning is kept. All rows
    of one `flush` go in one statement each for closing and opening.
    """

    def __init__(self, table: Table, generations: Generations, key: tuple[str, ...]) -> None:
        self._table = table
        self._generations = generations
        self._key = key
        self._stamp = stamp(table, generations)
        self._since: dict[tuple[Any, ...], int] = {}
        self._closed: list[dict[str, Any]] = []
        self._opened: dict[tuple[Any, ...], dict[str, Any]] = {}

    def load(
        self, connection: Connection, condition: ColumnElement[bool], *columns: ColumnElement[Any]
    ) -> Sequence[Row[*tuple[Any, ...]]]:
        """The key, and these columns, of the current versions that fit, in order of keys. What was put has to be
        written before.
        """
        key = [self._table.c[name] for name in self._key]
        query = (
            select(*key, self._table.c.position_from, *columns)
            .where(rows_of(self._table, self._generations), self._table.c.position_to.is_(None), condition)
            .order_by(*key)
        )
        width = len(key)
        rows = connection.execute(query).all()
        self._since |= {tuple(row[:width]): row[width] for row in rows}
        return rows

    def load_keys(
        self, connection: Connection, keys: Iterable[tuple[Any, ...]], *columns: ColumnElement[Any]
    ) -> Sequence[Row[*tuple[Any, ...]]]:
        """The same for these keys."""
        wanted = sorted(set(keys))
        names = [self._table.c[name] for name in self._key]
        pages = (wanted[start : start + CHUNK] for start in range(0, len(wanted), CHUNK))
        return [row for page in pages for row in self.load(connection, tuple_(*names).in_(page), *columns)]

    def put(self, key: tuple[Any, ...], position: int, values: Values) -> None:
        """Open a version at `position`, closing the one before, which must have been loaded; two within one position
        are one.
        """
        self.close(key, position)
        row = {**self._stamp, **self._named(key), **values, "position_from": position, "position_to": None}
        self._opened[(*key, position)] = row
        self._since[key] = position

    def close(self, key: tuple[Any, ...], position: int) -> None:
        """End the current version, if there is one, before `position`."""
        since = self._since.pop(key, None)
        if since is None:
            return
        own = self._opened.get((*key, since))
        if own is None:
            old = {**self._stamp, **self._named(key), "position_from": since, "position_to": position}
            self._closed.append(old)
        elif since == position:
            del self._opened[(*key, since)]
        else:
            own["position_to"] = position

    def _named(self, key: tuple[Any, ...]) -> dict[str, Any]:
        return dict(zip(self._key, key, strict=True))

    def flush(self, connection: Connection) -> None:
        """Write what was put and closed since the last time."""
        key = ("timeline_id", "generation", *self._key, "position_from")
        update_rows(connection, self._table, key=key, rows=self._closed)
        insert_rows(connection, self._table, list(self._opened.values()))
        self._closed, self._opened = [], {}
