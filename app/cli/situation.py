"""`muster situation`: what stands where no number answers, what is disputed, what is to come, and what is past."""

from collections.abc import Iterable

import rich_click as click

from app.api.asof import as_of, question
from app.api.situation import asked_for, show
from app.cli.estimate import view
from app.cli.options import as_json, as_of_options, chosen_timeline, settings, timeline_option
from app.cli.printing import print_heading, print_json, print_line
from app.cli.reaching import reached
from app.cli.telling import Row, answered, expected, past, print_told
from app.database.engine import reading
from app.domain.situation import Situation
from app.projections.asof import resolve
from app.projections.topics.reading import read_situation


@click.command()
@timeline_option
@click.option("--topic", multiple=True, help="A question by its name, such as territorial_control@ru-kursk.")
@click.option("--kind", multiple=True, help="A kind of report, such as capability.")
@click.option("--actor", multiple=True, help="Whoever is named, or one that is part of it.")
@click.option("--place", multiple=True, help="Where, or in what lies in it.")
@as_of_options
@as_json
def situation(
    *,
    timeline: str | None,
    topic: tuple[str, ...],
    kind: tuple[str, ...],
    actor: tuple[str, ...],
    place: tuple[str, ...],
    valid_at: str | None,
    reported_by: str | None,
    known_at: str | None,
    as_json: bool,
) -> None:
    """Show what is said to each question that no number answers: who holds a place, what an actor's policy is.

    Of answers against each other none stands: they are rivals, whatever their grades.
    """
    asked = question(valid_at, reported_by, known_at)
    wanted = asked_for([*topic], [*kind], [*actor], [*place])
    with reached(settings()) as engine, reading(engine) as connection:
        found = resolve(connection, chosen_timeline(connection, timeline), asked, projection="topics")
        items = read_situation(connection, found, wanted)
    if as_json:
        print_json({"as_of": as_of(found), "items": [show(item) for item in items]})
        return
    print_line(f"{found.timeline}, {view(found, asked)}")
    for item in items:
        print_heading(f"{item.name}{': contested' if item.situation.contested else ''}")
        print_told(_rows(item.situation))
    if not items:
        print_line("Nothing was said to such a question.")


def _rows(found: Situation) -> Iterable[Row]:
    for what, answers in (("stands", found.standing), ("rival", found.rivals)):
        for answer in answers:
            yield from answered(what, answer)
    yield from map(expected, found.expected)
    yield from map(past, found.history)
