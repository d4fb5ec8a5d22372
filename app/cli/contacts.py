"""`muster contacts`: who met, briefed or pressed whom, how often and since when."""

from collections.abc import Iterable

import rich_click as click

from app.api.asof import as_of, question
from app.api.contacts import show
from app.cli.estimate import view
from app.cli.options import as_json, as_of_options, chosen_timeline, settings, timeline_option
from app.cli.printing import print_heading, print_json, print_line
from app.cli.reaching import reached
from app.cli.telling import Row, expected, past, print_told, told
from app.database.engine import reading
from app.domain.contacts import Contact, Parties
from app.projections.asof import resolve
from app.projections.topics.contacts import read_contacts


@click.command()
@timeline_option
@click.option("--actor", multiple=True, help="Who took part, or whose part did.")
@as_of_options
@as_json
def contacts(
    *,
    timeline: str | None,
    actor: tuple[str, ...],
    valid_at: str | None,
    reported_by: str | None,
    known_at: str | None,
    as_json: bool,
) -> None:
    """Show who dealt with whom: who met, who briefed or pressed the other, how often, about what.

    Who is told something does not confirm it.
    """
    asked = question(valid_at, reported_by, known_at)
    with reached(settings()) as engine, reading(engine) as connection:
        found = resolve(connection, chosen_timeline(connection, timeline), asked, projection="topics")
        items = read_contacts(connection, found, actors=actor)
    if as_json:
        print_json({"as_of": as_of(found), "items": [show(item) for item in items]})
        return
    print_line(f"{found.timeline}, {view(found, asked)}")
    for item in items:
        print_heading(f"{_who(item.parties)}: {_how_often(item)}")
        print_told(_rows(item))
        if item.accounts:
            accounts = ", ".join(one.word.report for one in item.accounts)
            print_line(f"What was told is the account of {accounts} again, and confirms nothing of it.")
    if not items:
        print_line("Nothing was said of any contact.")


def _who(parties: Parties) -> str:
    by = ", ".join(parties.by)
    return f"{by} {parties.manner} {', '.join(parties.to)}" if parties.to else f"{by} {parties.manner}"


def _how_often(item: Contact) -> str:
    if not item.told:
        return "nothing that has been so"
    least, most = item.least, item.most
    times = "once" if most == 1 else f"{most} times" if least == most else f"{least} to {most} times"
    first, last = item.days or (None, None)
    return f"{times}, by {last or 'no day that is known'}" if first == last else f"{times}, {first} to {last}"


def _rows(item: Contact) -> Iterable[Row]:
    yield from (told("told", one) for one in item.told)
    yield from map(expected, item.planned)
    yield from (told("denied", one) for one in item.denied)
    yield from map(past, item.history)
