"""A state machine over all types of events: recorded, projected and replayed in any order, the rows are the same.

`make torture` runs it long. What needs reports that meet on a few keys is held by tests/projections/test_laws.py.
"""

from collections import Counter
from collections.abc import Callable
from itertools import count
from typing import Any, ClassVar
from uuid import UUID, uuid5

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test
from sqlalchemy import Engine

from app.database.engine import reading, writing
from app.domain.errors import Refused
from app.domain.events import TYPES
from app.ledger import log
from app.projections import runner
from app.projections.asof import Question
from app.recording import Given, record
from tests.definitions import DEFINITIONS, REPORTED, event_id_of
from tests.projections.ledgers import evaluations
from tests.projections.replay.rows import rows_in
from tests.replaying import replayed
from tests.strategies import TODAY, bodies
from tests.torture.effort import FULL, effort
from tests.torture.reckoning import answered_from

HISTORIES, STEPS = effort((2, 6), (40, 25))
TRYING = settings(
    max_examples=HISTORIES,
    stateful_step_count=STEPS,
    deadline=None,
    database=None,
    derandomize=not FULL,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)
_numbers = count(1)


class Machine(RuleBasedStateMachine):
    """One timeline. What is refused was never there."""

    engine: ClassVar[Engine]
    seen: ClassVar[Counter[str]]
    done: ClassVar[Counter[str]]

    @initialize(events=st.lists(bodies(), min_size=10, max_size=20))
    def begin(self, events: list[tuple[str, Any]]) -> None:
        self.timeline = f"t{next(_numbers)}"
        self.known: list[tuple[int, Any]] = []
        with writing(self.engine) as connection:
            log.create_timeline(connection, self.timeline, title="", description="")
        for event in (*DEFINITIONS, *REPORTED):
            assert self.take(event["type"], event["body"], event_id_of(event))
        self.tell(events)

    def take(self, name: str, body: Any, event_id: UUID | None = None) -> bool:
        event_id = event_id or uuid5(UUID(int=1), str(next(_numbers)))
        given = [Given(type=name, body=body, event_id=event_id)]
        try:
            record(self.engine, self.timeline, given, recorded_by="key:test", today=TODAY)
        except Refused:
            return False
        return True

    @rule(events=st.lists(bodies(), min_size=1, max_size=8))
    def tell(self, events: list[tuple[str, Any]]) -> None:
        for name, body in events:
            taken = self.take(name, body)
            self.seen[name] += taken
            self.done["refused"] += not taken

    @rule()
    def project(self) -> None:
        runner.catch_up(self.engine, self.timeline)
        with reading(self.engine) as connection:
            assert [one.stuck_reason for one in runner.states(connection, self.timeline) if one.stuck_reason] == []

    @rule()
    def look(self) -> None:
        """What is known now is known for ever."""
        self.project()
        with reading(self.engine) as connection:
            head = log.head(connection, self.timeline).position
            self.known.append((head, evaluations(connection, self.timeline, Question(known_at=head))))

    @rule()
    def replay(self) -> None:
        self.project()
        live = rows_in(self.engine, answered_from(self.engine, self.timeline))
        assert replayed(self.engine, self.timeline).state == "switched"
        assert rows_in(self.engine, answered_from(self.engine, self.timeline)) == live
        self.done["replays"] += 1

    def teardown(self) -> None:
        self.replay()
        self.replay()
        with reading(self.engine) as connection:
            for head, then in self.known:
                assert evaluations(connection, self.timeline, Question(known_at=head)) == then
        self.done["looks"] += len(self.known)


def test_live_is_replayed_whatever_happens(engine: Engine, tell: Callable[[str], None]) -> None:
    Machine.engine, Machine.seen, Machine.done = engine, Counter(), Counter()
    run_state_machine_as_test(Machine, settings=TRYING)
    seen, done = Machine.seen, Machine.done
    assert seen.keys() == TYPES.keys() if FULL else len(seen) > 1
    tell(
        f"R4  {HISTORIES} histories: {seen.total():,} events of {len(seen)} types, {done['refused']:,} more refused,"
        f" {done['replays']:,} replays equal to the live rows, {done['looks']:,} earlier answers still given"
    )
