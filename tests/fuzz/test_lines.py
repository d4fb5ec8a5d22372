"""Malformed lines among good ones in an import: each is rejected by its number, field and reason, the good ones stay.

`make fuzz` tries 10,000; in the suite it is a few hundred. Each has one fault of a known kind in a known place.
"""

from collections import Counter
from collections.abc import Callable
from itertools import count
from uuid import UUID, uuid5

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine

from app.database.engine import reading, writing
from app.importing import Imported, LineError, import_lines
from app.ledger import log
from tests.definitions import DEFINITIONS, REPORTED, report
from tests.fuzz.effort import FULL, TRYING
from tests.fuzz.spoiling import WAYS, Event, Spoilt, spoilt, written
from tests.strategies import REPORTS, TODAY, bodies

TIMELINE = "t"
BAD_EACH, GOOD_EACH = 10, 4
"""Lines of an import."""
LINES = 10_000 if FULL else 300
_numbers = count(1)


def test_each_malformed_line_is_told_and_each_good_one_is_kept(world: Engine, tell: Callable[[str], None]) -> None:
    tried, kept = Counter[str](), 0

    @settings(TRYING, max_examples=LINES // BAD_EACH)
    @given(st.lists(spoilt(any_events), min_size=BAD_EACH, max_size=BAD_EACH), among)
    def holds(bad: list[Spoilt], places: list[int]) -> None:
        nonlocal kept
        lines: list[tuple[bytes, Spoilt | None]] = [(one.line, one) for one in bad]
        for place in places:
            lines.insert(place, (written(report(f"G{next(_numbers)}")), None))
        before = head(world)
        imported = bring(world, [line for line, _ in lines])
        told = {error.line: error for error in imported.errors}
        for number, (line, fault) in enumerate(lines, 1):
            assert (number in told) == (fault is not None), (line, told.get(number))
            if fault is not None:
                assert is_told(told[number], fault), (fault, told[number])
                tried[fault.how] += 1
        assert (imported.appended, imported.rejected) == (GOOD_EACH, len(told))
        assert stored_after(world, before) == [msgspec.json.decode(line) for line, fault in lines if fault is None]
        kept += GOOD_EACH

    holds()
    for how in WAYS if FULL else ():
        tell(f"R11 {how}: {tried[how]:,} lines")
    tell(f"R11 {tried.total():,} malformed lines, each rejected by line, field and reason; {kept:,} good ones kept")
    assert tried.total() >= LINES
    assert tried.keys() == WAYS.keys()


def is_told(error: LineError, fault: Spoilt) -> bool:
    """The reason is given, and the field that was spoilt, or something in it, is among those that are named."""
    named = [error.pointer, *(one.pointer for one in error.faults)]
    at = fault.pointer
    return bool(error.detail and error.code) and (
        at is None or any(one is not None and (one == at or one.startswith(f"{at}/")) for one in named)
    )


among = st.lists(st.integers(0, BAD_EACH), min_size=GOOD_EACH, max_size=GOOD_EACH)
any_events: st.SearchStrategy[Event] = bodies().map(lambda pair: {"type": pair[0], "body": pair[1]})


@pytest.fixture
def world(engine: Engine) -> Engine:
    """A ledger in which every name is defined that a good event may name."""
    with writing(engine) as connection:
        log.create_timeline(connection, TIMELINE, title="", description="")
    lines = [*DEFINITIONS, *REPORTED, *map(report, REPORTS[6:])]
    assert bring(engine, [written(one) for one in lines]).rejected == 0
    return engine


def bring(engine: Engine, lines: list[bytes]) -> Imported:
    return import_lines(
        engine,
        TIMELINE,
        lines,
        mode="partial",
        recorded_by="test",
        today=TODAY,
        new_id=lambda: uuid5(UUID(int=0), str(next(_numbers))),
        projecting_seconds=0,
    )


def head(engine: Engine) -> int:
    with reading(engine) as connection:
        return log.head(connection, TIMELINE).position


def stored_after(engine: Engine, position: int) -> list[Event]:
    with reading(engine) as connection:
        found = log.read(connection, TIMELINE, after=position)
    return [{"type": one.type, "body": msgspec.json.decode(one.body)} for one in found]
