"""Who may ask for what: reading is open or takes a key, all else takes one whose role reaches so far.

`opt={"access": …}` on a handler is "public" (health, pages) or an act of `permissions`: "read" is a GET's default,
"administer" a POST's. With `"whole": True` a key has to be for all timelines. What a key may append, `refuse_to_append`
says; its name goes into what it records.
"""

import math
from time import monotonic
from typing import Any, Literal

from litestar import Request
from litestar.concurrency import sync_to_thread
from litestar.connection import ASGIConnection
from litestar.handlers import BaseRouteHandler
from sqlalchemy import Engine

from app.api.limiting import Buckets, address_of
from app.database.engine import speaking
from app.domain.errors import Forbidden, TooMany, Unauthorised
from app.domain.permissions import ACTS, Act, may, way_out
from app.ledger import keys
from app.ledger.keys import Key
from app.settings import Settings

SCHEME = "bearer"


Wanted = Act | Literal["public"]


async def recognise(connection: ASGIConnection[Any, Any, Any, Any], handler: BaseRouteHandler) -> None:
    """The first guard: whose request it is, and whether there are not too many of his. Raises Unauthorised, TooMany.

    A key that is sent is looked at even where none is needed: who sends a bad one should hear of it, and its requests
    count as those of its address. What is public counts for nobody, and what a page asks for its reader, who was
    recognised as he asked for the page, not again.
    """
    if _wanted(connection, handler) == "public" or "key" in connection.scope["state"]:
        return
    try:
        key = await _key(connection)
    except Unauthorised:
        _count(connection, None)
        raise
    connection.scope["state"]["key"] = key
    _count(connection, key)


async def refuse_strangers(connection: ASGIConnection[Any, Any, Any, Any], handler: BaseRouteHandler) -> None:
    """The last guard. Raises Unauthorised without a key where one is needed, Forbidden where it does not reach."""
    wanted = _wanted(connection, handler)
    settings: Settings = connection.app.state.settings
    if wanted == "public" or (wanted == "read" and settings.read == "open"):
        return
    key: Key | None = connection.scope["state"]["key"]
    if key is None:
        raise Unauthorised("a key is needed for this", hint="send it as `Authorization: Bearer KEY`")
    _refuse(key, wanted, connection.path_params.get("timeline"), whole=bool(handler.opt.get("whole")))


def _wanted(connection: ASGIConnection[Any, Any, Any, Any], handler: BaseRouteHandler) -> Wanted:
    method = str(connection.scope.get("method", "GET"))
    wanted: Wanted = handler.opt.get("access", "administer" if method == "POST" else "read")
    return "public" if method == "OPTIONS" else wanted


def _count(connection: ASGIConnection[Any, Any, Any, Any], key: Key | None) -> None:
    buckets: Buckets | None = connection.app.state.buckets
    if buckets is None:
        return
    address = address_of(connection.client.host) if connection.client is not None else "unknown"
    who = f"the address {address}" if key is None else f"the key {key.name}"
    seconds = buckets.take(who, monotonic())
    if seconds > 0:
        raise TooMany(f"{who} sends more than {buckets.per_minute} requests a minute", seconds=math.ceil(seconds))


def _refuse(key: Key, wanted: Act, timeline: str | None, *, whole: bool) -> None:
    if not may(key.role, wanted):
        detail = f"the key {key.name} has the role {key.role}, which does not {wanted}"
        raise Forbidden(detail, hint=way_out(ACTS[wanted]))
    if timeline is not None and not key.opens(timeline):
        raise Forbidden(f"the key {key.name} is for other timelines", hint="ask with a key for this one")
    if whole and key.timelines is not None:
        raise Forbidden(f"the key {key.name} is for some timelines", hint="this takes a key for all of them")


def recorded_by(request: Request[Any, Any, Any]) -> str:
    """What the ledger keeps of who recorded; only for handlers that write, which have a key."""
    key: Key = request.scope["state"]["key"]
    return f"key:{key.name}"


def readable(request: Request[Any, Any, Any]) -> frozenset[str] | None:
    """The timelines that this request may see; None: all of them.

    Where reading is open, a key for some timelines sees no less than nobody's.
    """
    key: Key | None = request.scope["state"].get("key")
    settings: Settings = request.app.state.settings
    if settings.read == "open" or key is None or key.timelines is None:
        return None
    return frozenset(key.timelines)


def holder(request: Request[Any, Any, Any]) -> Key:
    """The key of a request that takes one."""
    key: Key = request.scope["state"]["key"]
    return key


async def _key(connection: ASGIConnection[Any, Any, Any, Any]) -> Key | None:
    header = connection.headers.get("authorization")
    if header is None:
        return None
    scheme, _, text = header.partition(" ")
    if scheme.lower() != SCHEME or not text.strip():
        raise Unauthorised("the header Authorization cannot be read", hint="send it as `Authorization: Bearer KEY`")
    found = await sync_to_thread(_find, connection.app.state.engine, text.strip())
    if found is None:
        raise Unauthorised("this key does not exist or is revoked", hint="`muster key create` makes a new one")
    return found


def _find(engine: Engine, text: str) -> Key | None:
    with speaking(engine) as connection:
        return keys.find(connection, text)
