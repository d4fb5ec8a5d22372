"""The ledger's tables as the queries name them. The migrations make them; a test compares the two."""

from sqlalchemy import (
    BigInteger,
    Column,
    DateTime,
    LargeBinary,
    MetaData,
    SmallInteger,
    Table,
    Text,
    Uuid,
)
from sqlalchemy.dialects.postgresql import ARRAY

METADATA = MetaData()
INSTANT = DateTime(timezone=True)

timelines = Table(
    "timelines",
    METADATA,
    Column("timeline_id", Text, primary_key=True),
    Column("title", Text, nullable=False),
    Column("description", Text, nullable=False),
    Column("created_at", INSTANT, nullable=False),
)

heads = Table(
    "heads",
    METADATA,
    Column("timeline_id", Text, primary_key=True),
    Column("position", BigInteger, nullable=False),
    Column("recorded_at", INSTANT, nullable=False),
)

events = Table(
    "events",
    METADATA,
    Column("timeline_id", Text, primary_key=True),
    Column("position", BigInteger, primary_key=True),
    Column("event_id", Uuid, nullable=False),
    Column("type", Text, nullable=False),
    Column("recorded_at", INSTANT, nullable=False),
    Column("recorded_by", Text, nullable=False),
    Column("causation_id", Uuid),
    Column("batch_id", Uuid),
    Column("body", Text, nullable=False),
    Column("leaf", LargeBinary, nullable=False),
)

names = Table(
    "names",
    METADATA,
    Column("timeline_id", Text, primary_key=True),
    Column("kind", Text, primary_key=True),
    Column("name", Text, primary_key=True),
    Column("position", BigInteger, nullable=False),
)

keys = Table(
    "keys",
    METADATA,
    Column("key_id", Text, primary_key=True),
    Column("hash", LargeBinary, nullable=False),
    Column("role", Text, nullable=False),
    Column("timelines", ARRAY(Text)),
    Column("created_at", INSTANT, nullable=False),
    Column("revoked_at", INSTANT),
)

subtrees = Table(
    "subtrees",
    METADATA,
    Column("timeline_id", Text, primary_key=True),
    Column("height", SmallInteger, primary_key=True),
    Column("ordinal", BigInteger, primary_key=True),
    Column("root", LargeBinary, nullable=False),
)

checkpoints = Table(
    "checkpoints",
    METADATA,
    Column("timeline_id", Text, primary_key=True),
    Column("size", BigInteger, primary_key=True),
    Column("verifier_key", Text, primary_key=True),
    Column("root", LargeBinary, nullable=False),
    Column("note", Text, nullable=False),
    Column("kept_at", INSTANT),
)

verifications = Table(
    "verifications",
    METADATA,
    Column("timeline_id", Text, primary_key=True),
    Column("size", BigInteger, nullable=False),
    Column("fault_position", BigInteger),
    Column("verified_at", INSTANT, nullable=False),
)
