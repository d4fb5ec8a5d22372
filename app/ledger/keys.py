"""Keys: who may read and record. The secret is never stored, only its SHA-256.

A plain hash and a plain lookup are enough here, where they would not be for a password. A key holds 256 random bits,
so nobody finds it by trying, and a slow hash would only slow us down. The lookup's time may tell how much of a *hash*
matched; who has no key cannot steer the hash of what he tries, and so learns nothing about the key.
"""

import base64
import hashlib
import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Connection, Row, func, select, true, update
from sqlalchemy.dialects.postgresql import insert as insert_unless_there

from app.domain.errors import Conflict, Malformed, Unknown, nearest_hint
from app.domain.permissions import ROLES, Role
from app.ledger.tables import keys

PREFIX = "muster_"
SECRET_BYTES = 32
# The ledger keeps `key:<name>` as an event's `recorded_by`, of at most 128 characters.
_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,79}", re.ASCII)


class Key(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of a key; `timelines` None: all of them, those to come included."""

    name: str
    role: Role
    timelines: tuple[str, ...] | None
    created_at: datetime
    revoked_at: datetime | None

    def opens(self, timeline: str) -> bool:
        return self.timelines is None or timeline in self.timelines

    @property
    def administers_all(self) -> bool:
        return self.role == "admin" and self.timelines is None and self.revoked_at is None


def write_key(secret: bytes) -> str:
    """A key's text from `SECRET_BYTES` of randomness, which an entry point draws."""
    if len(secret) != SECRET_BYTES:
        raise ValueError(f"a key is made of {SECRET_BYTES} bytes")
    return PREFIX + base64.urlsafe_b64encode(secret).decode().rstrip("=")


def fingerprint(key: str) -> bytes:
    return hashlib.sha256(key.encode(errors="surrogateescape")).digest()


def create(connection: Connection, name: str, key: str, *, role: str, timelines: Sequence[str] | None = None) -> Key:
    """Raises Malformed for a name or role that cannot be, Conflict for a name that is taken, revoked or not."""
    if not _NAME.fullmatch(name):
        raise Malformed("The name of a key is 1 to 80 lower-case letters, digits, dots, hyphens and underscores.")
    if role not in ROLES:
        raise Malformed(f"There is no role {role[:80]}.", hint=f"the roles are {', '.join(ROLES)}")
    fresh = insert_unless_there(keys).values(
        key_id=name,
        hash=fingerprint(key),
        role=role,
        timelines=None if timelines is None else sorted(set(timelines)),
        created_at=func.now(),
    )
    row = connection.execute(fresh.on_conflict_do_nothing().returning(keys)).one_or_none()
    if row is None:
        raise Conflict(f"There is a key named {name}.", code="name-taken", hint="choose another name")
    return _key(row)


def revoke(connection: Connection, name: str, *, within: Sequence[str] | None = None) -> Key:
    """Revoking again changes nothing. Raises Unknown, with the nearest names, for one that is not there or not `within`
    these timelines.
    """
    when = func.coalesce(keys.c.revoked_at, func.now())
    own = keys.c.key_id == name, _within(within)
    row = connection.execute(update(keys).where(*own).values(revoked_at=when).returning(keys)).one_or_none()
    if row is None:
        known = connection.scalars(select(keys.c.key_id).where(_within(within)))
        raise Unknown(f"There is no key named {name[:80]}.", code="unknown-key", hint=nearest_hint(name[:80], known))
    return _key(row)


def list_keys(
    connection: Connection, *, within: Sequence[str] | None = None, after: str = "", limit: int | None = None
) -> list[Key]:
    """Every key by name, revoked ones too; `within`: only those that reach no further than these timelines."""
    query = select(keys).where(keys.c.key_id > after, _within(within)).order_by(keys.c.key_id).limit(limit)
    return [_key(row) for row in connection.execute(query)]


def find(connection: Connection, key: str) -> Key | None:
    """The key that this text is; None for one that never was or is revoked."""
    row = connection.exec_driver_sql(_FIND, (fingerprint(key),)).one_or_none()
    return None if row is None else _key(row)


# Asked for every request that bears a key.
_FIND = "SELECT key_id, role, timelines, created_at, revoked_at FROM keys WHERE hash = %s AND revoked_at IS NULL"


def _within(timelines: Sequence[str] | None) -> ColumnElement[bool]:
    return true() if timelines is None else keys.c.timelines.contained_by(list(timelines))


def _key(row: Row[Any]) -> Key:
    return Key(
        name=row.key_id,
        role=row.role,
        timelines=None if row.timelines is None else tuple(row.timelines),
        created_at=row.created_at,
        revoked_at=row.revoked_at,
    )
