"""`muster doctor`: looks at everything that could be weaker than it has to be, and says so in a sentence each."""

import sys
from collections.abc import Iterator

import rich_click as click

from app.cli.checks import Check, State
from app.cli.checks.database import database_checks
from app.cli.checks.machine import machine_checks
from app.cli.exits import Exit
from app.cli.options import as_json, settings
from app.cli.printing import print_json, print_table
from app.cli.reaching import reached
from app.database.engine import reading
from app.domain.errors import MusterError
from app.settings import Settings


@click.command()
@as_json
def doctor(*, as_json: bool) -> None:
    """Check the machine, the files and the database. Exits 1 when something is bad; weak is only told."""
    found = list(_checks(settings()))
    if as_json:
        print_json(found)
    else:
        print_table(("check", "state", "what was found"), ((one.name, one.state.value, one.found) for one in found))
    if any(one.state is State.BAD for one in found):
        sys.exit(Exit.PROBLEM)


def _checks(chosen: Settings) -> Iterator[Check]:
    yield from machine_checks(chosen)
    try:
        with reached(chosen) as engine, reading(engine) as connection:
            yield Check(name="database", state=State.OK, found="It answers, and its schema is the newest.")
            yield from database_checks(connection)
    except MusterError as error:
        hint = f" ({error.hint})" if error.hint else ""
        yield Check(name="database", state=State.BAD, found=f"{error.detail}{hint}")
