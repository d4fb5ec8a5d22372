"""What projections keep in memory from one batch of events to the next, in one process.

A fold is taken out while it is used, and put back once its batch is committed. Whoever finds the checkpoint elsewhere
than a fold left it gets a fresh one: somebody else has written since.
"""

from collections import OrderedDict
from threading import Lock
from weakref import WeakKeyDictionary

from sqlalchemy import Engine

from app.projections.generations import Generations
from app.projections.holding import REPORTS_HELD, reports_held
from app.projections.projection import Fold, Projection

FULL_FOLDS = 4
"""Of so many folds all reports that each may hold are kept; then those folds that have rested longest go."""

_Key = tuple[str, str, int]


class Folds:
    """By timeline, projection and generation, each with the position that it has reached; so many reports in all."""

    def __init__(self, most: int = FULL_FOLDS * REPORTS_HELD) -> None:
        self._most = most
        self._lock = Lock()
        self._kept: OrderedDict[_Key, tuple[int, Fold]] = OrderedDict()

    def take(self, meant: Generations, projection: Projection, position: int) -> Fold:
        """The fold that stands at the position, or a new one. It is the caller's alone until it is kept again."""
        with self._lock:
            reached, fold = self._kept.pop(_key(meant, projection), (-1, None))
        return fold if fold is not None and reached == position else projection.begin(meant)

    def keep(self, meant: Generations, projection: Projection, position: int, fold: Fold) -> None:
        with self._lock:
            self._kept[_key(meant, projection)] = (position, fold)
            while len(self._kept) > 1 and sum(kept.size for _, kept in self._kept.values()) > self._most:
                self._kept.popitem(last=False)

    def forget(self, timeline: str) -> None:
        """Make room: who comes next to the timeline begins anew with what he touches."""
        with self._lock:
            for key in [key for key in self._kept if key[0] == timeline]:
                del self._kept[key]


def _key(meant: Generations, projection: Projection) -> _Key:
    return meant.timeline, projection.name, meant.numbers[projection.name]


_OF: WeakKeyDictionary[Engine, Folds] = WeakKeyDictionary()


def folds_of(engine: Engine) -> Folds:
    """Those on one database."""
    return _OF.setdefault(engine, Folds(FULL_FOLDS * reports_held(engine)))
