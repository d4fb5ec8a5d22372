"""What every test may ask for: a fresh database, already migrated; and both seed timelines behind the interface.

A fresh database is a clone of a template that is made once a run, however many processes the run has. The directory
of a run is in memory where there is room for it, and the temporary directory of all that the run starts.

The application is imported where it is needed: the tests of the domain start without a database's weight.
"""
# ruff: noqa: PLC0415  # see the last sentence above

import os
import secrets
import shutil
import signal
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from tests.asking import Asking
    from tests.databases import Databases

settings.register_profile("quick", deadline=None, max_examples=50)
settings.register_profile("ci", deadline=None, max_examples=100, derandomize=True, print_blob=True)
settings.load_profile("ci" if os.environ.get("CI") else "quick")

TODAY = date(2026, 1, 1)
MEMORY = Path("/dev/shm")  # noqa: S108 -- not a fixed name: a directory is made in it
MEMORY_BYTES_MIN = 2 * 1024**3
RUN = pytest.StashKey[Path]()

signal.signal(signal.SIGTERM, signal.default_int_handler)  # ends like Ctrl-C: nothing is left running


def pytest_configure(config: pytest.Config) -> None:
    """The first process of a run makes its directory; those that it starts find it where they put their files."""
    if not _is_worker(config):
        os.environ["TMPDIR"] = tempfile.mkdtemp(prefix="muster-test-", dir=_roomy())
        tempfile.tempdir = os.environ["TMPDIR"]
    config.stash[RUN] = Path(os.environ["TMPDIR"])


def pytest_unconfigure(config: pytest.Config) -> None:
    if _is_worker(config):
        return
    from tests.databases import Databases

    try:
        Databases(config.stash[RUN], "last").clear()
    finally:
        shutil.rmtree(config.stash[RUN])


def _is_worker(config: pytest.Config) -> bool:
    """Whether another process distributes the tests."""
    return hasattr(config, "workerinput")


def _roomy() -> Path | None:
    """Where files are made quickest; None for where the environment or the system wants them."""
    if "TMPDIR" in os.environ or not MEMORY.is_dir() or shutil.disk_usage(MEMORY).free < MEMORY_BYTES_MIN:
        return None
    return MEMORY


@pytest.fixture(scope="session")
def databases(request: pytest.FixtureRequest) -> Iterator["Databases"]:
    from tests.databases import Databases
    from tests.watching import watch

    watch()
    made = Databases(request.config.stash[RUN], os.environ.get("PYTEST_XDIST_WORKER", "only"))
    yield made
    made.close()


@pytest.fixture(scope="session")
def template(databases: "Databases") -> str:
    """The name of a migrated database."""
    from app.database.migrations import migrate

    return databases.once("migrated", migrate)


@pytest.fixture
def database(databases: "Databases", template: str) -> Iterator[str]:
    """The URL of a database of this test's own: migrated, empty, gone afterwards."""
    with databases.new(template=template) as url:
        yield url


@pytest.fixture
def engine(database: str) -> Iterator["Engine"]:
    """The application's own engine on `database`: as the application's role, with its limits."""
    from app.database.engine import make_engine

    made = make_engine(database)
    yield made
    made.dispose()


@pytest.fixture(scope="session")
def seeded_template(databases: "Databases", template: str) -> str:
    """The name of a database that holds both seed timelines, projected."""
    return databases.once("seeded", _seed, template=template)


@pytest.fixture(scope="module")
def seeded_url(databases: "Databases", seeded_template: str) -> Iterator[str]:
    """A database with both seed timelines, for tests that record nothing in them."""
    with databases.new(template=seeded_template) as url:
        yield url


@pytest.fixture(scope="module")
def seeded(seeded_url: str) -> Iterator["Asking"]:
    """Both seed timelines behind the HTTP interface, for tests that only ask."""
    with _served(seeded_url) as asking:
        yield asking


@pytest.fixture(scope="module")
def article(seeded: "Asking") -> "Asking":
    from tests.asking import ARTICLE

    return seeded.of(ARTICLE)


@pytest.fixture(scope="module")
def russia(seeded: "Asking") -> "Asking":
    from tests.asking import RUSSIA

    return seeded.of(RUSSIA)


@pytest.fixture
def seeded_afresh(databases: "Databases", seeded_template: str) -> Iterator["Asking"]:
    """The same as `seeded` for one test that also records."""
    with databases.new(template=seeded_template) as url, _served(url) as asking:
        yield asking


@pytest.fixture
def tell(capsys: pytest.CaptureFixture[str]) -> Callable[[str], None]:
    """Print a line past pytest's capture: the figures of `make torture` and `make fuzz`."""

    def told(line: str) -> None:
        with capsys.disabled():
            sys.stdout.write(f"\n{line}")

    return told


def _seed(url: str) -> None:
    from uuid import uuid4

    from app.database.engine import make_engine
    from app.projections import runner
    from app.seeding import seed
    from app.settings import read_settings

    engine = make_engine(url)
    seed(engine, read_settings({"MUSTER_SEED": "always"}), today=TODAY, new_id=uuid4)
    runner.catch_up_all(engine)  # on a slow machine, seeding leaves a rest to be projected later
    engine.dispose()


@contextmanager
def _served(url: str) -> Iterator["Asking"]:
    from datetime import UTC, datetime
    from uuid import uuid4

    from litestar.testing import TestClient

    from app.api.app import create_app
    from app.database.engine import make_engine, writing
    from app.ledger import keys
    from app.settings import read_settings
    from tests.asking import Asking

    engine = make_engine(url)
    key = keys.write_key(secrets.token_bytes(keys.SECRET_BYTES))
    with writing(engine) as connection:
        keys.create(connection, "test", key, role="admin")
    signing_key = str(Path(tempfile.gettempdir()) / "checkpoint.key")
    chosen = read_settings({"MUSTER_SIGNING_KEY": signing_key})
    app = create_app(engine, chosen, clock=lambda: datetime.now(UTC), new_id=uuid4)
    with TestClient(app) as client:
        yield Asking(client, key)
    engine.dispose()
