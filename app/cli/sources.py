"""`muster sources`: all sources with their grades, or one with its record."""

from collections.abc import Iterable
from typing import Any

import rich_click as click
from sqlalchemy import Connection

from app.api import relays
from app.api.asof import as_of, instant_text
from app.api.registry import known
from app.api.sources import read_listed, show, show_record
from app.cli.options import as_json, chosen_timeline, known_at_option, settings, timeline_option
from app.cli.printing import print_heading, print_json, print_line, print_pairs, print_table
from app.cli.reaching import reached
from app.cli.words import STANCES, in_words
from app.database.engine import reading
from app.domain.meanings import counted
from app.projections.asof import AsOf
from app.projections.relays import Tied, read_edges
from app.projections.sources import Record, read_record

NAMED_MAX = 8
"""So many of those who repeat or are repeated are named; the interface has all."""
ALL = 1_000_000
NOTHING = "There is no source yet: source_registered makes one."
NO_RELAY = "Nobody passes on anybody's word yet: a report with several sources in its chain would be shown."


@click.command()
@click.argument("source", required=False)
@timeline_option
@click.option("--relays", "relaying", is_flag=True, help="Instead: who passes on whose word, in how many reports.")
@known_at_option
@as_json
def sources(*, source: str | None, timeline: str | None, relaying: bool, known_at: str | None, as_json: bool) -> None:
    """List all sources, or show what a SOURCE said, through whom, how it fared, and whom it may depend on."""
    if relaying and source is not None:
        raise click.UsageError("--relays tells of all sources: leave SOURCE out")
    with reached(settings()) as engine, reading(engine) as connection:
        found = known(connection, chosen_timeline(connection, timeline), known_at)
        if relaying:
            _list_edges([relays.show(edge) for edge in read_edges(connection, found)], found, as_json=as_json)
            return
        if source is None:
            _list(connection, found, as_json=as_json)
            return
        record = read_record(connection, found, source)
    if as_json:
        print_json({"as_of": as_of(found), **show_record(record)})
    else:
        _print(record, found)


def _list(connection: Connection, found: AsOf, *, as_json: bool) -> None:
    items = [show(*one) for one in read_listed(connection, found, "", ALL)]
    if as_json:
        print_json({"as_of": as_of(found), "items": items})
        return
    columns = ("source", "kind", "country", "grade", "name")
    print_table(columns, ([one[column] for column in columns] for one in items), whole=("source",), nothing=NOTHING)


def _list_edges(items: list[dict[str, Any]], found: AsOf, *, as_json: bool) -> None:
    if as_json:
        print_json({"as_of": as_of(found), "items": items})
        return
    rows = ([one[column] for column in relays.COLUMNS] for one in items)
    print_table(relays.COLUMNS, rows, right=("reports",), nothing=NO_RELAY)


def _print(record: Record, found: AsOf) -> None:
    registered, spoken = record.registered, record.spoken
    print_line(f"{registered.source}: {registered.name} ({registered.kind})")
    print_line(f"{found.timeline}, at position {found.position}")
    print_line()
    print_pairs(_facts(record))
    if record.grades:
        print_heading("Graded")
        rows = (
            (one.position, instant_text(one.recorded_at)[:10], one.grade.reliability, one.grade.by, one.grade.reason)
            for one in record.grades
        )
        print_table(("at", "on", "grade", "by", "why"), rows, right=("at",), whole=("on",))
    if (tally := spoken.forecasts) is not None:
        print_heading("Plans and forecasts")
        counts = ("open", "due", "fulfilled", "partly", "not_fulfilled", "lapsed", "withdrawn")
        print_pairs((name.replace("_", " "), getattr(tally, name)) for name in counts if getattr(tally, name))
        print_pairs([("came true", f"{tally.share:.0%}" if tally.share is not None else f"no share: {tally.why}")])


def _facts(record: Record) -> Iterable[tuple[str, Any]]:
    spoken = record.spoken
    yield "its own word", f"{counted(spoken.reports, 'report')}{_days(record)}"
    if spoken.reports:
        yield "of kind", _counts(spoken.by_kind)
        yield "said as", ", ".join(f"{in_words(STANCES, name)} {count}" for name, count in spoken.by_stance.items())
        yield "corrected", spoken.by_status["corrected"]
        yield "taken back", spoken.by_status["retracted"]
        yield "only repeats", "too many to count" if spoken.echoes is None else spoken.echoes
        yield "repeated by", _tied(spoken.repeated_by or ())
        yield "told through", _tied(spoken.through)
    yield "in chains of", counted(sum(record.reports.values()), "report")
    yield "passes on", _tied(record.relayed)
    yield "may overlap", ", ".join(record.kin)


def _days(record: Record) -> str:
    first, last = record.spoken.first, record.spoken.last
    return f", {first} to {last}" if first is not None else ""


def _counts(counts: dict[str, int]) -> str:
    return ", ".join(f"{name.replace('_', ' ')} {count}" for name, count in counts.items())


def _tied(tied: Iterable[Tied]) -> str:
    every = [f"{one.source} {one.reports}" for one in tied]
    more = f" and {len(every) - NAMED_MAX} more" if len(every) > NAMED_MAX else ""
    return ", ".join(every[:NAMED_MAX]) + more
