"""One database for all properties: each example has a timeline of its own in it."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine

from app.database.engine import make_engine
from tests.conftest import new_database


@pytest.fixture(scope="session")
def shared_engine(server_url: str, template: str) -> Iterator[Engine]:
    with new_database(server_url, "shared", template=template) as url:
        made = make_engine(url)
        yield made
        made.dispose()
