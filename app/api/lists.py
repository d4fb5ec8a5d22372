"""Lists: one page after the other by key, never by counting; as JSON, as lines of it, or as a sheet (CSV).

    asked = listing(request, cursor=cursor, limit=limit, format=format)
    rows = ...                      at most asked.limit + 1 of them, those after asked.after (None: from the start)
    return page(asked, rows, key=lambda row: [row.day, row.report], show=item, top={"as_of": as_of(found)})

A cursor is the last key of its page and a fingerprint of that key and of the list that it belongs to: its path and all
its parameters but `cursor`, `limit` and `format`. It is no secret: a forged one gives a page of the same list.

The columns of a sheet stand at the handler, `@get(…, columns=COLUMNS)`; without them there is none. A list that is
whole, as the points of a series are, is answered by `whole`.
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
from app.domain.sheet import Columns, write_sheet

LIMIT_DEFAULT = 50
LIMIT_MAX = 1000
JSON = "application/json"
NDJSON = "application/x-ndjson"
CSV = "text/csv"
Form = Literal["json", "ndjson", "csv"]
_MEDIA: dict[Form, str] = {"json": JSON, "ndjson": NDJSON, "csv": CSV}
_ANSWERED = {**_MEDIA, "csv": f"{CSV}; header=present"}

Cursor = Annotated[str | None, QueryParameter(description="Continues a list: `next_cursor` of the page before.")]
Limit = Annotated[int | None, QueryParameter(ge=1, le=LIMIT_MAX, description="Items a page; 50 by default.")]
Format = Annotated[Form | None, QueryParameter(description="Goes before the header Accept.")]

T = TypeVar("T")
_APART = frozenset({"cursor", "limit", "format"})


class Listing(msgspec.Struct, frozen=True, kw_only=True):
    """What was asked. `after` is the key that the last page ended with, as JSON gives it back; `limit` None: unsaid."""

    path: str
    parameters: tuple[tuple[str, str], ...]
    after: Any
    stated_limit: int | None
    form: Form
    columns: Columns

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
        form=chosen_form(request, format),
        columns=columns_of(request),
    )
    return asked if cursor is None else msgspec.structs.replace(asked, after=_open(cursor, asked, shape))


def columns_of(request: Request[Any, Any, Any]) -> Columns:
    """Those of the handler's sheet; none where there is no sheet."""
    columns: Columns = request.route_handler.opt.get("columns", ())
    return columns


def chosen_form(request: Request[Any, Any, Any], format: str | None) -> Form:  # noqa: A002 -- as above
    """By `format=`, else by Accept; raises 406."""
    offered = {form: media for form, media in _MEDIA.items() if form != "csv" or columns_of(request)}
    best = format or _form_of(request.accept.best_match([*offered.values()]))
    form = next((form for form in offered if form == best), None)
    if form is None:
        raise unacceptable([*offered.values()])
    negotiated(request, "" if form == "json" else form)
    return form


def _form_of(media: str | None) -> Form | None:
    return next((form for form, named in _MEDIA.items() if named == media), None)


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
    told = [show(item) for item in shown]
    if asked.form != "json":
        return Response(_plainly(asked.form, asked.columns, told), media_type=_ANSWERED[asked.form], headers=headers)
    document = {**(top or {}), "items": told, "next_cursor": cursor, "has_more": has_more}
    return Response(document, media_type=JSON, headers=headers)


def whole(request: Request[Any, Any, Any], form: Form, document: Mapping[str, Any], *, under: str) -> Response[Any]:
    """An answer that is a document in JSON, and in the other forms the list that it has `under` a name.

    `form` is what `chosen_form` said before the answer was tagged.
    """
    if form == "json":
        return Response(document, media_type=JSON)
    return Response(_plainly(form, columns_of(request), document[under]), media_type=_ANSWERED[form])


def _plainly(form: Form, columns: Columns, items: Sequence[Any]) -> bytes:
    return b"".join(lines(iter(items))) if form == "ndjson" else write_sheet(columns, items).encode()


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
    said = [("format", asked.form)] if asked.form != "json" else []
    query = urlencode([*asked.parameters, ("limit", str(asked.limit)), *said, ("cursor", cursor)])
    return f'<{quote(asked.path)}?{query}>; rel="next"'
