"""Documents: what reports were read from, as it is dated and stands now."""

from tests.api.conftest import ADMIN, TIMELINE, Client, bearer
from tests.asking import Asking


def test_a_document_says_where_it_is_found(russia: Asking) -> None:
    found = russia.get("/documents/kbs-2024-10-29")
    assert found["publisher"] == "kbs"
    assert found["url"].startswith("https://")
    assert (found["title"], found["status"]) == (None, None)


def test_documents_are_listed_by_name(russia: Asking) -> None:
    names = [one["document"] for one in russia.items("/documents", limit=1000)]
    assert names == sorted(names)
    assert "kbs-2024-10-29" in names


def test_a_document_that_is_none_is_told_with_the_nearest(russia: Asking) -> None:
    told = russia.get("/documents/kbs-2024-10-2", 404)
    assert told["code"] == "unknown-document"
    assert "kbs-2024-10-29" in told["hint"]


def test_a_document_tells_what_became_of_it(client: Client) -> None:
    withheld = {"document": "doc", "status": "withheld", "reason": "It was.", "published": "2024-10"}
    events = [
        ("source_registered", {"source": "paper", "name": "A paper", "kind": "outlet"}),
        ("document_captured", {"document": "doc", "publisher": "paper", "title": "A title"}),
        ("document_status_changed", withheld),
    ]
    for name, body in events:
        event = {"type": f"{name}.v1", "body": body}
        answer = client.post(f"/v1/timelines/{TIMELINE}/events", json=event, headers=bearer(ADMIN))
        assert answer.status_code == 201, answer.text
    path = f"/v1/timelines/{TIMELINE}/documents/doc"
    now, then = client.get(path).json(), client.get(path, params={"known_at": "position:2"}).json()
    assert (now["published"], now["status"]) == ("2024-10", {"status": "withheld", "reason": "It was."})
    assert (then["published"], then["status"]) == (None, None)
