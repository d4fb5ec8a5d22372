"""`muster replay rollback` and `drop`: go back to the generations before, and remove those that nobody reads."""

import rich_click as click

from app.api.replays import parse_replay, show_replay
from app.cli.options import as_json, chosen_timeline, settings, timeline_option
from app.cli.printing import print_json, print_line
from app.cli.reaching import reached
from app.database.engine import reading
from app.projections.replay import switching


@click.command()
@timeline_option
@as_json
def rollback(*, timeline: str | None, as_json: bool) -> None:
    """Undo the last switch: the generations before it take in what came since, and are answered from again."""
    with reached(settings()) as engine:
        with reading(engine) as connection:
            name = chosen_timeline(connection, timeline)
        undone = switching.roll_back(engine, name)
    if as_json:
        print_json(show_replay(undone))
        return
    numbers = ", ".join(f"{one} {(undone.before or {})[one]}" for one in undone.projections)
    print_line(f"{name}: answers come from {numbers} again. What replay {undone.replay} made is kept.")


@click.command()
@click.argument("replay", required=False)
@timeline_option
@as_json
def drop(*, replay: str | None, timeline: str | None, as_json: bool) -> None:
    """Remove the rows that a REPLAY made, and cancel it if it is under way; without one, all that are only kept."""
    with reached(settings()) as engine:
        with reading(engine) as connection:
            name = chosen_timeline(connection, timeline)
        dropped = switching.drop(engine, name, parse_replay(replay) if replay is not None else None)
    if as_json:
        print_json({"timeline": name, "dropped": dropped})
    elif dropped:
        print_line(f"{name}: dropped {', '.join(f'{one.projection} {one.generation}' for one in dropped)}.")
    else:
        print_line(f"{name}: nothing is kept beside the active generations.")
