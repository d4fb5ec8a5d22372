"""Many rows in one go: new ones by COPY, changed ones and a few new ones by one statement. Values are those that
SQLAlchemy would take.

The driver sends an `executemany` as one statement a row, each planned and answered by itself; that alone took longer
than all the thinking behind the rows.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache, lru_cache
from typing import Any

import msgspec
import psycopg
from psycopg import sql
from sqlalchemy import ARRAY, Connection, Table
from sqlalchemy.dialects import postgresql
from sqlalchemy.exc import DBAPIError

from app.database.many import as_array

_JSON = msgspec.json.Encoder()
FEW = 50
"""Up to so many new rows are one statement: COPY takes each row faster, but goes to the database and back twice, and
cannot go together with anything else.
"""

Row = Mapping[str, Any]
_DIALECT = postgresql.dialect()  # type: ignore[no-untyped-call]


@contextmanager
def sent_together(connection: Connection) -> Iterator[None]:
    """What is written within goes to the database in one message. What goes wrong there is raised at the end."""
    with _driving(connection) as cursor, cursor.connection.pipeline():
        yield


def insert_rows(connection: Connection, table: Table, rows: Sequence[Row]) -> None:
    """Rows that are not there yet; each has every column that has no default."""
    if not rows:
        return
    with _driving(connection) as cursor:
        if len(rows) > FEW and not cursor.connection.pgconn.pipeline_status:
            _copy_rows(cursor, table, rows)
        else:
            cursor.execute(_insert(table, tuple(rows[0])), (_JSON.encode(rows).decode(),))


def _copy_rows(cursor: psycopg.Cursor[Any], table: Table, rows: Sequence[Row]) -> None:
    columns = [column for column in table.columns if column.name in rows[0]]
    plain = [column.name for column in columns if not isinstance(column.type, ARRAY)]
    arrays = [column.name for column in columns if isinstance(column.type, ARRAY)]
    with cursor.copy(_copy(table, (*plain, *arrays))) as copy:
        for row in rows:
            copy.write_row([*[row[name] for name in plain], *[_as_array(row[name]) for name in arrays]])


def update_rows(connection: Connection, table: Table, *, key: Sequence[str], rows: Sequence[Row]) -> None:
    """Set what the rows have besides their key, where the key is. All of them name the same columns."""
    if rows:
        with _driving(connection) as cursor:
            cursor.execute(_update(table, tuple(key), tuple(rows[0])), (_JSON.encode(rows).decode(),))


def put_rows(connection: Connection, table: Table, *, key: Sequence[str], rows: Sequence[Row]) -> None:
    """Insert each row, or where its key is there already set what it has besides. No key is in them twice."""
    if rows:
        with _driving(connection) as cursor:
            cursor.execute(_put(table, tuple(key), tuple(rows[0])), (_JSON.encode(rows).decode(),))


@cache
def _copy(table: Table, names: tuple[str, ...]) -> bytes:
    return _text(sql.SQL("COPY {} ({}) FROM STDIN").format(sql.Identifier(table.name), _names(names)))


@cache
def _insert(table: Table, names: tuple[str, ...]) -> bytes:
    statement = sql.SQL("INSERT INTO {table} ({names}) SELECT {names} FROM json_to_recordset(%s) AS new ({shape})")
    table_name = sql.Identifier(table.name)
    return _text(statement.format(table=table_name, names=_names(names), shape=_shape(table, names)))


@cache
def _update(table: Table, key: tuple[str, ...], names: tuple[str, ...]) -> bytes:
    statement = sql.SQL("UPDATE {table} SET {news} FROM json_to_recordset(%s) AS new ({shape}) WHERE {same}").format(
        table=sql.Identifier(table.name),
        news=sql.SQL(", ").join(
            sql.SQL("{0} = new.{0}").format(sql.Identifier(name)) for name in names if name not in key
        ),
        shape=_shape(table, names),
        same=sql.SQL(" AND ").join(
            sql.SQL("{0}.{1} = new.{1}").format(sql.Identifier(table.name), sql.Identifier(name)) for name in key
        ),
    )
    return _text(statement)


@cache
def _put(table: Table, key: tuple[str, ...], names: tuple[str, ...]) -> bytes:
    statement = sql.SQL("{insert} ON CONFLICT ({key}) DO UPDATE SET {news}").format(
        insert=sql.SQL(_insert(table, names).decode()),
        key=_names(key),
        news=sql.SQL(", ").join(
            sql.SQL("{0} = excluded.{0}").format(sql.Identifier(name)) for name in names if name not in key
        ),
    )
    return _text(statement)


@contextmanager
def _driving(connection: Connection) -> Iterator[psycopg.Cursor[Any]]:
    """The driver's own cursor; what goes wrong is raised as SQLAlchemy would raise it."""
    driver = connection.connection.driver_connection
    if not isinstance(driver, psycopg.Connection):
        raise TypeError(f"{type(driver).__name__} is no connection of psycopg")
    try:
        with driver.cursor() as cursor:
            yield cursor
    except psycopg.Error as error:
        raise DBAPIError.instance(
            None, None, error, psycopg.Error, connection_invalidated=driver.closed, dialect=connection.dialect
        ) from error


def _text(statement: sql.Composed) -> bytes:
    return statement.as_bytes(None)


def _names(names: Iterable[str]) -> sql.Composed:
    return sql.SQL(", ").join(map(sql.Identifier, names))


def _shape(table: Table, names: Iterable[str]) -> sql.Composed:
    """The columns with their types, for rows that come as JSON."""
    typed = ((name, table.c[name].type.compile(dialect=_DIALECT)) for name in names)
    return sql.SQL(", ").join(sql.SQL("{} {}").format(sql.Identifier(name), sql.SQL(of)) for name, of in typed)


def _as_array(values: Sequence[str] | None) -> str | None:
    """The driver would take ten times as long over it."""
    return None if values is None else _written(tuple(values))


_written = lru_cache(10_000)(as_array)
"""The same few names stand in most rows."""
