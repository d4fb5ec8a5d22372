"""What has to hold after every fault: nothing that was acknowledged is lost, nothing is there twice, and what the
projections say is what a replay of the ledger says, row for row.
"""

from collections import Counter
from collections.abc import Sequence

import msgspec
from sqlalchemy import Engine

from app.database.engine import reading
from app.ledger import log
from app.ledger.verifying import verify_ledger
from app.projections import runner
from app.projections.generations import Generations
from tests.projections.replay.rows import rows_in
from tests.replaying import replayed
from tests.torture.load import Acknowledged


def reckon(engine: Engine, timeline: str, acknowledged: Sequence[Acknowledged]) -> int:
    """How many events there are; fails with what does not hold."""
    with reading(engine) as connection:
        head = log.head(connection, timeline).position
        entries = [one for at in range(0, head, log.PAGE) for one in log.read(connection, timeline, after=at)]
        assert verify_ledger(connection, timeline).fault is None
    assert [one.position for one in entries] == list(range(1, head + 1))
    there = {one.position: one for one in entries}
    for told in acknowledged:
        one = there[told.position]
        assert (str(one.event_id), msgspec.json.decode(one.body)["summary"]) == (told.event_id, told.summary)
    said = Counter(msgspec.json.decode(one.body).get("summary") for one in entries)
    del said[None]  # definitions, which may be said again
    assert [text for text, times in said.items() if times > 1] == []
    assert said.keys() == {told.summary for told in acknowledged}
    equals_its_replay(engine, timeline, head)
    return head


def kept(acknowledged: int, events: int) -> str:
    """What `reckon` has found, in words."""
    return f"{acknowledged:,} acknowledged of {events:,} events, 0 lost, 0 twice, projections equal to their replay"


def equals_its_replay(engine: Engine, timeline: str, head: int) -> None:
    assert runner.catch_up(engine, timeline) == head
    live = rows_in(engine, answered_from(engine, timeline))
    assert any(live.values())
    assert replayed(engine, timeline).state == "switched"
    assert rows_in(engine, answered_from(engine, timeline)) == live


def answered_from(engine: Engine, timeline: str) -> Generations:
    with reading(engine) as connection:
        return runner.active_generations(connection, timeline)
