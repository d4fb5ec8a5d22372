"""How far a replay is, for who waits for it: bars on a terminal, plain lines elsewhere, on stderr in both cases.

Read from the table of replays, as any other shell can: what is shown is what was committed, whoever did it.
"""

import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from uuid import UUID

import rich_click as click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn
from sqlalchemy import Engine

from app.database.engine import reading
from app.projections.replay.replays import Replay, find

LOOK_SECONDS = 0.5
LINE_SECONDS = 5.0


def watched(engine: Engine, replay: UUID, ended: threading.Event) -> None:
    """Show the replay until its worker has ended.

    An event and not the thread is waited for: a `join` that a signal breaks off takes the thread for ended (CPython
    3.11), and nobody would wait for it any more.
    """
    with _bars() if sys.stderr.isatty() else _lines() as show:
        while not ended.is_set():
            with reading(engine) as connection:
                found = find(connection, replay)
            for one in found:
                show(one)
            ended.wait(LOOK_SECONDS)


def in_words(replay: Replay) -> str:
    """Where it is, who is at it, how fast, and how long it will still take."""
    if is_stopped(replay):
        return f"stopped at {replay.position:,} of {replay.target:,}"
    told = [f"{replay.state} {replay.position:,} of {replay.target:,}"]
    if replay.state == "running" and replay.events_per_second:
        told.append(f"{replay.events_per_second:,.0f} events/s")
    if replay.seconds_left is not None:
        told.append(f"{replay.seconds_left:,.0f} s left" if replay.position < replay.target else "comparing")
    if replay.worker is not None:
        told.append(f"by {replay.worker}")
    return ", ".join(told)


def is_stopped(replay: Replay) -> bool:
    """Nobody is at it any more: its worker was not heard of for its lease."""
    return replay.state == "running" and replay.lapsed


def way_on(replays: Iterable[Replay]) -> Iterator[str]:
    """A line for each that is stopped."""
    for replay in dict.fromkeys(one.replay for one in replays if is_stopped(one)):
        yield f"go on with: muster replay --resume {replay}"


@contextmanager
def _bars() -> Iterator[Callable[[Replay], None]]:
    columns = TextColumn("{task.fields[timeline]}"), BarColumn(), MofNCompleteColumn(), TextColumn("{task.description}")
    with Progress(*columns, console=Console(stderr=True, markup=False)) as progress:
        tasks: dict[str, TaskID] = {}

        def show(one: Replay) -> None:
            if one.timeline not in tasks:
                tasks[one.timeline] = progress.add_task("", total=None, timeline=one.timeline)
            text = in_words(one)
            progress.update(tasks[one.timeline], completed=one.position, total=one.target, description=text)

        yield show


@contextmanager
def _lines() -> Iterator[Callable[[Replay], None]]:
    """A line for each timeline where something is to be told: its state is another one, or some seconds went by."""
    told: dict[str, tuple[str, float]] = {}

    def show(one: Replay) -> None:
        state, since = told.get(one.timeline, ("", 0.0))
        now = time.monotonic()
        if one.state != state or (one.state == "running" and now - since >= LINE_SECONDS):
            told[one.timeline] = one.state, now
            click.echo(f"{one.timeline}: {in_words(one)}", err=True)

    yield show
