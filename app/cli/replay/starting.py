"""`muster replay [PROJECTION]`: start a replay or go on with one, do the work with so many processes."""

import subprocess
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from uuid import UUID

import rich_click as click
from sqlalchemy import Connection, Engine

from app.api.replaying import worker_name
from app.api.replays import SWITCHES, parse_replay, show_replay
from app.cli.entropy import new_id
from app.cli.exits import Exit
from app.cli.options import as_json, settings
from app.cli.printing import print_json, print_table
from app.cli.reaching import reached
from app.cli.replay.differences import print_ends, write_differences
from app.cli.replay.progress import watched
from app.database.engine import reading, writing
from app.domain.errors import Malformed, Unknown
from app.ledger import log
from app.projections.replay import asking
from app.projections.replay.asking import ALL, Asked
from app.projections.replay.foretelling import Foretold, foretell
from app.projections.replay.replays import Replay, Switch, find
from app.projections.replay.working import resume, work

JOBS_MAX = 64


@click.command()
@click.argument("projection", default=ALL)
@click.option("--timeline", envvar="MUSTER_TIMELINE", help="Of this timeline; else of every one (MUSTER_TIMELINE).")
@click.option("--assumptions", help="By this set of assumptions; else by that of the active generation.")
@click.option("--to", type=int, help="Up to this position only, to look at.")
@click.option("--dry-run", is_flag=True, help="Tell what would be read and how long it would take; store nothing.")
@click.option("--switch", type=click.Choice(SWITCHES), help="When to switch to what was built; when-equal unless said.")
@click.option("--jobs", type=click.IntRange(1, JOBS_MAX), default=1, help="Processes that share the timelines.")
@click.option("--resume", "resumed", help="Go on with this replay, or help with it.")
@click.option(
    "--difference", type=click.Path(dir_okay=False, path_type=Path), help="Write the differences to this file."
)
@as_json
def start(
    *,
    projection: str,
    timeline: str | None,
    assumptions: str | None,
    to: int | None,
    dry_run: bool,
    switch: Switch | None,
    jobs: int,
    resumed: str | None,
    difference: Path | None,
    as_json: bool,
) -> None:
    """Build a PROJECTION (or all), and what rests on it, anew from the ledger: of every timeline unless one is named.

    Answers come from the generation that was active until the switch. Exits 1 where a replay failed.
    """
    asked = Asked(projection=projection, assumptions=assumptions, to=to, switch=switch or "when-equal")
    chosen = settings()
    with reached(chosen) as engine:
        if dry_run:
            _print_foretold([foretell(engine, name, asked) for name in _timelines(engine, timeline)], as_json=as_json)
            return
        with writing(engine) as connection:
            if resumed is not None:
                replay = _resumed(connection, parse_replay(resumed), asked, switch)
            else:
                replay = new_id()
                for name in _timelines(engine, timeline):
                    asking.start(connection, name, replay, asked)
        click.echo(f"replay {replay}", err=True)
        _work(engine, replay, jobs, chosen.lease_seconds)
        with reading(engine) as connection:
            ended = find(connection, replay)
    _tell(ended, difference, as_json=as_json)


def _timelines(engine: Engine, named: str | None) -> list[str]:
    """The one that was named, or all. Raises Unknown with the nearest, or where there is none."""
    with reading(engine) as connection:
        if named is not None:
            log.head(connection, named)
            return [named]
        if found := log.timeline_ids(connection):
            return found
    raise Unknown("there is no timeline yet", code="unknown-timeline", hint="POST /v1/timelines creates one")


def _resumed(connection: Connection, replay: UUID, asked: Asked, switch: Switch | None) -> UUID:
    if asked.assumptions is not None or asked.to is not None or asked.projection != ALL:
        raise Malformed("a replay that is resumed goes on with what it was begun with", hint="give --switch at most")
    resume(connection, replay, switch=switch)
    return replay


def _work(engine: Engine, replay: UUID, jobs: int, lease_seconds: int) -> None:
    """This process and `jobs` - 1 others do the work; it is watched from here until all of it is done."""
    command = [sys.executable, "-P", "-m", "app.cli.main", "replay", "start", "--resume", str(replay), "--json"]
    others = [_helper(command) for _ in range(jobs - 1)]
    stopped, ended = threading.Event(), threading.Event()
    failures: list[BaseException] = []

    def run() -> None:
        try:
            work(engine, replay, worker_name(), lease_seconds=lease_seconds, stopped=stopped)
        except BaseException as error:  # noqa: BLE001 -- it is raised again where the command waits
            failures.append(error)
        finally:
            ended.set()

    worker = threading.Thread(target=run, name="replay")
    worker.start()
    try:
        watched(engine, replay, ended)
    finally:
        stopped.set()
        if not ended.is_set():
            click.echo(f"stopping after the range at hand; go on with: muster replay --resume {replay}", err=True)
        ended.wait()
        for other in others:
            other.terminate()
            other.wait()
    if failures:
        raise failures[0]


def _helper(command: Sequence[str]) -> "subprocess.Popen[bytes]":
    """Our own program, without a shell; what it has to tell is in the table of replays."""
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # noqa: S603  # see above


def _tell(ended: Sequence[Replay], file: Path | None, *, as_json: bool) -> None:
    if file is not None:
        write_differences(file, ended)
    if as_json:
        print_json([show_replay(one) for one in ended])
    else:
        print_ends(ended)
    if any(one.state == "failed" for one in ended):
        sys.exit(Exit.PROBLEM)


def _print_foretold(found: Sequence[Foretold], *, as_json: bool) -> None:
    if as_json:
        print_json(found)
        return
    columns = ("timeline", "projections", "assumptions", "to", "events", "events/s", "seconds")
    rows = (
        (one.timeline, ", ".join(one.projections), one.assumptions, one.to, one.events, *_rounded(one)) for one in found
    )
    print_table(columns, rows, right=columns[3:])


def _rounded(one: Foretold) -> tuple[int | None, int | None]:
    return (
        round(one.events_per_second) if one.events_per_second is not None else None,
        round(one.seconds) if one.seconds is not None else None,
    )
