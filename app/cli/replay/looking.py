"""`muster replay list` and `show`: which replays there were, and what one of them found."""

from pathlib import Path

import rich_click as click

from app.api.replays import parse_replay, show_replay
from app.cli.options import as_json, settings, timeline_option
from app.cli.printing import print_json, print_line, print_table
from app.cli.reaching import reached
from app.cli.replay.differences import ending, print_ends, write_differences
from app.cli.replay.progress import in_words, way_on
from app.database.engine import reading
from app.ledger import log
from app.projections.replay.replays import OPEN, Replay, find, read_replays
from app.projections.tables import replays


@click.command("list")
@timeline_option
@as_json
def list_(*, timeline: str | None, as_json: bool) -> None:
    """List all replays, the latest first; of one timeline if it is named."""
    with reached(settings()) as engine, reading(engine) as connection:
        if timeline is not None:
            log.head(connection, timeline)
        found = read_replays(connection, *([replays.c.timeline_id == timeline] if timeline is not None else []))
    if as_json:
        print_json([{**show_replay(one), "difference": None} for one in found])
        return
    columns = ("replay", "timeline", "generations", "assumptions", "state")
    print_table(
        columns,
        ((one.replay, one.timeline, _made(one), one.assumptions, _state(one)) for one in found),
        whole=("replay",),
        nothing="Nothing was replayed yet: `muster replay` does it.",
    )
    for line in way_on(found):
        print_line(line)


@click.command()
@click.argument("replay")
@timeline_option
@click.option(
    "--difference", type=click.Path(dir_okay=False, path_type=Path), help="Write the differences to this file."
)
@as_json
def show(*, replay: str, timeline: str | None, difference: Path | None, as_json: bool) -> None:
    """Show a REPLAY: how far it is, how it ended, and what it would change or did."""
    with reached(settings()) as engine, reading(engine) as connection:
        found = find(connection, parse_replay(replay), timeline=timeline)
    if difference is not None:
        write_differences(difference, found)
    if as_json:
        print_json([show_replay(one) for one in found])
    else:
        print_ends(found)


def _made(replay: Replay) -> str:
    return ", ".join(f"{name} {replay.generations[name]}" for name in replay.projections)


def _state(replay: Replay) -> str:
    return in_words(replay) if replay.state in OPEN else ending(replay)
