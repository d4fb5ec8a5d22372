"""What was read from a database and can never become otherwise, kept in memory while there is room.

For readers alone: nothing may be kept that was read in a transaction which writes, and may yet be taken back.
"""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Generic, TypeVar
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, Engine

T = TypeVar("T")


class Kept(Generic[T]):
    """Values by name, each database's apart. Beyond `most` in weight, those that nobody asked for longest go; it may be
    another for each.
    """

    def __init__(self, most: int | Callable[[Engine], int]) -> None:
        self._most = most
        self._lock = Lock()
        self._of: WeakKeyDictionary[Engine, OrderedDict[Hashable, tuple[int, T]]] = WeakKeyDictionary()
        self._weights: WeakKeyDictionary[Engine, int] = WeakKeyDictionary()

    def find(self, connection: Connection, name: Hashable) -> T | None:
        with self._lock:
            values = self._of.get(connection.engine)
            if values is None or name not in values:
                return None
            values.move_to_end(name)
            return values[name][1]

    def keep(self, connection: Connection, name: Hashable, value: T, *, weight: int = 1) -> T:
        most = self._most if isinstance(self._most, int) else self._most(connection.engine)
        with self._lock:
            values = self._of.setdefault(connection.engine, OrderedDict())
            held = self._weights.get(connection.engine, 0) + weight - values.pop(name, (0, None))[0]
            values[name] = (weight, value)
            while len(values) > 1 and held > most:
                held -= values.popitem(last=False)[1][0]
            self._weights[connection.engine] = held
        return value
