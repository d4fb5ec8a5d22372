"""What is refused before any handler sees it, for all of them alike: what the framework would ignore or let pass.

Unknown parameters, a parameter given twice where one is meant, `null` (which numbers would take for "not given"), other
spellings of a whole number than digits (1e3 would be a thousand), NUL characters, a body of another type than is taken.
What a handler takes is read from its own signature; `opt={"accepts": …}` names another type of body than JSON, or None
where there is no body.
"""

import re
from collections.abc import Mapping
from typing import Any

import msgspec
from litestar import Litestar, Request
from litestar.connection import ASGIConnection
from litestar.handlers import BaseRouteHandler
from litestar.routes import HTTPRoute

from app.api.problems import refused
from app.domain.errors import Fault, Malformed, nearest_hint

JSON = "application/json"


class Taken(msgspec.Struct, frozen=True, kw_only=True):
    """How a query parameter is given: more than once, or as a whole number."""

    repeated: bool
    whole: bool


Declared = dict[tuple[str, str], dict[str, Taken]]
"""By path template and method, each query parameter."""

_WHOLE = re.compile(r"-?[0-9]+", re.ASCII)


def declared_parameters(app: Litestar) -> Declared:
    """Read once, after all handlers are registered; parameters of their dependencies are among them."""
    return {
        (route.path_format, str(method)): {
            parameter.field_alias: Taken(repeated=parameter.is_sequence, whole=_is_whole(handler, parameter.field_name))
            for parameter in model.expected_query_params
        }
        for route in app.routes
        if isinstance(route, HTTPRoute)
        for method, (handler, model) in route.route_handler_map.items()
    }


def _is_whole(handler: BaseRouteHandler, name: str) -> bool:
    field = handler.parsed_fn_signature.parameters.get(name)
    return field is not None and int in {field.annotation, *(one.annotation for one in field.inner_types)}


async def refuse_misshapen(connection: ASGIConnection[Any, Any, Any, Any], handler: BaseRouteHandler) -> None:
    """The guard. Raises Malformed, or the refusal of a type of body."""
    scope = connection.scope
    if "\x00" in scope["path"]:
        raise Malformed("the path holds a NUL character")
    method = str(scope.get("method", "GET"))
    declared: Declared = connection.app.state.declared_parameters
    known = declared.get((scope["path_template"], method))
    if known is not None and method != "OPTIONS":
        _refuse_parameters(connection, known)
    accepted = handler.opt.get("accepts", JSON)
    if method == "POST" and accepted is not None:
        _refuse_type(connection, str(accepted))


def _refuse_parameters(connection: ASGIConnection[Any, Any, Any, Any], known: Mapping[str, Taken]) -> None:
    given = connection.query_params
    for name in given:
        values = given.getall(name)
        if any("\x00" in text for text in (name, *values)):
            raise _fault(name.replace("\x00", ""), "holds a NUL character")
        if name not in known:
            hint = nearest_hint(name[:80], known) or _listed(known)
            raise _fault(name[:80], "is not a parameter of this request", code="unknown-parameter", hint=hint)
        if any(text.lower() == "null" for text in values):
            raise _fault(name, "is null, which says nothing", hint="leave it out")
        if len(values) > 1 and not known[name].repeated:
            raise _fault(name, "is given more than once and may be given once")
        if known[name].whole and not all(map(_WHOLE.fullmatch, values)):
            raise _fault(name, "is a whole number, written in digits")


def _listed(known: Mapping[str, Taken]) -> str:
    return f"it takes {', '.join(sorted(known))}" if known else "it takes no parameters"


def _fault(name: str, what: str, *, code: str | None = None, hint: str | None = None) -> Malformed:
    detail = f"{name} {what}"
    return Malformed(detail, code=code, hint=hint, faults=[Fault(parameter=name, detail=detail)])


def _refuse_type(connection: ASGIConnection[Any, Any, Any, Any], accepted: str) -> None:
    if not isinstance(connection, Request):
        return
    sent, options = connection.content_type
    if sent.lower() != accepted or options.get("charset", "utf-8").lower() != "utf-8":
        raise refused(415, f"the body is sent as {sent[:80] or 'nothing that is named'}", hint=f"send it as {accepted}")
