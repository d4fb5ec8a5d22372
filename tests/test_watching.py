"""Queries that forget the generation are found, and others are let through."""

import pytest
from sqlalchemy import select

from app.projections.generations import Generations, rows_of
from app.projections.tables import links, statements
from tests.watching import forgotten

MEANT = Generations(timeline="t", numbers={"registry": 1, "estimates": 1})
HERE = statements.c.timeline_id == "t"


@pytest.mark.parametrize(
    ("query", "names"),
    [
        (select(statements.c.report).where(HERE), {"statements"}),
        (select(statements.c.report).where(rows_of(statements, MEANT)), set()),
        (select(statements.c.report).where(rows_of(statements, MEANT), select(links).exists()), {"links"}),
        (statements.update().where(HERE).values(digit=2), {"statements"}),
        (statements.delete().where(rows_of(statements, MEANT)), set()),
        (select(statements.alias()).where(rows_of(statements.alias(), MEANT)), {"statements_1"}),
    ],
)
def test_a_query_that_names_no_generation_is_found(query: object, names: set[str]) -> None:
    assert forgotten(str(query)) == names
