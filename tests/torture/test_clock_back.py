"""The clock is stepped back: times in the ledger never are, and what was recorded stays askable.

Nobody sets the clock of the machine here. A timeline that is made while the clock is ahead has that time in its head;
the same is written there by a superuser, and the clock, as it really is, has been stepped back since. The clock of the
program is given to it, and is stepped back in earnest.
"""

import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import text

from app.asgi import utc_now
from app.database.engine import reading
from app.ledger import log
from app.ledger.verifying import verify_ledger
from tests.ledger.long_ledgers import tampering
from tests.projections.ledgers import WORLD, report
from tests.torture.clients import serving_in_process
from tests.torture.effort import SEED, effort
from tests.torture.reckoning import equals_its_replay

STEPS = effort(3, 20)
EVENTS_EACH = len(WORLD) + 4
AHEAD_SECONDS_MAX = 30 * 24 * 3600


def test_times_never_decrease_when_the_clock_of_the_database_does(database: str, tell: Callable[[str], None]) -> None:
    chance = random.Random(SEED)
    with serving_in_process(database, clock=utc_now) as served:
        for step in range(STEPS):
            timeline, ahead = f"t{step}", chance.randint(1, AHEAD_SECONDS_MAX)
            served.ask("POST", "/v1/timelines", {"timeline": timeline, "title": "Ahead"}, 201)
            with tampering(database) as connection:
                late = text(
                    "UPDATE heads SET recorded_at = recorded_at + :ahead * interval '1 second'"
                    " WHERE timeline_id = :timeline RETURNING recorded_at"
                )
                then = connection.scalar(late, {"ahead": ahead, "timeline": timeline})
            path = f"/v1/timelines/{timeline}"
            told = [served.ask("POST", f"{path}/events", event, 201) for event in events()]
            times = [datetime.fromisoformat(one["recorded_at"]) for one in told]
            assert times == [then] * EVENTS_EACH  # up to a month later than the clock
            asked = served.ask("GET", f"{path}/estimates?known_at={told[-1]['recorded_at']}", None, 200)
            assert asked["as_of"]["position"] == EVENTS_EACH
            beyond = (then + timedelta(days=1)).strftime("%Y-%m-%dT%H:%M:%SZ")
            assert served.ask("GET", f"{path}/estimates?known_at={beyond}", None, 400)["code"] == "future"
            with reading(served.engine) as connection:
                assert verify_ledger(connection, timeline).fault is None
                assert log.head(connection, timeline).recorded_at == then
            equals_its_replay(served.engine, timeline, EVENTS_EACH)
    sum_ = f"{STEPS * EVENTS_EACH:,} events, none recorded before the one before it"
    tell(f"R2  clock of the database stepped back {STEPS} times, by up to 30 days: {sum_}")


def events() -> list[dict[str, Any]]:
    given = [*WORLD, *(report(f"R{number}", figure={"best": 1000 * number}) for number in range(1, 5))]
    return [{"type": name, "body": body} for name, body in given]


def test_a_day_that_is_not_yet_by_the_clock_of_the_program_is_refused_until_it_is(database: str) -> None:
    days = [datetime(2026, 3, 10, tzinfo=UTC)]
    with serving_in_process(database, clock=lambda: days[-1]) as served:
        served.ask("POST", "/v1/timelines", {"timeline": "t", "title": "Back"}, 201)
        for name, body in WORLD:
            served.ask("POST", "/v1/timelines/t/events", {"type": name, "body": body}, 201)
        name, body = report("R1")
        event = {"type": name, "body": {**body, "reported": "2026-03-10"}}
        days.append(days[0] - timedelta(days=3))
        refusal = served.ask("POST", "/v1/timelines/t/events", event, 422)
        assert [one["pointer"] for one in refusal["errors"]] == ["/body/reported"]
        days.append(days[0])
        assert served.ask("POST", "/v1/timelines/t/events", event, 201)["position"] == len(WORLD) + 1
