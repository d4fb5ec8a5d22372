"""`Idempotency-Key`: a request that is sent again records the same events, since their ids follow from the header.

Nothing is kept for it: the ledger knows an event by its id, tells one that stands from a new one, and refuses another
event under the id of one that stands. A request that was refused has recorded nothing, and may be mended under its key.
"""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Annotated, Any
from uuid import UUID, uuid5

import msgspec
from litestar import Request
from litestar.params import HeaderParameter

from app.api.access import holder
from app.domain.errors import Conflict, Fault, Malformed
from app.ledger.refusals import EventIdTaken

NAME = "Idempotency-Key"
IdempotencyKey = Annotated[
    str | None,
    HeaderParameter(
        name=NAME,
        description="1 to 255 visible ASCII characters of the client's choice, a new text for each request that is"
        " meant anew. Sent again with the same key, under the same text, the same request records nothing anew, and"
        " another one is 409.",
    ),
]

_NAMESPACE = UUID("5f0e3a0c-8f5b-4c43-9b0e-6d1f6c2a7e41")
"""Drawn once. With another one, what was sent before would be recorded again."""
_TEXT = re.compile(r"[!-~]{1,255}", re.ASCII)


def derived(request: Request[Any, Any, Any], timeline: str, text: str, line: int | None = None) -> UUID:
    """The id of the event that this request records, or of that on a line (from 1) of it. Raises Malformed.

    Clients that hold different keys need not agree on their texts.
    """
    if len(request.headers.getall(NAME)) > 1 or not _TEXT.fullmatch(text):
        detail = f"{NAME} is given once and has 1 to 255 visible ASCII characters"
        raise Malformed(detail, faults=[Fault(parameter=NAME, detail=detail)])
    parts = [holder(request).name, timeline, text, *([] if line is None else [line])]
    return uuid5(_NAMESPACE, msgspec.json.encode(parts).decode())


def identified(
    request: Request[Any, Any, Any], timeline: str, text: str | None, given: UUID | None, new_id: Callable[[], UUID]
) -> UUID:
    """The id of the one event of a request. Raises Malformed where the header and the event name two different ones."""
    if text is None:
        return given or new_id()
    made = derived(request, timeline, text)
    if given not in {None, made}:
        detail = f"{NAME} makes this event's id, and event_id names another one"
        raise Malformed(detail, hint="send one of the two", faults=[Fault(pointer="/event_id", detail=detail)])
    return made


@contextmanager
def told_of_the_header(text: str | None) -> Iterator[None]:
    """Who sent the header hears of it, and not of an event id that he never gave."""
    try:
        yield
    except EventIdTaken as error:
        if text is None:
            raise
        detail = f"this {NAME} was sent before with another type, cause or body"
        hint = "send a new text with a new request"
        raise Conflict(detail, code=error.code, hint=hint, faults=[Fault(parameter=NAME, detail=detail)]) from error
