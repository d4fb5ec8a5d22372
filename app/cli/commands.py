"""The tree of commands, and nothing of what they do."""

import rich_click as click

from app.cli.arrangements import arrangements
from app.cli.assumptions import assumptions
from app.cli.audit import audit
from app.cli.brief import brief
from app.cli.checkpoint import checkpoint
from app.cli.contacts import contacts
from app.cli.contested import contested
from app.cli.db import db
from app.cli.doctor import doctor
from app.cli.estimate import estimate
from app.cli.exits import Commands
from app.cli.export import export, restore
from app.cli.forces import forces
from app.cli.forecasts import forecasts
from app.cli.imports import import_
from app.cli.key import key
from app.cli.materiel import materiel
from app.cli.movements import movements
from app.cli.record import record
from app.cli.replay import replay
from app.cli.situation import situation
from app.cli.sources import sources
from app.cli.status import status
from app.cli.up import up
from app.cli.verify import verify
from app.cli.what_if import what_if


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
def muster() -> None:
    """Keep every reported development with its provenance; ask what can be said, as of any day, and why it moved.

    Exit codes: 0 done, 1 a problem was found, 2 wrong usage, 3 not available.
    """


COMMANDS = (
    up,
    status,
    doctor,
    record,
    import_,
    export,
    restore,
    estimate,
    movements,
    situation,
    contacts,
    forces,
    contested,
    audit,
    brief,
    forecasts,
    arrangements,
    materiel,
    sources,
    what_if,
    assumptions,
    replay,
    checkpoint,
    verify,
    key,
    db,
)
for command in COMMANDS:
    muster.add_command(command)
