"""What an estimate rests on, as tables: each vote's share and effect, the parts, and what was left out and why."""

from collections.abc import Iterable
from typing import Any

import rich_click as click

from app.cli.printing import number, print_heading, print_table, signed
from app.cli.words import REASONS, in_words
from app.projections.estimates.explaining import Explanation, Parts

NUMBERS = ("share", "low", "best", "high")


def print_explanation(told: Explanation) -> None:
    if told.contributions:
        print_heading("What each vote gives (effects in millionths of the logarithmic scale)")
        columns = ("report", "origin", "grade", *NUMBERS)
        print_table(columns, _contributions(told), right=NUMBERS, whole=("report", "grade"))
    if told.parts.places:
        print_heading("Places directly within")
        print_table(("place", "best"), _parts(told.parts), right=("best",))
    if told.left_out:
        print_heading("Left out, and why")
        print_table(("why", "reports"), _left_out(told))
        if told.left_out_truncated:
            click.echo(f"These are the first {len(told.left_out)}.")


def _contributions(told: Explanation) -> Iterable[tuple[Any, ...]]:
    """The votes, the other lines, and the sum, which is the estimate itself."""
    for one in told.contributions:
        effects = (signed(one.low_effect), signed(one.best_effect), signed(one.high_effect))
        yield one.report, one.origin, one.grade, f"{one.share:.1%}", *effects
    for line in told.lines:
        yield line.kind, "", "", "", signed(line.low), signed(line.best), signed(line.high)
    if (figures := told.estimate.figures) is not None:
        yield "sum", "", "", "", *(signed(end) for end in figures.units)


def _parts(parts: Parts) -> Iterable[tuple[str, str]]:
    for part in parts.places:
        yield part.place, number(part.best)
    yield "sum of these", number(parts.sum_of_parts)
    yield "the whole", number(parts.whole)
    if parts.gap is not None:
        yield "elsewhere or unaccounted for" if parts.gap >= 0 else "more than the whole", number(abs(parts.gap))


def _left_out(told: Explanation) -> Iterable[tuple[str, str]]:
    """Reason by reason, the most frequent last; in brackets the report that stands in the way."""
    by_reason: dict[str, list[str]] = {}
    for one in told.left_out:
        shown = f"{one.report} ({one.by})" if one.by else one.report
        by_reason.setdefault(one.why, []).append(shown)
    for why, reports in sorted(by_reason.items(), key=lambda item: (len(item[1]), item[0])):
        yield in_words(REASONS, why), ", ".join(reports)
