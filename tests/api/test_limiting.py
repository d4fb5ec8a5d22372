"""So many requests a minute for a key, or for an address without one."""

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine

from app.api import access
from app.api.limiting import Buckets, address_of
from app.database.engine import writing
from app.ledger import keys
from tests.api.conftest import ADMIN, READER, TIMELINE, Client, Serve, bearer

PATH = f"/v1/timelines/{TIMELINE}"
PER_MINUTE = 3


@pytest.fixture
def limited(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> Iterator[Client]:
    """Takes three requests a minute, in a minute that does not pass."""
    monkeypatch.setattr(access, "monotonic", lambda: 1000.0)
    with serve(requests_per_minute=PER_MINUTE) as made:
        yield made


@given(per_minute=st.integers(1, 1000), times=st.lists(st.floats(0, 300), max_size=200))
def test_no_minute_sees_more_than_twice_the_limit_and_none_in_it_is_refused(
    per_minute: int, times: list[float]
) -> None:
    """A full bucket and a minute's filling are twice a minute's worth; who asks evenly is never refused."""
    buckets = Buckets(per_minute)
    taken = [now for now in sorted(times) if buckets.take("somebody", now) == 0]
    for start in taken:
        assert sum(start <= one < start + 60 for one in taken) <= 2 * per_minute
    even = Buckets(per_minute)
    assert all(even.take("somebody", number * 60.1 / per_minute) == 0 for number in range(3 * per_minute))


def test_who_waits_as_long_as_is_said_is_let_in() -> None:
    buckets = Buckets(2)
    assert [buckets.take("somebody", 5), buckets.take("somebody", 5)] == [0, 0]
    assert (wait := buckets.take("somebody", 5)) == pytest.approx(30)
    assert buckets.take("somebody", 5 + wait + 0.001) == 0


def test_buckets_are_apart_and_do_not_grow_without_end() -> None:
    buckets = Buckets(1, buckets_max=10)
    for number in range(100):
        assert buckets.take(f"somebody {number}", 0) == 0
    assert len(buckets) == 10
    assert buckets.take("somebody 99", 0) > 0
    assert buckets.take("somebody 0", 0) == 0


@pytest.mark.parametrize(
    ("host", "stands_for"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("testclient", "testclient"),
    ],
)
def test_a_network_of_ipv6_is_one_address(host: str, stands_for: str) -> None:
    assert address_of(host) == stands_for


def test_one_too_many_is_told_how_long_to_wait(limited: Client) -> None:
    assert [limited.get(PATH).status_code for _ in range(PER_MINUTE)] == [200] * PER_MINUTE
    answer = limited.get(PATH)
    assert (answer.status_code, answer.json()["code"]) == (429, "too-many-requests")
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["retry-after"] == "20"
    assert answer.json()["hint"] == "wait 20 seconds"


def test_a_key_has_a_bucket_of_its_own(limited: Client, engine: Engine) -> None:
    with writing(engine) as connection:
        keys.create(connection, "reader", READER, role="reader")
    for headers in ({}, bearer(ADMIN), bearer(READER)):
        statuses = [limited.get(PATH, headers=headers).status_code for _ in range(PER_MINUTE + 1)]
        assert statuses == [200] * PER_MINUTE + [429]


def test_trying_keys_counts_for_the_address_and_not_for_who_has_one(limited: Client) -> None:
    tried = [limited.get(PATH, headers=bearer(f"muster_{number}")).status_code for number in range(PER_MINUTE + 1)]
    assert tried == [401] * PER_MINUTE + [429]
    assert limited.get(PATH).status_code == 429
    assert limited.get(PATH, headers=bearer(ADMIN)).status_code == 200


def test_what_is_refused_counts_too(limited: Client) -> None:
    assert [limited.get(f"{PATH}?x=1").status_code for _ in range(PER_MINUTE + 1)] == [400] * PER_MINUTE + [429]


def test_whether_it_lives_can_always_be_asked(limited: Client) -> None:
    for _ in range(PER_MINUTE + 1):
        assert limited.get("/healthz").status_code == 200
        assert limited.get("/readyz").status_code == 200


def test_nobody_is_refused_unless_it_is_set(client: Client) -> None:
    assert {client.get(PATH).status_code for _ in range(50)} == {200}
