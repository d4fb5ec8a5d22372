"""`muster materiel`: what was handed over, how sure that is, and what must not be added."""

from typing import Any

import rich_click as click

from app.api.asof import as_of, question
from app.api.materiel import show, show_without
from app.cli.estimate import never_added, view
from app.cli.options import as_json, as_of_options, chosen_timeline, settings, timeline_option
from app.cli.printing import number, print_heading, print_json, print_line, print_table
from app.cli.reaching import reached
from app.cli.words import between
from app.database.engine import reading
from app.projections.asof import resolve
from app.projections.estimates.reading import World, read_world
from app.projections.materiel import Transfer, read_materiel


@click.command()
@timeline_option
@as_of_options
@as_json
def materiel(
    *, timeline: str | None, valid_at: str | None, reported_by: str | None, known_at: str | None, as_json: bool
) -> None:
    """Tell what was handed over by whom, measure by measure: they are never added."""
    asked = question(valid_at, reported_by, known_at)
    with reached(settings()) as engine, reading(engine) as connection:
        found = resolve(connection, chosen_timeline(connection, timeline), asked, projection="estimates")
        world = read_world(connection, found)
        told = read_materiel(connection, found, world)
    if as_json:
        items = [show(one, found, world) for one in told.transfers]
        print_json({"as_of": as_of(found), "without_amount": show_without(told), "items": items})
        return
    print_line(f"{found.timeline}, {view(found, asked)}")
    if not told.transfers and not told.without_amount:
        print_line("Nothing was handed over here: a report of kind materiel_transfer with a quantity would be shown.")
        return
    print_line()
    columns = ("measure", "by", "to", "estimate", "90% interval", "reports")
    if told.transfers:
        print_table(columns, (_row(one, world) for one in told.transfers), right=("estimate",), whole=("90% interval",))
    overlaps = {frozenset((over.report, over.other)): over for one in told.transfers for over in one.estimate.overlaps}
    if overlaps:
        print_heading("Mind")
        for over in overlaps.values():
            print_line(never_added(over))
    if told.without_amount:
        print_heading("Nobody said how much")
        rows = ((one.body.report, one.development.origin, one.body.summary) for one in told.without_amount)
        print_table(("report", "who", "what"), rows, whole=("report",))


def _row(one: Transfer, world: World) -> tuple[Any, ...]:
    key, figures = one.estimate.key, one.estimate.figures
    unit = world.grounds.measures[key.measure].unit
    what = key.measure if unit in key.measure else f"{key.measure} ({unit})"
    best = number(figures.best) if figures is not None else None
    interval = between(figures.low, figures.high) if figures is not None else None
    return what, key.actor, key.place, best, interval, ", ".join(one.reports)
