"""Templates to pages. Whatever a value holds is escaped; nothing here marks text as safe."""

import hashlib
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from jinja2 import Environment, PackageLoader, StrictUndefined
from litestar import MediaType, Request, Response
from litestar.concurrency import sync_to_thread
from litestar.plugins.jinja import JinjaTemplateEngine
from litestar.status_codes import HTTP_200_OK, HTTP_304_NOT_MODIFIED
from litestar.template.config import TemplateConfig

from app.domain.meanings import counted, in_units
from app.room.files import address
from app.room.wording import day, grade_text, independence, interval, number, signed, statement, words

# Nothing from elsewhere, nothing written into the page itself; `data:` is for the list marks of the styles.
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self';"
    " form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)


def web_address(text: str | None) -> str | None:
    """What may become a link to elsewhere: http and https alone, which cannot run anything here."""
    try:
        return text if text and urlsplit(text).scheme in {"http", "https"} else None
    except ValueError:
        return None


def link(path: str, /, **parameters: str | None) -> str:
    """An address on this server; parameters that are None or empty are left out."""
    query = urlencode({name: value for name, value in parameters.items() if value})
    return f"{quote(path)}?{query}" if query else quote(path)


def templates() -> TemplateConfig[JinjaTemplateEngine]:
    environment = Environment(
        loader=PackageLoader("app.room"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"number": number, "signed": signed, "day": day, "words": words, "web": web_address}
    environment.filters["counted"] = counted
    environment.globals |= {"address": address, "link": link, "statement": statement, "interval": interval}
    environment.globals |= {"grade_text": grade_text, "independence": independence, "in_units": in_units}
    return TemplateConfig(instance=JinjaTemplateEngine.from_environment(environment))


async def page(request: Request[Any, Any, Any], template: str, values: Mapping[str, Any]) -> Response[Any]:
    """The page, or 304 for who holds it as it is. Drawn up in a thread: it would hold up everybody else."""
    return await sync_to_thread(write_page, request, template, values)


def write_page(
    request: Request[Any, Any, Any], template: str, values: Mapping[str, Any], *, status: int = 200
) -> Response[Any]:
    html = _render(request, template, values)
    headers = {"Content-Security-Policy": _POLICY, "Vary": "Authorization"}
    if status == HTTP_200_OK:
        headers["ETag"] = f'"{hashlib.sha256(html.encode()).hexdigest()[:32]}"'
        if headers["ETag"] in request.headers.get("if-none-match", ""):
            return Response(None, status_code=HTTP_304_NOT_MODIFIED, headers=headers)
    return Response(html, media_type=MediaType.HTML, status_code=status, headers=headers)


def _render(request: Request[Any, Any, Any], template: str, values: Mapping[str, Any]) -> str:
    engine = request.app.template_engine
    assert isinstance(engine, JinjaTemplateEngine)  # noqa: S101 -- the configuration above made it
    return engine.get_template(template).render(**values)
