"""One history read as it unfolds, by the panel and by the plain ways beside it, and its audit added up."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta

import msgspec

from app.domain.assumptions import DEFAULT
from app.domain.fusion import MICRO, to_scale
from app.domain.panel import Figures, evaluate
from app.domain.revisions import Revision, revise
from app.domain.selection import View, stands
from app.domain.statements import Statement
from tests.simulation.baselines import Reading, Way, heard
from tests.simulation.histories import History, real_time
from tests.simulation.scores import Interval

EVERYTHING_RECORDED = View(day=date.max)

Beside = tuple[Reading, float]


class Trial(msgspec.Struct, frozen=True, kw_only=True):
    """The panel's intervals, and each plain way's readings beside the truth, on the same days."""

    panel: tuple[Interval, ...] = ()
    plain: dict[str, tuple[Beside, ...]] = {}


class Audit(msgspec.Struct, frozen=True, kw_only=True):
    """How many events there were, how many of them moved the estimate, and how many revisions do not add up."""

    events: int
    moved: int
    wrong: int


def trial_of(history: History, days: Sequence[int], ways: Mapping[str, Way], *, panel: bool = True) -> Trial:
    """Read on these days, each with what had been reported by it. Days on which nobody has said anything are left out;
    so are those on which all was taken back.
    """
    case, kappa = history.case(), DEFAULT.classes[history.case().measure_class].kappa
    intervals = []
    plain: dict[str, list[Beside]] = {name: [] for name in ways}
    for day in days:
        truth, view = to_scale(history.truth[day], kappa), real_time(day)
        said = heard(case, history.letters, view, kappa)
        if not said:
            continue
        if panel:
            figures = evaluate(case, view, DEFAULT).figures
            if figures is None:
                continue
            intervals.append(interval_of(figures, truth))
        for name, read in ways.items():
            plain[name].append((read(said), truth))
    return Trial(panel=tuple(intervals), plain={name: tuple(found) for name, found in plain.items()})


def crowd_moves(history: History, day: int) -> bool:
    """Whether the panel of that day changes in any bit where ten outlets repeat the newest vote in it.

    They do it as late as a repeat can be told from news, and after what they repeat also by the report's id: among
    reports of one day the id settles which was first, and whoever is first has the vote.
    """
    view, case = real_time(day), history.case()
    found = evaluate(case, view, DEFAULT)
    if not found.selection.votes:
        return False
    newest, _ = found.selection.votes[-1]
    last = min(view.day, (newest.vote_day or view.day) + timedelta(days=DEFAULT.echo_days))
    crowd = [
        msgspec.structs.replace(newest, report=f"{newest.report}.{at}", publisher=f"crowd-{at}", vote_day=last)
        for at in range(10)
    ]
    return evaluate(history.case(None, *crowd), view, DEFAULT).panel != found.panel


def interval_of(figures: Figures, truth: float) -> Interval:
    low, best, high = (end / MICRO for end in figures.units)
    return Interval(truth=truth, low=low, best=best, high=high)


def audit_of(history: History) -> Audit:
    """Every event in the order of recording, each revision against the figures before and after it.

    The effects of all events together have to be the last figures themselves.
    """
    revisions = list(revisions_of(history))
    wrong, total, standing = 0, (0, 0, 0), None
    for revision in revisions:
        effect = effect_of(revision)
        wrong += effect != _minus(revision.after, revision.before) or revision.before != standing
        total, standing = _plus(total, effect), revision.after
    if revisions:
        last = evaluate(history.case(), View(day=revisions[-1].day_after), DEFAULT)
        wrong += total != _units(last.figures)
    return Audit(events=len(history.events), moved=len(revisions), wrong=wrong)


def revisions_of(history: History) -> Iterable[Revision]:
    """As the ledger would have them: each event read on the later of the horizons before and after it."""
    horizon, previous, held = None, None, None
    for at in range(1, len(history.events) + 1):
        after = history.case(at)
        risen = horizon_of(after.statements)
        days = [day for day in (horizon, risen) if day is not None]
        if days:
            view = View(day=max(days))
            due = held if held is not None and held.view == view else evaluate(history.case(at - 1), view, DEFAULT)
            moved = evaluate(after, view, DEFAULT)
            held = moved if risen in (None, view.day) else evaluate(after, View(day=risen), DEFAULT)
            revision = revise(previous, due, moved, held)
            if revision is not None:
                previous = (revision.day_after, revision.after)
                yield revision
        horizon = risen


def horizon_of(statements: Iterable[Statement]) -> date | None:
    """The latest reported day of what stands."""
    return max(
        (one.reported_day for one in statements if one.reported_day and stands(one, EVERYTHING_RECORDED)), default=None
    )


def effect_of(revision: Revision) -> tuple[int, int, int]:
    lines = revision.lines
    return sum(line.low for line in lines), sum(line.best for line in lines), sum(line.high for line in lines)


def _units(figures: Figures | None) -> tuple[int, int, int]:
    return figures.units if figures is not None else (0, 0, 0)


def _minus(after: Figures | None, before: Figures | None) -> tuple[int, int, int]:
    low, best, high = (new - old for new, old in zip(_units(after), _units(before), strict=True))
    return low, best, high


def _plus(one: tuple[int, int, int], other: tuple[int, int, int]) -> tuple[int, int, int]:
    low, best, high = (a + b for a, b in zip(one, other, strict=True))
    return low, best, high
