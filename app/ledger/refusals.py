"""Why the append functions of the database refuse, told by SQLSTATE."""

from collections.abc import Sequence

import msgspec
import psycopg
from psycopg.errors import Diagnostic
from sqlalchemy.exc import DBAPIError

from app.domain.errors import Conflict, Fault, Moved, MusterError, Unknown
from app.domain.names import Introduced


class NameTaken(Conflict):
    """A name that the event introduces is taken, or one that it needs free is not."""

    code = "name-taken"
    ordinal: int

    def __init__(self, ordinal: int, taken: Introduced) -> None:
        kind, name, code, hint = taken.kind, taken.name, None, None
        if taken.rule == "absent":
            detail = f"report {name} was retracted and cannot be corrected"
            code = "report-retracted"
        elif kind == "assumptions":
            detail, hint = f"there is a set of assumptions {name} already", "no set is redefined: name it anew"
        else:
            detail = f"the {kind} {name} exists already"
            hint = "choose another id; to change what it says, append a correction"
        super().__init__(detail, code=code, hint=hint, faults=[Fault(pointer=taken.pointer, detail=detail)])
        self.ordinal = ordinal
        self.kind = kind


class EventIdTaken(Conflict):
    """The event id stands for another event."""

    code = "event-id-taken"
    ordinal: int

    def __init__(self, ordinal: int, position: int) -> None:
        detail = f"this event_id stands at position {position} with another type, cause or body"
        hint = "the same event_id means the same event: use a new one"
        super().__init__(detail, hint=hint, faults=[Fault(pointer="/event_id", detail=detail)])
        self.ordinal = ordinal


def refusal(error: DBAPIError, timeline: str, introduced: Sequence[Introduced | None]) -> MusterError | DBAPIError:
    """What the database said of an append, `introduced` being the name of each event; anything else stays as it is."""
    if not isinstance(error.orig, psycopg.Error):
        return error
    diagnosis = error.orig.diag
    match error.orig.sqlstate:
        case "MU001":
            return Unknown(f"no timeline {timeline}", code="unknown-timeline")
        case "MU002":
            detail = _detail(diagnosis)
            return EventIdTaken(detail["ordinal"] - 1, detail["position"])
        case "MU003":
            return Moved(
                f"the timeline is at position {_detail(diagnosis)['position']}",
                hint="read what was appended since, decide anew, and send the new position",
            )
        case "MU004":
            return _taken(error, _detail(diagnosis)["ordinal"] - 1, introduced)
    return error


def _detail(diagnosis: Diagnostic) -> dict[str, int]:
    return msgspec.json.decode(diagnosis.message_detail or "{}", type=dict[str, int])


def _taken(error: DBAPIError, ordinal: int, introduced: Sequence[Introduced | None]) -> NameTaken | DBAPIError:
    taken = introduced[ordinal]
    return error if taken is None else NameTaken(ordinal, taken)
