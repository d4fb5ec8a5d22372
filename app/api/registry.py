"""What the registries have in common: one time alone applies to them, and they come by name."""

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import msgspec
from litestar import Request, Response
from sqlalchemy import Connection, Engine

from app.api.asof import as_of, question
from app.api.lists import listing, page
from app.api.tags import rest_on
from app.database.engine import reading
from app.domain.events import Body
from app.projections.asof import AsOf, resolve
from app.projections.registry import Kind, read_definitions

T = TypeVar("T")
B = TypeVar("B", bound=Body)


def known(connection: Connection, timeline: str, known_at: str | None) -> AsOf:
    """Definitions and grades are our own and have no day: only what the ledger held limits them."""
    asof = resolve(connection, timeline, question(known_at=known_at), projection="registry")
    return msgspec.structs.replace(asof, valid_at=None)


def by_name(
    request: Request[Any, Any, Any],
    engine: Engine,
    timeline: str,
    known_at: str | None,
    *,
    cursor: str | None,
    limit: int | None,
    format: str | None,  # noqa: A002 -- the parameter's own name
    read: Callable[[Connection, AsOf, str, int], Sequence[T]],
    name: Callable[[T], str],
    show: Callable[[T], dict[str, Any]],
) -> Response[Any]:
    """A page of a registry. `read` gets the name to begin behind and how many are wanted at most."""
    asked = listing(request, cursor=cursor, limit=limit, format=format, shape=str)
    with reading(engine) as connection:
        asof = rest_on(request, known(connection, timeline, known_at))
        found = read(connection, asof, asked.after or "", asked.limit + 1)
    return page(asked, found, key=name, show=show, top={"as_of": as_of(asof)})


def reader(kind: Kind, shape: type[B]) -> Callable[[Connection, AsOf, str, int], list[B]]:
    """Reads definitions of one kind."""

    def read(connection: Connection, asof: AsOf, after: str, limit: int) -> list[B]:
        found = read_definitions(connection, asof.generations, kind, shape, at=asof.position, after=after, limit=limit)
        return list(found.values())

    return read
