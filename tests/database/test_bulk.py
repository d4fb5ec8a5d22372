"""Rows that are changed in bulk, of every type that a key has."""

from uuid import UUID

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.exc import IntegrityError

from app.database.bulk import insert_rows, update_rows
from app.database.engine import writing
from app.projections.tables import developments, links

LINK = {
    "timeline_id": "t",
    "generation": 1,
    "link": UUID("0192d0a4-7b3e-7c00-8000-00000000000f"),
    "position_from": 3,
    "position_to": None,
    "between": "reports",
    "from": "R1",
    "to": "R2",
    "relation": "restates",
    "by": "ann",
    "reason": "the same words",
}
DEVELOPMENT = {
    "timeline_id": "t",
    "generation": 1,
    "position_from": 1,
    "own_letter": False,
    "kind": "training",
    "stance": "asserted",
    "origin": "o",
    "words": "",
    "development": "{}",
    "measures": [],
    "places": [],
    "actors": [],
}
KEY = ("timeline_id", "generation", "link", "position_from")


def test_a_row_is_found_by_an_id_of_its_key(engine: Engine) -> None:
    with writing(engine) as connection:
        insert_rows(connection, links, [LINK])
        update_rows(connection, links, key=KEY, rows=[{name: LINK[name] for name in KEY} | {"position_to": 7}])
        assert connection.scalars(select(links.c.position_to)).all() == [7]


def test_what_goes_wrong_is_raised_as_every_other_statement_would(engine: Engine) -> None:
    with pytest.raises(IntegrityError), writing(engine) as connection:
        insert_rows(connection, links, [LINK, LINK])


def test_texts_of_an_array_come_back_as_they_were(engine: Engine) -> None:
    names = ["plain", 'with "quotes"', "back\\slash", "comma, brace}", "", "'", '","']
    for values in (names, names[:1], [], names[1:2], names[-1:]):
        row = dict.fromkeys(developments.c.keys()) | DEVELOPMENT | {"report": str(values), "sources": values}
        with writing(engine) as connection:
            insert_rows(connection, developments, [row])
            found = select(developments.c.sources).where(developments.c.report == str(values))
            assert connection.scalar(found) == values
