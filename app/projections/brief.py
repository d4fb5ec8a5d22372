"""What changed between two days of reported time, read from what the other views hold."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta

import msgspec
from sqlalchemy import Connection, select

from app.domain.brief import Other, Question, Side, TakenBack, Told, Topic, by_topic
from app.domain.events import ActorDefined, PlaceDefined, SourceRegistered
from app.domain.situation import CONTESTING
from app.domain.words import Word
from app.ledger.tables import timelines
from app.projections.asof import AsOf
from app.projections.developments.contests import read_contests
from app.projections.developments.filters import Filters, Span
from app.projections.developments.reading import Item, read_all, read_page
from app.projections.developments.view import done_in_view, read_seen
from app.projections.estimates.moves import Moves, read_moves
from app.projections.forecasts import Forecast, read_forecasts
from app.projections.generations import rows_of
from app.projections.registry import read_definitions, read_measures
from app.projections.tables import report_history

_RETRACTED, _CORRECTED = "report_retracted.v1", "report_corrected.v1"


class Names(msgspec.Struct, frozen=True, kw_only=True):
    """What things are called, by their ids."""

    timeline: str
    sources: Mapping[str, str]
    places: Mapping[str, str]
    actors: Mapping[str, str]
    measures: Mapping[str, str]


class Brief(msgspec.Struct, frozen=True, kw_only=True):
    """What had been said by the end of `until` and not by that of `since`; until None, all that was said since.

    Estimates are read on `read_before` and `read_after`, the days of the newest reports by then. `reports` counts the
    new ones, `origins` whose word they are. `older` only repeats what was there before.
    """

    since: date
    until: date | None
    read_before: date | None
    read_after: date | None
    names: Names
    reports: int
    origins: int
    moves: Moves
    topics: tuple[Topic, ...]
    older: tuple[Told, ...]
    taken_back: tuple[TakenBack, ...]
    opened: tuple[Question, ...]
    closed: tuple[Question, ...]
    foretold: tuple[Forecast, ...]
    fell_due: tuple[Forecast, ...]
    resolved: tuple[Forecast, ...]


def read_brief(connection: Connection, start: AsOf, end: AsOf, *, since: date, until: date | None) -> Brief:
    """`start` and `end` are the same question, but for what had been said by `since` and by `until`."""
    said_since = Span(since=since + timedelta(days=1))
    items = list(read_all(connection, end, Filters(reported=said_since)))
    new = [one for one in items if one.status != "retracted"]
    forecasts = read_forecasts(connection, msgspec.structs.replace(end, valid_at=until or end.valid_at)).forecasts
    ahead = {one.item.body.report for one in forecasts}
    named = {report for one in new for report in (*_disputing(one), one.verdict.superseded_by) if report}
    others = {
        report: Other(report=report, origin=said.origin) for report, said in read_seen(connection, end, named).items()
    }
    topics, older = by_topic(_told(one, others) for one in new if one.body.report not in ahead)
    moves = read_moves(connection, start, end)
    disputes = _disputes(connection, end, since)
    firsts = [one for one in forecasts if one.item.verdict.echo_of is None]
    return Brief(
        since=since,
        until=until,
        read_before=start.valid_at,
        read_after=end.valid_at,
        names=_read_names(connection, end),
        reports=len(items),
        origins=len({one.development.origin for one in items}),
        moves=moves,
        topics=tuple(topics),
        older=tuple(older),
        taken_back=tuple(_taken_back(connection, end, since)),
        opened=tuple(one for one in disputes if one.how is None),
        closed=tuple(one for one in disputes if one.how is not None),
        foretold=tuple(one for one in firsts if _after(one.item.development.reported_day, since)),
        fell_due=tuple(one for one in firsts if one.state == "due" and _not_before(one.due_by, since)),
        resolved=tuple(one for one in firsts if one.state == "resolved" and _after(one.resolved_on, since)),
    )


def _after(day: date | None, since: date) -> bool:
    return day is not None and day > since


def _not_before(day: date | None, since: date) -> bool:
    """On the last day on which something could come true it is not due yet."""
    return day is not None and day >= since


def _told(item: Item, others: Mapping[str, Other]) -> Told:
    development, body = item.development, item.body
    mended = [done.reason for done in item.history if done.type == _CORRECTED]
    return Told(
        report=body.report,
        kind=body.kind,
        stance=body.stance,
        day=development.reported_day or date.max,
        origin=development.origin,
        grade=f"{development.letter}{item.digit}",
        place=next((one.place for one in body.places if one.place is not None), None),
        summary=body.summary,
        echo_of=item.verdict.echo_of,
        superseded_by=others.get(item.verdict.superseded_by or ""),
        disputed_by=tuple(others[report] for report in _disputing(item)),
        correction=mended[-1] if mended else None,
    )


def _disputing(item: Item) -> Iterable[str]:
    own = item.body.report
    if not item.verdict.disputed:
        return ()
    return dict.fromkeys(
        link.to if link.from_ == own else link.from_ for link in item.links if link.relation in CONTESTING
    )


def _disputes(connection: Connection, end: AsOf, since: date) -> list[Question]:
    """Those that opened or closed after a day of saying, by that day; what we ourselves settle has none."""
    found: list[Question] = []
    for contest in read_contests(connection, end):
        sides = {word.report: _side(word) for word in contest.words}
        for dispute in contest.disputes:
            ended, link = dispute.settled, dispute.tie.link
            day = dispute.opened if ended is None else ended.day
            if day is not None and day > since and {link.from_, link.to} <= sides.keys():
                question = Question(
                    relation=link.relation,
                    day=day,
                    one=sides[link.from_],
                    other=sides[link.to],
                    how=ended.how if ended is not None else None,
                    ended=ended.report if ended is not None else None,
                    by_report=ended.by_report if ended is not None else None,
                )
                found.append(question)
    return sorted(found, key=lambda one: (one.day, one.one.report, one.other.report))


def _side(word: Word) -> Side:
    return Side(report=word.report, origin=word.origin, summary=word.development.body.summary)


def _taken_back(connection: Connection, end: AsOf, since: date) -> list[TakenBack]:
    """By origin or publisher; what we withdrew ourselves has no day in reported time."""
    query = (
        select(report_history.c.report, report_history.c.day, report_history.c.by)
        .where(
            rows_of(report_history, end.generations),
            report_history.c.type == _RETRACTED,
            report_history.c.by != "recorder",
            report_history.c.day > since,
            done_in_view(report_history, end),
        )
        .order_by(report_history.c.day, report_history.c.position)
    )
    done = {row.report: row for row in connection.execute(query)}
    items = read_page(connection, end, Filters(report=tuple(done)), limit=len(done)) if done else []
    return [
        TakenBack(
            report=one.body.report,
            day=done[one.body.report].day,
            by=done[one.body.report].by,
            origin=one.development.origin,
            summary=one.body.summary,
            reason=next((made.reason for made in one.history if made.type == _RETRACTED), None),
        )
        for one in items
    ]


def _read_names(connection: Connection, end: AsOf) -> Names:
    generations, at = end.generations, end.position
    title = connection.scalar(select(timelines.c.title).where(timelines.c.timeline_id == end.timeline))
    sources = read_definitions(connection, generations, "source", SourceRegistered, at=at)
    places = read_definitions(connection, generations, "place", PlaceDefined, at=at)
    actors = read_definitions(connection, generations, "actor", ActorDefined, at=at)
    measures = read_measures(connection, generations, at=at)
    return Names(
        timeline=title or end.timeline,
        sources={name: one.name for name, one in sources.items()},
        places={name: one.name for name, one in places.items()},
        actors={name: one.name for name, one in actors.items()},
        measures={name: one.name for name, one in measures.items()},
    )
