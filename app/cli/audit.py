"""`muster audit`: why an estimate moved between two states, step by step, with a sum that has to come out."""

import sys
from typing import Any

import rich_click as click
from sqlalchemy import Connection, select

from app.api.asof import as_of, parse_day, question
from app.api.changes import ends_of_change, read_change, resolve_ends, show_change
from app.cli.exits import Exit
from app.cli.options import as_json, chosen_timeline, key_arguments, settings, timeline_option
from app.cli.printing import print_json
from app.cli.reaching import reached
from app.cli.steps import Told, adds_up, print_change
from app.database.engine import reading
from app.domain.statements import Key
from app.ledger.tables import events
from app.projections.asof import AsOf, Question
from app.projections.estimates.audit import Step
from app.projections.generations import rows_of
from app.projections.tables import developments
from app.projections.versions import held_at

AXES = ("reported", "known", "valid")


@click.command()
@key_arguments
@timeline_option
@click.option("--from", "first", required=True, help="A day; along --axis known an instant, or position:1043.")
@click.option("--to", "last", help="The same, later; else the present.")
@click.option(
    "--axis",
    type=click.Choice(list(AXES)),
    default="reported",
    show_default=True,
    help="As reports came out, as this ledger took them in, or as the world went on.",
)
@click.option("--valid-at", help="Hold the day asked about; else it follows the newest report. Not along --axis valid.")
@click.option("--reported-by", help="Hold what had been said. Not along --axis reported.")
@click.option("--known-at", help="Hold what this ledger held. Not along --axis known.")
@click.option("--lines", "with_lines", is_flag=True, help="Show what each vote did at each step.")
@as_json
def audit(
    *,
    measure: str,
    actor: str,
    place: str,
    timeline: str | None,
    first: str,
    last: str | None,
    axis: str,
    valid_at: str | None,
    reported_by: str | None,
    known_at: str | None,
    with_lines: bool,
    as_json: bool,
) -> None:
    """Tell why the estimate of a MEASURE of an ACTOR in a PLACE moved. The steps sum to the change exactly."""
    still = question(valid_at, reported_by, known_at)
    ends = ends_of_change(_end(axis, "--from", first), _end(axis, "--to", last), still)
    key = Key(measure=measure, actor=actor, place=place)
    with reached(settings()) as engine, reading(engine) as connection:
        name = chosen_timeline(connection, timeline)
        along, start, end = resolve_ends(connection, name, *ends)
        change, unit = read_change(connection, along, start, end, key)
        told = _told(connection, end, change.steps, axis)
    if as_json:
        shown = {"from": as_of(start), "to": as_of(end), "unit": unit, **show_change(change)}
        print_json({"as_of": as_of(end), **shown, "adds_up": adds_up(change)})
    else:
        print_change(change, start, end, key=key, unit=unit, told=told, with_lines=with_lines)
    if not adds_up(change):
        sys.exit(Exit.PROBLEM)


def _end(axis: str, option: str, text: str | None) -> Question:
    """Raises Malformed with the option's name."""
    if axis == "known":
        return question(None, None, text)
    day = parse_day(option, text)
    return Question(valid_at=day) if axis == "valid" else Question(reported_by=day)


def _told(connection: Connection, end: AsOf, steps: tuple[Step, ...], axis: str) -> dict[int, Told]:
    """By position: when, along the axis, and whose word or deed the step is."""
    at = [step.position for step in steps if step.position is not None]
    recorded = connection.execute(
        select(events.c.position, events.c.recorded_at).where(
            events.c.timeline_id == end.timeline, events.c.position.in_(at)
        )
    )
    days = {row.position: row.recorded_at.date() for row in recorded}
    reports = {step.report for step in steps if step.report is not None}
    query = select(developments.c.report, developments.c.origin, developments.c.reported_day).where(
        rows_of(developments, end.generations), developments.c.report.in_(reports), held_at(developments, end.position)
    )
    said = {row.report: row for row in connection.execute(query)}
    return {step.position: _tell(step, said, days, axis) for step in steps if step.position is not None}


def _tell(step: Step, said: dict[str, Any], days: dict[int, Any], axis: str) -> Told:
    report = said.get(step.report or "")
    day = days.get(step.position or 0)
    if axis == "valid":
        day = step.valid_at
    if axis == "reported" and step.cause == "new_report" and report is not None:
        day = report.reported_day
    return Told(day=day, who=step.source or (report.origin if report is not None else None))
