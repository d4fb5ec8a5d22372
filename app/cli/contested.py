"""`muster contested`: reports that are set against each other; which disputes are open, and who settled the others."""

from collections.abc import Mapping
from typing import assert_never

import rich_click as click

from app.api.asof import as_of, question
from app.api.contested import is_asked, show
from app.cli.estimate import view
from app.cli.options import as_json, as_of_options, chosen_timeline, settings, timeline_option
from app.cli.printing import print_heading, print_json, print_line, print_table
from app.cli.reaching import reached
from app.cli.telling import COLUMNS, WHOLE, row
from app.database.engine import reading
from app.domain.contests import Contest, Dispute, Settlement
from app.projections.asof import resolve
from app.projections.developments.contests import Ending, read_contests, read_endings


@click.command()
@timeline_option
@click.option("--state", type=click.Choice(["open", "settled"]), help="Both when it is left out.")
@as_of_options
@as_json
def contested(
    *,
    timeline: str | None,
    state: str | None,
    valid_at: str | None,
    reported_by: str | None,
    known_at: str | None,
    as_json: bool,
) -> None:
    """Show the sets of reports that contradict or rival each other, open or settled, by whom and why."""
    asked = question(valid_at, reported_by, known_at)
    with reached(settings()) as engine, reading(engine) as connection:
        found = resolve(connection, chosen_timeline(connection, timeline), asked, projection="developments")
        items = [item for item in read_contests(connection, found) if is_asked(item, [state] if state else [], ())]
        endings = read_endings(connection, found, items)
    if as_json:
        print_json({"as_of": as_of(found), "items": [show(item, endings) for item in items]})
        return
    print_line(f"{found.timeline}, {view(found, asked)}")
    for item in items:
        print_heading(f"{'open since' if item.open else 'settled, once open from'} {item.opened or 'no day'}")
        _print(item, endings)
    if not items:
        print_line("No such set.")


def _print(item: Contest, endings: Mapping[int, Ending]) -> None:
    print_table(COLUMNS[1:], (row(word) for word in item.words), whole=WHOLE[1:])
    print_table(("dispute", "state", "why"), (_dispute(one, endings) for one in item.disputes), whole=("dispute",))


def _dispute(dispute: Dispute, endings: Mapping[int, Ending]) -> tuple[str, str, str]:
    link, ended = dispute.tie.link, dispute.settled
    between = f"{link.from_} {link.relation.replace('_', ' ')} {link.to}"
    if ended is None:
        return between, "open", ""
    ending = endings[ended.position]
    return between, _how(ended), f"{ending.reason or ''} ({ending.by}, at position {ended.position})"


def _how(ended: Settlement) -> str:
    match ended.how:
        case "withdrawn":
            return "link withdrawn"
        case "retracted":
            return f"{ended.report} taken back"
        case "superseded":
            return f"{ended.report} superseded by {ended.by_report}"
        case "misquoted":
            return f"{ended.report} misquotes {ended.by_report}"
        case _:
            assert_never(ended.how)
