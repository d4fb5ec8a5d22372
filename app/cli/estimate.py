"""`muster estimate`: what can be said of a measure, an actor and a place, and with --explain what it rests on."""

from collections.abc import Iterable
from typing import Any

import rich_click as click
from rich.text import Text
from sqlalchemy import Connection

from app.api.asof import as_of, question
from app.api.estimates import LEVEL, show, show_explanation
from app.cli.explanation import print_explanation
from app.cli.options import as_json, as_of_options, chosen_timeline, key_arguments, settings, timeline_option
from app.cli.printing import below, number, print_heading, print_json, print_line, print_pairs, print_table
from app.cli.reaching import reached
from app.cli.words import FLAGS, REASONS, between, in_words, said
from app.database.engine import reading
from app.domain.estimate import Estimate, Overlap, Rival
from app.domain.statements import Key
from app.projections.asof import AsOf, Question, resolve
from app.projections.estimates.explaining import explain
from app.projections.estimates.reading import World, check_names, read_estimate, read_world

WHOLE = ("report", "of", "grade")
_OPEN = {"", ".."}  # an end of a period that is not known, or that has not come


@click.command()
@key_arguments
@timeline_option
@as_of_options
@click.option("--explain", "explained", is_flag=True, help="Show what each vote gives, and what was left out and why.")
@as_json
def estimate(
    *,
    measure: str,
    actor: str,
    place: str,
    timeline: str | None,
    valid_at: str | None,
    reported_by: str | None,
    known_at: str | None,
    explained: bool,
    as_json: bool,
) -> None:
    """Estimate a MEASURE of an ACTOR in a PLACE, such as: personnel kp-forces ru."""
    asked = question(valid_at, reported_by, known_at)
    key = Key(measure=measure, actor=actor, place=place)
    with reached(settings()) as engine, reading(engine) as connection:
        found, world = _ground(connection, timeline, asked, key)
        told = explain(connection, world, found.view, key) if explained else None
        read = told.estimate if told is not None else read_estimate(connection, world, found.view, key)
    if as_json:
        more = show_explanation(told) if told is not None else {}
        print_json({"as_of": as_of(found), **show(read, found, world), **more})
        return
    _print(read, found, world, asked)
    if told is not None:
        print_explanation(told)


def _ground(connection: Connection, timeline: str | None, asked: Question, key: Key) -> tuple[AsOf, World]:
    """Raises Unknown, with the nearest names, for a timeline, measure, actor or place that is not there."""
    found = resolve(connection, chosen_timeline(connection, timeline), asked, projection="estimates")
    world = read_world(connection, found)
    check_names(world, measure=key.measure, actor=key.actor, place=key.place)
    return found, world


def _print(read: Estimate, found: AsOf, world: World, asked: Question) -> None:
    key, unit = read.key, world.grounds.measures[read.key.measure].unit
    print_line(f"{key.measure} ({unit}) of {key.actor} in {key.place}")
    print_line(f"{found.timeline}, {view(found, asked)}")
    print_line()
    print_pairs(_figures(read, found))
    here = [one for one in read.rivals if (one.actor, one.place) == (key.actor, key.place)]
    near = [one for one in read.rivals if (one.actor, one.place) != (key.actor, key.place)]
    if here:
        print_heading("Who says what")
        print_table(
            ("report", "origin", "says", "of", "grade", "vote"), (_rival(one, read) for one in here), whole=WHOLE
        )
    if near:
        print_heading("Said of places within and of parts, which has no vote here")
        print_table(
            ("report", "where", "origin", "says", "of", "grade"), (_nearby(one, key) for one in near), whole=WHOLE
        )


def view(found: AsOf, asked: Question) -> str:
    """What an answer rests on, in words."""
    day = f"as of {found.valid_at or 'no day: nothing was reported'}"
    if asked.valid_at is None and found.valid_at is not None:
        day += " (the newest report)"
    said_by = f", counting what was said by {found.reported_by}" if found.reported_by else ""
    return f"{day}{said_by}, at position {found.position}"


def _figures(read: Estimate, found: AsOf) -> Iterable[tuple[str, Any]]:
    figures = read.figures
    if figures is None:
        yield "estimate", "none"
    elif figures.best is None:
        yield "estimate", "none, bounds only"
        yield "bounds", between(figures.low, figures.high)
    else:
        yield "estimate", number(figures.best)
        yield f"{LEVEL:.0%} interval", between(figures.low, figures.high)
    if read.evaluation.in_retrospect:
        yield "read", "in retrospect: with what was said of later days; --reported-by tells what could be said then"
    yield "votes", f"{len(read.evaluation.selection.votes)}{_age(read, found)}"
    least, most = read.independence.min, read.independence.max
    yield "independent origins", str(most) if least == most else f"{least} to {most}"
    yield "stated, all origins", between(read.envelope.low, read.envelope.high)
    minded = [in_words(FLAGS, flag) for flag in read.flags] + [never_added(one) for one in read.overlaps]
    for place, text in enumerate(minded):
        yield "" if place else "mind", text


def never_added(one: Overlap) -> str:
    return f"never add {one.measure} of {one.actor} in {one.place}: {one.other} may count what {one.report} does"


def _age(read: Estimate, found: AsOf) -> str:
    if read.newest_vote is None or found.valid_at is None:
        return ""
    days = (found.valid_at - read.newest_vote).days
    return f", the newest of {read.newest_vote} ({_days(abs(days))} {'old' if days >= 0 else 'later'})"


def _days(days: int) -> str:
    return "1 day" if days == 1 else f"{days} days"


def _rival(one: Rival, read: Estimate) -> tuple[str | Text | None, ...]:
    voting = {vote.report for vote, _ in read.evaluation.selection.votes}
    why = in_words(REASONS, one.why or "same_figure")
    return one.report, one.origin, said(one), when(one), one.grade, "yes" if one.report in voting else f"no: {why}"


def _nearby(one: Rival, key: Key) -> tuple[str | Text | None, ...]:
    """A part of the actor says so."""
    where = one.place if one.actor == key.actor else f"{one.place} ({one.actor})"
    return one.report, where, one.origin, said(one), when(one), one.grade


def when(one: Rival) -> Text | str | None:
    """When it was so, else when it was said; a period takes two lines."""
    day = one.occurred or one.reported
    if day is None or "/" not in day:
        return day
    first, last = day.split("/", 1)
    if first in _OPEN:
        return f"until {last}"
    return f"since {first}" if last in _OPEN else below(f"{first} to", last)
