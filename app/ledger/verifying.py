"""Verify a timeline in the database: its events, its head, and every checkpoint that was signed of it and is kept.

A checkpoint in the database could be written anew by whoever writes the ledger anew, under a key of his own. So those
under a name whose key is known from elsewhere have to be signed by that key, and the strongest proof is one that
somebody else kept.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence

import msgspec
from sqlalchemy import Connection

from app.domain.errors import Malformed, NotAllowed, Refused
from app.ledger import checkpoints, log, notes
from app.ledger.checkpoints import Checkpoint
from app.ledger.entries import copy_out
from app.ledger.exporting import Export, kept_in
from app.ledger.instants import to_epoch_us
from app.ledger.notes import Head, VerifierKey
from app.ledger.shares import SHARE_EVENTS, look_apart
from app.ledger.walking import Fault, Signed, Stretch, Verified, look_at, verify_entries, verify_stretches


def verify_ledger(
    connection: Connection,
    timeline: str,
    *,
    trusted: Sequence[VerifierKey] = (),
    brought: Sequence[Head] = (),
    required: bool = False,
    progress: Callable[[int], None] = lambda _: None,
    jobs: int = 1,
    share: int = SHARE_EVENTS,
) -> Verified:
    """`brought` is what checkpoints say that others kept and whose signatures were checked; `required`: one of those
    that are kept here has to be signed by a trusted key.

    The connection has one snapshot. With several `jobs`, as many processes look at a ledger of more than one share.
    Raises Unknown.
    """
    head = log.head(connection, timeline)
    kept = checkpoints.kept(connection, timeline)
    signed, fault, strangers = read_signed(kept, trusted)
    if required and not signed and not brought:
        detail = f"none of the {len(kept)} checkpoints kept here is signed by a key that is trusted"
        fault = fault or Fault(position=head.position, what="checkpoint", detail=detail)
    for one in brought:
        signed.setdefault(one.size, []).append(one.root)
    found = verify_stretches(timeline, _stretches(connection, timeline, head.position, jobs, share), signed, progress)
    counted = msgspec.structs.replace(
        found,
        checkpoints=sum(len(set(roots)) for roots in signed.values()),
        strangers=strangers,
        vouched=bool(trusted or brought),
    )
    return with_first(counted, fault, counted.fault or _head_fault(counted, head))


def verify_export(
    export: Export, trusted: Sequence[VerifierKey] = (), progress: Callable[[int], None] = lambda _: None
) -> Verified:
    """The file by itself, without any database."""
    kept = kept_in(export)
    signed, fault, strangers = read_signed(kept, trusted)
    found = verify_entries(export.opening.timeline, export.entries, signed, progress)
    found = msgspec.structs.replace(
        found, checkpoints=len(kept) - strangers, strangers=strangers, vouched=bool(trusted)
    )
    return with_first(found, found.fault or unsigned(found, signed), fault)


def read_signed(
    kept: Iterable[Checkpoint], trusted: Sequence[VerifierKey]
) -> tuple[dict[int, list[bytes]], Fault | None, int]:
    """The roots that were signed, by size; the first checkpoint that is not what it says, which counts for nothing; and
    how many are signed under names of which no key is trusted, which count for nothing either.

    Where no key is known from elsewhere, each is held against the key beside it: that shows that it was not damaged,
    and nothing of who signed it.
    """
    signed: dict[int, list[bytes]] = {}
    fault: Fault | None = None
    strangers = 0
    for one in kept:
        try:
            key = notes.read_key(one.verifier_key)
            keys = [trust for trust in trusted if trust.name == key.name] if trusted else [key]
            if not keys:
                strangers += 1
                continue
            head = read_checkpoint(one, key.name, keys)
            signed.setdefault(head.size, []).append(head.root)
        except Refused as refusal:
            found = Fault(position=one.size, what="signature", detail=f"a checkpoint is not to be trusted: {refusal}")
            fault = fault if fault is not None and fault.position <= one.size else found
    return signed, fault, strangers


def read_checkpoint(one: Checkpoint, name: str, keys: Sequence[VerifierKey]) -> Head:
    """Raises Malformed or NotAllowed where the note says another thing than stands beside it, or none of the keys
    signed it.
    """
    note = notes.read_note(one.note)
    notes.check(note, keys)
    head = notes.read_head(note.text)
    if head != Head(name, one.size, one.root):
        raise NotAllowed("its note says something else than stands beside it")
    return head


def read_brought(raw: str, trusted: Sequence[VerifierKey]) -> Head:
    """What a note says that somebody kept. Raises Malformed, or NotAllowed unless one of these keys signed it."""
    note = notes.read_note(raw)
    key, head = notes.check(note, trusted), notes.read_head(note.text)
    if head.origin != key.name:
        raise Malformed(f"the note is of {head.origin}, and signed by {key.name}")
    return head


def with_first(found: Verified, *faults: Fault | None) -> Verified:
    """With whichever fault comes first in the ledger."""
    there = [fault for fault in faults if fault is not None]
    return msgspec.structs.replace(found, fault=min(there, key=lambda fault: fault.position, default=None))


def unsigned(found: Verified, signed: Signed) -> Fault | None:
    """The file has to end with what was signed: events after that could be anybody's."""
    if found.size in signed:
        return None
    covered = max(signed, default=0)
    return Fault(position=covered + 1, what="checkpoint", detail="no checkpoint of the file is of all its events")


def _stretches(connection: Connection, timeline: str, head: int, jobs: int, share: int) -> Iterator[Stretch]:
    """What is beyond the head, or before the first position, is looked at here: there should be nothing."""
    if jobs == 1 or head <= share:
        yield from look_at(timeline, copy_out(connection, timeline))
        return
    yield from look_at(timeline, copy_out(connection, timeline, upto=0))
    yield from look_apart(connection.engine.url, timeline, head, jobs=jobs, share=share)
    yield from look_at(timeline, copy_out(connection, timeline, after=head), after=head)


def _head_fault(found: Verified, head: log.Head) -> Fault | None:
    if head.position > found.size:
        detail = f"the ledger ends here, and its head is at {head.position}"
        return Fault(position=found.size + 1, what="missing", detail=detail)
    if head.position < found.size:
        detail = f"the head is at {head.position}, and events follow it"
        return Fault(position=head.position + 1, what="head", detail=detail)
    if found.recorded_at_us is not None and to_epoch_us(head.recorded_at) != found.recorded_at_us:
        return Fault(position=head.position, what="head", detail="the head bears another time than the last event")
    return None
