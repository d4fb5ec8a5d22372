"""The OpenAPI document: what the framework generates, put right where it cannot know better.

It knows nothing of our problems, of the shape of events, of lines of JSON and of keys; and it lets parameters be null,
which none may be.
"""

from collections.abc import Mapping, Sequence
from copy import deepcopy
from typing import Any

import msgspec
from litestar import Litestar, Router
from litestar.di import Provide
from litestar.openapi import OpenAPIConfig
from litestar.openapi.plugins import JsonRenderPlugin
from litestar.routes import HTTPRoute
from litestar.types import ControllerRouterHandler

from app.api.health import program_version
from app.api.keys import NewKey
from app.api.lists import CSV, NDJSON
from app.api.problems import MEDIA_TYPE, Problem
from app.api.replays import NewReplay
from app.api.timelines import NewTimeline
from app.api.what_if import WhatIf
from app.domain.events import TYPES
from app.domain.meanings import FLAGS, LINES
from app.domain.sheet import Columns

Schema = dict[str, Any]

_REF = "#/components/schemas/{name}"
_NOISE = ("deprecated", "allowEmptyValue", "allowReserved")
_METHODS = frozenset({"get", "post"})
_FORMS = frozenset({"columns", "pages", "pictures"})
_ASKING = "/what-if"  # sent with a body, and still only read
_BODILESS = "/revocation"
_KEYS = "/v1/keys"  # which nobody reads without one
_BODIES = {"/events": "Event", _ASKING: WhatIf.__name__, "/replays": NewReplay.__name__, _KEYS: NewKey.__name__}
_WITHIN = "/v1/timelines/{timeline}"
_ALSO = {"/checkpoint": ("text/plain",)}
"""What else than JSON is answered, where it is no list."""
_ETAG: Schema = {
    "schema": {"type": "string"},
    "description": "What the answer rests on; it stays as it is where `known_at` names the past.",
}
_IF_NONE_MATCH: Schema = {
    "name": "If-None-Match",
    "in": "header",
    "schema": {"type": "string"},
    "required": False,
    "description": "The tags of answers that the client holds, or *; the one that would be given is 304.",
}
_ABOUT = """Timelines of reported developments, and what follows from them.

Everything is recorded by POST and stays; an answer is a function of the ledger and of the times that are asked about.
"""


def write_document(handlers: Sequence[ControllerRouterHandler], dependencies: Mapping[str, Provide]) -> Schema:
    """The document of these handlers, by an application that is made for nothing else."""
    config = OpenAPIConfig(
        title="Muster",
        version=program_version(),
        description=_ABOUT,
        render_plugins=[JsonRenderPlugin()],
        use_handler_docstrings=True,
    )
    described = Litestar(
        [Router("/", route_handlers=handlers)], dependencies=dependencies, openapi_config=config, logging_config=None
    )
    said = {
        route.path_format: handler.opt
        for route in described.routes
        if isinstance(route, HTTPRoute)
        for handler in route.route_handlers
        if _FORMS & handler.opt.keys()
    }
    return amend(described.openapi_schema.to_schema(), said)


def amend(generated: Mapping[str, Any], said: Mapping[str, Mapping[str, Any]]) -> Schema:
    """A copy of the generated document, put right; `said` is what handlers say of other forms than JSON, by path."""
    document: Schema = deepcopy(dict(generated))
    components = document.setdefault("components", {})
    components.setdefault("schemas", {}).update(_our_schemas())
    components["securitySchemes"] = {
        "key": {"type": "http", "scheme": "bearer", "description": "A key; `muster key create` makes one."}
    }
    components["responses"] = {
        "Problem": {
            "description": "A refusal or a failure. `type` leads to a page of this server that explains it.",
            "content": {MEDIA_TYPE: {"schema": {"$ref": _REF.format(name="Problem")}}},
        }
    }
    for path, item in document["paths"].items():
        for method in _METHODS & item.keys():
            _amend_operation(item[method], path, method)
        if path in said:
            _offer(item["get"]["responses"]["200"]["content"], **{form: said[path].get(form, ()) for form in _FORMS})
    return document


def _our_schemas() -> dict[str, Schema]:
    """Events by type, each closed: the door refuses fields that it does not know."""
    _, schemas = msgspec.json.schema_components(
        [Problem, NewKey, NewReplay, NewTimeline, WhatIf, *TYPES.values()], ref_template=_REF
    )
    for name, schema in schemas.items():
        if name != "Problem" and "properties" in schema:
            schema["additionalProperties"] = False
    events = {f"event.{name}": _event(name, schemas) for name in TYPES}
    mapping = {name: _REF.format(name=f"event.{name}") for name in TYPES}
    union = {
        "oneOf": [{"$ref": _REF.format(name=name)} for name in events],
        "discriminator": {"propertyName": "type", "mapping": mapping},
    }
    codes = {"Flag": _codes(FLAGS), "LineKind": _codes(LINES)}
    return {**schemas, **events, **codes, "Event": union}


def _codes(meanings: Mapping[str, str]) -> Schema:
    """Each code that there is, with its meaning."""
    return {"oneOf": [{"const": code, "description": meaning} for code, meaning in meanings.items()]}


def _event(name: str, schemas: Mapping[str, Schema]) -> Schema:
    body = TYPES[name].__name__
    assert body in schemas, body  # noqa: S101 -- the generator names a schema after its class
    identity = {"type": "string", "format": "uuid"}
    return {
        "type": "object",
        "properties": {
            "type": {"const": name},
            "body": {"$ref": _REF.format(name=body)},
            "event_id": identity,
            "causation_id": identity,
        },
        "required": ["type", "body"],
        "additionalProperties": False,
    }


def _amend_operation(operation: Schema, path: str, method: str) -> None:
    operation.pop("deprecated", None)
    operation["summary"] = str(operation.get("description", "")).partition("\n")[0]
    for parameter in operation.get("parameters", []):
        _amend_parameter(parameter)
    if path.startswith("/v1/"):
        writes = method == "post" and not path.endswith(_ASKING)
        operation["security"] = [{"key": []}] if writes or path.startswith(_KEYS) else [{}, {"key": []}]
    responses = operation["responses"]
    responses.pop("400", None)
    for status in ("4XX", "5XX"):
        responses[status] = {"$ref": "#/components/responses/Problem"}
    coded = _coded(path)
    if any(parameter["name"] == "cursor" for parameter in operation.get("parameters", [])):
        listed = {"schema": _list(coded)}
        responses["200"]["content"] = {"application/json": listed}
    elif coded:
        responses["200"]["content"]["application/json"]["schema"] |= coded
    for media in _ALSO.get(path.removeprefix(_WITHIN), ()):
        responses["200"]["content"][media] = {"schema": {"type": "string"}}
    if any(parameter["name"] == "dry_run" for parameter in operation.get("parameters", [])):
        responses.setdefault("200", {"description": "A dry run: nothing was stored.", "headers": {}})
    if method == "get" and path.startswith("/v1/"):
        operation.setdefault("parameters", []).append(_IF_NONE_MATCH)
        responses["200"].setdefault("headers", {})["ETag"] = _ETAG
        responses["304"] = {"description": "The client holds this answer already.", "headers": {"ETag": _ETAG}}
    if path.endswith(_BODILESS):
        operation.pop("requestBody", None)
    elif method == "post":
        operation["requestBody"] = {"required": True, "content": _taken(path)}


def _offer(content: Schema, *, columns: Columns, pages: tuple[str, ...], pictures: tuple[str, ...]) -> None:
    """The other forms: of a list its rows, of anything pages to read and charts to look at."""
    content |= {media: {"schema": {"type": "string", "description": "A page to read."}} for media in pages}
    for media in pictures:
        kind = "object" if media.endswith("+json") else "string"
        content[media] = {"schema": {"type": kind, "description": "A chart."}}
    if not columns:
        return
    sheet = f"RFC 4180, with the header. Columns: {', '.join(columns)}."
    content[NDJSON] = {"schema": {"type": "string", "description": "One item a line."}}
    content[CSV] = {"schema": {"type": "string", "description": sheet}}


def _amend_parameter(parameter: Schema) -> None:
    """Left out is not null."""
    for name in _NOISE:
        parameter.pop(name, None)
    schema = parameter["schema"]
    schema.pop("description", None)
    if "oneOf" in schema:
        kept = [one for one in schema.pop("oneOf") if one != {"type": "null"}]
        schema |= kept[0] if len(kept) == 1 else {"oneOf": kept}
    if isinstance(schema.get("type"), list):
        schema["type"] = next(name for name in schema["type"] if name != "null")
    if "enum" in schema:
        schema["enum"] = [value for value in schema["enum"] if value is not None]


def _coded(path: str) -> Schema:
    """Where an answer, or an item of a list, bears codes whose meaning stands among the schemas."""
    flags: Schema = {"flags": {"type": "array", "items": {"$ref": _REF.format(name="Flag")}}}
    kind: Schema = {"type": "object", "properties": {"kind": {"$ref": _REF.format(name="LineKind")}}}
    lines: Schema = {"lines": {"type": "array", "items": kind}}
    borne = {"/estimates": flags, "/estimates/explain": flags | lines, "/revisions": lines}
    found = borne.get(path.removeprefix(_WITHIN))
    return {"type": "object", "properties": found} if found is not None else {}


def _list(item: Schema) -> Schema:
    return {
        "type": "object",
        "properties": {
            "as_of": {"type": "object"},
            "items": {"type": "array", "items": item},
            "next_cursor": {"type": ["string", "null"]},
            "has_more": {"type": "boolean"},
        },
        "required": ["items", "next_cursor", "has_more"],
    }


def _taken(path: str) -> Schema:
    if path.endswith("/imports"):
        return {NDJSON: {"schema": {"type": "string", "description": "One Event a line."}}}
    name = next((name for end, name in _BODIES.items() if path.endswith(end)), NewTimeline.__name__)
    return {"application/json": {"schema": {"$ref": _REF.format(name=name)}}}
