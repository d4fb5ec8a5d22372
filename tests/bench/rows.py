"""One row of the table: this project beside its reference, what is asked of their ratio, and whether it is met.

A row's ratio is the median of the ratios of its rounds, each taken within seconds; the two figures beside it are
medians too, so that their quotient is near the ratio and not always equal to it.
"""

import statistics
from collections.abc import Callable, Sequence
from typing import Literal

import msgspec

Verdict = Literal["aim", "asked", "short", "reported", "not there yet"]
Measured = Callable[[], float]
"""One round of one side; the larger the faster, unless the row says otherwise."""


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """`asked` and `aim` bound the ratio from below, or from above where `most`; without `asked` it is only reported.

    `within` is a bound on this project's own figure, whatever the reference does.
    """

    name: str
    work: str
    unit: str
    ours: float | None = None
    reference: float | None = None
    ratio: float | None = None
    rounds: int = 0
    asked: float | None = None
    aim: float | None = None
    most: bool = False
    within: float | None = None

    @property
    def verdict(self) -> Verdict:
        if self.ratio is None:
            return "not there yet"
        if self.asked is None:
            return "reported"
        if not self._meets(self.asked) or (self.within is not None and (self.ours or 0) > self.within):
            return "short"
        return "aim" if self.aim is not None and self._meets(self.aim) else "asked"

    @property
    def falls_short(self) -> bool:
        return self.verdict in {"short", "not there yet"}

    def _meets(self, bound: float) -> bool:
        ratio = self.ratio or 0.0
        return ratio <= bound if self.most else ratio >= bound

    def with_rounds(self, pairs: Sequence[tuple[float, float]]) -> "Row":
        """With what came of the rounds, this project's figure first in each."""
        return msgspec.structs.replace(
            self,
            ours=statistics.median(ours for ours, _ in pairs),
            reference=statistics.median(reference for _, reference in pairs),
            ratio=statistics.median(ours / reference for ours, reference in pairs),
            rounds=len(pairs),
        )


def interleaved(rounds: int, ours: Measured, reference: Measured) -> list[tuple[float, float]]:
    """Both sides in turn, and in each round the other one first: neither always finds the machine warm."""
    pairs = []
    for number in range(rounds):
        if number % 2:
            against = reference()
            pairs.append((ours(), against))
        else:
            found = ours()
            pairs.append((found, reference()))
    return pairs


HEAD = f"{'':<4} {'work':<52} {'this project':>14} {'reference':>12} {'ratio':>7} {'asked':>7} {'aim':>6}  verdict"


def as_line(row: Row) -> str:
    ratio = "-" if row.ratio is None else f"{row.ratio:.2f}" if row.ratio >= 0.1 else f"{row.ratio:.3f}"
    return (
        f"{row.name:<4} {row.work:<52} {_figure(row.ours)} {row.unit:<5} {_figure(row.reference, 12)} {ratio:>7} "
        f"{_bound(row, row.asked):>7} {_bound(row, row.aim):>6}  {row.verdict}"
    )


def as_json(rows: Sequence[Row], sizes: dict[str, int]) -> bytes:
    shown = [msgspec.structs.asdict(row) | {"verdict": row.verdict} for row in rows]
    return msgspec.json.format(msgspec.json.encode({"sizes": sizes, "rows": shown}), indent=2)


def _figure(value: float | None, width: int = 8) -> str:
    if value is None:
        return f"{'-':>{width}}"
    return f"{value:>{width},.0f}" if value >= 10 else f"{value:>{width},.2f}"


def _bound(row: Row, bound: float | None) -> str:
    return "-" if bound is None else f"{'≤' if row.most else '≥'} {bound:g}"
