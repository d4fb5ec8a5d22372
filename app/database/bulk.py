"""Many rows in one go: new ones by COPY, changed ones by one statement. Values are those that SQLAlchemy would take.

The driver sends an `executemany` as one statement a row, each planned and answered by itself; that alone took longer
than all the thinking behind the rows.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import msgspec
import psycopg
from psycopg import sql
from sqlalchemy import ARRAY, Connection, Table
from sqlalchemy.dialects import postgresql

_JSON = msgspec.json.Encoder()

Row = Mapping[str, Any]
_DIALECT = postgresql.dialect()  # type: ignore[no-untyped-call]


def insert_rows(connection: Connection, table: Table, rows: Sequence[Row]) -> None:
    """Rows that are not there yet; each has every column that has no default."""
    if not rows:
        return
    columns = [column for column in table.columns if column.name in rows[0]]
    into = sql.SQL("COPY {} ({}) FROM STDIN").format(sql.Identifier(table.name), _names(c.name for c in columns))
    written = [(column.name, _as_array if isinstance(column.type, ARRAY) else None) for column in columns]
    with _cursor(connection) as cursor, cursor.copy(into) as copy:
        for row in rows:
            copy.write_row([_written(row[name], how) for name, how in written])


def update_rows(connection: Connection, table: Table, *, key: Sequence[str], rows: Sequence[Row]) -> None:
    """Set what the rows have besides their key, where the key is. All of them name the same columns."""
    if not rows:
        return
    others = [name for name in rows[0] if name not in key]
    statement = sql.SQL("UPDATE {table} SET {news} FROM json_to_recordset(%s) AS new ({shape}) WHERE {same}").format(
        table=sql.Identifier(table.name),
        news=sql.SQL(", ").join(sql.SQL("{0} = new.{0}").format(sql.Identifier(name)) for name in others),
        shape=_shape(table, rows[0]),
        same=sql.SQL(" AND ").join(
            sql.SQL("{0}.{1} = new.{1}").format(sql.Identifier(table.name), sql.Identifier(name)) for name in key
        ),
    )
    with _cursor(connection) as cursor:
        cursor.execute(statement, (_JSON.encode(rows).decode(),))


def put_rows(connection: Connection, table: Table, *, key: Sequence[str], rows: Sequence[Row]) -> None:
    """Insert each row, or where its key is there already set what it has besides. No key is in them twice."""
    if not rows:
        return
    others = [name for name in rows[0] if name not in key]
    statement = sql.SQL(
        "INSERT INTO {table} ({names}) SELECT {names} FROM json_to_recordset(%s) AS new ({shape}) "
        "ON CONFLICT ({key}) DO UPDATE SET {news}"
    ).format(
        table=sql.Identifier(table.name),
        names=_names(rows[0]),
        shape=_shape(table, rows[0]),
        key=_names(key),
        news=sql.SQL(", ").join(sql.SQL("{0} = excluded.{0}").format(sql.Identifier(name)) for name in others),
    )
    with _cursor(connection) as cursor:
        cursor.execute(statement, (_JSON.encode(rows).decode(),))


def _cursor(connection: Connection) -> psycopg.Cursor[Any]:
    driver = connection.connection.driver_connection
    if not isinstance(driver, psycopg.Connection):
        raise TypeError(f"{type(driver).__name__} is no connection of psycopg")
    return driver.cursor()


def _names(names: Iterable[str]) -> sql.Composed:
    return sql.SQL(", ").join(map(sql.Identifier, names))


def _shape(table: Table, row: Row) -> sql.Composed:
    """The columns with their types, for rows that come as JSON."""
    typed = ((name, table.c[name].type.compile(dialect=_DIALECT)) for name in row)
    return sql.SQL(", ").join(sql.SQL("{} {}").format(sql.Identifier(name), sql.SQL(of)) for name, of in typed)


def _written(value: Any, how: Callable[[Any], str] | None) -> Any:
    return value if how is None or value is None else how(value)


def _as_array(values: Iterable[str]) -> str:
    """As PostgreSQL writes an array of texts; the driver would take ten times as long over it."""
    quoted = (value.replace("\\", "\\\\").replace('"', '\\"') for value in values)
    return "{" + ",".join(f'"{value}"' for value in quoted) + "}"
