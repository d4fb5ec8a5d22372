"""Which statements only repeat another one: they carry no vote, and what they repeat takes them along.

All on one key, and a matter of what was said, by whom and when; never of the order of arrival.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

import msgspec

from app.domain.assumptions import Assumptions
from app.domain.statements import Statement


class Link(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A relation between two reports, made by an analyst."""

    link: str
    from_: str
    to: str
    relation: str
    by: str


def echoes(able: Sequence[Statement], links: Iterable[Link], assumptions: Assumptions) -> dict[Statement, Statement]:
    """Each echo with the statement that it repeats; `able` in order, all on one key.

    An echo relays its origin's figure within 21 days of the origin's own statement or of an earlier relay that is
    none, or an analyst linked it as a restatement. Who supersedes something says something new.
    """
    by_report = {one.report: one for one in able}
    links = list(links)
    renewing = {link.from_ for link in links if link.relation == "supersedes"}
    restated = {link.from_: link.to for link in links if link.relation == "restates" and link.from_ != link.to}
    repeated: dict[Statement, Statement] = {}
    for one in able:
        named = by_report.get(restated.get(one.report, ""))
        if named is not None and root(named, repeated) != one:
            repeated[one] = named
        elif one.relays and one.report not in renewing:
            found = _repeats(one, able, repeated, assumptions.echo_days)
            if found is not None:
                repeated[one] = found
    return repeated


def _repeats(
    one: Statement, able: Sequence[Statement], repeated: Mapping[Statement, Statement], days: int
) -> Statement | None:
    """What a relay repeats: the origin's own statement, earlier or later, else an earlier relay that is no echo."""
    alike = [
        other
        for other in able
        if other.origin == one.origin
        and other.report != one.report
        and gap_days(one, other) <= days
        and shares_figure(one, other)
    ]
    own = [other for other in alike if not other.relays and root(other, repeated) != one]
    earlier = [other for other in alike if other.relays and other.order < one.order and other not in repeated]
    return next(iter(own or earlier), None)


def root(statement: Statement, repeated: Mapping[Statement, Statement]) -> Statement:
    seen = set()
    while statement in repeated and statement not in seen:
        seen.add(statement)
        statement = repeated[statement]
    return statement


def gap_days(one: Statement, other: Statement) -> int:
    return abs(((one.vote_day or date.min) - (other.vote_day or date.min)).days)


def _numbers(statement: Statement) -> frozenset[int | str]:
    figure = statement.figure
    return frozenset(part for part in (figure.low, figure.best, figure.high, figure.word) if part is not None)


def shares_figure(one: Statement, other: Statement) -> bool:
    """Whether any figure or word of the one is the other's."""
    return bool(_numbers(one) & _numbers(other))


def same_quantity(one: Statement, other: Statement) -> bool:
    """Whether both state the same set of numbers, or the same word; nulls left out, zero excepted."""
    numbers = _numbers(one)
    return bool(numbers) and numbers != {0} and numbers == _numbers(other)
