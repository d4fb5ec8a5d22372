"""Entity tags: what an answer rests on names it, before it is made.

That is the last position, the generations of all projections, the program's version, which shapes what it reads, and
the form. `If-None-Match` with that tag is answered 304 before anything is read; the tag of what was known at a past
position stays as it is, however much is recorded since. What rests on the clock or on nothing that is recorded has no
tag. A handler says what its answer rests on as soon as it knows; `write` puts the tag on the answer if it is one.
"""

import hashlib
import re
from typing import Any

import msgspec
from litestar import Request, Response
from litestar.datastructures import Headers, MutableScopeHeaders
from litestar.types import HTTPResponseStartEvent, HTTPScope

from app.api.health import program_version
from app.projections.asof import AsOf

OK = 200
UNMODIFIED = 304

_TAG = re.compile(r'"[^"]*"')
_STATE, _FORM = "tag", "form"


class Unmodified(Exception):
    """The client holds the answer already."""


def rest_on(request: Request[Any, Any, Any], found: AsOf) -> AsOf:
    """The answer follows from these times. Raises Unmodified."""
    generations = ".".join(map(str, found.generations.numbers.values()))
    stand(request, f"p-{found.position}-g{generations}-v{program_version()}")
    return found


def stand(request: Request[Any, Any, Any], name: str) -> None:
    """The answer stands as long as this name of it does. Raises Unmodified."""
    if label(request, name) in _held(request.headers):
        raise Unmodified


def label(request: Request[Any, Any, Any], name: str) -> str:
    """The same for an answer that is made anyhow, with headers of its own which 304 has to bear too; gives the tag."""
    form = request.scope["state"].get(_FORM)
    tag = f'"{name}-{form}"' if form else f'"{name}"'
    request.scope["state"][_STATE] = tag
    return tag


def fingerprint(value: Any) -> str:
    """A name for what rests on more than one number; with the program's version."""
    text = msgspec.json.encode([value, program_version()])
    return hashlib.sha256(text).hexdigest()[:32]


def negotiated(request: Request[Any, Any, Any], form: str) -> None:
    """The header Accept may have decided on the form; "" is JSON, whose tags say nothing of it."""
    request.scope["state"][_FORM] = form


def answer(_: Request[Any, Any, Any], error: Exception) -> Response[None]:  # noqa: ARG001 -- what it is says it all
    """The exception handler for Unmodified."""
    return Response(None, status_code=UNMODIFIED)


def write(scope: HTTPScope, message: HTTPResponseStartEvent) -> None:
    """Put the tag on an answer; errors have none.

    `*` stands for any answer, and only one that was made shows that there is any: it becomes 304 here.
    """
    tag = scope["state"].get(_STATE)
    if tag is None or message["status"] not in {OK, UNMODIFIED}:
        return
    headers = MutableScopeHeaders(message)
    if {"*", tag} & _held(Headers.from_scope(scope)):
        message["status"] = UNMODIFIED
    if message["status"] == UNMODIFIED:
        for name in ("content-type", "content-length"):
            headers.pop(name, None)
    headers["ETag"] = tag
    if _FORM in scope["state"]:
        headers["Vary"] = "Accept"


def _held(headers: Headers) -> set[str]:
    """The tags that the client names, weak ones as strong ones: a GET compares so. What is no tag is no condition."""
    said = ",".join(headers.getall("if-none-match", []))
    return {"*"} if said.strip() == "*" else set(_TAG.findall(said))
