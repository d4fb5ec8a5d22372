"""No query of the program may forget which generation it means: one that does fails whatever test sends it.

Every statement is looked at once. What tests ask by themselves is their own affair.
"""

import re
import sys
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, event

from app.projections.catalogue import PROJECTIONS

APP = str(Path(__file__).resolve().parents[1] / "app")
_TABLES = "|".join(str(table.name) for projection in PROJECTIONS for table in projection.tables)
_READ = re.compile(rf"\b(?:FROM|JOIN|UPDATE)\s+({_TABLES})\b(?:\s+AS\s+(\w+))?|,\s+({_TABLES})(?:\s+AS\s+(\w+))?\s")


def watch() -> None:
    event.listen(Engine, "before_cursor_execute", _refuse)


def _refuse(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
    names = forgotten(statement)
    if names and _is_ours():
        raise AssertionError(f"no generation is named for {', '.join(sorted(names))} in: {statement}")


@cache
def forgotten(statement: str) -> frozenset[str]:
    """The tables of projections that a statement does not narrow to a generation, by the names they have in it."""
    named = {alias or table or other or name for table, alias, name, other in _READ.findall(statement)}
    return frozenset(name for name in named if f"{name}.generation =" not in statement)


def _is_ours() -> bool:
    """Whether the program itself sends it, and no test or migration: the first of both on the way out."""
    frame = sys._getframe()  # noqa: SLF001 -- there is no other way to ask who is calling
    while frame.f_back is not None:
        frame = frame.f_back
        file = frame.f_code.co_filename
        if file.startswith(APP):
            return True
        if ("/tests/" in file and file != __file__) or "/migrations/" in file:
            return False
    return False
