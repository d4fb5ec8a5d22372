"""Tables that were filled at once are known to the planner."""

from sqlalchemy import Engine, text

from app.database.engine import reading
from app.database.planning import analyze_new_tables
from tests.projections.histories import Ledger, report

CLOSING = """
EXPLAIN UPDATE statements SET position_to = 9 FROM json_to_recordset('[]')
    AS new (timeline_id text, generation integer, report text, ordinal integer, position_from bigint)
WHERE (statements.timeline_id, statements.generation, statements.report, statements.ordinal, statements.position_from)
    = (new.timeline_id, new.generation, new.report, new.ordinal, new.position_from)
"""


def test_a_table_is_analysed_once_and_not_before_it_has_rows(engine: Engine) -> None:
    analyze_new_tables(engine)
    Ledger(engine, [report("R1")])
    assert analyze_new_tables(engine) > 0
    assert analyze_new_tables(engine) == 0


def test_rows_that_are_closed_are_not_looked_for_among_all_of_their_timeline(engine: Engine) -> None:
    Ledger(engine, [report(f"R{number}") for number in range(300)])
    analyze_new_tables(engine)
    with reading(engine) as connection:
        plan = "\n".join(connection.execute(text(CLOSING)).scalars())
    assert "statements_by_day" not in plan, plan
