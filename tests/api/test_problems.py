"""Every refusal and failure is one problem document with a page of its own."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

from app.api.codes import PAGES
from app.database.engine import make_engine
from tests.api.conftest import TIMELINE, Client, Serve

APP = Path(__file__).resolve().parents[2] / "app"
CODE = re.compile(r"""\bcode\s*=\s*"([a-z-]+)\"""")
COMPOSED = re.compile(r"""\bcode\s*=\s*f"([^"]+)\"""")


def test_every_code_in_the_program_has_a_page() -> None:
    used = {code for file in APP.rglob("*.py") for code in CODE.findall(file.read_text(encoding="utf-8"))}
    assert used
    assert used - PAGES.keys() == set()


def test_every_code_that_is_put_together_has_pages_too() -> None:
    used = {code for file in APP.rglob("*.py") for code in COMPOSED.findall(file.read_text(encoding="utf-8"))}
    assert used <= {"unknown-{kind}"}
    assert {f"unknown-{kind}" for kind in ("actor", "measure", "place", "source")} <= PAGES.keys()


def test_a_missing_parameter_is_named(client: Client) -> None:
    answer = client.get(f"/v1/timelines/{TIMELINE}/estimates/explain?measure=personnel&place=unplaced")
    assert (answer.status_code, answer.json()["detail"]) == (400, "actor is missing")
    assert answer.json()["errors"] == [{"detail": "actor is missing", "parameter": "actor"}]


def test_a_page_says_what_happened_and_what_to_do(client: Client) -> None:
    for code, page in PAGES.items():
        answer = client.get(f"/problems/{code}")
        assert answer.status_code == 200
        assert page.title in answer.text
        assert page.advice in answer.text


def test_a_code_that_is_not_there_names_the_nearest(client: Client) -> None:
    answer = client.get("/problems/malformd")
    assert answer.status_code == 404
    assert answer.json()["hint"] == "did you mean malformed?"


def test_a_problem_is_complete(client: Client) -> None:
    answer = client.get("/v1/timelines/frist")
    problem = answer.json()
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"
    assert problem == {
        "type": "/problems/unknown-timeline",
        "title": PAGES["unknown-timeline"].title,
        "status": 404,
        "detail": "no timeline frist",
        "code": "unknown-timeline",
        "request_id": answer.headers["x-request-id"],
        "errors": [],
        "hint": "did you mean first?",
    }


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE"])
@pytest.mark.parametrize(
    ("path", "event"),
    [
        ("events/1", "report_corrected.v1"),
        ("developments/A1", "report_retracted.v1"),
        ("sources/kr-nis", "source_graded.v1"),
    ],
)
def test_what_would_change_something_hears_which_event_does_it(
    client: Client, method: str, path: str, event: str
) -> None:
    answer = client.request(method, f"/v1/timelines/{TIMELINE}/{path}")
    assert answer.status_code == 405
    assert event in answer.json()["hint"]
    assert set(answer.headers["allow"].split(", ")) == {"GET", "HEAD", "OPTIONS"}


def test_a_path_that_leads_nowhere_is_a_problem_too(client: Client) -> None:
    answer = client.get("/v1/nothing/here")
    assert (answer.status_code, answer.json()["code"]) == (404, "unknown")


def test_a_database_that_is_away_is_503_and_says_when_to_come_back(serve: Serve) -> None:
    away = make_engine("postgresql://nobody@/nothing?host=/nowhere")
    with serve(database=away) as client:
        answer = client.get("/v1/timelines")
    assert (answer.status_code, answer.json()["code"]) == (503, "unavailable")
    assert int(answer.headers["retry-after"]) > 0


def test_an_unexpected_error_goes_to_the_log_and_not_to_the_client(
    serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.api.timelines.show_brief", _fail_oddly)
    with serve() as client, capture_logs() as logs:
        answer = client.get(f"/v1/timelines/{TIMELINE}")
    assert (answer.status_code, answer.json()["code"]) == (500, "broken")
    assert "secret" not in answer.text
    [entry] = [entry for entry in logs if entry["log_level"] == "error"]
    assert entry["request_id"] == answer.json()["request_id"]
    assert isinstance(entry["exc_info"], KeyError)


def _fail_oddly(*_: object) -> None:
    raise KeyError("secret")


def test_a_client_that_goes_away_in_the_middle_of_a_body_is_no_failure_of_ours(admin: Client) -> None:
    """The server is spoken to as uvicorn does: a test client cannot hang up."""
    sent: list[Any] = []
    received: Iterator[Any] = iter(
        [{"type": "http.request", "body": b'{"type":', "more_body": True}, {"type": "http.disconnect"}]
    )
    headers = {"content-type": "application/json", "authorization": admin.headers["Authorization"]}

    async def receive() -> Any:
        return next(received)

    async def send(message: Any) -> None:
        sent.append(message)

    scope: Any = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "POST",
        "scheme": "http",
        "path": f"/v1/timelines/{TIMELINE}/events",
        "raw_path": f"/v1/timelines/{TIMELINE}/events".encode(),
        "root_path": "",
        "query_string": b"",
        "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
        "state": {},
    }
    with capture_logs() as logs:
        admin.blocking_portal.call(admin.app, scope, receive, send)
    assert sent[0]["status"] == 400
    assert [entry["event"] for entry in logs] == ["request"]


@pytest.mark.parametrize(
    ("query", "detail"),
    [
        ("sources?limit=0", "limit is a whole number from 1 to 1000: give another"),
        ("sources?limit=1001", "limit is a whole number from 1 to 1000: give another"),
        ("sources?limit=9999999999999999999999", "limit is a whole number from 1 to 1000: give another"),
        ("events?after=-1", "after is a whole number from 0 to 9007199254740991: give another"),
        ("sources?limit=x", "limit is a whole number, written in digits"),
        ("sources?format=xml", "format is one of json, ndjson, csv"),
        ("independence?" + "report=a&" * 1001, "report may be given up to 1000 times in one request: ask in several"),
    ],
)
def test_what_a_parameter_may_be_is_told_in_our_words(client: Client, query: str, detail: str) -> None:
    answer = client.get(f"/v1/timelines/{TIMELINE}/{query.removesuffix('&')}")
    assert answer.status_code == 400
    fault = {"parameter": detail.partition(" ")[0], "detail": detail}
    assert (answer.json()["detail"], answer.json()["errors"]) == (detail, [fault])
