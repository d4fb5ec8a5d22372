"""Whether it lives, whether it is ready, what it is."""

import pytest
from sqlalchemy import Engine, insert

from app.api import health
from app.database.engine import make_engine, writing
from app.database.migrations import newest_revision
from app.projections import runner
from app.projections.tables import generations, projections
from tests.api.conftest import TIMELINE, Client, Serve


def test_it_is_ready_when_all_is_in_order(client: Client) -> None:
    assert client.get("/healthz").json() == {"status": "alive"}
    assert client.get("/readyz").json() == {"status": "ready"}


def test_without_its_database_it_lives_and_is_not_ready(serve: Serve) -> None:
    with serve(database=make_engine("postgresql://nobody@/nothing?host=/nowhere")) as client:
        assert client.get("/healthz").status_code == 200
        answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["code"]) == (503, "unavailable")


def test_a_schema_of_another_version_is_a_reason(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "newest_revision", lambda: "9999")
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["code"]) == (503, "not-ready")
    assert "9999" in answer.json()["detail"]


def test_a_stuck_projection_is_a_reason_by_name_and_position(
    serve: Serve, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runner, "catch_up_all", lambda *_, **__: None)
    stuck = {"position": 3, "stuck_position": 4, "stuck_reason": "odd"}
    with serve() as client:
        with writing(engine) as connection:
            own = {"timeline_id": TIMELINE, "projection": "estimates", "generation": 1}
            connection.execute(insert(projections).values(own))
            connection.execute(insert(generations).values({**own, "rests_on": "{}", **stuck}))
        answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["detail"] == f"projection estimates of {TIMELINE} is stuck at position 4: odd"
    assert [fault["detail"] for fault in answer.json()["errors"]] == [answer.json()["detail"]]
    assert int(answer.headers["retry-after"]) > 0


def test_lag_is_a_reason_when_it_is_large(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "LAG_EVENTS_MAX", -1)
    assert "events behind" in client.get("/readyz").json()["detail"]


def test_lag_is_a_reason_when_it_is_old(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "LAG_SECONDS_MAX", -1)
    assert "and has been for 0 seconds" in client.get("/readyz").json()["detail"]


def test_where_reading_takes_a_key_nobody_hears_which_timelines_there_are(
    serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(health, "LAG_EVENTS_MAX", -1)
    with serve(read="key") as client:
        answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["code"]) == (503, "not-ready")
    assert TIMELINE not in answer.text


def test_the_version_names_all_that_an_answer_depends_on(client: Client) -> None:
    version = client.get("/version").json()
    assert version.keys() == {"name", "version", "revision", "python", "postgresql", "assumptions"}
    assert version["revision"] == newest_revision()
    assert int(version["postgresql"].split(".")[0]) >= 15
