"""Which databases are taken, and what is said of the others."""

from collections.abc import Iterator

import pytest
from sqlalchemy import create_engine, text

from tests.cli.conftest import Cli
from tests.databases import Databases


@pytest.fixture
def bare(databases: Databases) -> Iterator[str]:
    with databases.new() as url:
        yield url


def test_an_empty_database_waits_for_the_first_start(bare: str) -> None:
    said, hint = Cli(DATABASE_URL=bare).error("status", code=3)
    assert "holds no Muster yet" in said
    assert "muster up" in hint


def test_a_database_of_somebody_elses_is_refused(bare: str) -> None:
    engine = create_engine(bare)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE invoices (id int)"))
    engine.dispose()
    assert "invoices" in Cli(DATABASE_URL=bare).error("key", "list", code=1)[0]


def test_an_older_schema_waits_for_the_next_start(database: str) -> None:
    engine = create_engine(database)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '0001'"))
    engine.dispose()
    said, hint = Cli(DATABASE_URL=database).error("status", code=3)
    assert "revision 0001" in said
    assert "muster up" in hint
