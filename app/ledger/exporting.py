"""A timeline as a file that can be checked, and put back, without the database that it came from.

Lines of JSON: one that says what it is, of which timeline; then each checkpoint that was signed, by size, the last one
of all events; then the events in their order, shaped as over HTTP, each body byte by byte as it was hashed. Title,
description and the day of creation are no part of what is signed.
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import chain
from typing import IO, Annotated, TypeVar

import msgspec
from sqlalchemy import Connection, select

from app.domain.errors import Malformed
from app.ledger import checkpoints, notes
from app.ledger.checkpoints import Checkpoint
from app.ledger.entries import copy_out
from app.ledger.instants import from_epoch_us, to_epoch_us
from app.ledger.leaf import NONE, Entry
from app.ledger.tables import timelines

FORMAT = "muster-export/1"
LINE_BYTES_MAX = 1024 * 1024
_MARK = b'{"checkpoint":'

T = TypeVar("T")


Slug = Annotated[str, msgspec.Meta(pattern=r"^[a-z0-9][a-z0-9._-]{0,79}\Z")]
Header = Annotated[str, msgspec.Meta(pattern=r"^[a-z0-9._:-]{1,128}\Z")]
Id = Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\Z")]
Hash = Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{64}\Z")]
Instant = Annotated[datetime, msgspec.Meta(tz=True)]


class Opening(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The first line."""

    export: str
    timeline: Slug
    title: str
    description: str
    created_at: Instant


class Mark(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The line of a checkpoint: the note, and the key that it is checked with by whoever trusts the file for that."""

    checkpoint: str
    verifier_key: str


class Line(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The line of an event."""

    position: int
    event_id: Id
    type: Header
    recorded_at: Instant
    recorded_by: Header
    causation_id: Id | None
    batch_id: Id | None
    body: msgspec.Raw
    leaf: Hash


class Export(msgspec.Struct, frozen=True, kw_only=True):
    """A file as it is read; `entries` are read as they are asked for."""

    opening: Opening
    marks: tuple[Mark, ...]
    entries: Iterator[Entry]


def write_export(connection: Connection, timeline: str, upto: int) -> Iterator[bytes]:
    """The lines, up to the position of a checkpoint that is kept. The connection has one snapshot."""
    row = connection.execute(select(timelines).where(timelines.c.timeline_id == timeline)).one()
    opening = Opening(
        export=FORMAT,
        timeline=timeline,
        title=row.title,
        description=row.description,
        created_at=row.created_at.astimezone(UTC),
    )
    yield msgspec.json.encode(opening) + b"\n"
    for one in checkpoints.kept(connection, timeline):
        if one.size <= upto:
            yield msgspec.json.encode(Mark(checkpoint=one.note, verifier_key=one.verifier_key)) + b"\n"
    for entry in copy_out(connection, timeline, upto=upto):
        yield _line(entry)


def read_export(file: IO[bytes]) -> Export:
    """Raises Malformed with the number of the line, for the events when they are asked for."""
    lines = enumerate(iter(lambda: file.readline(LINE_BYTES_MAX), b""), start=1)
    _, first = next(lines, (1, b""))
    opening = _decode(1, first, Opening)
    if opening.export != FORMAT:
        raise Malformed(f"line 1: this is an export of another format, {opening.export[:80]}")
    marks: list[Mark] = []
    rest: list[tuple[int, bytes]] = []
    for number, line in lines:
        if not line.startswith(_MARK):
            rest = [(number, line)]
            break
        marks.append(_decode(number, line, Mark))
    entries = (_entry(number, line) for number, line in chain(rest, lines))
    return Export(opening=opening, marks=tuple(marks), entries=entries)


def kept_in(export: Export) -> list[Checkpoint]:
    """The checkpoints as they would be kept. Raises Malformed for one that cannot be read."""
    return [_checkpoint(export.opening.timeline, mark) for mark in export.marks]


def _checkpoint(timeline: str, mark: Mark) -> Checkpoint:
    head = notes.read_head(notes.read_note(mark.checkpoint).text)
    return Checkpoint(
        timeline=timeline, size=head.size, root=head.root, verifier_key=mark.verifier_key, note=mark.checkpoint
    )


def _line(entry: Entry) -> bytes:
    position, event_id, type_, at_us, by, cause, batch, body, leaf = entry
    line = {
        "position": position,
        "event_id": event_id.decode(),
        "type": type_.decode(),
        "recorded_at": from_epoch_us(at_us).isoformat(timespec="microseconds").replace("+00:00", "Z"),
        "recorded_by": by.decode(),
        "causation_id": None if cause == NONE else cause.decode(),
        "batch_id": None if batch == NONE else batch.decode(),
        "body": msgspec.Raw(body),
        "leaf": leaf.hex(),
    }
    return msgspec.json.encode(line) + b"\n"


def _entry(number: int, raw: bytes) -> Entry:
    line = _decode(number, raw, Line)
    return (
        line.position,
        line.event_id.encode(),
        line.type.encode(),
        to_epoch_us(line.recorded_at),
        line.recorded_by.encode(),
        NONE if line.causation_id is None else line.causation_id.encode(),
        NONE if line.batch_id is None else line.batch_id.encode(),
        bytes(line.body),
        bytes.fromhex(line.leaf),
    )


def _decode(number: int, raw: bytes, shape: type[T]) -> T:
    if not raw.endswith(b"\n"):
        what = "is longer than a line may be" if len(raw) >= LINE_BYTES_MAX else "is cut off"
        raise Malformed(f"line {number}: it {what}")
    try:
        return msgspec.json.decode(raw, type=shape)
    except (msgspec.MsgspecError, ValueError, RecursionError) as error:
        raise Malformed(f"line {number}: this is no line of an export: {error}") from error
