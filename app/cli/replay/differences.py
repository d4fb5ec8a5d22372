"""How replays ended and what they would change, as tables: rows by table, then the estimates that move most."""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import msgspec
import rich_click as click
from rich.text import Text

from app.cli.printing import below, number, print_heading, print_line, print_table
from app.domain.panel import Figures
from app.projections.estimates.behind import Behind
from app.projections.replay.difference import Difference, Moved
from app.projections.replay.replays import Replay

SHOWN = 20

difference_option = click.option(
    "--difference", type=click.Path(dir_okay=False, path_type=Path), help="Write the differences to this file, as JSON."
)


def write_differences(file: Path, found: Iterable[Replay]) -> None:
    """By timeline; null where the generations were not compared."""
    told = {one.timeline: msgspec.Raw((one.difference or "null").encode()) for one in found}
    file.write_bytes(msgspec.json.format(msgspec.json.encode(told), indent=2) + b"\n")


def print_ends(ended: Sequence[Replay]) -> None:
    for replay in ended:
        print_heading(f"{replay.timeline}: {ending(replay)}")
        print_line(f"replay {replay.replay}, under {replay.assumptions}, up to position {replay.position:,}")
        if replay.difference is not None:
            print_difference(msgspec.json.decode(replay.difference, type=Difference))


def ending(replay: Replay) -> str:
    """`kept: the generations differ`."""
    return f"{replay.state}: {replay.reason}" if replay.reason is not None else replay.state


def print_difference(found: Difference) -> None:
    was, now = found.generations
    told = ", ".join(f"{name} {was[name]} and {now[name]}" for name in was)
    print_line(f"Generations {told}, read at position {found.position:,} on {found.valid_at[0] or 'no day'}.")
    if found.equal:
        print_line("They are equal, row for row.")
    else:
        tables = ("table", "active", "replayed", "only active", "only replayed")
        rows = ((one.table, one.standing, one.replayed, one.only_standing, one.only_replayed) for one in found.tables)
        print_table(tables, rows, right=tables[1:])
    print_line(f"{found.keys_moved:,} of {found.keys_read:,} estimates differ.")
    if found.moves:
        columns = ("estimate", "active", "replayed", "events behind it")
        print_table(columns, _moves(found.moves), right=("active", "replayed"))
        if found.keys_moved > SHOWN:
            print_line(f"{found.keys_moved - SHOWN:,} more; --difference FILE writes them all.")


def _moves(moves: Iterable[Moved]) -> Iterator[tuple[Any, ...]]:
    for one in list(moves)[:SHOWN]:
        key = below(one.measure, one.actor, one.place)
        yield key, _figures(one.standing), _figures(one.replayed), below(*map(_event, one.events))


def _figures(figures: Figures | None) -> Text:
    if figures is None:
        return below("-")
    return below(number(figures.best), f"{number(figures.low)} to {number(figures.high)}")


def _event(one: Behind) -> str:
    return f"{one.position} {one.cause.replace('_', ' ')} {one.report or one.source or ''}".rstrip()
