"""`muster key`: who may read and record. A key is shown once, when it is made; only its hash is kept."""

from typing import Any

import msgspec
import rich_click as click

from app.cli.entropy import new_key
from app.cli.options import as_json, settings
from app.cli.printing import print_json, print_table
from app.cli.reaching import reached
from app.database.engine import reading, writing
from app.domain.permissions import ROLES
from app.ledger import keys, log
from app.ledger.keys import Key


@click.group()
def key() -> None:
    """Make, list and revoke keys."""


@key.command()
@click.option("--name", required=True, help="Lower case; events recorded with the key bear it.")
@click.option("--role", type=click.Choice(ROLES), default="reader", show_default=True)
@click.option("--timeline", "timelines", multiple=True, help="Only for this one; may be given again. Else for all.")
@as_json
def create(*, name: str, role: str, timelines: tuple[str, ...], as_json: bool) -> None:
    """Make a key and print it, once."""
    text = new_key()
    with reached(settings()) as engine, writing(engine) as connection:
        for timeline in timelines:
            log.head(connection, timeline)
        made = keys.create(connection, name, text, role=role, timelines=timelines or None)
    if as_json:
        print_json({"key": text, **msgspec.to_builtins(made)})
        return
    click.echo(text)
    click.echo(f"The {role} key {name} is shown only this once: keep it.", err=True)


@key.command("list")
@as_json
def list_(*, as_json: bool) -> None:
    """List every key, revoked ones too; never the keys themselves."""
    with reached(settings()) as engine, reading(engine) as connection:
        found = keys.list_keys(connection)
    if as_json:
        print_json(found)
        return
    nothing = "There is no key yet: `muster key create` makes one."
    print_table(("name", "role", "timelines", "made", "revoked"), map(_row, found), nothing=nothing)


@key.command()
@click.argument("name")
@as_json
def revoke(*, name: str, as_json: bool) -> None:
    """Take a key away for good."""
    with reached(settings()) as engine, writing(engine) as connection:
        gone = keys.revoke(connection, name)
    if as_json:
        print_json(gone)
        return
    click.echo(f"The key {name} is revoked.")


def _row(one: Key) -> tuple[Any, ...]:
    revoked = one.revoked_at.date() if one.revoked_at is not None else None
    return one.name, one.role, ", ".join(one.timelines or ["all"]), one.created_at.date(), revoked
