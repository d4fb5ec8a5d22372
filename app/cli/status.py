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
from app.cli.replay.progress import in_words, way_on
from app.database.engine import reading
from app.database.migrations import newest_revision
from app.domain.meanings import counted
from app.ledger import log, verifications
from app.ledger.tables import timelines
from app.ledger.verifications import Watched
from app.projections.asof import horizon
from app.projections.replay.replays import OPEN, read_replays
from app.projections.runner import generations_of, states
from app.projections.tables import replays


@click.command()
@click.option("--timeline", help="This one alone; else every one.")
@as_json
def status(*, timeline: str | None, as_json: bool) -> None:
    """Show every timeline with its projections, and when it was last verified. Exits 1 when one is stuck."""
    with reached(settings()) as engine, reading(engine) as connection:
        found = _status(connection, timeline)
    if as_json:
        print_json({**found, "timelines": [_shown(one) for one in found["timelines"]]})
    else:
        _print(found)
    if any(one["stuck_position"] for timeline in found["timelines"] for one in timeline["projections"]):
        sys.exit(Exit.PROBLEM)


def _status(connection: Connection, named: str | None) -> dict[str, Any]:
    """Raises Unknown, with the nearest, for a timeline that is not there."""
    if named is not None:
        log.head(connection, named)
    names = log.timeline_ids(connection) if named is None else [named]
    verified = {one.timeline: one for one in verifications.last_verified(connection, names)}
    titles = {row.timeline_id: row.title for row in connection.execute(select(timelines))}
    return {
        "version": program_version(),
        "revision": newest_revision(),
        "postgresql": connection.scalar(text("SHOW server_version")),
        "timelines": [_timeline(connection, name, titles[name], verified.get(name)) for name in names],
    }


def _timeline(connection: Connection, name: str, title: str, verified: Watched | None) -> dict[str, Any]:
    head, found = log.head(connection, name), states(connection, name)
    return {
        "timeline": name,
        "title": title,
        "head": {"position": head.position, "recorded_at": instant_text(head.recorded_at)},
        "horizon": horizon(connection, generations_of(connection, found), min(one.position for one in found)),
        "verified": verified and {"to": verified.position, "sound": verified.sound, "seconds_ago": _age(verified)},
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
        print_line(_verified(one["verified"]))
        columns = ("projection", "position", "behind", "generation", "kept", "state")
        print_table(columns, map(_row, one["projections"]), right=columns[1:4])
        for replay in one["replays"]:
            print_line(f"replay {replay.replay}: {in_words(replay)}")
        for line in way_on(one["replays"]):
            print_line(line)


def _age(verified: Watched) -> int | None:
    return round(verified.age_seconds) if verified.age_seconds is not None else None


def _verified(found: dict[str, Any] | None) -> str:
    if found is None:
        return "never verified here: muster verify"
    ago = f"{_ago(found['seconds_ago'])} ago" if found["seconds_ago"] is not None else "at a time that is not known"
    if not found["sound"]:
        return f"verified {ago}: WRONG at position {found['to']:,}; muster verify says what"
    return f"verified {ago}, up to position {found['to']:,}"


def _ago(seconds: int) -> str:
    """In the largest unit of which there are two or more."""
    for length, noun in ((86_400, "day"), (3_600, "hour"), (60, "minute")):
        if seconds >= 2 * length:
            return counted(seconds // length, noun)
    return counted(seconds, "second")


def _shown(timeline: dict[str, Any]) -> dict[str, Any]:
    return {**timeline, "replays": [show_replay(one) for one in timeline["replays"]]}


def _row(one: dict[str, Any]) -> tuple[Any, ...]:
    stuck = f"stuck at {one['stuck_position']}: {one['stuck_reason']}" if one["stuck_position"] else None
    state = stuck or ("up to date" if one["lag_events"] == 0 else "catching up")
    kept = [str(other["generation"]) for other in one["generations"] if other["generation"] != one["generation"]]
    return one["projection"], one["position"], one["lag_events"], one["generation"], ", ".join(kept), state
