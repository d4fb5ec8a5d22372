"""The command line in this process, on the test's own database."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import Engine

from app.cli.commands import muster
from app.database.engine import writing
from app.ledger import log

TIMELINE = "test"


class Cli:
    """`cli("status", code=3)` runs a command, insists on its exit code, and gives what it said."""

    def __init__(self, **environ: str) -> None:
        self.environ = {"COLUMNS": "80", "MUSTER_TIMELINE": "", **environ}

    def __call__(self, *arguments: str, code: int = 0, stdin: str | bytes | None = None) -> Result:
        result = CliRunner().invoke(muster, arguments, input=stdin, env=self.environ, prog_name="muster")
        assert result.exit_code == code, (result.output, result.exception)
        return result

    def json(self, *arguments: str, code: int = 0, stdin: str | bytes | None = None) -> Any:
        return json.loads(self(*arguments, "--json", code=code, stdin=stdin).stdout)

    def error(self, *arguments: str, code: int) -> list[str]:
        """The lines on stderr of a command that answers nothing."""
        result = self(*arguments, code=code)
        assert result.stdout == ""
        return result.stderr.splitlines()


@pytest.fixture
def cli(database: str, tmp_path: Path) -> Cli:
    """On an empty database."""
    return Cli(DATABASE_URL=database, MUSTER_DATA_DIR=str(tmp_path / "muster"))


@pytest.fixture
def timeline(engine: Engine) -> str:
    """The only timeline, empty."""
    with writing(engine) as connection:
        log.create_timeline(connection, TIMELINE, title="A test", description="")
    return TIMELINE


@pytest.fixture(scope="module")
def ask(seeded_url: str) -> Cli:
    """On a database with both seeds."""
    return Cli(DATABASE_URL=seeded_url, MUSTER_DATA_DIR="/nonexistent")
