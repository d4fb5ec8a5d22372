"""The short way through the door: one pass over the bytes of an event, and the questions that JSON types leave open.

Each body type has a strict twin, derived from its shape: it knows its own fields alone, keeps apart what was left out
from what was given as null, and has its fields in the order of canonical JSON, so that it is written out canonically.
Whatever the twin does not take has to go the long way (`canonical`, `checking`), which says why, or takes it after all:
escapes in texts, a report without an id.

The twins bear no `msgspec.Meta`: its patterns now and then crash the interpreter when it ends.
Source: msgspec, issue 717.
"""

from collections.abc import Callable
from functools import reduce
from keyword import iskeyword
from operator import attrgetter, or_
from typing import Any, Literal
from uuid import UUID

import msgspec
from msgspec import UNSET, UnsetType, inspect

from app.domain.events import TYPES, Body, read_body
from app.domain.limits import BODY_BYTES_MAX
from app.domain.shapes import Member, Shape, acceptance, shape_of

Question = Callable[[Any], object]


class Taken(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """An event that fits its shape: its envelope, its body, and the canonical text of that."""

    type: str
    event_id: UUID | None
    causation_id: UUID | None
    body: Body
    text: str


def take(line: bytes) -> Taken | None:
    """An event `{type, body, event_id?, causation_id?}` whose shape is beyond doubt; None for one that is not.

    Rules are not asked here. That no name stands twice is seen from the length: what is written back would be shorter
    than the line without its white space.
    """
    try:
        event = _DECODER.decode(line)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return None
    type_, fits, length = _KNOWN[type(event)]
    text = _ENCODER.encode(event.body)
    length += len(text)
    if event.event_id is not None:
        length += len(',"event_id":""') + len(event.event_id)
    if event.causation_id is not None:
        length += len(',"causation_id":""') + len(event.causation_id)
    if length != len(line) and length != len(msgspec.json.format(line, indent=-1)):
        return None
    if len(text) > BODY_BYTES_MAX or b"\\u0000" in text or not fits(event.body):
        return None
    try:
        return Taken(
            type=type_,
            event_id=None if event.event_id is None else msgspec.convert(event.event_id, UUID),
            causation_id=None if event.causation_id is None else msgspec.convert(event.causation_id, UUID),
            body=read_body(type_, text),
            text=text.decode(),
        )
    except msgspec.ValidationError:
        return None


def _twin(name: str, shape: Shape) -> tuple[type[msgspec.Struct], Question]:
    """The twin of an object, and what is to be asked of one."""
    fields: list[Any] = []
    asked: dict[str, Question] = {}
    renamed: dict[str, str] = {}
    for field, member in sorted(shape.members.items()):
        own = f"{field}_" if iskeyword(field) else field
        renamed[own] = field
        inner, of_inner = (None, None) if member.shape is None else _twin(f"{name}_{field}", member.shape)
        kind = _type(member, inner)
        fields.append((own, kind) if member.required else (own, kind, UNSET))
        if (question := acceptance(member, of_inner)) is not None:
            asked[own] = question
    made = msgspec.defstruct(name, fields, rename=renamed, forbid_unknown_fields=True, kw_only=True, gc=False)
    return made, _fits(asked)


def _fits(asked: dict[str, Question]) -> Question:
    if not asked:
        return lambda _: True
    questions = tuple(asked.values())
    get = attrgetter(*asked) if len(asked) > 1 else _alone(*asked)

    def fits(value: Any) -> bool:
        for inner, question in zip(get(value), questions, strict=True):
            if inner is not UNSET and inner is not None and not question(inner):
                return False
        return True

    return fits


def _alone(name: str) -> Callable[[Any], tuple[Any]]:
    get = attrgetter(name)
    return lambda value: (get(value),)


def _type(member: Member, inner: Any) -> Any:
    kinds = [_kind(kind, inner) for kind in member.kinds]
    if member.nullable:
        kinds.append(None)
    if not member.required:
        kinds.append(UnsetType)
    return reduce(or_, kinds)


def _kind(kind: inspect.Type, inner: Any) -> Any:
    match kind:
        case inspect.IntType():
            return int
        case inspect.BoolType():
            return bool
        case inspect.LiteralType(values=values):
            return Literal[tuple(values)]
        case inspect.StrType():
            return str
        case inspect.StructType():
            return inner
        case inspect.VarTupleType():
            item: Any = inner or str
            return tuple[item, ...]
    raise TypeError(f"the catalogue holds a {type(kind).__name__}, which has no twin")


_LONG_WAY_ALONE = frozenset({"assumptions_defined.v1"})
"""Tables of any shape, whose fields come in any order."""

_KNOWN: dict[type[msgspec.Struct], tuple[str, Question, int]] = {}
"""By the twin of a whole event: its type, what to ask of its body, and its bytes without that and without ids."""

for _name in TYPES.keys() - _LONG_WAY_ALONE:
    _body, _question = _twin(TYPES[_name].__name__, shape_of(TYPES[_name]))
    _event = msgspec.defstruct(
        f"{TYPES[_name].__name__}_event",
        [("body", _body), ("event_id", str | None, None), ("causation_id", str | None, None)],
        tag_field="type",
        tag=_name,
        forbid_unknown_fields=True,
        kw_only=True,
        gc=False,
    )
    _KNOWN[_event] = (_name, _question, len('{"type":"","body":}') + len(_name))

_DECODER: msgspec.json.Decoder[Any] = msgspec.json.Decoder(reduce(or_, _KNOWN))
_ENCODER = msgspec.json.Encoder()
