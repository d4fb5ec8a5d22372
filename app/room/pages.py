"""The pages and their addresses; each is made of answers of the interface, under the rules of those answers."""

from litestar import Router

from app.room import estimate, files, integrity, places, reports, situation, sources, timelines
from app.room.refusals import Answer, refusing

PAGES = (estimate, files, integrity, places, reports, situation, sources, timelines)


def reading_room(answer: Answer) -> Router:
    """`answer` makes the interface's problems out of errors."""
    handlers = [handler for pages in PAGES for handler in pages.HANDLERS]
    return Router("/", route_handlers=handlers, exception_handlers={Exception: refusing(answer)})
