"""However events come to the log, alone or together, with what stands or is taken already among them: one by one, by
hand, says what becomes of them.
"""

from collections.abc import Sequence

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, Engine

from app.domain.errors import Moved, MusterError
from app.domain.names import NameKind, NameRule
from app.ledger import log
from app.ledger.log import Draft
from app.ledger.refusals import EventIdTaken, NameTaken
from tests.ledger.drafts import draft

NAMES: list[tuple[NameKind, str, NameRule]] = [
    *(("report", name, "new") for name in ("R1", "R2", "R3")),
    *(("retraction", name, rule) for name in ("R1", "R2") for rule in ("any", "absent")),
]
DRAFTS = st.builds(
    lambda number, named, body: draft(number, named, body=body),
    st.integers(1, 6),
    st.sampled_from([None, *NAMES]),
    st.sampled_from(["{}", '{"a":1}']),
)
Outcome = list[tuple[int, bool]]


class Model:
    """What stands, by event id, and where each name was said first."""

    def __init__(self) -> None:
        self.events: dict[object, tuple[int, Draft]] = {}
        self.names: dict[tuple[str, str], int] = {}

    @property
    def head(self) -> int:
        return len(self.events)

    def take(self, drafts: Sequence[Draft], expected: int | None) -> tuple[Outcome, set[tuple[type, int | None]]]:
        """Positions, and whether each stood already; and every ground to refuse them all."""
        head, outcome, refusals = self.head, [], set[tuple[type, int | None]]()
        for ordinal, one in enumerate(drafts):
            position, there = self.events.setdefault(one.event_id, (self.head + 1, one))
            outcome.append((position, there is not one))
            if there is not one and there.body != one.body:
                refusals.add((EventIdTaken, ordinal))
            elif there is one:
                refusals |= {(Moved, None)} if expected not in {None, head} else set()
                refusals |= {(NameTaken, ordinal)} if self._claim(one, position) else set()
        return outcome, refusals

    def _claim(self, one: Draft, position: int) -> bool:
        """Whether a rule forbids it."""
        named = one.introduced
        if named is None:
            return False
        taken = (named.kind, named.name) in self.names
        if named.rule != "absent":
            self.names.setdefault((named.kind, named.name), position)
        return taken and named.rule != "any"


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])  # each example is taken back
@given(st.lists(DRAFTS, max_size=6), st.lists(DRAFTS, min_size=2, max_size=6), st.sampled_from([None, 0, 3]))
def test_together_is_one_by_one(
    engine: Engine, standing: list[Draft], coming: list[Draft], expected: int | None
) -> None:
    with engine.connect() as connection, connection.begin() as transaction:
        log.create_timeline(connection, "t", title="T", description="")
        stood = Model()
        for one in standing:
            _append_alone(connection, stood, one)
        outcome, refusals = stood.take(coming, expected)
        told = _append(connection, coming, expected)
        if isinstance(told, list):
            assert (told, refusals) == (outcome, set())
            assert log.head(connection, "t").position == stood.head
        else:
            assert told in refusals
        transaction.rollback()


def _append_alone(connection: Connection, stood: Model, one: Draft) -> None:
    """What is refused leaves nothing."""
    tried = Model()
    tried.events, tried.names = dict(stood.events), dict(stood.names)
    outcome, refusals = tried.take([one], None)
    told = _append(connection, [one], None)
    assert told == outcome if not refusals else refusals == {told}
    if not refusals:
        stood.events, stood.names = tried.events, tried.names


def _append(connection: Connection, drafts: Sequence[Draft], expected: int | None) -> Outcome | tuple[type, int | None]:
    try:
        with connection.begin_nested():
            made = log.append(connection, "t", drafts, recorded_by="key:test", expected=expected)
    except MusterError as error:
        return type(error), getattr(error, "ordinal", None)
    return [(one.position, one.replayed) for one in made]
