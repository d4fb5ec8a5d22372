"""What holds for every request: ids, guards, types of bodies, methods, the log."""

from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from structlog.testing import capture_logs

from tests.api.conftest import TIMELINE, Client, Serve

EVENTS = f"/v1/timelines/{TIMELINE}/events"


def test_every_answer_has_an_id_of_its_own(client: Client) -> None:
    ids = [client.get(path).headers["x-request-id"] for path in ("/healthz", "/healthz", "/nowhere")]
    assert len(set(ids)) == 3
    assert ids == sorted(ids)


def test_a_request_is_one_line_in_the_log_without_its_body(admin: Client) -> None:
    with capture_logs() as logs:
        answer = admin.post(EVENTS, json={"type": "very-secret", "body": {}})
    [line] = [entry for entry in logs if entry["event"] == "request"]
    assert line.keys() == {"event", "log_level", "method", "route", "timeline", "key", "status", "ms", "request_id"}
    assert (line["method"], line["route"], line["status"]) == ("POST", "/v1/timelines/{timeline}/events", 422)
    assert (line["timeline"], line["key"]) == (TIMELINE, "tests")
    assert line["request_id"] == answer.headers["x-request-id"] == answer.json()["request_id"]
    assert "very-secret" not in str(logs)


def test_what_was_asked_about_stands_in_no_log(client: Client) -> None:
    asked = [f"{EVENTS}?type=very-secret", "/v1/timelines/very%20secret/events", f"{EVENTS}/very-secret"]
    with capture_logs() as logs:
        for path in asked:
            client.head(path, headers={"Authorization": "Bearer very-secret"})
            client.get(path)
    lines = [entry for entry in logs if entry["event"] == "request"]
    assert [line["method"] for line in lines] == ["HEAD", "GET"] * 3
    assert all(line["route"].startswith("/v1/timelines/{timeline}/events") for line in lines)
    assert "secret" not in str(logs)


def test_where_a_path_leads_nowhere_it_is_told_without_what_a_terminal_obeys(client: Client) -> None:
    with capture_logs() as logs:
        client.get("/wp-admin/%1b%5b31m" + "x" * 300 + "?key=very-secret")
    [line] = logs
    assert line["route"] is None
    assert line["path"].startswith("/wp-admin/\\x1b[31mxxx")
    assert len(line["path"]) < 250
    assert "secret" not in str(line)


def test_the_line_can_be_left_out(serve: Serve) -> None:
    with serve(access_log="off") as client, capture_logs() as logs:
        assert client.get("/healthz").status_code == 200
    assert logs == []


def test_every_answer_tells_browsers_to_be_careful(admin: Client) -> None:
    answers = [
        admin.get("/healthz"),
        admin.get("/docs"),
        admin.get("/nowhere"),
        admin.delete(EVENTS),
        admin.get(f"{EVENTS}?x=1"),
        admin.get(EVENTS, headers={"Authorization": "Bearer x"}),
        admin.get(EVENTS, headers={"If-None-Match": "*"}),
        admin.post(EVENTS, content=b" " * (1024 * 1024 + 1), headers={"Content-Type": "application/json"}),
    ]
    assert [answer.status_code for answer in answers] == [200, 200, 404, 405, 400, 401, 304, 413]
    for answer in answers:
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["referrer-policy"] == "no-referrer"
        assert answer.headers["x-frame-options"] == "DENY"
        assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]
        assert answer.headers["cache-control"]
        assert len(answer.headers.get_list("content-security-policy")) == 1


@pytest.mark.parametrize(
    ("query", "code", "hint"),
    [
        ("limt=5", "unknown-parameter", "did you mean limit?"),
        ("dry_run=true", "unknown-parameter", "it takes after, cursor, format, limit, type"),
        ("limit=1&limit=2", "malformed", None),
        ("after=1&after=1", "malformed", None),
        ("limit=0", "malformed", None),
        ("limit=1001", "malformed", None),
        ("limit=null", "malformed", None),
        ("after=-1", "malformed", None),
        ("after=1e3", "malformed", None),
        ("after=1.0", "malformed", None),
        ("after=%D9%A3", "malformed", None),
        ("limit=+5", "malformed", None),
        ("limit=", "malformed", None),
        ("after=99999999999999999999", "malformed", None),
        ("type=place_defined.v1%00", "malformed", None),
        ("type=place_defind.v1", "malformed", "did you mean place_defined.v1"),
    ],
)
def test_a_bad_parameter_is_refused_by_its_name(client: Client, query: str, code: str, hint: str | None) -> None:
    answer = client.get(f"{EVENTS}?{query}")
    problem = answer.json()
    assert (answer.status_code, problem["code"]) == (400, code)
    assert problem["errors"][0]["parameter"] == query.partition("=")[0]
    assert hint is None or problem["hint"].startswith(hint)


def test_a_name_that_may_be_repeated_may_be_repeated(client: Client) -> None:
    assert client.get(f"{EVENTS}?type=place_defined.v1&type=actor_defined.v1").status_code == 200


def test_a_nul_in_the_path_is_refused(client: Client) -> None:
    assert client.get("/v1/timelines/fi%00rst").json()["detail"] == "the path holds a NUL character"


@pytest.mark.parametrize("sent", ["text/plain", "application/x-ndjson", "application/json; charset=latin-1", None])
def test_a_body_of_another_type_is_refused(admin: Client, sent: str | None) -> None:
    headers = {} if sent is None else {"Content-Type": sent}
    answer = admin.post(EVENTS, content=b"{}", headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (415, "unsupported-media-type")
    assert "application/json" in answer.json()["hint"]


def test_a_type_may_say_its_charset(admin: Client) -> None:
    answer = admin.post(EVENTS, content=b"{}", headers={"Content-Type": "Application/JSON; charset=UTF-8"})
    assert answer.json()["code"] == "malformed"


def test_a_body_that_is_too_large_is_413(admin: Client) -> None:
    answer = admin.post(EVENTS, content=b" " * (1024 * 1024 + 1), headers={"Content-Type": "application/json"})
    assert (answer.status_code, answer.json()["code"]) == (413, "too-large")
    assert answer.json()["detail"] == "the body has more than 1048576 bytes"


def test_head_answers_as_get_without_the_body(client: Client) -> None:
    path = f"/v1/timelines/{TIMELINE}"
    got, head = client.get(path), client.head(path)
    assert head.status_code == 200
    assert head.content == b""
    assert head.headers["content-length"] == got.headers["content-length"]


def test_options_needs_nothing_and_says_what_can_be_done(client: Client) -> None:
    answer = client.options(EVENTS)
    assert answer.status_code == 204
    assert "POST" in answer.headers["allow"]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    path=st.lists(st.sampled_from(["v1", "timelines", TIMELINE, "events", "1", "\x00", "%", "é", "\ud7ff", "..", "~"])),
    query=st.dictionaries(st.sampled_from(["limit", "after", "type", "cursor", "format", "x"]), st.text(max_size=9)),
)
def test_nothing_that_a_client_can_ask_breaks_us(client: Client, path: list[str], query: dict[str, str]) -> None:
    asked = "/" + "/".join(quote(part, safe="") for part in path)
    asked += "?" + "&".join(f"{name}={quote(value, safe='', errors='replace')}" for name, value in query.items())
    answer = client.get(asked)
    assert answer.status_code in {200, 400, 404, 405, 406}
    assert answer.headers["x-request-id"]


@pytest.mark.parametrize("query", ["type=%ff", "%ff=1", "cursor=%ed%a0%80", "limit=%D9%A3", "a", "=", "&&", ";"])
def test_a_query_of_odd_bytes_is_refused_and_not_failed_at(client: Client, query: str) -> None:
    assert client.get(f"{EVENTS}?{query}").status_code in {200, 400}
