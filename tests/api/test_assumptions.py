"""The sets of assumptions: the shipped one with its sources, and those that are registered by events."""

from typing import Any

import pytest

from app.domain.assumptions import DEFAULT, SHIPPED, from_parameters, to_parameters
from tests.api.conftest import TIMELINE, Client

BASE = f"/v1/timelines/{TIMELINE}"
SETS = f"{BASE}/assumptions"


def register(admin: Client, name: str, **changed: Any) -> Any:
    body = {"name": name, "parameters": to_parameters(DEFAULT) | changed, "reason": "tried out", "by": "ann"}
    return admin.post(f"{BASE}/events", json={"type": "assumptions_defined.v1", "body": body})


def test_the_shipped_set_is_listed_with_the_source_of_each_number(client: Client) -> None:
    answer = client.get(SETS).json()
    (one,) = answer["items"]
    assert (one["name"], one["by"], one["position"]) == (DEFAULT.name, None, None)
    assert from_parameters(one["name"], one["parameters"]) == DEFAULT
    assert one["sources"] == SHIPPED.sources
    assert answer["as_of"]["position"] == 0


def test_a_registered_set_is_listed_beside_it_with_who_and_why(admin: Client) -> None:
    receipt = register(admin, "slow.v1", half_life_days="9").json()
    one = admin.get(f"{SETS}/slow.v1").json()
    assert (one["by"], one["reason"], one["position"]) == ("ann", "tried out", receipt["position"])
    assert one["parameters"]["half_life_days"] == "9"
    assert one["sources"] is None
    listed = admin.get(SETS).json()["items"]
    assert [item["name"] for item in listed] == [DEFAULT.name, "slow.v1"]
    assert listed[1].items() <= one.items()


def test_a_set_can_be_sent_back_under_another_name(admin: Client) -> None:
    parameters = admin.get(f"{SETS}/{DEFAULT.name}").json()["parameters"]
    assert register(admin, "again.v1", **parameters).status_code == 201


def test_a_set_is_there_from_its_position_on(admin: Client) -> None:
    register(admin, "slow.v1")
    assert admin.get(f"{SETS}/slow.v1", params={"known_at": "position:1"}).status_code == 200
    problem = admin.get(f"{SETS}/slow.v1", params={"known_at": "position:0"}).json()
    assert (problem["status"], problem["code"]) == (404, "unknown-assumptions")
    assert len(admin.get(SETS, params={"known_at": "position:0"}).json()["items"]) == 1


def test_an_unknown_set_is_404_with_the_nearest(client: Client) -> None:
    answer = client.get(f"{SETS}/origin-panel.v2")
    assert (answer.status_code, answer.json()["hint"]) == (404, f"did you mean {DEFAULT.name}?")


def test_a_page_continues_behind_the_last_name(admin: Client) -> None:
    for name in ("a.v1", "z.v1"):
        register(admin, name)
    first = admin.get(SETS, params={"limit": 2}).json()
    rest = admin.get(SETS, params={"limit": 2, "cursor": first["next_cursor"]}).json()
    assert [one["name"] for one in first["items"] + rest["items"]] == ["a.v1", DEFAULT.name, "z.v1"]
    assert not rest["has_more"]


@pytest.mark.parametrize(
    ("changed", "pointer", "allowed"),
    [
        ({"half_life_days": "0"}, "/half_life_days", "from 0.1 to 3650"),
        ({"z": 1.645}, "/z", "from 0.5 to 4"),
        ({"letters": {**dict.fromkeys("ABCDE", "0.2"), "F": "9"}}, "/letters/F", "from 0.01 to 3"),
        ({"letters": dict.fromkeys("ABCDE", "0.2")}, "/letters/F", "from 0.01 to 3"),
        ({"words": {"few": {"centre": "0", "spread": "1"}}}, "/words/few/centre", "from 1 to 1000000000"),
    ],
)
def test_a_number_out_of_its_range_is_422_with_its_place_and_the_range(
    admin: Client, changed: dict[str, Any], pointer: str, allowed: str
) -> None:
    answer = register(admin, "wrong.v1", **changed)
    errors = {error["pointer"]: error["detail"] for error in answer.json()["errors"]}
    assert answer.status_code == 422
    assert allowed in errors[f"/body/parameters{pointer}"]
    assert admin.get(f"{SETS}/wrong.v1").status_code == 404


def test_a_set_is_never_redefined(admin: Client) -> None:
    assert register(admin, "slow.v1", half_life_days="9").status_code == 201
    for name in ("slow.v1", DEFAULT.name):
        answer = register(admin, name)
        assert (answer.status_code, answer.json()["code"]) == (409, "name-taken")
        assert name in answer.json()["detail"]
    assert admin.get(f"{SETS}/slow.v1").json()["parameters"]["half_life_days"] == "9"
    assert "under another name" in admin.put(f"{SETS}/slow.v1").json()["hint"]
