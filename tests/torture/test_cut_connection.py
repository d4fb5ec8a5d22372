"""The connection to PostgreSQL is cut in the middle of appends, before they are heard and after they are done."""

import random
from collections import Counter
from collections.abc import Callable

import pytest
from sqlalchemy import Engine, make_url

from app.asgi import utc_now
from tests.torture.clients import serving_in_process
from tests.torture.cutting import Cut, wire
from tests.torture.effort import SEED, effort
from tests.torture.load import Load
from tests.torture.reckoning import kept, reckon

CUTS = effort(20, 200)
CLIENTS = 4
SENT = b'"batch_id"'
"""What an append bears on the wire, and nothing else that these clients cause."""


def test_what_was_acknowledged_survives_every_cut(database: str, engine: Engine, tell: Callable[[str], None]) -> None:
    path = make_url(database).query.get("host")
    if not isinstance(path, str) or not path.startswith("/"):
        pytest.skip("the wire leads to a Unix socket, and DATABASE_URL names none")
    chance = random.Random(SEED)
    cuts = Counter[Cut]()

    def when(piece: bytes) -> Cut | None:
        if SENT not in piece or cuts.total() >= CUTS or not chance.randrange(3):
            return None
        cut: Cut = chance.choice(("before", "after"))
        cuts[cut] += 1
        return cut

    port = make_url(database).query.get("port", "5432")
    with (
        wire(f"{path}/.s.PGSQL.{port}", when) as cable,
        serving_in_process(database, clock=utc_now, through=by_port(database, cable.port)) as served,
    ):
        load = Load(served.answer, served.key, "t", clients=CLIENTS)
        load.prepare()
        with load.running():
            load.wait(lambda: cuts.total() >= CUTS)
    assert load.faults == []
    assert set(load.again) == {"503"}
    events = reckon(engine, "t", load.acknowledged)
    tell(
        f"R2  connection cut {cuts.total()} times in the middle of an append (seed {SEED}), {cuts['before']} times"
        f" before it was heard, {cuts['after']} after it was done: {kept(len(load.acknowledged), events)};"
        f" {load.again['503']:,} answered 503 and sent again"
    )


def by_port(database: str, port: int) -> str:
    """The same database, by the wire."""
    return make_url(database).set(host="127.0.0.1", port=port, query={}).render_as_string(hide_password=False)
