"""Whether a parsed body has the shape of its type: known fields at every depth, JSON types, spellings, lengths.

Strictness lives here, beside the types and derived from them, so that the types can stay tolerant when what is stored
is read. `fits` is the fast question that every body is asked; `misfits` (beside this module) explains a no.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, cast

import msgspec
from msgspec import inspect

from app.domain.formats import FORMATS, FORMATS_OF, Format
from app.domain.limits import (
    INTEGER_MAX,
    ITEMS_MAX,
    ITEMS_MAX_BY_FIELD,
    TEXT_CHARACTERS_MAX,
    TEXT_CHARACTERS_MAX_BY_FIELD,
)


class Member(msgspec.Struct, frozen=True, kw_only=True):
    """One field: the JSON types it takes, whether null and absence are allowed, and its bounds.

    `format` is of the text, or of each text in a list; free text is as long as `characters_max` at most. `shape` is of
    the object, or of each object in a list.
    """

    required: bool
    nullable: bool
    kinds: tuple[inspect.Type, ...]
    characters_max: int
    items_max: int
    format: Format | None
    item_format: Format | None
    shape: "Shape | None"


class Shape(msgspec.Struct, frozen=True, kw_only=True):
    """The fields of one object, by their names in JSON.

    `accepts` asks of each field what its JSON type leaves open, truthy for yes; None where it leaves nothing open.
    """

    members: Mapping[str, Member]
    accepts: Mapping[str, Callable[[Any], object] | None]


def shape_of(body: type[msgspec.Struct]) -> Shape:
    """Derived from the type once, at import."""
    return _shape(cast("inspect.StructType", inspect.type_info(body)))


def _shape(info: inspect.StructType) -> Shape:
    formats = FORMATS | FORMATS_OF.get(info.cls, {})
    members = {field.encode_name: _member(field, formats.get(field.encode_name)) for field in info.fields}
    accepts = {
        name: acceptance(member, partial(fits, member.shape) if member.shape else None)
        for name, member in members.items()
    }
    return Shape(members=members, accepts=accepts)


def _member(field: inspect.Field, format: Format | None) -> Member:  # noqa: A002 -- the word of `formats`
    union = field.type.types if isinstance(field.type, inspect.UnionType) else (field.type,)
    kinds = tuple(kind for kind in union if not isinstance(kind, inspect.NoneType))
    lists = [kind for kind in kinds if isinstance(kind, inspect.VarTupleType)]
    inner = lists[0].item_type if lists else kinds[0]
    name = field.encode_name
    return Member(
        required=field.required,
        nullable=len(kinds) < len(union),
        kinds=kinds,
        characters_max=TEXT_CHARACTERS_MAX_BY_FIELD.get(name, TEXT_CHARACTERS_MAX),
        items_max=ITEMS_MAX_BY_FIELD.get(name, ITEMS_MAX),
        format=None if lists else format,
        item_format=format if lists else None,
        shape=_shape(inner) if isinstance(inner, inspect.StructType) else None,
    )


def fits(shape: Shape, value: Mapping[str, Any]) -> bool:
    """Whether a body that msgspec already takes for its type also has only known fields, spelled and sized well.

    Such a body is canonical too, unless a text in it holds a NUL or half of a surrogate pair.
    """
    accepts = shape.accepts
    for name, inner in value.items():
        if name not in accepts:
            return False
        if inner is not None and (question := accepts[name]) is not None and not question(inner):
            return False
    return True


def text_fault(format: Format | None, text: str, characters_max: int) -> str | None:  # noqa: A002 -- as above
    """What is wrong with one text, in one sentence; None when nothing is."""
    if not text or text.isspace():
        return "The text is empty; leave the field out when there is nothing to say."
    if len(text) > characters_max:
        return f"The text has {len(text)} characters; at most {characters_max} are kept."
    return None if format is None else format.explain(text)


Question = Callable[[Any], object]


def acceptance(member: Member, of_object: Question | None) -> Question | None:
    """The one question to a field, so that the common answer costs one call; None where there is nothing to ask.

    `of_object` is the question to the object that its `shape` describes, or to each in a list.
    """
    asked = {type(kind) for kind in member.kinds}
    if inspect.VarTupleType in asked:
        item = _text_question(member.item_format, member) if of_object is None else of_object
        items = partial(_items_fit, item, member.items_max)
        return items if inspect.StrType not in asked else partial(_either, _text_question(None, member), items)
    if of_object is not None:
        return of_object
    if inspect.StrType in asked:
        return _text_question(member.format, member)
    return _is_exact if inspect.IntType in asked else None


def _text_question(format: Format | None, member: Member) -> Question:  # noqa: A002 -- as above
    """Truthy exactly where `text_fault` is None. A format bounds its text by itself, within the common limit."""
    most = member.characters_max
    if format is None:
        return lambda text: 0 < len(text) <= most and not text.isspace()
    if most >= TEXT_CHARACTERS_MAX:
        return format.accepts
    return lambda text: len(text) <= most and format.accepts(text)


def _items_fit(question: Question, items_max: int, items: Sequence[Any]) -> bool:
    return len(items) <= items_max and all(map(question, items))


def _either(of_text: Question, of_items: Question, value: str | Sequence[Any]) -> object:
    return of_text(value) if isinstance(value, str) else of_items(value)


def _is_exact(number: int) -> bool:
    return -INTEGER_MAX <= number <= INTEGER_MAX
