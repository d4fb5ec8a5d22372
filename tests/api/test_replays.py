"""Replays over HTTP: a server does them by a thread of its own, for who may write."""

import time
from typing import Any

import pytest

from app.projections.catalogue import PROJECTIONS
from tests.asking import ARTICLE, Asking

WAIT_SECONDS = 120


def ended(asking: Asking, replay: str) -> Any:
    until = time.monotonic() + WAIT_SECONDS
    found = asking.get(f"/replays/{replay}")
    while found["state"] in {"waiting", "running"} and time.monotonic() < until:
        time.sleep(0.1)
        found = asking.get(f"/replays/{replay}")
    return found


def test_a_replay_is_started_watched_and_switched_to(seeded_afresh: Asking) -> None:
    asking = seeded_afresh.of(ARTICLE)
    before = asking.get("/estimates")
    started = asking.post("/replays", {"projection": "estimates"}, status=202)
    assert (started["projections"], started["switch"]) == (["estimates"], "when-equal")
    found = ended(asking, started["replay"])
    assert (found["state"], found["position"], found["difference"]["equal"]) == ("switched", found["head"], True)
    now = asking.get("/estimates")
    assert now["as_of"].pop("generation") == before["as_of"].pop("generation") + 1
    assert now == before
    shown = asking.get("/projections")
    assert [one["projection"] for one in shown["projections"]] == [one.name for one in PROJECTIONS]
    (estimates,) = (one for one in shown["projections"] if one["projection"] == "estimates")
    assert [one["generation"] for one in estimates["generations"]] == [2, 1]
    assert shown["replays"] == []


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"projection": "estimate"}, 404, "unknown-projection"),
        ({"assumptions": "origin-panel.v2"}, 404, "unknown-assumptions"),
        ({"to": 100_000}, 400, "past-the-head"),
        ({"to": -1}, 400, "malformed"),
        ({"switch": "soon"}, 400, "malformed"),
        ({"projections": "all"}, 422, "not-allowed"),
        ([], 422, "not-allowed"),
    ],
)
def test_what_cannot_be_replayed_is_refused(seeded: Asking, body: Any, status: int, code: str) -> None:
    assert seeded.of(ARTICLE).post("/replays", body, status=status)["code"] == code
    assert seeded.of(ARTICLE).get("/projections")["replays"] == []


def test_nothing_is_replayed_where_there_is_no_timeline(seeded: Asking) -> None:
    assert seeded.of("absent").post("/replays", {}, status=404)["code"] == "unknown-timeline"


def test_replaying_takes_a_key(seeded: Asking) -> None:
    assert seeded.client.post(f"/v1/timelines/{ARTICLE}/replays", json={}).status_code == 401


@pytest.mark.parametrize("replay", ["none", "0192d0a4-7b3e-7c00-8000-00000000000f"])
def test_a_replay_that_is_not_there(seeded: Asking, replay: str) -> None:
    assert seeded.of(ARTICLE).get(f"/replays/{replay}", 404)["code"] == "unknown-replay"
