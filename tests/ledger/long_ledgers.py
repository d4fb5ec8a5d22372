"""Ledgers for the tests of integrity: short ones by the append, long ones by a superuser who knows how leaves are made,
and the hands of somebody who switched all triggers off.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid5

import msgspec
from sqlalchemy import Connection, Engine, text

from app.database.engine import make_engine, writing
from app.domain.canonical import encode
from app.ledger import log
from app.ledger.log import Draft
from app.ledger.signing import Signer, read_signer
from tests.ledger.drafts import NAMESPACE, draft

WRITTEN = r"""
INSERT INTO events (timeline_id, position, event_id, type, recorded_at, recorded_by, body, leaf)
SELECT t, n, i, 'source_registered.v1', '2026-01-01Z', 'key:test', '{}', sha256('\x00'::bytea || convert_to(
    concat_ws(E'\n', 'muster-event/1', t, n, i, 'source_registered.v1', 1767225600000000, 'key:test', '-', '-', '{}'),
    'UTF8'))
FROM (SELECT CAST(:timeline AS text) AS t, n, md5(n::text)::uuid AS i FROM generate_series(1, :events) AS n) AS numbered
"""


def append(engine: Engine, timeline: str, first: int, last: int) -> None:
    """Sources of these numbers, each third with a cause and a batch; one transaction for fifty."""
    for start in range(first, last + 1, 50):
        numbers = range(start, min(start + 50, last + 1))
        with writing(engine) as connection:
            log.append(connection, timeline, [_source(number) for number in numbers], recorded_by="key:test")


def _source(number: int) -> Draft:
    body = {"kind": "outlet", "name": f"Источник {number}", "source": f"source-{number}"}
    told = draft(number, ("source", f"source-{number}", "any"), body=encode(body).decode())
    if number % 3:
        return told
    cause, batch = uuid5(NAMESPACE, "cause"), uuid5(NAMESPACE, "batch")
    return msgspec.structs.replace(told, causation_id=cause, batch_id=batch)


def made(engine: Engine, timeline: str, events: int) -> None:
    with writing(engine) as connection:
        log.create_timeline(connection, timeline, title=timeline, description="")
    append(engine, timeline, 1, events)


def written(database: str, timeline: str, events: int) -> None:
    """As the owner: a ledger as it would be after so many appends."""
    with migrating(database) as connection:
        log.create_timeline(connection, timeline, title=timeline, description="")
        connection.execute(text(WRITTEN), {"timeline": timeline, "events": events})
        connection.execute(
            text("UPDATE heads SET position = :events, recorded_at = '2026-01-01Z' WHERE timeline_id = :timeline"),
            {"events": events, "timeline": timeline},
        )


@contextmanager
def migrating(database: str) -> Iterator[Connection]:
    """The role that migrated, a superuser here; committed at the end."""
    engine = make_engine(database, step_down=False, pool_size=1)
    try:
        with engine.begin() as connection:
            yield connection
    finally:
        engine.dispose()


@contextmanager
def tampering(database: str) -> Iterator[Connection]:
    """The same with all triggers off, those of foreign keys too."""
    with migrating(database) as connection:
        for table in ("events", "heads", "subtrees", "checkpoints"):
            connection.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER ALL"))
        yield connection


def signer(directory: Path) -> Signer:
    return read_signer(directory / "checkpoint.key")
