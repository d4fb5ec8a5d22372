"""Many events at once, line by line, in flat memory: for the HTTP import, the command line and the seeds.

A line is an envelope `{type, body, event_id?, causation_id?}`, the same that `POST /events` takes. Two modes:

- partial keeps every good line: each chunk of lines is a transaction of its own, and a bad line is left out of it.
- atomic keeps all or nothing: one transaction; all lines are checked still, so that all errors are listed.

A dry run does what atomic does and takes everything back.
"""

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from datetime import date
from typing import Any, Literal
from uuid import UUID

import msgspec
from sqlalchemy import Connection, Engine

from app.database.engine import reading, writing
from app.domain.canonical import read_json
from app.domain.errors import Fault, Malformed, Moved, MusterError, Refused, Unavailable, nearest_hint
from app.domain.findings import below
from app.ledger import log
from app.ledger.door import Candidate, Door
from app.ledger.log import EventIdTaken, NameTaken, Receipt
from app.recording import TRIES, Given, candidate, project

Mode = Literal["partial", "atomic"]

CHUNK_LINES = 500
CHUNK_BYTES = 4 * 1024 * 1024
"""A chunk ends with the line that reaches either."""
LINE_BYTES_MAX = 512 * 1024
"""As sent: a canonical body of 64 KiB can be several times as long with its characters escaped."""
ERRORS_MAX = 100
_FIELDS = ("type", "body", "event_id", "causation_id")


class Envelope(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An event from outside; `body` is parsed JSON and as yet unchecked."""

    type: str
    body: Any
    event_id: UUID | None = None
    causation_id: UUID | None = None


class LineError(msgspec.Struct, frozen=True, kw_only=True):
    """Why a line (from 1; blank ones count) was rejected; `pointer` points into its event."""

    line: int
    code: str
    pointer: str | None
    detail: str
    hint: str | None


class Imported(msgspec.Struct, kw_only=True):
    """What became of the lines; positions are of the events appended by this import, replayed ones left out."""

    appended: int = 0
    replayed: int = 0
    rejected: int = 0
    first_position: int | None = None
    last_position: int | None = None
    errors: list[LineError] = msgspec.field(default_factory=list)
    errors_truncated: bool = False

    def reject(self, line: int, error: MusterError) -> None:
        """Only the first `ERRORS_MAX` errors are kept, one for each line."""
        self.rejected += 1
        if len(self.errors) >= ERRORS_MAX:
            self.errors_truncated = True
            return
        pointer = next((fault.pointer for fault in error.faults if fault.pointer), None)
        self.errors.append(
            LineError(line=line, code=error.code, pointer=pointer, detail=error.detail, hint=error.hint)
        )

    def forget(self) -> None:
        """Nothing was appended after all."""
        self.appended = self.replayed = 0
        self.first_position = self.last_position = None

    def take(self, receipts: Sequence[Receipt]) -> None:
        fresh = [receipt.position for receipt in receipts if not receipt.replayed]
        self.appended += len(fresh)
        self.replayed += len(receipts) - len(fresh)
        if fresh:
            self.first_position = self.first_position or fresh[0]
            self.last_position = fresh[-1]


class Job(msgspec.Struct, frozen=True, kw_only=True):
    """What holds for every line: where it goes, who records it and when, and how a missing event id is made."""

    timeline: str
    recorded_by: str
    today: date
    new_id: Callable[[], UUID]
    batch_id: UUID | None = None


Line = tuple[int, Candidate]
Transaction = Callable[[], AbstractContextManager[Connection]]


class _TakenBack(Exception):
    """Raised to roll back what must not stay."""


class _Clash(Exception):
    """One of the lines meets a name or an event id that is taken; those before it do not, as far as is known."""

    def __init__(self, lines: Sequence[Line], ordinal: int, error: Refused) -> None:
        self.before, (self.line, _), self.after = lines[:ordinal], lines[ordinal], lines[ordinal + 1 :]
        self.error = error


def read_envelope(raw: bytes) -> Envelope:
    """Raises Malformed when it is no JSON, or no envelope."""
    value = read_json(raw)
    try:
        return msgspec.convert(value, Envelope)
    except msgspec.ValidationError as fault:
        raise _no_envelope(value, fault) from fault


def split_lines(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """Lines of a stream without their line feeds; of one that is too long only so much that this can be seen."""
    rest = b""
    for piece in pieces:
        *whole, last = piece.split(b"\n")
        for line in whole:
            yield (rest + line)[: LINE_BYTES_MAX + 1]
            rest = b""
        rest = (rest + last)[: LINE_BYTES_MAX + 1]
    if rest:
        yield rest


def import_lines(
    engine: Engine,
    timeline: str,
    lines: Iterable[bytes],
    *,
    mode: Mode,
    dry_run: bool = False,
    recorded_by: str,
    today: date,
    batch_id: UUID | None = None,
    new_id: Callable[[], UUID],
    progress: Callable[[int], None] = lambda _: None,
    projecting_seconds: float = math.inf,
) -> Imported:
    """Import lines, then bring the projections up; `progress` hears of the lines read so far, chunk by chunk.

    A line's own faults are in the result. Raises what concerns all lines: Unknown without the timeline, Unavailable;
    in partial mode the chunks before stay then.
    """
    job = Job(timeline=timeline, recorded_by=recorded_by, today=today, batch_id=batch_id, new_id=new_id)
    if dry_run or mode == "atomic":
        imported = _import_whole(engine, job, lines, progress, mode=mode, dry_run=dry_run)
    else:
        with reading(engine) as connection:
            log.head(connection, timeline)
        imported = _import(lambda: writing(engine), job, lines, progress)
    if imported.last_position is not None:
        project(engine, timeline, imported.last_position, seconds=projecting_seconds)
    return imported


def import_within(connection: Connection, job: Job, lines: Iterable[bytes]) -> Imported:
    """Import into the caller's transaction; he takes it back where `rejected` is not 0, and projects where it is."""
    return _import(lambda: _savepoint(connection), job, lines, lambda _: None)


def _import_whole(
    engine: Engine, job: Job, lines: Iterable[bytes], progress: Callable[[int], None], *, mode: Mode, dry_run: bool
) -> Imported:
    """One transaction, a savepoint for each chunk. A dry run counts what would have been kept, without positions."""
    imported = Imported()
    try:
        with writing(engine) as connection:
            log.head(connection, job.timeline)
            imported = _import(lambda: _savepoint(connection), job, lines, progress)
            if dry_run or imported.rejected:
                raise _TakenBack
    except _TakenBack:
        imported.first_position = imported.last_position = None
        if mode == "atomic" and imported.rejected:
            imported.forget()
    return imported


def _import(
    transaction: Transaction, job: Job, lines: Iterable[bytes], progress: Callable[[int], None]
) -> Imported:
    imported = Imported()
    for read, chunk in _chunks(lines, job, imported):
        _keep(transaction, job, chunk, imported)
        progress(read)
    imported.errors.sort(key=lambda error: error.line)
    return imported


def _chunks(lines: Iterable[bytes], job: Job, imported: Imported) -> Iterator[tuple[int, list[Line]]]:
    """Lines that pass on their own, with how many lines were read; the others are rejected on the way."""
    chunk: list[Line] = []
    number = size = 0
    for number, line in enumerate(lines, start=1):  # noqa: B007 -- the last number is told with the last chunk
        if line.strip():
            try:
                chunk.append((number, _candidate(line, job)))
            except Refused as error:
                imported.reject(number, error)
        size += len(line)
        if len(chunk) >= CHUNK_LINES or size >= CHUNK_BYTES:
            yield number, chunk
            chunk, size = [], 0
    yield number, chunk


def _candidate(line: bytes, job: Job) -> Candidate:
    if len(line) > LINE_BYTES_MAX:
        raise Malformed(f"The line has more than {LINE_BYTES_MAX} bytes.")
    envelope = read_envelope(line)
    given = Given(
        type=envelope.type,
        body=envelope.body,
        event_id=envelope.event_id or job.new_id(),
        causation_id=envelope.causation_id,
        batch_id=job.batch_id,
    )
    return candidate(given, today=job.today)


def _keep(transaction: Transaction, job: Job, lines: Sequence[Line], imported: Imported) -> None:
    """Append these lines without the bad ones.

    A clash takes everything back with it, so the rest is tried again: in halves, which keeps many clashes cheap.
    """
    if not lines:
        return
    try:
        receipts, refused = _append(transaction, job, lines)
    except _Clash as clash:
        _keep(transaction, job, clash.before, imported)
        imported.reject(clash.line, clash.error)
        middle = (len(clash.after) + 1) // 2
        _keep(transaction, job, clash.after[:middle], imported)
        _keep(transaction, job, clash.after[middle:], imported)
        return
    imported.take(receipts)
    for number, error in refused:
        imported.reject(number, error)


def _append(
    transaction: Transaction, job: Job, lines: Sequence[Line]
) -> tuple[list[Receipt], list[tuple[int, Refused]]]:
    for _ in range(TRIES):
        try:
            with transaction() as connection:
                return _append_once(connection, job, lines)
        except Moved:  # noqa: PERF203 -- the ledger moved on under a redefinition: look again
            continue
    raise Unavailable(f"timeline {job.timeline} is being redefined by others", hint="try again in a moment")


def _append_once(
    connection: Connection, job: Job, lines: Sequence[Line]
) -> tuple[list[Receipt], list[tuple[int, Refused]]]:
    """Whom the door refuses is left out; raises _Clash for whom the ledger refuses."""
    head = log.head(connection, job.timeline)
    door = Door(connection, job.timeline, [one for _, one in lines])
    let_in: list[Line] = []
    refused: list[tuple[int, Refused]] = []
    for number, one in lines:
        try:
            door.admit(one)
            let_in.append((number, one))
        except Refused as error:  # noqa: PERF203 -- one line's refusal is not the others'
            refused.append((number, error))
    if not let_in:
        return [], refused
    drafts = [one.draft for _, one in let_in]
    expected = head.position if door.redefines else None
    try:
        return log.append(connection, job.timeline, drafts, recorded_by=job.recorded_by, expected=expected), refused
    except (NameTaken, EventIdTaken) as error:
        clashing = let_in[error.ordinal]
        raise _Clash(lines, lines.index(clashing), error) from error


@contextmanager
def _savepoint(connection: Connection) -> Iterator[Connection]:
    with connection.begin_nested():
        yield connection


def _no_envelope(value: Any, fault: msgspec.ValidationError) -> Malformed:
    if not isinstance(value, dict):
        return Malformed("An event is a JSON object.", faults=[Fault(pointer="", detail="This is no object.")])
    for name in value:
        if name not in _FIELDS:
            return _at(below("", name), f"An event has no field {name[:80]}.", nearest_hint(name[:80], _FIELDS))
    for name in ("type", "body"):
        if name not in value:
            return _at(f"/{name}", f"An event has the field {name}.", None)
    if not isinstance(value["type"], str):
        return _at("/type", "The type is a text.", None)
    wrong = "event_id" if "`$.event_id`" in str(fault) else "causation_id"
    return _at(f"/{wrong}", f"The {wrong} is a UUID.", None)


def _at(pointer: str, detail: str, hint: str | None) -> Malformed:
    return Malformed(detail, hint=hint, faults=[Fault(pointer=pointer, detail=detail)])
