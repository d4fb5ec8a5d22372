"""For those who write clients: the OpenAPI document, and Swagger UI, whose files come from this server alone."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from litestar import MediaType, Request, Response, get
from litestar.params import FromPath
from openapi_ui_bundles import swagger_ui

from app.domain.errors import Unknown

# Swagger UI sets styles on elements, and draws its icons from `data:` addresses.
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:;"
    " connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>Muster: the HTTP interface</title>
<link rel="icon" href="/docs/favicon-32x32.png">
<link rel="stylesheet" href="/docs/swagger-ui.css">
</head>
<body>
<div id="interface"></div>
<noscript>The same as a document: <a href="/openapi.json">/openapi.json</a></noscript>
<script src="/docs/swagger-ui-bundle.js"></script>
<script src="/docs/start.js"></script>
</body>
</html>
"""
_START = """SwaggerUIBundle({url: "/openapi.json", dom_id: "#interface", deepLinking: true, validatorUrl: null});
"""
_FILES = {
    "swagger-ui.css": "text/css",
    "swagger-ui-bundle.js": "text/javascript",
    "favicon-32x32.png": "image/png",
}


@get("/openapi.json", sync_to_thread=True, include_in_schema=False, opt={"access": "public"})
def show_document(request: Request[Any, Any, Any]) -> dict[str, Any]:
    """Written when it is first asked for."""
    document: Callable[[], dict[str, Any]] = request.app.state.document
    return document()


@get("/docs", sync_to_thread=False, include_in_schema=False, opt={"access": "public"})
def show_page() -> Response[str]:
    """The document for the eye."""
    return Response(_PAGE, media_type=MediaType.HTML, headers={"Content-Security-Policy": _POLICY})


@get("/docs/{file:str}", sync_to_thread=True, include_in_schema=False, opt={"access": "public"})
def show_file(file: FromPath[str]) -> Response[bytes]:
    """One of the few files that the page needs."""
    headers = {"Cache-Control": "public, max-age=86400"}
    if file == "start.js":
        return Response(_START.encode(), media_type="text/javascript", headers=headers)
    if file not in _FILES:
        raise Unknown(f"there is no page {file[:80]}")
    return Response((Path(swagger_ui.static_path) / file).read_bytes(), media_type=_FILES[file], headers=headers)


HANDLERS = [show_document, show_page, show_file]
