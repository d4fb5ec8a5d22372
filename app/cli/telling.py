"""What was said, as rows of a table: a report with its origin and grade, and what speaks for and against it."""

from collections.abc import Iterable
from typing import Any

from app.cli.printing import below, print_table
from app.cli.words import REASONS, STANCES, in_words
from app.domain.situation import Answer, Bearing, Spoken
from app.domain.words import Past, Word

COLUMNS = ("what", "report", "origin, grade, day", "it says")
WHOLE = ("what", "report")

NOT_YET = {"planned": "planned", "forecast": "foreseen", "conditional": "if"}

Row = tuple[Any, ...]


def print_told(rows: Iterable[Row]) -> None:
    print_table(COLUMNS, rows, whole=WHOLE)


def answered(what: str, answer: Answer) -> Iterable[Row]:
    """Words that are tied together, of which the first says how many independent origins they have."""
    first, *others = answer.words
    origins = f"{answer.least}" if answer.least == answer.most else f"{answer.least} to {answer.most}"
    yield told(what, first, *([f"with the next {len(others)}: independent origins {origins}"] if others else []))
    yield from (told("with it", one) for one in others)


def told(what: str, spoken: Spoken, *more: str) -> Row:
    word = spoken.word
    for_, against = _bearing("for it", spoken.for_), _bearing("against it", spoken.against)
    return what, *row(word, *_on_what(word), *for_, *against, *more)


def expected(spoken: Spoken) -> Row:
    return told(NOT_YET[spoken.word.development.body.stance], spoken)


def past(one: Past) -> Row:
    why = in_words(REASONS, one.why)
    return "past", *row(one.word, f"{why} ({one.by})" if one.by is not None else why)


def row(word: Word, *more: str) -> Row:
    """All columns but the first; `more` goes below what the word says."""
    one = word.development
    stance = one.body.stance
    meant = () if stance == "asserted" or stance in NOT_YET else (in_words(STANCES, stance),)
    whose = below(word.origin, f"{word.grade}, {one.reported_day or 'no day'}", *meant)
    return word.report, whose, below(one.body.summary, *more)


def _on_what(word: Word) -> Iterable[str]:
    condition = word.development.body.condition
    if condition:
        yield f"if: {condition if isinstance(condition, str) else ', '.join(condition)}"


def _bearing(how: str, found: Iterable[Bearing]) -> Iterable[str]:
    reports = [f"{one.word.report} ({one.relation.replace('_', ' ')})" for one in found]
    if reports:
        yield f"{how}: {', '.join(reports)}"
