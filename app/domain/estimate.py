"""An estimate as it is answered: the figures, who says what beside them, and what a reader has to be warned of.

Pure: everything follows from the case of the key, the statements near it, and the view.
"""

import math
from collections.abc import Iterable, Sequence
from datetime import date, timedelta

import msgspec

from app.domain.assumptions import Assumptions
from app.domain.family import Readings
from app.domain.fusion import Figure
from app.domain.hierarchy import BOUNDS_ONLY
from app.domain.independence import groups_of
from app.domain.movements import movements_of
from app.domain.nets import touching
from app.domain.panel import Evaluation, Figures, evaluate
from app.domain.selection import EVERYTHING, Case, Left, View, stands
from app.domain.sources import count_independent
from app.domain.statements import Key, Statement
from app.domain.wording import grain

BESIDE = ("comparison", "denied", "existence")
"""Statements that have no vote and still say something about how many there are."""


class Range(msgspec.Struct, frozen=True, kw_only=True):
    """The two ends of something said; None: nobody gave that end."""

    low: int | None
    high: int | None


class Independence(msgspec.Struct, frozen=True, kw_only=True):
    """The least and the greatest number of independent origins."""

    min: int
    max: int


class Rival(msgspec.Struct, frozen=True, kw_only=True):
    """What one origin says: never averaged, always beside the estimate. `why` is None for one that was heard."""

    origin: str
    report: str
    actor: str
    place: str
    low: int | None
    best: int | None
    high: int | None
    low_exclusive: bool
    high_exclusive: bool
    word: str | None
    occurred: str | None
    reported: str | None
    grade: str
    stance: str
    why: str | None


class Overlap(msgspec.Struct, frozen=True, kw_only=True):
    """A `report` of this answer, and another one on a key that may count the same goods or people: never add them."""

    report: str
    other: str
    measure: str
    actor: str
    place: str


class Estimate(msgspec.Struct, frozen=True, kw_only=True):
    """One key read for one view. Without votes the figures are None, never zero."""

    key: Key
    evaluation: Evaluation
    flags: tuple[str, ...]
    independence: Independence
    newest_vote: date | None
    envelope: Range
    rivals: tuple[Rival, ...]
    overlaps: tuple[Overlap, ...]

    @property
    def figures(self) -> Figures | None:
        return self.evaluation.figures


def estimate(readings: Readings, place: str, near: Sequence[Statement], assumptions: Assumptions) -> Estimate:
    """`near` are the statements of the measure on places within the key's and on parts of its actor.

    Read in retrospect a past day has the later words that the view holds too. Where the view ends with the day, there
    are none, and the reading is what could be said then.
    """
    case, evaluation, view = readings.family.case(place), readings.at(place), readings.view
    heard = evaluation.selection.heard
    rivals = _rivals(evaluation, near)
    newest = max((share.vote.day for share in evaluation.panel.shares), default=None) if evaluation.panel else None
    return Estimate(
        key=case.key,
        evaluation=evaluation,
        flags=tuple(_flags(readings, case, evaluation, rivals, assumptions)),
        independence=Independence(
            min=count_independent(groups_of(heard, case, view, assumptions)),
            max=len({one.origin for one in heard}),
        ),
        newest_vote=newest,
        envelope=_envelope(heard, [*(left.statement for left in _beside(evaluation)), *_due(near, view)]),
        rivals=tuple(rivals),
        overlaps=tuple(_overlaps(case, view)),
    )


def _overlaps(case: Case, view: View) -> list[Overlap]:
    """As an analyst linked them, where both reports stand; in order of the reports."""
    ends = [(link.from_, link.to) for link in case.links if link.relation == "overlaps_quantity"]
    own = {one.report for one in case.statements if _is_due(one, view)} if ends else set()
    pairs = sorted({pair for one, other in ends for pair in ((one, other), (other, one)) if pair[0] in own})
    found = [
        Overlap(report=mine, other=other, **msgspec.structs.asdict(one.key))
        for mine, other in pairs
        for one in case.linked.get(other, ())
        if one.report == other and one.key.countable and _is_due(one, view)
    ]
    return list(dict.fromkeys(found))


def _beside(evaluation: Evaluation) -> list[Left]:
    """Each origin's last word among those statements on the key that have no vote and still count for a reader."""
    due = [
        left
        for left in evaluation.selection.left_out
        if left.why in BESIDE and _is_due(left.statement, evaluation.view)
    ]
    last = {(left.statement.origin, left.why): left for left in sorted(due, key=lambda left: left.statement.order)}
    return list(last.values())


def _is_due(statement: Statement, view: View) -> bool:
    return stands(statement, view) and statement.vote_day is not None and statement.vote_day <= view.day


def _due(near: Iterable[Statement], view: View) -> list[Statement]:
    """Each origin's last word on each key nearby."""
    last: dict[tuple[Key, str], Statement] = {}
    for one in sorted(near, key=lambda one: one.order):
        if (one.why is None or one.why in BESIDE) and _is_due(one, view):
            last[one.key, one.origin] = one
    return list(last.values())


def _rivals(evaluation: Evaluation, near: Sequence[Statement]) -> list[Rival]:
    """Those on the key first, then those nearby by place and actor; the newest first within each."""
    digits = {one.report: digit for one, digit in evaluation.selection.votes}
    own: list[tuple[Statement, str | None]] = [(one, None) for one in evaluation.selection.heard]
    own += [(left.statement, left.why) for left in _beside(evaluation)]
    nearby = sorted(_due(near, evaluation.view), key=_newest_first)
    nearby.sort(key=lambda one: (one.key.place, one.key.actor))
    said = sorted(own, key=lambda pair: _newest_first(pair[0])) + [(one, one.why) for one in nearby]
    return [_rival(one, why, digits.get(one.report, one.digit)) for one, why in said]


def _newest_first(statement: Statement) -> tuple[int, int, str, int]:
    day, reported, report, ordinal = statement.order
    return (-day.toordinal(), -reported.toordinal(), report, ordinal)


def _rival(one: Statement, why: str | None, digit: int) -> Rival:
    return Rival(
        origin=one.origin,
        report=one.report,
        actor=one.key.actor,
        place=one.key.place,
        low=one.figure.low,
        best=one.figure.best,
        high=one.figure.high,
        low_exclusive=one.low_exclusive,
        high_exclusive=one.high_exclusive,
        word=one.figure.word,
        occurred=one.occurred,
        reported=one.reported,
        grade=f"{one.letter}{digit}",
        stance=one.stance,
        why=why,
    )


def _envelope(heard: Sequence[Statement], others: Sequence[Statement]) -> Range:
    """The smallest and the largest number stated on the key itself; without any, 1 where somebody was said to be."""
    lows = [number for one in heard if (number := _first(one.figure.low, one.figure.best)) is not None]
    highs = [number for one in heard if (number := _first(one.figure.high, one.figure.best)) is not None]
    if lows or highs:
        return Range(low=min(lows, default=None), high=max(highs, default=None))
    present = any(
        (one.why is None and one.figure.word is not None) or one.why == "existence" for one in (*heard, *others)
    )
    return Range(low=1 if present else None, high=None)


def _first(*numbers: int | None) -> int | None:
    return next((number for number in numbers if number is not None), None)


def _flags(
    readings: Readings, case: Case, evaluation: Evaluation, rivals: Sequence[Rival], assumptions: Assumptions
) -> Iterable[str]:
    panel = evaluation.panel
    if is_contested(case, evaluation, rivals, assumptions):
        yield "contested"
    if panel is not None and panel.from_words:
        yield "from_words"
    if evaluation.figures is None:
        yield "no_claims"
    elif evaluation.fits:
        yield from evaluation.flags
    elif panel is None:
        yield BOUNDS_ONLY
    ages = [share.age_days for share in panel.shares] if panel is not None else []
    if ages and min(ages) > assumptions.stale_days:
        yield "stale"
    if case.running_total and _falls(readings, case, evaluation, assumptions):
        yield "falls"


def is_contested(case: Case, evaluation: Evaluation, rivals: Sequence[Rival], assumptions: Assumptions) -> bool:
    """Whether the votes disagree more than their grades explain, numbers exclude each other, or a link says so."""
    if evaluation.panel is not None and evaluation.panel.s2 > assumptions.contested_above:
        return True
    named = {rival.report for rival in rivals}
    if any(link.relation in {"contradicts", "rival_of"} and {link.from_, link.to} <= named for link in case.links):
        return True
    denied = [left.statement for left in _beside(evaluation) if left.why == "denied"]
    ranges = [stated for one in (*evaluation.selection.heard, *denied) if (stated := _stated(one, assumptions))]
    return any(_apart(one, other) for place, one in enumerate(ranges) for other in ranges[place + 1 :])


def _stated(statement: Statement, assumptions: Assumptions) -> tuple[float, float] | None:
    """What a statement leaves possible: a point ± half its grain, an open side open; None without a number."""
    figure: Figure = statement.figure
    if figure.low is None and figure.best is None and figure.high is None:
        return None
    slack = grain(figure.best, assumptions) / 2 if figure.best else 0.0
    low = figure.low if figure.low is not None else _shifted(figure.best, -slack, -math.inf)
    high = figure.high if figure.high is not None else _shifted(figure.best, slack, math.inf)
    # an exclusive end is not reached: the next whole number is
    return low + (1 if statement.low_exclusive else 0), high - (1 if statement.high_exclusive else 0)


def _shifted(number: int | None, by: float, otherwise: float) -> float:
    return otherwise if number is None else number + by


def _apart(one: tuple[float, float], other: tuple[float, float]) -> bool:
    return one[1] < other[0] or other[1] < one[0]


def _falls(readings: Readings, case: Case, evaluation: Evaluation, assumptions: Assumptions) -> bool:
    """Whether a running total is lower than it was read on the day before its newest vote was reported."""
    heard = evaluation.selection.heard
    if evaluation.panel is None or not heard:
        return False
    newest = max(heard, key=lambda one: one.order)
    if newest.reported_day is None or newest.reported_day == date.min:  # before the first of all days nothing was said
        return False
    eve = newest.reported_day - timedelta(days=1)
    then = View(day=eve, reported=(eve, EVERYTHING))
    before = evaluate(
        case,
        then,
        assumptions,
        touched=touching(
            case.key.place,
            movements_of(readings.family.traffic, then, assumptions).found,
            readings.family.places.lies_in,
        ),
        before=evaluation,
    )
    return before.panel is not None and evaluation.panel.best < before.panel.best
