"""How much of what was said is kept in memory."""

from app.database.engine import make_engine
from app.projections.holding import REPORTS_HELD, hold, reports_held


def test_each_database_has_its_own_room() -> None:
    one, other = make_engine("postgresql://one/none"), make_engine("postgresql://other/none")
    hold(one, 7)
    assert (reports_held(one), reports_held(other)) == (7, REPORTS_HELD)
