"""The door: what comes from outside becomes a typed body and its canonical text, or is refused with all its faults.

Everything here needs the event alone and the day of recording; what needs the ledger (names defined before use, natures
of measures, cycles) is asked in `names` and `check_measures` with what the ledger answers.
"""

from collections.abc import Callable, Iterator
from datetime import date

import msgspec

from app.domain import rules
from app.domain.canonical import departures, encode, is_canonical
from app.domain.errors import Fault, NotAllowed, nearest
from app.domain.events import TYPES, Body, DevelopmentReported, ReportCorrected
from app.domain.findings import Finding, refusal
from app.domain.limits import BODY_BYTES_MAX
from app.domain.measures import Measure
from app.domain.misfits import misfits
from app.domain.rules.quantity import measure_findings
from app.domain.shapes import Shape, fits, shape_of
from app.domain.strict import Taken, take

_SHAPES: dict[str, Shape] = {name: shape_of(body) for name, body in TYPES.items()}
_DEVELOPMENT_REPORTED = "development_reported.v1"


class Checked(msgspec.Struct, frozen=True, kw_only=True):
    """An event's body that may be appended: typed, and as the canonical text that is hashed and stored."""

    type: str
    body: Body
    text: str


def check(type: str, raw: object, *, event_id: str, today: date) -> Checked:  # noqa: A002 -- the envelope's own word
    """`raw` is the parsed JSON of the body; `today` the day of recording in UTC.

    A report without an id gets the event's, in the text too. Raises NotAllowed with every fault found.
    """
    shape = _shape_of_type(type)
    if type == _DEVELOPMENT_REPORTED and isinstance(raw, dict) and raw.get("report") is None:
        raw = {**raw, "report": event_id}
    body, text = _typed(type, raw), _canonical_text(raw)
    if body is None or text is None or not isinstance(raw, dict) or not fits(shape, raw):
        raise refusal(_all_findings(shape, raw, body, today))
    if found := [*_too_long(text), *rules.findings(body, today)]:
        raise refusal(found)
    return Checked(type=type, body=body, text=text.decode())


def check_line(line: bytes, *, today: date) -> Taken | None:
    """An event as its bytes came, if it can be let in without a second look; None: ask `check`, whose word counts.

    What is let in here `check` lets in too, as the same body and the same text.
    """
    taken = take(line)
    if taken is None or any(True for _ in rules.findings(taken.body, today)):
        return None
    return taken


def check_measures(body: Body, measure: Callable[[str], Measure | None]) -> None:
    """Refuses quantities that do not agree with their measures, as `measure` has them defined; None is passed over.

    Raises NotAllowed with every fault found.
    """
    found = [finding for pointer, report in _reports(body) for finding in _beside(report, measure, pointer)]
    if found:
        raise refusal(found)


def _shape_of_type(type: str) -> Shape:  # noqa: A002 -- as above
    shape = _SHAPES.get(type)
    if shape is not None:
        return shape
    exact = f"{type}.v1"
    near = [exact] if exact in TYPES else nearest(type[:128], TYPES)
    raise NotAllowed(
        f"There is no event type {type:.128}.",
        hint=f"did you mean {' or '.join(near)}?" if near else f"the types are {', '.join(TYPES)}",
        faults=[Fault(pointer="/type", detail="This is not the stored name of an event type.")],
    )


def _typed(type: str, raw: object) -> Body | None:  # noqa: A002 -- as above
    try:
        return msgspec.convert(raw, TYPES[type])
    except msgspec.ValidationError:
        return None


def _all_findings(shape: Shape, raw: object, body: Body | None, today: date) -> Iterator[Finding]:
    """Each place's first fault: in its shape, then as JSON, then by the rules where the shape could be read at all."""
    seen: set[str] = set()
    for finding in _each_finding(shape, raw, body, today):
        if finding.pointer not in seen:
            seen.add(finding.pointer)
            yield finding


def _each_finding(shape: Shape, raw: object, body: Body | None, today: date) -> Iterator[Finding]:
    yield from misfits(shape, raw, "/body")
    yield from departures(raw, "/body")
    if body is not None:
        yield from rules.findings(body, today)


def _canonical_text(raw: object) -> bytes | None:
    """None where the body, if it fits its shape, has no canonical form: only texts can still be wrong then."""
    try:
        text = encode(raw)
    except (UnicodeEncodeError, TypeError, RecursionError):
        return None
    return text if b"\\u0000" not in text or is_canonical(raw) else None


def _too_long(text: bytes) -> Iterator[Finding]:
    if len(text) > BODY_BYTES_MAX:
        detail = f"The body has {len(text)} bytes in canonical form; at most {BODY_BYTES_MAX} are kept."
        yield Finding(pointer="/body", detail=detail)


def _reports(body: Body) -> Iterator[tuple[str, DevelopmentReported]]:
    if isinstance(body, DevelopmentReported):
        yield "/body", body
    elif isinstance(body, ReportCorrected):
        yield "/body/replacement", body.replacement


def _beside(report: DevelopmentReported, measure: Callable[[str], Measure | None], at: str) -> Iterator[Finding]:
    for index, quantity in enumerate(report.quantities):
        if (definition := measure(quantity.measure)) is not None:
            yield from measure_findings(quantity, definition, f"{at}/quantities/{index}")
