"""The one way in: check events, append them, bring the projections up. For HTTP, the command line, imports and seeds.

The event is safe before any projection is touched: appending and projecting are two transactions. A rehearsal does both
in one, which it takes back.
"""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any, TypeVar
from uuid import UUID

import msgspec
from sqlalchemy import Connection, Engine

from app.database.engine import reading, rehearsing, speaking
from app.domain.checking import Checked, check, check_line
from app.domain.errors import Moved, Refused, Unavailable
from app.domain.names import introduced, needed
from app.domain.strict import Taken
from app.ledger import log
from app.ledger.door import Candidate, Door
from app.ledger.log import Draft, Receipt
from app.projections import runner
from app.projections.estimates.reading import Revised, read_revisions

TRIES = 8
PROJECTING_SECONDS = 5.0

T = TypeVar("T")


class Given(msgspec.Struct, frozen=True, kw_only=True):
    """An event as it was handed in; the entry point has made an `event_id` where none was given."""

    type: str
    body: Any
    event_id: UUID
    causation_id: UUID | None = None
    batch_id: UUID | None = None


def candidate(given: Given, *, today: date) -> Candidate:
    """Check an event by itself; raises NotAllowed with every fault. `today` is the day of recording in UTC."""
    checked = check(given.type, given.body, event_id=str(given.event_id), today=today)
    return _candidate(
        checked,
        event_id=given.event_id,
        causation_id=given.causation_id,
        batch_id=given.batch_id,
    )


def candidate_of_line(
    line: bytes, *, new_id: Callable[[], UUID], batch_id: UUID | None, today: date
) -> Candidate | None:
    """The same from the bytes of an event, several times as fast; None: read it, and ask `candidate`."""
    taken = check_line(line, today=today)
    if taken is None:
        return None
    return _candidate(
        taken,
        event_id=taken.event_id or new_id(),
        causation_id=taken.causation_id,
        batch_id=batch_id,
    )


def _candidate(
    checked: Checked | Taken, *, event_id: UUID, causation_id: UUID | None, batch_id: UUID | None
) -> Candidate:
    draft = Draft(
        type=checked.type,
        event_id=event_id,
        body=checked.text,
        causation_id=causation_id,
        batch_id=batch_id,
        introduced=introduced(checked.body, event_id),
    )
    return Candidate(body=checked.body, needs=needed(checked.body), draft=draft)


def append(
    connection: Connection,
    timeline: str,
    candidates: Sequence[Candidate],
    *,
    recorded_by: str,
    expected: int | None = None,
) -> list[Receipt]:
    """Let the candidates in and append them, all or none. At most `log.BATCH_MAX`."""
    door = Door(connection, timeline, candidates)
    for ordinal, one in enumerate(candidates):
        try:
            door.admit(one)
        except Refused as refusal:
            refusal.ordinal = ordinal
            raise
    if expected is None and door.redefines:
        expected = door.position
    drafts = [one.draft for one in candidates]
    return log.append(connection, timeline, drafts, recorded_by=recorded_by, expected=expected)


def record(
    engine: Engine,
    timeline: str,
    given: Sequence[Given],
    *,
    recorded_by: str,
    today: date,
    expected: int | None = None,
) -> list[Receipt]:
    """Append events, all or none, and return their receipts; the caller then projects.

    Raises what `candidate` and `record_candidates` raise.
    """
    candidates = [candidate(one, today=today) for one in given]
    return record_candidates(engine, timeline, candidates, recorded_by=recorded_by, expected=expected)


def record_candidates(
    engine: Engine,
    timeline: str,
    candidates: Sequence[Candidate],
    *,
    recorded_by: str,
    expected: int | None = None,
) -> list[Receipt]:
    """The same for events that passed their own checks.

    Two statements, each on its own: what the door looks at stays so (names are never removed), or is held against the
    head by the append.
    Raises what the door and `log.append` raise; `Moved` only where the caller gave `expected`.
    """

    def attempt() -> list[Receipt]:
        with speaking(engine) as connection:
            return append(connection, timeline, candidates, recorded_by=recorded_by, expected=expected)

    return _undisturbed(attempt, timeline, expected)


class Rehearsal(msgspec.Struct, frozen=True, kw_only=True):
    """What recording would do: where each event would stand, and what each new one would move, in ledger order."""

    receipts: tuple[Receipt, ...]
    revised: tuple[Revised, ...]


def rehearse(
    engine: Engine,
    timeline: str,
    given: Sequence[Given],
    *,
    recorded_by: str,
    today: date,
    expected: int | None = None,
) -> Rehearsal:
    """Record and project events in one transaction, look at what they moved, and take all of it back.

    From the append on it holds the timeline's head, and then every projection: whoever records waits until it ends.
    Raises what `record` raises, and Unavailable while the projections are not where the ledger is.
    """
    candidates = [candidate(one, today=today) for one in given]
    with reading(engine) as connection:
        head = log.head(connection, timeline).position
    ready = project(engine, timeline, head)

    def attempt() -> Rehearsal:
        with rehearsing(engine) as connection:
            receipts = append(connection, timeline, candidates, recorded_by=recorded_by, expected=expected)
            fresh = [one.position for one in receipts if not one.replayed]
            if not fresh:
                return Rehearsal(receipts=tuple(receipts), revised=())
            if not ready:
                raise Unavailable("the projections are behind the ledger", hint="`muster status` tells how far")
            runner.apply_within(connection, timeline)
            standing = runner.active_generations(connection, timeline)
            revised = read_revisions(connection, standing, after=min(fresh) - 1, upto=max(fresh), names={})
            return Rehearsal(receipts=tuple(receipts), revised=tuple(revised))

    return _undisturbed(attempt, timeline, expected)


def _undisturbed(attempt: Callable[[], T], timeline: str, expected: int | None) -> T:
    """Try again while others append between our look at the ledger and our own append, unless the caller minds."""
    for _ in range(TRIES):
        try:
            return attempt()
        except Moved:
            if expected is not None:
                raise
    raise Unavailable(f"timeline {timeline} is being redefined by others", hint="try again in a moment")


def project(engine: Engine, timeline: str, position: int, *, seconds: float = PROJECTING_SECONDS) -> bool:
    """Bring the projections up and say whether all of them have reached `position` within the time."""
    try:
        reached = runner.catch_up(engine, timeline, seconds=seconds)
    except Unavailable:
        return False
    return reached >= position
