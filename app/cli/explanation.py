"""What an estimate rests on, as tables: each vote's share and effect, the parts, and what was left out and why."""

from collections.abc import Iterable
from typing import Any

import rich_click as click

from app.cli.printing import number, print_heading, print_pairs, print_table, signed
from app.cli.words import LINES, REASONS, in_words
from app.domain.attribution import CLAIM, Line
from app.projections.estimates.explaining import Contribution, Explanation, LeftOut, Parts

EFFECTS = ("low", "best", "high")


def print_explanation(told: Explanation) -> None:
    if told.contributions or told.lines:
        print_heading("What the figures are made of (effects in millionths of the logarithmic scale)")
        _print_effects(told)
    print_meanings(told.lines)
    if told.parts.places:
        print_heading("Places directly within")
        print_table(("place", "best"), _parts(told.parts, told.estimate.key.place), right=("best",))
    print_left_out(told.left_out, truncated=told.left_out_truncated)


def print_meanings(lines: Iterable[Line]) -> None:
    """What the lines stand for that are no votes, each once."""
    meanings = dict.fromkeys((line.kind, _meaning(line)) for line in lines if line.kind != CLAIM)
    if meanings:
        print_heading("Lines that are no votes")
        print_pairs(meanings)


def print_left_out(left: tuple[LeftOut, ...], *, truncated: bool) -> None:
    if left:
        print_heading("Left out, and why")
        print_table(("why", "reports"), _left_out(left))
        if truncated:
            click.echo(f"These are the first {len(left)}.")


def _print_effects(told: Explanation) -> None:
    """The votes, the other lines, and the sum, which is the figures themselves; columns of votes only with votes."""
    votes = ("report", "origin", "grade", "share") if told.contributions else ("line",)
    if any(one.carried for one in told.contributions):
        votes = (*votes, "moved")
    blank = ("",) * (len(votes) - 1)
    rows: list[tuple[Any, ...]] = [(*_vote(one)[: len(votes)], *_effects(one)) for one in told.contributions]
    rows += [(line.kind, *blank, signed(line.low), signed(line.best), signed(line.high)) for line in told.lines]
    if (figures := told.estimate.figures) is not None:
        ends = (figures.low_u, figures.best_u, figures.high_u)
        rows.append(("sum", *blank, *(None if end is None else signed(end) for end in ends)))
    print_table((*votes, *EFFECTS), rows, right=("share", "moved", *EFFECTS), whole=("report", "line", "grade"))


def _vote(one: Contribution) -> tuple[str, ...]:
    return one.report, one.origin, one.grade, f"{one.share:.1%}", signed(one.carried)


def _effects(one: Contribution) -> tuple[str, ...]:
    return signed(one.low_effect), signed(one.best_effect), signed(one.high_effect)


def _meaning(line: Line) -> str:
    meaning = in_words(LINES, line.kind)
    return f"{meaning}: {line.detail}" if isinstance(line.detail, str) else meaning


def _parts(parts: Parts, place: str) -> Iterable[tuple[str, str]]:
    for part in parts.places:
        yield part.place, number(part.best)
    yield "sum of these", number(parts.sum_of_parts)
    if parts.gap is not None:
        yield f"elsewhere in {place}", number(parts.gap)
    yield f"all of {place}", number(parts.whole)


def _left_out(left: Iterable[LeftOut]) -> Iterable[tuple[str, str]]:
    """Reason by reason, the most frequent last; in brackets the report that stands in the way."""
    by_reason: dict[str, list[str]] = {}
    for one in left:
        shown = f"{one.report} ({one.by})" if one.by else one.report
        by_reason.setdefault(one.why, []).append(shown)
    for why, reports in sorted(by_reason.items(), key=lambda item: (len(item[1]), item[0])):
        yield in_words(REASONS, why), ", ".join(reports)
