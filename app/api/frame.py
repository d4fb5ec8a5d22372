"""What stands around every request: its id, HEAD as GET without a body, one line in the log. No body is ever logged."""

import time
from collections.abc import Callable
from typing import cast
from uuid import UUID

import structlog
from litestar.datastructures import MutableScopeHeaders
from litestar.enums import HttpMethod, ScopeType
from litestar.types import ASGIApp, HTTPScope, Message, Receive, Scope, Send

from app.api import tags

_LOG = structlog.get_logger()

# Every answer bears them. A page of ours loads nothing from elsewhere; docs.py allows its own files on top.
_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Cache-Control": "no-cache",
}


class Frame:
    """Wraps the whole application, so that a path that leads nowhere has an id and a line too."""

    def __init__(self, app: ASGIApp, *, new_id: Callable[[], UUID]) -> None:
        self._app = app
        self._new_id = new_id

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
            took_ms = round((time.perf_counter() - started) * 1000, 1)
            path = scope.get("raw_path", b"").decode("latin-1")
            _LOG.info("request", method=str(method), path=path, status=status, ms=took_ms, request_id=request_id)
