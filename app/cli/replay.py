"""`muster replay`: build projections anew from the ledger, from position zero. Readers see the old rows meanwhile."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import rich_click as click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from app.cli.options import as_json, chosen_timeline, settings, timeline_option
from app.cli.printing import print_json, print_table
from app.cli.reaching import reached
from app.database.engine import reading
from app.domain.errors import Unknown, nearest_hint
from app.projections import runner

NAMES = [projection.name for projection in runner.PROJECTIONS]


@click.command()
@click.argument("projection", default="all")
@timeline_option
@as_json
def replay(*, projection: str, timeline: str | None, as_json: bool) -> None:
    """Build a PROJECTION (or all) anew, with those that rest on it. Answers keep coming from the old rows meanwhile."""
    wanted = _wanted(projection)
    with reached(settings()) as engine:
        with reading(engine) as connection:
            name = chosen_timeline(connection, timeline)
        with _shown() as progress:
            runner.rebuild(engine, name, wanted, progress=progress)
        with reading(engine) as connection:
            states = runner.states(connection, name)
    if as_json:
        print_json({"timeline": name, "projections": states})
        return
    rows = ((one.projection, one.generation, one.position, one.head) for one in states)
    print_table(("projection", "generation", "position", "head"), rows, right=("generation", "position", "head"))


def _wanted(projection: str) -> list[str]:
    if projection == "all":
        return NAMES
    if projection not in NAMES:
        hint = nearest_hint(projection, NAMES) or f"there are {', '.join(NAMES)}; or all"
        raise Unknown(f"no projection {projection}", code="unknown-projection", hint=hint)
    return [projection]


@contextmanager
def _shown() -> Iterator[Callable[[str, int, int], None]]:
    """A bar for each projection, on a terminal; elsewhere nothing."""
    columns = TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn()
    with Progress(*columns, console=Console(stderr=True), disable=not sys.stderr.isatty()) as bars:
        tasks = {name: bars.add_task(name, total=None, visible=False) for name in NAMES}

        def told(name: str, position: int, head: int) -> None:
            bars.update(tasks[name], completed=position, total=head, visible=True)

        yield told
