"""Many events in one request, streamed: no more of the body is held than the lines that are being appended."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Iterator
from datetime import datetime
from functools import partial
from typing import Annotated, Any
from uuid import UUID

from litestar import Request, post
from litestar.di import NamedDependency, Provide
from litestar.params import FromPath, QueryParameter
from sqlalchemy import Engine

from app.api.access import holder, recorded_by
from app.api.idempotency import IdempotencyKey, derived
from app.api.lists import NDJSON
from app.domain.permissions import refuse_to_append
from app.importing import Imported, Mode, import_lines, split_lines

PROJECTING_SECONDS = 30.0

ModeParameter = Annotated[Mode, QueryParameter(description="Whether one bad line keeps out the others.")]
DryRun = Annotated[bool, QueryParameter(description="Check everything and keep nothing.")]


async def provide_pieces(request: Request[Any, Any, Any]) -> Iterator[bytes]:
    """The body as it arrives, for the thread of the handler: it asks the loop for the next piece and waits."""
    return _pieces(request.stream(), asyncio.get_running_loop())


def _pieces(stream: AsyncGenerator[bytes, None], loop: asyncio.AbstractEventLoop) -> Iterator[bytes]:
    async def following() -> bytes | None:
        return await anext(stream, None)

    while (piece := asyncio.run_coroutine_threadsafe(following(), loop).result()) is not None:
        yield piece


@post(
    "/v1/timelines/{timeline:str}/imports",
    sync_to_thread=True,
    status_code=200,
    request_max_body_size=None,
    opt={"accepts": NDJSON, "access": "record"},
    dependencies={"pieces": Provide(provide_pieces)},
)
def import_events(
    request: Request[Any, Any, Any],
    timeline: FromPath[str],
    pieces: NamedDependency[Iterator[bytes]],
    engine: NamedDependency[Engine],
    clock: NamedDependency[Callable[[], datetime]],
    new_id: NamedDependency[Callable[[], UUID]],
    idempotency_key: IdempotencyKey = None,
    mode: ModeParameter = "partial",
    dry_run: DryRun = False,
) -> Imported:
    """Append one event a line; answers when all are appended and projected.

    A line without an `event_id` gets one, which under an `Idempotency-Key` follows from the header and the line's
    number: an import that broke off is sent again as it was, or with its bad lines mended in their places.
    """
    id_of_line = None
    if idempotency_key is not None:
        id_of_line = partial(derived, request, timeline, idempotency_key)
        id_of_line(1)  # refuses what cannot be a key before anything is recorded
    return import_lines(
        engine,
        timeline,
        split_lines(pieces),
        mode=mode,
        dry_run=dry_run,
        recorded_by=recorded_by(request),
        today=clock().date(),
        batch_id=new_id(),
        new_id=new_id,
        id_of_line=id_of_line,
        admit=partial(refuse_to_append, holder(request).role),
        projecting_seconds=PROJECTING_SECONDS,
    )


HANDLERS = [import_events]
