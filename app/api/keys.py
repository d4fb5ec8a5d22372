"""Keys, for admins: made, listed, taken away. The text of a key is in one answer only, to the request that made it.

An admin's key for some timelines has to do with keys for those alone: it makes no others, and sees and revokes none.
"""

import secrets
from collections.abc import Iterator
from typing import Any

import msgspec
from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, RawBody
from sqlalchemy import Engine

from app.api.access import holder
from app.api.asof import instant_text
from app.api.lists import Cursor, Format, Limit, listing, page
from app.api.tags import fingerprint, stand
from app.database.engine import reading, writing
from app.domain.canonical import departures, read_json
from app.domain.errors import Fault, Forbidden, Malformed
from app.domain.findings import Finding, refusal
from app.domain.formats import SLUG
from app.domain.misfits import misfits
from app.domain.permissions import Role
from app.domain.shapes import shape_of
from app.ledger import keys, log
from app.ledger.keys import Key


class NewKey(msgspec.Struct, frozen=True, kw_only=True):
    """`name` stands in what is recorded with the key; without `timelines` it is for all, those to come included."""

    name: str
    role: Role = "reader"
    timelines: tuple[str, ...] | msgspec.UnsetType = msgspec.UNSET


_SHAPE = shape_of(NewKey)


@post("/v1/keys", sync_to_thread=True, status_code=201)
def create_key(
    request: Request[Any, Any, Any], body: RawBody, engine: NamedDependency[Engine]
) -> Response[dict[str, Any]]:
    """Make a key {name, role?, timelines?}. `key` in the answer is its text, which is never shown again."""
    new = _read_new(bytes(body))
    chosen = tuple(new.timelines) if new.timelines is not msgspec.UNSET else None
    _refuse_beyond(holder(request), chosen)
    text = keys.write_key(secrets.token_bytes(keys.SECRET_BYTES))
    with writing(engine) as connection:
        for timeline in chosen or ():
            log.head(connection, timeline)
        made = keys.create(connection, new.name, text, role=new.role, timelines=chosen)
    return Response({"key": text, **show_key(made)}, status_code=201, headers={"Cache-Control": "no-store"})


COLUMNS = ("name", "role", "timelines", "created_at", "revoked_at")


@get("/v1/keys", sync_to_thread=True, opt={"access": "administer"}, columns=COLUMNS)
def list_keys(
    request: Request[Any, Any, Any],
    engine: NamedDependency[Engine],
    cursor: Cursor = None,
    limit: Limit = None,
    format: Format = None,  # noqa: A002 -- the parameter's own name
) -> Response[Any]:
    """Every key that this one has to do with, by name, revoked ones too; never their texts."""
    asked = listing(request, cursor=cursor, limit=limit, format=format, shape=str)
    with reading(engine) as connection:
        found = keys.list_keys(
            connection, within=holder(request).timelines, after=asked.after or "", limit=asked.limit + 1
        )
    stand(request, fingerprint([show_key(one) for one in found]))
    return page(asked, found, key=lambda one: one.name, show=show_key)


@post("/v1/keys/{name:str}/revocation", sync_to_thread=True, status_code=200, opt={"accepts": None})
def revoke_key(
    request: Request[Any, Any, Any], name: FromPath[str], body: RawBody, engine: NamedDependency[Engine]
) -> dict[str, Any]:
    """Take a key away for good, at once and everywhere. Doing it again changes nothing. It takes no body."""
    if bytes(body).strip():
        raise Malformed("a revocation takes no body", hint="the key is named by the path")
    with writing(engine) as connection:
        return show_key(keys.revoke(connection, name, within=holder(request).timelines))


def show_key(key: Key) -> dict[str, Any]:
    """`timelines` null: all of them."""
    return {
        "name": key.name,
        "role": key.role,
        "timelines": key.timelines,
        "created_at": instant_text(key.created_at),
        "revoked_at": instant_text(key.revoked_at) if key.revoked_at is not None else None,
    }


def _read_new(raw: bytes) -> NewKey:
    """Raises Malformed for what is no JSON, NotAllowed with every other fault of the body alone."""
    value = read_json(raw)
    if found := [*departures(value), *misfits(_SHAPE, value, ""), *_findings(value)]:
        raise refusal(found)
    return msgspec.convert(value, NewKey)


def _findings(value: Any) -> Iterator[Finding]:
    if not isinstance(value, dict):
        return
    if isinstance(name := value.get("name"), str) and name and (why := SLUG.explain(name)):
        yield Finding(pointer="/name", detail=why)
    if value.get("timelines") == []:
        hint = "name one, or leave the field out for a key for all of them"
        yield Finding(pointer="/timelines", detail="A key for no timeline opens nothing.", hint=hint)


def _refuse_beyond(own: Key, chosen: tuple[str, ...] | None) -> None:
    if own.timelines is None or (chosen is not None and set(chosen) <= set(own.timelines)):
        return
    detail = f"the key {own.name} makes keys for its own timelines only"
    hint = f"name some of {', '.join(own.timelines)}"
    raise Forbidden(detail, hint=hint, faults=[Fault(pointer="/timelines", detail=detail)])


HANDLERS = [create_key, list_keys, revoke_key]
