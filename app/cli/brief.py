"""`muster brief`: what changed between two days, as a page to read, to print or to send."""

import rich_click as click

from app.api.brief import ask, show
from app.api.brief_page import page_of
from app.cli.options import as_json, chosen_timeline, known_at_option, settings, timeline_option
from app.cli.printing import print_json
from app.cli.reaching import reached
from app.database.engine import reading
from app.domain.pages import in_markdown, in_text
from app.projections.brief import read_brief


@click.command()
@click.argument("named", metavar="[TIMELINE]", required=False)
@timeline_option
@click.option("--since", required=True, help="What had been said by the end of this day is not new.")
@click.option("--until", help="The last day of which anything is told; else all that was said.")
@known_at_option
@click.option("--markdown", "as_markdown", is_flag=True, help="As Markdown instead of plain text.")
@as_json
def brief(
    *,
    named: str | None,
    timeline: str | None,
    since: str,
    until: str | None,
    known_at: str | None,
    as_markdown: bool,
    as_json: bool,
) -> None:
    """Tell on one page what was said about a TIMELINE between two days, and what that changed.

    New developments with their repeats folded, estimates that moved and the largest causes, what was taken back, and
    plans and forecasts that were made, fell due or were resolved.
    """
    with reached(settings()) as engine, reading(engine) as connection:
        asked = ask(connection, chosen_timeline(connection, named or timeline), since, until, known_at)
        told = read_brief(connection, asked.start, asked.end, since=asked.since, until=asked.until)
    if as_json:
        print_json(show(told, asked))
        return
    click.echo((in_markdown if as_markdown else in_text)(page_of(told)), nl=False)
