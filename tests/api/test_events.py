"""The ledger over HTTP: one event in, the whole of it out, verbatim."""

import hashlib
from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec
import pytest
from sqlalchemy import Engine

from app.database.engine import reading
from app.ledger import log
from tests.api.conftest import TIMELINE, Client

EVENTS = f"/v1/timelines/{TIMELINE}/events"
SEED = Path(__file__).resolve().parents[2] / "seeds" / "kp-in-ukraine-article.ndjson"
ID = "0192d0a4-7b3e-7c00-8000-000000000001"


def place(name: str, **more: Any) -> dict[str, Any]:
    return {"type": "place_defined.v1", "body": {"place": name, "name": name, "kind": "country"}, **more}


@pytest.fixture
def filled(admin: Client) -> Client:
    """The client, after the article was recorded."""
    imports = f"/v1/timelines/{TIMELINE}/imports"
    answer = admin.post(imports, content=SEED.read_bytes(), headers={"Content-Type": "application/x-ndjson"})
    assert answer.json()["rejected"] == 0
    return admin


def test_an_event_is_recorded_and_found_at_its_position(admin: Client) -> None:
    made = admin.post(EVENTS, json=place("ru", event_id=ID, causation_id=ID))
    assert made.status_code == 201
    receipt = made.json()
    assert (receipt["position"], receipt["event_id"], receipt["replayed"]) == (1, ID, False)
    assert (receipt["projected"], receipt["moved"]) == (True, [])
    assert admin.get(made.headers["location"]).json() == {
        "position": 1,
        "event_id": ID,
        "type": "place_defined.v1",
        "recorded_at": receipt["recorded_at"],
        "recorded_by": "key:tests",
        "causation_id": ID,
        "batch_id": None,
        "body": place("ru")["body"],
        "leaf": receipt["leaf"],
    }


def test_an_event_without_an_id_gets_one(admin: Client) -> None:
    assert UUID(admin.post(EVENTS, json=place("ru")).json()["event_id"]).version == 7


def test_the_same_event_again_is_the_same_event(admin: Client) -> None:
    first = admin.post(EVENTS, json=place("ru", event_id=ID)).json()
    again = admin.post(EVENTS, json=place("ru", event_id=ID)).json()
    assert again == {**first, "replayed": True}


def test_another_event_under_the_same_id_is_409(admin: Client) -> None:
    admin.post(EVENTS, json=place("ru", event_id=ID))
    answer = admin.post(EVENTS, json=place("ua", event_id=ID))
    assert (answer.status_code, answer.json()["code"]) == (409, "event-id-taken")


def test_a_report_says_what_it_moved(filled: Client) -> None:
    report = msgspec.json.decode(next(line for line in SEED.read_bytes().splitlines() if b'"report":"SC04"' in line))
    quantity = {"measure": "personnel", "basis": "stated", "best": 1234, "wording": "1,234"}
    body = {**report["body"], "report": "new", "quantities": [quantity]}
    answer = filled.post(EVENTS, json={"type": report["type"], "body": body})
    moved = {(one["measure"], one["actor"], one["place"]): one for one in answer.json()["moved"]}
    one = moved["personnel", "north-korean-forces", "ua"]
    assert one["before"] != one["after"]


def dry_run(client: Client, event: object, status: int = 200, /, **headers: str) -> Any:
    answer = client.post(EVENTS, params={"dry_run": "true"}, json=event, headers=headers)
    assert answer.status_code == status, answer.text
    return answer.json()


def test_a_dry_run_foretells_what_the_event_then_moves(filled: Client) -> None:
    report = msgspec.json.decode(next(line for line in SEED.read_bytes().splitlines() if b'"report":"SC04"' in line))
    quantity = {"measure": "personnel", "basis": "stated", "best": 1234, "wording": "1,234"}
    event = {"type": report["type"], "body": {**report["body"], "report": "new", "quantities": [quantity]}}
    before = filled.get(EVENTS).json(), filled.get(f"/v1/timelines/{TIMELINE}/estimates").json()
    foretold = dry_run(filled, event)
    assert (filled.get(EVENTS).json(), filled.get(f"/v1/timelines/{TIMELINE}/estimates").json()) == before
    made = filled.post(EVENTS, json=event).json()
    assert (foretold["dry_run"], foretold["replayed"]) == (True, False)
    assert foretold["position"] == made["position"]
    assert [people(one) for one in foretold["moved"]] == made["moved"] != []
    for one in foretold["moved"]:
        for end in ("low", "best", "high"):
            was, now = (figures[f"{end}_u"] if figures else 0 for figures in (one["before"], one["after"]))
            assert sum(line[end] for line in one["lines"]) == now - was


def people(move: dict[str, Any]) -> dict[str, Any]:
    """A move as it is told of what was recorded: in whole units, without lines."""
    ends = {
        state: {end: move[state][end] for end in ("low", "best", "high")} if move[state] else None
        for state in ("before", "after")
    }
    return {name: move[name] for name in ("measure", "actor", "place")} | ends


def test_a_dry_run_is_checked_like_what_is_recorded(admin: Client, client: Client) -> None:
    assert dry_run(admin, place("ru", position=5), 400)["errors"][0]["pointer"] == "/position"
    assert dry_run(admin, place("kursk", body={"place": "kursk"}), 422)["code"] == "not-allowed"
    assert dry_run(admin, place("ru"), 412, **{"If-Match": '"p-1"'})["code"] == "position-moved"
    assert dry_run(admin, place("ru"), **{"If-Match": '"p-0"'}) == {
        "dry_run": True,
        "position": 1,
        "replayed": False,
        "moved": [],
    }
    assert dry_run(client, place("ru"), 401)["code"] == "unauthorised"
    assert admin.get(EVENTS).json()["items"] == []


def test_a_dry_run_of_what_stands_says_so(admin: Client) -> None:
    admin.post(EVENTS, json=place("ru", event_id=ID))
    assert dry_run(admin, place("ru", event_id=ID)) == {"dry_run": True, "position": 1, "replayed": True, "moved": []}
    assert dry_run(admin, place("ua", event_id=ID), 409)["code"] == "event-id-taken"


@pytest.mark.parametrize("value", ["maybe", "", "null"])
def test_what_is_no_yes_and_no_no_is_refused(admin: Client, value: str) -> None:
    answer = admin.post(EVENTS, params={"dry_run": value}, json=place("ru"))
    assert (answer.status_code, answer.json()["errors"][0]["parameter"]) == (400, "dry_run")


def test_an_expected_position_that_holds_is_taken_and_another_is_412(admin: Client) -> None:
    assert admin.post(EVENTS, json=place("ru"), headers={"If-Match": '"p-0"'}).status_code == 201
    answer = admin.post(EVENTS, json=place("ua"), headers={"If-Match": '"p-0"'})
    assert (answer.status_code, answer.json()["code"]) == (412, "position-moved")
    assert admin.post(EVENTS, json=place("ua"), headers={"If-Match": '"p-1"'}).status_code == 201


@pytest.mark.parametrize("header", ["*", "p-1", '"1"', 'W/"p-1"', '"p--1"', '"p-01"', '"p-99999999999999999"', ""])
def test_an_expectation_that_cannot_be_read_is_refused(admin: Client, header: str) -> None:
    answer = admin.post(EVENTS, json=place("ru"), headers={"If-Match": header})
    assert (answer.status_code, answer.json()["errors"][0]["parameter"]) == (400, "If-Match")


@pytest.mark.parametrize(
    ("event", "status", "pointer"),
    [
        ({}, 400, "/type"),
        ([], 400, ""),
        ({"type": "place_defined.v1"}, 400, "/body"),
        ({"type": 1, "body": {}}, 400, "/type"),
        (place("ru", event_id="1"), 400, "/event_id"),
        (place("ru", causation_id=5), 400, "/causation_id"),
        (place("ru", position=5), 400, "/position"),
        ({"type": "place_defind.v1", "body": {}}, 422, "/type"),
        ({"type": "place_defined.v1", "body": []}, 422, "/body"),
        ({"type": "place_defined.v1", "body": {"place": "ru"}}, 422, "/body/name"),
        (place("r\u0000"), 422, "/body/place"),
        (place("ru", body={"place": "ru", "name": 1.5, "kind": "country"}), 422, "/body/name"),
    ],
)
def test_a_fault_is_pointed_to(admin: Client, event: object, status: int, pointer: str) -> None:
    answer = admin.post(EVENTS, json=event)
    assert answer.status_code == status
    assert pointer in {fault["pointer"] for fault in answer.json()["errors"]}
    assert admin.get(EVENTS).json()["items"] == []


def test_an_event_for_a_timeline_that_is_not_there_is_404(admin: Client) -> None:
    answer = admin.post("/v1/timelines/firts/events", json=place("ru"))
    assert (answer.status_code, answer.json()["hint"]) == (404, "did you mean first?")


def test_the_ledger_comes_in_order_and_by_page(filled: Client) -> None:
    seen: list[int] = []
    url: str | None = f"{EVENTS}?limit=60"
    while url:
        answer = filled.get(url)
        seen += [item["position"] for item in answer.json()["items"]]
        link = answer.headers.get("link")
        url = link[1 : link.index(">")] if link else None
    assert seen == list(range(1, 146))


def test_types_and_a_start_narrow_the_ledger(filled: Client) -> None:
    items = filled.get(f"{EVENTS}?type=place_defined.v1&type=actor_defined.v1&after=20&limit=1000").json()["items"]
    assert {item["type"] for item in items} == {"place_defined.v1", "actor_defined.v1"}
    assert min(item["position"] for item in items) > 20


def test_a_body_goes_out_byte_by_byte_as_it_is_kept(filled: Client, engine: Engine) -> None:
    with reading(engine) as connection:
        kept = [event.body.encode() for event in log.read(connection, TIMELINE)]
    lines = filled.get(f"{EVENTS}?format=ndjson").content.splitlines()
    assert all(b'"body":' + body + b',"leaf"' in line for body, line in zip(kept, lines, strict=False))


def test_all_lines_come_without_a_limit_and_the_last_vouches_for_them(filled: Client) -> None:
    content = filled.get(EVENTS, headers={"Accept": "application/x-ndjson"}).content
    *lines, closing = content.splitlines(keepends=True)
    assert len(lines) == 145
    assert msgspec.json.decode(closing) == {"count": 145, "sha256": hashlib.sha256(b"".join(lines)).hexdigest()}


def test_lines_are_limited_where_that_is_asked_for(filled: Client) -> None:
    *lines, closing = filled.get(f"{EVENTS}?format=ndjson&limit=7&after=3").content.splitlines()
    assert [msgspec.json.decode(line)["position"] for line in lines] == list(range(4, 11))
    assert msgspec.json.decode(closing)["count"] == 7


@pytest.mark.parametrize("position", ["0", "2", "-1", "01", "x", "1.0", "9" * 30, "1_0", "%D9%A1"])
def test_a_position_without_an_event_is_404(admin: Client, position: str) -> None:
    admin.post(EVENTS, json=place("ru"))
    assert admin.get(f"{EVENTS}/{position}").status_code == 404


def test_an_entry_may_be_kept_for_ever(admin: Client) -> None:
    admin.post(EVENTS, json=place("ru"))
    headers = admin.get(f"{EVENTS}/1").headers
    assert "immutable" in headers["cache-control"]
    assert headers["etag"]
