"""How a command ends: its exit code, and for an error one sentence on stderr with what to do about it below."""

import enum
from typing import Any

import rich_click as click
from sqlalchemy.exc import SQLAlchemyError

from app.cli.stopping import Stopped
from app.domain.errors import Malformed, MusterError, Unavailable

FAULTS_MAX = 20


class Exit(enum.IntEnum):
    """What a script can go by."""

    DONE = 0
    PROBLEM = 1
    USAGE = 2
    NOT_AVAILABLE = 3


def exit_of(error: MusterError) -> Exit:
    match error:
        case Unavailable():
            return Exit.NOT_AVAILABLE
        case Malformed():
            return Exit.USAGE
        case _:
            return Exit.PROBLEM


def tell(error: MusterError) -> None:
    """The sentence; then each fault that has a place of its own; then the hint."""
    click.echo(f"Error: {error.detail}", err=True)
    placed = [fault for fault in error.faults if fault.pointer]
    for fault in placed[:FAULTS_MAX]:
        click.echo(f"  {fault.pointer}: {fault.detail}", err=True)
    if len(placed) > FAULTS_MAX:
        click.echo(f"  and {len(placed) - FAULTS_MAX} more", err=True)
    if error.hint:
        click.echo(f"Hint: {error.hint}", err=True)


class Commands(click.RichGroup):
    """The group of all commands; no error of ours leaves it as a trace."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except MusterError as error:
            tell(error)
            ctx.exit(exit_of(error))
        except SQLAlchemyError as error:
            tell(MusterError(f"the database refused: {first_line(error)}", hint="`muster doctor` looks for the cause"))
            ctx.exit(Exit.PROBLEM)
        except Stopped as stopped:
            ctx.exit(stopped.exit_code)


def first_line(error: BaseException) -> str:
    """What the database said, without the statement and its parameters that SQLAlchemy puts below."""
    said = getattr(error, "orig", None) or error
    return (str(said).strip().splitlines() or [type(said).__name__])[0]
