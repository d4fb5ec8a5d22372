"""`muster export` and `muster restore`: a whole timeline as a file that proves itself, and back."""

from collections.abc import Iterator
from contextlib import contextmanager

import rich_click as click
from sqlalchemy import Engine

from app.cli import bundled
from app.cli.options import as_json, chosen_timeline, settings, timeline_option
from app.cli.printing import print_json, print_line
from app.cli.reaching import check_url, reached
from app.database.embedded import SUPERUSER
from app.database.engine import make_engine, reading, writing
from app.domain.errors import Malformed
from app.domain.meanings import counted
from app.ledger import checkpoints, notes
from app.ledger.exporting import read_export, write_export
from app.ledger.restoring import restore as put_back
from app.ledger.signing import read_signer
from app.recording import project
from app.settings import Settings


@click.command()
@click.argument("file", default="-")
@timeline_option
@as_json
def export(*, file: str, timeline: str | None, as_json: bool) -> None:
    """Write a timeline to FILE (or to standard output): its events and its checkpoints, the last one made now.

    The file is checked by `muster verify --export FILE`, on any machine.
    """
    if as_json and file == "-":
        raise Malformed("--json would stand among the events: name a FILE")
    chosen = settings()
    with reached(chosen) as engine:
        with reading(engine) as connection:
            name = chosen_timeline(connection, timeline)
        last = checkpoints.current(engine, name, read_signer(chosen.signing_key, chosen.origin))
        try:
            # under another name until it is whole
            with click.open_file(file, "wb", atomic=file != "-") as opened, reading(engine) as connection:
                opened.writelines(write_export(connection, name, last.size))
        except OSError as error:
            raise Malformed(f"{file} cannot be written: {error.strerror}") from error
    if as_json:
        print_json({"timeline": name, "events": last.size, "root": last.root.hex(), "verifier_key": last.verifier_key})
    else:
        click.echo(f"{name}: {counted(last.size, 'event')}, root {last.root.hex()}", err=True)


@click.command()
@click.argument("file")
@click.option("--key", "key_texts", multiple=True, help="Take only what this verifier key signed.")
@as_json
def restore(*, file: str, key_texts: tuple[str, ...], as_json: bool) -> None:
    """Put an export back, verbatim, into a timeline that is not there; then bring its projections up.

    For the owner of the ledger: MUSTER_MIGRATE_URL names the role. Nothing stays of a file that does not verify.
    """
    chosen, keys = settings(), [notes.read_key(one) for one in key_texts]
    with reached(chosen) as engine:
        try:
            with click.open_file(file, "rb") as opened, _owner(chosen) as owner, writing(owner) as connection:
                found = put_back(connection, read_export(opened), keys)
        except OSError as error:
            raise Malformed(f"{file} cannot be read: {error.strerror}") from error
        projected = project(engine, found.timeline, found.size, seconds=float("inf"))
    if as_json:
        shown = {"timeline": found.timeline, "events": found.size, "root": found.root.hex(), "projected": projected}
        print_json(shown)
        return
    print_line(f"{found.timeline}: {counted(found.size, 'event')} {'is' if found.size == 1 else 'are'} back")
    print_line(f"  root {found.root.hex()}")


@contextmanager
def _owner(chosen: Settings) -> Iterator[Engine]:
    """As the role that migrates."""
    with _owner_url(chosen) as url:
        engine = make_engine(url, step_down=False, pool_size=1)
        try:
            yield engine
        finally:
            engine.dispose()


@contextmanager
def _owner_url(chosen: Settings) -> Iterator[str]:
    if not chosen.embedded:
        check_url("MUSTER_MIGRATE_URL", chosen.migrate_url)
        yield chosen.migrate_url
        return
    with bundled.borrowed(chosen.data_dir) as server:
        yield server.url_for(SUPERUSER, bundled.DATABASE)
