"""`muster status`: each timeline's head and horizon, and how far its projections have come. Only looks."""

import sys
from typing import Any

import rich_click as click
from sqlalchemy import Connection, select, text

from app.api.asof import instant_text
from app.api.health import program_version
from app.api.replays import projections_of, show_replay
from app.cli.exits import Exit
from app.cli.options import as_json, settings
from app.cli.printing import print_heading, print_json, print_line, print_table
from app.cli.reaching import reached
from app.cli.replay.progress import in_words
from app.database.engine import reading
from app.database.migrations import newest_revision
from app.ledger import log
from app.ledger.tables import timelines
from app.projections.asof import horizon
from app.projections.replay.replays import OPEN, read_replays
from app.projections.runner import generations_of, states
from app.projections.tables import replays


@click.command()
@as_json
def status(*, as_json: bool) -> None:
    """Show every timeline with its projections. Exits 1 when one is stuck."""
    with reached(settings()) as engine, reading(engine) as connection:
        found = _status(connection)
    if as_json:
        print_json({**found, "timelines": [_shown(one) for one in found["timelines"]]})
    else:
        _print(found)
    if any(one["stuck_position"] for timeline in found["timelines"] for one in timeline["projections"]):
        sys.exit(Exit.PROBLEM)


def _status(connection: Connection) -> dict[str, Any]:
    titles = {row.timeline_id: row.title for row in connection.execute(select(timelines))}
    return {
        "version": program_version(),
        "revision": newest_revision(),
        "postgresql": connection.scalar(text("SHOW server_version")),
        "timelines": [_timeline(connection, name, titles[name]) for name in log.timeline_ids(connection)],
    }


def _timeline(connection: Connection, name: str, title: str) -> dict[str, Any]:
    head, found = log.head(connection, name), states(connection, name)
    return {
        "timeline": name,
        "title": title,
        "head": {"position": head.position, "recorded_at": instant_text(head.recorded_at)},
        "horizon": horizon(connection, generations_of(connection, found), min(one.position for one in found)),
        "projections": projections_of(connection, name),
        "replays": read_replays(connection, replays.c.timeline_id == name, replays.c.state.in_(OPEN)),
    }


def _print(found: dict[str, Any]) -> None:
    print_line(f"Muster {found['version']}, schema {found['revision']}, PostgreSQL {found['postgresql']}")
    if not found["timelines"]:
        print_line("There is no timeline yet.")
    for one in found["timelines"]:
        print_heading(f"{one['timeline']}: {one['title']}")
        head = one["head"]
        print_line(f"head {head['position']:,}, recorded {head['recorded_at']}, newest report {one['horizon'] or '-'}")
        columns = ("projection", "position", "behind", "generation", "kept", "state")
        print_table(columns, map(_row, one["projections"]), right=columns[1:4])
        for replay in one["replays"]:
            print_line(f"replay {replay.replay}: {in_words(replay)}")


def _shown(timeline: dict[str, Any]) -> dict[str, Any]:
    return {**timeline, "replays": [show_replay(one) for one in timeline["replays"]]}


def _row(one: dict[str, Any]) -> tuple[Any, ...]:
    stuck = f"stuck at {one['stuck_position']}: {one['stuck_reason']}" if one["stuck_position"] else None
    state = stuck or ("up to date" if one["lag_events"] == 0 else "catching up")
    kept = [str(other["generation"]) for other in one["generations"] if other["generation"] != one["generation"]]
    return one["projection"], one["position"], one["lag_events"], one["generation"], ", ".join(kept), state
