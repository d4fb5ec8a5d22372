"""Rows that are changed in bulk, of every type that a key has."""

from itertools import product
from uuid import UUID

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.exc import IntegrityError

from app.database.bulk import FEW, insert_rows, sent_together, update_rows
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


def test_what_is_sent_together_is_there_in_its_order(engine: Engine) -> None:
    others = [LINK | {"link": UUID(int=number)} for number in range(2 * FEW)]
    with writing(engine) as connection:
        with sent_together(connection):
            insert_rows(connection, links, [LINK])
            update_rows(connection, links, key=KEY, rows=[{name: LINK[name] for name in KEY} | {"position_to": 7}])
            insert_rows(connection, links, others)
        assert connection.scalars(select(links.c.position_to).where(links.c.link == LINK["link"])).all() == [7]
        assert len(connection.scalars(select(links.c.link)).all()) == 1 + len(others)


def test_what_goes_wrong_of_what_is_sent_together_is_raised_at_its_end_and_nothing_stays(engine: Engine) -> None:
    def write() -> None:
        with writing(engine) as connection, sent_together(connection):
            for one in (LINK, LINK, LINK | {"link": UUID(int=1)}):
                insert_rows(connection, links, [one])

    with pytest.raises(IntegrityError):
        write()
    with writing(engine) as connection:
        assert connection.scalars(select(links.c.link)).all() == []


def test_texts_of_an_array_come_back_as_they_were(engine: Engine) -> None:
    names = ["plain", 'with "quotes"', "back\\slash", "comma, brace}", "", "'", '","']
    for values, many in product((names, names[:1], [], names[1:2], names[-1:]), (1, FEW + 1)):
        row = dict.fromkeys(developments.c.keys()) | DEVELOPMENT | {"report": f"{values} {many}", "sources": values}
        others = [row | {"report": f"{values} {many} {number}"} for number in range(1, many)]
        with writing(engine) as connection:
            insert_rows(connection, developments, [row, *others])
            found = select(developments.c.sources).where(developments.c.report == row["report"])
            assert connection.scalar(found) == values
