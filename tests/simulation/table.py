"""The panel and the baselines side by side: one row for each regime, one for all, and what is asked of them."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import Any

import msgspec

from tests.simulation.fitting import EVERY_WAY, FITTED_SEEDS, Fit, Fitted, fitted_on
from tests.simulation.histories import history_of
from tests.simulation.regimes import REGIMES
from tests.simulation.scores import Score, score_of, widened
from tests.simulation.trial import Audit, Beside, Trial, audit_of, crowd_moves, trial_of

COVERAGE_ASKED = (0.86, 0.95)
COVERAGE_ASKED_OF_EACH = (0.83, 0.96)
LOWER_ASKED = 0.2

Spread = Callable[..., Iterable[Any]]
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


def outcome(place: int, seed: int, days: Sequence[int], fitted: Fitted, *, audited: bool) -> Outcome:
    """Of one history of the regime at `place`."""
    history = history_of(REGIMES[place], seed)
    return Outcome(
        trial=trial_of(history, days, fitted.ways),
        audit=audit_of(history) if audited else None,
        crowd=crowd_moves(history, days[-1]),
    )


def plain_trial(place: int, seed: int, days: Sequence[int]) -> Trial:
    return trial_of(history_of(REGIMES[place], seed), days, EVERY_WAY, panel=False)


def fit(days: Sequence[int], seeds: Sequence[int] = FITTED_SEEDS, spread: Spread = map) -> Fitted:
    """What the baselines learn."""
    return fitted_on(list(spread(partial(plain_trial, days=days), *_work(seeds))))


def _work(seeds: Sequence[int]) -> tuple[list[int], list[int]]:
    """The place of the regime and the seed of every history."""
    return [place for place in range(len(REGIMES)) for _ in seeds], list(seeds) * len(REGIMES)


def table_of(
    seeds: Sequence[int], days: Sequence[int], fitted: Fitted, *, audited: bool, spread: Spread = map
) -> list[Row]:
    """A row for each regime, and a last one for all of them together."""
    done = list(spread(partial(outcome, days=days, fitted=fitted, audited=audited), *_work(seeds)))
    size = len(seeds)
    rows = [
        row_of(regime.name, done[place * size : (place + 1) * size], fitted) for place, regime in enumerate(REGIMES)
    ]
    return [*rows, row_of("all", done, fitted)]


def row_of(name: str, outcomes: Sequence[Outcome], fitted: Fitted) -> Row:
    audits = [one.audit for one in outcomes if one.audit is not None]
    panel = [interval for one in outcomes for interval in one.trial.panel]
    return Row(
        name=name,
        panel=score_of(panel),
        plain={
            baseline: _plain([beside for one in outcomes for beside in one.trial.plain[fit.reads]], fit)
            for baseline, fit in fitted.baselines.items()
        },
        readings=len(panel),
        events=sum(audit.events for audit in audits),
        wrong=sum(audit.wrong for audit in audits),
        crowds=sum(one.crowd for one in outcomes),
    )


def _plain(beside: Iterable[Beside], fit: Fit) -> Score:
    return score_of([widened(reading, truth, fit.constant) for reading, truth in beside])


def misses(rows: Sequence[Row]) -> list[str]:
    """What is asked and was not reached, one sentence each; the last row is of all regimes."""
    *each, everything = rows
    found = [_outside(row, COVERAGE_ASKED_OF_EACH) for row in each] + [_outside(everything, COVERAGE_ASKED)]
    for what, lower in (("interval score", everything.winkler_lower), ("error of best", everything.error_lower)):
        if lower < LOWER_ASKED:
            side = "below" if lower >= 0 else "above"
            found.append(
                f"all: the {what} is {abs(lower):.1%} {side} the best baseline's; {LOWER_ASKED:.0%} below is asked"
            )
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
