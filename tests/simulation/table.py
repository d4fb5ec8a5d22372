"""The panel and the baselines side by side: one row for each regime, one for all, and what is asked of them."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import Any

import msgspec

from tests.simulation.fitting import EVERY_WAY, FITTED_SEEDS, Fit, Fitted, fitted_on
from tests.simulation.histories import history_of
from tests.simulation.regimes import REGIMES
from tests.simulation.scores import Score, score_of, widened
from tests.simulation.trial import Audit, Trial, audit_of, crowd_moves, trial_of

COVERAGE_ASKED = (0.86, 0.95)
COVERAGE_ASKED_OF_EACH = (0.83, 0.96)
LOWER_ASKED = 0.2
ABOVE_BORNE = 0.05
"""How far above the best baseline's error and interval score the panel's may be while a fifth below is not reached."""

Spread = Callable[..., Iterable[Any]]
"""`map`, or one that spreads the work over processes."""


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """What came of one history. `crowd`: ten outlets that repeat a vote moved the panel."""

    trial: Trial
    audit: Audit | None
    crowd: bool


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """One regime, or all of them. `aged` has what each weighted mean scores, its spread widened, by its half-life."""

    name: str
    panel: Score
    plain: Mapping[str, Score]
    aged: Mapping[str, Mapping[int, Score]]
    readings: int
    events: int
    wrong: int
    crowds: int

    @property
    def winkler_lower(self) -> float:
        """By what part the panel's interval score is below the best baseline's."""
        return min(self.panel.winkler_below(score) for score in self.plain.values())

    @property
    def error_lower(self) -> float:
        return min(self.panel.error_below(score) for score in self.plain.values())


def outcome(place: int, seed: int, days: Sequence[int], *, audited: bool) -> Outcome:
    """Of one history of the regime at `place`."""
    history = history_of(REGIMES[place], seed)
    return Outcome(
        trial=trial_of(history, days, EVERY_WAY),
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
    done = list(spread(partial(outcome, days=days, audited=audited), *_work(seeds)))
    size = len(seeds)
    rows = [
        row_of(regime.name, done[place * size : (place + 1) * size], fitted) for place, regime in enumerate(REGIMES)
    ]
    return [*rows, row_of("all", done, fitted)]


def row_of(name: str, outcomes: Sequence[Outcome], fitted: Fitted) -> Row:
    audits = [one.audit for one in outcomes if one.audit is not None]
    panel = [interval for one in outcomes for interval in one.trial.panel]

    def scored(fit: Fit) -> Score:
        beside = (beside for one in outcomes for beside in one.trial.plain[fit.reads])
        return score_of([widened(reading, truth, fit.constant) for reading, truth in beside])

    return Row(
        name=name,
        panel=score_of(panel),
        plain={baseline: scored(fit) for baseline, fit in fitted.baselines.items()},
        aged={baseline: {days: scored(fit) for days, fit in fits.items()} for baseline, fits in fitted.aged.items()},
        readings=len(panel),
        events=sum(audit.events for audit in audits),
        wrong=sum(audit.wrong for audit in audits),
        crowds=sum(one.crowd for one in outcomes),
    )


def misses(rows: Sequence[Row]) -> list[str]:
    """What is asked and was not reached, one sentence each; the last row is of all regimes."""
    *each, everything = rows
    found = [_outside(row, COVERAGE_ASKED_OF_EACH) for row in each] + [_outside(everything, COVERAGE_ASKED)]
    for what, lower in (("interval score", everything.winkler_lower), ("error of best", everything.error_lower)):
        if lower < LOWER_ASKED:
            side = "below" if lower >= 0 else "above"
            found.append(
                f"all: the {what} is {abs(lower):.1%} {side} the best baseline's; {LOWER_ASKED:.0%} below is asked"
                + ("" if lower >= -ABOVE_BORNE else f", and more than {ABOVE_BORNE:.0%} above not borne")
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
