"""The panel and the five baselines side by side: one row for each regime, one for all, and what is asked of them."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial

import msgspec

from tests.simulation.baselines import BASELINES, SPREAD_ALONE
from tests.simulation.histories import history_of
from tests.simulation.regimes import REGIMES
from tests.simulation.scores import Score, best_constant, score_of, widened
from tests.simulation.trial import Audit, Beside, Trial, audit_of, crowd_moves, trial_of

FITTED_SEEDS = range(1000, 1040)
"""Forty other histories of each regime: from these each baseline has its constant."""

COVERAGE_ASKED = (0.86, 0.95)
COVERAGE_ASKED_OF_EACH = (0.83, 0.96)
LOWER_ASKED = 0.2

Spread = Callable[..., Iterable["Outcome"]]
"""`map`, or one that spreads the work over processes."""


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """What came of one history. `crowd`: ten outlets that repeat a vote moved the panel."""

    trial: Trial
    audit: Audit | None
    crowd: bool


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """One regime, or all of them."""

    name: str
    panel: Score
    plain: Mapping[str, Score]
    readings: int
    events: int
    wrong: int
    crowds: int

    @property
    def winkler_lower(self) -> float:
        """By what part the panel's interval score is below the best baseline's."""
        return 1 - self.panel.winkler / min(score.winkler for score in self.plain.values())

    @property
    def error_lower(self) -> float:
        return 1 - self.panel.error / min(score.error for score in self.plain.values())


def outcome(place: int, seed: int, days: Sequence[int], *, audited: bool) -> Outcome:
    """Of one history of the regime at `place`."""
    history = history_of(REGIMES[place], seed)
    return Outcome(
        trial=trial_of(history, days),
        audit=audit_of(history) if audited else None,
        crowd=crowd_moves(history, days[-1]),
    )


def constants(days: Sequence[int], seeds: Iterable[int] = FITTED_SEEDS) -> dict[str, float]:
    """For each baseline the one that does best over all regimes, on histories that are scored nowhere else."""
    trials = [trial_of(history_of(regime, seed), days, panel=False) for seed in seeds for regime in REGIMES]
    return {
        name: 0.0 if name == SPREAD_ALONE else best_constant([one for trial in trials for one in trial.plain[name]])
        for name in BASELINES
    }


def table_of(
    seeds: Sequence[int], days: Sequence[int], widths: Mapping[str, float], *, audited: bool, spread: Spread = map
) -> list[Row]:
    """A row for each regime, and a last one for all of them together; `widths` are the baselines' constants."""
    one = partial(outcome, days=days, audited=audited)
    work = [(place, seed) for place in range(len(REGIMES)) for seed in seeds]
    done = list(spread(one, *zip(*work, strict=True)))
    size = len(seeds)
    rows = [
        row_of(regime.name, done[place * size : (place + 1) * size], widths) for place, regime in enumerate(REGIMES)
    ]
    return [*rows, row_of("all", done, widths)]


def row_of(name: str, outcomes: Sequence[Outcome], widths: Mapping[str, float]) -> Row:
    audits = [one.audit for one in outcomes if one.audit is not None]
    panel = [interval for one in outcomes for interval in one.trial.panel]
    return Row(
        name=name,
        panel=score_of(panel),
        plain={
            baseline: _plain([beside for one in outcomes for beside in one.trial.plain[baseline]], width)
            for baseline, width in widths.items()
        },
        readings=len(panel),
        events=sum(audit.events for audit in audits),
        wrong=sum(audit.wrong for audit in audits),
        crowds=sum(one.crowd for one in outcomes),
    )


def _plain(beside: Iterable[Beside], width: float) -> Score:
    return score_of([widened(reading, truth, width) for reading, truth in beside])


def misses(rows: Sequence[Row]) -> list[str]:
    """What is asked and was not reached, one sentence each; the last row is of all regimes."""
    *each, everything = rows
    found = [_outside(row, COVERAGE_ASKED_OF_EACH) for row in each] + [_outside(everything, COVERAGE_ASKED)]
    for what, lower in (("interval score", everything.winkler_lower), ("error of best", everything.error_lower)):
        if lower < LOWER_ASKED:
            found.append(f"all: the {what} is {lower:.1%} below the best baseline's; {LOWER_ASKED:.0%} is asked")
    if everything.wrong:
        found.append(f"all: {everything.wrong} revisions do not add up")
    if everything.crowds:
        found.append(f"all: in {everything.crowds} histories ten repeats of a vote moved the estimate")
    return [miss for miss in found if miss]


def _outside(row: Row, band: tuple[float, float]) -> str:
    least, most = band
    if least <= row.panel.coverage <= most:
        return ""
    return f"{row.name}: the intervals hold {row.panel.coverage:.1%} of the truth; {least:.0%} to {most:.0%} is asked"
