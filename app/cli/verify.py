"""`muster verify`: whether the ledger, or an export of it, is what it was. No hash is trusted but recomputed."""

import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import rich_click as click
from rich.console import Console
from rich.progress import Progress, TextColumn, TimeElapsedColumn
from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError

from app.cli.exits import Exit
from app.cli.options import as_json, settings, timeline_option
from app.cli.printing import print_json, print_line
from app.cli.reaching import reached
from app.database.engine import reading, writing
from app.domain.errors import Malformed, Unavailable
from app.domain.meanings import counted
from app.ledger import log, notes, verifications
from app.ledger.exporting import read_export
from app.ledger.notes import NOTE_BYTES_MAX, Head, VerifierKey
from app.ledger.signing import read_signer
from app.ledger.verifying import read_brought, verify_export, verify_ledger
from app.ledger.walking import Verified
from app.settings import Settings


@click.command()
@timeline_option
@click.option("--checkpoint", help="A checkpoint that was kept elsewhere: the ledger has to be the one it was made of.")
@click.option("--export", help="Verify this file (- for standard input), without any database.")
@click.option("--key", "key_texts", multiple=True, help="Trust this verifier key; else the one of this installation.")
@as_json
def verify(
    *, timeline: str | None, checkpoint: str | None, export: str | None, key_texts: Sequence[str], as_json: bool
) -> None:
    """Recompute every leaf and the root from the events alone, and name the first position that is wrong.

    All timelines unless one is named. Exits 1 when one is not what it was.
    """
    chosen, keys = settings(), [notes.read_key(one) for one in key_texts]
    with _progress() as progress:
        if export is not None:
            if checkpoint is not None:
                raise Malformed("--checkpoint is held against the database, and --export needs none")
            found = [_of_file(export, keys, progress)]
        else:
            with reached(chosen) as engine:
                found = list(_of_ledger(engine, chosen, timeline, checkpoint, keys, progress))
    if as_json:
        print_json({"timelines": [_shape(one) for one in found]})
    else:
        for one in found:
            _print(one)
    if any(one.fault for one in found):
        sys.exit(Exit.PROBLEM)


def _of_file(file: str, keys: Sequence[VerifierKey], progress: Callable[[int], None]) -> Verified:
    try:
        with click.open_file(file, "rb") as opened:
            return verify_export(read_export(opened), keys, progress)
    except OSError as error:
        raise Malformed(f"{file} cannot be read: {error.strerror}") from error


def _of_ledger(
    engine: Engine,
    chosen: Settings,
    timeline: str | None,
    checkpoint: str | None,
    keys: Sequence[VerifierKey],
    progress: Callable[[int], None],
) -> Iterator[Verified]:
    """Each timeline in a snapshot of its own. A checkpoint names its timeline itself: the last part of its origin."""
    brought = _brought(checkpoint, chosen, keys)
    if brought is not None and timeline is not None and brought.origin.rpartition("/")[2] != timeline:
        detail = f"the checkpoint is of {brought.origin.rpartition('/')[2]}, not of {timeline}"
        raise Malformed(detail, hint="leave --timeline out: the checkpoint names its own")
    with reading(engine) as connection:
        names = log.timeline_ids(connection)
    for name in [timeline] if timeline else [brought.origin.rpartition("/")[2]] if brought else names:
        with reading(engine) as connection:
            trusted = keys or _own(chosen, name)
            found = verify_ledger(
                connection,
                name,
                trusted=trusted,
                brought=[brought] if brought else (),
                required=bool(keys),
                progress=progress,
                jobs=os.cpu_count() or 1,
            )
        # for those who watch over it; where nothing may be written it is verified all the same
        with suppress(DBAPIError, Unavailable), writing(engine) as connection:
            verifications.keep(connection, found)
        yield found


def _brought(file: str | None, chosen: Settings, keys: Sequence[VerifierKey]) -> Head | None:
    if file is None:
        return None
    try:
        with click.open_file(file, "rb") as opened:
            raw = opened.read(NOTE_BYTES_MAX + 1).decode()
    except (OSError, UnicodeDecodeError) as error:
        raise Malformed(f"the checkpoint {file} cannot be read: {error}") from error
    origin = notes.read_head(notes.read_note(raw).text).origin
    return read_brought(raw, keys or _own(chosen, origin.rpartition("/")[2]))


def _own(chosen: Settings, timeline: str) -> list[VerifierKey]:
    """The key of this installation, which is not made for this."""
    if not Path(chosen.signing_key).exists():
        return []
    return [read_signer(chosen.signing_key, chosen.origin).verifier_key(timeline)]


@contextmanager
def _progress() -> Iterator[Callable[[int], None]]:
    columns = TextColumn("{task.completed:,} events"), TimeElapsedColumn()
    # no thread of its own: it would be there while processes are forked
    shown = Console(stderr=True)
    with Progress(*columns, console=shown, disable=not sys.stderr.isatty(), auto_refresh=False) as bar:
        task = bar.add_task("", total=None)
        yield lambda done: bar.update(task, completed=done, refresh=True)


def _shape(found: Verified) -> dict[str, Any]:
    return {
        "timeline": found.timeline,
        "events": found.size,
        "root": found.root.hex(),
        "checkpoints": found.checkpoints,
        "strangers": found.strangers,
        "vouched": found.vouched,
        "fault": found.fault,
    }


def _print(found: Verified) -> None:
    if found.fault is not None:
        print_line(f"{found.timeline}: WRONG at position {found.fault.position} ({found.fault.what})")
        print_line(f"  {found.fault.detail}")
        return
    print_line(f"{found.timeline}: {_sound(found)}")
    print_line(f"  root {found.root.hex()}")
    if found.strangers:
        print_line(f"  {found.strangers:,} signed under other names, of which no key is trusted, counted for nothing")
    if found.checkpoints and not found.vouched:
        print_line("  signed by keys that stand beside them, which tells nothing of who signed: name one with --key")


def _sound(found: Verified) -> str:
    """Without a checkpoint whoever wrote all of it anew, hashes too, left nothing by which it could be seen."""
    if found.size == 0:
        return "there is nothing in it yet, and so nothing that could have been changed"
    one = found.size == 1
    if not found.checkpoints:
        fits = "fits the hash that is kept with it" if one else "fit the hashes that are kept with them"
        return f"{counted(found.size, 'event')} {fits}; no checkpoint shows that nothing was written anew"
    events = "1 event is what it was" if one else f"{found.size:,} events are what they were"
    return f"{events}, and what {counted(found.checkpoints, 'checkpoint')} signed"
