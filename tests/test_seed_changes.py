"""Between any two positions of the seeds the audit adds up, and leads from one fresh reading to the other."""

from collections.abc import Iterator
from random import Random  # noqa: TID251  # one seed, so the same pairs in every run

import pytest
from sqlalchemy import Connection, Engine, func, select

from app.database.engine import make_engine, reading
from app.domain.assumptions import DEFAULT
from app.domain.family import read
from app.domain.panel import Figures
from app.domain.statements import Key
from app.ledger import log
from app.projections.asof import AsOf, Question, resolve
from app.projections.estimates.audit import Change, changed_between_positions
from app.projections.estimates.cases import read_families, read_grounds
from app.projections.estimates.reading import keys_with_votes
from app.projections.tables import statements

TIMELINES = ("kp-in-ukraine-article", "kp-in-russia-2024-25")
PAIRS = 200
SEED = 20241101
EVERY_KEY = 1000


@pytest.fixture(scope="module")
def seeds(seeded_url: str) -> Iterator[Engine]:
    engine = make_engine(seeded_url)
    yield engine
    engine.dispose()


@pytest.mark.parametrize("timeline", TIMELINES)
def test_between_any_two_positions_the_audit_leads_from_one_fresh_reading_to_the_other(
    seeds: Engine, timeline: str
) -> None:
    moved = 0
    with reading(seeds) as connection:
        for key, start, end in pairs(connection, timeline):
            change = changed_between_positions(connection, key, start, end)
            assert (change.before, change.after) == (fresh(connection, key, start), fresh(connection, key, end))
            adds_up(change)
            moved += change.before != change.after
    assert moved


def pairs(connection: Connection, timeline: str) -> Iterator[tuple[Key, AsOf, AsOf]]:
    """Two positions and a key that may have votes at the first; of every tenth pair at the last, where it may open."""
    chance = Random(SEED)  # noqa: S311  # no secret
    head = log.head(connection, timeline).position
    reports = reported(connection, timeline)
    for number in range(PAIRS):
        first, last = sorted(chance.sample(range(reports, head + 1), 2))
        start, end = at(connection, timeline, first), at(connection, timeline, last)
        keys = keys_with_votes(connection, end if number % 10 == 0 else start, names={}, limit=EVERY_KEY)
        yield chance.choice(keys), start, end


def reported(connection: Connection, timeline: str) -> int:
    """The position of the first report that may vote: before it there is no key to ask for."""
    query = select(func.min(statements.c.position_from)).where(
        statements.c.timeline_id == timeline, statements.c.may_vote
    )
    return connection.scalars(query).one() or 0


def at(connection: Connection, timeline: str, position: int) -> AsOf:
    return resolve(connection, timeline, Question(known_at=position), projection="estimates")


def fresh(connection: Connection, key: Key, as_of: AsOf) -> Figures | None:
    """Read from the ledger's rows alone, with nothing of what was stored of the way there."""
    if as_of.valid_at is None:
        return None
    grounds = read_grounds(connection, as_of.generations, as_of.position)
    family = read_families(connection, grounds, [key.subject])[key.subject]
    return read(family, as_of.view, DEFAULT, retrospect=True, asked=[key.place]).at(key.place).figures


def adds_up(change: Change) -> None:
    """Every step leads from the one before, and its lines to the last micro-unit."""
    reached = change.before
    for step in change.steps:
        assert step.before == reached
        was, now = (one.units if one is not None else (0, 0, 0) for one in (step.before, step.after))
        for end, name in enumerate(("low", "best", "high")):
            assert sum(getattr(line, name) for line in step.lines) == now[end] - was[end]
        reached = step.after
    assert reached == change.after
