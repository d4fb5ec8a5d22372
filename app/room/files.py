"""Scripts, styles and pictures of the pages, as they lie in this package; read once, and named by what is in them."""

import hashlib
from functools import cache
from importlib.resources import files
from typing import Any

from litestar import Response, get
from litestar.params import FromPath

from app.domain.errors import Unknown, nearest_hint

_MEDIA = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}


@cache
def read_files() -> dict[str, bytes]:
    """By name."""
    folder = files("app.room") / "static"
    return {entry.name: entry.read_bytes() for entry in folder.iterdir() if _ending(entry.name) in _MEDIA}


@cache
def edition() -> str:
    """Part of their addresses, so that a browser may keep them for ever: other files have other addresses."""
    told = hashlib.sha256()
    for name, content in sorted(read_files().items()):
        told.update(name.encode() + b"\0" + content)
    return told.hexdigest()[:12]


def address(name: str) -> str:
    return f"/room/{edition()}/{name}"


@get("/room/{edition:str}/{file:str}", sync_to_thread=True, include_in_schema=False, opt={"access": "public"})
def show_file(edition: FromPath[str], file: FromPath[str]) -> Response[Any]:  # noqa: ARG001 -- it is for caches
    """One of the files that the pages need."""
    found = read_files().get(file)
    if found is None:
        raise Unknown(f"there is no file {file[:80]}", hint=nearest_hint(file[:80], read_files()))
    headers = {"Cache-Control": "public, max-age=31536000, immutable"}
    return Response(found, media_type=_MEDIA[_ending(file)], headers=headers)


def _ending(name: str) -> str:
    return f".{name.rpartition('.')[2]}"


HANDLERS = [show_file]
