"""Ratios that a question sees, each with what it implies for the estimates of the day."""

from collections.abc import Iterator, Sequence

import msgspec
from sqlalchemy import Connection

from app.domain.arrangements import Amount, Why, implied, is_arrangement, where, whose
from app.domain.estimate import Estimate
from app.domain.keys import AMBIGUOUS
from app.domain.measures import nature_of
from app.domain.quantity import Quantity
from app.domain.statements import Key
from app.projections.asof import AsOf
from app.projections.developments.filters import Filters
from app.projections.developments.reading import Item, read_all
from app.projections.estimates.reading import World, keys_with_votes, people, read_estimates, read_world

PLACES_MAX = 100


class Implied(msgspec.Struct, frozen=True, kw_only=True):
    """For one place: the estimate that it starts from, and what follows. `why` where nothing does."""

    place: str | None
    of: Amount
    comes_to: Amount
    flags: tuple[str, ...] = ()
    why: Why | None = None


class Arrangement(msgspec.Struct, frozen=True, kw_only=True):
    """One ratio of one report. What it implies for several places is never added: they may lie in each other."""

    item: Item
    ordinal: int
    quantity: Quantity
    unit: str
    actor: str | None
    implied: tuple[Implied, ...]

    @property
    def order(self) -> tuple[str, int]:
        return self.item.body.report, self.ordinal


def read_arrangements(connection: Connection, asof: AsOf, narrowed: Filters) -> list[Arrangement]:
    """Those that stand and fit, by report. Only measures that are ratios tell of an arrangement."""
    world = read_world(connection, asof)
    ratios = tuple(name for name, one in world.grounds.measures.items() if one.nature == "ratio")
    wanted = tuple(name for name in narrowed.measure if name in ratios) if narrowed.measure else ratios
    if not wanted:
        return []
    filters = msgspec.structs.replace(narrowed, measure=wanted, status=("standing", "corrected"))
    found = [
        _read(connection, asof, world, item, ordinal)
        for item in read_all(connection, asof, filters)
        for ordinal in _ordinals(item, world, wanted)
    ]
    return sorted(found, key=lambda one: one.order)


def _ordinals(item: Item, world: World, wanted: Sequence[str]) -> Iterator[int]:
    for ordinal, quantity in enumerate(item.body.quantities):
        nature = nature_of(quantity, world.grounds.measures.get(quantity.measure))
        if quantity.measure in wanted and is_arrangement(quantity, nature):
            yield ordinal


def _read(connection: Connection, asof: AsOf, world: World, item: Item, ordinal: int) -> Arrangement:
    quantity, actor = item.body.quantities[ordinal], whose(item.body)
    places = where(item.body)
    if quantity.low is None and quantity.best is None and quantity.high is None:
        found = [_nothing(None, "no_number")]
    elif actor is None or actor == AMBIGUOUS:
        found = [_nothing(None, "no_actor" if actor is None else "ambiguous_actor")]
    elif len(places) > 1:
        found = [_nothing(None, "ambiguous_place")]
    else:
        found = list(_follow(connection, asof, world, quantity, actor, places))
    return Arrangement(
        item=item,
        ordinal=ordinal,
        quantity=quantity,
        unit=world.grounds.measures[quantity.measure].unit,
        actor=None if actor == AMBIGUOUS else actor,
        implied=tuple(found),
    )


def _follow(
    connection: Connection, asof: AsOf, world: World, quantity: Quantity, actor: str, places: tuple[str, ...]
) -> Iterator[Implied]:
    """Where the report names no place, the widest places of which there is an estimate."""
    measure = quantity.per.measure if quantity.per is not None else ""
    keys = [Key(measure=measure, actor=actor, place=place) for place in places]
    if not keys:
        names = {"measure": [measure], "actor": [actor]}
        keys = keys_with_votes(connection, asof, names=names, limit=PLACES_MAX)
    read = [one for one in read_estimates(connection, world, asof.view, keys) if places or _has_votes(one)]
    widest = [one for one in read if not any(_lies_in(world, one, other) for other in read)]
    for one in widest:
        figures = people(one.figures)
        if figures is None or figures["best"] is None:
            yield _nothing(one.key.place, "no_estimate")
        else:
            base = Amount(**figures)
            yield Implied(place=one.key.place, of=base, comes_to=implied(quantity, base), flags=one.flags)
    if not widest:
        yield _nothing(None, "no_estimate")


def _has_votes(one: Estimate) -> bool:
    """What may vote at all is asked of the database; whether it does is a matter of the view."""
    return one.evaluation.panel is not None


def _lies_in(world: World, one: Estimate, other: Estimate) -> bool:
    return one.key.place != other.key.place and one.key.place in world.within(other.key.place)


def _nothing(place: str | None, why: Why) -> Implied:
    return Implied(place=place, of=Amount(), comes_to=Amount(), why=why)
