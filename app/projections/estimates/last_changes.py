"""When what is said of a subject changed last, as far as this process took the changes in.

What was read of a subject since then is what is said of it still. A fold that goes on where it stood misses nothing, so
what it tells holds from where it began up to where it stands; beyond that nothing is known. It is written nowhere: who
projects the same timeline elsewhere, maybe in another version, does not know of it and would leave it behind.
"""

from collections import OrderedDict
from collections.abc import Mapping
from threading import Lock
from weakref import WeakKeyDictionary

from sqlalchemy import Engine

from app.domain.statements import Subject
from app.projections.generations import Generations

FOLDS_KNOWN_MAX = 1_000


class LastChanges:
    """Of one fold. It is read while it grows: whoever asks then is told too little, and never too much."""

    def __init__(self, began: int) -> None:
        self._began = self._reached = began
        self._last: dict[Subject, int] = {}

    def add(self, changed: Mapping[Subject, int], reached: int) -> None:
        """By subject the last event up to the position reached that changed what is said of it."""
        self._last.update(changed)
        self._reached = reached  # after the changes: only then may anybody rest on there being no others

    def since(self, subject: Subject, position: int) -> int:
        """The earliest position known from which on the same is said of the subject as at this one."""
        if position > self._reached:
            return position
        return min(self._last.get(subject, self._began), position)


_OF: WeakKeyDictionary[Engine, OrderedDict[tuple[str, int], LastChanges]] = WeakKeyDictionary()
_LOCK = Lock()


def publish(engine: Engine, meant: Generations, changes: LastChanges) -> None:
    """For all who read these generations in this process. It may tell of nothing that is not in the ledger for good."""
    with _LOCK:
        known = _OF.setdefault(engine, OrderedDict())
        known[_name(meant)] = changes
        known.move_to_end(_name(meant))
        while len(known) > FOLDS_KNOWN_MAX:
            known.popitem(last=False)


def last_changes(engine: Engine, meant: Generations) -> LastChanges | None:
    with _LOCK:
        known = _OF.get(engine)
        return known.get(_name(meant)) if known is not None else None


def _name(meant: Generations) -> tuple[str, int]:
    return meant.timeline, meant.numbers["estimates"]
