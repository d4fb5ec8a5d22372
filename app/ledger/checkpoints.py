"""Checkpoints: what was signed of a timeline's tree, kept as it was signed.

Nothing is signed that contradicts what was signed before: the newest one that is kept is held against the ledger first.
"""

from collections.abc import Sequence
from typing import Any

import msgspec
from sqlalchemy import Connection, Engine, Row, select
from sqlalchemy.dialects.postgresql import insert

from app.database.engine import reading, writing
from app.domain.errors import Broken
from app.ledger import log, merkle, subtrees
from app.ledger.signing import Signer
from app.ledger.subtrees import Stored
from app.ledger.tables import checkpoints


class Checkpoint(msgspec.Struct, frozen=True, kw_only=True):
    """`note` is the signed text; `verifier_key` what its signature is checked with."""

    timeline: str
    size: int
    root: bytes
    verifier_key: str
    note: str


def current(engine: Engine, timeline: str, signer: Signer) -> Checkpoint:
    """The checkpoint of the head, made and kept unless it is there. Raises Unknown, and Broken instead of signing what
    contradicts an earlier one.
    """
    with reading(engine) as connection:
        head = log.head(connection, timeline).position
        known = kept(connection, timeline, size=head, verifier_key=str(signer.verifier_key(timeline)))
    if known:
        return known[0]
    subtrees.complete(engine, timeline)
    with writing(engine) as connection:
        tree = Stored(connection, timeline)
        _refuse_contradiction(connection, timeline, head, tree)
        root = merkle.root(head, tree)
        made = Checkpoint(
            timeline=timeline,
            size=head,
            root=root,
            verifier_key=str(signer.verifier_key(timeline)),
            note=signer.sign(timeline, head, root),
        )
        keep(connection, made)
    return made


def keep(connection: Connection, checkpoint: Checkpoint) -> None:
    """One that is kept already stays: whoever signs the same signs the same bytes."""
    row = msgspec.structs.asdict(checkpoint)
    row["timeline_id"] = row.pop("timeline")
    connection.execute(insert(checkpoints).values(row).on_conflict_do_nothing())


def kept(
    connection: Connection, timeline: str, *, size: int | None = None, verifier_key: str | None = None
) -> Sequence[Checkpoint]:
    """All that are kept, by size; or those of this size, of this key."""
    query = select(checkpoints).where(checkpoints.c.timeline_id == timeline)
    if size is not None:
        query = query.where(checkpoints.c.size == size)
    if verifier_key is not None:
        query = query.where(checkpoints.c.verifier_key == verifier_key)
    ordered = query.order_by(checkpoints.c.size, checkpoints.c.verifier_key)
    return [_checkpoint(row) for row in connection.execute(ordered)]


def _refuse_contradiction(connection: Connection, timeline: str, head: int, tree: Stored) -> None:
    newest = (
        select(checkpoints).where(checkpoints.c.timeline_id == timeline).order_by(checkpoints.c.size.desc()).limit(1)
    )
    row = connection.execute(newest).one_or_none()
    if row is not None and (row.size > head or merkle.root(row.size, tree) != bytes(row.root)):
        raise Broken(
            f"the ledger of {timeline} is not the one that was signed at {row.size}, so nothing is signed",
            hint="`muster verify` looks for what was changed",
        )


def _checkpoint(row: Row[Any]) -> Checkpoint:
    return Checkpoint(
        timeline=row.timeline_id,
        size=row.size,
        root=bytes(row.root),
        verifier_key=row.verifier_key,
        note=row.note,
    )
