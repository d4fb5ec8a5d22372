"""The two timelines to begin with: each is there as a whole or not at all, and never twice.

A timeline and its events come in one transaction, so that a start that is killed leaves nothing half done. A seed that
is there already is left as it is, whatever was recorded in it since.
"""

import math
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from uuid import UUID

import msgspec
from sqlalchemy import Connection, Engine

from app.database.engine import reading, writing
from app.domain.errors import Broken
from app.importing import Job, import_within, split_lines
from app.ledger import log
from app.recording import project
from app.settings import Settings

RECORDED_BY = "seed"
DIRECTORY = Path(__file__).resolve().parents[1] / "seeds"
PIECE_BYTES = 64 * 1024


class Seed(msgspec.Struct, frozen=True, kw_only=True):
    """A timeline and the file of its events, one a line."""

    timeline: str
    title: str
    description: str

    @property
    def file(self) -> Path:
        return DIRECTORY / f"{self.timeline}.ndjson"


class Seeded(msgspec.Struct, frozen=True, kw_only=True):
    """A seed that was loaded just now, and how many events it has."""

    timeline: str
    events: int


SEEDS = (
    Seed(
        timeline="kp-in-ukraine-article",
        title="North Korean troops in Ukraine: one article",
        description="One undated newspaper article, statement by statement, ungraded.",
    ),
    Seed(
        timeline="kp-in-russia-2024-25",
        title="North Korean troops in Russia and Ukraine, 2024-25",
        description="Public statements from December 2023 to September 2025; grades are illustrative.",
    ),
)


def seed(engine: Engine, settings: Settings, *, today: date, new_id: Callable[[], UUID]) -> list[Seeded]:
    """Load the seeds that are wanted and absent, and project them; returns what was loaded.

    Wanted are: with `always` all of them, with `never` none, with `auto` all of them where the database is the bundled
    one and holds no timeline but seeds.
    """
    with reading(engine) as connection:
        present = set(log.timeline_ids(connection))
    names = {one.timeline for one in SEEDS}
    wanted = settings.seed == "always" or (settings.seed == "auto" and settings.embedded and present <= names)
    absent = [one for one in SEEDS if wanted and one.timeline not in present]
    loaded = ((one.timeline, _load(engine, one, today, new_id)) for one in absent)
    return [Seeded(timeline=timeline, events=events) for timeline, events in loaded if events is not None]


def _load(engine: Engine, one: Seed, today: date, new_id: Callable[[], UUID]) -> int | None:
    """None where somebody else was faster."""
    job = Job(timeline=one.timeline, recorded_by=RECORDED_BY, today=today, batch_id=new_id(), new_id=new_id)
    with writing(engine) as connection:
        if not log.create_timeline(connection, one.timeline, title=one.title, description=one.description):
            return None
        events = _fill(connection, one, job)
    project(engine, one.timeline, events, seconds=math.inf)  # a first start may take its time, but is then ready
    return events


def _fill(connection: Connection, one: Seed, job: Job) -> int:
    imported = import_within(connection, job, split_lines(_pieces(one.file)))
    if imported.rejected:
        first = imported.errors[0]
        raise Broken(f"{one.file.name}, line {first.line}: {first.detail}")
    return imported.appended


def _pieces(file: Path) -> Iterator[bytes]:
    with file.open("rb") as opened:
        while piece := opened.read(PIECE_BYTES):
            yield piece
