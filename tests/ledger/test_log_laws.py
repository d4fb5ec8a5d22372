"""However events come to the log, alone or together, with what stands or is taken already among them: what becomes of
them is what a short model says, and so are the rows that they leave.
"""

import hashlib
from collections.abc import Sequence
from typing import Any
from uuid import UUID, uuid5

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from sqlalchemy import Connection, Engine, text

from app.domain.errors import Moved, MusterError
from app.domain.names import NameKind, NameRule
from app.ledger import log
from app.ledger.instants import to_epoch_us
from app.ledger.log import Draft, Receipt
from app.ledger.refusals import EventIdTaken, NameTaken
from tests.ledger.drafts import NAMESPACE, draft

Refusal = tuple[type[MusterError], int | None]
NAMES: list[tuple[NameKind, str, NameRule]] = [
    *(("report", name, "new") for name in ("R1", "R2", "R3")),
    *(("retraction", name, rule) for name in ("R1", "R2") for rule in ("any", "absent")),
    ("place", "ru", "any"),
]
ids = st.sampled_from([None, *(uuid5(NAMESPACE, name) for name in ("one", "other"))])
drafts = st.builds(
    lambda number, named, body, typed, cause, batch: replace(
        draft(number, named, body=body), type=typed, causation_id=cause, batch_id=batch
    ),
    st.integers(1, 8),
    st.sampled_from([None, *NAMES]),
    st.sampled_from(["{}", '{"a":1}']),
    st.sampled_from(["one.v1", "other.v1"]),
    ids,
    ids,
)
steps = st.tuples(st.lists(drafts, min_size=1, max_size=6), st.sampled_from([None, None, 0, 2]))


class Model:
    """What stands, by event id, and where each name was said first."""

    def __init__(self, like: "Model | None" = None) -> None:
        self.events: dict[UUID, tuple[int, Draft]] = dict(like.events) if like is not None else {}
        self.names: dict[tuple[str, str], int] = dict(like.names) if like is not None else {}

    def take(self, coming: Sequence[Draft], expected: int | None) -> tuple[list[tuple[int, bool]], list[Refusal]]:
        """Positions, and whether each stood already; and of every kind of ground to refuse them all the first.

        That an event id stands for another event is a ground apart from that it was said for another just before.
        """
        head, found, grounds = len(self.events), [], dict[object, Refusal]()
        for ordinal, one in enumerate(coming):
            position, there = self.events.setdefault(one.event_id, (len(self.events) + 1, one))
            found.append((position, there is not one))
            if there is one:
                if expected not in {None, head}:
                    grounds.setdefault(Moved, (Moved, None))
                if self._claim(one, position):
                    grounds.setdefault(NameTaken, (NameTaken, ordinal))
            elif (there.type, there.body, there.causation_id) != (one.type, one.body, one.causation_id):
                grounds.setdefault(position > head, (EventIdTaken, ordinal))
        return found, list(grounds.values())

    def _claim(self, one: Draft, position: int) -> bool:
        """Whether a rule forbids it."""
        named = one.introduced
        if named is None:
            return False
        taken = (named.kind, named.name) in self.names
        if named.rule != "absent":
            self.names.setdefault((named.kind, named.name), position)
        return taken and named.rule != "any"


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])  # what an example leaves is taken back
@given(st.lists(steps, min_size=1, max_size=5))
def test_the_log_holds_what_was_appended_and_nothing_else(
    engine: Engine, coming: list[tuple[list[Draft], int | None]]
) -> None:
    with engine.connect() as connection, connection.begin() as transaction:
        log.create_timeline(connection, "t", title="T", description="")
        stood = Model()
        for step, expected in coming:
            after = Model(stood)
            found, refusals = after.take(step, expected)
            told = _append(connection, step, expected)
            if isinstance(told, list):
                assert ([(one.position, one.replayed) for one in told], refusals) == (found, [])
                _answered(connection, told)
                stood = after
            else:
                assert told in refusals
            _holds(connection, stood)
        transaction.rollback()


def _append(connection: Connection, step: Sequence[Draft], expected: int | None) -> list[Receipt] | Refusal:
    try:
        with connection.begin_nested():
            return log.append(connection, "t", step, recorded_by="key:test", expected=expected)
    except MusterError as error:
        return type(error), getattr(error, "ordinal", None)


def _answered(connection: Connection, told: Sequence[Receipt]) -> None:
    """Each receipt is that of what stands there."""
    entries = {entry.position: entry for entry in log.read(connection, "t")}
    for one in told:
        entry = entries[one.position]
        assert (entry.event_id, entry.recorded_at, entry.leaf) == (one.event_id, one.recorded_at, one.leaf)


def _holds(connection: Connection, stood: Model) -> None:
    entries, expected = log.read(connection, "t"), sorted(stood.events.values(), key=lambda one: one[0])
    assert [_said(entry) for entry in entries] == [
        (position, one.event_id, one.type, one.causation_id, one.batch_id, one.body, "key:test")
        for position, one in expected
    ]
    times = [entry.recorded_at for entry in entries]
    assert times == sorted(times)
    assert [entry.leaf for entry in entries] == [_leaf(entry) for entry in entries]
    head = log.head(connection, "t")
    assert head.position == len(entries)
    assert not entries or head.recorded_at == times[-1]
    names = connection.execute(text("SELECT kind, name, position FROM names"))
    assert {(kind, name): position for kind, name, position in names} == stood.names


def _said(entry: log.Recorded) -> tuple[Any, ...]:
    header = (entry.position, entry.event_id, entry.type, entry.causation_id, entry.batch_id)
    return (*header, entry.body, entry.recorded_by)


def _leaf(entry: log.Recorded) -> bytes:
    at, by = entry.recorded_at, entry.recorded_by
    header = ("muster-event/1", "t", entry.position, entry.event_id, entry.type, to_epoch_us(at), by)
    lines = "\n".join(map(str, (*header, entry.causation_id or "-", entry.batch_id or "-", entry.body)))
    return hashlib.sha256(b"\x00" + lines.encode()).digest()
