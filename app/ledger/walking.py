"""Recompute a ledger from its events alone and say where it is first not what it was.

For each event: its position follows the one before, its time is not before that one's, its body is canonical, and its
leaf is the hash of all that it says. For the whole: at the size of each checkpoint the tree has the root that was
signed. No stored subtree is read, and it is all the same whether the events come from the database or from a file.
"""

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import chain, islice
from operator import gt
from typing import Literal

import msgspec

from app.domain.canonical import are_canonical_texts
from app.domain.errors import Broken
from app.ledger.leaf import Entry, leaf_of, leaves_of
from app.ledger.merkle import HASH_BYTES, WIDTH, Frontier

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
    """So many roots were held against it."""
    strangers: int = 0
    """So many checkpoints are signed under names of which no key is trusted: they counted for nothing."""
    vouched: bool = False
    """Whether a key was known from elsewhere than from beside the checkpoints."""
    fault: Fault | None = None


class Stretch(msgspec.Struct, frozen=True, kw_only=True):
    """What was found of events that follow each other: their leaves, end to end, and their first and last time.

    `fault` is what is wrong with the event after them.
    """

    leaves: bytes = b""
    first_us: int | None = None
    last_us: int | None = None
    fault: Fault | None = None


Signed = Mapping[int, Sequence[bytes]]
"""By size, the roots that were signed."""


def verify_entries(
    timeline: str, entries: Iterable[Entry], signed: Signed, progress: Callable[[int], None] = lambda _: None
) -> Verified:
    """Stops at the first fault. `progress` hears of the positions passed, now and then."""
    return verify_stretches(timeline, look_at(timeline, entries), signed, progress)


def verify_stretches(
    timeline: str, stretches: Iterable[Stretch], signed: Signed, progress: Callable[[int], None] = lambda _: None
) -> Verified:
    """The same of stretches that follow each other from position 1 on, whoever looked at them."""
    tree, before = Frontier(), None
    sizes = sorted(signed)
    fault = _contradiction(tree, signed.get(0, ()))
    for one in stretches if fault is None else ():
        if before is not None and one.first_us is not None and one.first_us < before:
            fault = _earlier(tree.size + 1)
        else:
            fault = _grow(tree, one.leaves, signed, sizes) or one.fault
            before = one.last_us if one.last_us is not None else before
        progress(tree.size)
        if fault is not None:
            break
    fault = fault or _cut_off(tree.size, sizes)
    return Verified(timeline=timeline, size=tree.size, root=tree.root(), recorded_at_us=before, fault=fault)


def look_at(timeline: str, entries: Iterable[Entry], *, after: int = 0) -> Iterator[Stretch]:
    """Look at each event that follows position `after`, a row's width at a time; ends with the first fault."""
    walk, waiting = _Walk(timeline.encode(), after), iter(entries)
    while portion := list(islice(waiting, WIDTH)):
        found = walk.take(portion)
        yield found
        if found.fault is not None:
            return


class _Walk:
    """How far we are. Whole portions are looked at first, which is quick; one that is wrong, event by event."""

    def __init__(self, timeline: bytes, after: int) -> None:
        self._timeline = timeline
        self._position = after
        self._before: int | None = None

    def take(self, portion: Sequence[Entry]) -> Stretch:
        if self._fits(portion):
            return _stretch(portion)
        for count, entry in enumerate(portion):
            if not self._fits([entry]):
                return _stretch(portion[:count], self._fault(entry))
        raise Broken(f"the events up to {self._position} are wrong together and right one by one")

    def _fits(self, portion: Sequence[Entry]) -> bool:
        """Whether these are as they have to be at this place; then they are passed."""
        positions, ids, types, times, names, causes, batches, bodies, leaves = zip(*portion, strict=True)
        start = self._position + 1
        before = times[0] if self._before is None else self._before
        if (
            positions != tuple(range(start, start + len(portion)))
            or any(map(gt, (before, *times), times))
            or b"\n" in b"".join(chain(ids, types, names, causes, batches))
            or leaves != tuple(leaves_of(self._timeline, portion))
            or not are_canonical_texts(bodies)
        ):
            return False
        self._before = times[-1]
        self._position += len(portion)
        return True

    def _fault(self, entry: Entry) -> Fault:
        position, wanted = entry[0], self._position + 1
        if position > wanted:
            detail = f"there is no event; the next one stands at {position}"
            return Fault(position=wanted, what="missing", detail=detail)
        if position < wanted:
            return Fault(position=position, what="position", detail=f"an event stands where {wanted} has to follow")
        if self._before is not None and entry[3] < self._before:
            return _earlier(position)
        if any(b"\n" in field for field in (*entry[1:3], *entry[4:7])):
            detail = "a line feed stands in its header, so that its leaf could be another event's as well"
            return Fault(position=position, what="header", detail=detail)
        found, kept = leaf_of(self._timeline, entry).hex(), entry[8].hex()
        if found != kept:
            detail = f"the event hashes to {found[:16]}…, and {kept[:16]}… is kept as its leaf"
            return Fault(position=position, what="leaf", detail=detail)
        return Fault(position=position, what="body", detail="the body is not in canonical form")


def _stretch(portion: Sequence[Entry], fault: Fault | None = None) -> Stretch:
    if not portion:
        return Stretch(fault=fault)
    leaves = b"".join(entry[8] for entry in portion)
    return Stretch(leaves=leaves, first_us=portion[0][3], last_us=portion[-1][3], fault=fault)


def _grow(tree: Frontier, leaves: bytes, signed: Signed, sizes: Sequence[int]) -> Fault | None:
    """Stops where the tree is not the one that was signed."""
    end, at = tree.size + len(leaves) // HASH_BYTES, 0
    due = sizes[bisect_right(sizes, tree.size) : bisect_right(sizes, end)]
    for size in (*due, end):
        upto = at + (size - tree.size) * HASH_BYTES
        tree.push([leaves[start : start + HASH_BYTES] for start in range(at, upto, HASH_BYTES)])
        at = upto
        if size in signed and (fault := _contradiction(tree, signed[size])):
            return fault
    return None


def _earlier(position: int) -> Fault:
    return Fault(position=position, what="recorded_at", detail="it was recorded before the event before it")


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
