"""One database for all properties: each example has a timeline of its own in it."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine

from app.database.engine import make_engine
from tests.databases import Databases


@pytest.fixture(scope="session")
def shared_engine(databases: Databases, template: str) -> Iterator[Engine]:
    with databases.new(template=template) as url:
        made = make_engine(url)
        yield made
        made.dispose()
