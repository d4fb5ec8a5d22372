"""How a page asks: by the interface's own addresses, in this process, with the key of whoever looks at the page.

So a page can show nothing that its reader could not ask for, and every refusal is the one that he would get.
"""

import asyncio
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlencode

import msgspec
from litestar import Request
from litestar.types import ASGIApp, Message

Parameters = Mapping[str, str | list[str] | None]

OK = 200
_PASSED_ON = (b"host",)


class Refused(Exception):
    """The interface refused; `problem` is what it said."""

    def __init__(self, status: int, problem: dict[str, Any]) -> None:
        super().__init__(problem.get("detail"))
        self.status = status
        self.problem = problem


class Asked(msgspec.Struct, frozen=True):
    """One address with its parameters; those that are None or empty are left out."""

    path: str
    parameters: Parameters = {}

    @property
    def query(self) -> str:
        pairs = [(name, value) for name, value in self.parameters.items() if value]
        return urlencode(pairs, doseq=True)

    def __str__(self) -> str:
        return f"{quote(self.path)}?{self.query}" if self.query else quote(self.path)


def of_timeline(timeline: str, path: str = "", /, **parameters: str | list[str] | None) -> Asked:
    """An address below a timeline."""
    return Asked(f"/v1/timelines/{timeline}{path}", parameters)


async def ask(request: Request[Any, Any, Any], *asked: Asked) -> list[Any]:
    """The answers in order, asked for at the same time. Raises Refused."""
    return await asyncio.gather(*(_ask(request, one) for one in asked))


async def ask_one(request: Request[Any, Any, Any], asked: Asked) -> Any:
    return await _ask(request, asked)


async def _ask(request: Request[Any, Any, Any], asked: Asked) -> Any:
    """Past what stands around requests: the page's own line in the log speaks for all that it asks."""
    inside: ASGIApp = request.app.state.inside
    received: list[Message] = []

    async def receive() -> Any:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        received.append(message)

    await inside(_scope(request, asked), receive, send)
    status = next(int(one["status"]) for one in received if one["type"] == "http.response.start")
    body = b"".join(one["body"] for one in received if one["type"] == "http.response.body")
    answer = msgspec.json.decode(body)
    if status != OK:
        raise Refused(status, answer)
    return answer


def _scope(request: Request[Any, Any, Any], asked: Asked) -> Any:
    """A request as the server would hand it over, of somebody who was recognised already.

    Conditions on the page do not hold for what it is made of.
    """
    whole = request.scope
    return {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "GET",
        "scheme": whole["scheme"],
        "path": asked.path,
        "raw_path": quote(asked.path).encode(),
        "root_path": whole.get("root_path", ""),
        "query_string": asked.query.encode(),
        "headers": [*((n, v) for n, v in whole["headers"] if n in _PASSED_ON), (b"accept", b"application/json")],
        "client": whole["client"],
        "server": whole["server"],
        "state": {name: whole["state"][name] for name in ("request_id", "key")},
        "app": request.app,
        "litestar_app": request.app,
    }
