"""`muster forces`: units under those that they are part of, and what was said of their training, quality and use."""

from collections.abc import Iterable

import rich_click as click

from app.api.asof import as_of, question
from app.api.forces import show
from app.cli.estimate import view
from app.cli.options import as_json, as_of_options, chosen_timeline, settings, timeline_option
from app.cli.printing import print_heading, print_json, print_line
from app.cli.reaching import reached
from app.cli.telling import Row, answered, expected, past, print_told
from app.database.engine import reading
from app.projections.asof import resolve
from app.projections.topics.forces import Force, read_forces


@click.command()
@timeline_option
@click.option("--actor", multiple=True, help="A force with all its parts, or whose forces.")
@as_of_options
@as_json
def forces(
    *,
    timeline: str | None,
    actor: tuple[str, ...],
    valid_at: str | None,
    reported_by: str | None,
    known_at: str | None,
    as_json: bool,
) -> None:
    """Show forces and units, each under the one that it is part of, with what was said of them.

    That a force includes some unit does not say how much of it is such.
    """
    asked = question(valid_at, reported_by, known_at)
    with reached(settings()) as engine, reading(engine) as connection:
        found = resolve(connection, chosen_timeline(connection, timeline), asked, projection="topics")
        items = read_forces(connection, found, actors=actor)
    if as_json:
        print_json({"as_of": as_of(found), "items": [show(item) for item in items]})
        return
    print_line(f"{found.timeline}, {view(found, asked)}")
    for item in items:
        print_heading(f"{' > '.join(item.path)}: {item.actor.name}")
        rows = list(_rows(item))
        if rows:
            print_told(rows)
        else:
            print_line("Nothing was said of it but numbers, if anything.")
    if not items:
        print_line("There is no such force.")


def _rows(item: Force) -> Iterable[Row]:
    for name, said in item.said.items():
        for one in said:
            found = one.situation
            for answer in found.standing:
                yield from answered(name, answer)
            for answer in found.rivals:
                yield from answered(f"{name}: rival", answer)
            yield from map(expected, found.expected)
            yield from map(past, found.history)
