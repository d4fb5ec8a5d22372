"""A server with both seeds in its ledger, for the tests of what is read back. A module imports the two fixtures."""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from itertools import count
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from litestar.testing import TestClient
from sqlalchemy import Engine

from app.api.app import create_app
from app.database.engine import make_engine, writing
from app.ledger import log
from app.projections import runner
from app.recording import Given, record
from app.settings import Settings
from tests.conftest import new_database

SEEDS = Path(__file__).resolve().parents[1] / "seeds"
ARTICLE = "kp-in-ukraine-article"
RUSSIA = "kp-in-russia-2024-25"
TODAY = date(2026, 11, 23)
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)

Answer = dict[str, Any]
Ask = Callable[..., Answer]
_numbers = count(1)


def tell(engine: Engine, timeline: str, events: list[tuple[str, Answer]]) -> list[UUID]:
    """Record events of the first version of a type, project them, and return their ids."""
    given = [Given(type=f"{name}.v1", body=body, event_id=UUID(int=next(_numbers))) for name, body in events]
    record(engine, timeline, given, recorded_by="key:test", today=TODAY)
    runner.catch_up(engine, timeline)
    return [one.event_id for one in given]


@pytest.fixture(name="seeded", scope="module")
def load_seeds(server_url: str, template: str) -> Iterator[Engine]:
    with new_database(server_url, "seeded", template=template) as url:
        made = make_engine(url)
        for timeline in (ARTICLE, RUSSIA):
            with writing(made) as connection:
                log.create_timeline(connection, timeline, title=timeline, description="")
            record(made, timeline, list(_seed(timeline)), recorded_by="seed", today=TODAY)
            runner.catch_up(made, timeline)
        yield made
        made.dispose()


@pytest.fixture(name="ask", scope="module")
def serve_seeds(seeded: Engine) -> Iterator[Ask]:
    """`ask(path, 200, **parameters)`: GET below /v1/timelines; the JSON of the answer."""
    app = create_app(seeded, Settings(), clock=lambda: NOON, new_id=lambda: UUID(int=next(_numbers)))
    with TestClient(app) as client:

        def get(path: str, status: int = 200, /, **parameters: Any) -> Answer:
            answer = client.get(f"/v1/timelines/{path}", params=parameters)
            assert answer.status_code == status, answer.text[:500]
            body: Answer = answer.json()
            return body

        yield get


def _seed(timeline: str) -> Iterator[Given]:
    for line in (SEEDS / f"{timeline}.ndjson").read_text(encoding="utf-8").splitlines():
        event = json.loads(line)
        yield Given(type=event["type"], body=event["body"], event_id=UUID(event["event_id"]))
