"""Plans, forecasts and conditions as a question sees them, read from what stands of their reports."""

from collections.abc import Hashable, Mapping, Sequence
from datetime import date

import msgspec
from sqlalchemy import Connection

from app.domain.developments import Development
from app.domain.forecasts import STANCES, Ending, State, Tally, due_by, state_of, tallies, what_of
from app.projections.asof import AsOf
from app.projections.developments.filters import Filters
from app.projections.developments.reading import Item, read_all
from app.projections.developments.view import read_seen, status_of

EVERY = Filters()


class Evidence(msgspec.Struct, frozen=True, kw_only=True):
    """A report that an outcome rests on."""

    report: str
    origin: str
    reported: str | None
    status: str
    summary: str


class Forecast(msgspec.Struct, frozen=True, kw_only=True):
    """`item` with how it stands on the day asked for; `resolved_on` is when the last of its evidence was said.

    `state` is None where it was taken back.
    """

    item: Item
    state: State | None
    evidence: tuple[Evidence, ...]
    resolved_on: date | None

    @property
    def due_by(self) -> date | None:
        return due_by(self.item.development)

    @property
    def order(self) -> tuple[date, str]:
        """What could come true first comes first; what has no day comes last."""
        return self.due_by or date.max, self.item.body.report


class Foretold(msgspec.Struct, frozen=True, kw_only=True):
    """All of them in order, without those that were taken back, which the tallies count."""

    forecasts: tuple[Forecast, ...]
    tallies: tuple[Tally, ...]


def read_forecasts(connection: Connection, asof: AsOf, narrowed: Filters = EVERY) -> Foretold:
    """Those that fit and were said by the day asked for."""
    filters = msgspec.structs.replace(narrowed, stance=STANCES)
    items = _told_again([one for one in read_all(connection, asof, filters) if _said_by(one, asof.view.day)])
    named = {report for one in items if one.outcome is not None for report in one.outcome.evidence}
    seen = read_seen(connection, asof, named)
    found = sorted((_forecast(one, seen, asof) for one in items), key=lambda one: one.order)
    return Foretold(
        forecasts=tuple(one for one in found if one.state is not None),
        tallies=tuple(tallies(_ending(one) for one in found if not _withdrawn_by_us(one.item))),
    )


def _told_again(items: Sequence[Item]) -> list[Item]:
    """What is the same is told from the first that stands, or that was resolved, and has the outcome of that one."""
    first: dict[Hashable, Item] = {}
    for one in sorted(items, key=lambda one: (one.development.reported_day or date.max, one.body.report)):
        if one.status != "retracted":
            known = first.setdefault(what_of(one.development), one)
            if known.outcome is None and one.outcome is not None:
                first[what_of(one.development)] = one
    return [_like(one, first.get(what_of(one.development), one)) for one in items]


def _like(one: Item, first: Item) -> Item:
    if one.body.report == first.body.report:
        return first
    if one.status == "retracted":
        return one
    verdict = msgspec.structs.replace(one.verdict, echo_of=one.verdict.echo_of or first.body.report)
    return msgspec.structs.replace(one, outcome=one.outcome or first.outcome, verdict=verdict)


def _said_by(item: Item, day: date) -> bool:
    reported = item.development.reported_day
    return reported is None or reported <= day


def _forecast(item: Item, seen: Mapping[str, Development], asof: AsOf) -> Forecast:
    outcome = item.outcome
    evidence = [seen[report] for report in outcome.evidence] if outcome is not None else []
    days = [one.reported_day for one in evidence if one.reported_day is not None]
    word = outcome.outcome if outcome is not None else None
    return Forecast(
        item=item,
        state=None if item.status == "retracted" else state_of(due_by(item.development), word, asof.view.day),
        evidence=tuple(
            Evidence(
                report=one.body.report,
                origin=one.origin,
                reported=one.reported_text,
                status=status_of(one, asof.reported_by),
                summary=one.body.summary,
            )
            for one in evidence
        ),
        resolved_on=max(days, default=None),
    )


def _ending(one: Forecast) -> Ending:
    outcome = one.item.outcome
    return Ending(
        origin=one.item.development.origin,
        state=one.state,
        outcome=outcome.outcome if outcome is not None else None,
        echo=one.item.verdict.echo_of is not None,
    )


def _withdrawn_by_us(item: Item) -> bool:
    """A slip of our record is no forecast that anybody took back."""
    taken_back = item.development.retraction
    return item.status == "retracted" and taken_back is not None and taken_back.by == "recorder"
