"""The environment, read once and frozen. Only the entry points read it; nobody below them sees it."""

import re
from collections.abc import Mapping
from ipaddress import ip_address
from pathlib import Path
from typing import Literal, TypeVar, get_args

import msgspec

from app.domain.errors import Malformed, nearest_hint

Reading = Literal["open", "key"]
Seeding = Literal["auto", "always", "never"]
LogForm = Literal["text", "json"]
Switch = Literal["on", "off"]
T = TypeVar("T", bound=str)

PORT_MAX = 65_535
SECONDS_MAX = 3600
REQUESTS_MAX = 1_000_000
REPORTS_HELD_MAX = 100_000_000


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """Every setting with its default applied. An empty `database_url` means the bundled PostgreSQL, no
    `requests_per_minute` as many as come.
    """

    database_url: str = ""
    migrate_url: str = ""
    data_dir: Path = Path(".data")
    host: str = "127.0.0.1"
    port: int = 8000
    key_file: Path = Path(".data/admin.key")
    read: Reading = "open"
    seed: Seeding = "auto"
    lease_seconds: int = 10
    signing_key: Path = Path(".data/checkpoint.key")
    origin: str = ""
    requests_per_minute: int | None = None
    reports_held: int = 200_000
    log: LogForm = "text"
    access_log: Switch = "on"

    @property
    def embedded(self) -> bool:
        return not self.database_url


def read_settings(environ: Mapping[str, str]) -> Settings:
    """An empty variable counts as absent. Raises Malformed, naming the variable, for a value that cannot be used."""
    given = {name: value.strip() for name, value in environ.items() if value.strip()}
    host = given.get("HOST", "127.0.0.1")
    data_dir = Path(given.get("MUSTER_DATA_DIR", ".data"))
    return Settings(
        database_url=given.get("DATABASE_URL", ""),
        migrate_url=given.get("MUSTER_MIGRATE_URL", given.get("DATABASE_URL", "")),
        data_dir=data_dir,
        host=host,
        port=_port(given.get("PORT", "8000")),
        key_file=Path(given.get("MUSTER_KEY_FILE", data_dir / "admin.key")),
        read=_one_of(given, "MUSTER_READ", get_args(Reading), "open" if is_loopback(host) else "key"),
        seed=_one_of(given, "MUSTER_SEED", get_args(Seeding), "auto"),
        lease_seconds=_seconds(given, "MUSTER_LEASE_SECONDS", 10),
        signing_key=Path(given.get("MUSTER_SIGNING_KEY", data_dir / "checkpoint.key")),
        origin=given.get("MUSTER_ORIGIN", ""),
        requests_per_minute=_requests(given, "MUSTER_REQUESTS_PER_MINUTE"),
        reports_held=_reports(given, "MUSTER_REPORTS_HELD", 200_000),
        log=_one_of(given, "MUSTER_LOG", get_args(LogForm), "text"),
        access_log=_one_of(given, "MUSTER_ACCESS_LOG", get_args(Switch), "on"),
    )


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach the address; a name other than localhost counts as reachable by others."""
    if host == "localhost":
        return True
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def _port(text: str) -> int:
    if not re.fullmatch("[0-9]{1,5}", text, re.ASCII) or int(text) > PORT_MAX:
        raise Malformed(f"PORT is {text!r}, and a port is a number from 0 to {PORT_MAX}.", code="setting")
    return int(text)


def _seconds(given: Mapping[str, str], name: str, default: int) -> int:
    """Up to an hour."""
    text = given.get(name, str(default))
    if not re.fullmatch("[0-9]{1,4}", text, re.ASCII) or not 1 <= int(text) <= SECONDS_MAX:
        raise Malformed(f"{name} is {text!r}, and is a number of seconds from 1 to {SECONDS_MAX}.", code="setting")
    return int(text)


def _requests(given: Mapping[str, str], name: str) -> int | None:
    """None: as many as come."""
    text = given.get(name, "off")
    if text == "off":
        return None
    if not re.fullmatch("[0-9]{1,7}", text, re.ASCII) or not 1 <= int(text) <= REQUESTS_MAX:
        raise Malformed(f"{name} is {text!r}, and is a number from 1 to {REQUESTS_MAX}, or off.", code="setting")
    return int(text)


def _reports(given: Mapping[str, str], name: str, default: int) -> int:
    """None at all is allowed: then everything is read anew."""
    text = given.get(name, str(default))
    if not re.fullmatch("[0-9]{1,9}", text, re.ASCII) or int(text) > REPORTS_HELD_MAX:
        raise Malformed(f"{name} is {text!r}, and is a number from 0 to {REPORTS_HELD_MAX}.", code="setting")
    return int(text)


def _one_of(given: Mapping[str, str], name: str, allowed: tuple[T, ...], default: T) -> T:
    value = given.get(name, default)
    for one in allowed:
        if value == one:
            return one
    raise Malformed(
        f"{name} is {value!r}, and may be {' or '.join(allowed)}.", code="setting", hint=nearest_hint(value, allowed)
    )
