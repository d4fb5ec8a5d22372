"""By what the list of developments may be narrowed, read from the parameters' text."""

from collections.abc import Sequence
from typing import Annotated, Any, get_args

from litestar.di import NamedDependency, Provide
from litestar.params import QueryParameter

from app.api.asof import parse_day
from app.domain.developments import Status
from app.domain.errors import Fault, Malformed, nearest_hint
from app.domain.events.report import ReportKind, Stance
from app.projections.developments.filters import Filters, Span

Names = Annotated[list[str] | None, QueryParameter(description="One name, or several for any of them.")]
Flag = Annotated[str | None, QueryParameter(description="true or false; both when it is left out.")]
First = Annotated[str | None, QueryParameter(description="The first day of a range that is overlapped.")]
Last = Annotated[str | None, QueryParameter(description="The day after the last of a range that is overlapped.")]
Words = Annotated[
    list[str] | None, QueryParameter(description="Words that all occur, in any case; several for any of them.")
]


def read_filters(
    occurred: NamedDependency[Span],
    reported: NamedDependency[Span],
    report: Names = None,
    kind: Names = None,
    stance: Names = None,
    status: Names = None,
    echo: Flag = None,
    contested: Flag = None,
    measure: Names = None,
    source: Names = None,
    origin: Names = None,
    place: Names = None,
    actor: Names = None,
    text: Words = None,
) -> Filters:
    """Raises Malformed with the name of the parameter."""
    return Filters(
        report=tuple(report or ()),
        kind=among("kind", kind, get_args(ReportKind)),
        stance=among("stance", stance, get_args(Stance)),
        status=among("status", status, get_args(Status)),
        echo=parse_flag("echo", echo),
        contested=parse_flag("contested", contested),
        measure=tuple(measure or ()),
        source=tuple(source or ()),
        origin=tuple(origin or ()),
        place=tuple(place or ()),
        actor=tuple(actor or ()),
        occurred=occurred,
        reported=reported,
        text=_words(text),
    )


def read_occurred(occurred_from: First = None, occurred_to: Last = None) -> Span:
    return _span("occurred", occurred_from, occurred_to)


def read_reported(reported_from: First = None, reported_to: Last = None) -> Span:
    return _span("reported", reported_from, reported_to)


NARROWED = {
    "filters": Provide(read_filters, sync_to_thread=False),
    "occurred": Provide(read_occurred, sync_to_thread=False),
    "reported": Provide(read_reported, sync_to_thread=False),
}


def parse_flag(name: str, text: str | None) -> bool | None:
    if text not in {None, "true", "false"}:
        raise malformed(name, f"{name} is true or false")
    return None if text is None else text == "true"


def malformed(name: str, detail: str, hint: str | None = None) -> Malformed:
    return Malformed(detail, hint=hint, faults=[Fault(parameter=name, detail=detail)])


def among(name: str, given: list[str] | None, known: Sequence[Any]) -> tuple[str, ...]:
    """The values of a parameter that takes a few words. Raises Malformed, with the nearest, for another."""
    for value in given or ():
        if value not in known:
            hint = nearest_hint(value[:80], known) or f"it is one of {', '.join(known)}"
            raise malformed(name, f"there is no {name} {value[:80]}", hint)
    return tuple(given or ())


def _words(given: list[str] | None) -> tuple[str, ...]:
    if any(not text.split() for text in given or ()):
        raise malformed("text", "text holds no word")
    return tuple(given or ())


def _span(name: str, first: str | None, after: str | None) -> Span:
    """A range holds at least one day: its end is not part of it."""
    span = Span(since=parse_day(f"{name}_from", first), until=parse_day(f"{name}_to", after))
    if span.since is not None and span.until is not None and span.since >= span.until:
        name = f"{name}_to"
        raise malformed(name, f"{name} is no part of the range and comes after its first day", "add a day to it")
    return span
