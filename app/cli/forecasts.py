"""`muster forecasts`: what was planned or foreseen, what of it is due, how the rest ended, and for whom how often."""

from collections.abc import Iterable
from typing import Any

import rich_click as click

from app.api.asof import as_of, question
from app.api.forecasts import STATES, read_foretold, show
from app.cli.estimate import view
from app.cli.options import as_json, as_of_options, chosen_timeline, settings, timeline_option
from app.cli.printing import print_heading, print_json, print_line, print_table
from app.cli.reaching import reached
from app.cli.words import OUTCOMES, STANCES, in_words
from app.database.engine import reading
from app.domain.forecasts import Tally
from app.projections.asof import resolve
from app.projections.forecasts import Forecast

HEADINGS = {
    "due": "Due: the day has passed, and nobody has said how it ended",
    "open": "Open",
    "resolved": "Resolved",
}
COUNTS = ("open", "due", "fulfilled", "partly", "not", "lapsed", "back")


@click.command()
@timeline_option
@click.option("--state", "states", multiple=True, type=click.Choice(list(STATES)), help="Those alone; may be repeated.")
@click.option("--source", "sources", multiple=True, help="Those that it said or passed on; may be repeated.")
@as_of_options
@as_json
def forecasts(
    *,
    timeline: str | None,
    states: tuple[str, ...],
    sources: tuple[str, ...],
    valid_at: str | None,
    reported_by: str | None,
    known_at: str | None,
    as_json: bool,
) -> None:
    """Tell plans, forecasts and conditions: which are due, which are open, and how the others ended."""
    asked = question(valid_at, reported_by, known_at)
    with reached(settings()) as engine, reading(engine) as connection:
        found = resolve(connection, chosen_timeline(connection, timeline), asked, projection="developments")
        told = read_foretold(connection, found, list(sources))
    shown = [one for one in told.forecasts if not states or one.state in states]
    if as_json:
        print_json({"as_of": as_of(found), "by_origin": told.tallies, "items": [show(one) for one in shown]})
        return
    print_line(f"{found.timeline}, {view(found, asked)}")
    if not shown:
        print_line(_nothing(states, sources))
    for state, heading in HEADINGS.items():
        if rows := [_row(one) for one in shown if one.state == state]:
            print_heading(heading)
            print_table(("by", "report", "who", "what"), rows, whole=("by", "report"))
    _print_tallies(told.tallies)


def _nothing(states: tuple[str, ...], sources: tuple[str, ...]) -> str:
    if states or sources:
        return "None is like that: leave --state or --source out to see the others."
    would = "a report with the stance planned, forecast or conditional would be shown"
    return f"Nothing was planned or foreseen here: {would}."


def _row(one: Forecast) -> tuple[Any, ...]:
    body = one.item.body
    what = f"{in_words(STANCES, body.stance)}: {body.summary}"
    if isinstance(body.condition, str):
        what += f" If: {body.condition}."
    return one.due_by, body.report, one.item.development.origin, what + _ending(one)


def _ending(one: Forecast) -> str:
    outcome = one.item.outcome
    if outcome is None:
        return ""
    rests = f" ({', '.join(outcome.evidence)})" if outcome.evidence else ""
    return f" {in_words(OUTCOMES, outcome.outcome).capitalize()}{rests}."


def _print_tallies(found: Iterable[Tally]) -> None:
    rows = [
        (
            *(one.origin, one.open, one.due, one.fulfilled, one.partly, one.not_fulfilled, one.lapsed, one.withdrawn),
            "too few" if one.share is None else f"{one.share:.0%}",
        )
        for one in found
    ]
    if rows:
        print_heading("By origin (repeats left out; a share only from five that met a fact)")
        print_table(("origin", *COUNTS, "came true"), rows, right=(*COUNTS, "came true"))
