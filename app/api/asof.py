"""The three as-of parameters: read from text here and nowhere else, and written once at the top of an answer.

They come as text on purpose: the framework's own reading would take instants without a zone, numbers and `null`.
"""

import re
from datetime import UTC, date, datetime
from typing import Annotated, Any

from litestar.params import QueryParameter

from app.domain.errors import Fault, Malformed
from app.domain.limits import INTEGER_MAX
from app.projections.asof import AsOf, Question

ValidAt = Annotated[
    str | None,
    QueryParameter(description="How it was in the world on this day (UTC), such as 2024-11-10; else at the horizon."),
]
ReportedBy = Annotated[
    str | None, QueryParameter(description="Counting only what had been said by the end of this day (UTC).")
]
KnownAt = Annotated[
    str | None,
    QueryParameter(description="Counting only what this ledger held then: an instant with its zone, or position:1043."),
]

_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_INSTANT = re.compile(r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d{1,9})?([Zz]|[+-]\d\d:\d\d)", re.ASCII)
_POSITION = re.compile(r"position:(0|[1-9]\d{0,15})", re.ASCII)


def question(
    valid_at: str | None = None, reported_by: str | None = None, known_at: str | None = None, *, end: str = ""
) -> Question:
    """Registries pass `known_at` alone. Raises Malformed with the name of the parameter, whose first part is `end`."""
    return Question(
        valid_at=parse_day(f"{end}valid_at", valid_at),
        reported_by=parse_day(f"{end}reported_by", reported_by),
        known_at=_parse_known_at(f"{end}known_at", known_at),
        known_text=known_at,
    )


def as_of(found: AsOf) -> dict[str, Any]:
    """What an answer rests on, as it stands at its top."""
    return {
        "valid_at": found.valid_at,
        "reported_by": found.reported_by,
        "known_at": found.known_at,
        "position": found.position,
        "assumptions": found.generations.assumptions.name,
        "generation": found.generation,
    }


def parse_day(name: str, text: str | None) -> date | None:
    """A day of the parameter `name`; None when it was not given. Raises Malformed."""
    if text is None:
        return None
    try:
        if _DAY.fullmatch(text):
            return date.fromisoformat(text)
    except ValueError:
        pass
    raise _malformed(name, "is a day such as 2024-11-10")


def instant_text(instant: datetime) -> str:
    """RFC 3339 in UTC, with all six digits of the second, so that texts sort as instants do."""
    return instant.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def _parse_known_at(name: str, text: str | None) -> datetime | int | None:
    if text is None:
        return None
    if found := _POSITION.fullmatch(text):
        position = int(found[1])
        if position <= INTEGER_MAX:
            return position
    elif _INSTANT.fullmatch(text):
        try:
            return datetime.fromisoformat(text.upper()).astimezone(UTC)
        except (ValueError, OverflowError):
            pass
    raise _malformed(name, "is an instant with its zone, such as 2024-11-10T12:00:00Z, or position:1043")


def _malformed(name: str, what: str) -> Malformed:
    detail = f"{name} {what}"
    return Malformed(detail, faults=[Fault(parameter=name, detail=detail)])
