"""`muster movements`: what came to a place, left it or moved inside it, and what that comes to."""

from collections.abc import Iterable
from typing import Any

import rich_click as click

from app.api.asof import as_of, parse_day, question
from app.api.movements import read_moving, show_movement, show_moving, whole
from app.cli.estimate import view
from app.cli.explanation import print_left_out
from app.cli.options import as_json, chosen_timeline, key_arguments, settings, timeline_option
from app.cli.printing import below, print_json, print_line, print_pairs, print_table, signed
from app.cli.reaching import reached
from app.cli.words import between
from app.database.engine import reading
from app.domain.movements import Movement
from app.projections.asof import resolve
from app.projections.estimates.moving import Asked, Moved, Moving, asked_for

NUMBERS = ("best", "interval")
UNKNOWN = "unknown"


@click.command()
@key_arguments
@timeline_option
@click.option("--from", "first", help="The first day that a movement may touch.")
@click.option("--to", "last", help="The last such day; never after --valid-at.")
@click.option("--valid-at", help="Nothing that began after this day; else after that of the newest report.")
@click.option("--reported-by", help="Counting only what had been said by the end of this day.")
@click.option("--known-at", help="Counting only what this ledger held then: an instant, or position:1043.")
@as_json
def movements(
    *,
    measure: str,
    actor: str,
    place: str,
    timeline: str | None,
    first: str | None,
    last: str | None,
    valid_at: str | None,
    reported_by: str | None,
    known_at: str | None,
    as_json: bool,
) -> None:
    """Show what moved, by a MEASURE of an ACTOR, to or from a PLACE or inside it, and the net.

    A movement is counted once, however many report it. It carries the votes that are older than it.
    """
    asked = question(valid_at, reported_by, known_at)
    ends = {"first": parse_day("--from", first), "last": parse_day("--to", last)}
    wanted = asked_for([measure], [actor], [place], **ends)
    with reached(settings()) as engine, reading(engine) as connection:
        found = resolve(connection, chosen_timeline(connection, timeline), asked, projection="estimates")
        told, world = read_moving(connection, found, wanted)
    if as_json:
        items = [show_movement(item, world) for item in told.items]
        print_json({"as_of": as_of(found), **show_moving(told, wanted, world), "items": items})
        return
    print_line(f"{measure} ({world.grounds.measures[measure].unit}) of {actor}: what moved to, from and in {place}")
    print_line(f"{found.timeline}, {view(found, asked)}{_period(first, last)}")
    print_line()
    _print(told, wanted)


def _period(first: str | None, last: str | None) -> str:
    return "".join((f", from {first}" if first else "", f", to {last}" if last else ""))


def _print(told: Moving, wanted: Asked) -> None:
    place = wanted.places[0]
    if told.items:
        columns = ("days", "from", "to", "here", *NUMBERS, "reports")
        print_table(columns, (_row(item) for item in told.items), right=NUMBERS, whole=("days", "interval"))
        print_line()
    print_pairs(_net(told, place))
    print_left_out(told.left_out, truncated=told.left_out_truncated)


def _row(item: Moved) -> tuple[Any, ...]:
    moved, size = item.movement, whole(item.range)
    reports = ", ".join(one.report for one in moved.members)
    interval = between(size["low"], size["high"])
    return _days(moved), moved.from_ or UNKNOWN, moved.to or UNKNOWN, _effect(item), size["best"], interval, reports


def _days(moved: Movement) -> Any:
    first, last = moved.first_day.isoformat(), moved.last_day.isoformat()
    return first if first == last else below(f"{first} to", last)


def _effect(item: Moved) -> str:
    """What the place that was asked for has of it."""
    if item.effect:
        return "gains" if item.effect > 0 else "loses"
    return "-" if None in {item.movement.from_, item.movement.to} else "inside"


def _net(told: Moving, place: str) -> Iterable[tuple[str, str]]:
    if told.net is None:
        yield "net", f"unknown: nobody tells of a movement that would change {place} (which is not zero)"
        return
    net = whole(told.net)
    yield f"net of {place}", signed(net["best"])
    yield "90% interval", f"{signed(net['low'])} to {signed(net['high'])}"
    if any(item.cut and item.effect for item in told.items):
        yield "mind", "of a movement that lies partly in the days asked for, the net counts that part"
