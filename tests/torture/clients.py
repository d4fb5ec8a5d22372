"""The interface in this process, on any database and by any clock."""

import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from litestar import Litestar
from litestar.testing import TestClient
from sqlalchemy import Engine

from app.api.app import create_app
from app.asgi import new_id
from app.database.engine import make_engine, writing
from app.ledger import keys
from app.settings import read_settings
from tests.torture.load import Asked


class Served:
    """`key` is an admin's."""

    def __init__(self, client: TestClient[Litestar], engine: Engine, key: str) -> None:
        self._client, self.engine, self.key = client, engine, key

    def ask(self, method: str, path: str, body: Any, status: int) -> Any:
        """What was said; fails where the status is another one."""
        headers = {"Authorization": f"Bearer {self.key}"}
        answered, _, said = self.answer(method, path, body, headers)
        assert answered == status, said
        return said

    def answer(self, method: str, path: str, body: Any, headers: dict[str, str]) -> Asked:
        answer = self._client.request(method, path, json=body, headers=headers)
        return answer.status_code, dict(answer.headers), answer.json()


@contextmanager
def serving_in_process(database: str, *, clock: Callable[[], datetime], through: str | None = None) -> Iterator[Served]:
    """`through` is another way to the same database, which the application takes."""
    engine = make_engine(database)
    key = keys.write_key(secrets.token_bytes(keys.SECRET_BYTES))
    with writing(engine) as connection:
        keys.create(connection, "clients", key, role="admin")
    own = make_engine(through or database)
    app = create_app(own, read_settings({}), clock=clock, new_id=new_id)
    try:
        with TestClient(app) as client:
            yield Served(client, engine, key)
    finally:
        own.dispose()
        engine.dispose()
