"""A question with a body: what every estimate would be if some things were otherwise."""

from typing import Any

import pytest
from sqlalchemy import Engine

from app.database.engine import writing
from app.domain.assumptions import DEFAULT, to_parameters
from app.ledger import keys
from tests.api.conftest import READER, TIMELINE, Client, Serve, bearer
from tests.asking import RUSSIA, Asking

KEY = {"measure": "personnel", "actor": "kp-forces", "place": "ru"}
PATH = f"/v1/timelines/{TIMELINE}/what-if"


@pytest.fixture(name="ask", scope="module")
def of_russia(seeded: Asking) -> Asking:
    return seeded.of(RUSSIA)


def wondered(ask: Asking, **supposed: Any) -> Any:
    return ask.post("/what-if", supposed, status=200)


def about(answer: Any, **key: str) -> Any:
    [found] = [one for one in answer["items"] if key.items() <= one.items()]
    return found


def test_nothing_supposed_moves_nothing(ask: Asking) -> None:
    answer = wondered(ask)
    assert (answer["items"], answer["keys_read"], answer["assumptions"]) == ([], 0, DEFAULT.name)
    assert answer["as_of"]["assumptions"] == DEFAULT.name
    assert answer["as_of"]["valid_at"] == ask.get("")["horizon"]


def test_what_stands_is_what_the_estimates_say(ask: Asking) -> None:
    answer = wondered(ask, exclude={"sources": ["kr-nis"]})
    for one in answer["items"]:
        (stands,) = ask.items("/estimates", **{name: one[name] for name in KEY})
        assert {end: stands[end] for end in ("low", "best", "high")}.items() <= one["standing"].items()
        assert one["unit"] == stands["unit"]


def test_a_source_left_out_moves_what_rests_on_it_and_says_by_which_votes(ask: Asking) -> None:
    one = about(wondered(ask, exclude={"sources": ["kr-nis"]}), **KEY)
    was, now = one["standing"], one["hypothetical"]
    assert one["difference"]["best"] == now["best"] - was["best"] != 0
    for end in ("low", "best", "high"):
        assert sum(line[end] for line in one["lines"]) == now[f"{end}_u"] - was[f"{end}_u"]
    assert any(line.get("report") for line in one["lines"])


def test_of_a_key_that_would_have_no_estimate_the_difference_is_unknown(ask: Asking) -> None:
    one = about(wondered(ask, exclude={"sources": ["kr-nis"]}), actor="kp-special-forces", place="ru-far-east")
    assert (one["hypothetical"], one["flags"]) == (None, ["no_claims"])
    assert one["difference"] == {"low": None, "best": None, "high": None}


def test_numbers_of_a_set_are_laid_over_it(ask: Asking) -> None:
    answer = wondered(ask, assumptions={"half_life_days": "10", "classes": {"presence": {"kappa": "40"}}})
    assert answer["assumptions"] == f"{DEFAULT.name} (overridden)"
    assert answer["keys_read"] >= len(answer["items"]) > 0
    assert {one["lines"] for one in answer["items"]} == {None}
    assert wondered(ask, assumptions={"name": DEFAULT.name, "half_life_days": "5"})["items"] == []


def test_a_registered_set_goes_by_its_name(seeded_afresh: Asking) -> None:
    ask = seeded_afresh.of(RUSSIA)
    numbers = to_parameters(DEFAULT) | {"half_life_days": "10"}
    slow = {"name": "slow.v1", "parameters": numbers, "reason": "tried out", "by": "ann"}
    ask.post("/events", {"type": "assumptions_defined.v1", "body": slow})
    named, laid_over = (wondered(ask, assumptions=given) for given in ({"name": "slow.v1"}, {"half_life_days": "10"}))
    assert named["assumptions"] == "slow.v1"
    assert named["items"] == laid_over["items"] != []
    back = wondered(ask, assumptions={"name": "slow.v1", "half_life_days": "5"})
    assert (back["items"], back["assumptions"]) == ([], "slow.v1 (overridden)")


def test_every_time_can_be_held(ask: Asking) -> None:
    times = {"valid_at": "2024-11-01", "reported_by": "2024-11-01", "known_at": "position:400"}
    answer = wondered(ask, exclude={"sources": ["kr-nis"]}, as_of=times)
    assert times.items() <= answer["as_of"].items()
    one = about(answer, **KEY)
    (stands,) = ask.items("/estimates", **KEY, **times)
    assert one["standing"]["best"] == stands["best"]


def test_the_largest_moves_of_best_come_first(ask: Asking) -> None:
    moves = [
        abs(one["hypothetical"]["best_u"] - one["standing"]["best_u"])
        for one in wondered(ask, regrade={"kr-nis": "E", "us-dod": "A"})["items"]
    ]
    assert len(moves) > 1
    assert moves == sorted(moves, reverse=True)


def test_nothing_is_stored(ask: Asking) -> None:
    before = ask.get("/events", limit=1), ask.get(""), ask.get("/estimates")
    wondered(ask, exclude={"sources": ["kr-nis"]}, regrade={"us-dod": "E"}, assumptions={"z": "2"})
    assert (ask.get("/events", limit=1), ask.get(""), ask.get("/estimates")) == before


@pytest.mark.parametrize(
    ("supposed", "code", "pointer", "hint"),
    [
        ({"exclude": {"sources": ["us-dod", "kr-niss"]}}, "unknown-source", "/exclude/sources/1", "kr-nis"),
        ({"regrade": {"kr-niss": "A"}}, "unknown-source", "/regrade/kr-niss", "kr-nis"),
        ({"exclude": {"reports": ["A0577"]}}, "unknown-report", "/exclude/reports/0", "A057"),
        ({"assumptions": {"name": "origin-panel.v2"}}, "unknown-assumptions", None, DEFAULT.name),
    ],
)
def test_an_unknown_name_is_404_with_the_nearest(
    ask: Asking, supposed: Any, code: str, pointer: str | None, hint: str
) -> None:
    problem = ask.post("/what-if", supposed, status=404)
    assert problem["code"] == code
    assert [fault["pointer"] for fault in problem["errors"]] == ([pointer] if pointer else [])
    assert hint in problem["hint"]


def test_a_report_that_was_not_said_yet_is_not_known_to_be_there(ask: Asking) -> None:
    supposed = {"exclude": {"reports": ["A067"]}, "as_of": {"reported_by": "2024-10-29"}}
    problem = ask.post("/what-if", supposed, status=404)
    assert "A067" not in problem["hint"]


@pytest.mark.parametrize(
    ("body", "status", "pointer"),
    [
        ([], 422, ""),
        ({"exclud": {}}, 422, "/exclud"),
        ({"exclude": {"source": ["kr-nis"]}}, 422, "/exclude/source"),
        ({"exclude": {"sources": "kr-nis"}}, 422, "/exclude/sources"),
        ({"exclude": {"reports": [5]}}, 422, "/exclude/reports/0"),
        ({"exclude": None}, 422, "/exclude"),
        ({"regrade": {"kr-nis": "G"}}, 422, "/regrade/kr-nis"),
        ({"regrade": {"kr-nis": ["A"]}}, 422, "/regrade/kr-nis"),
        ({"regrade": ["kr-nis"]}, 422, "/regrade"),
        ({"assumptions": "slow.v1"}, 422, "/assumptions"),
        ({"assumptions": {"name": 5}}, 422, "/assumptions/name"),
        ({"assumptions": {"half_life_days": 10.5}}, 422, "/assumptions/half_life_days"),
        ({"assumptions": {"half_life_days": "-1"}}, 422, "/assumptions/half_life_days"),
        ({"assumptions": {"half_live_days": "1"}}, 422, "/assumptions/half_live_days"),
        ({"as_of": {"valid_at": "yesterday"}}, 400, "/as_of/valid_at"),
        ({"as_of": {"known_at": "2024-10-10T00:00:00"}}, 400, "/as_of/known_at"),
        ({"as_of": {"reported_by": None}}, 422, "/as_of/reported_by"),
        ({"exclude": {"reports": ["a\u0000"]}}, 422, "/exclude/reports/0"),
    ],
)
def test_a_fault_is_pointed_to(ask: Asking, body: Any, status: int, pointer: str) -> None:
    problem = ask.post("/what-if", body, status=status)
    assert pointer in {fault["pointer"] for fault in problem["errors"]}


def test_a_body_that_is_no_json_or_of_another_type_is_refused(client: Client) -> None:
    json = {"Content-Type": "application/json"}
    assert client.post(PATH, content=b"", headers=json).status_code == 400
    assert client.post(PATH, content=b"[" * 100_000, headers=json).status_code == 400
    assert client.post(PATH, content=b"{}", headers={"Content-Type": "text/plain"}).status_code == 415
    assert client.post(PATH, content=b" " * 200_000 + b"{}", headers=json).status_code == 413
    assert client.post(f"{PATH}?valid_at=2024-10-10", json={}).json()["code"] == "unknown-parameter"


def test_who_may_read_may_ask(serve: Serve, engine: Engine) -> None:
    limited = keys.write_key(b"limited-key-of-the-tests-32-byte")
    with writing(engine) as connection:
        keys.create(connection, "reader", READER, role="reader")
        keys.create(connection, "limited", limited, role="reader", timelines=["second"])
    with serve(read="open") as client:
        assert client.post(PATH, json={}).json()["items"] == []
    with serve(read="key") as client:
        assert client.post(PATH, json={}).status_code == 401
        assert client.post(PATH, json={}, headers=bearer(READER)).status_code == 200
        assert client.post(PATH, json={}, headers=bearer(limited)).status_code == 403


def test_a_timeline_that_is_not_there_has_nothing_to_suppose(client: Client) -> None:
    answer = client.post("/v1/timelines/firts/what-if", json={})
    assert (answer.status_code, answer.json()["hint"]) == (404, "did you mean first?")


def test_a_supposition_is_only_asked(client: Client) -> None:
    assert client.get(PATH).headers["allow"] == "OPTIONS, POST"
    answer = client.put(PATH, json={})
    assert (answer.status_code, answer.json()["code"]) == (405, "method-not-allowed")
    assert "source_graded.v1" in answer.json()["hint"]
