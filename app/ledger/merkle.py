"""The hash tree over a timeline's leaves, as pure functions. Source: RFC 9162, sections 2.1.1, 2.1.3.1 and 2.1.4.1.

The leaves are hashed already (`leaf`); the index of a leaf is its position less one. A proof asks for the hashes of
complete subtrees, `subtree(height, ordinal)` being that over the leaves from `ordinal << height` on, `1 << height` of
them: where those come from is the caller's business, and a proof asks for O(log size) of them.
"""

from collections.abc import Callable, Sequence
from hashlib import sha256

WIDTH = 256
"""So many hashes make a row; the hash over a full row is a hash of the row above. Source: C2SP tlog-tiles."""
ROW_HEIGHT = 8
HASH_BYTES = 32
EMPTY_ROOT = sha256(b"").digest()

Subtree = Callable[[int, int], bytes]


def node(left: bytes, right: bytes) -> bytes:
    return sha256(b"\x01" + left + right).digest()


def fold(hashes: Sequence[bytes]) -> bytes:
    """The hash over a complete subtree of these; their number is a power of two."""
    while len(hashes) > 1:
        hashes = [node(left, right) for left, right in zip(hashes[::2], hashes[1::2], strict=True)]
    return hashes[0]


def root(size: int, subtree: Subtree) -> bytes:
    """The root of the tree over the first `size` leaves."""
    return _over(0, size, subtree) if size else EMPTY_ROOT


def inclusion(index: int, size: int, subtree: Subtree) -> list[bytes]:
    """The proof that the leaf of this index (from 0, below `size`) is in the tree of this size."""
    return _path(index, 0, size, subtree)


def consistency(first: int, second: int, subtree: Subtree) -> list[bytes]:
    """The proof that the tree of size `second` begins with that of size `first`; 1 ≤ first ≤ second."""
    return _extension(first, 0, second, subtree, known=True)


class Frontier:
    """A tree that grows leaf by leaf and knows its root at each size, in memory of O(log size) and one row."""

    def __init__(self) -> None:
        self.size = 0
        self._row: list[bytes] = []
        self._peaks: list[bytes] = []
        """Complete subtrees of whole rows, the largest first; their sizes are the binary digits of the row count."""

    def push(self, leaves: Sequence[bytes]) -> None:
        self._row += leaves
        self.size += len(leaves)
        while len(self._row) >= WIDTH:
            self._carry(fold(self._row[:WIDTH]), (self.size - len(self._row)) // WIDTH)
            self._row = self._row[WIDTH:]

    def root(self) -> bytes:
        row, tops = self._row, list(self._peaks)
        if row or not tops:
            tops.append(root(len(row), lambda height, at: fold(row[at << height : at + 1 << height])))
        found = tops.pop()
        while tops:
            found = node(tops.pop(), found)
        return found

    def _carry(self, full: bytes, rows_before: int) -> None:
        while rows_before & 1:
            full = node(self._peaks.pop(), full)
            rows_before >>= 1
        self._peaks.append(full)


def _over(start: int, end: int, subtree: Subtree) -> bytes:
    """The hash over the leaves start ≤ index < end, of which there are some and which begin at a split of the tree."""
    size = end - start
    if size & (size - 1) == 0:
        height = size.bit_length() - 1
        return subtree(height, start >> height)
    middle = start + _split(size)
    return node(_over(start, middle, subtree), _over(middle, end, subtree))


def _path(index: int, start: int, end: int, subtree: Subtree) -> list[bytes]:
    if end - start == 1:
        return []
    middle = start + _split(end - start)
    if index < middle:
        return [*_path(index, start, middle, subtree), _over(middle, end, subtree)]
    return [*_path(index, middle, end, subtree), _over(start, middle, subtree)]


def _extension(first: int, start: int, end: int, subtree: Subtree, *, known: bool) -> list[bytes]:
    """`known`: who checks the proof has the hash over what is left of `first` here, as the root that he kept."""
    if first == end:
        return [] if known else [_over(start, end, subtree)]
    middle = start + _split(end - start)
    if first <= middle:
        return [*_extension(first, start, middle, subtree, known=known), _over(middle, end, subtree)]
    return [*_extension(first, middle, end, subtree, known=False), _over(start, middle, subtree)]


def _split(size: int) -> int:
    """The largest power of two below `size`, which is above 1."""
    return 1 << (size - 1).bit_length() - 1
