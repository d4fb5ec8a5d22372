"""Many events at once, line by line, in flat memory: for the HTTP import, the command line and the seeds.

A line is an envelope `{type, body, event_id?, causation_id?}`, the same that `POST /events` takes. Two modes:

- partial keeps every good line: each chunk of lines is a transaction of its own, and a bad line is left out of it.
- atomic keeps all or nothing: one transaction, begun when all lines have arrived; all are checked still, so that all
  errors are listed.

A dry run does what atomic does and takes everything back.
"""

import math
import tempfile
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from datetime import date
from functools import partial
from typing import Literal
from uuid import UUID

from sqlalchemy import Connection, Engine

from app.database.engine import reading, writing
from app.domain.errors import Malformed, Refused, TooLarge
from app.domain.limits import BODY_BYTES_MAX
from app.importing.envelope import LINE_BYTES_MAX, Envelope, read_envelope, split_lines
from app.importing.keeping import ERRORS_MAX, Chunk, Imported, Job, LineError, Transaction, anything, keep
from app.ledger import log
from app.ledger.door import Candidate
from app.recording import Given, candidate, candidate_of_line, project

__all__ = [
    "ERRORS_MAX",
    "LINE_BYTES_MAX",
    "Envelope",
    "Imported",
    "Job",
    "LineError",
    "Mode",
    "import_lines",
    "import_within",
    "read_envelope",
    "split_lines",
]

Mode = Literal["partial", "atomic"]

CHUNK_LINES = log.BATCH_MAX
CHUNK_BYTES = 4 * 1024 * 1024
"""A chunk ends with the line that reaches either."""
HELD_BYTES_MAX = 2 * 1024**3
"""Of an import that waits on the disk until all of it has arrived: some two million events."""


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
    id_of_line: Callable[[int], UUID] | None = None,
    admit: Callable[[str], None] = anything,
    progress: Callable[[int], None] = lambda _: None,
    projecting_seconds: float = math.inf,
) -> Imported:
    """Import lines, then bring the projections up; `progress` hears of the lines read so far, chunk by chunk.

    `admit` raises Refused for a type of event that is not taken from whoever sends the lines.
    A line's own faults are in the result. Raises what concerns all lines: Unknown without the timeline, Unavailable;
    in partial mode the chunks before stay then.
    """
    job = Job(
        timeline=timeline,
        recorded_by=recorded_by,
        today=today,
        batch_id=batch_id,
        new_id=new_id,
        id_of_line=id_of_line,
        admit=admit,
    )
    imported = _import_in_mode(engine, job, lines, progress, mode=mode, dry_run=dry_run)
    if imported.last_position is not None:
        project(engine, timeline, imported.last_position, seconds=projecting_seconds)
    return imported


def _import_in_mode(
    engine: Engine, job: Job, lines: Iterable[bytes], progress: Callable[[int], None], *, mode: Mode, dry_run: bool
) -> Imported:
    with reading(engine) as connection:
        log.head(connection, job.timeline)
    if not dry_run and mode == "partial":
        return _import(lambda: writing(engine), job, lines, progress)
    with _put_aside(lines) as held:
        return _import_whole(engine, job, held, progress, mode=mode, dry_run=dry_run)


def import_within(connection: Connection, job: Job, lines: Iterable[bytes]) -> Imported:
    """Import into the caller's transaction; he takes it back where `rejected` is not 0, and projects where it is."""
    return _import(lambda: _savepoint(connection), job, lines, lambda _: None)


def _import_whole(
    engine: Engine, job: Job, lines: Iterable[bytes], progress: Callable[[int], None], *, mode: Mode, dry_run: bool
) -> Imported:
    """One transaction, a savepoint for each chunk. A dry run counts what would have been kept, without positions."""
    with writing(engine) as connection:
        log.head(connection, job.timeline)
        imported = _import(lambda: _savepoint(connection), job, lines, progress)
        if not dry_run and not imported.rejected:
            return imported
        connection.rollback()
    imported.first_position = imported.last_position = None
    if mode == "atomic" and imported.rejected:
        imported.forget()
    return imported


@contextmanager
def _put_aside(lines: Iterable[bytes]) -> Iterator[Iterator[bytes]]:
    """The same lines once all of them are there, from a file that nobody else sees.

    One transaction keeps all others from the timeline: it must not wait for whoever sends the lines.
    """
    with tempfile.TemporaryFile() as file:
        for line in lines:
            file.write(line.removesuffix(b"\n") + b"\n")
            if file.tell() > HELD_BYTES_MAX:
                detail = f"an import that is kept whole or not at all has at most {HELD_BYTES_MAX} bytes"
                raise TooLarge(detail, hint="send it in parts, or with mode=partial")
        file.seek(0)
        yield (line.removesuffix(b"\n") for line in file)


def _import(transaction: Transaction, job: Job, lines: Iterable[bytes], progress: Callable[[int], None]) -> Imported:
    """While PostgreSQL works on one chunk the next is read and checked; no more than these two are ever held."""
    imported = Imported()
    with ThreadPoolExecutor(max_workers=1) as ledger:
        keeping: Future[None] | None = None
        read = 0
        for chunk in _chunks(lines, job):
            if keeping is not None:
                keeping.result()
                progress(read)
            keeping, read = ledger.submit(keep, transaction, job, chunk, imported), chunk.read
        if keeping is not None:
            keeping.result()
            progress(read)
    imported.errors.sort(key=lambda error: error.line)
    return imported


def _chunks(lines: Iterable[bytes], job: Job) -> Iterator[Chunk]:
    """Lines checked each on its own; at least one chunk, which may hold none."""
    chunk = Chunk()
    size = 0
    for number, line in enumerate(lines, start=1):
        chunk.read = number
        if line.strip():
            try:
                chunk.lines.append((number, _candidate(number, line, job)))
            except Refused as error:
                chunk.refused.append((number, error))
        size += len(line)
        if len(chunk.lines) >= CHUNK_LINES or size >= CHUNK_BYTES:
            yield chunk
            chunk, size = Chunk(read=number), 0
    yield chunk


def _candidate(number: int, line: bytes, job: Job) -> Candidate:
    if len(line) > LINE_BYTES_MAX:
        raise Malformed(f"The line has more than {LINE_BYTES_MAX} bytes.", hint=f"a body has at most {BODY_BYTES_MAX}")
    new_id = partial(job.id_for, number)
    at_once = candidate_of_line(line, new_id=new_id, batch_id=job.batch_id, today=job.today)
    if at_once is not None:
        job.admit(at_once.draft.type)
        return at_once
    envelope = read_envelope(line)
    job.admit(envelope.type)
    given = Given(
        type=envelope.type,
        body=envelope.body,
        event_id=envelope.event_id or new_id(),
        causation_id=envelope.causation_id,
        batch_id=job.batch_id,
    )
    return candidate(given, today=job.today)


@contextmanager
def _savepoint(connection: Connection) -> Iterator[Connection]:
    with connection.begin_nested():
        yield connection
