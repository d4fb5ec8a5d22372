"""`muster replay`: build generations anew beside the active ones, look at the difference, switch or go back."""

from typing import Any

import rich_click as click

from app.cli.replay.looking import list_, show
from app.cli.replay.starting import start
from app.cli.replay.switching import drop, rollback

DEFAULT = "start"


class _Replay(click.RichGroup):
    """What names no command of the group is what `start` takes: `muster replay estimates --switch never`."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if not args or (args[0] not in self.commands and args[0] not in ctx.help_option_names):
            args = [DEFAULT, *args]
        return super().parse_args(ctx, args)


@click.group(cls=_Replay)
def replay(**_: Any) -> None:
    """Build a projection (or all) anew beside what is answered from; `muster replay [PROJECTION]` is `start`."""


for command in (start, list_, show, rollback, drop):
    replay.add_command(command)
