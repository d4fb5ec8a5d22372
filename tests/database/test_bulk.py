"""Rows that are changed in bulk, of every type that a key has."""

from uuid import UUID

from sqlalchemy import Engine, select

from app.database.bulk import insert_rows, update_rows
from app.database.engine import writing
from app.projections.tables import links

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
KEY = ("timeline_id", "generation", "link", "position_from")


def test_a_row_is_found_by_an_id_of_its_key(engine: Engine) -> None:
    with writing(engine) as connection:
        insert_rows(connection, links, [LINK])
        update_rows(connection, links, key=KEY, rows=[{name: LINK[name] for name in KEY} | {"position_to": 7}])
        assert connection.scalars(select(links.c.position_to)).all() == [7]
