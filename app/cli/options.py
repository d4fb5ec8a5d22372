"""Options that many commands share, each spelled and explained once, and how their values are read."""

import os
from collections.abc import Callable
from typing import Any, TypeVar

import rich_click as click
from sqlalchemy import Connection

from app.domain.errors import Malformed, Unknown
from app.ledger import log
from app.settings import Settings, read_settings

Command = TypeVar("Command", bound=Callable[..., Any])

as_json = click.option("--json", "as_json", is_flag=True, help="Answer in JSON, for machines.")
timeline_option = click.option(
    "--timeline", envvar="MUSTER_TIMELINE", help="Which timeline; needed when there are several (MUSTER_TIMELINE)."
)
valid_at_option = click.option(
    "--valid-at", help="How it was in the world on this day; else on the day of the newest report."
)
reported_by_option = click.option("--reported-by", help="Counting only what had been said by the end of this day.")
known_at_option = click.option(
    "--known-at", help="Counting only what this ledger held then: an instant, or position:1043."
)
measure_argument = click.argument("measure")
actor_argument = click.argument("actor")
place_argument = click.argument("place")


def as_of_options(command: Command) -> Command:
    """--valid-at, --reported-by and --known-at."""
    return valid_at_option(reported_by_option(known_at_option(command)))


def key_arguments(command: Command) -> Command:
    """MEASURE ACTOR PLACE, in this order."""
    return measure_argument(actor_argument(place_argument(command)))


def settings() -> Settings:
    """Raises Malformed for an environment that cannot be used."""
    return read_settings(os.environ)


def chosen_timeline(connection: Connection, given: str | None) -> str:
    """The timeline that was named, or the only one. Raises Unknown with the nearest, Malformed when it is left open."""
    if given is not None:
        log.head(connection, given)
        return given
    match log.timeline_ids(connection):
        case []:
            raise Unknown("there is no timeline yet", code="unknown-timeline", hint="POST /v1/timelines creates one")
        case [only]:
            return only
        case several:
            raise Malformed(
                f"there are several timelines: {', '.join(several)}", hint="name one with --timeline or MUSTER_TIMELINE"
            )
