"""`muster assumptions`: the sets of numbers under which estimates are made, and one of them with its ranges."""

from collections.abc import Iterator, Mapping

import rich_click as click

from app.api.asof import as_of
from app.api.assumptions import show
from app.api.registry import known
from app.cli.options import as_json, chosen_timeline, settings, timeline_option
from app.cli.printing import NONE, print_heading, print_json, print_line, print_pairs, print_table
from app.cli.reaching import reached
from app.database.engine import reading
from app.domain.assumptions import SHIPPED, explained
from app.projections.assumptions import NamedSet, name_sets, read_set

COLUMNS = ("parameter", "value", "range")
WHOLE = COLUMNS[1:]


@click.command()
@click.argument("name", required=False)
@timeline_option
@click.option("--known-at", help="Those that this ledger held then: an instant, or position:1043.")
@as_json
def assumptions(*, name: str | None, timeline: str | None, known_at: str | None, as_json: bool) -> None:
    """List the sets of assumptions, or show the one called NAME: each number, what it may be, and where it is from."""
    with reached(settings()) as engine, reading(engine) as connection:
        asof = known(connection, chosen_timeline(connection, timeline), known_at)
        if name is None:
            found = name_sets(connection, asof.generations, asof.position)
        else:
            found = [read_set(connection, asof.generations, name, at=asof.position)]
    if as_json:
        shown = [show(one) for one in found]
        print_json({"as_of": as_of(asof), **({"items": shown} if name is None else shown[0])})
    elif name is None:
        print_table(("name", "position", "by", "reason"), map(_listed, found), right=("position",), whole=("name",))
    else:
        _print(found[0])


def _listed(one: NamedSet) -> tuple[str | int, ...]:
    return one.name, one.position or NONE, one.by or "shipped", one.reason


def _print(one: NamedSet) -> None:
    print_line(f"{one.name}: {one.reason}")
    print_line("It comes with the program." if one.position is None else f"By {one.by}, at position {one.position}.")
    print_line()
    if one.sources is None:
        print_table((*COLUMNS, SHIPPED.name), _against_shipped(one), whole=WHOLE)
    else:
        _print_with_sources(one, one.sources)


def _print_with_sources(one: NamedSet, sources: Mapping[str, str]) -> None:
    """A source is long and may stand for many numbers: it is told once, below, under the number in its column."""
    places = {name: place for place, name in enumerate(sources, 1)}
    rows = (
        (leaf.name, leaf.value, leaf.range.span, next(places[name] for name in sources if _is_of(name, leaf.name)))
        for leaf in explained(one.parameters)
    )
    print_table((*COLUMNS, "source"), rows, right=("source",), whole=WHOLE)
    print_heading("Sources")
    print_pairs((str(places[name]), f"{name}: {source}") for name, source in sources.items())


def _is_of(name: str, leaf: str) -> bool:
    """A source is of one number, or of the table that it stands in."""
    return leaf == name or leaf.startswith(f"{name}.")


def _against_shipped(one: NamedSet) -> Iterator[tuple[str | None, ...]]:
    """The last column shows what is different there, and what is there alone."""
    own = {leaf.name: leaf for leaf in explained(one.parameters)}
    shipped = {leaf.name: leaf for leaf in explained(SHIPPED.parameters)}
    for name, leaf in (own | shipped).items():
        mine, theirs = (side[name].value if name in side else None for side in (own, shipped))
        yield name, mine, leaf.range.span, "same" if mine == theirs else theirs
