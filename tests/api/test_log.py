"""What stands in the log, and what never does."""

import io
import json
import os
from collections.abc import Iterator

import psycopg
import pytest
import structlog
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError

from app.api import log
from app.settings import LogForm

BODY = "what-somebody-sent"


@pytest.fixture(autouse=True)
def logging_as_before() -> Iterator[None]:
    before = structlog.get_config()
    yield
    structlog.configure(**before)


def told(form: LogForm, error: BaseException) -> str:
    file = io.StringIO()
    log.configure(form, file)
    structlog.get_logger().error("failed", request_id="r-1", exc_info=error)
    return file.getvalue()


def fail(hidden: str) -> None:
    """An error with a cause, raised where a local variable holds something."""
    try:
        os.environ["ABSENT"]
    except KeyError as cause:
        raise ValueError(len(hidden)) from cause


def of_the_database(engine: Engine) -> DBAPIError:
    """A row that a table refuses: PostgreSQL's answer repeats all of it."""
    query = "INSERT INTO keys (key_id, hash, role, created_at) VALUES (:name, '', 'reader', now())"
    with pytest.raises(DBAPIError) as refused, engine.begin() as connection:
        connection.execute(text(query), {"name": BODY})
    return refused.value


@pytest.mark.parametrize("form", ["text", "json"])
def test_a_trace_shows_the_way_and_no_local_variable(form: LogForm) -> None:
    with pytest.raises(ValueError, match="18") as failed:
        fail(BODY)
    said = told(form, failed.value)
    assert "Traceback" in said
    assert "KeyError" in said
    assert "ValueError: 18" in said
    assert "test_log.py" in said
    assert BODY not in said


@pytest.mark.parametrize("form", ["text", "json"])
def test_an_error_of_the_database_does_not_bring_the_row_along(form: LogForm, engine: Engine) -> None:
    error = of_the_database(engine)
    assert isinstance(error.orig, psycopg.Error)
    assert BODY in str(error.orig)
    said = told(form, error)
    assert "23514" in said
    assert "violates check constraint" in said
    assert BODY not in said


def test_for_programs_each_entry_is_one_line_of_json(engine: Engine) -> None:
    [line] = told("json", of_the_database(engine)).splitlines()
    entry = json.loads(line)
    assert entry.keys() == {"event", "level", "timestamp", "request_id", "exception"}
    assert (entry["event"], entry["level"], entry["request_id"]) == ("failed", "error", "r-1")


def test_parameters_of_a_statement_stand_in_no_error(engine: Engine) -> None:
    with pytest.raises(DBAPIError) as broken, engine.begin() as connection:
        connection.execute(text("SELECT :what::integer / 0 FROM absent"), {"what": BODY})
    assert BODY not in str(broken.value)
