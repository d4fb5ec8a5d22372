"""The answers' codes in plain words, for people at a terminal. A code that has no words here is shown as it is."""

from app.domain.estimate import Rival
from app.domain.meanings import CAUSES, FLAGS, LINES, OUTCOMES, REASONS, STANCES

__all__ = ["CAUSES", "FLAGS", "LINES", "OUTCOMES", "REASONS", "STANCES", "between", "in_words", "said"]


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
