"""What one report says of one key, and why it can or cannot have a vote there.

A `Statement` is one quantity of one report with everything that an estimate needs of the report. `why` is None for one
that may vote; which of those do is decided for a day, in `selection`.
"""

from collections.abc import Mapping
from datetime import date

import msgspec

from app.domain.assumptions import Assumptions
from app.domain.developments import Development, Retraction
from app.domain.keys import AMBIGUOUS, OUTSIDE, UNPLACED, Key, Subject, key_of
from app.domain.measures import Measure, nature_of
from app.domain.quantity import Quantity
from app.domain.ways import Way, way_of
from app.domain.wording import Figure, can_count, figure_of

__all__ = ["AMBIGUOUS", "OUTSIDE", "UNPLACED", "Key", "Statement", "Subject", "key_of", "statements_of"]

_NEVER = ("forecast", "planned", "conditional", "judgement", "denied")
_NO_VOTE_BASIS = ("existence", "comparison", "derived")


class Statement(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """`position` is of the event that wrote it. `likelihood` is a factor on the error. A report without a quantity has
    one statement with an empty measure. Where several actors or places could be meant, that part of the key is
    `AMBIGUOUS`. `way` is set for what moved, which never votes where it is.
    """

    report: str
    ordinal: int
    key: Key
    position: int
    origin: str
    publisher: str
    letter: str
    digit: int
    likelihood: float
    vote_day: date | None
    reported_day: date | None
    figure: Figure
    low_exclusive: bool
    high_exclusive: bool
    running_total: bool
    stance: str
    why: str | None
    retraction: Retraction | None
    occurred: str | None
    reported: str | None
    way: Way | None = None

    @property
    def order(self) -> tuple[date, date, str, int]:
        """The order in which statements follow each other; never the order of arrival."""
        return (self.vote_day or date.min, self.reported_day or date.min, self.report, self.ordinal)

    @property
    def relays(self) -> bool:
        """Whether somebody else printed it than the one whose word it is."""
        return self.publisher != self.origin


def statements_of(
    development: Development, measures: Mapping[str, Measure], assumptions: Assumptions
) -> tuple[Statement, ...]:
    """One statement per quantity, in their order, or a single one that says `no_quantity`."""
    quantities = development.body.quantities
    if not quantities:
        nothing = Quantity(measure="")
        why = development.body.stance if development.body.stance in _NEVER else "no_quantity"
        return (_statement(development, 0, nothing, None, why, assumptions),)
    return tuple(
        _statement(development, ordinal, quantity, measures.get(quantity.measure), None, assumptions)
        for ordinal, quantity in enumerate(quantities)
    )


def _statement(
    development: Development,
    ordinal: int,
    quantity: Quantity,
    measure: Measure | None,
    why: str | None,
    assumptions: Assumptions,
) -> Statement:
    body = development.body
    nature = nature_of(quantity, measure)
    key = key_of(body, quantity.measure, running_total=nature == "cumulative")
    likelihood = assumptions.likelihood_factor(development.likelihood.term if development.likelihood else None)
    figure = figure_of(quantity)
    if why is None:
        why = _why_not(development, quantity, nature, key, figure, likelihood, assumptions)
    if why is None and measure is not None and nature != measure.nature:
        why = "other_measure"  # a running total of a stock, or the other way round, is not the same count
    return Statement(
        report=body.report,
        ordinal=ordinal,
        key=key,
        position=development.written,
        origin=development.origin,
        publisher=development.publisher,
        letter=development.letter,
        digit=development.digit,
        likelihood=1.0 if likelihood is None else likelihood,
        vote_day=development.vote_day,
        reported_day=development.reported_day,
        figure=figure,
        low_exclusive=quantity.low_exclusive,
        high_exclusive=quantity.high_exclusive,
        running_total=nature == "cumulative",
        stance=body.stance,
        why=why,
        retraction=development.retraction,
        occurred=body.occurred,
        reported=development.reported_text,
        way=way_of(development, quantity, measure, key, assumptions) if nature == "flow" else None,
    )


def _why_not(
    development: Development,
    quantity: Quantity,
    nature: str,
    key: Key,
    figure: Figure,
    likelihood: float | None,
    assumptions: Assumptions,
) -> str | None:
    """The first reason that keeps the quantity from ever voting, from what was meant down to what is missing."""
    stance = development.body.stance
    reasons = (
        (stance in _NEVER, stance),
        (nature == "flow", "movement"),
        (nature == "ratio" or quantity.per is not None, "ratio"),
        (quantity.basis in _NO_VOTE_BASIS, quantity.basis),
        (AMBIGUOUS in {key.actor, key.place}, "ambiguous_key"),
        (likelihood is None, "unlikely"),
        (not can_count(figure, assumptions), "unknown_word" if figure.word is not None else "no_quantity"),
        (development.reported_day is None, "undated"),
    )
    return next((why for holds, why in reasons if holds), None)
