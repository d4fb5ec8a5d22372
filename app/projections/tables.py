"""The projections' tables as the queries name them. The migrations make them; a test compares the two.

Rows with a `position_from` held over the half-open range [position_from, position_to); None: they still do.
"""

from typing import Any

from sqlalchemy import BigInteger, Boolean, Column, Date, Double, Integer, SmallInteger, Table, Text, Uuid
from sqlalchemy.dialects.postgresql import ARRAY

from app.ledger.tables import INSTANT, METADATA


def _range() -> tuple[Column[int], Column[int]]:
    return Column("position_from", BigInteger, primary_key=True), Column("position_to", BigInteger)


def _name(name: str, *, optional: bool = False) -> Column[str]:
    return Column(name, Text, nullable=optional)


def _part_of_key(name: str) -> Column[str]:
    return Column(name, Text, primary_key=True)


def _rows(name: str, projection: str, *columns: Column[Any]) -> Table:
    """A table of a projection, whose rows bear the number of the generation that they are of."""
    own = _part_of_key("timeline_id"), Column("generation", Integer, primary_key=True)
    return Table(name, METADATA, *own, *columns, info={"projection": projection})


projections = Table(
    "projections",
    METADATA,
    _part_of_key("timeline_id"),
    _part_of_key("projection"),
    Column("generation", Integer, nullable=False),
)

generations = Table(
    "generations",
    METADATA,
    _part_of_key("timeline_id"),
    _part_of_key("projection"),
    Column("generation", Integer, primary_key=True),
    Column("position", BigInteger, nullable=False),
    Column("assumptions", Text),
    Column("rests_on", Text, nullable=False),
    Column("stuck_position", BigInteger),
    Column("stuck_reason", Text),
)

replays = Table(
    "replays",
    METADATA,
    _part_of_key("timeline_id"),
    Column("replay", Uuid, primary_key=True),
    Column("projections", ARRAY(Text), nullable=False),
    _name("generations"),
    _name("before", optional=True),
    _name("assumptions"),
    Column("upto", BigInteger),
    *(_name(name) for name in ("switch", "state")),
    _name("reason", optional=True),
    *(Column(name, BigInteger, nullable=False) for name in ("position", "head")),
    Column("events_per_second", Double),
    _name("difference", optional=True),
    Column("served", Boolean, nullable=False),
    Column("started_at", INSTANT, nullable=False),
    Column("ended_at", INSTANT),
    _name("worker", optional=True),
    Column("lease_until", INSTANT),
    Column("epoch", Integer, nullable=False),
)

definitions = _rows(
    "definitions",
    "registry",
    _part_of_key("kind"),
    _part_of_key("name"),
    *_range(),
    _name("body"),
)

links = _rows(
    "links",
    "registry",
    Column("link", Uuid, primary_key=True),
    *_range(),
    *(_name(name) for name in ("between", "from", "to", "relation", "by", "reason")),
)

developments = _rows(
    "developments",
    "developments",
    _part_of_key("report"),
    *_range(),
    *(Column(name, Date) for name in ("sort_day", "reported_first", "reported_day", "occurred_first", "occurred_last")),
    *(_name(name) for name in ("kind", "stance", "origin")),
    Column("own_letter", Boolean, nullable=False),
    _name("document", optional=True),
    *(Column(name, ARRAY(Text), nullable=False) for name in ("sources", "measures", "places", "actors")),
    _name("words"),
    _name("development"),
)

report_history = _rows(
    "report_history",
    "developments",
    _part_of_key("report"),
    Column("position", BigInteger, primary_key=True),
    _name("type"),
    _name("by", optional=True),
    _name("reason", optional=True),
    Column("day", Date),
)

statements = _rows(
    "statements",
    "estimates",
    _part_of_key("report"),
    Column("ordinal", Integer, primary_key=True),
    *_range(),
    *(_name(name) for name in ("measure", "actor", "place")),
    Column("may_vote", Boolean, nullable=False),
    Column("taken_back", Boolean, nullable=False),
    Column("digit", SmallInteger, nullable=False),
    Column("reported_day", Date),
    _name("statement"),
)

estimates = _rows(
    "estimates",
    "estimates",
    *(_part_of_key(name) for name in ("measure", "actor", "place")),
    Column("position", BigInteger, nullable=False),
    Column("day", Date, nullable=False),
    Column("votes", Integer, nullable=False),
    _name("figures"),
)

revisions = _rows(
    "revisions",
    "estimates",
    *(_part_of_key(name) for name in ("measure", "actor", "place")),
    Column("position", BigInteger, primary_key=True),
    Column("event_id", Uuid, nullable=False),
    *(_name(name) for name in ("type", "cause")),
    *(_name(name, optional=True) for name in ("report", "source")),
    _name("revision"),
)

horizons = _rows("horizons", "estimates", *_range(), Column("day", Date))

topics = _rows(
    "topics",
    "topics",
    *(_part_of_key(name) for name in ("topic", "report")),
    *_range(),
    _name("kind"),
    *(Column(name, ARRAY(Text), nullable=False) for name in ("actors", "towards", "places")),
)
