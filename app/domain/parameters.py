"""How nested parameters in decimal strings are read and written: their shapes and ranges, not their meaning.

Strings, because an event holds no floats; strict, because a parameter that is silently ignored is an estimate that
nobody asked for.
"""

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

import msgspec

from app.domain.errors import Fault, nearest_hint
from app.domain.limits import FAULTS_MAX

NONE = "none"  # how "no such number" is written

_NUMBER = re.compile(r"(0|[1-9][0-9]{0,11})(\.[0-9]{1,12})?", re.ASCII)
_WORD = re.compile(r"[a-z0-9]+([ '-][a-z0-9]+)*", re.ASCII)
_WORD_LENGTH_MAX = 60
_ENTRIES_MAX = 500


class Range(msgspec.Struct, frozen=True):
    """What one parameter may be, both ends included; `whole`: an integer; `optional`: `none` is a value too."""

    low: float
    high: float
    whole: bool = False
    optional: bool = False

    def __str__(self) -> str:
        kind = "an integer" if self.whole else "a decimal number"
        return f"{kind} from {self.span}, as a string"

    @property
    def span(self) -> str:
        return f"{plain(self.low)} to {plain(self.high)}{', or none' if self.optional else ''}"


class Table(msgspec.Struct, frozen=True):
    """Words that the set is free to choose, and what stands beside each."""

    shape: "Shape"


class Leaf(msgspec.Struct, frozen=True, kw_only=True):
    """One number as it is written, under its whole name, such as `classes.tally.kappa`."""

    name: str
    value: str
    range: Range


# A number, a list of them, names that must all be there, or a table of words.
Shape = Range | tuple[Range] | Mapping[str, "Shape"] | Table


def plain(number: float) -> str:
    """The shortest decimal that reads back as this very number, without an exponent."""
    return format(Decimal(repr(number)).normalize(), "f")


def write(value: Any) -> Any:
    """The value with each number as a decimal string and None as `none`; objects and lists stay what they are."""
    if isinstance(value, dict):
        return {key: write(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [write(inner) for inner in value]
    return NONE if value is None else plain(value)


def leaves(written: Any, shape: Shape, name: str = "") -> Iterator[Leaf]:
    """The numbers of what `write` wrote, in the order of the shape. What departs from the shape is passed over."""
    if isinstance(shape, Range):
        yield Leaf(name=name, value=str(written), range=shape)
    elif isinstance(shape, tuple):
        for at, entry in enumerate(written):
            yield from leaves(entry, shape[0], f"{name}.{at}")
    elif isinstance(written, Mapping):
        inner = dict.fromkeys(written, shape.shape) if isinstance(shape, Table) else shape
        for key in inner:
            if key in written:
                yield from leaves(written[key], inner[key], f"{name}.{key}" if name else key)


def laid_over(whole: Any, part: Any) -> Any:
    """`whole` with what `part` has in its place: objects are merged by key at any depth, all else is replaced."""
    if not isinstance(whole, Mapping) or not isinstance(part, Mapping):
        return part
    return {**whole, **{key: laid_over(whole[key], part[key]) if key in whole else part[key] for key in part}}


def read(value: Any, shape: Shape, pointer: str, faults: list[Fault]) -> Any:
    """The value with its strings read as numbers. Appends what is wrong to `faults`; then the answer means nothing."""
    if isinstance(shape, Range):
        return _read_number(value, shape, pointer, faults)
    if isinstance(shape, tuple):
        return _read_list(value, shape[0], pointer, faults)
    if not isinstance(value, Mapping):
        return _fault(faults, pointer, "must be an object")
    if isinstance(shape, Table):
        return _read_table(value, shape.shape, pointer, faults)
    for key in sorted(shape.keys() - value.keys()):
        wanted = shape[key]
        _fault(
            faults, f"{pointer}/{key}", f"is missing; {_must_be(wanted)}" if isinstance(wanted, Range) else "is missing"
        )
    for key in sorted(value.keys() - shape.keys())[:FAULTS_MAX]:  # each costs a comparison with every name
        near = nearest_hint(key[:_WORD_LENGTH_MAX], shape)
        _fault(faults, f"{pointer}/{_escape(key)}", "is no parameter" + (f"; {near}" if near else ""))
    return {key: read(value[key], shape[key], f"{pointer}/{key}", faults) for key in shape if key in value}


def _read_number(value: Any, allowed: Range, pointer: str, faults: list[Fault]) -> Any:
    if allowed.optional and value == NONE:
        return None
    if isinstance(value, str) and _NUMBER.fullmatch(value) and not (allowed.whole and "." in value):
        number = int(value) if allowed.whole else float(value)
        if allowed.low <= number <= allowed.high:
            return number
    return _fault(faults, pointer, _must_be(allowed))


def _read_list(value: Any, allowed: Range, pointer: str, faults: list[Fault]) -> Any:
    if not isinstance(value, list | tuple) or len(value) > _ENTRIES_MAX:
        return _fault(faults, pointer, f"must be a list of at most {_ENTRIES_MAX} entries")
    return [_read_number(entry, allowed, f"{pointer}/{at}", faults) for at, entry in enumerate(value)]


def _read_table(value: Mapping[str, Any], shape: Shape, pointer: str, faults: list[Fault]) -> Any:
    if len(value) > _ENTRIES_MAX:
        return _fault(faults, pointer, f"must hold at most {_ENTRIES_MAX} words")
    for word in sorted(value):
        if len(word) > _WORD_LENGTH_MAX or not _WORD.fullmatch(word):
            _fault(faults, f"{pointer}/{_escape(word)}", f"must be in lower case, {_WORD_LENGTH_MAX} letters at most")
    return {word: read(value[word], shape, f"{pointer}/{_escape(word)}", faults) for word in value}


def _must_be(allowed: Range) -> str:
    return f"must be {allowed}"


def _fault(faults: list[Fault], pointer: str, detail: str) -> Any:
    faults.append(Fault(pointer=pointer, detail=detail))


def _escape(key: str) -> str:
    return key.replace("~", "~0").replace("/", "~1")
