"""What the interface answers, in words for readers: figures, grades, hedges, and why something does not count."""

import re
from collections.abc import Mapping
from typing import Any

Shown = Mapping[str, Any]

UNKNOWN = "\N{EN DASH}"
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_DATE = re.compile(r"(\d{4})(?:-(0[1-9]|1[0-2])(?:-(\d\d))?)?([?~%]?)", re.ASCII)
_HOW_SURE = {"": "", "?": " (uncertain)", "~": " (about)", "%": " (about, uncertain)"}

GRADES = {
    "A": "completely reliable",
    "B": "usually reliable",
    "C": "fairly reliable",
    "D": "not usually reliable",
    "E": "unreliable",
    "F": "reliability cannot be judged",
    "1": "confirmed",
    "2": "probably true",
    "3": "possibly true",
    "4": "doubtful",
    "5": "improbable",
    "6": "cannot be judged",
}
"""Source: the Admiralty code, as in NATO AJP-2.1."""


def grade_text(grade: str | None) -> str:
    """A grade such as B2, in words."""
    return ", ".join(GRADES[one] for one in grade or "" if one in GRADES) or "not graded"


def statement(said: Shown) -> str:
    """What a quantity or a rival says, as one would write it: 8,000 to 10,000, up to 12,000, about 11,000."""
    low, best, high = said.get("low"), said.get("best"), said.get("high")
    if best is not None:
        around = f" ({low:,} to {high:,})" if low is not None and high is not None else ""
        return f"{best:,}{around}"
    if low is not None and high is not None:
        return f"{low:,} to {high:,}"
    if high is not None:
        return f"{'fewer than' if said.get('high_exclusive') else 'up to'} {high:,}"
    if low is not None:
        return f"{'more than' if said.get('low_exclusive') else 'at least'} {low:,}"
    return str(said.get("word") or said.get("wording") or "no figure")


def interval(low: int | None, high: int | None) -> str:
    """Two ends; either may be unknown, which is not zero."""
    if low is None and high is None:
        return "unknown"
    if high is None:
        return f"at least {low:,}"
    return f"at most {high:,}" if low is None else f"{low:,} to {high:,}"


def independence(counted: Shown) -> str:
    """How many independent origins there are, as an interval."""
    least, most = counted["min"], counted["max"]
    return f"{most}" if least == most else f"{least} to {most}"


def number(value: int | None) -> str:
    """In thousands; an unknown one is a dash and never nought."""
    return UNKNOWN if value is None else f"{value:,}"


def signed(value: int) -> str:
    return f"{value:+,}".replace("-", "\N{MINUS SIGN}") if value else "0"


def words(text: str | None) -> str:
    """A word of the interface for reading."""
    return (text or UNKNOWN).replace("_", " ")


def day(text: str | None) -> str:
    """A date of a source (EDTF) as people write it; what is less plain than days, months and years stays as it is."""
    if not text:
        return UNKNOWN
    first, slash, last = text.partition("/")
    if not slash:
        return _date(text)
    if first in {"", ".."}:
        return f"by {_date(last)}"
    return f"from {_date(first)}" if last in {"", ".."} else f"{_date(first)} to {_date(last)}"


def _date(text: str) -> str:
    found = _DATE.fullmatch(text)
    if found is None:
        return text
    year, month, number, mark = found.groups()
    parts = [str(int(number))] if number else []
    parts += [_MONTHS[int(month) - 1]] if month else []
    return " ".join([*parts, year]) + _HOW_SURE[mark]
