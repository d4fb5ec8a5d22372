"""`muster record`: append a few events by hand, all or none, and say where they stand and what they moved."""

import sys
from datetime import date
from pathlib import Path
from typing import Any

import rich_click as click
from sqlalchemy import Engine

from app.api.asof import instant_text
from app.api.events import show_would_move
from app.cli.entropy import new_id, today
from app.cli.options import as_json, chosen_timeline, settings, timeline_option
from app.cli.printing import NONE, number, print_heading, print_json, print_table
from app.cli.reaching import reached
from app.database.engine import reading, speaking
from app.domain.canonical import read_json
from app.domain.errors import Malformed, MusterError, Refused
from app.importing import read_envelope
from app.ledger.log import BATCH_MAX
from app.projections.estimates.reading import moved
from app.recording import Given, candidate, project, rehearse
from app.recording import record as append

RECORDED_BY = "cli"
"""What the ledger keeps of who recorded: at the command line there is no key."""


@click.command()
@click.argument("file")
@timeline_option
@click.option("--dry-run", is_flag=True, help="Append nothing: tell what each event would move if all were appended.")
@as_json
def record(*, file: str, timeline: str | None, dry_run: bool, as_json: bool) -> None:
    """Append the events of FILE (- for standard input): one JSON object, or one on each line. All of them or none."""
    given = read_events(read_bytes(file))
    day = today()
    for ordinal, one in enumerate(given, start=1):
        try:
            candidate(one, today=day)
        except Refused as error:
            raise _of_event(error, ordinal, len(given)) from error
    with reached(settings()) as engine:
        with reading(engine) as connection:
            name = chosen_timeline(connection, timeline)
        try:
            answer = _rehearsed(engine, name, given, day) if dry_run else _recorded(engine, name, given, day)
        except Refused as error:
            if error.ordinal is None:
                raise
            raise _of_event(error, error.ordinal + 1, len(given)) from error
    if as_json:
        print_json(answer)
    elif dry_run:
        _print_rehearsal(answer)
    else:
        _print(answer)


def read_bytes(file: str) -> bytes:
    """Raises Malformed for a file that cannot be read."""
    try:
        return sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
    except OSError as error:
        raise Malformed(f"{file} cannot be read: {error.strerror}") from error


def read_events(raw: bytes) -> list[Given]:
    """One object over any number of lines, else one on each line; blank lines are skipped."""
    lines = [line for line in raw.splitlines() if line.strip()]
    try:
        read_json(raw)
        texts = [raw]
    except Malformed as error:
        if len(lines) < 2:  # noqa: PLR2004 -- a single line is no list of lines
            raise Refused(error.detail, code=error.code) from error
        texts = lines
    if len(texts) > BATCH_MAX:
        raise Refused(
            f"these are {len(texts)} events, and at most {BATCH_MAX} are recorded at once", hint="import them"
        )
    return [_given(text, ordinal, len(texts)) for ordinal, text in enumerate(texts, start=1)]


def _given(text: bytes, ordinal: int, among: int) -> Given:
    try:
        envelope = read_envelope(text)
    except Malformed as error:
        raise _of_event(error, ordinal, among) from error
    return Given(
        type=envelope.type,
        body=envelope.body,
        event_id=envelope.event_id or new_id(),
        causation_id=envelope.causation_id,
    )


def _of_event(error: MusterError, ordinal: int, among: int) -> Refused:
    """Which of several events was refused; nothing was recorded."""
    which = f"event {ordinal} of {among}: " if among > 1 else ""
    return Refused(f"{which}{error.detail}", code=error.code, hint=error.hint, faults=error.faults)


def _recorded(engine: Engine, timeline: str, given: list[Given], today: date) -> dict[str, Any]:
    receipts = append(engine, timeline, given, recorded_by=RECORDED_BY, today=today)
    projected = project(engine, timeline, max(one.position for one in receipts))
    fresh = [one.position for one in receipts if not one.replayed] if projected else []
    with speaking(engine) as connection:
        effects = moved(connection, timeline, fresh)
    effect = [{"position": position, **one} for position, found in effects.items() for one in found]
    shown = [
        {
            "position": one.position,
            "event_id": one.event_id,
            "recorded_at": instant_text(one.recorded_at),
            "leaf": one.leaf.hex(),
            "replayed": one.replayed,
        }
        for one in receipts
    ]
    return {"timeline": timeline, "receipts": shown, "projected": projected, "moved": effect if projected else None}


def _rehearsed(engine: Engine, timeline: str, given: list[Given], today: date) -> dict[str, Any]:
    found = rehearse(engine, timeline, given, recorded_by=RECORDED_BY, today=today)
    events = [
        {"position": receipt.position, "type": one.type, "replayed": receipt.replayed}
        for one, receipt in zip(given, found.receipts, strict=True)
    ]
    effect = [{"position": one.position, **show_would_move(one)} for one in found.revised if one.moves]
    return {"timeline": timeline, "dry_run": True, "events": events, "moved": effect}


def _print(answer: dict[str, Any]) -> None:
    rows = (
        (one["position"], one["event_id"], f"{one['recorded_at']:.19}Z", "yes" if one["replayed"] else None)
        for one in answer["receipts"]
    )
    columns = ("position", "event", "recorded at", "before")
    print_table(columns, rows, right=("position",), whole=("event", "recorded at"))
    if answer["moved"] is None:
        click.echo("Recorded; the projections are not there yet.")
    elif answer["moved"]:
        print_heading("What this moved")
        _print_moves(answer["moved"])


def _print_rehearsal(answer: dict[str, Any]) -> None:
    rows = ((one["position"], one["type"], "yes" if one["replayed"] else None) for one in answer["events"])
    print_table(("position", "event", "before"), rows, right=("position",))
    print_heading("What this would move" if answer["moved"] else "This would move nothing")
    if answer["moved"]:
        _print_moves(answer["moved"])
    click.echo("\nNothing was recorded.")


def _print_moves(moved: list[dict[str, Any]]) -> None:
    rows = (
        (one["position"], one["measure"], one["actor"], one["place"], _best(one["before"]), _best(one["after"]))
        for one in moved
    )
    columns = ("position", "measure", "actor", "place", "before", "after")
    print_table(columns, rows, right=("position", "before", "after"))


def _best(figures: dict[str, int] | None) -> str:
    return NONE if figures is None else number(figures["best"])
