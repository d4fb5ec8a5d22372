"""What an operator can watch, in the form that Prometheus reads."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import Engine

from app.api.metrics import NOWHERE
from app.database.engine import make_engine, writing
from app.ledger import checkpoints, keys, log, verifications
from app.ledger.signing import read_signer
from app.ledger.walking import Fault, Verified
from app.projections import runner
from app.projections.catalogue import PROJECTIONS
from tests.api.conftest import ADMIN, READER, TIMELINE, Client, Serve, bearer

README = Path(__file__).resolve().parents[2] / "README.md"
EVENTS = f"/v1/timelines/{TIMELINE}/events"
Values = dict[tuple[str, frozenset[tuple[str, str]]], float]


@pytest.fixture
def still(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> Iterator[Client]:
    """Nobody keeps its projections up."""
    monkeypatch.setattr(runner, "catch_up_all", lambda *_, **__: None)
    monkeypatch.setattr(runner, "catch_up", lambda *_, **__: 0)
    with serve() as made:
        yield made


def values(client: Client) -> Values:
    answer = client.get("/metrics")
    assert answer.status_code == 200
    families = text_string_to_metric_families(answer.text)
    return {(one.name, frozenset(one.labels.items())): one.value for family in families for one in family.samples}


def value(found: Values, name: str, **labels: str) -> float:
    return found[name, frozenset(labels.items())]


def names(found: Values) -> set[str]:
    return {name for name, _ in found}


def actor(name: str) -> dict[str, object]:
    return {"type": "actor_defined.v1", "body": {"actor": name, "name": name, "kind": "state"}}


def test_requests_are_counted_by_route_and_refusals_by_problem(admin: Client) -> None:
    admin.post(EVENTS, json=actor("kp"))
    admin.get(f"{EVENTS}/1")
    admin.get(f"{EVENTS}/2")
    admin.get("/v1/timelines/very-secret")
    admin.get("/wp-admin/very-secret")
    admin.request("BREW", "/healthz")
    found = values(admin)
    one = {"method": "GET", "route": "/v1/timelines/{timeline}/events/{position}"}
    assert value(found, "muster_requests_total", **one, status="200") == 1
    assert value(found, "muster_requests_total", **one, status="404") == 1
    assert value(found, "muster_request_seconds_count", **one) == 2
    assert value(found, "muster_requests_total", method="GET", route=NOWHERE, status="404") == 1
    assert value(found, "muster_refusals_total", code="unknown-timeline") == 1
    assert value(found, "muster_refusals_total", code="unknown") == 2
    assert "very-secret" not in str(found)
    assert "BREW" not in str(found)


def test_an_append_is_timed_and_a_refused_or_rehearsed_one_is_not(admin: Client) -> None:
    admin.post(EVENTS, json=actor("kp"))
    admin.post(EVENTS, json=actor("Not a name"))
    admin.post(f"{EVENTS}?dry_run=true", json=actor("ua"))
    assert value(values(admin), "muster_append_seconds_count") == 1


def test_what_waits_is_told_in_events_and_seconds(still: Client, engine: Engine) -> None:
    for name in ("kp", "ua"):
        still.post(EVENTS, json=actor(name), headers=bearer(ADMIN))
    found = values(still)
    for projection in PROJECTIONS:
        labels = {"timeline": TIMELINE, "projection": projection.name}
        assert value(found, "muster_projection_lag_events", **labels) == 2
        assert value(found, "muster_projection_lag_seconds", **labels) > 0
        assert value(found, "muster_projection_stuck", **labels) == 0
    assert value(found, "muster_head_position", timeline=TIMELINE) == 2
    assert value(found, "muster_timelines") == 1
    assert value(found, "muster_replays", state="running") == 0


def test_what_was_signed_and_verified_is_told_with_its_age(admin: Client, engine: Engine, tmp_path: Path) -> None:
    admin.post(EVENTS, json=actor("kp"))
    assert not any("checkpoint" in name or "verification" in name for name in names(values(admin)))
    checkpoints.current(engine, TIMELINE, read_signer(tmp_path / "checkpoint.key", "test"))
    sound = Verified(timeline=TIMELINE, size=1, root=b"", recorded_at_us=None)
    with writing(engine) as connection:
        verifications.keep(connection, sound)
    found = values(admin)
    for what in ("checkpoint", "verification"):
        assert value(found, f"muster_{what}_position", timeline=TIMELINE) == 1
        assert value(found, f"muster_{what}_age_seconds", timeline=TIMELINE) >= 0
    assert value(found, "muster_verification_wrong", timeline=TIMELINE) == 0
    wrong = Verified(
        timeline=TIMELINE, size=0, root=b"", recorded_at_us=None, fault=Fault(position=1, what="leaf", detail="odd")
    )
    with writing(engine) as connection:
        verifications.keep(connection, wrong)
    assert value(values(admin), "muster_verification_wrong", timeline=TIMELINE) == 1


def test_of_many_timelines_only_some_are_told(admin: Client, engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    with writing(engine) as connection:
        for number in range(5):
            log.create_timeline(connection, f"more-{number}", title="More", description="")
    monkeypatch.setattr("app.api.gauges.TIMELINES_MAX", 2)
    found = values(admin)
    assert len({labels for name, labels in found if name == "muster_head_position"}) == 2
    assert value(found, "muster_timelines") == 6


def test_without_its_database_it_says_so_and_tells_the_rest(serve: Serve) -> None:
    with serve(database=make_engine("postgresql://nobody@/nothing?host=/nowhere")) as client:
        client.get("/healthz")
        found = values(client)
    assert value(found, "muster_database_up") == 0
    assert value(found, "muster_requests_total", method="GET", route="/healthz", status="200") == 1
    assert not any("lag" in name for name in names(found))


def test_two_servers_in_one_process_do_not_count_for_each_other(serve: Serve) -> None:
    with serve() as one, serve() as other:
        one.get("/healthz")
        assert not any(dict(labels).get("route") == "/healthz" for _, labels in values(other))


def test_where_reading_takes_a_key_so_do_metrics_and_one_for_all_timelines(serve: Serve, engine: Engine) -> None:
    with writing(engine) as connection:
        keys.create(connection, "reader", READER, role="reader")
    with serve(read="key") as client:
        assert client.get("/metrics").status_code == 401
        assert client.get("/metrics", headers=bearer(READER)).status_code == 200


def test_openmetrics_is_given_to_whom_asks_for_it(client: Client) -> None:
    asked = client.get("/metrics", headers={"Accept": "application/openmetrics-text; version=1.0.0"})
    assert asked.headers["content-type"].startswith("application/openmetrics-text")
    assert asked.text.endswith("# EOF\n")


def test_the_readme_lists_every_metric(admin: Client, engine: Engine, tmp_path: Path) -> None:
    admin.post(EVENTS, json=actor("kp"))
    checkpoints.current(engine, TIMELINE, read_signer(tmp_path / "checkpoint.key", "test"))
    with writing(engine) as connection:
        verifications.keep(connection, Verified(timeline=TIMELINE, size=1, root=b"", recorded_at_us=None))
    section = README.read_text(encoding="utf-8").split("## Watch over it")[1].split("\n## ")[0]
    told = {family.name for family in text_string_to_metric_families(admin.get("/metrics").text)}
    assert len(told) > 15
    assert [name for name in told if name.startswith("muster_") and f"`{name}" not in section] == []
