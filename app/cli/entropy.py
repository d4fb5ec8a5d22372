"""What only an entry point may ask for: the clock, fresh ids, and the randomness of a new key."""

import secrets
from datetime import UTC, date, datetime
from uuid import UUID

import uuid_utils

from app.ledger.keys import SECRET_BYTES, write_key


def now() -> datetime:
    return datetime.now(UTC)


def today() -> date:
    """The day of recording, in UTC."""
    return now().date()


def new_id() -> UUID:
    """A UUIDv7: ids of one process sort as they were made."""
    return UUID(bytes=uuid_utils.uuid7().bytes)


def new_key() -> str:
    return write_key(secrets.token_bytes(SECRET_BYTES))
