"""`muster checkpoint`: what a timeline holds now, signed, for somebody else to keep."""

import rich_click as click

from app.cli.options import as_json, chosen_timeline, settings, timeline_option
from app.cli.printing import print_json
from app.cli.reaching import reached
from app.database.engine import reading
from app.ledger import checkpoints
from app.ledger.signing import read_signer


@click.command()
@timeline_option
@as_json
def checkpoint(*, timeline: str | None, as_json: bool) -> None:
    """Sign what the timeline holds now, and print it.

    Give the output to somebody else: with it, `muster verify --checkpoint FILE` convicts a ledger in which anything up
    to here was changed since, even one whose hashes were all recomputed. Whoever checks it needs the verifier key too.
    """
    chosen = settings()
    with reached(chosen) as engine:
        with reading(engine) as connection:
            name = chosen_timeline(connection, timeline)
        made = checkpoints.current(engine, name, read_signer(chosen.signing_key, chosen.origin))
    if as_json:
        print_json(
            {
                "timeline": made.timeline,
                "size": made.size,
                "root": made.root.hex(),
                "verifier_key": made.verifier_key,
                "note": made.note,
            }
        )
        return
    click.echo(made.note, nl=False)
    click.echo(f"verifier key: {made.verifier_key}", err=True)
