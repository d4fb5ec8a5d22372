"""An event as it comes from outside, `{type, body, event_id?, causation_id?}`, and a stream cut into its lines."""

from collections.abc import Iterable, Iterator
from typing import Any
from uuid import UUID

import msgspec

from app.domain.canonical import read_json
from app.domain.errors import Fault, Malformed, nearest_hint
from app.domain.findings import below

LINE_BYTES_MAX = 512 * 1024
"""As sent: a canonical body of 64 KiB can be several times as long with its characters escaped."""

_FIELDS = ("type", "body", "event_id", "causation_id")


class Envelope(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An event from outside; `body` is parsed JSON and as yet unchecked."""

    type: str
    body: Any
    event_id: UUID | None = None
    causation_id: UUID | None = None


def read_envelope(raw: bytes) -> Envelope:
    """Raises Malformed when it is no JSON, or no envelope."""
    value = read_json(raw)
    try:
        return msgspec.convert(value, Envelope)
    except msgspec.ValidationError as fault:
        raise _no_envelope(value, fault) from fault


def split_lines(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """Lines of a stream without their line feeds; of one that is too long only so much that this can be seen."""
    rest = b""
    for piece in pieces:
        *whole, last = piece.split(b"\n")
        for line in whole:
            yield (rest + line)[: LINE_BYTES_MAX + 1]
            rest = b""
        rest = (rest + last)[: LINE_BYTES_MAX + 1]
    if rest:
        yield rest


def _no_envelope(value: Any, fault: msgspec.ValidationError) -> Malformed:
    if not isinstance(value, dict):
        return Malformed("An event is a JSON object.", faults=[Fault(pointer="", detail="This is no object.")])
    for name in value:
        if name not in _FIELDS:
            return _at(below("", name), f"An event has no field {name[:80]}.", nearest_hint(name[:80], _FIELDS))
    for name in ("type", "body"):
        if name not in value:
            return _at(f"/{name}", f"An event has the field {name}.", None)
    if not isinstance(value["type"], str):
        return _at("/type", "The type is a text.", None)
    wrong = "event_id" if "`$.event_id`" in str(fault) else "causation_id"
    return _at(f"/{wrong}", f"The {wrong} is a UUID.", None)


def _at(pointer: str, detail: str, hint: str | None) -> Malformed:
    return Malformed(detail, hint=hint, faults=[Fault(pointer=pointer, detail=detail)])
