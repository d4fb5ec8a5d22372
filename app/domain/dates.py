"""Days as sources give them: text in, the days that it admits out. No clock, no zones, no times of day.

Two spellings live here and nothing else: EDTF level 1 (Source: Library of Congress, Extended Date/Time
Format specification, 2019; ISO 8601-2:2019) and the plain day. Both use the proleptic Gregorian calendar of
the years 0001 to 9999; a text that admits a day outside of them is refused, never clipped.
"""

import re
from calendar import monthrange
from datetime import date
from functools import lru_cache

import msgspec

MAX_LENGTH = 40
"""Characters of an EDTF text. The longest that can be valid, an interval of two qualified days, has 23."""

_DATE = re.compile(
    r"""([0-9]{4} | (?:[0-9]{3}X | [0-9]{2}XX | [0-9]XXX)(?!-))  # a year with open digits has no month
    (?: -XX (?:-XX)?                                    # not captured: the whole year
      | -([013-9][0-9] | 2[0-9](?!-))                   # a season has no day
        (?: -XX | -([0-9]{2}) )?                        # XX not captured: the whole month
    )? [?~%]?""",
    re.VERBOSE,
)
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")

# First and last month. The standard ties seasons to no months; these are the meteorological seasons of the
# northern hemisphere (Source: NOAA). Winter bears the year of its December, which is our convention, and
# closes in the year that follows.
_MONTHS: dict[str | None, tuple[int, int]] = {
    None: (1, 12),
    **{f"{month:02}": (month, month) for month in range(1, 13)},
    "21": (3, 5),
    "22": (6, 8),
    "23": (9, 11),
    "24": (12, 2),
}

# The sides of an interval that give no day: unknown, and open.
_NO_DATE = ("", "..")

_SECOND_SLASH = "has a second '/'; an interval has one start and one end, such as 2024-10-28/2024-11-03"
_NO_YEAR = "does not begin with a year of four digits (no sign, no letter), such as 1954 or 2024-10-28"
_TIME_OF_DAY = "has a time of day; give the day alone, such as 2024-10-28"
_MISPLACED_X = "has an 'X' where level 1 takes none; it ends a date, such as 201X or 2024-10-XX"
_OTHERWISE = "is not EDTF level 1, such as 2024-10-28, 2024-10, 2024-21, 2024-10? or 2024-08/2024-10"
_OFF_CALENDAR = (
    "is not in the calendar; years run from 0001 to 9999, months from 01 to 12, seasons from 21 to 24, "
    "such as 2024-02-29 or 2024-21"
)

# Asked in this order of a text that is no date: the first that fits says why.
_REASONS = (
    (re.compile(r"[^/]*/"), _SECOND_SLASH),
    (re.compile(r"(?![0-9X]{4}(?![0-9]))"), _NO_YEAR),
    (re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ]"), _TIME_OF_DAY),
    (re.compile(r"[0-9X-]*X"), _MISPLACED_X),
    (re.compile(r""), _OTHERWISE),
)


class Edtf(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A date as written, and the days that it admits; `first` ≤ `last` where both are known.

    `first` None: open or unknown start; `last` None: open or unknown end; never both. The qualifiers
    `?` (uncertain), `~` (approximate) and `%` (both) stay in `text` and do not widen the days.
    """

    text: str
    first: date | None
    last: date | None


@lru_cache(4096)
def parse_edtf(text: str) -> Edtf:
    """EDTF level 1: a year, month, season or day, `X` digits, a qualifier; or an interval `a/b`.

    One side of an interval may be open (`..`) or unknown (empty); `a/b` admits the first day of `a` to the
    last of `b`. Seasons: 21 March-May, 22 June-August, 23 September-November, 24 December-February of the
    next year. ValueError: one sentence that says why, with an example of what is accepted.
    """
    if len(text) > MAX_LENGTH:
        raise ValueError(f"A date has at most {MAX_LENGTH} characters, such as 2024-10-28/2024-11-03.")
    start, slash, end = text.partition("/")
    if not slash:
        first, last = _span(text)
        return Edtf(text=text, first=first, last=last)
    if start in _NO_DATE and end in _NO_DATE:
        raise ValueError(f"{text!r} has no date on either side; give at least one, such as ../1954.")
    opens = None if start in _NO_DATE else _span(start)[0]
    closes = None if end in _NO_DATE else _span(end)[1]
    if opens is not None and closes is not None and opens > closes:
        raise ValueError(f"{text!r} starts after it ends; the start comes first, such as 2024-08/2024-10.")
    return Edtf(text=text, first=opens, last=closes)


def parse_day(text: str) -> date:
    """One whole day, `YYYY-MM-DD`, and no other spelling. ValueError as for `parse_edtf`."""
    if _DAY.fullmatch(text) is None:
        raise ValueError(f"{text[:MAX_LENGTH]!r} is not a day written YYYY-MM-DD, such as 2024-10-28.")
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ValueError(f"{text!r} is not in the calendar, such as 2024-02-29 is.") from None


def _span(part: str) -> tuple[date, date]:
    found = _DATE.fullmatch(part)
    if found is None:
        reason = next(reason for pattern, reason in _REASONS if pattern.match(part))
        raise ValueError(f"{part!r} {reason}.")
    try:
        return _days(*found.groups())
    except (KeyError, ValueError):
        raise ValueError(f"{part!r} {_OFF_CALENDAR}.") from None


def _days(year: str, month: str | None, day: str | None) -> tuple[date, date]:
    """First and last day; KeyError or ValueError where the calendar has no such day."""
    if day is not None:
        only = date.fromisoformat(f"{year}-{month}-{day}")
        return only, only
    opens, closes = _MONTHS[month]
    last_year = int(year.replace("X", "9")) + (closes < opens)
    first = date(int(year.replace("X", "0")), opens, 1)
    return first, date(last_year, closes, monthrange(last_year, closes)[1])
