"""The environment as settings."""

from pathlib import Path

import pytest

from app.domain.errors import Refused
from app.settings import Settings, is_loopback, read_settings


def test_an_empty_environment_gives_every_default() -> None:
    assert read_settings({}) == Settings()
    assert read_settings({"PORT": "", "MUSTER_READ": " "}) == Settings()


def test_everything_can_be_set() -> None:
    environ = {
        "DATABASE_URL": "postgresql://db/muster",
        "MUSTER_MIGRATE_URL": "postgresql://owner@db/muster",
        "MUSTER_DATA_DIR": "/srv/muster",
        "HOST": "0.0.0.0",  # noqa: S104 -- said, not bound
        "PORT": "8001",
        "MUSTER_READ": "open",
        "MUSTER_SEED": "never",
        "MUSTER_ORIGIN": "ledger.example.org",
        "MUSTER_REQUESTS_PER_MINUTE": "600",
        "MUSTER_REPORTS_HELD": "1000000",
        "MUSTER_LOG": "json",
        "MUSTER_ACCESS_LOG": "off",
    }
    assert read_settings(environ) == Settings(
        database_url="postgresql://db/muster",
        migrate_url="postgresql://owner@db/muster",
        data_dir=Path("/srv/muster"),
        host="0.0.0.0",  # noqa: S104 -- as above
        port=8001,
        key_file=Path("/srv/muster/admin.key"),
        read="open",
        seed="never",
        signing_key=Path("/srv/muster/checkpoint.key"),
        origin="ledger.example.org",
        requests_per_minute=600,
        reports_held=1_000_000,
        log="json",
        access_log="off",
    )


def test_the_migrating_role_is_the_serving_one_unless_it_is_named() -> None:
    assert read_settings({"DATABASE_URL": "postgresql://db/muster"}).migrate_url == "postgresql://db/muster"


def test_the_bundled_database_is_used_where_none_is_named() -> None:
    assert read_settings({}).embedded
    assert not read_settings({"DATABASE_URL": "postgresql://db/muster"}).embedded


@pytest.mark.parametrize(("host", "read"), [("127.0.0.1", "open"), ("::1", "open"), ("10.0.0.4", "key")])
def test_reading_is_open_only_where_nobody_else_can_reach_us(host: str, read: str) -> None:
    assert read_settings({"HOST": host}).read == read


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.9.1", "::1", "[::1]", "localhost"])
def test_a_loopback_address_is_known_in_every_spelling(host: str) -> None:
    assert is_loopback(host)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "muster.example", "192.168.1.1", ""])  # noqa: S104 -- as above
def test_any_other_address_counts_as_reachable(host: str) -> None:
    assert not is_loopback(host)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "http"),
        ("PORT", "65536"),
        ("PORT", "-1"),
        ("PORT", "8_0"),
        ("MUSTER_READ", "all"),
        ("MUSTER_SEED", "1"),
        ("MUSTER_REPORTS_HELD", "-1"),
        ("MUSTER_REPORTS_HELD", "100000001"),
        ("MUSTER_REPORTS_HELD", "1e6"),
    ],
)
def test_a_bad_value_is_refused_by_its_name(name: str, value: str) -> None:
    with pytest.raises(Refused, match=rf"^{name} is '{value}'.*\.$") as refused:
        read_settings({name: value})
    assert refused.value.code == "setting"


def test_requests_are_not_limited_unless_it_is_set() -> None:
    assert read_settings({"MUSTER_REQUESTS_PER_MINUTE": "off"}).requests_per_minute is None


@pytest.mark.parametrize("text", ["0", "-1", "1e3", "1000001", "many", "60/m"])
def test_a_limit_of_requests_is_a_whole_number(text: str) -> None:
    with pytest.raises(Refused, match="MUSTER_REQUESTS_PER_MINUTE"):
        read_settings({"MUSTER_REQUESTS_PER_MINUTE": text})
