"""A request that is sent again under its `Idempotency-Key` records nothing anew."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any
from uuid import UUID

import msgspec
import pytest
from sqlalchemy import Engine

from app.database.engine import writing
from app.ledger import keys, log
from tests.api.conftest import TIMELINE, Client, bearer
from tests.api.test_events import ID, dry_run, place

EVENTS = f"/v1/timelines/{TIMELINE}/events"
IMPORTS = f"/v1/timelines/{TIMELINE}/imports"
OTHER = keys.write_key(b"another-key-of-the-tests-32-byte")
SENT = {"Idempotency-Key": "b6f1-1"}


def send(
    client: Client, event: object, text: str = "b6f1-1", /, *, status: int = 201, more: dict[str, str] | None = None
) -> Any:
    answer = client.post(EVENTS, json=event, headers={"Idempotency-Key": text, **(more or {})})
    assert answer.status_code == status, answer.text
    return answer.json()


def ids(client: Client, timeline: str = TIMELINE) -> list[str]:
    return [item["event_id"] for item in client.get(f"/v1/timelines/{timeline}/events").json()["items"]]


def import_lines(client: Client, *lines: object, mode: str = "partial") -> dict[str, Any]:
    content = b"".join(line if isinstance(line, bytes) else msgspec.json.encode(line) + b"\n" for line in lines)
    headers = {"Content-Type": "application/x-ndjson", **SENT}
    answer = client.post(IMPORTS, params={"mode": mode}, content=content, headers=headers)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def test_the_same_request_again_is_the_same_event(admin: Client) -> None:
    first = send(admin, place("ru"))
    assert send(admin, place("ru")) == {**first, "replayed": True}
    assert ids(admin) == [first["event_id"]]
    assert UUID(first["event_id"]).version == 5


def test_an_id_that_was_made_once_is_made_for_ever(admin: Client) -> None:
    """UUIDv5 of `["tests","first","b6f1-1"]`, worked out by hand in the namespace that was drawn."""
    assert send(admin, place("ru"))["event_id"] == "333f7bd4-219f-5ba0-92d9-3fa7f6ae2a30"


@pytest.mark.parametrize("other", [place("ua"), place("ru", causation_id=ID)])
def test_another_request_under_the_same_text_is_409(admin: Client, other: dict[str, Any]) -> None:
    send(admin, place("ru"))
    problem = send(admin, other, status=409)
    assert (problem["code"], problem["errors"][0]["parameter"]) == ("event-id-taken", "Idempotency-Key")
    assert len(ids(admin)) == 1


def test_another_text_is_another_event(admin: Client) -> None:
    assert send(admin, place("ru"), "a")["event_id"] != send(admin, place("ru"), "A")["event_id"]


def test_the_same_text_is_another_event_in_another_timeline_and_under_another_key(
    admin: Client, engine: Engine
) -> None:
    with writing(engine) as connection:
        keys.create(connection, "other", OTHER, role="admin")
        log.create_timeline(connection, "second", title="Second", description="")
    first = send(admin, place("ru"))
    elsewhere = admin.post("/v1/timelines/second/events", json=place("ru"), headers=SENT).json()
    by_another = send(admin, place("ru"), more=bearer(OTHER))
    assert len({one["event_id"] for one in (first, elsewhere, by_another)}) == 3
    assert not by_another["replayed"]


def test_a_refused_request_may_be_mended_under_its_text(admin: Client) -> None:
    send(admin, place("ru", body={"place": "ru"}), status=422)
    assert not send(admin, place("ru"))["replayed"]


@pytest.mark.parametrize("text", ["", " ", "a b", "ä", "\x7f", "x" * 256, "a\tb"])
def test_a_text_that_cannot_be_one_is_refused(admin: Client, text: str) -> None:
    headers = [(b"Idempotency-Key", text.encode("latin-1"))]
    answer = admin.post(EVENTS, json=place("ru"), headers=headers)
    assert (answer.status_code, answer.json()["errors"][0]["parameter"]) == (400, "Idempotency-Key")
    lines = [*headers, (b"Content-Type", b"application/x-ndjson")]
    assert admin.post(IMPORTS, content=msgspec.json.encode(place("ru")), headers=lines).status_code == 400
    assert ids(admin) == []


def test_two_texts_are_refused(admin: Client) -> None:
    headers = [("Idempotency-Key", "a"), ("Idempotency-Key", "b")]
    assert admin.post(EVENTS, json=place("ru"), headers=headers).status_code == 400


def test_the_longest_text_is_taken(admin: Client) -> None:
    assert send(admin, place("ru"), "~" * 255)["position"] == 1


def test_an_event_id_beside_it_is_refused_unless_it_is_the_same(admin: Client) -> None:
    problem = send(admin, place("ru", event_id=ID), status=400)
    assert problem["errors"][0]["pointer"] == "/event_id"
    made = send(admin, place("ru"))["event_id"]
    assert send(admin, place("ru", event_id=made))["replayed"]


def test_a_dry_run_asks_about_the_same_event(admin: Client) -> None:
    assert dry_run(admin, place("ru"), **SENT)["replayed"] is False
    send(admin, place("ru"))
    assert dry_run(admin, place("ru"), **SENT) == {"dry_run": True, "position": 1, "replayed": True, "moved": []}
    assert dry_run(admin, place("ua"), 409, **SENT)["errors"][0]["parameter"] == "Idempotency-Key"


def test_a_position_that_was_expected_is_not_missed_by_the_same_request_again(admin: Client) -> None:
    for replayed in (False, True):
        assert send(admin, place("ru"), more={"If-Match": '"p-0"'})["replayed"] is replayed


def test_many_at_once_are_one_event(admin: Client) -> None:
    at_once = Barrier(8)

    def post(_: int) -> dict[str, Any]:
        at_once.wait()
        found: dict[str, Any] = send(admin, place("ru"))
        return found

    with ThreadPoolExecutor(8) as pool:
        receipts = list(pool.map(post, range(8)))
    assert {receipt["position"] for receipt in receipts} == {1}
    assert sorted(receipt["replayed"] for receipt in receipts) == [False] + [True] * 7
    assert ids(admin) == [receipts[0]["event_id"]]


@pytest.mark.parametrize("mode", ["partial", "atomic"])
def test_an_import_that_is_sent_again_records_what_was_missing(admin: Client, mode: str) -> None:
    lines = [place("ru"), b"\n", place("ua"), place("by", event_id=ID), place("pl")]
    assert import_lines(admin, *lines[:3], mode=mode)["appended"] == 2
    again = import_lines(admin, *lines, mode=mode)
    assert (again["appended"], again["replayed"], again["rejected"]) == (2, 2, 0)
    assert len(set(ids(admin))) == 4
    assert ids(admin)[2] == ID


def test_a_line_is_mended_in_its_place(admin: Client) -> None:
    assert import_lines(admin, place("ru"), b"nonsense\n", place("ua"))["errors"][0]["line"] == 2
    again = import_lines(admin, place("ru"), place("pl"), place("ua"))
    assert (again["appended"], again["replayed"], again["rejected"]) == (1, 2, 0)


def test_another_event_on_a_line_that_was_recorded_is_told_by_its_line(admin: Client) -> None:
    import_lines(admin, place("ru"), place("ua"))
    [error] = import_lines(admin, place("ru"), place("pl"))["errors"]
    assert (error["line"], error["code"]) == (2, "event-id-taken")


def test_the_document_tells_of_the_header(client: Client) -> None:
    paths = client.get("/openapi.json").json()["paths"]
    for path in ("events", "imports"):
        parameters = paths[f"/v1/timelines/{{timeline}}/{path}"]["post"]["parameters"]
        assert "Idempotency-Key" in {parameter["name"] for parameter in parameters}
