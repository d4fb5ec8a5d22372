"""What a sceptic is served: a note that its key signed, and proofs that a second implementation accepts."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from app.ledger import notes
from tests.api.conftest import READER, TIMELINE, Client, Serve, bearer
from tests.asking import RUSSIA, Asking
from tests.ledger import rfc9162
from tests.ledger.long_ledgers import append

EVENTS = 300
BEYOND = 100_000
BASE = f"/v1/timelines/{TIMELINE}"


@pytest.fixture
def client(serve: Serve, engine: Engine) -> Iterator[Client]:
    """Somebody without a key; the ledger has some events."""
    append(engine, TIMELINE, 1, EVENTS)
    with serve(origin="ledger.example") as made:
        yield made


def asked(client: Client, path: str, **parameters: Any) -> dict[str, Any]:
    answer = client.get(f"{BASE}/{path}", params=parameters)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def checkpoint(client: Client) -> dict[str, Any]:
    return asked(client, "checkpoint", format="json")


def hashes(proof: list[str]) -> list[bytes]:
    return [bytes.fromhex(one) for one in proof]


def test_the_checkpoint_is_a_note_that_its_key_signed(client: Client) -> None:
    answer = client.get(f"{BASE}/checkpoint")
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    shown = checkpoint(client)
    assert answer.text == shown["note"]
    note = notes.read_note(answer.text)
    assert notes.check(note, [notes.read_key(shown["verifier_key"])]).name == f"ledger.example/{TIMELINE}"
    assert notes.read_head(note.text) == notes.Head(f"ledger.example/{TIMELINE}", EVENTS, bytes.fromhex(shown["root"]))


@pytest.mark.parametrize(
    ("accept", "media"),
    [
        ("application/json", "application/json"),
        ("text/plain", "text/plain"),
        ("text/*", "text/plain"),
        ("*/*", "text/plain"),
    ],
)
def test_the_form_goes_by_what_is_accepted(client: Client, accept: str, media: str) -> None:
    answer = client.get(f"{BASE}/checkpoint", headers={"Accept": accept})
    assert answer.headers["content-type"].startswith(media)
    assert answer.headers["vary"] == "Accept"


def test_another_form_is_not_offered(client: Client) -> None:
    assert client.get(f"{BASE}/checkpoint", headers={"Accept": "image/png"}).status_code == 406


def test_who_holds_the_checkpoint_of_the_head_hears_so_until_the_head_moves(client: Client, engine: Engine) -> None:
    tag = client.get(f"{BASE}/checkpoint").headers["etag"]
    assert client.get(f"{BASE}/checkpoint", headers={"If-None-Match": tag}).status_code == 304
    assert client.get(f"{BASE}/checkpoint?format=json", headers={"If-None-Match": tag}).status_code == 200
    append(engine, TIMELINE, 1000, 1000)
    assert client.get(f"{BASE}/checkpoint", headers={"If-None-Match": tag}).status_code == 200


def test_the_second_implementation_accepts_that_an_event_is_there(russia: Asking) -> None:
    head = russia.get("")["head"]["position"]
    for size in (257, 400, head):
        for position in (1, 2, 255, 256, 257, size):
            proof = russia.get("/proofs/inclusion", position=position, size=size)
            event = russia.get(f"/events/{position}")
            leaf, root = bytes.fromhex(event["leaf"]), bytes.fromhex(proof["root"])
            assert proof["leaf"] == event["leaf"]
            assert rfc9162.includes(leaf, position - 1, size, hashes(proof["proof"]), root)
            assert not rfc9162.includes(leaf, position - 1, size, hashes(proof["proof"]), root[::-1])


def test_the_second_implementation_accepts_that_the_ledger_only_grew(russia: Asking) -> None:
    sizes = (1, 2, 255, 256, 257, 300, russia.get("")["head"]["position"])
    for second in sizes:
        for first in (size for size in sizes if size <= second):
            proof = russia.get("/proofs/consistency", first=first, second=second)
            roots = bytes.fromhex(proof["first_root"]), bytes.fromhex(proof["second_root"])
            assert rfc9162.extends(first, roots[0], second, roots[1], hashes(proof["proof"]))


def test_who_kept_an_old_checkpoint_is_convinced_that_the_ledger_only_grew(client: Client, engine: Engine) -> None:
    old = checkpoint(client)
    append(engine, TIMELINE, EVENTS + 1, EVENTS + 400)
    new = checkpoint(client)
    proof = asked(client, "proofs/consistency", first=old["size"], second=new["size"])
    first, second = bytes.fromhex(old["root"]), bytes.fromhex(new["root"])
    assert rfc9162.extends(old["size"], first, new["size"], second, hashes(proof["proof"]))
    assert not rfc9162.extends(old["size"], second, new["size"], second, hashes(proof["proof"]))
    assert (proof["first_root"], proof["second_root"]) == (old["root"], new["root"])


def test_without_a_size_it_is_of_all_events_and_may_change(client: Client) -> None:
    for path, parameters in (("inclusion", {"position": 3}), ("consistency", {"first": 3})):
        answer = client.get(f"{BASE}/proofs/{path}", params=parameters)
        assert answer.json().get("size", answer.json().get("second")) == EVENTS
        assert answer.headers["cache-control"] == "no-cache"


@pytest.mark.parametrize("path", ["inclusion?position=3&size=9", "consistency?first=3&second=9"])
def test_what_was_asked_of_a_stated_size_may_be_kept_for_ever(client: Client, engine: Engine, path: str) -> None:
    first = client.get(f"{BASE}/proofs/{path}")
    assert first.headers["cache-control"] == "public, max-age=31536000, immutable"
    append(engine, TIMELINE, 1000, 1010)
    again = client.get(f"{BASE}/proofs/{path}", headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.headers["cache-control"]) == (304, first.headers["cache-control"])
    assert client.get(f"{BASE}/proofs/{path}").text == first.text


@pytest.mark.parametrize(
    ("path", "named"),
    [
        ("inclusion", "position"),
        ("inclusion?position=0", "position"),
        ("inclusion?position=-1", "position"),
        ("inclusion?position=x", "position"),
        (f"inclusion?position={BEYOND}", "position"),
        (f"inclusion?position=1&size={BEYOND}", "size"),
        ("inclusion?position=1&size=0", "size"),
        ("inclusion?position=9&size=8", "position"),
        (f"inclusion?position={2**70}", "position"),
        ("consistency", "first"),
        ("consistency?first=0", "first"),
        ("consistency?first=9&second=8", "first"),
        (f"consistency?first={BEYOND}", "first"),
        (f"consistency?first=1&second={BEYOND}", "second"),
        ("consistency?first=1&secund=2", "secund"),
    ],
)
def test_what_cannot_be_asked_is_named(russia: Asking, path: str, named: str) -> None:
    answer = russia.client.get(f"/v1/timelines/{RUSSIA}/proofs/{path}")
    assert answer.status_code == 400, answer.text
    assert [fault["parameter"] for fault in answer.json()["errors"]] == [named]


@pytest.mark.parametrize("path", ["checkpoint", "proofs/inclusion?position=1", "proofs/consistency?first=1"])
def test_a_timeline_that_is_not_there_brings_the_nearest(client: Client, path: str) -> None:
    answer = client.get(f"/v1/timelines/frist/{path}")
    assert (answer.status_code, answer.json()["hint"]) == (404, "did you mean first?")


def test_an_empty_timeline_has_a_checkpoint_and_nothing_to_prove(serve: Serve) -> None:
    with serve() as client:
        assert checkpoint(client)["size"] == 0
        assert client.get(f"{BASE}/proofs/inclusion?position=1").status_code == 400
        assert client.get(f"{BASE}/proofs/consistency?first=1").status_code == 400


def test_where_reading_takes_a_key_so_do_proofs(serve: Serve) -> None:
    with serve(read="key") as client:
        assert client.get(f"{BASE}/checkpoint").status_code == 401
        assert client.get(f"{BASE}/proofs/inclusion?position=1", headers=bearer(READER)).status_code == 401


def test_without_a_place_for_the_key_nothing_is_signed_and_the_reason_is_given(serve: Serve, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with serve(signing_key=tmp_path / "file" / "key") as client:
        answer = client.get(f"{BASE}/checkpoint")
    assert (answer.status_code, answer.json()["code"]) == (503, "unavailable")
