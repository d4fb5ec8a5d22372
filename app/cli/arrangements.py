"""`muster arrangements`: ratios, and what each comes to for the estimate of the day."""

from collections.abc import Iterable
from typing import Any

import rich_click as click

from app.api.arrangements import read_arranged, show
from app.api.asof import as_of, question
from app.cli.estimate import view
from app.cli.options import as_json, as_of_options, chosen_timeline, settings, timeline_option
from app.cli.printing import number, print_json, print_line, print_table
from app.cli.reaching import reached
from app.cli.words import STANCES, between, in_words
from app.database.engine import reading
from app.domain.arrangements import Amount
from app.domain.meanings import in_units
from app.projections.arrangements import Arrangement
from app.projections.asof import resolve

WHY = {
    "no_estimate": "nobody's word says how many they are",
    "ambiguous_actor": "left open for whom",
    "ambiguous_place": "left open where",
    "no_number": "no number was given",
    "no_actor": "not said for whom",
}


@click.command()
@timeline_option
@as_of_options
@as_json
def arrangements(
    *, timeline: str | None, valid_at: str | None, reported_by: str | None, known_at: str | None, as_json: bool
) -> None:
    """Tell so many of what there are to be for so many of what, and what that comes to for the estimate of the day."""
    asked = question(valid_at, reported_by, known_at)
    with reached(settings()) as engine, reading(engine) as connection:
        found = resolve(connection, chosen_timeline(connection, timeline), asked, projection="estimates")
        told = read_arranged(connection, found, [], [])
    if as_json:
        print_json({"as_of": as_of(found), "items": [show(one) for one in told]})
        return
    print_line(f"{found.timeline}, {view(found, asked)}")
    if not told:
        print_line("Nobody told so many for so many here: a report whose quantity has a ratio (`per`) would be shown.")
        return
    print_line("Derived: nobody counted these, and none of them is counted as being there. Never added over places.")
    print_line()
    columns = ("report", "who", "arrangement", "place", "for", "comes to", "between")
    print_table(columns, (row for one in told for row in _rows(one)), right=("for", "comes to"), whole=("report",))


def _rows(one: Arrangement) -> Iterable[tuple[Any, ...]]:
    per, body = one.quantity.per, one.item.body
    ratio = (
        f"{_said(one)} {in_units(one.quantity.best, one.unit)} per {per.amount} {per.measure}"
        if per is not None
        else ""
    )
    what = f"{in_words(STANCES, body.stance)}: {ratio} of {one.actor or 'whom is open'}"
    first = (body.report, one.item.development.origin, what)
    for implied in one.implied:
        if implied.why is not None:
            yield *first, implied.place, None, None, WHY[implied.why]
        else:
            comes_to: Amount = implied.comes_to
            yield *first, implied.place, implied.of.best, comes_to.best, between(comes_to.low, comes_to.high)
        first = ("", "", "")


def _said(one: Arrangement) -> str:
    quantity = one.quantity
    if quantity.low is None and quantity.best is None and quantity.high is None:
        return quantity.wording or "some"
    return number(quantity.best) if quantity.best is not None else between(quantity.low, quantity.high)
