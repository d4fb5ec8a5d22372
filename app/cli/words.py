"""The answers' codes in plain words, for people at a terminal. A code that has no words here is shown as it is."""

from app.api.meanings import CAUSES, FLAGS, LINES, OUTCOMES, STANCES
from app.domain.estimate import Rival

__all__ = ["CAUSES", "FLAGS", "LINES", "OUTCOMES", "REASONS", "STANCES", "between", "in_words", "said"]

REASONS = {
    "echo_of": "repeats another report",
    "superseded": "its origin has said something newer",
    "retracted": "was taken back",
    "corrected": "since its correction it speaks of something else",
    "same_figure": "same figure as another origin's, not shown to be independent",
    "movement": "counts who moved, not who is there",
    "ratio": "a rate or a share, not a count",
    "existence": "says that there are some, not how many",
    "comparison": "only compares with another number",
    "denied": "denies it",
    "forecast": "a forecast",
    "planned": "a plan",
    "conditional": "depends on a condition",
    "judgement": "an opinion",
    "no_quantity": "gives no number",
    "other_measure": "counts something else",
    "unit_part": "speaks of a part of the actor",
    "ambiguous_key": "leaves open whom or where it counts",
    "derived": "worked out from other reports",
    "unlikely": "its source holds it for unlikely",
    "unknown_word": "a vague word without a value",
    "undated": "says neither when it was so nor when it was said",
    "misquoted": "misquotes its source",
    "other_place": "speaks of a place within",
    "later": "is about a later day",
}


def in_words(words: dict[str, str], code: str) -> str:
    return words.get(code, code.replace("_", " "))


def between(low: int | None, high: int | None) -> str:
    """Two ends; either may be unknown, which is not zero."""
    if low is None and high is None:
        return "-"
    if high is None:
        return f"at least {low:,}"
    return f"at most {high:,}" if low is None else f"{low:,} to {high:,}"


def said(rival: Rival) -> str:
    """What an origin says, as one would write it: 8,000 to 10,000, up to 12,000, about 11,000."""
    low, best, high = rival.low, rival.best, rival.high
    if rival.word is not None and best is None and high is None:
        return rival.word
    if best is not None:
        around = f" ({low:,} to {high:,})" if low is not None and high is not None else ""
        return f"{best:,}{around}"
    if low is not None and high is not None:
        return f"{low:,} to {high:,}"
    if high is not None:
        return f"{'less than' if rival.high_exclusive else 'up to'} {high:,}"
    if low is not None:
        return f"{'more than' if rival.low_exclusive else 'at least'} {low:,}"
    return "some"
