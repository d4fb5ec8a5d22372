"""Where what moved went, and why it may or may not count as a movement.

A `Way` is what a report says of a movement beyond its size: two ends, its days, and the id under which others speak of
it too.
"""

from datetime import date

import msgspec

from app.domain.assumptions import Assumptions
from app.domain.developments import Development
from app.domain.events import DevelopmentReported
from app.domain.events.report import PlaceRole
from app.domain.keys import AMBIGUOUS, OUTSIDE, Key, key_of
from app.domain.measures import Measure
from app.domain.quantity import Quantity
from app.domain.wording import can_count, figure_of

Place = str | None
"""A place, `outside`, or None: nobody said where."""

Ends = tuple[Place, Place]
"""Where from, and where to."""


class Way(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """`why` is None for one that may count. `movement` is the id under which reports speak of one movement."""

    from_: Place
    to: Place
    first_day: date | None
    movement: str | None
    why: str | None


def way_of(
    development: Development, quantity: Quantity, measure: Measure | None, key: Key, assumptions: Assumptions
) -> Way:
    """The way of a quantity that moved; of an undated one the first day is None."""
    of = measure.nature if measure is not None else "stock"
    from_, to = ends_of(development.body, quantity.measure, running_total=of == "cumulative")
    last = development.vote_day
    first = last if development.occurred_first is None or last is None else min(development.occurred_first, last)
    ambiguous = AMBIGUOUS in {key.actor, from_, to}
    why = _why_not(development, quantity, of, assumptions, ambiguous=ambiguous)
    return Way(from_=from_, to=to, first_day=first, movement=quantity.movement, why=why)


def ends_of(body: DevelopmentReported, measure: str, *, running_total: bool) -> Ends:
    """The one `from` and the one `to`; `AMBIGUOUS` for several, None for none or for an end that is left open.

    What a running total gains comes from nowhere in the tree, whatever the report says of its way: a delivery takes
    nothing from what was delivered elsewhere. So its place gains it, and so does all that the place is part of.
    """
    if running_total:
        return OUTSIDE, key_of(body, measure, running_total=True).place
    return _end(body, "from"), _end(body, "to")


def _end(body: DevelopmentReported, role: PlaceRole) -> Place:
    known = {place.place for place in body.places if place.role == role and place.place is not None}
    if len(known) > 1:
        return AMBIGUOUS
    return known.pop() if known else None


def _why_not(
    development: Development, quantity: Quantity, of: str, assumptions: Assumptions, *, ambiguous: bool
) -> str | None:
    """The first reason that keeps it from counting, in the words and the order that hold for votes."""
    stance, figure = development.body.stance, figure_of(quantity)
    term = development.likelihood.term if development.likelihood else None
    reasons = (
        (stance != "asserted", stance),
        (of == "ratio", "other_measure"),
        (quantity.per is not None, "ratio"),
        (quantity.basis in {"existence", "comparison", "derived"}, quantity.basis),
        (ambiguous, "ambiguous_key"),
        (assumptions.likelihood_factor(term) is None, "unlikely"),
        (not can_count(figure, assumptions), "unknown_word" if figure.word is not None else "no_quantity"),
        (development.reported_day is None, "undated"),
    )
    return next((why for holds, why in reasons if holds), None)
