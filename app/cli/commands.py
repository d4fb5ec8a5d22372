"""The tree of commands, and nothing of what they do."""

import rich_click as click

from app.cli.exits import Commands
from app.cli.up import up


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
def muster() -> None:
    """Keep every reported development with its provenance; ask what can be said, as of any day, and why it moved.

    Exit codes: 0 done, 1 a problem was found, 2 wrong usage, 3 not available.
    """


for command in (up,):
    muster.add_command(command)
