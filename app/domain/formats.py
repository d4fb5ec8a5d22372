"""How single texts in a body are spelled: slugs, ids, codes, dates, addresses. One field at a time, no ledger.

`FORMATS` is by field name, `FORMATS_OF` where one type departs from that. A field in neither is free text.
"""

import re
from collections.abc import Callable
from datetime import datetime

import msgspec

from app.domain import events as e
from app.domain.dates import parse_edtf


class Format(msgspec.Struct, frozen=True, kw_only=True):
    """`accepts` is the fast question, truthy for yes; `explain` says in one sentence what is wrong, None when nothing.

    No format accepts an empty text, or one without end.
    """

    accepts: Callable[[str], object]
    explain: Callable[[str], str | None]


def _pattern(pattern: str, sentence: str) -> Format:
    matches = re.compile(pattern, re.ASCII).fullmatch
    return Format(accepts=matches, explain=lambda text: None if matches(text) else sentence)


def _explained(explain: Callable[[str], str | None]) -> Format:
    return Format(accepts=lambda text: explain(text) is None, explain=explain)


def _explain_edtf(text: str) -> str | None:
    try:
        parse_edtf(text)
    except ValueError as fault:
        return str(fault)
    return None


def _explain_instant(text: str) -> str | None:
    if re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?(Z|\+00:00)", text, re.ASCII):
        try:
            datetime.fromisoformat(text)
        except ValueError:
            return "There is no such instant in the calendar."
        return None
    return "An instant is written in UTC with its zone, such as 2024-10-28T09:30:00Z."


SLUG = _pattern(
    r"[a-z0-9][a-z0-9._-]{0,79}",
    "A name is 1 to 80 lower-case letters, digits, dots, hyphens and underscores, such as kr-nis.",
)
REPORT_ID = _pattern(
    r"[A-Za-z0-9][A-Za-z0-9._:-]{0,79}",
    "A report id is 1 to 80 letters, digits, dots, colons, hyphens and underscores, such as SC05.",
)
EVENT_ID = _pattern(
    r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}",
    "An event id is a UUID in lower case, such as 0192d0a4-7b3e-7c00-8000-000000000001.",
)
COUNTRY = _pattern(r"[A-Z]{2}", "A country is two capital letters of ISO 3166-1, such as KR.")
SUBDIVISION = _pattern(r"[A-Z]{2}-[A-Z0-9]{1,3}", "A subdivision is a code of ISO 3166-2, such as RU-KRS.")
GEONAMES = _pattern(r"[1-9][0-9]{0,11}", "A GeoNames id is digits alone, given as text, such as 538560.")
LANGUAGE = _pattern(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8}){0,8}", "A language is a tag of BCP 47, such as en or pt-BR.")
SHA256 = _pattern(r"[0-9a-f]{64}", "A SHA-256 is 64 hexadecimal digits in lower case.")
URL = _pattern(r"https?://[^\s<>\"]{1,1990}", "An address begins with http:// or https:// and holds no blanks.")
DECIMAL = _pattern(
    r"-?(0|[1-9][0-9]{0,14})(\.[0-9]{1,15})?",
    "A decimal number is given as text without an exponent, such as 36.19 or -0.5.",
)
EDTF = _explained(_explain_edtf)
INSTANT = _explained(_explain_instant)

FORMATS: dict[str, Format] = {
    **dict.fromkeys(("source", "publisher", "may_overlap", "document", "occurred_anchor"), SLUG),
    **dict.fromkeys(("place", "actor", "measure", "part_of", "within"), SLUG),
    **dict.fromkeys(("report", "inputs", "about", "condition", "evidence", "movement"), REPORT_ID),
    **dict.fromkeys(("published", "occurred", "reported", "since"), EDTF),
    **dict.fromkeys(("country", "iso3166"), COUNTRY),
    **dict.fromkeys(("lon", "lat"), DECIMAL),
    "iso3166_2": SUBDIVISION,
    "geonames": GEONAMES,
    "language": LANGUAGE,
    "sha256": SHA256,
    "url": URL,
    "retrieved_at": INSTANT,
    "link": EVENT_ID,
}
"""By the field's name in JSON. For a list it holds for each item; `condition` is free text unless it is a list."""

FORMATS_OF: dict[type[msgspec.Struct], dict[str, Format]] = {
    e.SourcesLinked: {"from": SLUG, "to": SLUG},
    e.ReportsLinked: {"from": REPORT_ID, "to": REPORT_ID},
    e.PlaceDefined: {"kind": SLUG},
    e.AssumptionsDefined: {"name": SLUG},
}
