"""Recompute a ledger from its events alone and say where it is first not what it was.

For each event: its position follows the one before, its time is not before that one's, its body is canonical, and its
leaf is the hash of all that it says. For the whole: at the size of each checkpoint the tree has the root that was
signed. No stored subtree is read, and it is all the same whether the events come from the database or from a file.
"""

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import chain, islice
from operator import gt
from typing import Literal

import msgspec

from app.domain.canonical import are_canonical_texts
from app.ledger.leaf import Entry, leaf_of, leaves_of
from app.ledger.merkle import WIDTH, Frontier

What = Literal["missing", "position", "recorded_at", "header", "leaf", "body", "checkpoint", "signature", "head"]
"""What is wrong: an event is not there; stands where another has to; was recorded before the one before it; has a
header of more lines than it may; is not what was hashed; is not canonical; the tree is not the one that was signed; a
checkpoint is not signed by its key; the head is not at the last event."""


class Fault(msgspec.Struct, frozen=True, kw_only=True):
    """The first position, or for a checkpoint the size, at which the ledger is not what it was; and why."""

    position: int
    what: What
    detail: str


class Verified(msgspec.Struct, frozen=True, kw_only=True):
    """How far the ledger was gone through, with the root up to there; without a fault that is all of it."""

    timeline: str
    size: int
    root: bytes
    recorded_at_us: int | None
    checkpoints: int = 0
    """So many of those that are kept are of this ledger, and signed."""
    fault: Fault | None = None


Signed = Mapping[int, Sequence[bytes]]
"""By size, the roots that were signed."""


def verify_entries(
    timeline: str, entries: Iterable[Entry], signed: Signed, progress: Callable[[int], None] = lambda _: None
) -> Verified:
    """Stops at the first fault. `progress` hears of the positions passed, portion by portion."""
    walk = _Walk(timeline.encode())
    sizes = sorted(signed)
    fault = _contradiction(walk.tree, signed.get(0, ()))
    waiting = iter(entries)
    while fault is None:
        size = walk.tree.size
        # a portion ends where a root was signed, else at the end of a row
        due = next((one for one in sizes if one > size), math.inf)
        portion = list(islice(waiting, int(min(due - size, WIDTH - size % WIDTH))))
        if not portion:
            fault = _cut_off(size, sizes)
            break
        fault = walk.take(portion) or _contradiction(walk.tree, signed.get(walk.tree.size, ()))
        progress(walk.tree.size)
    return Verified(
        timeline=timeline, size=walk.tree.size, root=walk.tree.root(), recorded_at_us=walk.recorded_at_us, fault=fault
    )


class _Walk:
    """How far we are. Whole portions are looked at first, which is quick; one that is wrong, event by event."""

    def __init__(self, timeline: bytes) -> None:
        self.tree = Frontier()
        self.recorded_at_us: int | None = None
        self._timeline = timeline

    def take(self, portion: list[Entry]) -> Fault | None:
        """The first fault; the events before it are taken."""
        if not self._fits(portion):
            for entry in portion:
                if not self._fits([entry]):
                    return self._fault(entry)
        return None

    def _fits(self, portion: list[Entry]) -> bool:
        """Whether these are as they have to be at this place; then they are taken."""
        positions, ids, types, times, names, causes, batches, bodies, leaves = zip(*portion, strict=True)
        start = self.tree.size + 1
        before = times[0] if self.recorded_at_us is None else self.recorded_at_us
        if (
            positions != tuple(range(start, start + len(portion)))
            or any(map(gt, (before, *times), times))
            or b"\n" in b"".join(chain(ids, types, names, causes, batches))
            or leaves != tuple(leaves_of(self._timeline, portion))
            or not are_canonical_texts(bodies)
        ):
            return False
        self.recorded_at_us = times[-1]
        self.tree.push(leaves)
        return True

    def _fault(self, entry: Entry) -> Fault:
        position, wanted = entry[0], self.tree.size + 1
        if position > wanted:
            detail = f"there is no event; the next one stands at {position}"
            return Fault(position=wanted, what="missing", detail=detail)
        if position < wanted:
            return Fault(position=position, what="position", detail=f"an event stands where {wanted} has to follow")
        if self.recorded_at_us is not None and entry[3] < self.recorded_at_us:
            return Fault(position=position, what="recorded_at", detail="it was recorded before the event before it")
        if any(b"\n" in field for field in (*entry[1:3], *entry[4:7])):
            detail = "a line feed stands in its header, so that its leaf could be another event's as well"
            return Fault(position=position, what="header", detail=detail)
        found, kept = leaf_of(self._timeline, entry).hex(), entry[8].hex()
        if found != kept:
            detail = f"the event hashes to {found[:16]}…, and {kept[:16]}… is kept as its leaf"
            return Fault(position=position, what="leaf", detail=detail)
        return Fault(position=position, what="body", detail="the body is not in canonical form")


def _contradiction(tree: Frontier, roots: Sequence[bytes]) -> Fault | None:
    if not roots:
        return None
    found = tree.root()
    wrong = next((root for root in roots if root != found), None)
    if wrong is None:
        return None
    detail = f"the first {tree.size} events have the root {found.hex()[:16]}…, and {wrong.hex()[:16]}… was signed"
    return Fault(position=tree.size, what="checkpoint", detail=detail)


def _cut_off(size: int, sizes: Sequence[int]) -> Fault | None:
    """Where a checkpoint speaks of more events than there are."""
    longer = [one for one in sizes if one > size]
    if not longer:
        return None
    return Fault(position=size + 1, what="missing", detail=f"the ledger ends here, and {longer[0]} events were signed")
