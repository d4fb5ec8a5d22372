"""Keys over HTTP: made, listed and taken away by admins, as far as their own reach."""

from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from sqlalchemy import Engine

from app.database.engine import make_engine, writing
from app.ledger import keys, log
from tests.api.conftest import ADMIN, READER, TIMELINE, Client, Serve, bearer

LIMITED = keys.write_key(b"limited-key-of-the-tests-32-byte")
PATH = "/v1/keys"


@pytest.fixture
def limited(serve: Serve, engine: Engine) -> Iterator[Client]:
    """Asks as the holder of an admin's key for one of two timelines."""
    with writing(engine) as connection:
        log.create_timeline(connection, "second", title="Second", description="")
        keys.create(connection, "limited", LIMITED, role="admin", timelines=["second"])
    with serve() as made:
        made.headers.update(bearer(LIMITED))
        yield made


def test_a_key_is_shown_once_and_works(admin: Client, engine: Engine) -> None:
    answer = admin.post(PATH, json={"name": "desk", "role": "analyst", "timelines": [TIMELINE]})
    made = answer.json()
    assert answer.status_code == 201
    assert answer.headers["cache-control"] == "no-store"
    assert made.keys() == {"key", "name", "role", "timelines", "created_at", "revoked_at"}
    assert (made["name"], made["role"], made["timelines"]) == ("desk", "analyst", [TIMELINE])
    assert made["key"] not in admin.get(PATH).text
    event = {"type": "actor_defined.v1", "body": {"actor": "kp", "name": "North Korea", "kind": "state"}}
    admin.headers.update(bearer(made["key"]))
    assert admin.post(f"/v1/timelines/{TIMELINE}/events", json=event).status_code == 201
    assert admin.get(f"/v1/timelines/{TIMELINE}/events/1").json()["recorded_by"] == "key:desk"


def test_without_a_role_it_is_a_readers_and_without_timelines_for_all(admin: Client) -> None:
    made = admin.post(PATH, json={"name": "desk"}).json()
    assert (made["role"], made["timelines"]) == ("reader", None)


@pytest.mark.parametrize(
    ("body", "status", "pointer"),
    [
        ({}, 422, "/name"),
        ({"name": "Desk"}, 422, "/name"),
        ({"name": "a" * 81}, 422, "/name"),
        ({"name": "desk", "role": "editor"}, 422, "/role"),
        ({"name": "desk", "role": None}, 422, "/role"),
        ({"name": "desk", "timelines": []}, 422, "/timelines"),
        ({"name": "desk", "timelines": TIMELINE}, 422, "/timelines"),
        ({"name": "desk", "timelines": [1]}, 422, "/timelines/0"),
        ({"name": "desk", "rôle": "admin"}, 422, "/rôle"),
        ([], 422, ""),
    ],
)
def test_what_is_no_key_is_refused_by_its_field(admin: Client, body: object, status: int, pointer: str) -> None:
    answer = admin.post(PATH, json=body)
    assert answer.status_code == status, answer.text
    assert answer.json()["errors"][0].get("pointer", "") == pointer
    assert [one["name"] for one in admin.get(PATH).json()["items"]] == ["tests"]


def test_a_name_is_given_once_and_a_timeline_has_to_be_there(admin: Client) -> None:
    assert admin.post(PATH, json={"name": "tests"}).json()["code"] == "name-taken"
    unknown = admin.post(PATH, json={"name": "desk", "timelines": ["frist"]})
    assert (unknown.status_code, unknown.json()["hint"]) == (404, f"did you mean {TIMELINE}?")


def test_keys_are_listed_page_by_page(admin: Client) -> None:
    for name in ("a", "b", "c"):
        admin.post(PATH, json={"name": name})
    first = admin.get(f"{PATH}?limit=2").json()
    rest = admin.get(f"{PATH}?limit=2&cursor={first['next_cursor']}").json()
    assert [one["name"] for one in first["items"] + rest["items"]] == ["a", "b", "c", "tests"]
    assert not rest["has_more"]


def test_a_revoked_key_is_refused_at_once_by_every_server(serve: Serve, database: str) -> None:
    with ExitStack() as stack:
        other_engine = make_engine(database)
        stack.callback(other_engine.dispose)
        one, other = (
            stack.enter_context(serve(read="key")),
            stack.enter_context(serve(read="key", database=other_engine)),
        )
        made = one.post(PATH, json={"name": "desk"}, headers=bearer(ADMIN)).json()["key"]
        for client in (one, other, other):
            assert client.get("/v1/timelines", headers=bearer(made)).status_code == 200
        gone = one.post(f"{PATH}/desk/revocation", headers=bearer(ADMIN))
        assert gone.status_code == 200
        assert gone.json()["revoked_at"] is not None
        for client in (other, one):
            assert client.get("/v1/timelines", headers=bearer(made)).status_code == 401
        again = other.post(f"{PATH}/desk/revocation", headers=bearer(ADMIN))
        assert again.json() == gone.json()
        assert [one["name"] for one in other.get(PATH, headers=bearer(ADMIN)).json()["items"]] == ["desk", "tests"]


def test_revoking_takes_a_key_that_is_there_and_no_body(admin: Client) -> None:
    absent = admin.post(f"{PATH}/test/revocation")
    assert (absent.status_code, absent.json()["code"]) == (404, "unknown-key")
    assert absent.json()["hint"] == "did you mean tests?"
    assert admin.post(f"{PATH}/tests/revocation", json={"reason": "lost"}).status_code == 400
    assert admin.get(PATH).json()["items"][0]["revoked_at"] is None


@pytest.mark.parametrize("timelines", [None, [TIMELINE], ["second", TIMELINE], ["absent"]])
def test_a_limited_admin_makes_no_key_beyond_its_timelines(limited: Client, timelines: list[str] | None) -> None:
    body = {"name": "desk", "role": "reader"} | ({"timelines": timelines} if timelines else {})
    answer = limited.post(PATH, json=body)
    assert (answer.status_code, answer.json()["code"]) == (403, "forbidden")
    assert answer.json()["errors"][0]["pointer"] == "/timelines"
    assert limited.post(PATH, json=body | {"timelines": ["second"]}).status_code == 201


def test_a_limited_admin_sees_and_revokes_no_key_beyond_its_timelines(limited: Client, engine: Engine) -> None:
    with writing(engine) as connection:
        keys.create(connection, "both", READER, role="reader", timelines=[TIMELINE, "second"])
    assert [one["name"] for one in limited.get(PATH).json()["items"]] == ["limited"]
    for name in ("tests", "both"):
        answer = limited.post(f"{PATH}/{name}/revocation")
        assert (answer.status_code, answer.json()["code"]) == (404, "unknown-key")
    everything = limited.get(PATH, headers=bearer(ADMIN)).json()["items"]
    assert [one["revoked_at"] for one in everything] == [None, None, None]


def test_a_limited_admin_may_take_its_own_key_away(limited: Client) -> None:
    assert limited.post(f"{PATH}/limited/revocation").status_code == 200
    assert limited.get(PATH).status_code == 401
