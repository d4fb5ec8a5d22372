"""What if: every estimate that would be another one without some reports, under other grades or by other numbers.

A question with a body. It is read like any other and stores nothing, so that who may read may ask it.
"""

from collections.abc import Iterator, Mapping
from typing import Any, get_args

import msgspec
from litestar import post
from litestar.di import NamedDependency
from litestar.params import FromPath, RawBody
from sqlalchemy import Connection, Engine

from app.api.asof import as_of, question
from app.api.estimates import show_figures
from app.database.engine import reading
from app.domain.assumptions import Assumptions, overridden
from app.domain.canonical import departures, read_json
from app.domain.errors import Fault, Malformed, Unknown, nearest_hint
from app.domain.findings import Finding, below, refusal
from app.domain.grading import Reliability
from app.domain.misfits import misfits
from app.domain.panel import Figures
from app.domain.shapes import shape_of
from app.domain.supposition import Supposition
from app.projections.asof import AsOf, Question, resolve
from app.projections.assumptions import read_assumptions
from app.projections.developments.reading import unknown_report
from app.projections.developments.view import read_seen
from app.projections.estimates.supposing import Move, Supposed, suppose
from app.projections.registry import read_sources

BODY_BYTES_MAX = 128 * 1024
LETTERS: tuple[str, ...] = get_args(Reliability)


class Excluded(msgspec.Struct, frozen=True, kw_only=True):
    """`sources` takes along every report in whose chain one of them stands."""

    sources: tuple[str, ...] = ()
    reports: tuple[str, ...] = ()


class Times(msgspec.Struct, frozen=True, kw_only=True):
    """The as-of parameters, as elsewhere."""

    valid_at: str | msgspec.UnsetType = msgspec.UNSET
    reported_by: str | msgspec.UnsetType = msgspec.UNSET
    known_at: str | msgspec.UnsetType = msgspec.UNSET


class WhatIf(msgspec.Struct, frozen=True, kw_only=True):
    """`assumptions` has a set's name, or numbers in place of its own, or both; `regrade` has letters by source."""

    assumptions: dict[str, Any] = {}
    exclude: Excluded = Excluded()
    regrade: dict[str, str] = {}
    as_of: Times = Times()


_SHAPE = shape_of(WhatIf)


@post(
    "/v1/timelines/{timeline:str}/what-if",
    sync_to_thread=True,
    status_code=200,
    request_max_body_size=BODY_BYTES_MAX,
    opt={"access": "read"},
)
def ask_what_if(timeline: FromPath[str], body: RawBody, engine: NamedDependency[Engine]) -> dict[str, Any]:
    """Suppose {assumptions?, exclude?, regrade?, as_of?} and say which estimates would move, and how far."""
    asked = read_what_if(bytes(body))
    with reading(engine) as connection:
        found, supposed = answer(connection, timeline, asked)
    return show(found, supposed)


def read_what_if(raw: bytes) -> WhatIf:
    """Raises Malformed for what is no JSON, NotAllowed with every other fault of the body alone."""
    return typed(read_json(raw))


def typed(value: Any) -> WhatIf:
    """The same of parsed JSON."""
    found = {finding.pointer: finding for finding in reversed([*_findings(value)])}  # the first of each place
    if found:
        raise refusal(reversed(found.values()))
    return msgspec.convert(value, WhatIf)


def answer(connection: Connection, timeline: str, asked: WhatIf) -> tuple[AsOf, Supposed]:
    """Raises Unknown, with the nearest names, for a source, a report or a set of assumptions that is not there."""
    found = resolve(connection, timeline, _question(asked.as_of), projection="estimates")
    _check_names(connection, found, asked)
    supposition = Supposition(
        sources=frozenset(asked.exclude.sources), reports=frozenset(asked.exclude.reports), letters=asked.regrade
    )
    return found, suppose(connection, found, supposition, _assumptions(connection, found, asked.assumptions))


def show(found: AsOf, supposed: Supposed) -> dict[str, Any]:
    """`as_of` tells of the standing figures; `assumptions` is the set behind the hypothetical ones."""
    return {
        "as_of": as_of(found),
        "assumptions": supposed.assumptions,
        "keys_read": supposed.keys_read,
        "items": [_show_move(one) for one in supposed.moves],
    }


def _show_move(move: Move) -> dict[str, Any]:
    return {
        "measure": move.key.measure,
        "unit": move.unit,
        "actor": move.key.actor,
        "place": move.key.place,
        "standing": show_figures(move.standing),
        "hypothetical": show_figures(move.hypothetical),
        "difference": difference(move.standing, move.hypothetical),
        "flags": move.flags,
        "lines": move.lines,
    }


def difference(standing: Figures | None, hypothetical: Figures | None) -> dict[str, int | None]:
    """In whole units; unknown where one of the two is."""
    return {
        end: now - was
        if (was := getattr(standing, end, None)) is not None and (now := getattr(hypothetical, end, None)) is not None
        else None
        for end in ("low", "best", "high")
    }


def _findings(value: Any) -> Iterator[Finding]:
    yield from departures(value)
    yield from misfits(_SHAPE, value, "")
    if not isinstance(value, dict):
        return
    named = _object(value, "assumptions").get("name", "")
    if not isinstance(named, str):
        yield Finding(pointer="/assumptions/name", detail="The name of a set is a text.")
    for source, letter in _object(value, "regrade").items():
        if letter not in LETTERS:
            yield Finding(pointer=below("/regrade", source), detail=f"A grade is one of {', '.join(LETTERS)}.")


def _object(value: dict[str, Any], name: str) -> Mapping[str, Any]:
    found = value.get(name)
    return found if isinstance(found, dict) else {}


def _question(times: Times) -> Question:
    """Raises Malformed with a pointer to the time that cannot be read."""
    try:
        return question(times.valid_at or None, times.reported_by or None, times.known_at or None)
    except Malformed as error:
        faults = [Fault(pointer=f"/as_of/{fault.parameter}", detail=fault.detail) for fault in error.faults]
        raise Malformed(error.detail, code=error.code, hint=error.hint, faults=faults) from error


def _check_names(connection: Connection, found: AsOf, asked: WhatIf) -> None:
    known = read_sources(connection, found.generations, at=found.position).registered
    places = [(f"/exclude/sources/{at}", name) for at, name in enumerate(asked.exclude.sources)]
    for pointer, source in [*places, *((below("/regrade", name), name) for name in asked.regrade)]:
        if source not in known:
            detail = f"no source {source[:80]}"
            hint = nearest_hint(source[:80], known)
            raise Unknown(detail, code="unknown-source", hint=hint, faults=[Fault(pointer=pointer, detail=detail)])
    seen = read_seen(connection, found, asked.exclude.reports)
    for at, report in enumerate(asked.exclude.reports):
        if report not in seen:
            fault = Fault(pointer=f"/exclude/reports/{at}", detail="This report is not in the view.")
            raise unknown_report(connection, found, report, faults=[fault])


def _assumptions(connection: Connection, found: AsOf, given: Mapping[str, Any]) -> Assumptions:
    """The set that is named, or else the standing one, with the other members laid over its numbers."""
    parameters = dict(given)
    name = parameters.pop("name", None)
    if name is None:
        return overridden(found.generations.assumptions, parameters)
    return overridden(read_assumptions(connection, found.generations, name, at=found.position), parameters)


HANDLERS = [ask_what_if]
