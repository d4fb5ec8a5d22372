"""Which statements only repeat another one: they carry no vote, and what they repeat takes them along.

All on one key, and a matter of what was said, by whom and when; never of the order of arrival.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
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
    """Each echo with the statement that it repeats; `able` in order, all on one key. Never in a circle.

    An echo relays its origin's figure within 21 days of the origin's own statement or of an earlier relay that is
    none, or an analyst linked it as a restatement. Who supersedes something says something new.
    """
    links = list(links)
    if not links and not any(one.relays for one in able):
        return {}
    renewing = {link.from_ for link in links if link.relation == "supersedes"}
    repeated = _restatements([one for one in able if one.report not in renewing], able, links)
    relaying = [one for one in able if one.relays and one not in repeated]
    own, relayed = _Figures(assumptions.echo_days), _Figures(assumptions.echo_days)
    if relaying:
        own.add(one for one in able if not one.relays)
    for one in relaying:
        found = None
        if one.report not in renewing:
            found = own.first_like(one, repeated) or relayed.first_like(one, repeated)
        if found is None:
            relayed.add([one])
        else:
            repeated[one] = found
    return repeated


class _Figures:
    """Statements by origin and figure, put in in their order, so that only what is near in time is looked at."""

    def __init__(self, days: int) -> None:
        self._days = days
        self._found: dict[tuple[str, int | str], list[Statement]] = {}

    def add(self, said: Iterable[Statement]) -> None:
        for one in said:
            for figure in _stated(one):
                self._found.setdefault((one.origin, figure), []).append(one)

    def first_like(self, one: Statement, repeated: Mapping[Statement, Statement]) -> Statement | None:
        """The first that shares a figure with this one, near enough in time, and does not itself repeat it."""
        firsts = (self._first(one, self._found.get((one.origin, figure), []), repeated) for figure in _stated(one))
        return min((first for first in firsts if first is not None), key=lambda first: first.order, default=None)

    def _first(
        self, one: Statement, found: list[Statement], repeated: Mapping[Statement, Statement]
    ) -> Statement | None:
        day = day_of(one)
        start = bisect_left(found, day - self._days, key=day_of)
        end = bisect_right(found, day + self._days, lo=start, key=day_of)
        near = (found[at] for at in range(start, end))
        return next((other for other in near if root(other, repeated).report != one.report), None)


def _restatements(
    restating: Sequence[Statement], able: Sequence[Statement], links: Iterable[Link]
) -> dict[Statement, Statement]:
    """What was linked as saying another thing again, with the earliest of these; in a circle the earliest stays."""
    by_report = {one.report: one for one in able}
    named: dict[str, list[Statement]] = {}
    for link in links:
        if link.relation == "restates" and link.to in by_report:
            named.setdefault(link.from_, []).append(by_report[link.to])
    repeated: dict[Statement, Statement] = {}
    for one in reversed(restating):
        targets = sorted(named.get(one.report, ()), key=lambda other: other.order)
        found = next((other for other in targets if root(other, repeated).report != one.report), None)
        if found is not None:
            repeated[one] = found
    return repeated


def chain(statement: Statement, repeated: Mapping[Statement, Statement]) -> Iterator[Statement]:
    """The statement, what it repeats, what that repeats, and so on to what repeats nothing."""
    yield statement
    while (above := repeated.get(statement)) is not None:
        statement = above
        yield statement


def root(statement: Statement, repeated: Mapping[Statement, Statement]) -> Statement:
    """The last of its `chain`."""
    while (above := repeated.get(statement)) is not None:
        statement = above
    return statement


def gap_days(one: Statement, other: Statement) -> int:
    return abs(day_of(one) - day_of(other))


def day_of(statement: Statement) -> int:
    """The ordinal of the vote day; of an undated one, that of the first day of the calendar."""
    return (statement.vote_day or date.min).toordinal()


def _stated(statement: Statement) -> frozenset[int | str]:
    figure = statement.figure
    return frozenset(part for part in (figure.low, figure.best, figure.high, figure.word) if part is not None)


def quantity_of(statement: Statement) -> frozenset[int | str]:
    """The set of numbers that it states, else its word; beside a word a low is ignored."""
    figure = statement.figure
    low = figure.low if figure.word is None else None
    numbers = frozenset(number for number in (low, figure.best, figure.high) if number is not None)
    return numbers or frozenset(word for word in (figure.word,) if word is not None)


def same_quantity(one: Statement, other: Statement) -> bool:
    """Whether both state the same set of numbers, or the same word; zero excepted, which needs no copying."""
    quantity = quantity_of(one)
    return bool(quantity) and quantity != {0} and quantity == quantity_of(other)
