"""`python -m tests.bench.served URL PORT`: the product's server on a database, with one endpoint more.

That is `/bench/select-1`. It takes the same way as any other (frame, guards, a thread, a connection of the pool) and
asks for the number 1. It is not in the product. Requests are logged as the product logs them.
"""

import sys

from litestar import get
from litestar.di import NamedDependency
from sqlalchemy import Engine, text

from app import circles
from app.api import log
from app.api.app import create_app
from app.asgi import new_id, utc_now
from app.cli import serving
from app.database.engine import make_engine
from app.settings import read_settings

PATH = "/bench/select-1"


@get(PATH, sync_to_thread=True)
def select_one(engine: NamedDependency[Engine]) -> dict[str, int]:
    with engine.connect() as connection:
        return {"one": int(connection.scalar(text("SELECT 1")) or 0)}


def main(url: str, port: int) -> None:
    circles.look_seldom()
    log.configure("text")
    engine = make_engine(url)
    app = create_app(engine, read_settings({"DATABASE_URL": url}), clock=utc_now, new_id=new_id)
    app.register(select_one)
    with serving.bound("127.0.0.1", port) as opened:
        serving.serve(app, engine, opened, ready=lambda: None, waiting=lambda _: None)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
