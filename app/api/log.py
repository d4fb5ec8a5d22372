"""The log: one line for each thing that happened, for people or for programs. No body, query or key stands in it.

A trace has neither local variables nor what PostgreSQL adds to an error beyond its first sentence: both can hold what
somebody sent.
"""

import traceback
from collections.abc import Iterator
from typing import Any, TextIO

import psycopg
import structlog
from sqlalchemy.exc import DBAPIError
from structlog.typing import ExcInfo

from app.settings import LogForm

CHARACTERS_MAX = 500


def configure(form: LogForm, file: TextIO | None = None) -> None:
    """To `file`, or standard output."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            *(_json() if form == "json" else _text()),
        ],
        logger_factory=structlog.PrintLoggerFactory(file),
        cache_logger_on_first_use=file is not None,
    )


def _text() -> list[Any]:
    return [structlog.dev.ConsoleRenderer(colors=False, sort_keys=False, exception_formatter=_write_trace)]


def _json() -> list[Any]:
    return [structlog.processors.ExceptionRenderer(_trace), structlog.processors.JSONRenderer()]


def _write_trace(file: TextIO, exc_info: ExcInfo) -> None:
    file.write("\n" + _trace(exc_info))


def _trace(exc_info: ExcInfo) -> str:
    return "\n".join(_links(exc_info[1]))


def _links(error: BaseException) -> Iterator[str]:
    """From the first cause to the error itself."""
    earlier = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if earlier is not None:
        yield from _links(earlier)
        yield "which led to"
    yield "Traceback (most recent call last):"
    yield "".join(traceback.format_tb(error.__traceback__)) + f"{type(error).__qualname__}: {wording(error)}"


def wording(error: BaseException) -> str:
    """What an error says of itself, without the rows and the parameters that a database's error brings along."""
    if isinstance(error, DBAPIError) and error.orig is not None:
        error = error.orig
    if isinstance(error, psycopg.Error) and error.sqlstate is not None:
        return f"{error.sqlstate} {error.diag.message_primary}"
    return str(error)[:CHARACTERS_MAX]
