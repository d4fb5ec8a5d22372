"""The document and its page, which need no network."""

import re
from typing import Any

import pytest

from app.domain.events import TYPES
from app.domain.meanings import FLAGS, LINES
from tests.api.conftest import Client


@pytest.fixture
def document(client: Client) -> dict[str, Any]:
    found: dict[str, Any] = client.get("/openapi.json").json()
    return found


def test_the_page_loads_nothing_from_elsewhere(client: Client) -> None:
    page = client.get("/docs")
    assert page.headers["content-type"].startswith("text/html")
    assert not re.search(r"""(src|href)\s*=\s*["']?(https?:)?//""", page.text)
    assert "http" not in page.headers["content-security-policy"]


def test_every_file_of_the_page_is_here(client: Client) -> None:
    files = re.findall(r'(?:src|href)="(/docs/[^"]+)"', client.get("/docs").text)
    assert len(files) == 4
    for file in files:
        answer = client.get(file)
        assert answer.status_code == 200
        assert len(answer.content) > 50


def test_no_other_file_is(client: Client) -> None:
    for file in ("index.html", "..%2F__init__.py", "%2e%2e"):
        assert client.get(f"/docs/{file}").status_code == 404


def test_every_reference_in_the_document_leads_somewhere(document: dict[str, Any]) -> None:
    def references(value: Any) -> set[str]:
        if isinstance(value, dict):
            own = {value["$ref"]} if isinstance(value.get("$ref"), str) else set()
            return own.union(*(references(inner) for inner in value.values()))
        return set().union(*map(references, value)) if isinstance(value, list) else set()

    found = references(document)
    assert len(found) > 20
    for reference in found:
        place: Any = document
        for step in reference.removeprefix("#/").split("/"):
            place = place[step]
        assert place


def test_every_event_type_is_described_and_closed(document: dict[str, Any]) -> None:
    schemas = document["components"]["schemas"]
    assert schemas["Event"]["discriminator"]["mapping"].keys() == TYPES.keys()
    for name, body in TYPES.items():
        assert schemas[f"event.{name}"]["additionalProperties"] is False
        assert schemas[body.__name__]["additionalProperties"] is False


def test_every_operation_tells_of_problems_and_keys(document: dict[str, Any]) -> None:
    operations = [
        (path, method, operation) for path, item in document["paths"].items() for method, operation in item.items()
    ]
    assert len(operations) > 10
    for path, method, operation in operations:
        assert {"4XX", "5XX"} <= operation["responses"].keys()
        assert operation["summary"], path
        if method == "post" and not path.endswith("/revocation"):
            assert operation["requestBody"]["required"]
        writes = (method == "post" and not path.endswith("/what-if")) or path == "/v1/keys"
        if path.startswith("/v1/"):
            assert operation["security"] == ([{"key": []}] if writes else [{}, {"key": []}])


def test_a_question_with_a_body_is_described(document: dict[str, Any]) -> None:
    asked = document["paths"]["/v1/timelines/{timeline}/what-if"]["post"]
    assert "200" in asked["responses"]
    schema = asked["requestBody"]["content"]["application/json"]["schema"]
    assert schema == {"$ref": "#/components/schemas/WhatIf"}
    assert document["components"]["schemas"]["WhatIf"]["properties"].keys() == {
        "assumptions",
        "exclude",
        "regrade",
        "as_of",
    }


def test_a_dry_run_answers_otherwise_than_what_is_stored(document: dict[str, Any]) -> None:
    assert {"200", "201"} <= document["paths"]["/v1/timelines/{timeline}/events"]["post"]["responses"].keys()


def test_no_parameter_may_be_null(document: dict[str, Any]) -> None:
    for item in document["paths"].values():
        for operation in item.values():
            assert "null" not in str(operation.get("parameters", []))


def test_lists_come_in_three_forms_and_the_columns_of_the_sheet_are_told(document: dict[str, Any]) -> None:
    content = document["paths"]["/v1/timelines"]["get"]["responses"]["200"]["content"]
    assert content.keys() == {"application/json", "application/x-ndjson", "text/csv"}
    assert "timeline, title, description, created_at, head.position" in content["text/csv"]["schema"]["description"]


def test_every_flag_of_an_estimate_is_explained_where_it_is_answered(document: dict[str, Any]) -> None:
    schemas = document["components"]["schemas"]
    explained = {one["const"]: one["description"] for one in schemas["Flag"]["oneOf"]}
    assert explained == FLAGS
    assert {one["const"] for one in schemas["LineKind"]["oneOf"]} == LINES.keys()
    listed = answer(document, "estimates")["properties"]["items"]["items"]
    for shape in (listed, answer(document, "estimates/explain")):
        assert shape["properties"]["flags"]["items"] == {"$ref": "#/components/schemas/Flag"}


def answer(document: dict[str, Any], path: str) -> dict[str, Any]:
    """The shape of what a path of a timeline answers in JSON."""
    found = document["paths"][f"/v1/timelines/{{timeline}}/{path}"]["get"]["responses"]["200"]
    schema: dict[str, Any] = found["content"]["application/json"]["schema"]
    return schema
