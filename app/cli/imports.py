"""`muster import`: many events from a file, with progress, and what is wrong with each line that was rejected."""

import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import IO

import rich_click as click
from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn

from app.cli.entropy import new_id, today
from app.cli.exits import Exit
from app.cli.options import as_json, chosen_timeline, settings, timeline_option
from app.cli.printing import NONE, number, print_heading, print_json, print_line, print_table
from app.cli.reaching import reached
from app.cli.record import RECORDED_BY
from app.database.engine import reading
from app.domain.errors import Fault, Malformed
from app.importing import Imported, LineError, Mode, import_lines, split_lines

PIECE_BYTES = 256 * 1024


@click.command("import")
@click.argument("file")
@click.option(
    "--mode",
    type=click.Choice(["partial", "atomic"]),
    default="partial",
    show_default=True,
    help="Keep every good line, or all lines or none.",
)
@click.option("--dry-run", is_flag=True, help="Check everything and keep nothing.")
@timeline_option
@as_json
def import_(*, file: str, mode: Mode, dry_run: bool, timeline: str | None, as_json: bool) -> None:
    """Append the events of FILE (- for standard input), one on each line. Exits 1 when a line was rejected."""
    with _opened(file) as lines, reached(settings()) as engine:
        with reading(engine) as connection:
            name = chosen_timeline(connection, timeline)
        with _pieces(lines) as (pieces, progress):
            imported = import_lines(
                engine,
                name,
                split_lines(pieces),
                mode=mode,
                dry_run=dry_run,
                recorded_by=RECORDED_BY,
                today=today(),
                batch_id=new_id(),
                new_id=new_id,
                progress=progress,
            )
    if as_json:
        print_json(imported)
    else:
        _print(imported, name, mode=mode, dry_run=dry_run)
    if imported.rejected:
        sys.exit(Exit.PROBLEM)


@contextmanager
def _opened(file: str) -> Iterator[IO[bytes]]:
    """Raises Malformed for a file that cannot be read."""
    if file == "-":
        yield sys.stdin.buffer
        return
    with ExitStack() as stack:
        try:
            opened = stack.enter_context(Path(file).open("rb"))
            opened.peek(1)  # a directory can be opened, too, and not be read
        except OSError as error:
            raise Malformed(f"{file} cannot be read: {error.strerror}") from error
        yield opened


@contextmanager
def _pieces(lines: IO[bytes]) -> Iterator[tuple[Iterator[bytes], Callable[[int], None]]]:
    """The file in pieces, and who hears of the lines done; on a terminal both move a bar."""
    columns = TextColumn("{task.fields[lines]:,} lines"), BarColumn(), DownloadColumn(), TimeRemainingColumn()
    with Progress(*columns, console=Console(stderr=True), disable=not sys.stderr.isatty()) as bar:
        task = bar.add_task("", total=_size(lines), lines=0)

        def pieces() -> Iterator[bytes]:
            while piece := lines.read(PIECE_BYTES):
                bar.advance(task, len(piece))
                yield piece

        yield pieces(), lambda done: bar.update(task, lines=done)


def _size(lines: IO[bytes]) -> int | None:
    """None for a pipe, whose end nobody knows."""
    if not lines.seekable():
        return None
    size = lines.seek(0, 2)
    lines.seek(0)
    return size


def _print(imported: Imported, timeline: str, *, mode: Mode, dry_run: bool) -> None:
    would = "would be " if dry_run else ""
    kept = "" if imported.first_position is None else f" at {imported.first_position} to {imported.last_position}"
    print_line(
        f"{timeline}: {number(imported.appended)} {would}appended{kept}, "
        f"{number(imported.replayed)} there already, {number(imported.rejected)} {would}rejected."
    )
    if not imported.rejected:
        return
    if mode == "atomic":
        print_line("Nothing was kept: --mode atomic keeps all lines or none.")
    print_heading("Rejected lines")
    rows = (row for one in imported.errors for row in _rows(one))
    print_table(("line", "field", "reason"), rows, right=("line",))
    if imported.errors_truncated:
        print_line(f"These are the first {len(imported.errors)} of {number(imported.rejected)}.")


def _rows(error: LineError) -> Iterator[tuple[int | str, str, str]]:
    """The line with its first fault and the way out, then its other faults."""
    hint = f" ({error.hint})" if error.hint else ""
    first, *others = error.faults or (Fault(pointer=error.pointer, detail=error.detail),)
    yield error.line, first.pointer or NONE, f"{first.detail}{hint}"
    for fault in others:
        yield "", fault.pointer or NONE, fault.detail
