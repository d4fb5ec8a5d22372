"""How much of what was said a process keeps in memory, to project and to read from: so many reports for each.

Who comes by a timeline once, as an import or a replay, needs no more than those that he is at. A server is asked again
and again, and what is not in memory it reads anew, whole subjects at a time.
"""

from weakref import WeakKeyDictionary

from sqlalchemy import Engine

REPORTS_HELD = 50_000
"""Where nothing else was asked for. A report with what is made of it takes some 2.4 kB (at 400,000 events)."""

_OF: WeakKeyDictionary[Engine, int] = WeakKeyDictionary()


def hold(engine: Engine, reports: int) -> None:
    """For as long as the process asks this database, and before it does."""
    _OF[engine] = reports


def reports_held(engine: Engine) -> int:
    return _OF.get(engine, REPORTS_HELD)
