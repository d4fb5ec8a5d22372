"""Every answer that is a refusal or a failure, as one RFC 9457 document. No text of an unexpected error goes out."""

import re
from collections.abc import Sequence
from typing import Any, Literal, get_args, get_origin

import msgspec
import structlog
from litestar import MediaType, Request, Response, get
from litestar.exceptions import (
    HTTPException,
    ImproperlyConfiguredException,
    InternalServerException,
    MethodNotAllowedException,
)
from litestar.params import FromPath, QueryParameter

from app.api.codes import PAGES
from app.domain.errors import (
    Conflict,
    Fault,
    Forbidden,
    Malformed,
    Moved,
    MusterError,
    NotAllowed,
    TooLarge,
    TooMany,
    Unauthorised,
    Unavailable,
    Unknown,
    nearest_hint,
)

MEDIA_TYPE = "application/problem+json"
RETRY_AFTER_SECONDS = 2
_LOG = structlog.get_logger()

_STATUS: dict[type[MusterError], int] = {
    Malformed: 400,
    Unauthorised: 401,
    Forbidden: 403,
    Unknown: 404,
    Conflict: 409,
    Moved: 412,
    TooLarge: 413,
    NotAllowed: 422,
    TooMany: 429,
    Unavailable: 503,
}
_CODES = {401: "unauthorised", 403: "forbidden", 404: "unknown", 405: "method-not-allowed", 406: "not-acceptable"}
_CODES |= {413: "too-large", 415: "unsupported-media-type"}

# How the framework words it; tests hold it to that.
_MISSING = re.compile(r"Missing required \w+ parameter '([^']+)'")
_GONE = "client disconnected prematurely"

_FROM_REPORTS = "append development_reported.v1, report_corrected.v1 or report_retracted.v1"
_INSTEAD = {
    "developments": "append report_corrected.v1 or report_retracted.v1",
    "sources": "append source_registered.v1 or source_graded.v1",
    "places": "append place_defined.v1",
    "actors": "append actor_defined.v1",
    "measures": "append measure_defined.v1",
    "assumptions": "a set stays what it is: append assumptions_defined.v1 under another name",
    "estimates": f"estimates follow from reports: {_FROM_REPORTS}",
    "situation": f"what stands follows from reports: {_FROM_REPORTS}",
    "contacts": f"contacts follow from reports: {_FROM_REPORTS}",
    "forces": f"what is said of forces follows from reports: {_FROM_REPORTS}; for a force, actor_defined.v1",
    "contested": "append reports_linked.v1 or link_withdrawn.v1",
    "what-if": "what is supposed changes nothing; to make it so, append report_retracted.v1 or source_graded.v1",
    "events": "an event stays as it is: append report_corrected.v1, report_retracted.v1 or link_withdrawn.v1",
}


class Problem(msgspec.Struct, frozen=True, kw_only=True):
    """`type` is the address of a page on this server; `code` its last part, for programs."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    request_id: str
    errors: Sequence[dict[str, str]]
    hint: str | None


def answer(request: Request[Any, Any, Any], error: Exception) -> Response[Problem]:
    """The exception handler for everything that is raised."""
    headers: dict[str, str] = {}
    if isinstance(error, MusterError):
        status = next((_STATUS[cls] for cls in type(error).__mro__ if cls in _STATUS), 500)
        said = error
    elif isinstance(error, InternalServerException) and error.detail == _GONE:
        # nobody reads this answer; the log shall not call it our failure
        status, said = 400, Malformed("the client went away in the middle of the body")
    elif isinstance(error, HTTPException) and not isinstance(error, ImproperlyConfiguredException):
        status = error.status_code
        said = _translated(request, error)
        headers = _allow(error)
    elif isinstance(error, RecursionError):
        status, said = 400, Malformed("the request is nested too deeply to be read")
    else:
        status, said = 500, MusterError("an unexpected error", code="broken")
    if status == 401:  # noqa: PLR2004 -- the statuses of HTTP are their own names
        headers["WWW-Authenticate"] = 'Bearer realm="muster"'
    if status == 503:  # noqa: PLR2004 -- as above
        headers["Retry-After"] = str(RETRY_AFTER_SECONDS)
    if isinstance(said, TooMany):
        headers["Retry-After"] = str(said.seconds)
    if status == 500:  # noqa: PLR2004 -- as above
        _LOG.error("request failed", request_id=request_id(request), exc_info=error)
    request.app.state.metrics.refused(said.code)
    document = _document(request, status, said)
    return Response(document, status_code=status, media_type=MEDIA_TYPE, headers=headers)


def request_id(request: Request[Any, Any, Any]) -> str:
    return str(request.scope["state"].get("request_id", "-"))


def refused(status: int, detail: str, *, hint: str | None = None) -> HTTPException:
    """For what only HTTP knows: media types and methods."""
    return HTTPException(detail=detail, status_code=status, extra={"hint": hint} if hint else None)


def unacceptable(offered: Sequence[str]) -> HTTPException:
    return refused(406, "this is not offered in that form", hint=f"it is offered as {' or '.join(offered)}")


def _document(request: Request[Any, Any, Any], status: int, said: MusterError) -> Problem:
    page = PAGES.get(said.code)
    return Problem(
        type=f"/problems/{said.code}",
        title=page.title if page else said.code,
        status=status,
        detail=said.detail,
        code=said.code,
        request_id=request_id(request),
        errors=[_fault(fault) for fault in said.faults],
        hint=said.hint,
    )


def _fault(fault: Fault) -> dict[str, str]:
    return {name: value for name, value in msgspec.structs.asdict(fault).items() if value is not None}


def _translated(request: Request[Any, Any, Any], error: HTTPException) -> MusterError:
    """What the framework refused, in our words; only what it says of parameters is passed on."""
    code = _CODES.get(error.status_code, "malformed" if error.status_code < 500 else "broken")  # noqa: PLR2004 -- HTTP's own
    extra = error.extra
    match error.status_code:
        case 404:
            return Unknown(f"there is nothing at {request.url.path[:200]}")
        case 405:
            return MusterError(f"{request.method} is not possible here", code=code, hint=_instead(request))
        case 413:
            return TooLarge(f"the body has more than {request.route_handler.resolve_request_max_body_size()} bytes")
        case _ if isinstance(extra, list):
            faults = [_parameter_fault(request, one) for one in extra if isinstance(one, dict)]
            detail = faults[0].detail if len(faults) == 1 else f"{len(faults)} parameters cannot be read"
            return Malformed(detail, faults=faults)
        case 400 if missing := _MISSING.match(error.detail):
            detail = f"{missing[1]} is missing"
            return Malformed(detail, faults=[Fault(parameter=missing[1], detail=detail)])
        case status if status >= 500:  # noqa: PLR2004 -- HTTP's own
            return MusterError("an unexpected error", code=code)
    hint = extra.get("hint") if isinstance(extra, dict) else None
    return MusterError(error.detail or "the request cannot be read", code=code, hint=hint)


def _parameter_fault(request: Request[Any, Any, Any], said: dict[str, Any]) -> Fault:
    name, message = str(said.get("key", "")), str(said.get("message", "cannot be read"))
    wanted = _wanted(request, name)
    if wanted is not None:
        message = f"{name} {wanted}"
    elif name:
        message = f"{name} cannot be read"
    return Fault(parameter=name or None, detail=message)


def _wanted(request: Request[Any, Any, Any], name: str) -> str | None:
    """What the parameter may be, in our words, by what it is declared as; None where nothing of that is known."""
    if choices := _choices(request, name):
        return f"is one of {', '.join(choices)}"
    field = request.route_handler.parsed_fn_signature.parameters.get(name)
    bounds = field.kwarg_definition if field is not None else None
    if not isinstance(bounds, QueryParameter):
        return None
    if bounds.max_items is not None:
        return f"may be given up to {bounds.max_items} times in one request: ask in several"
    if bounds.ge is None or bounds.le is None:
        return None
    return f"is a whole number from {bounds.ge} to {bounds.le}: give another"


def _choices(request: Request[Any, Any, Any], name: str) -> list[str]:
    """The values that a parameter may have, where they are few; in the order in which they were written down."""
    field = request.route_handler.parsed_fn_signature.parameters.get(name)
    inner = [field.annotation, *(one.annotation for one in field.inner_types)] if field is not None else []
    return [choice for one in inner if get_origin(one) is Literal for choice in get_args(one)]


def _instead(request: Request[Any, Any, Any]) -> str | None:
    """Which event does what PUT, PATCH or DELETE would have done; None where another method is simply wrong."""
    if request.method not in {"PUT", "PATCH", "DELETE"}:
        return None
    if "keys" in request.url.path.split("/"):
        return "a key is taken away by POST /v1/keys/{name}/revocation"
    named = [part for part in request.url.path.split("/") if part in _INSTEAD]
    how = _INSTEAD[named[0]] if named else "nothing is changed or deleted: append an event"
    return f"{how} (POST /v1/timelines/{{timeline}}/events)"


def _allow(error: HTTPException) -> dict[str, str]:
    if not isinstance(error, MethodNotAllowedException):
        return {}
    allowed = set((error.headers or {}).get("allow", "").split(", ")) - {""}
    if "GET" in allowed:
        allowed.add("HEAD")
    return {"Allow": ", ".join(sorted(allowed))}


@get("/problems/{code:str}", sync_to_thread=False, include_in_schema=False, opt={"access": "public"})
def explain(code: FromPath[str]) -> Response[str]:
    """The page that a problem's `type` leads to."""
    page = PAGES.get(code)
    if page is None:
        raise Unknown(f"there is no problem {code[:80]}", hint=nearest_hint(code[:80], PAGES))
    body = f"# {page.title}\n\ncode: {code}\nstatus: {page.status}\n\n{page.advice}\n"
    return Response(body, media_type=MediaType.TEXT)


HANDLERS = [explain]
