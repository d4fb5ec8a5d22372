"""A refusal as a page: what is wrong, the nearest that there is, and the way out."""

from collections.abc import Callable
from typing import Any

import msgspec
from litestar import Request, Response
from litestar.exceptions import NotFoundException

from app.room.asking import Refused
from app.room.templating import write_page

Answer = Callable[[Request[Any, Any, Any], Exception], Response[Any]]

_PAGE, _DOCUMENT = "text/html", "application/problem+json"
_INTERFACE = "/v1/"
_KEPT = frozenset({"allow", "retry-after", "www-authenticate"})


def refusing(answer: Answer) -> Answer:
    """`answer` makes the interface's problems out of errors; here they become pages with the same status."""

    def handler(request: Request[Any, Any, Any], error: Exception) -> Response[Any]:
        if isinstance(error, Refused):
            return write_page(request, "refused.html", {"problem": error.problem}, status=error.status)
        told = answer(request, error)
        problem = msgspec.to_builtins(told.content)
        page = write_page(request, "refused.html", {"problem": problem}, status=int(problem["status"]))
        page.headers.update({name: value for name, value in told.headers.items() if name.lower() in _KEPT})
        return page

    return handler


def nowhere(answer: Answer) -> Answer:
    """The same for addresses at which there is nothing at all, where a page is asked for: the interface's have none."""
    page = refusing(answer)

    def handler(request: Request[Any, Any, Any], error: Exception) -> Response[Any]:
        lost = isinstance(error, NotFoundException) and not f"{request.url.path}/".startswith(_INTERFACE)
        if lost and request.accept.best_match([_DOCUMENT, _PAGE]) == _PAGE:
            return page(request, error)
        return answer(request, error)

    return handler
