"""Lists: pages, cursors, forms."""

import base64

import msgspec
import pytest
from sqlalchemy import Engine

from app.database.engine import writing
from app.ledger import log
from tests.api.conftest import Client

PATH = "/v1/timelines"
NAMES = [f"t{number}" for number in range(7)]


@pytest.fixture(autouse=True)
def many(engine: Engine) -> None:
    with writing(engine) as connection:
        for name in NAMES:
            log.create_timeline(connection, name, title=name, description="")


def names(answer: dict[str, list[dict[str, str]]]) -> list[str]:
    return [item["timeline"] for item in answer["items"]]


def test_a_list_that_fits_has_no_cursor(client: Client) -> None:
    answer = client.get(PATH)
    assert names(answer.json()) == ["first", *NAMES]
    assert (answer.json()["next_cursor"], answer.json()["has_more"]) == (None, False)
    assert "link" not in answer.headers


def test_pages_follow_each_other_without_gap_or_double(client: Client) -> None:
    answer = client.get(f"{PATH}?limit=3").json()
    seen = names(answer)
    while answer["has_more"]:
        answer = client.get(PATH, params={"limit": 3, "cursor": answer["next_cursor"]}).json()
        seen += names(answer)
    assert seen == ["first", *NAMES]


def test_a_page_stays_what_it_is_when_others_add_before_it(client: Client, engine: Engine) -> None:
    cursor = client.get(f"{PATH}?limit=3").json()["next_cursor"]
    with writing(engine) as connection:
        log.create_timeline(connection, "a-new-one", title="New", description="")
    assert names(client.get(PATH, params={"cursor": cursor}).json()) == NAMES[2:]


def test_the_link_leads_to_the_next_page(client: Client) -> None:
    link = client.get(f"{PATH}?limit=2").headers["link"]
    assert link.endswith('; rel="next"')
    assert names(client.get(link[1 : link.index(">")]).json()) == NAMES[1:3]


def test_the_limit_may_change_from_page_to_page_and_a_filter_may_not(client: Client) -> None:
    events = "/v1/timelines/first/events"
    cursor = client.get(f"{PATH}?limit=1").json()["next_cursor"]
    assert client.get(PATH, params={"cursor": cursor, "limit": 5}).status_code == 200
    answer = client.get(events, params={"cursor": cursor})
    assert (answer.status_code, answer.json()["code"]) == (400, "cursor-mismatch")


@pytest.mark.parametrize("key", ["t1", 5, None, ["t1"], {"a": 1}, "\x00"])
def test_a_forged_cursor_is_refused(client: Client, key: object) -> None:
    forged = base64.urlsafe_b64encode(msgspec.json.encode({"k": key, "f": "AAAAAAAAAAAAAAAA"})).decode()
    assert client.get(PATH, params={"cursor": forged}).json()["code"] == "cursor-mismatch"


@pytest.mark.parametrize("cursor", ["", "x", "ü", "AAAA", "e30", "W10", "bnVsbA", "W1tb" * 5000])
def test_what_is_no_cursor_is_refused(client: Client, cursor: str) -> None:
    assert client.get(PATH, params={"cursor": cursor}).json()["code"] == "cursor-mismatch"


@pytest.mark.parametrize("asked", [{"params": {"format": "ndjson"}}, {"headers": {"Accept": "application/x-ndjson"}}])
def test_a_list_comes_as_lines_too(client: Client, asked: dict[str, dict[str, str]]) -> None:
    answer = client.get(PATH, **asked)  # type: ignore[arg-type]
    assert answer.headers["content-type"] == "application/x-ndjson"
    assert [msgspec.json.decode(line)["timeline"] for line in answer.content.splitlines()] == ["first", *NAMES]


def test_lines_lead_on_by_their_link(client: Client) -> None:
    link = client.get(f"{PATH}?limit=2&format=ndjson").headers["link"]
    assert b"\n" in client.get(link[1 : link.index(">")]).content


@pytest.mark.parametrize(
    ("accept", "status"),
    [("*/*", 200), ("application/*", 200), ("text/html", 406), ("text/html, application/json;q=0.1", 200)],
)
def test_a_form_that_is_not_offered_is_406(client: Client, accept: str, status: int) -> None:
    assert client.get(PATH, headers={"Accept": accept}).status_code == status


def test_the_format_goes_before_the_header(client: Client) -> None:
    answer = client.get(f"{PATH}?format=json", headers={"Accept": "text/csv"})
    assert answer.headers["content-type"] == "application/json"
