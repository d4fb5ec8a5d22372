"""Canonical JSON: the one way to write a body, so that what is hashed can be written again by anybody.

Integers within ±(2^53-1), no floats, ASCII keys in sorted order, no white space, no NUL and no lone surrogate in any
text, at most 32 levels. Within these bounds a plain encoder with sorted keys and RFC 8785 give the same bytes.
"""

import json
from codecs import BOM_UTF8
from collections.abc import Iterator, Sequence
from operator import ne
from typing import Any

import msgspec

from app.domain.errors import Malformed
from app.domain.findings import Finding, below, refusal
from app.domain.limits import DEPTH_MAX, INTEGER_MAX

encode = msgspec.json.Encoder(order="sorted").encode
"""The canonical bytes of a value of which `is_canonical` is known to hold; of others it gives whatever comes."""

_DECODER = msgspec.json.Decoder()


def _refuse_float(text: str) -> float:
    raise ValueError(text)


_WHOLE = msgspec.json.Decoder(float_hook=_refuse_float)
_ANY_DEPTH = -(2**31)
_DIGITS = bytes(ord("0") if byte in b"0123456789" else ord(" ") for byte in range(256))
_LONG_NUMBER = b"0" * len(str(INTEGER_MAX))


def canonical(value: Any, *, at: str = "") -> bytes:
    """The canonical bytes of a parsed JSON value. Raises NotAllowed with every departure; pointers begin with `at`."""
    if not is_canonical(value):
        raise refusal(departures(value, at))
    return encode(value)


def is_canonical(value: Any, depth: int = 1) -> bool:
    """Whether `value` has canonical bytes at all: the fast question, asked of every body."""
    kind = type(value)  # exactly: a bool is no number here
    if kind is str:
        return "\x00" not in value and _encodes(value)
    if kind is int:
        return bool(-INTEGER_MAX <= value <= INTEGER_MAX)
    if kind is dict:
        return depth <= DEPTH_MAX and all(
            type(key) is str and key.isascii() and "\x00" not in key and is_canonical(inner, depth + 1)
            for key, inner in value.items()
        )
    if kind is list:
        return depth <= DEPTH_MAX and all(is_canonical(inner, depth + 1) for inner in value)
    return value is None or kind is bool


def is_canonical_text(raw: bytes) -> bool:
    """Whether these bytes are the canonical ones of what they say."""
    return are_canonical_texts([raw])


def are_canonical_texts(texts: Sequence[bytes]) -> bool:
    """The same of many at once, which is quicker.

    Written again they have to come out the same. That leaves open only what an encoder writes though it is not allowed
    here, and that is looked for, value by value, only in texts that could hold it. How deep a text is nested is a limit
    of the door, and no part of its form.
    """
    try:
        if any(map(ne, map(encode, map(_WHOLE.decode, texts)), texts)):
            return False
    except (ValueError, RecursionError, msgspec.MsgspecError):
        return False
    together = b" ".join(texts)
    return _is_plain(together) or all(
        _is_plain(raw) or is_canonical(_WHOLE.decode(raw), depth=_ANY_DEPTH) for raw in texts
    )


def _is_plain(raw: bytes) -> bool:
    """Whether nothing can stand in this text that would have to be looked for."""
    return raw.isascii() and b"\\" not in raw and _LONG_NUMBER not in raw.translate(_DIGITS)


def departures(value: Any, at: str = "", depth: int = 1) -> Iterator[Finding]:
    """Every reason why `value` has no canonical bytes, in its own order."""
    if isinstance(value, str):
        yield from _text_departures(value, at)
    elif isinstance(value, dict | list) and depth > DEPTH_MAX:
        yield Finding(pointer=at, detail=f"This is nested more than {DEPTH_MAX} levels deep.")
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield from _key_departures(key, below(at, key))
            yield from departures(inner, below(at, key), depth + 1)
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from departures(inner, below(at, index), depth + 1)
    elif not is_canonical(value):
        yield Finding(pointer=at, detail=_number_fault(value))


def _text_departures(value: str, at: str) -> Iterator[Finding]:
    if "\x00" in value:
        yield Finding(pointer=at, detail="The text holds a NUL character.")
    if not _encodes(value):
        yield Finding(pointer=at, detail="The text holds half of a surrogate pair, which is no character.")


def _key_departures(key: Any, at: str) -> Iterator[Finding]:
    if not isinstance(key, str) or not key.isascii():
        yield Finding(pointer=at, detail="Field names are ASCII text.")
    elif "\x00" in key:
        yield Finding(pointer=at, detail="The field name holds a NUL character.")


def _number_fault(value: Any) -> str:
    if isinstance(value, float):
        return 'Numbers are whole; one with decimals is given as text, such as "0.5".'
    if isinstance(value, int):
        return f"The number is beyond ±{INTEGER_MAX}, which not every reader of JSON can hold."
    return f"JSON has no {type(value).__name__}."


def _encodes(value: str) -> bool:
    """Whether every half of a surrogate pair in the text has its other half."""
    if value.isascii():
        return True
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True


def read_json(raw: bytes) -> Any:
    """A JSON value from the outside: strict UTF-8, no byte order mark, no name twice in one object.

    Raises Malformed with what is wrong and, where the parser knows it, at which byte.
    """
    if raw.startswith(BOM_UTF8):
        raise Malformed("The text begins with a byte order mark.", hint="save it as UTF-8 without one")
    try:
        value = _DECODER.decode(raw)
        if len(encode(value)) != len(msgspec.json.format(raw, indent=-1)):
            _refuse_doubles(raw)
    except RecursionError as fault:
        raise Malformed("The JSON is nested too deeply to be read.") from fault
    except UnicodeDecodeError as fault:
        raise Malformed(f"The text is not UTF-8: {fault.reason}.") from fault
    except msgspec.MsgspecError as fault:
        raise Malformed(f"This is not JSON: {fault}.") from fault
    return value


def _refuse_doubles(raw: bytes) -> None:
    """The slow look for a name given twice, of which the fast parser keeps the last.

    Needed only where the value, written again, has not the length of the source without its white space. A double
    always shortens it: escapes and `-0` are the only other things that can, and only floats, which no body may hold,
    can lengthen it.
    """

    def distinct(pairs: list[tuple[str, Any]]) -> None:
        names: set[str] = set()
        for name, _ in pairs:
            if name in names:
                raise Malformed(f'The name "{name}" stands twice in one object.')
            names.add(name)

    json.loads(raw, object_pairs_hook=distinct)
