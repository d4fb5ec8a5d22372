"""Ranges of the ledger into generations that are not active, by the one path that live events take too.

The projections of a build go through each range together, in one transaction with their checkpoints: memory is bounded
by the range, and what is killed goes on where it last committed.
"""

from collections.abc import Sequence

import msgspec
from sqlalchemy import Connection
from sqlalchemy.exc import OperationalError

from app.domain.errors import MusterError, Unavailable
from app.ledger import log
from app.projections import runner
from app.projections.checkpoints import read_checkpoints, stop
from app.projections.folds import Folds
from app.projections.generations import Generations
from app.projections.projection import Fold, Projection


class Untaken(Exception):
    """A projection could not take a range that ends at `position`; with a range of one event, that is the event."""

    def __init__(self, projection: Projection, position: int, error: Exception) -> None:
        self.projection = projection
        self.position = position
        said = error.detail if isinstance(error, MusterError) else f"{type(error).__name__}: {error}"
        self.said = said
        super().__init__(f"{projection.name} cannot take the event at position {position}: {said}")


class Reached(msgspec.Struct, frozen=True, kw_only=True):
    """Where all the projections are, and where they end. What they keep in memory is kept once that is committed."""

    at: int
    limit: int
    folds: tuple[tuple[Projection, Fold], ...]

    def keep(self, folds: Folds, meant: Generations) -> None:
        for projection, fold in self.folds:
            folds.keep(meant, projection, self.at, fold)


def advance(
    connection: Connection,
    folds: Folds,
    meant: Generations,
    projections: Sequence[Projection],
    *,
    upto: int | None = None,
    size: int | None = None,
) -> Reached:
    """Take up to `size` events, or one batch, into each, the one that is furthest behind first.

    It ends at the head, or at `upto`, and never goes beyond what the projections rest on. The checkpoints are held: two
    who build the same do it one after the other. Raises Untaken.
    """
    found = read_checkpoints(connection, meant, held=projections)
    names = {one.name for one in projections}
    ends = [log.head(connection, meant.timeline).position if upto is None else upto]
    limit = min([*ends, *(found[name].position for one in projections for name in one.rests_on if name not in names)])
    behind = min(found[one.name].position for one in projections)
    goal = min(behind + (runner.batch_at(behind) if size is None else size), limit)
    taken = []
    for one in projections:
        at = found[one.name].position
        if at < goal:
            fold = folds.take(meant, one, at)
            try:
                runner.apply_range(connection, fold, meant, one, at, goal)
            except (Unavailable, OperationalError):  # the database, not the event
                raise
            except Exception as error:
                raise Untaken(one, goal, error) from error
            taken.append((one, fold))
    return Reached(at=max(behind, goal), limit=limit, folds=tuple(taken))


def mark(connection: Connection, meant: Generations, untaken: Untaken) -> None:
    """Write down where a generation stands still."""
    stop(connection, meant, untaken.projection, untaken.position, untaken.said)
