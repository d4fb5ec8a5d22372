"""Why a parsed body has not the shape of its type, in sentences for the person who wrote it.

Asked only after a no: it goes over the whole body again, slowly, and names every fault with its pointer.
"""

from collections.abc import Iterator
from typing import Any

from msgspec import inspect

from app.domain.errors import nearest_hint
from app.domain.findings import Finding, below
from app.domain.formats import Format
from app.domain.shapes import Member, Shape, text_fault


def misfits(shape: Shape, value: Any, at: str) -> Iterator[Finding]:
    """Everything in which `value` departs from the shape, in the order of its fields; then what is missing."""
    if not isinstance(value, dict):
        yield Finding(pointer=at, detail=f"An object is needed here, not {_name(value)}.")
        return
    for name, inner in value.items():
        member = shape.members.get(name)
        if member is None:
            yield _unknown(shape, name, at)
        elif inner is not None or not member.nullable:
            yield from _member_misfits(member, inner, below(at, name))
    for name, member in shape.members.items():
        if member.required and name not in value:
            yield Finding(pointer=below(at, name), detail=f"The field {name} is missing.")


def _unknown(shape: Shape, name: Any, at: str) -> Finding:
    return Finding(
        pointer=below(at, name),
        detail=f"There is no field {name!s:.80} here; the fields are {', '.join(shape.members)}.",
        hint=nearest_hint(str(name)[:80], shape.members),
    )


def _member_misfits(member: Member, value: Any, at: str) -> Iterator[Finding]:
    kind = next((kind for kind in member.kinds if _takes(kind, value)), None)
    if kind is None:
        wanted = " or ".join(_wanted(kind) for kind in member.kinds)
        detail = f"{wanted[0].upper()}{wanted[1:]} is needed here, not {_name(value)}."
        yield Finding(pointer=at, detail=detail, hint=_way_out(member, value))
    elif isinstance(kind, inspect.LiteralType):
        yield from _literal_misfits(kind, value, at)
    elif isinstance(kind, inspect.StrType):
        yield from _text_misfits(member.format, value, member.characters_max, at)
    elif isinstance(kind, inspect.VarTupleType):
        yield from _list_misfits(member, kind, value, at)
    elif member.shape is not None:
        yield from misfits(member.shape, value, at)


def _way_out(member: Member, value: Any) -> str | None:
    """What to do about a value of the wrong type, where that is not plain."""
    if value is None and not member.required:
        return "leave the field out when nothing is known"
    if isinstance(value, float) and any(isinstance(kind, inspect.IntType) for kind in member.kinds):
        return "round it; where it stands for a range, give that"
    if isinstance(value, float) and any(isinstance(kind, inspect.StrType) for kind in member.kinds):
        return f'give it as text: "{value}"'
    return None


def _list_misfits(member: Member, kind: inspect.VarTupleType, items: list[Any], at: str) -> Iterator[Finding]:
    if len(items) > member.items_max:
        yield Finding(pointer=at, detail=f"The list has {len(items)} items; at most {member.items_max} are kept.")
        return
    for index, item in enumerate(items):
        here = below(at, index)
        if member.shape is not None:
            yield from misfits(member.shape, item, here)
        elif not _takes(kind.item_type, item):
            yield Finding(pointer=here, detail=f"Text is needed here, not {_name(item)}.")
        else:
            yield from _text_misfits(member.item_format, item, member.characters_max, here)


def _text_misfits(format: Format | None, text: str, characters_max: int, at: str) -> Iterator[Finding]:  # noqa: A002
    if (fault := text_fault(format, text, characters_max)) is not None:
        yield Finding(pointer=at, detail=fault)


def _literal_misfits(kind: inspect.LiteralType, value: Any, at: str) -> Iterator[Finding]:
    if value not in kind.values:
        known = [str(one) for one in kind.values]
        yield Finding(
            pointer=at,
            detail=f"{value!s:.80} is not among the values here: {', '.join(known)}.",
            hint=nearest_hint(str(value)[:80], known),
        )


def _takes(kind: inspect.Type, value: Any) -> bool:
    match kind:
        case inspect.StrType():
            return isinstance(value, str)
        case inspect.IntType():
            return type(value) is int
        case inspect.BoolType():
            return isinstance(value, bool)
        case inspect.LiteralType(values=values):
            return type(value) is type(values[0])
        case inspect.VarTupleType():
            return isinstance(value, list)
        case inspect.StructType() | inspect.DictType():
            return isinstance(value, dict)
    raise TypeError(f"the catalogue holds a {type(kind).__name__}, for which the door has no words")


def _wanted(kind: inspect.Type) -> str:
    match kind:
        case inspect.IntType():
            return "a whole number"
        case inspect.BoolType():
            return "true or false"
        case inspect.LiteralType(values=values):
            return f"one of {', '.join(map(str, values))}"
        case inspect.VarTupleType():
            return "a list"
        case inspect.StructType() | inspect.DictType():
            return "an object"
    return "text"


def _name(value: Any) -> str:
    return "null" if value is None else _NAMES.get(type(value), type(value).__name__)


_NAMES = {
    str: "text",
    bool: "true or false",
    int: "a number",
    float: "a number with decimals",
    list: "a list",
    dict: "an object",
}
