"""What stands around every request: its id, HEAD as GET without a body, one line in the log. No body is ever logged."""

import time
from collections.abc import Callable
from typing import Any, cast
from uuid import UUID

import structlog
from litestar.datastructures import MutableScopeHeaders
from litestar.enums import HttpMethod, ScopeType
from litestar.types import ASGIApp, HTTPScope, Message, Receive, Scope, Send

from app.api import tags
from app.domain.formats import SLUG

_LOG = structlog.get_logger()

PATH_CHARACTERS_MAX = 200

# Every answer bears them, unless its handler says otherwise: a page allows its own files on top.
_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "X-Frame-Options": "DENY",
    "Cache-Control": "no-cache",
}


class Frame:
    """Wraps the whole application, so that a path that leads nowhere has an id and a line too."""

    def __init__(
        self,
        app: ASGIApp,
        *,
        new_id: Callable[[], UUID],
        answered: Callable[[str, str | None, int, float], None],
        told: bool,
    ) -> None:
        """`answered` hears of each request: method, route, status, seconds. `told`: it has its line in the log."""
        self._app = app
        self._new_id = new_id
        self._answered = answered
        self._told = told

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != ScopeType.HTTP:
            await self._app(scope, receive, send)
            return
        request_id, method = str(self._new_id()), scope["method"]
        scope["state"]["request_id"] = request_id
        started, status = time.perf_counter(), 500
        if method == HttpMethod.HEAD:
            # A copy: the server goes by its own, and would wait for a body.
            scope = cast("HTTPScope", {**scope, "method": HttpMethod.GET})

        async def framed(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                tags.write(scope, message)
                status = message["status"]
                headers = MutableScopeHeaders(message)
                headers["X-Request-Id"] = request_id
                for name, value in _HEADERS.items():
                    headers.setdefault(name, value)
            elif message["type"] == "http.response.body" and (method == HttpMethod.HEAD or status == tags.UNMODIFIED):
                message["body"] = b""
            await send(message)

        try:
            await self._app(scope, receive, framed)
        finally:
            took_seconds = time.perf_counter() - started
            self._answered(str(method), scope.get("path_template"), status, took_seconds)
            if self._told:
                _tell(scope, str(method), status, took_seconds)


def _tell(scope: HTTPScope, method: str, status: int, took_seconds: float) -> None:
    """By route and not by path, so that what was asked about stands in no log; the path where it leads nowhere.

    Nothing that a client wrote goes out as it is: it could hold what a terminal obeys.
    """
    told: dict[str, Any] = {"method": method, "route": scope.get("path_template")}
    if told["route"] is None:
        told["path"] = ascii(scope["path"][:PATH_CHARACTERS_MAX])[1:-1]
    timeline = scope.get("path_params", {}).get("timeline")
    if isinstance(timeline, str) and SLUG.accepts(timeline):
        told["timeline"] = timeline
    key = scope["state"].get("key")
    if key is not None:
        told["key"] = key.name
    took_ms = round(took_seconds * 1000, 1)
    _LOG.info("request", **told, status=status, ms=took_ms, request_id=scope["state"]["request_id"])
