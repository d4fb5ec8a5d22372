"""`python -m tests.simulation.calibrate`: how the panel fares on histories whose truth is known, beside plain ways.

Two hundred histories of each regime, read every fifth day, every event accounted for. Exits 1 where a band is missed.
"""

import os
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor

from tests.simulation.regimes import REGIMES
from tests.simulation.table import Outcome, Row, constants, misses, table_of

SEEDS = range(200)
DAYS = range(4, 120, 5)


def main() -> int:
    with ProcessPoolExecutor(os.cpu_count()) as processes:

        def spread(one: Callable[..., Outcome], *work: Sequence[int]) -> Iterable[Outcome]:
            return _told(processes.map(one, *work, chunksize=5), len(work[0]))

        rows = table_of(SEEDS, DAYS, constants(DAYS), audited=True, spread=spread)
    missed = misses(rows)
    sys.stdout.write("\n".join([*lines(rows), "", *(missed or ["Every band is met."])]) + "\n")
    return 1 if missed else 0


def _told(outcomes: Iterable[Outcome], number: int) -> Iterator[Outcome]:
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
    found += ["", f"{'baseline, all regimes':<32}{'coverage':>9}{'score':>7}{'error':>7}"]
    found += [
        f"{name:<32}{score.coverage:>9.3f}{score.winkler:>7.3f}{score.error:>7.3f}"
        for name, score in rows[-1].plain.items()
    ]
    return found


if __name__ == "__main__":
    sys.exit(main())
