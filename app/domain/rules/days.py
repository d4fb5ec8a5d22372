"""Rules on the days on which something was said: what was said must have been said by the time it is recorded."""

from collections.abc import Iterator
from datetime import date

from app.domain.dates import parse_edtf
from app.domain.findings import Finding
from app.domain.limits import RECORDING_LEAD_DAYS_MAX

_HINT = "close the interval with the day of recording or an earlier one"


def said_by(text: str | None, pointer: str, today: date) -> Iterator[Finding]:
    """`reported` and `published`: the last day that they admit is known, and not later than the day after `today`.

    A day may be one ahead because it begins earlier elsewhere. A misspelled date is not this rule's business.
    """
    if text is None:
        return
    try:
        last = parse_edtf(text).last
    except ValueError:
        return
    if last is None:
        yield Finding(pointer=pointer, detail="The end is open, so the day of saying it is not known.", hint=_HINT)
    elif (last - today).days > RECORDING_LEAD_DAYS_MAX:
        yield Finding(
            pointer=pointer,
            detail=f"The last day, {last}, is later than the day after recording ({today}).",
            hint=_HINT,
        )
