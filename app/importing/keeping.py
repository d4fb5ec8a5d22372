"""Appending what is good of many lines, and saying of each other one why it was left out."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from datetime import date
from uuid import UUID

import msgspec
from sqlalchemy import Connection

from app.domain.errors import Fault, Moved, MusterError, Refused, Unavailable
from app.ledger import log
from app.ledger.door import Candidate, Door
from app.ledger.log import Tally
from app.ledger.refusals import EventIdTaken, NameTaken
from app.recording import TRIES

ERRORS_MAX = 100


class LineError(msgspec.Struct, frozen=True, kw_only=True):
    """Why a line (from 1; blank ones count) was rejected; `pointer` points into its event, to the first fault.

    `faults` are all of them, where there is more than one.
    """

    line: int
    code: str
    pointer: str | None
    detail: str
    hint: str | None
    faults: tuple[Fault, ...] = ()


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
        self.errors.append(
            LineError(
                line=line,
                code=error.code,
                pointer=next((fault.pointer for fault in error.faults if fault.pointer), None),
                detail=error.detail,
                hint=error.hint,
                faults=error.faults if len(error.faults) > 1 else (),
            )
        )

    def forget(self) -> None:
        """Nothing was appended after all."""
        self.appended = self.replayed = 0
        self.first_position = self.last_position = None

    def take(self, tally: Tally) -> None:
        self.appended += tally.appended
        self.replayed += tally.replayed
        if tally.appended:
            self.first_position = self.first_position or tally.first_position
            self.last_position = tally.last_position


def anything(_: str) -> None:
    """Every type of event is taken."""


class Job(msgspec.Struct, frozen=True, kw_only=True):
    """What holds for every line: where it goes, who records it and when, how a missing event id is made.

    `id_of_line` makes it from the line's number (from 1), so that the same lines sent again are the same events.
    `admit` raises Refused for a type of event that is not taken.
    """

    timeline: str
    recorded_by: str
    today: date
    new_id: Callable[[], UUID]
    batch_id: UUID | None = None
    id_of_line: Callable[[int], UUID] | None = None
    admit: Callable[[str], None] = anything

    def id_for(self, line: int) -> UUID:
        return self.new_id() if self.id_of_line is None else self.id_of_line(line)


Line = tuple[int, Candidate]
Transaction = Callable[[], AbstractContextManager[Connection]]


class Chunk(msgspec.Struct, kw_only=True):
    """Lines that passed on their own, and those that did not, with the number of the last one that was read."""

    read: int = 0
    lines: list[Line] = msgspec.field(default_factory=list)
    refused: list[tuple[int, Refused]] = msgspec.field(default_factory=list)


class _Clash(Exception):
    """One of the lines meets a name or an event id that is taken; those before it do not, as far as is known."""

    def __init__(self, lines: Sequence[Line], ordinal: int, error: Refused) -> None:
        self.before, (self.line, _), self.after = lines[:ordinal], lines[ordinal], lines[ordinal + 1 :]
        self.error = error


def keep(transaction: Transaction, job: Job, chunk: Chunk, imported: Imported) -> None:
    """Append the lines of a chunk without the bad ones, and say of those why."""
    for number, error in chunk.refused:
        imported.reject(number, error)
    _keep(transaction, job, chunk.lines, imported)


def _keep(transaction: Transaction, job: Job, lines: Sequence[Line], imported: Imported) -> None:
    """A clash takes everything back with it, so the rest is tried again: in halves, which keeps many clashes cheap."""
    if not lines:
        return
    try:
        tally, refused = _append(transaction, job, lines)
    except _Clash as clash:
        _keep(transaction, job, clash.before, imported)
        imported.reject(clash.line, clash.error)
        middle = (len(clash.after) + 1) // 2
        _keep(transaction, job, clash.after[:middle], imported)
        _keep(transaction, job, clash.after[middle:], imported)
        return
    imported.take(tally)
    for number, error in refused:
        imported.reject(number, error)


def _append(transaction: Transaction, job: Job, lines: Sequence[Line]) -> tuple[Tally, list[tuple[int, Refused]]]:
    for _ in range(TRIES):
        try:
            with transaction() as connection:
                return _append_once(connection, job, lines)
        except Moved:
            continue
    raise Unavailable(f"timeline {job.timeline} is being redefined by others", hint="try again in a moment")


def _append_once(connection: Connection, job: Job, lines: Sequence[Line]) -> tuple[Tally, list[tuple[int, Refused]]]:
    """Whom the door refuses is left out; raises _Clash for whom the ledger refuses."""
    door = Door(connection, job.timeline, [one for _, one in lines])
    let_in: list[Line] = []
    refused: list[tuple[int, Refused]] = []
    for number, one in lines:
        try:
            door.admit(one)
            let_in.append((number, one))
        except Refused as error:
            refused.append((number, error))
    if not let_in:
        return Tally(), refused
    drafts = [one.draft for _, one in let_in]
    expected = door.position if door.redefines else None
    try:
        tally = log.append_many(connection, job.timeline, drafts, recorded_by=job.recorded_by, expected=expected)
    except (NameTaken, EventIdTaken) as error:
        clashing = let_in[error.ordinal]
        raise _Clash(lines, lines.index(clashing), error) from error
    return tally, refused
