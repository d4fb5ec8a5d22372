"""Tables that were filled at once are known to the planner."""

from sqlalchemy import Engine, text

from app.database.engine import reading, writing
from app.database.planning import analyze_new_tables
from tests.projections.histories import Ledger, report

CLOSING = """
EXPLAIN UPDATE statements SET position_to = 9 FROM json_to_recordset('[]')
    AS new (timeline_id text, generation integer, report text, ordinal integer, position_from bigint)
WHERE (statements.timeline_id, statements.generation, statements.report, statements.ordinal, statements.position_from)
    = (new.timeline_id, new.generation, new.report, new.ordinal, new.position_from)
"""


FILLING = """
INSERT INTO statements (timeline_id, generation, report, ordinal, position_from, measure, actor, place,
                        may_vote, taken_back, digit, reported_day, statement)
SELECT 't', 1, 'report-' || n, 0, n, 'personnel', 'force', 'ru', true, false, 6, '2024-10-01', repeat('x', 500)
FROM generate_series(1, 10000) AS n
"""


def plan_of(engine: Engine, statement: str) -> str:
    with reading(engine) as connection:
        return "\n".join(connection.execute(text(statement)).scalars())


def test_a_table_is_analysed_once_and_not_before_it_has_rows(engine: Engine) -> None:
    analyze_new_tables(engine)
    Ledger(engine, [report("R1")])
    assert analyze_new_tables(engine) > 0
    assert analyze_new_tables(engine) == 0


def test_rows_that_are_closed_are_not_looked_for_among_all_of_their_timeline(engine: Engine) -> None:
    with writing(engine) as connection:
        connection.execute(text(FILLING))
    assert "statements_by_day" in plan_of(engine, CLOSING)
    analyze_new_tables(engine)
    assert "statements_pkey" in plan_of(engine, CLOSING)
