"""Documents: what reports were read from, with where to find it."""

from typing import Any, TypeVar

import msgspec
from litestar import Request, Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath
from sqlalchemy import Connection, Engine

from app.api.asof import KnownAt, as_of
from app.api.lists import Cursor, Format, Limit
from app.api.registry import by_name, known, reader
from app.api.tags import rest_on
from app.database.engine import reading
from app.domain.errors import Unknown, nearest_hint
from app.domain.events import Body, DocumentCaptured, DocumentStatusChanged
from app.projections.asof import AsOf
from app.projections.registry import Kind, read_definitions

B = TypeVar("B", bound=Body)
FIELDS = DocumentCaptured.__struct_fields__


@get("/v1/timelines/{timeline:str}/documents", sync_to_thread=True, columns=FIELDS)
def list_documents(
    request: Request[Any, Any, Any],
    timeline: FromPath[str],
    engine: NamedDependency[Engine],
    known_at: KnownAt = None,
    cursor: Cursor = None,
    limit: Limit = None,
    format: Format = None,  # noqa: A002 -- the parameter's own name
) -> Response[Any]:
    """By name, as the ledger captured and dated them at `known_at`."""
    return by_name(
        request,
        engine,
        timeline,
        known_at,
        cursor=cursor,
        limit=limit,
        format=format,
        read=reader("document", DocumentCaptured),
        name=lambda document: document.document,
        show=show,
    )


@get("/v1/timelines/{timeline:str}/documents/{document:str}", sync_to_thread=True)
def show_document(
    request: Request[Any, Any, Any],
    timeline: FromPath[str],
    document: FromPath[str],
    engine: NamedDependency[Engine],
    known_at: KnownAt = None,
) -> dict[str, Any]:
    """One document, and whether it still stands. Its `url` is as it was recorded, and may lead anywhere."""
    with reading(engine) as connection:
        asof = rest_on(request, known(connection, timeline, known_at))
        found = _read(connection, asof, DocumentCaptured, "document", [document]).get(document)
        if found is None:
            every = _read(connection, asof, DocumentCaptured, "document", None)
            hint = nearest_hint(document[:80], every)
            raise Unknown(f"no document {document[:80]}", code="unknown-document", hint=hint)
        changed = _read(connection, asof, DocumentStatusChanged, "document_status", [document]).get(document)
    status = None if changed is None else {"status": changed.status, "reason": changed.reason}
    return {"as_of": as_of(asof), **show(found), "status": status}


def _read(connection: Connection, asof: AsOf, shape: type[B], kind: Kind, names: list[str] | None) -> dict[str, B]:
    return read_definitions(connection, asof.generations, kind, shape, at=asof.position, names=names)


def show(document: DocumentCaptured) -> dict[str, Any]:
    """Every field, whether it was given or not."""
    return {field: msgspec.to_builtins(getattr(document, field)) for field in FIELDS}


HANDLERS = [list_documents, show_document]
