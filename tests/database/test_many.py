"""More values than a statement takes parameters, found as rows are."""

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.dialects.postgresql import insert

from app.database.engine import reading, writing
from app.database.many import among, rows_among
from app.projections.tables import definitions

MORE_THAN_PARAMETERS = 70_000


def names_where(engine: Engine, how: str, wanted: list[str]) -> list[str]:
    columns = definitions.c.kind, definitions.c.name
    rows = (("place", name) for name in wanted)
    condition = among(definitions.c.name, wanted) if how == "among" else rows_among(columns, rows)
    with reading(engine) as connection:
        return list(connection.scalars(select(definitions.c.name).where(condition).order_by(definitions.c.name)))


def define(engine: Engine, *names: str) -> None:
    rows = [
        {"timeline_id": "t", "generation": 1, "kind": kind, "name": name, "position_from": 1, "body": "{}"}
        for name in names
        for kind in ("place", "actor")
    ]
    with writing(engine) as connection:
        connection.execute(insert(definitions), rows)


def test_any_number_of_values_goes_into_one_condition(engine: Engine) -> None:
    define(engine, "n5", "n6", "other")
    many = [f"n{number}" for number in range(MORE_THAN_PARAMETERS)]
    assert names_where(engine, "among", many) == ["n5", "n5", "n6", "n6"]
    assert names_where(engine, "rows", many) == ["n5", "n6"]


def test_of_no_values_there_is_no_row(engine: Engine) -> None:
    define(engine, "n5")
    assert names_where(engine, "among", []) == []
    assert names_where(engine, "rows", []) == []


@pytest.mark.parametrize("how", ["among", "rows"])
def test_a_name_is_found_whatever_characters_it_has(engine: Engine, how: str) -> None:
    names = ["plain", 'with "quotes"', "back\\slash", "comma, brace}", "", "'", '","', "NULL"]
    define(engine, *names)
    assert {*names_where(engine, how, names[1:])} == {*names[1:]}
    assert names_where(engine, how, ["with", "quotes", "back"]) == []
