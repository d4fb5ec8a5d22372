"""What was read and cannot become otherwise, kept in memory while there is room."""

from sqlalchemy import Engine

from app.database.engine import make_engine, reading
from app.database.kept import Kept


def test_a_value_is_found_until_the_room_is_taken_by_others(engine: Engine) -> None:
    kept: Kept[str] = Kept(10)
    with reading(engine) as connection:
        assert kept.find(connection, "one") is None
        assert kept.keep(connection, "one", "first", weight=6) == "first"
        assert kept.find(connection, "one") == "first"
        kept.keep(connection, "two", "second", weight=6)
        assert kept.find(connection, "one") is None
        assert kept.find(connection, "two") == "second"


def test_what_was_asked_for_longest_ago_goes_first(engine: Engine) -> None:
    kept: Kept[str] = Kept(2)
    with reading(engine) as connection:
        kept.keep(connection, "one", "first")
        kept.keep(connection, "two", "second")
        assert kept.find(connection, "one") == "first"
        kept.keep(connection, "three", "third")
        assert kept.find(connection, "two") is None
        assert kept.find(connection, "one") == "first"


def test_a_value_larger_than_the_room_is_kept_alone(engine: Engine) -> None:
    kept: Kept[str] = Kept(1)
    with reading(engine) as connection:
        kept.keep(connection, "one", "first")
        kept.keep(connection, "large", "value", weight=100)
        assert kept.find(connection, "large") == "value"
        assert kept.find(connection, "one") is None


def test_each_database_has_the_room_that_is_told_of_it(engine: Engine) -> None:
    room = 1
    kept: Kept[str] = Kept(lambda asked: room if asked is engine else 0)
    with reading(engine) as connection:
        kept.keep(connection, "one", "first")
        kept.keep(connection, "two", "second")
        assert (kept.find(connection, "one"), kept.find(connection, "two")) == (None, "second")
        room = 2
        kept.keep(connection, "one", "first")
        assert (kept.find(connection, "one"), kept.find(connection, "two")) == ("first", "second")


def test_databases_know_nothing_of_each_other(engine: Engine) -> None:
    kept: Kept[str] = Kept(10)
    other = make_engine(engine.url.render_as_string(hide_password=False))
    with reading(engine) as one, reading(other) as two:
        kept.keep(one, "name", "here")
        assert kept.find(two, "name") is None
    other.dispose()
