"""`python -m tests.simulation.calibrate`: how the panel fares on histories whose truth is known, beside plain ways.

Two hundred histories of each regime, read every fifth day, every event accounted for. Exits 1 where a band is missed.
"""

import os
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from typing import Any

from tests.simulation.baselines import HALF_LIVES
from tests.simulation.fitting import Fitted
from tests.simulation.regimes import REGIMES
from tests.simulation.table import Row, fit, misses, table_of

SEEDS = range(200)
DAYS = range(4, 120, 5)


def main() -> int:
    with ProcessPoolExecutor(os.cpu_count()) as processes:

        def spread(one: Callable[..., Any], *work: Sequence[int]) -> Iterable[Any]:
            return _told(processes.map(one, *work, chunksize=5), len(work[0]))

        fitted = fit(DAYS, spread=spread)
        rows = table_of(SEEDS, DAYS, fitted, audited=True, spread=spread)
    missed = misses(rows)
    found = [*lines(rows), "", *half_lives(rows[-1], fitted), "", *(missed or ["Every band is met."])]
    sys.stdout.write("\n".join(found) + "\n")
    return 1 if missed else 0


def _told(outcomes: Iterable[Any], number: int) -> Iterator[Any]:
    """On a terminal, how far it has come."""
    for done, outcome in enumerate(outcomes, start=1):
        if sys.stderr.isatty():
            sys.stderr.write(f"\r{done} of {number} histories" + ("\n" if done == number else ""))
        yield outcome


def lines(rows: Sequence[Row]) -> list[str]:
    """Coverage; interval score and error of best, each with how far below the best baseline's; the audit."""
    head = (
        f"{'regime':<12}{'readings':>9}{'coverage':>9}{'score':>7}{'lower':>7}{'error':>7}{'lower':>7}"
        f"{'events':>8}{'wrong':>6}"
    )
    found = [f"{len(REGIMES)} regimes of {len(SEEDS)} histories; all in y; 'lower': than the best baseline's", head]
    found += [
        f"{row.name:<12}{row.readings:>9}{row.panel.coverage:>9.3f}{row.panel.winkler:>7.3f}{row.winkler_lower:>7.1%}"
        f"{row.panel.error:>7.3f}{row.error_lower:>7.1%}{row.events:>8}{row.wrong:>6}"
        for row in rows
    ]
    found += ["", f"{'baseline, all regimes':<38}{'coverage':>9}{'score':>7}{'error':>7}"]
    found += [
        f"{name:<38}{score.coverage:>9.3f}{score.winkler:>7.3f}{score.error:>7.3f}"
        for name, score in rows[-1].plain.items()
    ]
    return found


def half_lives(everything: Row, fitted: Fitted) -> list[str]:
    """For each weighted mean and half-life: the error by which one was chosen, on the histories that are scored nowhere
    else; and how far below this mean's the panel's error and interval score are, the spread widened for each.
    """

    def line(what: str, figures: Iterable[str]) -> str:
        return f"{what:<38}" + "".join(f"{one:>8}" for one in figures)

    panel, found = everything.panel, [line("half-life in days; error elsewhere", map(str, HALF_LIVES))]
    for name, aged in everything.aged.items():
        found += [
            line(name, (f"{error:.3f}" for error in fitted.errors[name].values())),
            line("  the panel's error lower", (f"{panel.error_below(one):.1%}" for one in aged.values())),
            line("  the panel's score lower", (f"{panel.winkler_below(one):.1%}" for one in aged.values())),
        ]
    return found


if __name__ == "__main__":
    sys.exit(main())
