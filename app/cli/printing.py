"""How answers look: JSON for machines, plain tables of at most the terminal's width for people. Knows no command."""

import sys
import unicodedata
from collections.abc import Iterable, Sequence
from typing import Any

import msgspec
import rich_click as click
from rich import box
from rich.console import Console, JustifyMethod
from rich.table import Table
from rich.text import Text

_STEERING = {"Cc", "Cf"}
_MARK = "\N{REPLACEMENT CHARACTER}"
NONE = "-"
"""What a cell shows where there is nothing; an unknown number is never a zero."""


def print_json(value: Any) -> None:
    """What JSON has no form for, such as a path, goes as its text."""
    click.echo(msgspec.json.format(msgspec.json.encode(value, enc_hook=str), indent=2).decode())


def console() -> Console:
    """Of stdout as it is now. Texts come from reports: none is read as markup."""
    return Console(file=sys.stdout, markup=False, highlight=False, emoji=False)


def notice(text: str) -> None:
    """What is being done, for who watches it: on stderr, and only on a terminal."""
    if sys.stderr.isatty():
        click.echo(text, err=True)


def print_table(
    columns: Sequence[str],
    rows: Iterable[Sequence[Any]],
    *,
    right: Iterable[str] = (),
    whole: Iterable[str] = (),
    nothing: str | None = None,
) -> None:
    """A table with its columns named. None is shown as `NONE`.

    Columns in `right` hold numbers; they and those in `whole` are never broken, the others give way. Without a row the
    sentence `nothing` stands in its place, where one is given.
    """
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False, padding=(0, 1, 0, 0), header_style="bold")
    numbers, kept = set(right), {*right, *whole}
    for column in columns:
        justify: JustifyMethod = "right" if column in numbers else "left"
        table.add_column(column, justify=justify, overflow="fold", no_wrap=column in kept)
    for row in rows:
        table.add_row(*(_cell(value) for value in row))
    if nothing is not None and not table.row_count:
        print_line(nothing)
    else:
        console().print(table)


def print_pairs(pairs: Iterable[tuple[str, Any]]) -> None:
    """Names and what they stand for, one a line, the latter flush; a long one goes on below itself."""
    table = Table(box=None, pad_edge=False, show_header=False, padding=(0, 2, 0, 0))
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    for name, value in pairs:
        table.add_row(plain(name), _cell(value))
    console().print(table)


def plain(text: str) -> Text:
    """What is stored may hold anything: what would steer a terminal or turn its text around is shown as a mark."""
    return Text("".join(_MARK if unicodedata.category(letter) in _STEERING else letter for letter in text))


def below(*texts: str) -> Text:
    """A cell of several lines, each as `plain` shows it."""
    return Text("\n").join(plain(text) for text in texts)


def print_line(text: str = "") -> None:
    """A sentence, broken between words where the line is full."""
    console().print(plain(text))


def print_heading(text: str) -> None:
    shown = console()
    shown.print()
    shown.print(Text(plain(text).plain, style="bold"))


def number(value: int | None) -> str:
    """Thousands are set apart."""
    return NONE if value is None else f"{value:,}"


def signed(value: int) -> str:
    return f"{value:+,}"


def _cell(value: Any) -> Text:
    if isinstance(value, Text):
        return value
    if isinstance(value, int) and not isinstance(value, bool):
        return Text(number(value))
    return plain(NONE if value is None or value == "" else str(value))
