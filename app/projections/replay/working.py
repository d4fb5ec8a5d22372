"""A worker: takes a replay that nobody has, builds, compares, and switches or keeps.

All that it does is in transactions that hold the replay at the epoch of its lease, so that it may die anywhere.
"""

import threading
import time
from contextlib import suppress
from uuid import UUID

import msgspec
from sqlalchemy import ColumnElement, Connection, Engine

from app.database.engine import reading, writing
from app.database.planning import analyze_new_tables
from app.domain.errors import Conflict, Unavailable
from app.ledger import log
from app.projections import runner
from app.projections.checkpoints import read_checkpoints
from app.projections.folds import Folds, folds_of
from app.projections.replay.asking import built_by, hold_all, meant_by, refuse_beside, refuse_short
from app.projections.replay.building import Untaken, advance, mark
from app.projections.replay.difference import Difference, read_difference
from app.projections.replay.pace import Pace
from app.projections.replay.replays import (
    OPEN,
    RESUMABLE,
    Fenced,
    Lease,
    Replay,
    State,
    Switch,
    change,
    end,
    find,
    guard,
    keep,
    take,
)
from app.projections.replay.switching import point
from app.projections.tables import replays

PAUSE_SECONDS = 0.5
SWITCH_TRIES = 10
REASON_CHARACTERS_MAX = 500


class Stopping(Exception):
    """Somebody wants the worker to stop: the replay is given back as it is."""


def work(
    engine: Engine,
    replay: UUID,
    worker: str,
    *,
    lease_seconds: int,
    stopped: threading.Event,
    size: int | None = None,
) -> None:
    """Take every row of a replay in turn until none is open any more, also those whose worker was lost on the way."""
    while not stopped.is_set():
        own = replays.c.replay == replay
        if work_once(engine, worker, own, lease_seconds=lease_seconds, stopped=stopped, size=size):
            continue
        with reading(engine) as connection:
            if not any(one.state in OPEN for one in find(connection, replay)):
                return
        stopped.wait(PAUSE_SECONDS)


def work_once(
    engine: Engine,
    worker: str,
    *where: ColumnElement[bool],
    lease_seconds: int,
    stopped: threading.Event,
    size: int | None = None,
) -> bool:
    """Carry one replay out that is free; False without any."""
    lease = take(engine, worker, lease_seconds, *where)
    if lease is None:
        return False
    _Work(engine, lease, stopped, size).carry_out()
    return True


def resume(connection: Connection, replay: UUID, *, switch: Switch | None = None) -> list[Replay]:
    """Open a replay again that was stopped, failed or kept, with another decision on the switch if one is given.

    Raises Unknown without it, Malformed where it is to be switched to and ends before the head, and Conflict where it
    ended, where its generations were dropped, or where another replay builds the same projections.
    """
    found = find(connection, replay)
    open_again = [one for one in found if one.state in RESUMABLE]
    if not open_again:
        raise Conflict(f"replay {replay} is {found[0].state}, and there is nothing left to resume", code="replay-ended")
    for one in open_again:
        hold_all(connection, one.timeline)
        refuse_short(switch or "when-equal", one.upto, log.head(connection, one.timeline).position)
        refuse_beside(connection, one.timeline, one.projections, but=[replay])
        meant_by(connection, one.timeline, one.generations)
        if one.state not in OPEN:
            # who resumes what has ended decides anew: what was switched to and rolled back is not switched to unasked
            change(connection, one, state="waiting", switch=switch or "when-equal", reason=None, ended_at=None)
        elif switch is not None and switch != one.switch:
            change(connection, one, switch=switch)
    return find(connection, replay)


class _Work:
    """One replay of one timeline under one lease."""

    def __init__(self, engine: Engine, lease: Lease, stopped: threading.Event, size: int | None) -> None:
        self._size = size
        self._engine = engine
        self._lease = lease
        self._stopped = stopped
        self._folds = Folds()
        self._pace = Pace()
        self._renewed = time.monotonic()
        with reading(engine) as connection:
            self._replay = find(connection, lease.replay, timeline=lease.timeline)[0]
            self._built = built_by(self._replay)
            self._meant = meant_by(connection, lease.timeline, self._replay.generations)

    def carry_out(self) -> None:
        try:
            self._make_room()
            self._build()
            self._settle(self._compare())
        except Fenced:
            return
        except Stopping:
            self._end("waiting")
        except Conflict as conflict:
            self._end("kept", conflict.detail)
        except Untaken as untaken:
            self._end("failed", str(untaken), untaken)

    def _make_room(self) -> None:
        """Of the standing build memory need hold nothing while another is built: it is brought up first."""
        self._catch_up()
        folds_of(self._engine).forget(self._lease.timeline)

    def _catch_up(self) -> None:
        """Bring the standing build up, as far as it can be."""
        with suppress(Unavailable):
            runner.catch_up(self._engine, self._lease.timeline)

    def _build(self) -> None:
        """Range by range to the end. What the projections rest on has to be there first."""
        self._catch_up()
        at, limit = self._range(0)
        while at < limit:
            try:
                at, limit = self._range(self._size)
            except Untaken as untaken:
                while at < untaken.position:  # again one by one, so that the event at fault can be named
                    at, limit = self._range(1)

    def _range(self, size: int | None) -> tuple[int, int]:
        if self._stopped.is_set():
            raise Stopping
        with writing(self._engine) as connection:
            guard(connection, self._lease)
            reached = advance(connection, self._folds, self._meant, self._built, upto=self._replay.upto, size=size)
            told = {
                "position": reached.at,
                "head": reached.limit,
                "events_per_second": self._pace.reach(reached.at, time.monotonic()),
            }
            keep(connection, self._lease, **told)
        reached.keep(self._folds, self._meant)
        if reached.at < reached.limit:
            analyze_new_tables(self._engine)
        self._renewed = time.monotonic()
        return reached.at, reached.limit

    def _compare(self) -> Difference:
        self._folds = Folds()  # what building has kept in memory is of no use here, and comparing needs room
        self._catch_up()
        with reading(self._engine) as connection:
            standing = runner.active_generations(connection, self._lease.timeline)
            both = [read_checkpoints(connection, meant) for meant in (standing, self._meant)]
            position = min(found[one.name].position for found in both for one in self._built)
            found = read_difference(connection, standing, self._meant, self._built, position, beat=self._beat)
        with writing(self._engine) as connection:
            guard(connection, self._lease)
            keep(connection, self._lease, difference=msgspec.json.encode(found).decode())
        return found

    def _beat(self) -> None:
        """Hold on to the lease while nothing is written."""
        if self._stopped.is_set():
            raise Stopping
        if time.monotonic() - self._renewed > self._lease.seconds / 3:
            with writing(self._engine) as connection:
                guard(connection, self._lease)
                keep(connection, self._lease)
            self._renewed = time.monotonic()

    def _settle(self, difference: Difference) -> None:
        with reading(self._engine) as connection:
            switch = find(connection, self._lease.replay, timeline=self._lease.timeline)[0].switch
        if switch == "never":
            self._end("kept")
        elif switch == "when-equal" and not difference.equal:
            self._end("kept", "the generations differ")
        else:
            self._switch()

    def _switch(self) -> None:
        """Under lock as little as possible: what has arrived meanwhile is taken in before, as often as it takes."""
        for _ in range(SWITCH_TRIES):
            self._build()
            with suppress(Unavailable), writing(self._engine) as connection:
                hold_all(connection, self._lease.timeline)
                guard(connection, self._lease)
                reached = advance(connection, self._folds, self._meant, self._built, upto=self._replay.upto)
                if reached.at == reached.limit:
                    before = msgspec.json.encode(point(connection, self._meant, self._built)).decode()
                    told = {"position": reached.at, "head": reached.limit, "before": before}
                    end(connection, self._lease, "switched", **told)
                    return
        raise Conflict("the ledger grows faster than the replay takes it in", code="replay-behind")

    def _end(self, state: State, reason: str | None = None, untaken: Untaken | None = None) -> None:
        with suppress(Fenced), writing(self._engine) as connection:
            guard(connection, self._lease)
            if untaken is not None:
                mark(connection, self._meant, untaken)
            told = reason[:REASON_CHARACTERS_MAX] if reason is not None else None
            end(connection, self._lease, state, reason=told)
