"""The ledger itself: append one event, read what was appended, verbatim."""

import hashlib
import re
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, HeaderParameter, QueryParameter, RawBody
from litestar.response import Stream
from sqlalchemy import Engine

from app.api.access import holder, recorded_by
from app.api.asof import instant_text
from app.api.estimates import show_figures
from app.api.idempotency import IdempotencyKey, identified, told_of_the_header
from app.api.lists import NDJSON, Cursor, Format, Limit, Listing, lines, listing, page
from app.api.tags import label, stand
from app.database.engine import reading
from app.domain.errors import Fault, Malformed, Unknown, nearest_hint
from app.domain.events import TYPES
from app.domain.limits import INTEGER_MAX
from app.domain.permissions import refuse_to_append
from app.gathering import hand_in
from app.importing import read_envelope
from app.ledger import log
from app.ledger.log import Recorded
from app.projections.estimates.reading import Revised
from app.recording import Given, Rehearsal, rehearse

BODY_BYTES_MAX = 1024 * 1024
"""As sent; in canonical form an event's body has at most 64 KiB."""

_IF_MATCH = re.compile(r'"p-(0|[1-9]\d{0,15})"', re.ASCII)
_POSITION = re.compile(r"[1-9]\d{0,15}", re.ASCII)

IfMatch = Annotated[
    str | None, HeaderParameter(name="If-Match", description='The position that this rests on: "p-1042"; else 412.')
]
DryRun = Annotated[bool, QueryParameter(description="Check it, say what it would move, and keep nothing.")]
After = Annotated[int | None, QueryParameter(ge=0, le=INTEGER_MAX, description="Only what stands after this position.")]
Types = Annotated[list[str] | None, QueryParameter(name="type", description="Only these event types.")]


@post(
    "/v1/timelines/{timeline:str}/events",
    sync_to_thread=True,
    status_code=201,
    request_max_body_size=BODY_BYTES_MAX,
    opt={"access": "record"},
)
def append_event(
    request: Request[Any, Any, Any],
    timeline: FromPath[str],
    body: RawBody,
    engine: NamedDependency[Engine],
    clock: NamedDependency[Callable[[], datetime]],
    new_id: NamedDependency[Callable[[], UUID]],
    if_match: IfMatch = None,
    idempotency_key: IdempotencyKey = None,
    dry_run: DryRun = False,
) -> Response[dict[str, Any]]:
    """Append one event {type, body, event_id?, causation_id?} and say what it moved, or would in a dry run."""
    expected = _expected(if_match)
    envelope = read_envelope(bytes(body))
    refuse_to_append(holder(request).role, envelope.type)
    event_id = identified(request, timeline, idempotency_key, envelope.event_id, new_id)
    given = Given(type=envelope.type, body=envelope.body, event_id=event_id, causation_id=envelope.causation_id)
    by, today = recorded_by(request), clock().date()
    with told_of_the_header(idempotency_key):
        if dry_run:
            rehearsal = rehearse(engine, timeline, [given], recorded_by=by, today=today, expected=expected)
            return Response(_show_rehearsal(rehearsal), status_code=200)
        with request.app.state.metrics.appending():
            done = hand_in(engine, timeline, given, recorded_by=by, today=today, expected=expected)
    receipt = done.receipt
    answer = {
        "position": receipt.position,
        "event_id": receipt.event_id,
        "recorded_at": instant_text(receipt.recorded_at),
        "leaf": receipt.leaf.hex(),
        "replayed": receipt.replayed,
        "projected": done.projected,
        "moved": done.moved,
    }
    headers = {"Location": f"/v1/timelines/{timeline}/events/{receipt.position}"}
    return Response(answer, status_code=201, headers=headers)


COLUMNS = (*("position", "event_id", "type", "recorded_at", "recorded_by", "causation_id", "batch_id", "body", "leaf"),)


@get("/v1/timelines/{timeline:str}/events", sync_to_thread=True, columns=COLUMNS)
def list_events(
    request: Request[Any, Any, Any],
    timeline: FromPath[str],
    engine: NamedDependency[Engine],
    after: After = None,
    types: Types = None,
    cursor: Cursor = None,
    limit: Limit = None,
    format: Format = None,  # noqa: A002 -- the parameter's own name
) -> Response[Any]:
    """The ledger in its order, verbatim. As NDJSON without `limit`: all of it, with a closing line."""
    asked = listing(request, cursor=cursor, limit=limit, format=format, shape=int)
    _check_types(types or [])
    start = max(after or 0, asked.after or 0)
    with reading(engine) as connection:
        head = log.head(connection, timeline).position
        stand(request, f"p-{head}")  # what If-Match takes
        if asked.form != "ndjson":
            found = log.read(connection, timeline, after=start, types=types or (), limit=asked.limit + 1)
            return page(asked, found, key=lambda event: event.position, show=shape)
    return Stream(_all_lines(engine, timeline, asked, start, head, types or []), media_type=NDJSON)


@get("/v1/timelines/{timeline:str}/events/{position:str}", sync_to_thread=True)
def show_event(
    request: Request[Any, Any, Any],
    timeline: FromPath[str],
    position: FromPath[str],
    engine: NamedDependency[Engine],
) -> Response[dict[str, Any]]:
    """One entry of the ledger, which never changes."""
    with reading(engine) as connection:
        head = log.head(connection, timeline).position
        wanted = int(position) if _POSITION.fullmatch(position) else 0
        if not 1 <= wanted <= head:
            raise Unknown(f"there is no event {position[:80]}", hint=f"the timeline is at position {head}")
        [found] = log.read(connection, timeline, after=wanted - 1, upto=wanted)
    label(request, found.leaf.hex())
    shared = "public" if request.app.state.settings.read == "open" else "private"
    headers = {"Cache-Control": f"{shared}, max-age=31536000, immutable"}
    return Response(shape(found), headers=headers)


def shape(event: Recorded) -> dict[str, Any]:
    """An entry as it is answered; `body` goes out as it was stored, byte by byte."""
    return {
        "position": event.position,
        "event_id": event.event_id,
        "type": event.type,
        "recorded_at": instant_text(event.recorded_at),
        "recorded_by": event.recorded_by,
        "causation_id": event.causation_id,
        "batch_id": event.batch_id,
        "body": msgspec.Raw(event.body.encode()),
        "leaf": event.leaf.hex(),
    }


def show_would_move(one: Revised) -> dict[str, Any]:
    """People and, under `…_u`, the micro-units that `lines` lead through from `before` to `after`."""
    return {
        **msgspec.structs.asdict(one.key),
        "before": show_figures(one.revision.due),
        "after": show_figures(one.revision.moved),
        "lines": one.lines,
    }


def _show_rehearsal(rehearsal: Rehearsal) -> dict[str, Any]:
    """Without the id, the time and the hash of an event that there is not."""
    [receipt] = rehearsal.receipts
    return {
        "dry_run": True,
        "position": receipt.position,
        "replayed": receipt.replayed,
        "moved": [show_would_move(one) for one in rehearsal.revised if one.moves],
    }


def _all_lines(
    engine: Engine, timeline: str, asked: Listing, start: int, head: int, types: list[str]
) -> Iterator[bytes]:
    """Page by page up to the head that was found first, each page in a transaction of its own; then the closing line.

    The closing line counts the lines before it and bears the SHA-256 of their bytes, line feeds included.
    """
    count, digest, left = 0, hashlib.sha256(), asked.stated_limit or INTEGER_MAX
    while left > 0:
        with reading(engine) as connection:
            found = log.read(connection, timeline, after=start, upto=head, types=types, limit=min(left, log.PAGE))
        if not found:
            break
        text = b"".join(lines(map(shape, found)))
        digest.update(text)
        count, left, start = count + len(found), left - len(found), found[-1].position
        yield text
    yield msgspec.json.encode({"count": count, "sha256": digest.hexdigest()}) + b"\n"


def _expected(header: str | None) -> int | None:
    if header is None:
        return None
    found = _IF_MATCH.fullmatch(header.strip())
    if found is None or int(found[1]) > INTEGER_MAX:
        detail = 'If-Match is a position in quotes, such as "p-1042"'
        raise Malformed(detail, faults=[Fault(parameter="If-Match", detail=detail)])
    return int(found[1])


def _check_types(types: list[str]) -> None:
    for name in types:
        if name not in TYPES:
            detail = f"there is no event type {name[:80]}"
            hint = nearest_hint(name[:80], TYPES)
            raise Malformed(detail, hint=hint, faults=[Fault(parameter="type", detail=detail)])


HANDLERS = [append_event, list_events, show_event]
