"""`muster what-if`: which estimates rest on a source, a report, a grade or a number, by trying it otherwise."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import rich_click as click
from rich.text import Text

from app.api.what_if import LETTERS, WhatIf, answer, difference, show, typed
from app.cli.options import as_json, chosen_timeline, settings, timeline_option
from app.cli.printing import number, print_heading, print_json, print_line, print_table, signed
from app.cli.reaching import reached
from app.cli.steps import print_lines
from app.database.engine import reading
from app.domain.errors import Malformed
from app.domain.panel import Figures
from app.projections.asof import AsOf
from app.projections.estimates.supposing import Move, Supposed

COLUMNS = ("key", "standing", "supposed", "move")


@click.command("what-if")
@timeline_option
@click.option(
    "--exclude-source", "sources", multiple=True, help="Without all that came from this source or through it."
)
@click.option("--exclude-report", "reports", multiple=True, help="Without this report.")
@click.option("--regrade", "grades", multiple=True, help="SOURCE=LETTER: as if the source were graded A to F.")
@click.option("--set", "numbers", multiple=True, help="NAME=NUMBER: by another number, such as half_life_days=10.")
@click.option("--assumptions", "named", help="By this set of assumptions; `muster assumptions` lists all of them.")
@click.option("--valid-at", help="How it was in the world on this day; else on the day of the newest report.")
@click.option("--reported-by", help="Counting only what had been said by the end of this day.")
@click.option("--known-at", help="Counting only what this ledger held then: an instant, or position:1043.")
@click.option("--lines", "with_lines", is_flag=True, help="Show what each vote has to do with each move.")
@as_json
def what_if(
    *,
    timeline: str | None,
    sources: Sequence[str],
    reports: Sequence[str],
    grades: Sequence[str],
    numbers: Sequence[str],
    named: str | None,
    valid_at: str | None,
    reported_by: str | None,
    known_at: str | None,
    with_lines: bool,
    as_json: bool,
) -> None:
    """Tell which estimates would be others if some things were otherwise. Nothing is stored."""
    times = {"valid_at": valid_at, "reported_by": reported_by, "known_at": known_at}
    asked = typed(
        {
            "assumptions": {**({"name": named} if named is not None else {}), **_parameters(numbers)},
            "exclude": {"sources": list(sources), "reports": list(reports)},
            "regrade": _grades(grades),
            "as_of": {name: text for name, text in times.items() if text is not None},
        }
    )
    with reached(settings()) as engine, reading(engine) as connection:
        found, supposed = answer(connection, chosen_timeline(connection, timeline), asked)
    if as_json:
        print_json(show(found, supposed))
    else:
        _print(asked, found, supposed, with_lines=with_lines)


def _pair(option: str, text: str, such_as: str) -> tuple[str, str]:
    name, sign, value = text.partition("=")
    if not (name and sign and value):
        raise Malformed(f"{option} {text} is no pair", hint=f"such as {option} {such_as}")
    return name, value


def _grades(grades: Iterable[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for one in grades:
        source, letter = _pair("--regrade", one, f"kr-nis={LETTERS[0]}")
        if source in found:
            raise Malformed(f"--regrade {source} is given twice")
        found[source] = letter
    return found


def _parameters(numbers: Iterable[str]) -> dict[str, Any]:
    """As a set is written: `classes.tally.kappa=2` is a number within objects, `grains=10,5,1` a list of them."""
    whole: dict[str, Any] = {}
    for one in numbers:
        name, value = _pair("--set", one, "half_life_days=10")
        *path, last = name.split(".")
        at = whole
        for step in path:
            at = at.setdefault(step, {})
            if not isinstance(at, dict):
                raise Malformed(f"--set {one}: {step} is a number already")
        if last in at:
            raise Malformed(f"--set {name} is given twice")
        at[last] = value.split(",") if "," in value else value
    if "name" in whole:
        raise Malformed("--set name: no number has that name", hint="--assumptions names a registered set")
    return whole


def _print(asked: WhatIf, found: AsOf, supposed: Supposed, *, with_lines: bool) -> None:
    print_line(f"{found.timeline}, as of {found.valid_at or 'no day: nothing was reported'}, position {found.position}")
    if not (otherwise := "; ".join(_supposed(asked, supposed))):
        print_line("Nothing is supposed, so nothing moves.")
        return
    print_line(f"Supposed: {otherwise}.")
    plain = [one for one in supposed.moves if _people(one.standing) != _people(one.hypothetical)]
    print_line(f"{len(plain)} of the {supposed.keys_read} keys that this can reach would move.")
    if len(plain) < len(supposed.moves):
        print_line(f"{len(supposed.moves) - len(plain)} more would by less than one.")
    if plain:
        print_line()
        print_table(COLUMNS, map(_row, plain), right=COLUMNS[1:])
    for one in supposed.moves if with_lines else ():
        print_heading(" ".join(_key(one)))
        if one.lines is None:
            print_line("Read by other numbers: every vote moved, so the move is no single one's.")
        else:
            print_lines(one.lines, one.standing, one.hypothetical)


def _supposed(asked: WhatIf, supposed: Supposed) -> Iterator[str]:
    """In the order of the options, the set of numbers last."""
    if asked.exclude.sources:
        yield f"nothing from or through {', '.join(asked.exclude.sources)}"
    if asked.exclude.reports:
        yield f"no report {', '.join(asked.exclude.reports)}"
    if asked.regrade:
        yield ", ".join(f"{source} graded {letter}" for source, letter in asked.regrade.items())
    if asked.assumptions:
        yield f"the numbers of {supposed.assumptions}"


def _key(one: Move) -> tuple[str, str, str]:
    return one.key.measure, one.key.actor, one.key.place


def _row(one: Move) -> tuple[str | Text, ...]:
    """The interval stands below the best of its reading."""
    best = difference(one.standing, one.hypothetical)["best"]
    move = "gone" if one.hypothetical is None else "new" if one.standing is None else "-"
    summed = " (sum of its parts)" if "from_parts" in one.flags else ""
    return (
        " ".join(_key(one)) + summed,
        _figures(one.standing),
        _figures(one.hypothetical),
        signed(best) if best is not None else move,
    )


def _people(figures: Figures | None) -> tuple[int | None, ...] | None:
    return (figures.low, figures.best, figures.high) if figures is not None else None


def _figures(figures: Figures | None) -> Text:
    if figures is None:
        return Text("no estimate")
    return Text(f"{number(figures.best)}\n{figures.low:,} to {number(figures.high)}")
