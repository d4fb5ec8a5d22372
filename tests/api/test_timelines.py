"""Timelines: created, listed, looked at."""

import pytest

from tests.api.conftest import TIMELINE, Client

PATH = "/v1/timelines"
PLACE = {"type": "place_defined.v1", "body": {"place": "ru", "name": "Russia", "kind": "country"}}


def test_a_timeline_is_created_and_found(admin: Client) -> None:
    made = admin.post(PATH, json={"timeline": "kp-2024", "title": "Troops", "description": "All of it."})
    assert made.status_code == 201
    assert made.headers["location"] == f"{PATH}/kp-2024"
    found = admin.get(made.headers["location"]).json()
    assert found == made.json()
    assert found["head"] == {"position": 0, "recorded_at": found["created_at"]}
    assert (found["title"], found["description"]) == ("Troops", "All of it.")
    assert (found["horizon"], found["counts"]) == (None, {"events": 0, "reports": 0})


def test_a_timeline_that_exists_is_409_and_stays_as_it_is(admin: Client) -> None:
    answer = admin.post(PATH, json={"timeline": TIMELINE, "title": "Another"})
    assert (answer.status_code, answer.json()["code"]) == (409, "name-taken")
    assert admin.get(f"{PATH}/{TIMELINE}").json()["title"] == "First"


def test_head_and_counts_move_with_the_ledger(admin: Client) -> None:
    recorded = admin.post(f"{PATH}/{TIMELINE}/events", json=PLACE).json()
    found = admin.get(f"{PATH}/{TIMELINE}").json()
    assert found["head"] == {"position": 1, "recorded_at": recorded["recorded_at"]}
    assert found["counts"] == {"events": 1, "reports": 0}


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({}, 400),
        ([], 400),
        ({"timeline": "x"}, 400),
        ({"timeline": "x", "title": ""}, 400),
        ({"timeline": "x", "title": " "}, 400),
        ({"timeline": "x", "title": "t" * 501}, 400),
        ({"timeline": "x", "title": "t", "description": "d" * 2001}, 400),
        ({"timeline": "X", "title": "t"}, 400),
        ({"timeline": "x/y", "title": "t"}, 400),
        ({"timeline": "", "title": "t"}, 400),
        ({"timeline": "x", "title": "t", "owner": "me"}, 400),
        ({"timeline": "x", "title": None}, 400),
        ({"timeline": "x", "title": "t\u0000"}, 422),
        ({"timeline": "x\u0000", "title": "t"}, 422),
    ],
)
def test_what_is_no_timeline_is_refused(admin: Client, body: object, status: int) -> None:
    assert admin.post(PATH, json=body).status_code == status
    assert len(admin.get(PATH).json()["items"]) == 1


@pytest.mark.parametrize("raw", [b"", b"{", b"\xff", b'{"timeline": "x", "title": "\\ud800"}', b"[" * 50_000])
def test_what_is_no_json_is_refused(admin: Client, raw: bytes) -> None:
    answer = admin.post(PATH, content=raw, headers={"Content-Type": "application/json"})
    assert (answer.status_code, answer.json()["code"]) == (400, "malformed")


def test_a_timeline_that_is_not_there_names_the_nearest(client: Client) -> None:
    answer = client.get(f"{PATH}/firsst")
    assert (answer.status_code, answer.json()["hint"]) == (404, "did you mean first?")
