"""A list as a sheet: one line for each item under columns that are named once, as CSV.

A column is the path of a field in an item: `measure`, or `before.low` where the field lies in another. What is not
known is an empty cell, and so is an empty list. A list of words is joined by `; `; any other list, and an object that
has no columns of its own, is one cell of JSON.

A text that a spreadsheet could take for a formula, and one that begins with an apostrophe, bears one apostrophe more
in front; numbers bear none. Taking one away from each cell that begins with one gives the texts back.

Source: RFC 4180; OWASP, CSV Injection.
"""

import csv
from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

Columns = tuple[str, ...]

BETWEEN = "; "
_STEERING = ("=", "+", "-", "@", "\t", "\r", "\n", "'")


def write_sheet(columns: Columns, items: Iterable[Any]) -> str:
    """The header, then a line for each item; `items` are anything that JSON can hold."""
    written = _Written()
    writer = csv.writer(written, lineterminator="\r\n")
    writer.writerow(columns)
    for item in items:
        plain = msgspec.json.decode(msgspec.json.encode(item))
        writer.writerow([cell(_at(plain, column)) for column in columns])
    return "".join(written.lines)


class _Written:
    """What the library's writer takes for a file."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def write(self, line: str) -> None:
        self.lines.append(line)


def cell(value: Any) -> str:
    """One value as it stands in a sheet."""
    match value:
        case None | []:
            return ""
        case bool():
            return "true" if value else "false"
        case str():
            return guarded(value)
        case list() if _are_words(value):
            return guarded(BETWEEN.join(value))
        case _:
            return msgspec.json.encode(value).decode()


def guarded(text: str) -> str:
    """Shown as a text by whatever opens it."""
    return f"'{text}" if text.startswith(_STEERING) else text


def _are_words(values: list[Any]) -> bool:
    """Whether they can be told apart again after they were joined, and from JSON."""
    return all(isinstance(one, str) and one and ";" not in one for one in values) and not values[0].startswith("[")


def _at(item: Any, path: str) -> Any:
    for name in path.split("."):
        item = item.get(name) if isinstance(item, Mapping) else None
    return item


def under(name: str, fields: Iterable[str]) -> Columns:
    """The columns of an object that lies in an item."""
    return tuple(f"{name}.{field}" for field in fields)
