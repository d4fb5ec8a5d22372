"""All events of a timeline in their order, as their leaves are made of them: out of the database by one binary COPY,
and back into it. For what reads or writes whole ledgers, in bounded memory.
"""

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from struct import Struct
from typing import Any
from uuid import UUID

import psycopg
from psycopg.sql import SQL, Literal
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from app.domain.errors import Broken, Malformed
from app.ledger.instants import from_epoch_us
from app.ledger.leaf import NONE, Entry

_COPY_OUT = """
COPY (
    SELECT position, recorded_at, event_id::text, type, recorded_by, causation_id::text, batch_id::text, leaf, body
    FROM events WHERE timeline_id = {timeline} AND position > {after} AND position <= {upto}
    ORDER BY position
) TO STDOUT (FORMAT BINARY)
"""
_COPY_IN = """
COPY events (timeline_id, position, event_id, type, recorded_at, recorded_by, causation_id, batch_id, body, leaf)
FROM STDIN (FORMAT BINARY)
"""
POSITION_MAX = 2**63 - 1
_HEADER = re.compile(rb"[a-z0-9._:-]{1,128}").fullmatch  # as the append functions ask
_TYPES = ("text", "int8", "uuid", "text", "timestamptz", "text", "uuid", "uuid", "text", "bytea")

# A tuple of COPY's binary format: how many fields, then each with its length, -1 for NULL; the header before the first
# is 19 bytes, and the last tuple has -1 fields. An instant is in microseconds since 2000.
# Source: PostgreSQL manual, COPY, Binary Format.
_FIRST = Struct(">hIqIqI36si")
_LENGTH = Struct(">i")
_NULL = b"\xff\xff\xff\xff"
_SIGNATURE = b"PGCOPY\n\xff\r\n\x00"
_HEADER_BYTES = 19
_SINCE_1970_US = 946_684_800_000_000


def copy_out(
    connection: Connection, timeline: str, *, after: int = -POSITION_MAX, upto: int = POSITION_MAX
) -> Iterator[Entry]:
    """In ascending order of positions, whether or not they are dense; as the connection's snapshot has them."""
    connection.execute(text("SET LOCAL statement_timeout = 0"))  # whoever reads it may take his time
    query = SQL(_COPY_OUT).format(timeline=Literal(timeline), after=Literal(after), upto=Literal(upto))
    unpack, length, fixed = _FIRST.unpack_from, _LENGTH.unpack_from, _FIRST.size
    with _wrapped(), _driver(connection).cursor() as cursor, cursor.copy(query) as copy:
        for block in copy:
            row = bytes(block)
            if row[:11] == _SIGNATURE:
                row = row[_HEADER_BYTES:]
            if len(row) < fixed:
                continue
            _, _, position, _, at, _, event_id, size = unpack(row)
            end = fixed + size
            type_ = row[fixed:end]
            start = end + 4
            end = start + length(row, end)[0]
            by = row[start:end]
            cause = batch = NONE
            if row[end : end + 4] == _NULL:
                end += 4
            else:
                cause = row[end + 4 : end + 40]
                end += 40
            if row[end : end + 4] == _NULL:
                end += 4
            else:
                batch = row[end + 4 : end + 40]
                end += 40
            start = end + 4
            end = start + length(row, end)[0]
            yield position, event_id, type_, at + _SINCE_1970_US, by, cause, batch, row[end + 4 :], row[start:end]


def copy_in(connection: Connection, timeline: str, entries: Iterable[Entry]) -> Iterator[Entry]:
    """Write entries verbatim, leaf and all, and hand each on; they are there once the last was asked for.

    Only the owner of the table may. Raises Malformed for what no column can hold.
    """
    connection.execute(text("SET LOCAL statement_timeout = 0"))
    with _wrapped(), _driver(connection).cursor() as cursor, cursor.copy(_COPY_IN.encode()) as copy:
        copy.set_types(_TYPES)
        for entry in entries:
            copy.write_row((timeline, *_columns(entry)))
            yield entry


def _columns(entry: Entry) -> tuple[Any, ...]:
    position, event_id, type_, at_us, by, cause, batch, body, leaf = entry
    if not (_HEADER(type_) and _HEADER(by)):
        detail = f"type and recorder of the event at {position} are not 1 to 128 characters of a-z 0-9 . _ : -"
        raise Malformed(detail)
    try:
        ids = [None if one == NONE else UUID(one.decode()) for one in (event_id, cause, batch)]
        at = from_epoch_us(at_us)
        return position, ids[0], type_.decode(), at, by.decode(), ids[1], ids[2], body.decode(), leaf
    except (ValueError, OverflowError) as error:
        raise Malformed(f"the event at {position} cannot be kept: {error}") from error


@contextmanager
def _wrapped() -> Iterator[None]:
    """What the driver raises, as everything else that speaks to the database raises it."""
    try:
        yield
    except psycopg.Error as error:
        raise DBAPIError("COPY", None, error) from error


def _driver(connection: Connection) -> psycopg.Connection[Any]:
    found = connection.connection.driver_connection
    if not isinstance(found, psycopg.Connection):
        raise Broken("the database is not reached by psycopg")
    return found
