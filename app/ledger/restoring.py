"""Put an export back: verbatim, times and all, into a timeline that is not there. For the owner of the ledger alone.

The file is verified while it is written and what was written is verified after it, in the same transaction: either the
timeline is there with the root that was signed, or nothing is.
"""

from collections.abc import Callable, Sequence

import psycopg
from sqlalchemy import Connection, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import DBAPIError

from app.database.roles import OWNER, may_become, role_exists
from app.domain.errors import Conflict, Forbidden, NotAllowed
from app.domain.events import read_body
from app.domain.names import introduced
from app.ledger import checkpoints, log
from app.ledger.checkpoints import Checkpoint
from app.ledger.entries import copy_in, copy_out
from app.ledger.exporting import Export, kept_in
from app.ledger.instants import from_epoch_us
from app.ledger.notes import VerifierKey
from app.ledger.tables import heads, names, timelines
from app.ledger.verifying import read_signed, unsigned, with_first
from app.ledger.walking import Verified, verify_entries

_NOT_THE_OWNER = "42501"


def restore(
    connection: Connection,
    export: Export,
    trusted: Sequence[VerifierKey] = (),
    progress: Callable[[int], None] = lambda _: None,
) -> Verified:
    """In the caller's transaction, which he takes back when this raises.

    Raises Conflict where the timeline is there, Forbidden for who is not the owner, NotAllowed with the first fault of
    the file.
    """
    if role_exists(connection, OWNER) and may_become(connection, OWNER):
        connection.execute(text(f"SET LOCAL ROLE {OWNER}"))
    timeline, kept = export.opening.timeline, kept_in(export)
    signed, fault, _ = read_signed(kept, trusted)
    try:
        _begin(connection, export)
        found = verify_entries(timeline, copy_in(connection, timeline, export.entries), signed, progress)
        _refuse(with_first(found, found.fault or unsigned(found, signed), fault))
        _refuse(verify_entries(timeline, copy_out(connection, timeline), signed))
        _end(connection, found, kept)
    except DBAPIError as error:
        if isinstance(error.orig, psycopg.Error) and error.orig.sqlstate == _NOT_THE_OWNER:
            raise Forbidden(
                "only the owner of the ledger may restore", hint="name a role that may migrate with MUSTER_MIGRATE_URL"
            ) from error
        raise
    return found


def _begin(connection: Connection, export: Export) -> None:
    opening = export.opening
    row = insert(timelines).values(
        timeline_id=opening.timeline,
        title=opening.title,
        description=opening.description,
        created_at=opening.created_at,
    )
    if connection.execute(row.on_conflict_do_nothing().returning(timelines.c.timeline_id)).first() is None:
        raise Conflict(
            f"there is a timeline {opening.timeline}",
            code="name-taken",
            hint="an export goes back only where its timeline is not there",
        )
    connection.execute(insert(heads).values(timeline_id=opening.timeline, position=0, recorded_at=opening.created_at))


def _end(connection: Connection, found: Verified, kept: Sequence[Checkpoint]) -> None:
    if found.recorded_at_us is not None:
        head = heads.update().where(heads.c.timeline_id == found.timeline)
        at = from_epoch_us(found.recorded_at_us)
        connection.execute(head.values(position=found.size, recorded_at=at))
    _claim_names(connection, found.timeline)
    for one in kept:
        checkpoints.keep(connection, one)


def _claim_names(connection: Connection, timeline: str) -> None:
    """As the append did, from what the events say: the first to introduce a name has it."""
    after = 0
    while page := log.read(connection, timeline, after=after):
        rows = [
            {"timeline_id": timeline, "kind": name.kind, "name": name.name, "position": entry.position}
            for entry in page
            for name in [introduced(read_body(entry.type, entry.body), str(entry.event_id))]
            if name is not None and name.rule != "absent"
        ]
        if rows:
            connection.execute(insert(names).on_conflict_do_nothing(), rows)
        after = page[-1].position


def _refuse(found: Verified) -> None:
    if found.fault is not None:
        raise NotAllowed(f"nothing was restored: at {found.fault.position}, {found.fault.detail}")
