"""Conditions on many values at once. They go as one array, written as PostgreSQL writes it: a statement takes no more
than 65,535 parameters, a source may well have told more reports than that, and the driver takes long over a list.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import ARRAY, ColumnElement, Text, cast, func, literal, select, tuple_

_TEXTS = ARRAY(Text)


def as_array(values: Sequence[str]) -> str:
    """As PostgreSQL writes an array of texts. Source: PostgreSQL manual, Arrays, Array Input and Output Syntax."""
    text = '","'.join(values)
    if "\\" in text or text.count('"') != 2 * max(len(values) - 1, 0):
        text = '","'.join([value.replace("\\", "\\\\").replace('"', '\\"') for value in values])
    return f'{{"{text}"}}' if values else "{}"


def among(column: ColumnElement[str], values: Iterable[str]) -> ColumnElement[bool]:
    """Whether the column is any of these; of none at all it never is.

    As a table of them, and not as `= ANY`: once a statement is prepared one plan has to do for any number of values,
    and that of `= ANY` may hold each row against each of thousands.
    """
    wanted = func.unnest(_array(sorted(set(values)))).table_valued("value").render_derived()
    return column.in_(select(wanted.c.value))


def rows_among(columns: Sequence[ColumnElement[str]], rows: Iterable[tuple[str, ...]]) -> ColumnElement[bool]:
    """Whether the columns are together any of these rows, each with one text for each column."""
    by_column = list(zip(*sorted(set(rows)), strict=True)) or [()] * len(columns)
    names = [f"value_{place}" for place in range(len(columns))]
    wanted = func.unnest(*map(_array, by_column)).table_valued(*names).render_derived()
    return tuple_(*columns).in_(select(*(wanted.c[name] for name in names)))


def _array(values: Sequence[str]) -> ColumnElement[Any]:
    return cast(literal(as_array(values), Text), _TEXTS)
