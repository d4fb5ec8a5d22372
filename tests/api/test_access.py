"""Who may read and who may record."""

import pytest
from sqlalchemy import Engine

from app.database.engine import writing
from app.ledger import keys, log
from tests.api.conftest import ADMIN, READER, TIMELINE, Serve, bearer

PATH = f"/v1/timelines/{TIMELINE}"
EVENT = {"type": "actor_defined.v1", "body": {"actor": "kp", "name": "North Korea", "kind": "state"}}
LIMITED = keys.write_key(b"limited-key-of-the-tests-32-byte")


@pytest.fixture(autouse=True)
def other_keys(engine: Engine) -> None:
    with writing(engine) as connection:
        keys.create(connection, "reader", READER, role="reader")
        keys.create(connection, "limited", LIMITED, role="admin", timelines=["second"])
        log.create_timeline(connection, "second", title="Second", description="")


def test_reading_needs_no_key_where_it_is_open(serve: Serve) -> None:
    with serve(read="open") as client:
        assert client.get(PATH).status_code == 200


def test_reading_needs_a_key_where_it_is_not(serve: Serve) -> None:
    with serve(read="key") as client:
        answer = client.get(PATH)
        assert (answer.status_code, answer.json()["code"]) == (401, "unauthorised")
        assert answer.headers["www-authenticate"].startswith("Bearer")
        assert client.get(PATH, headers=bearer(READER)).status_code == 200


def test_health_and_pages_are_for_everybody(serve: Serve) -> None:
    with serve(read="key") as client:
        for path in ("/healthz", "/readyz", "/version", "/docs", "/openapi.json", "/problems/unauthorised"):
            assert client.get(path).status_code == 200


def test_writing_needs_an_admin_key_even_where_reading_is_open(serve: Serve) -> None:
    with serve(read="open") as client:
        assert client.post(f"{PATH}/events", json=EVENT).status_code == 401
        forbidden = client.post(f"{PATH}/events", json=EVENT, headers=bearer(READER))
        assert (forbidden.status_code, forbidden.json()["code"]) == (403, "forbidden")
        assert client.post(f"{PATH}/events", json=EVENT, headers=bearer(ADMIN)).status_code == 201


def test_the_name_of_the_key_is_recorded(serve: Serve) -> None:
    with serve() as client:
        client.post(f"{PATH}/events", json=EVENT, headers=bearer(ADMIN))
        assert client.get(f"{PATH}/events/1").json()["recorded_by"] == "key:tests"


def test_a_key_for_some_timelines_reaches_no_others(serve: Serve) -> None:
    with serve(read="key") as client:
        client.headers.update(bearer(LIMITED))
        assert client.get(PATH).status_code == 403
        assert client.get("/v1/timelines/absent").status_code == 403
        assert client.post(f"{PATH}/events", json=EVENT).status_code == 403
        assert client.get("/v1/timelines/second").status_code == 200
        assert [one["timeline"] for one in client.get("/v1/timelines").json()["items"]] == ["second"]
        assert client.post("/v1/timelines", json={"timeline": "third", "title": "Third"}).status_code == 403


@pytest.mark.parametrize(
    "header", ["", "Bearer", "Bearer ", "Basic YTpi", "Bearer muster_nonsense", "bearer  x y", "Bearer \xff"]
)
def test_a_bad_key_is_told_so_even_where_none_is_needed(serve: Serve, header: str) -> None:
    with serve(read="open") as client:
        assert client.get(PATH, headers=[(b"Authorization", header.encode("latin-1"))]).status_code == 401


def test_a_revoked_key_opens_nothing_any_more(serve: Serve, engine: Engine) -> None:
    with serve(read="key") as client:
        assert client.get(PATH, headers=bearer(READER)).status_code == 200
        with writing(engine) as connection:
            keys.revoke(connection, "reader")
        assert client.get(PATH, headers=bearer(READER)).status_code == 401
