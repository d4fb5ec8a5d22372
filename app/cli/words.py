"""The answers' codes in plain words, for people at a terminal. A code that has no words here is shown as it is."""

from app.domain.estimate import Rival

FLAGS = {
    "contested": "contested: the reports disagree more than their grades explain, or their numbers exclude each other",
    "bounds_only": "bounds only: nobody gave a figure for this very place, only places within or around it have one",
    "from_parts": "from parts: put together from places within",
    "from_words": "from words: every vote rests on a vague word, none on a number",
    "no_claims": "no claims: nothing reported of this may vote, so there is no estimate (which is not zero)",
    "stale": "stale: the newest vote is more than 30 days old",
    "falls": "falls: a running total that is lower than it was read before its newest report",
    "parts_exceed_whole": "the parts come to more than the whole",
}

REASONS = {
    "echo_of": "repeats another report",
    "superseded": "its origin has said something newer",
    "retracted": "was taken back",
    "corrected": "since its correction it speaks of something else",
    "same_figure": "same figure as another origin's, not shown to be independent",
    "movement": "counts who moved, not who is there",
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

CAUSES = {
    "new_report": "new report",
    "correction": "corrected",
    "retraction": "retracted",
    "re_grading": "graded anew",
    "assessment": "assessed",
    "link": "linked",
    "document_date": "document dated",
    "definition": "defined anew",
    "time_passed": "time passed",
}


def in_words(words: dict[str, str], code: str) -> str:
    return words.get(code, code.replace("_", " "))


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
