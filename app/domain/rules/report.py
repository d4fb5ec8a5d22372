"""Rules for a report: who said it, where in the document, of which places, when, and on what condition."""

from collections.abc import Iterator
from datetime import date

from app.domain import events as e
from app.domain.findings import Finding, below
from app.domain.grading import LEXICONS, Likelihood
from app.domain.names import OUTSIDE, UNPLACED
from app.domain.provenance import Hop, Locator
from app.domain.rules.days import said_by
from app.domain.rules.quantity import quantity_findings
from app.domain.rules.reference import not_itself


def development_reported(body: e.DevelopmentReported, at: str, today: date) -> Iterator[Finding]:
    """`at` points to the report: the body itself, or the replacement in a correction.

    A rule is begun only where there is something to hold against it: of a usual report most have nothing to say.
    """
    yield from _chain(body.provenance.chain, f"{at}/provenance/chain")
    if body.provenance.locator is not None:
        yield from _locator(body.provenance.locator, f"{at}/provenance/locator")
    if body.confidence is not None and body.confidence.likelihood is not None:
        yield from likelihood(body.confidence.likelihood, f"{at}/confidence/likelihood")
    for index, quantity in enumerate(body.quantities):
        here = f"{at}/quantities/{index}"
        yield from quantity_findings(quantity, here)
        if quantity.inputs:
            yield from not_itself(body.report, quantity.inputs, f"{here}/inputs")
    yield from _places(body, f"{at}/places")
    if body.reported is not None:
        yield from said_by(body.reported, f"{at}/reported", today)
    if body.stance == "conditional" or body.condition is not None:
        yield from _condition(body, f"{at}/condition")
    if body.about:
        yield from not_itself(body.report, body.about, f"{at}/about")


def likelihood(given: Likelihood, at: str) -> Iterator[Finding]:
    """The term is one of its lexicon, in lower case."""
    if given.term not in LEXICONS[given.lexicon]:
        yield Finding(
            pointer=f"{at}/term",
            detail=f"{given.term:.80} is no term of {given.lexicon}, which has: {', '.join(LEXICONS[given.lexicon])}.",
        )


def _chain(chain: tuple[Hop, ...], at: str) -> Iterator[Finding]:
    if not chain:
        yield Finding(pointer=at, detail="A chain has at least the publisher.")
        return
    if chain[0].role != "publisher":
        yield Finding(pointer=f"{at}/0/role", detail="The first hop of a chain is the publisher.")
    if chain[0].source is None:
        yield Finding(
            pointer=f"{at}/0/source",
            detail="The publisher is a source, even when it is not known by name.",
            hint="register a source that stands for the unnamed publisher",
        )


def _locator(locator: Locator, at: str) -> Iterator[Finding]:
    by_text = locator.paragraph is not None or locator.sentence is not None
    by_offset = locator.start is not None or locator.end is not None
    if by_text == by_offset:
        yield Finding(pointer=at, detail="A place in a text is {paragraph, sentence} or {start, end}: one of the two.")
        return
    if by_text:
        yield from _paragraph(locator, at)
    else:
        yield from _offsets(locator, at)


def _paragraph(locator: Locator, at: str) -> Iterator[Finding]:
    if locator.paragraph is None:
        yield Finding(pointer=f"{at}/paragraph", detail="A sentence is counted within its paragraph.")
    for name in ("paragraph", "sentence"):
        number = getattr(locator, name)
        if number is not None and number < 1:
            yield Finding(pointer=f"{at}/{name}", detail=f"A {name} is counted from 1.")


def _offsets(locator: Locator, at: str) -> Iterator[Finding]:
    if locator.start is None or locator.end is None or not 0 <= locator.start < locator.end:
        yield Finding(
            pointer=at, detail="`start` and `end` are code points from 0, start before end, end not included."
        )


_PLACES_WITH_RULES = (None, UNPLACED, OUTSIDE)


def _places(body: e.DevelopmentReported, at: str) -> Iterator[Finding]:
    for index, place in enumerate(body.places):
        if place.place not in _PLACES_WITH_RULES:
            continue
        pointer = f"{below(at, index)}/place"
        if place.place == UNPLACED:
            detail = "What was said of no place has no entry here; unplaced is only asked for."
            yield Finding(pointer=pointer, detail=detail, hint="leave the entry out")
        elif place.role == "at" and place.place is None:
            detail = "Only an end of a movement, `from` or `to`, can be unknown."
            yield Finding(pointer=pointer, detail=detail, hint="leave the entry out")
        elif place.role == "at" and place.place == OUTSIDE:
            yield Finding(pointer=pointer, detail="Only an end of a movement, `from` or `to`, can lie outside.")


def _condition(body: e.DevelopmentReported, at: str) -> Iterator[Finding]:
    if body.stance == "conditional" and not body.condition:
        yield Finding(pointer=at, detail="A conditional statement says on what it depends.")
    if isinstance(body.condition, tuple):
        yield from not_itself(body.report, body.condition, at)
