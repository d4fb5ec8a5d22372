"""Lists: one page after the other by key, never by counting; as JSON or as lines of it.

    asked = listing(request, cursor=cursor, limit=limit, format=format)
    rows = ...                      at most asked.limit + 1 of them, those after asked.after (None: from the start)
    return page(asked, rows, key=lambda row: [row.day, row.report], show=item, top={"as_of": as_of(found)})

A cursor is the last key of its page and a fingerprint of that key and of the list that it belongs to: its path and all
its parameters but `cursor`, `limit` and `format`. It is no secret: a forged one gives a page of the same list.
"""

import base64
import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Annotated, Any, Literal, TypeVar
from urllib.parse import quote, urlencode

import msgspec
from litestar import Request, Response
from litestar.params import QueryParameter

from app.api.problems import unacceptable
from app.api.tags import negotiated
from app.domain.errors import Fault, Malformed

LIMIT_DEFAULT = 50
LIMIT_MAX = 1000
JSON = "application/json"
NDJSON = "application/x-ndjson"

Cursor = Annotated[str | None, QueryParameter(description="Continues a list: `next_cursor` of the page before.")]
Limit = Annotated[int | None, QueryParameter(ge=1, le=LIMIT_MAX, description="Items a page; 50 by default.")]
Format = Annotated[Literal["json", "ndjson"] | None, QueryParameter(description="Goes before the header Accept.")]

T = TypeVar("T")
_APART = frozenset({"cursor", "limit", "format"})


class Listing(msgspec.Struct, frozen=True, kw_only=True):
    """What was asked. `after` is the key that the last page ended with, as JSON gives it back; `limit` None: unsaid."""

    path: str
    parameters: tuple[tuple[str, str], ...]
    after: Any
    stated_limit: int | None
    ndjson: bool

    @property
    def limit(self) -> int:
        return self.stated_limit or LIMIT_DEFAULT


class Keyed(msgspec.Struct, frozen=True, kw_only=True):
    """A cursor, opened."""

    k: Any
    f: str


def listing(
    request: Request[Any, Any, Any],
    *,
    cursor: str | None,
    limit: int | None,
    format: str | None,  # noqa: A002 -- the parameter's own name
    shape: Any = Any,
) -> Listing:
    """`shape` is the type of the keys that `page` is given: `after` is of it, whoever wrote the cursor.

    Raises Malformed for a cursor that is not of this list, and 406 for a form that is not offered.
    """
    path = request.scope["path"]
    parameters = tuple((name, value) for name, value in request.query_params.multi_items())
    asked = Listing(
        path=path,
        parameters=tuple(pair for pair in parameters if pair[0] not in _APART),
        after=None,
        stated_limit=limit,
        ndjson=wants_ndjson(request, format),
    )
    return asked if cursor is None else msgspec.structs.replace(asked, after=_open(cursor, asked, shape))


def wants_ndjson(request: Request[Any, Any, Any], format: str | None) -> bool:  # noqa: A002 -- as above
    """By `format=`, else by Accept; raises 406."""
    best = {"json": JSON, "ndjson": NDJSON}.get(format) if format else request.accept.best_match([JSON, NDJSON])
    if best is None:
        raise unacceptable([JSON, NDJSON])
    negotiated(request, "ndjson" if best == NDJSON else "")
    return best == NDJSON


def page(
    asked: Listing,
    items: Sequence[T],
    *,
    key: Callable[[T], Any],
    show: Callable[[T], Any] = lambda item: item,
    top: Mapping[str, Any] | None = None,
) -> Response[Any]:
    """`items` are up to `asked.limit + 1`: one more than is shown tells that there are more.

    `key` gives what the next page begins after, as JSON; `show` an item's shape; `top` what stands before the items.
    """
    shown, has_more = items[: asked.limit], len(items) > asked.limit
    cursor = seal(asked, key(shown[-1])) if has_more else None
    headers = {"Link": _link(asked, cursor)} if cursor else {}
    if asked.ndjson:
        return Response(b"".join(lines(map(show, shown))), media_type=NDJSON, headers=headers)
    document = {**(top or {}), "items": [show(item) for item in shown], "next_cursor": cursor, "has_more": has_more}
    return Response(document, media_type=JSON, headers=headers)


def lines(items: Iterator[Any]) -> Iterator[bytes]:
    """One JSON value a line, each with its line feed."""
    for item in items:
        yield msgspec.json.encode(item) + b"\n"


def seal(asked: Listing, key: Any) -> str:
    """The cursor of this list that continues after `key`."""
    opened = Keyed(k=key, f=_fingerprint(asked, key))
    return base64.urlsafe_b64encode(msgspec.json.encode(opened)).decode().rstrip("=")


def _open(cursor: str, asked: Listing, shape: Any) -> Any:
    try:
        padded = cursor.encode("ascii") + b"=" * (-len(cursor) % 4)
        opened = msgspec.json.decode(base64.b64decode(padded, altchars=b"-_", validate=True), type=Keyed)
        key = msgspec.convert(opened.k, shape)
    except (ValueError, RecursionError) as fault:
        raise _mismatch("the cursor cannot be read") from fault
    if opened.f != _fingerprint(asked, opened.k) or b"\\u0000" in msgspec.json.encode(opened.k):
        raise _mismatch("the cursor belongs to another list or to other filters")
    return key


def _mismatch(detail: str) -> Malformed:
    return Malformed(
        detail, code="cursor-mismatch", hint="begin again without it", faults=[Fault(parameter="cursor", detail=detail)]
    )


def _fingerprint(asked: Listing, key: Any) -> str:
    bound = msgspec.json.encode([asked.path, sorted(asked.parameters), key])
    return base64.urlsafe_b64encode(hashlib.sha256(bound).digest()[:12]).decode()


def _link(asked: Listing, cursor: str) -> str:
    said = [("format", "ndjson")] if asked.ndjson else []
    query = urlencode([*asked.parameters, ("limit", str(asked.limit)), *said, ("cursor", cursor)])
    return f'<{quote(asked.path)}?{query}>; rel="next"'
