"""How fast a replay says that it goes."""

from app.projections.replay.pace import Pace


def test_the_pace_is_that_of_the_last_ten_seconds() -> None:
    pace = Pace()
    told = [pace.reach(position, float(second)) for second, position in ((0, 0), (5, 500), (10, 1000), (20, 1100))]
    assert told == [None, 100.0, 100.0, 10.0]


def test_a_range_that_takes_longer_has_a_pace_too() -> None:
    pace = Pace()
    assert [pace.reach(position, at) for position, at in ((0, 0.0), (5000, 50.0), (7500, 100.0))] == [None, 100.0, 50.0]
