"""Many events in one request."""

from collections.abc import Iterator

import pytest

from tests.api.conftest import TIMELINE, Client
from tests.api.test_events import SEED

IMPORTS = f"/v1/timelines/{TIMELINE}/imports"
LINES = {"Content-Type": "application/x-ndjson"}
GOOD = b'{"type":"actor_defined.v1","body":{"actor":"kp","name":"North Korea","kind":"state"}}\n'


def test_a_body_is_taken_in_pieces_of_any_size(admin: Client) -> None:
    text = SEED.read_bytes()

    def pieces() -> Iterator[bytes]:
        for start in range(0, len(text), 997):
            yield text[start : start + 997]

    answer = admin.post(IMPORTS, content=pieces(), headers=LINES)
    assert answer.json() == {
        "appended": 145,
        "replayed": 0,
        "rejected": 0,
        "first_position": 1,
        "last_position": 145,
        "errors": [],
        "errors_truncated": False,
    }
    assert admin.get(f"/v1/timelines/{TIMELINE}").json()["horizon"] == "2024-11-03"


def test_what_was_imported_is_one_batch(admin: Client) -> None:
    admin.post(IMPORTS, content=SEED.read_bytes(), headers=LINES)
    items = admin.get(f"/v1/timelines/{TIMELINE}/events?limit=1000").json()["items"]
    assert len({item["batch_id"] for item in items}) == 1
    assert items[0]["batch_id"] is not None


@pytest.mark.parametrize(("mode", "kept"), [("partial", 1), ("atomic", 0)])
def test_the_mode_says_what_becomes_of_the_good_lines(admin: Client, mode: str, kept: int) -> None:
    answer = admin.post(f"{IMPORTS}?mode={mode}", content=GOOD + b"nonsense\n", headers=LINES)
    assert (answer.status_code, answer.json()["appended"], answer.json()["rejected"]) == (200, kept, 1)
    [error] = answer.json()["errors"]
    assert (error["line"], error["code"]) == (2, "malformed")
    assert admin.get(f"/v1/timelines/{TIMELINE}").json()["counts"]["events"] == kept


def test_a_dry_run_keeps_nothing(admin: Client) -> None:
    answer = admin.post(f"{IMPORTS}?dry_run=true", content=GOOD, headers=LINES)
    assert answer.json()["appended"] == 1
    assert admin.get(f"/v1/timelines/{TIMELINE}").json()["counts"]["events"] == 0


def test_an_import_of_nothing_is_nothing(admin: Client) -> None:
    assert admin.post(IMPORTS, content=b"", headers=LINES).json()["appended"] == 0


def test_a_body_larger_than_one_event_may_be_is_taken(admin: Client) -> None:
    answer = admin.post(IMPORTS, content=GOOD + b" " * (3 * 1024 * 1024), headers=LINES)
    assert (answer.status_code, answer.json()["appended"]) == (200, 1)


def test_an_import_is_sent_as_lines(admin: Client) -> None:
    answer = admin.post(IMPORTS, content=GOOD, headers={"Content-Type": "application/json"})
    assert (answer.status_code, answer.json()["hint"]) == (415, "send it as application/x-ndjson")


@pytest.mark.parametrize("query", ["mode=all", "dry_run=perhaps", "mode=partial&mode=atomic", "dryrun=true"])
def test_a_bad_parameter_appends_nothing(admin: Client, query: str) -> None:
    assert admin.post(f"{IMPORTS}?{query}", content=GOOD, headers=LINES).status_code == 400
    assert admin.get(f"/v1/timelines/{TIMELINE}").json()["counts"]["events"] == 0


def test_an_import_into_nothing_is_404(admin: Client) -> None:
    for mode in ("partial", "atomic"):
        answer = admin.post(f"/v1/timelines/frist/imports?mode={mode}", content=GOOD, headers=LINES)
        assert (answer.status_code, answer.json()["hint"]) == (404, "did you mean first?")
