"""The two timelines to begin with."""

import math
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

import msgspec
import pytest
from sqlalchemy import Engine

from app import seeding
from app.database.engine import reading, writing
from app.domain.errors import Broken
from app.ledger import log
from app.projections import runner
from app.recording import project
from app.seeding import SEEDS, Seed, seed
from app.settings import Settings

TODAY = date(2026, 11, 23)
EMBEDDED = Settings()
FOREIGN = Settings(database_url="postgresql://elsewhere/muster")


def load(engine: Engine, settings: Settings, **changed: Any) -> list[str]:
    used = msgspec.structs.replace(settings, **changed)
    return [one.timeline for one in seed(engine, used, today=TODAY, new_id=lambda: uuid5(UUID(int=0), "batch"))]


def heads(engine: Engine) -> dict[str, int]:
    with reading(engine) as connection:
        return {name: log.head(connection, name).position for name in log.timeline_ids(connection)}


def create(engine: Engine, timeline: str) -> None:
    with writing(engine) as connection:
        log.create_timeline(connection, timeline, title=timeline, description="")


def test_both_are_loaded_whole_and_projected(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(seeding, "project", partial(project, seconds=math.inf))  # however slow the machine
    assert load(engine, EMBEDDED) == [one.timeline for one in SEEDS]
    lines = {one.timeline: len(one.file.read_bytes().splitlines()) for one in SEEDS}
    assert heads(engine) == lines
    with reading(engine) as connection:
        assert log.read(connection, SEEDS[0].timeline, limit=1)[0].recorded_by == "seed"
        for one in SEEDS:
            assert all(state.lag_events == 0 for state in runner.states(connection, one.timeline))


def test_a_second_start_appends_nothing(engine: Engine) -> None:
    load(engine, EMBEDDED)
    before = heads(engine)
    assert load(engine, EMBEDDED) == []
    assert heads(engine) == before


def test_a_missing_one_is_added_beside_the_other(engine: Engine) -> None:
    create(engine, SEEDS[0].timeline)
    assert load(engine, EMBEDDED) == [SEEDS[1].timeline]
    assert heads(engine)[SEEDS[0].timeline] == 0


def test_a_database_with_timelines_of_its_own_is_not_seeded_unasked(engine: Engine) -> None:
    create(engine, "mine")
    assert load(engine, EMBEDDED) == []


def test_a_foreign_database_is_not_seeded_unasked(engine: Engine) -> None:
    assert load(engine, FOREIGN) == []
    assert heads(engine) == {}


def test_always_is_always_and_never_is_never(engine: Engine) -> None:
    create(engine, "mine")
    assert load(engine, EMBEDDED, seed="never") == []
    assert load(engine, FOREIGN, seed="always") == [one.timeline for one in SEEDS]


def test_a_seed_that_cannot_be_loaded_leaves_not_even_its_timeline(
    engine: Engine, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(seeding, "DIRECTORY", tmp_path)
    monkeypatch.setattr(seeding, "SEEDS", (Seed(timeline="spoilt", title="Spoilt", description=""),))
    good = b'{"type":"actor_defined.v1","body":{"actor":"kp","name":"North Korea","kind":"state"}}\n'
    (tmp_path / "spoilt.ndjson").write_bytes(good + b"nonsense\n")
    with pytest.raises(Broken, match=r"^spoilt\.ndjson, line 2: "):
        load(engine, EMBEDDED)
    assert heads(engine) == {}
