"""`muster db`: the bundled PostgreSQL by itself. With DATABASE_URL there is none to speak of."""

import shutil

import rich_click as click

from app.cli import bundled
from app.cli.options import as_json, settings
from app.cli.printing import print_json
from app.domain.errors import Refused
from app.settings import Settings


@click.group()
def db() -> None:
    """Start, stop or remove the bundled PostgreSQL."""


@db.command()
@as_json
def start(*, as_json: bool) -> None:
    """Start it and let it run until `muster db stop`."""
    server = bundled.keep(_bundled().data_dir)
    if as_json:
        print_json(server)
        return
    state = "is started" if server.started_by_us else "was running"
    click.echo(f"PostgreSQL {server.version} {state} (process {server.pid}, socket in {server.socket_dir}).")


@db.command()
@as_json
def stop(*, as_json: bool) -> None:
    """Stop it, whoever started it, unless a command still uses it."""
    data_dir = settings().data_dir
    was_running = False
    if data_dir.exists():
        with bundled.stopped(data_dir) as was_running:
            pass
    if as_json:
        print_json({"stopped": was_running})
        return
    click.echo("PostgreSQL is stopped." if was_running else "PostgreSQL was not running.")


@db.command()
@click.option("--yes", is_flag=True, help="Do not ask.")
@as_json
def reset(*, yes: bool, as_json: bool) -> None:
    """Remove the bundled database with every timeline in it. The key file stays."""
    data_dir = _bundled().data_dir
    cluster = data_dir / "postgres"
    if not yes:
        click.confirm(f"Remove {cluster} and every timeline in it, for good?", abort=True, err=True)
    there = cluster.exists()
    if there:
        with bundled.stopped(data_dir):
            shutil.rmtree(cluster)
    if as_json:
        print_json({"removed": there})
        return
    click.echo(f"{cluster} is removed; `muster up` makes a new one." if there else f"There is no {cluster}.")


def _bundled() -> Settings:
    found = settings()
    if not found.embedded:
        raise Refused("DATABASE_URL names a database of its own; this is for the bundled one", hint="unset it")
    return found
