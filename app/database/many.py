"""Conditions on many values at once. They go as one array: a statement takes no more than 65,535 parameters, and a
source may well have told more reports than that.
"""

from collections.abc import Iterable, Sequence

from sqlalchemy import ARRAY, ColumnElement, Text, func, literal, select, tuple_

_TEXTS = ARRAY(Text)


def among(column: ColumnElement[str], values: Iterable[str]) -> ColumnElement[bool]:
    """Whether the column is any of these; of none at all it never is.

    As a table of them, and not as `= ANY`: once a statement is prepared one plan has to do for any number of values,
    and that of `= ANY` may hold each row against each of thousands.
    """
    wanted = func.unnest(literal(sorted(set(values)), _TEXTS)).table_valued("value").render_derived()
    return column.in_(select(wanted.c.value))


def rows_among(columns: Sequence[ColumnElement[str]], rows: Iterable[tuple[str, ...]]) -> ColumnElement[bool]:
    """Whether the columns are together any of these rows, each with one text for each column."""
    by_column = list(zip(*sorted(set(rows)), strict=True)) or [()] * len(columns)
    names = [f"value_{place}" for place in range(len(columns))]
    arrays = [literal(list(values), _TEXTS) for values in by_column]
    wanted = func.unnest(*arrays).table_valued(*names).render_derived()
    return tuple_(*columns).in_(select(*(wanted.c[name] for name in names)))
