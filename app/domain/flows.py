"""What one report says of one movement, and why it may or may not count as one.

A `Flow` is a statement with two ends and a first day. It never votes; what it does to those who do is decided for a
place and a day, in `movements` and `nets`.
"""

from collections.abc import Mapping
from datetime import date

import msgspec

from app.domain.assumptions import Assumptions
from app.domain.developments import Development
from app.domain.events import DevelopmentReported
from app.domain.events.report import PlaceRole
from app.domain.fusion import can_count
from app.domain.measures import Measure
from app.domain.quantity import Quantity
from app.domain.statements import AMBIGUOUS, OUTSIDE, Statement, key_of, statements_of

Place = str | None
"""A place, `outside`, or None: nobody said where."""

Ends = tuple[Place, Place]
"""Where from, and where to."""


class Flow(Statement, frozen=True, kw_only=True, gc=False):
    """`why` is None for one that may count. `movement` is the id under which reports speak of one movement.

    The vote day is the movement's last day, and never before `first_day`; both are None for an undated one.
    """

    from_: Place
    to: Place
    first_day: date | None
    movement: str | None

    @property
    def ends(self) -> Ends:
        return self.from_, self.to

    @property
    def days(self) -> tuple[date, date]:
        """First and last day; of an undated one, which cannot count, the first of the calendar."""
        last = self.vote_day or date.min
        return self.first_day or last, last


def flows_of(development: Development, measures: Mapping[str, Measure], assumptions: Assumptions) -> tuple[Flow, ...]:
    """One flow for each quantity that is one, in their order, with the ordinals of `statements_of`."""
    said = zip(development.body.quantities, statements_of(development, measures, assumptions), strict=False)
    return tuple(
        _flow(development, quantity, statement, measures.get(quantity.measure), assumptions)
        for quantity, statement in said
        if _nature(quantity, measures.get(quantity.measure)) == "flow"
    )


def _nature(quantity: Quantity, measure: Measure | None) -> str:
    return quantity.nature or (measure.nature if measure is not None else "stock")


def _flow(
    development: Development,
    quantity: Quantity,
    statement: Statement,
    measure: Measure | None,
    assumptions: Assumptions,
) -> Flow:
    of = measure.nature if measure is not None else "stock"
    from_, to = ends_of(development.body, quantity.measure, running_total=of == "cumulative")
    ambiguous = AMBIGUOUS in {statement.key.actor, from_, to}
    last = statement.vote_day
    first = last if development.occurred_first is None or last is None else min(development.occurred_first, last)
    fields = msgspec.structs.asdict(statement)
    fields["why"] = _why_not(development, quantity, statement, of, assumptions, ambiguous=ambiguous)
    return Flow(**fields, from_=from_, to=to, first_day=first, movement=quantity.movement)


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
    development: Development,
    quantity: Quantity,
    statement: Statement,
    of: str,
    assumptions: Assumptions,
    *,
    ambiguous: bool,
) -> str | None:
    """The first reason that keeps it from counting, in the words and the order that hold for votes."""
    term = development.likelihood.term if development.likelihood else None
    reasons = (
        (statement.stance != "asserted", statement.stance),
        (of == "ratio", "other_measure"),
        (quantity.per is not None, "ratio"),
        (quantity.basis in {"existence", "comparison", "derived"}, quantity.basis),
        (ambiguous, "ambiguous_key"),
        (assumptions.likelihood_factor(term) is None, "unlikely"),
        (not can_count(statement.figure, assumptions), "unknown_word" if statement.figure.word else "no_quantity"),
        (development.reported_day is None, "undated"),
    )
    return next((why for holds, why in reasons if holds), None)
