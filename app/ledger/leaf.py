"""What of an event is hashed into its leaf: all of it, as lines, the body last and verbatim."""

from collections.abc import Sequence
from hashlib import sha256
from typing import TypeAlias

_FIRST = b"\x00muster-event/1"
NONE = b"-"

Entry: TypeAlias = tuple[int, bytes, bytes, int, bytes, bytes, bytes, bytes, bytes]
"""An event as its leaf is made of it, and the leaf that is kept with it: position, event id, type, recorded at (in
microseconds since 1970), recorded by, cause and batch (`-` for none), body, leaf. UUIDs are lower-case text."""


def leaf_of(timeline: bytes, entry: Entry) -> bytes:
    """The leaf as it has to be; RFC 9162 puts a zero byte before what a leaf is the hash of."""
    return leaves_of(timeline, [entry])[0]


def leaves_of(timeline: bytes, entries: Sequence[Entry]) -> list[bytes]:
    return [
        sha256(
            b"\n".join(
                (_FIRST, timeline, str(position).encode(), event_id, type_, str(at_us).encode(), by, cause, batch, body)
            )
        ).digest()
        for position, event_id, type_, at_us, by, cause, batch, body, _ in entries
    ]
