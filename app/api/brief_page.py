"""The brief in words: a page for whoever has to know what changed, in the order in which one would ask."""

from collections.abc import Iterable, Iterator
from datetime import date

from app.domain.brief import Cause, Moved, Other, Question, TakenBack, Told
from app.domain.meanings import BRIEF_FLAGS, DOINGS, OUTCOMES, SETTLED, STANCES, TOPICS
from app.domain.pages import Block
from app.domain.panel import Figures
from app.domain.sources import UNSTATED
from app.projections.brief import Brief, Names
from app.projections.forecasts import Forecast


def page_of(brief: Brief) -> list[Block]:
    return [
        *_head(brief),
        *_moves(brief),
        *_developments(brief),
        *_taken_back(brief),
        *_questions(brief),
        *_forecasts(brief),
    ]


def _head(brief: Brief) -> Iterator[Block]:
    yield Block(kind="title", text=f"{brief.names.timeline}: {_period(brief)}")
    said = f"What was said after {_day(brief.since)}"
    said += f", by the end of {_day(brief.until)}" if brief.until is not None else ""
    new = f"{_count(brief.reports, 'report')} by {_count(brief.origins, 'origin')}." if brief.reports else "nothing."
    yield Block(kind="sentence", text=f"{said}: {new}")


def _moves(brief: Brief) -> Iterator[Block]:
    yield Block(kind="section", text="Estimates that moved")
    moves, names = brief.moves, brief.names
    if not moves.moved:
        yield Block(kind="sentence", text="No report moved any.")
    elif brief.read_after is not None:
        before = f"{_day(brief.read_before)} before and " if brief.read_before is not None else ""
        read = f"{before}{_day(brief.read_after)} after"
        yield Block(kind="sentence", text=f"Each is read on the day of the newest report: {read}.")
    for one in moves.moved:
        yield Block(kind="line", strong=f"{_subject(one, names)}: {_change(one)}.", text=_beside(one))
        if why := "; ".join(_causes(one, brief)):
            yield Block(kind="detail", text=f"Why: {why}.")
    besides = _count(moves.besides, "other moved less", "others moved less")
    aged = _count(moves.aged, "other only grew older", "others only grew older")
    if rest := [text for number, text in ((moves.besides, besides), (moves.aged, aged)) if number]:
        yield Block(kind="sentence", text=f"{'; '.join(rest)}.")


def _subject(one: Moved, names: Names) -> str:
    measure = names.measures.get(one.key.measure, one.key.measure)
    where = names.places.get(one.key.place, one.key.place)
    return f"{names.actors.get(one.key.actor, one.key.actor)}, {where} ({measure.lower()})"


def _change(one: Moved) -> str:
    return f"{_figure(one.before)} → {_figure(one.after)}"


def _figure(figures: Figures | None) -> str:
    if figures is None:
        return "no estimate"
    return f"{figures.best:,}" if figures.best is not None else "bounds only"


def _beside(one: Moved) -> str:
    """How sure it is, and what a reader has to be warned of."""
    if one.after is None:
        return ""
    was = f" (before: {_range(one.before)})" if one.before is not None else ""
    flags = [BRIEF_FLAGS[flag] for flag in one.flags if flag in BRIEF_FLAGS]
    return f"{'; '.join((f'90 % interval {_range(one.after)}{was}', _count(one.votes, 'vote'), *flags))}."


def _range(figures: Figures) -> str:
    return f"{figures.low:,} to {_number(figures.high)}"


def _causes(one: Moved, brief: Brief) -> Iterator[str]:
    """They come to the change, to the last unit."""
    for cause in one.causes:
        yield f"{cause.best:+,} by {_whose(cause, brief)}" if cause.best else _whose(cause, brief)
    if one.others_count:
        yield f"{one.others:+,} by {_count(one.others_count, 'other')}"
    if one.time_passed:
        yield f"{one.time_passed:+,} as time passed"


def _whose(cause: Cause, brief: Brief) -> str:
    done = DOINGS.get(cause.cause, cause.cause)
    if cause.report is None or cause.origin is None:
        return done
    day = f", {_short(cause.day, brief)}" if cause.day is not None else ""
    of = "" if cause.cause == "new_report" else f"{done} of "
    return f"{of}{_origin(cause.origin, brief.names)} ({cause.report}{day})"


def _developments(brief: Brief) -> Iterator[Block]:
    yield Block(kind="section", text="New developments")
    if not brief.topics:
        yield Block(kind="sentence", text="Nothing new was said.")
    for topic in brief.topics:
        yield Block(kind="topic", text=TOPICS[topic.topic])
        for one in topic.told:
            where = f"{brief.names.places.get(one.place, one.place)}, " if one.place is not None else ""
            yield Block(kind="line", strong=f"{where}{_short(one.day, brief)}.", text=_told(one, brief.names))
    if brief.older:
        reports = ", ".join(f"{one.report} ({one.echo_of})" for one in brief.older)
        yield Block(kind="sentence", text=f"Only repeats of what was there before: {reports}.")


def _told(one: Told, names: Names) -> str:
    judged = "" if one.stance == "asserted" else f"{STANCES[one.stance].capitalize()}: "
    said = f"{judged}{one.summary} ({_origin(one.origin, names)}, {one.grade}; {one.report})"
    marks = [
        f"Disputed by {_others(one.disputed_by, names)}." if one.disputed_by else "",
        f"Repeated by {', '.join(one.repeats)}." if one.repeats else "",
        f"Since replaced by {_others([one.superseded_by], names)}." if one.superseded_by else "",
        f"Our record was mended: {one.correction}" if one.correction else "",
    ]
    return " ".join(filter(None, (said, *marks)))


def _others(others: Iterable[Other], names: Names) -> str:
    return ", ".join(f"{_origin(one.origin, names)} ({one.report})" for one in others)


def _taken_back(brief: Brief) -> Iterator[Block]:
    """What we mended ourselves has no day of saying: it stands with its report."""
    yield Block(kind="section", text="Taken back")
    if not brief.taken_back:
        yield Block(kind="sentence", text="No origin and no publisher took anything back.")
    for one in brief.taken_back:
        yield Block(kind="line", strong=f"{_short(one.day, brief)}.", text=_withdrawn(one, brief.names))


def _withdrawn(one: TakenBack, names: Names) -> str:
    why = f" {one.reason}" if one.reason else ""
    return f"Taken back by its {one.by}: {one.summary} ({_origin(one.origin, names)}; {one.report}){why}"


def _questions(brief: Brief) -> Iterator[Block]:
    yield Block(kind="section", text="Disputes that opened or closed")
    if not (brief.opened or brief.closed):
        yield Block(kind="sentence", text="None did.")
    for heading, found in (("Closed", brief.closed), ("Opened", brief.opened)):
        if found:
            yield Block(kind="place", text=heading)
        for one in found:
            yield Block(kind="line", strong=f"{_short(one.day, brief)}.", text=_against(one, brief.names))


def _against(one: Question, names: Names) -> str:
    sides = (f"{side.summary} ({_origin(side.origin, names)}; {side.report})" for side in (one.one, one.other))
    ended = f" Closed: {SETTLED[one.how].format(ended=one.ended, by_report=one.by_report)}." if one.how else ""
    return " Against that: ".join(sides) + ended


def _forecasts(brief: Brief) -> Iterator[Block]:
    yield Block(kind="section", text="Plans and forecasts")
    if not (brief.foretold or brief.fell_due or brief.resolved):
        yield Block(kind="sentence", text="None was made, fell due or was resolved.")
    for heading, found in (("Resolved", brief.resolved), ("Fell due", brief.fell_due), ("New", brief.foretold)):
        if found:
            yield Block(kind="place", text=heading)
        for one in found:
            yield Block(kind="line", **_foretold(one, heading, brief))


def _foretold(one: Forecast, heading: str, brief: Brief) -> dict[str, str]:
    names = brief.names
    development, body, outcome = one.item.development, one.item.body, one.item.outcome
    said = f"{body.summary} ({_origin(development.origin, names)}"
    day = development.reported_day
    if heading == "New":
        due = f" By {_day(one.due_by)}." if one.due_by is not None else ""
        condition = f" If: {body.condition}." if isinstance(body.condition, str) else ""
        return {"strong": f"{_short(day, brief)}.", "text": f"{said}; {body.report}){due}{condition}"}
    said += f", {_short(day, brief)}" if day is not None else ""
    if outcome is None or heading == "Fell due":
        return {
            "strong": f"By {_short(one.due_by, brief)}.",
            "text": f"{said}; {body.report}) Nobody has said how it ended.",
        }
    shown = " ".join(
        f"Shown by {_origin(found.origin, names)} ({found.report}): {found.summary}" for found in one.evidence
    )
    return {"strong": f"{OUTCOMES[outcome.outcome].capitalize()}.", "text": f"{said}; {body.report}) {shown}".strip()}


def _origin(origin: str, names: Names) -> str:
    """By name; of whom nobody named, what is said of him and who passed it on."""
    if not origin.startswith(f"{UNSTATED}@"):
        return names.sources.get(origin, origin)
    known, _, descriptor = origin.removeprefix(f"{UNSTATED}@").partition(":")
    through = f", through {names.sources.get(known, known)}" if known else ""
    return f"{descriptor or 'somebody unnamed'}{through}"


def _period(brief: Brief) -> str:
    first, last = brief.since, brief.until
    if last is None:
        return f"since {_day(first)}"
    since = f"{first.day} {first:%B}" if first.year == last.year else _day(first)
    return f"{since} to {_day(last)}"


def _day(day: date) -> str:
    return f"{day.day} {day:%B %Y}"


def _short(day: date | None, brief: Brief) -> str:
    """With its year where that is another than the one in which the brief ends."""
    if day is None:
        return "undated"
    last = brief.until or brief.read_after
    return f"{day.day} {day:%b}" + (f" {day.year}" if last is None or day.year != last.year else "")


def _number(value: int | None) -> str:
    return "unknown" if value is None else f"{value:,}"


def _count(number: int, one: str, many: str | None = None) -> str:
    return f"{number} {one if number == 1 else many or f'{one}s'}"
